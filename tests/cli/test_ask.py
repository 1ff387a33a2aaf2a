"""Questions asked on a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from itilcli.cli.ask import choice

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, sys
from itilcli.cli.ask import Interrupted, Question, ask
from itilcli.language import translator
from itilcli.text import Label, t
levels = (("high", Label("high", "高", "high")), ("low", Label("low", "低", "low")))
wrong = lambda text: None if "9" in text else t("No nine in it.")
questions = [
    Question("severity", t("Severity"), levels, help=t("High: all work stops.")),
    Question("via", t("Via"), (("phone", "telephone"),), default="phone"),
    Question("title", t("Title"), check=wrong),
]
try:
    print("ANSWERS", json.dumps(ask(questions, translator("zh")), ensure_ascii=False), file=open("out", "w"))
except Interrupted as stop:
    print("STOPPED", json.dumps(stop.answers), file=open("out", "w"))
"""


def asked(tmp_path: Path, *typed: bytes, to_file: bool = False) -> tuple[str, str]:
    """What stands on the terminal, and what the questions gave, when ``typed`` is typed a line a prompt."""
    master, slave = pty.openpty()
    env = {"PATH": os.environ["PATH"], "TERM": "dumb", "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"}
    with (tmp_path / "stdout").open("wb") as file:
        program = subprocess.Popen(
            [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=env, start_new_session=True,
            stdin=slave, stdout=file if to_file else slave, stderr=slave,
            preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
        )  # fmt: skip
    os.close(slave)
    shown, waiting, last = b"", list(typed), b""
    for _ in range(60):
        if not select.select([master], [], [], 0.5)[0]:
            os.write(master, last)  # a signal that came just before the wait for a key is noticed at the next one
            continue
        try:
            shown += os.read(master, 4096)
        except OSError:
            break
        if waiting and shown.endswith(b"> "):
            last = waiting.pop(0)
            os.write(master, last)
            last = last if last in (b"\x03", b"\x04") else b""
    else:
        program.kill()
    program.wait(timeout=30)
    os.close(master)
    return shown.decode(), (tmp_path / "out").read_text().strip()


def test_a_code_a_label_or_a_number_and_the_default(tmp_path: Path) -> None:
    for typed in (b"1\n", b"high\n", "高\n".encode(), "ＨＩＧＨ\n".encode()):
        shown, got = asked(tmp_path, typed, b"\n", "读卡器 9 号\n".encode())
        assert got == 'ANSWERS {"severity": "high", "via": "phone", "title": "读卡器 9 号"}'
    assert "1. 高 (high)" in shown
    assert "直接回车：telephone" in shown


def test_a_wrong_answer_is_asked_again(tmp_path: Path) -> None:
    shown, got = asked(tmp_path, b"7\n", b"\n", b"?\n", b"low\n", b"1\n", b"x\n", b"y9\n")
    assert got == 'ANSWERS {"severity": "low", "via": "phone", "title": "y9"}'
    for said in ("请输入列表中的序号", "此项必答", "High: all work stops.", "No nine in it."):
        assert said in shown


@pytest.mark.parametrize("stop", [b"\x03", b"\x04"])
def test_stopping_keeps_what_was_answered(tmp_path: Path, stop: bytes) -> None:
    assert asked(tmp_path, b"low\n", stop)[1] == 'STOPPED {"severity": "low"}'


def test_prompts_stay_out_of_a_redirected_output(tmp_path: Path) -> None:
    shown, got = asked(tmp_path, b"low\n", b"\n", b"9\n", to_file=True)
    assert got.startswith("ANSWERS")
    assert "Severity" in shown
    assert (tmp_path / "stdout").read_bytes() == b""


def test_a_code_that_is_a_number_beats_the_number_of_a_line() -> None:
    assert choice((("2", "two"), ("1", "one")), "1", str) == "1"
    assert choice((("a", "x"), ("b", "y")), "2", str) == "b"
    assert choice((("a", "x"), ("b", "y")), "3", str) is None
