"""`new` and `close` on a terminal: what is missing is asked for, and nothing else; elsewhere nothing is."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

from conftest import TestDesk

PROJECT = Path(__file__).resolve().parents[2]
CALL = ("new", "-o", "二院")


def environment(desk: TestDesk) -> dict[str, str]:
    env = {
        name: value for name, value in os.environ.items() if name.startswith("GIT_CONFIG") or name in ("PATH", "HOME")
    }
    env |= {
        "PYTHONPATH": str(PROJECT),
        "PYTHONUTF8": "1",
        "TERM": "dumb",
        "ITIL_DESK": str(desk.root),
        "ITIL_NOW": desk.now,
    }
    return env | {"GIT_AUTHOR_EMAIL": "zhang@example.com", "GIT_AUTHOR_NAME": "张三"}


def on_terminal(desk: TestDesk, words: tuple[str, ...], *typed: str) -> tuple[int, str, int]:
    """The exit code, all that the terminal showed, and how many prompts came, when a line is typed at each."""
    master, slave = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "itilcli", *words], env=environment(desk), stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True, preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(slave)
    shown, waiting, prompts, until = b"", list(typed), 0, time.monotonic() + 20
    while time.monotonic() < until:
        if not select.select([master], [], [], 0.5)[0]:
            if prompts and typed[prompts - 1] == "\x03":
                os.write(master, b"\x03")  # one that came just before the wait for a key is noticed at the next
            continue
        try:
            shown += os.read(master, 4096)
        except OSError:
            break
        if waiting and shown.endswith(b"> "):
            line = waiting.pop(0)
            os.write(master, line.encode() if line == "\x03" else f"{line}\n".encode())
            prompts += 1
    else:
        program.kill()
    program.wait(timeout=30)
    os.close(master)
    assert waiting == [], shown.decode()
    return program.returncode, shown.decode().replace("\r\n", "\n"), prompts


def only_case(desk: TestDesk) -> str:
    (row,) = desk.itil("list", "--json").json
    return str(row["id"])


def test_a_call_is_asked_for_what_it_lacks_and_no_more(desk: TestDesk) -> None:
    """By code, number or label; the channel is the desk's, the organisation was given."""
    answers = ("开机黑屏", "李医生", "0571-1", "收费停止", "none", "故障处理", "1", "urgent", "terminal", "3")
    code, shown, prompts = on_terminal(desk, CALL, *answers)
    assert (code, prompts) == (0, len(answers)), shown
    case = desk.show(only_case(desk))
    assert case["customer"] == {"organisation": "二院", "contact": "李医生", "phone": "0571-1"}
    assert (case["symptom"], case["business_impact"], case["channel"]) == ("开机黑屏", "收费停止", "hotline")
    assert (case["type"], case["importance"], case["urgency"]) == ("fault", "important", "urgent")
    assert (case["category"], case["severity"]) == ("terminal", "low")
    assert "渠道" not in shown and "客户单位" not in shown
    assert "1. 技术咨询 (consultation)" in shown
    assert desk.git("status", "--porcelain") == ""


def test_ctrl_c_keeps_the_answers_and_the_draft_goes_on(desk: TestDesk) -> None:
    """The time of the call is that of the first attempt."""
    code, shown, _ = on_terminal(desk, CALL, "开机黑屏", "李医生", "\x03")
    assert code == 130 and "Traceback" not in shown
    assert desk.git("status", "--porcelain") == "" and desk.itil("list", "--json").json == []
    rest = (
        "-p",
        "0571-1",
        "-b",
        "收费停止",
        "-e",
        "none",
        "--type",
        "fault",
        "-g",
        "terminal",
        "-s",
        "low",
        "-q",
        "一般",
    )
    desk.itil("new", "--draft", *rest, now="2026-11-23T09:20:00+08:00")
    case = desk.show(only_case(desk))
    assert (case["symptom"], case["customer"]["contact"], case["customer"]["organisation"]) == (
        "开机黑屏",
        "李医生",
        "二院",
    )
    assert (case["reported_at"], case["recorded_at"]) == (desk.now, "2026-11-23T09:20:00+08:00")
    assert desk.refused("new", "--draft", code=2) == ["E-5.1-no-draft"]


def test_without_a_terminal_nothing_is_asked(desk: TestDesk) -> None:
    """Standard input from nowhere, or from a file: one list of what is missing, at once."""
    for stdin in (subprocess.DEVNULL, subprocess.PIPE):
        done = subprocess.run(
            [sys.executable, "-m", "itilcli", *CALL, "--json"], env=environment(desk), stdin=stdin, capture_output=True, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, b"")
        assert len(json.loads(done.stderr)["error"]["problems"]) == 8


def test_a_question_that_the_answer_before_brings_up(desk: TestDesk) -> None:
    """A consultation is asked neither category nor severity; a wrong answer is asked again."""
    answers = ("如何导出", "李医生", "0571-1", "无", "none", "9", "咨询", "一般", "normal")
    code, shown, _ = on_terminal(desk, CALL, *answers)
    assert code == 0, shown
    assert desk.show(only_case(desk))["type"] == "consultation"


def test_closing_asks_only_what_is_missing(desk: TestDesk) -> None:
    """The solution was given, the rest is asked: change, problem, who confirmed, items, knowledge."""
    case = desk.new()
    code, shown, prompts = on_terminal(
        desk, ("close", case, "--solution", "重启"), "none", "无", "李医生", "none", "none"
    )
    assert (code, prompts) == (0, 5), shown
    shown_case = desk.show(case)
    assert (shown_case["stage"], shown_case["confirmation"]["by"], shown_case["change"]) == ("closed", "李医生", "none")
    given = ("--solution", "重启", "--confirmed-by", "李医生", "--change", "none", "--item", "读卡器-03.driver=2")
    other = desk.new(*given)
    code, shown, prompts = on_terminal(desk, ("close", other), "none", "none")
    assert (code, prompts) == (0, 2), shown
    kept = desk.show(other)
    assert kept["configuration_update"]["items"] == [{"item": "读卡器-03", "attribute": "driver", "value": "2"}]
