"""Writing: ``itil new`` and ``itil escalate`` in a desk of 1,000 cases, against git alone.

``python benchmarks/writing.py [ROUNDS]``. Git commits the very same files (``git add`` and ``git commit --only``) in a
plain repository that holds all the other files too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import desks
from timing import ITIL, Row, Took, committed, compared, repository, side_by_side, table, took

CASES = 1_000
LIMIT = 10
NEW = (
    "new", "-o", "第一人民医院", "-c", "张三丰", "-p", "0571-88886666", "-y", "读卡器无法识别医保卡,重启后仍然如此",
    "-b", "3号窗口无法结算", "--no-expected", "--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般",
)  # fmt: skip
ESCALATE = ("--to", "tier2", "--reason", "unresolved", "--tried", "重装驱动、更换接口均无效", "--assignee", "李四")


def rows(rounds: int = 15) -> Iterator[Row]:
    """A row for each of the two."""
    with repository(lambda root: desks.make(root, CASES).isoformat()) as (root, environ):
        plain = root.parent / "plain"
        shutil.copytree(root, plain, ignore=shutil.ignore_patterns(".git"))
        took(("git", "init", "-q"), environ, plain)
        committed(plain, environ)
        still_open = iter(open_cases(root, environ))
        for name, command in (
            ("itil new", lambda: (*ITIL, *NEW)),
            ("itil escalate", lambda: (*ITIL, "escalate", next(still_open), *ESCALATE)),
        ):
            ours, theirs = side_by_side(
                rounds,
                lambda command=command: took(command(), environ, root),
                lambda: by_git_alone(root, plain, environ),
            )
            yield compared(f"{name} ({CASES:,} cases)", ours, theirs, LIMIT, "git add + commit --only")


def open_cases(root: Path, environ: Mapping[str, str]) -> list[str]:
    """The cases that tier 1 still has."""
    listed = subprocess.run(
        (*ITIL, "list", "--open", "--tier", "1", "--json"), env=environ, cwd=root, stdout=subprocess.PIPE, check=True
    )
    return [str(case["id"]) for case in json.loads(listed.stdout)]


def by_git_alone(root: Path, plain: Path, environ: Mapping[str, str]) -> Took:
    """What git needs for the files of the desk's last commit."""
    said = subprocess.run(
        ("git", "show", "--format=", "--name-only", "-z", "HEAD"),
        cwd=root,
        env=environ,
        stdout=subprocess.PIPE,
        check=True,
    )
    paths = [path for path in said.stdout.decode().split("\0") if path]
    for path in paths:
        (plain / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, plain / path)
    added = took(("git", "add", "--", *paths), environ, plain)
    return added.and_then(took(("git", "commit", "-q", "-m", "one case", "--only", "--", *paths), environ, plain))


if __name__ == "__main__":
    table(rows(*(int(word) for word in sys.argv[1:])))
