"""Thirty-two calls at once on one desk: each becomes a case, a commit and an ID, and nothing is lost or mixed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from conftest import FAULT, TestDesk

PROJECT = Path(__file__).resolve().parents[1]
MANY = 32


def environment(desk: TestDesk) -> dict[str, str]:
    """That of 张三's own processes."""
    return {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "ITIL_DESK": str(desk.root),
        "GIT_AUTHOR_EMAIL": "zhang@example.com",
    }


def test_many_calls_at_once(desk: TestDesk) -> None:
    """As the desk's clock runs: no ITIL_NOW, and so the same second for many of them."""
    before = int(desk.git("rev-list", "--count", "HEAD"))
    (desk.root / "mine.txt").write_text("mine")
    desk.git("add", "mine.txt")
    words = [sys.executable, "-m", "itilcli", "new", *FAULT, "-s", "low", "-q", "一般", "--json"]
    running = [
        subprocess.Popen(
            [*words, "-t", f"第{number}个"], env=environment(desk), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for number in range(MANY)
    ]
    ended = [(process.communicate(timeout=180), process.returncode) for process in running]
    assert [said for said, code in ended if code] == []
    made = [json.loads(out) for (out, _), _ in ended]
    assert len({one["id"] for one in made}) == len({one["commit"] for one in made}) == MANY
    assert {one["title"] for one in made} == {f"第{number}个" for number in range(MANY)}
    assert int(desk.git("rev-list", "--count", "HEAD")) == before + MANY
    for one in made:
        files = desk.git("show", "--name-only", "--format=", one["commit"]).split()
        names = {file.rpartition("/")[2] for file in files} - {"customers.yaml"}  # each teaches the register its caller
        assert sorted(names) == [
            f"{one['id']}.incident.yaml",
            f"{one['id']}.remote-1.yaml",
        ]
    assert desk.git("status", "--porcelain") == "A  mine.txt\n"
    now = "2099-01-01T00:00:00+08:00"
    assert len(desk.itil("list", "--json", now=now).json) == MANY
    found = desk.itil("check", "--json", now=now, code=None).json
    assert [row for row in found if row["level"] == "error"] == []


def test_steps_on_one_case_at_once(desk: TestDesk) -> None:
    """Each waits for the one before and adds to what that left."""
    turns = 8
    case = desk.new()
    words = [sys.executable, "-m", "itilcli", "note", case, "--at", "2026-11-23 09:00"]
    running = [
        subprocess.Popen([*words, f"备注 {number}"], env=environment(desk) | {"ITIL_NOW": desk.now})
        for number in range(turns)
    ]
    assert [process.wait(120) for process in running] == [0] * turns
    shown = desk.show(case)
    assert {note["text"] for note in shown["notes"]} == {f"备注 {number}" for number in range(turns)}
    assert len({entry["id"] for entry in shown["history"]}) == 2 + turns
    assert desk.git("status", "--porcelain") == ""
