"""Many processes at once on one desk, for a while: whatever was said to be done is there, once, and nothing else is.

ITIL_SOAK_STEPS=1     64 processes for a minute (``make soak``); else 8 for a few seconds
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conftest import FAULT, TestDesk
from real_git import git

PROJECT = Path(__file__).resolve().parents[2]
SOAK = bool(os.environ.get("ITIL_SOAK_STEPS"))
MANY, SECONDS = (64, 60.0) if SOAK else (8, 4.0)
PEOPLE = {"张三": "zhang@example.com", "陈一": "chen@example.com", "李四": "li@example.com"}


def run(root: Path, who: str, *words: str) -> tuple[int, str, str]:
    """One command in a process of its own, by the system's clock."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("ITIL_")}
    env |= {"PYTHONPATH": str(PROJECT), "ITIL_DESK": str(root), "GIT_AUTHOR_NAME": who, "GIT_AUTHOR_EMAIL": PEOPLE[who]}
    command = [sys.executable, "-m", "itilcli", *words, "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout, done.stderr


def work(root: Path, seed: int, cases: list[str], until: float) -> list[dict[str, str]]:
    """Commands one after the other until it is time; what each that wrote said."""
    chance = random.Random(seed)
    made, turn = [], 0
    while time.monotonic() < until or not turn:
        turn += 1
        who, text = chance.choice([*PEOPLE]), f"第{seed}个第{turn}次"
        kind = "new" if seed == 0 and turn == 1 else chance.choices(["note", "new", "list"], [5, 2, 2])[0]
        if kind == "list":
            code, out, err = run(root, who, "list")
            assert code == 0 and len(json.loads(out)) >= len(cases), err
            continue
        who = "陈一" if kind == "new" and who == "李四" else who
        case = chance.choice(cases)
        words = (*FAULT, "-s", "low", "-q", "一般", "-t", text) if kind == "new" else (case, text)
        code, out, err = run(root, who, kind, *words)
        assert code == 0 or (code == 5 and "E-desk-busy" in err), err
        if code == 0:
            made.append(
                {"kind": kind, "text": text, "case": case, **{key: json.loads(out)[key] for key in ("id", "commit")}}
            )
    return made


def test_nothing_is_lost_in_a_crowd(desk: TestDesk) -> None:
    cases = [desk.new("-t", f"共同的{number}", now="2026-11-01T09:00:00+08:00") for number in range(3)]
    before = int(desk.git("rev-list", "--count", "HEAD"))
    (desk.root / "mine.txt").write_text("mine")
    desk.git("add", "mine.txt")
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(MANY) as crowd:
        made = [
            row for rows in crowd.map(lambda seed: work(desk.root, seed, cases, until), range(MANY)) for row in rows
        ]
    print(f"{MANY} processes: {len(made)} commits in {SECONDS:g} s, {Counter(row['kind'] for row in made)}")
    commits = git(desk.root, "rev-list", "HEAD").split()
    assert len(commits) == before + len(made)
    assert {row["commit"] for row in made} == set(commits[: len(made)])
    now = "2099-01-01T00:00:00+08:00"
    listed = desk.itil("list", "--json", now=now).json
    news = [row for row in made if row["kind"] == "new"]
    assert news and len({row["id"] for row in listed}) == len(listed) == len(cases) + len(news)
    assert {row["text"] for row in news} <= {row["title"] for row in listed}
    for case in cases:
        notes = [note["text"] for note in desk.show(case)["notes"] or ()]
        assert sorted(notes) == sorted(row["text"] for row in made if row["kind"] == "note" and row["case"] == case)
    assert desk.git("status", "--porcelain") == "A  mine.txt\n"
    desk.git("fsck", "--strict", "--no-dangling")
    found = desk.itil("check", "--json", now=now, code=None).json
    assert [row for row in found if row["level"] == "error"] == []
