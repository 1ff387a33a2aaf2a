"""The recipes of docs/email.md run by the programs that they are for, with a message on standard input."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import TestDesk

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs/email.md").read_text("utf-8")
EMAILS = Path(__file__).parent
CALL = EMAILS / "01-outlook.eml"
needs = {
    name: pytest.mark.skipif(shutil.which(name) is None, reason=f"needs {name} (Debian: apt install {name})")
    for name in ("procmail", "maildrop", "fetchmail")
}


def recipe(first: str) -> str:
    """The block of the page that begins so."""
    (found,) = re.findall(rf"```\n({re.escape(first)}.*?)```", PAGE, re.S)
    return str(found)


@pytest.fixture
def home(desk: TestDesk, tmp_path: Path) -> Path:
    """The home of the intake's user: itil where pipx puts it, a Maildir, and the desk where the page says."""
    desk.itil(
        "people", "add", "邮件受理", "--email", "intake@desk.example.org", "--role", "tier1", "--approved-by", "周总"
    )
    home = tmp_path / "home"
    for name in ("new", "cur", "tmp"):
        (home / "Maildir" / name).mkdir(parents=True)
    program = home / ".local/bin/itil"
    program.parent.mkdir(parents=True)
    told = f"PYTHONPATH='{PROJECT}' ITIL_NOW='{desk.now}' GIT_CONFIG_GLOBAL=/dev/null"
    program.write_text(f'#!/bin/sh\n{told} exec "{sys.executable}" -m itilcli "$@"\n', "utf-8")
    program.chmod(0o755)
    return home


def delivered(words: list[str | Path], home: Path, rules: str, desk: Path, message: Path) -> int:
    """What the program answers that is given a message and these rules; its PATH is that of a mail server."""
    file = home / "rules"
    file.write_text(rules.replace("/srv/desk", str(desk)), "utf-8")
    file.chmod(0o600)
    environ = {"PATH": os.defpath, "HOME": str(home)}
    with message.open("rb") as told:
        return subprocess.run([*words, file], stdin=told, env=environ, cwd=home, timeout=60, check=False).returncode


def waiting(home: Path) -> list[Path]:
    return list((home / "Maildir/new").iterdir())


@pytest.mark.parametrize(
    ("words", "first"),
    [
        pytest.param(["procmail", "-m"], "# ~/.procmailrc", marks=needs["procmail"], id="procmail"),
        pytest.param(["maildrop"], "# ~/.mailfilter", marks=needs["maildrop"], id="maildrop"),
    ],
)
def test_a_message_is_taken_and_one_that_cannot_be_stays_in_the_mailbox(
    desk: TestDesk, home: Path, words: list[str | Path], first: str
) -> None:
    program = Path(str(shutil.which(str(words[0]))))
    rules = f'HOME="{home}"\n{recipe(first)}'
    assert delivered([program, *words[1:]], home, rules, desk.root, CALL) == 0
    assert waiting(home) == []
    assert len(desk.itil("list", "--json").json) + len(desk.itil("new", "--drafts", "--json").json) == 1
    assert delivered([program, *words[1:]], home, rules, home / "none", EMAILS / "03-foxmail-html-only.eml") in (0, 5)
    (kept,) = waiting(home)
    assert b"foxmail" in kept.read_bytes().lower()


@needs["fetchmail"]
def test_fetchmail_reads_its_recipe_and_would_run_this(home: Path) -> None:
    file = home / ".fetchmailrc"
    file.write_text(recipe("# ~/.fetchmailrc"), "utf-8")
    file.chmod(0o600)
    environ = {**os.environ, "HOME": str(home)}
    done = subprocess.run(
        ["fetchmail", "-f", file, "--configdump"], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    settings = dict(re.findall(r"""['"](\w+)['"]:['"]?(.*?)['"]?,\n""", done.stdout))
    assert (settings["protocol"], settings["keep"], settings["rewrite"]) == ("IMAP", "FALSE", "FALSE")
    assert settings["mda"].startswith("itil new --from-email - --incomplete "), (
        "the dump ends at what is not ASCII; the run does not"
    )
