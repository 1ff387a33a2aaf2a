"""A writing command killed at any moment: readers go on, the next writer mends and says so, nothing committed is torn."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FAULT, TestDesk

from itilcli.journal import Journal
from itilcli.store.files import TEMPORARY

PROJECT = Path(__file__).resolve().parents[1]
NEW = ("new", *FAULT, "-s", "low", "-q", "一般")
ESCALATE = ("--to", "tier2", "--reason", "beyond_capability", "--assignee", "李四")
MOMENTS = 12
MINE = "A  mine.txt\n"
PROGRAM = """
import os, signal, sys
desk, moment, whole = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "group"
seen = 0
def count(event, args):
    global seen
    if event == "subprocess.Popen" or event.startswith(("os.", "open", "shutil.")) and args and str(args[0]).startswith(desk):
        seen += 1
        if seen == moment:
            os.killpg(0, 9) if whole else os.kill(os.getpid(), 9)
from itilcli.cli.app import run
from itilcli.cli.commands import COMMANDS
sys.addaudithook(count)
code = run(COMMANDS, sys.argv[4:])
print(seen, file=open(desk + "/../seen", "w"))
sys.exit(code)
"""


@pytest.fixture
def model(desk: TestDesk) -> tuple[TestDesk, str]:
    """A desk with a case, and a file of somebody's own in the index."""
    case = desk.new()
    (desk.root / "mine.txt").write_text("mine")
    desk.git("add", "mine.txt")
    return desk, case


def killed(root: Path, moment: int, whole: bool, *words: str) -> bool:
    """The command, killed when it deals with the system for the ``moment``-th time; whether it came to that."""
    env = {**os.environ, "PYTHONPATH": str(PROJECT), "ITIL_DESK": str(root), "ITIL_NOW": "2026-11-23T09:30:00+08:00"}
    env |= {"GIT_AUTHOR_EMAIL": "zhang@example.com", "GIT_AUTHOR_NAME": "张三"}
    group = "group" if whole else "alone"
    command = [sys.executable, "-c", PROGRAM, str(root), str(moment), group, *words]
    done = subprocess.run(command, env=env, start_new_session=True, capture_output=True, timeout=60)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    with Journal.open(root).lock():
        pass  # git commands that the killed process has left behind have ended too
    return done.returncode != 0


@pytest.mark.parametrize("verb", ["new", "escalate"])
def test_killed_at_a_dozen_moments(model: tuple[TestDesk, str], tmp_path: Path, verb: str) -> None:
    desk, case = model
    words = NEW if verb == "new" else ("escalate", case, *ESCALATE)
    copy(desk, tmp_path / "whole")
    assert not killed(tmp_path / "whole", 0, False, *words)
    events = int((tmp_path / "seen").read_text())
    assert events > MOMENTS
    ends = set()
    moments = [*range(1, events, events // 4), *range(events - 2 * (MOMENTS - 4), events, 2)]  # most is done at the end
    for turn, moment in enumerate(moments):
        one = copy(desk, tmp_path / f"{verb}-{turn}")
        assert killed(one.root, moment, bool(turn % 2), *words)
        ends.add(afterwards(one, case, verb))
        shutil.rmtree(one.root)
    assert {landed for landed, _ in ends} == {True, False}, "killed too early or too late each time"
    assert {half for _, half in ends} == {True, False}, "never half done"


def copy(desk: TestDesk, root: Path) -> TestDesk:
    shutil.copytree(desk.root, root, symlinks=True)
    return TestDesk(root, "2026-11-23T10:00:00+08:00")


def afterwards(desk: TestDesk, case: str, verb: str) -> tuple[bool, bool]:
    """What a killed command leaves; whether it had landed, and whether something was half done."""
    pending = bool(Journal.open(desk.root).pending())
    seen = desk.git("status", "--porcelain", "-uall").splitlines(keepends=True)
    half = any(
        line != MINE and TEMPORARY not in line for line in seen
    )  # a file not yet in its place is taken away in silence
    assert pending or not half
    commits = int(desk.git("rev-list", "--count", "HEAD"))
    for words in (("list",), ("show", case)):
        said = desk.itil(*words)
        assert bool(said.err) is pending, said.err
    listed = desk.itil("list", "--json").json
    assert len(listed) == commits - 1 if verb == "new" else len(listed) == 1
    assert desk.show(case)["stage"] == ("tier2" if verb == "escalate" and commits == 3 else "classified")
    said = desk.itil("note", case, "之后")
    assert said.err if half else pending or not said.err, said.err
    assert int(desk.git("rev-list", "--count", "HEAD")) == commits + 1
    assert len(desk.itil("list", "--json").json) == len(listed)
    assert [row for row in desk.itil("check", "--json", code=0).json if row["level"] == "error"] == []
    assert desk.git("status", "--porcelain", "-uall") == MINE
    desk.git("fsck", "--strict")
    return commits == 3, half
