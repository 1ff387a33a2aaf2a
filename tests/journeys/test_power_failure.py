"""The power fails while a call is typed: a real terminal, and a process that is killed."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time

import pytest
from conftest import EMAILS, TestDesk

NOW = "2026-11-23T09:05:00+08:00"
REST = ("-b", "3号窗口无法结算", "-e", "无", "--type", "故障处理", "-g", "终端设备", "-s", "低", "-q", "一般")


def until(terminal: int, wanted: str, seconds: float = 20) -> None:
    """Reads what the terminal shows until it shows ``wanted``."""
    shown, end = "", time.monotonic() + seconds
    while wanted not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 65536).decode(errors="replace")
    assert wanted in shown, shown


@pytest.mark.covers("F3")
def test_what_was_answered_before_the_power_failed_is_kept(desk: TestDesk) -> None:
    """Two answers given, a third half typed, the process gone: the first two are in the draft, and the desk is whole."""
    who = {"GIT_AUTHOR_NAME": "陈一", "GIT_AUTHOR_EMAIL": EMAILS["陈一"], "ITIL_DESK": str(desk.root), "ITIL_NOW": NOW}
    words = ["-m", "itilcli", "new", "-o", "云溪县中医院", "-y", "读卡器无法识别"]
    process, terminal = pty.fork()
    if process == 0:
        os.execve(
            sys.executable, [sys.executable, *words], {**os.environ, **who, "PYTHONPATH": os.pathsep.join(sys.path)}
        )
    until(terminal, "联系人")
    os.write(terminal, "倪科长\n".encode())
    until(terminal, "电话")
    os.write(terminal, b"0572-5550102\n")
    until(terminal, "影响业务")
    os.write(terminal, "3号".encode())
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(terminal)
    assert desk.git("status", "--porcelain") == ""
    made = desk.itil("new", "--draft", *REST, "--json", who="陈一", now="2026-11-23T09:20:00+08:00").json
    shown = desk.show(made["id"])
    assert (shown["customer"]["contact"], shown["customer"]["phone"]) == ("倪科长", "0572-5550102")
    assert shown["reported_at"] == NOW
