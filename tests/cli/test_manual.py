"""The manual pages: one for each command in each language, clean roff, and found by `man` beside the program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from itilcli.cli.commands import COMMANDS
from itilcli.cli.manual import FOLDERS

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ``share/man`` with all pages, made as a build makes them: by a Python that has no library."""
    folder = tmp_path_factory.mktemp("man") / "share/man"
    words = [sys.executable, "-I", "-S", str(PROJECT / "docs/manual.py"), str(folder)]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    return folder


def needs(program: str, package: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program} here (Debian: apt install {package})")


def test_each_command_has_a_page_in_each_language(share: Path) -> None:
    names = {"itil.1", *(f"itil-{'-'.join(command.name.split())}.1" for command in COMMANDS)}
    for folder in FOLDERS.values():
        assert {path.name for path in (share / folder).iterdir()} == names
    text = (share / "zh_CN/man1/itil-hold.1").read_text("utf-8")
    assert '.SH "选项"' in text and "挂\\:起" in text
    english = (share / "man1/itil-hold.1").read_text("utf-8")
    assert ".B \\-\\-until TIME" in english


def test_the_pages_are_clean(share: Path) -> None:
    needs("mandoc", "mandoc")
    pages = sorted(map(str, share.rglob("*.1")))
    done = subprocess.run(["mandoc", "-Tlint", "-W", "warning", *pages], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_groff_finds_nothing_to_complain_of(share: Path) -> None:
    needs("groff", "groff")
    for path in sorted(share.rglob("*.1"))[::7]:
        done = subprocess.run(
            ["groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-z", str(path)], capture_output=True, text=True
        )
        assert done.stderr == "", path.name


def test_man_finds_them_beside_a_program_on_the_path(share: Path) -> None:
    needs("man", "man-db")
    program = share.parents[1] / "bin"
    program.mkdir(exist_ok=True)
    environ = {**os.environ, "PATH": f"{program}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    environ.pop("MANPATH", None)
    for name in ("itil", "itil-people-add"):
        done = subprocess.run(["man", "-w", name], env=environ, capture_output=True, text=True, timeout=60)
        assert done.stdout.strip() == str(share / f"man1/{name}.1"), done.stderr
    shown = subprocess.run(
        ["man", "-P", "cat", "itil-hold"], env={**environ, "MANWIDTH": "80"}, capture_output=True, text=True
    )
    assert "--until TIME" in shown.stdout and "等待备件" in shown.stdout
