"""The gate as git calls it: a real push into a real bare repository."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from insider import CLOSED, NOW, OPEN, WAITING, Insider, insider

import itilcli
from itilcli.cli.progress import CLEARED

PROJECT = str(Path(itilcli.__file__).resolve().parents[1])


@pytest.fixture
def hands(tmp_path: Path) -> Insider:
    """The story with the gate on its server."""
    made = insider(tmp_path)
    made.desk.itil("gate", "--install", str(made.server))
    made.run("remote", "add", "origin", str(made.server))
    return made


def push(hands: Insider, *words: str) -> subprocess.CompletedProcess[str]:
    """A push as people make it."""
    environ = {**os.environ, "PYTHONPATH": PROJECT, "ITIL_NOW": NOW}
    return subprocess.run(
        ["git", "-C", str(hands.root), "push", *(words or ("origin", "main"))],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_honest_push_is_let_in(hands: Insider):
    """A step by a verb reaches the server."""
    hands.desk.itil("note", hands.ids[OPEN], "再看一次", who="陈一")
    done = push(hands)
    assert done.returncode == 0, done.stderr
    assert hands.run("ls-remote", "origin", "refs/heads/main").startswith(hands.run("rev-parse", "HEAD"))


def test_a_refusal_names_commit_person_file_rule_and_remedy(hands: Insider):
    """In the desk's language, whatever the server speaks."""
    with hands.record(CLOSED) as incident:
        incident["symptom"] = "用户误操作"
    commit = hands.hand("陈一")
    done = push(hands)
    assert done.returncode != 0
    told = done.stderr
    for part in (commit[:8], "陈一", hands.path(CLOSED).name, "E-gate-no-step", "itil correct"):
        assert part in told, told
    assert hands.run("ls-remote", "origin", "refs/heads/main").startswith(hands.began)


def test_the_hook_is_one_line_and_stays_the_same(hands: Insider):
    """Installed twice it is what it was; another hook is left alone."""
    hook = hands.server / "hooks" / "pre-receive"
    text = hook.read_text("utf-8")
    assert len(text.splitlines()) == 2 and os.access(hook, os.X_OK)
    assert hands.desk.git("-C", str(hands.server), "config", "core.fsync").strip() == "loose-object,reference,pack"
    hands.desk.itil("gate", "--install", str(hands.server))
    assert hook.read_text("utf-8") == text
    hook.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    assert "E-gate-hook-there" in hands.desk.refused("gate", "--install", str(hands.server), code=5)
    assert "E-gate-bare" in hands.desk.refused("gate", "--install", str(hands.root), code=5)


def test_a_clock_that_was_set_is_named(hands: Insider):
    """Let in, and said: nobody works with ITIL_NOW."""
    hands.desk.now = "2026-11-23T12:00:00+08:00"
    hands.desk.itil("note", hands.ids[OPEN], "再看一次")
    head = hands.run("rev-parse", "HEAD")
    hands.variables["ITIL_NOW"] = ""
    gated = hands.push()
    assert head and [one.problem.code for one in gated.findings if one.problem.level == "warning"] == [
        "W-gate-rehearsed"
    ]


def test_what_git_would_not_say_is_refused(hands: Insider, monkeypatch: pytest.MonkeyPatch):
    """The gate is for git, not for a terminal."""
    import io

    monkeypatch.setenv("GIT_DIR", str(hands.server))
    monkeypatch.setattr(sys, "stdin", io.StringIO("hello\n"))
    assert hands.desk.itil("gate", "--json", code=None).codes == ["E-gate-input"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{hands.began} {hands.began} refs/heads/main\n"))
    assert hands.desk.itil("gate", "--json").json == {"accepted": True, "commits": 0, "findings": []}


IN_HASTE = """
import sys
from itilcli.actions.proving import walk
from itilcli.cli import program, progress
progress.SOON = progress.AGAIN = 0.0
walk.WINDOW = 1
sys.argv = ["itil", "gate"]
program()
"""
"""The gate, telling of its progress at once and after each part of the work."""


def test_progress_is_for_a_terminal_alone(hands: Insider):
    """A pipe has none of it, and neither has who pushes: what the server says comes to them line by line."""
    for case in (OPEN, WAITING, OPEN, WAITING):
        hands.desk.itil("note", hands.ids[case], "再看一次", who="陈一")
    head = hands.run("rev-parse", "HEAD")
    push_ = f"{hands.began} {head} refs/heads/main\n".encode()
    environ = {
        **os.environ, "PYTHONPATH": PROJECT, "ITIL_NOW": NOW, "TERM": "xterm", "GIT_DIR": str(hands.server),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(hands.root / ".git" / "objects"),
    }  # fmt: skip
    call = [sys.executable, "-c", IN_HASTE]
    piped = subprocess.run(call, input=push_, env=environ, capture_output=True, check=True)
    assert (piped.stdout, piped.stderr) == (b"", b"")
    master, slave = pty.openpty()
    subprocess.run(call, input=push_, env=environ, stdout=subprocess.DEVNULL, stderr=slave, check=True)
    os.close(slave)
    shown = b""
    with suppress(OSError):  # a terminal that nobody writes to any more
        while part := os.read(master, 4096):
            shown += part
    os.close(master)
    assert b"2/4" in shown and shown.endswith(CLEARED.encode()), shown
    (hands.server / "hooks" / "pre-receive").write_text(f"#!/bin/sh\nexec {shlex.join(call)}\n", "utf-8")
    done = push(hands)
    assert done.returncode == 0 and "/4" not in done.stderr and CLEARED not in done.stderr, done.stderr


def test_the_first_push_to_an_empty_server_is_judged(hands: Insider):
    """From its first commit on: the founding, and each step after it."""
    empty = hands.top / "empty.git"
    hands.run("init", "-q", "--bare", "-b", "main", str(empty))
    hands.desk.itil("gate", "--install", str(empty))
    with hands.record(OPEN) as incident:
        incident["symptom"] = "打印机卡纸"
        incident["tier"] = 2
    wrong = hands.hand("陈一")
    done = push(hands, str(empty), "main")
    assert done.returncode != 0 and wrong[:8] in done.stderr and "E-5-derived" in done.stderr, done.stderr
    assert f"{wrong[:8]} 陈一" in done.stderr and done.stderr.count("[E-") == 1, done.stderr
    hands.run("reset", "-q", "--hard", hands.began)
    done = push(hands, str(empty), "main")
    assert done.returncode == 0 and "E-" not in done.stderr, done.stderr
