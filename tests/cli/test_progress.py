"""Progress: only where somebody sees it and only for long work, honest about what is left, never wider than the terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections import deque
from pathlib import Path

import pytest

from itilcli.cli.progress import LATELY, Bar
from itilcli.cli.screen import Screen, width

PROJECT = Path(__file__).resolve().parents[2]
ZH = {"{rate}/s": "{rate} 条/秒", "{time} left": "剩余 {time}"}


def on_terminal(code: str, columns: int = 100, **env: str) -> str:
    """What a terminal gets from a program of its own."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environ = {"PATH": os.environ["PATH"], "TERM": "xterm", "PYTHONUTF8": "1", **env}
    begin = "from time import sleep\nfrom itilcli.cli.screen import Screen\n"
    program = subprocess.Popen(
        [sys.executable, "-c", begin + code], stdin=slave, stdout=slave, stderr=slave, cwd=PROJECT, env=environ
    )
    os.close(slave)
    written = b""
    try:
        while part := os.read(master, 4096):
            written += part
    except OSError:
        pass
    os.close(master)
    assert program.wait(timeout=30) == 0
    return written.decode()


def bar(done: int, total: int, rate: float, label: str = "读取事件", zh: bool = True) -> Bar:
    """A line that has been going on for four seconds."""
    made = Bar(total, label, (lambda text: ZH.get(text, text)) if zh else str)
    made.done, made.seen = done, deque([(0.0, done - int(4 * rate)), (4.0, done)])
    return made


def test_long_work_shows_itself_and_takes_itself_away() -> None:
    code = "with Screen().progress(30, '读取') as step:\n  for n in range(3): sleep(0.4); step(2)"
    shown = on_terminal(code, NO_COLOR="1", COLUMNS="500").split("\r\x1b[K")
    assert shown[0] == shown[-1] == "", "nothing before the first line, nothing after the last"
    assert re.fullmatch(r"读取 \[## {18}\]   13%  4/30  [3-5]\.\d/s  0:\d\d left", shown[1]), shown
    assert re.fullmatch(r"读取 \[#### {16}\]   20%  6/30  [3-5]\.\d/s  0:\d\d left", shown[2]), shown


def test_work_that_knows_no_screen_is_watched_from_outside() -> None:
    code = "watch = Screen().watching('x')\nfor n in (1, 2, 3, 20): sleep(0.3); watch(n, 20)\nScreen().note('done')"
    shown = on_terminal(code).split("\r\x1b[K")
    assert [re.findall(r"\d/20", line) for line in shown[1:-1]] == [["3/20"]]
    assert shown[-1] == "done\r\n"


@pytest.mark.parametrize(
    ("screen", "env", "pause"),
    [
        ("Screen()", {}, 0.01),
        ("Screen(quiet=True)", {}, 0.4),
        ("Screen(watched=False)", {}, 0.4),
        ("Screen()", {"TERM": "dumb"}, 0.4),
    ],
    ids=["short work", "--quiet", "--json", "a terminal that cannot take a line back"],
)
def test_where_no_progress_is_shown(screen: str, env: dict[str, str], pause: float) -> None:
    code = f"with {screen}.progress(4, 'x') as step:\n  for n in range(2): sleep({pause}); step()"
    assert on_terminal(code, **env) == ""


def test_no_progress_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert not Screen().shows_progress
    with Screen().progress(2, "x") as step:
        step(2)
    assert capsys.readouterr().err == ""


def test_the_line_in_either_language() -> None:
    assert bar(8200, 20000, 3120).line(99) == "读取事件 [########            ]   41%  8200/20000  3120 条/秒  剩余 0:04"
    assert bar(3, 36, 0.5, "months", zh=False).line(99) == "months [#                   ]    8%  3/36  0.5/s  1:07 left"
    assert "  1.0/s  27:30:0" in bar(1000, 100000, 1, "x", zh=False).line(99)
    assert bar(999, 100000, 1, "x", zh=False).line(99).endswith("  1.0/s")  # too early to tell
    assert bar(45000, 0, 22500, "读取台账").line(99) == "读取台账  45000  22500 条/秒"


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (50, "读取事件   41%  8200/20000  3120 条/秒  剩余 0:04"),
        (40, "读取事件   41%  8200/20000  剩余 0:04"),
        (30, "读取事件   41%  剩余 0:04"),
        (20, "41%  剩余 0:04"),
        (8, "41%"),
        (2, "…"),
        (0, ""),
    ],
)
def test_a_narrow_terminal_gets_what_matters_most(room: int, shown: str) -> None:
    assert bar(8200, 20000, 3120).line(room).strip() == shown
    assert all(width(bar(8200, 20000, 3120).line(columns)) <= columns for columns in range(100))


def test_the_rate_is_that_of_late_so_that_the_rest_is_not_judged_by_a_slow_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr("itilcli.cli.progress.monotonic", lambda: clock[0])
    work, done = Bar(10000, "x", str), 0
    for rate in [10] * 20 + [100] * 20:  # a second each
        clock[0] += 1
        work.reach(done := done + rate)
    assert work.rate() == 100
    assert work.left() == (10000 - done) / 100
    assert work.seen[-1][0] - work.seen[0][0] <= LATELY + 1
