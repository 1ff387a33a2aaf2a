"""Real repositories for the tests of the journal: making them, looking at them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from itilcli.journal import Change, Journal, message

RECORD = "records/INC-1.yaml"
NEW = "records/2026/11/23/INC-2.yaml"
UNSEEN = ("objects", "itil.lock", "COMMIT_EDITMSG", "sharedindex", "logs/refs/stash")


def git(root: Path, *args: str, check: bool = True, **extra: str) -> str:
    """What ``git args`` prints in ``root``."""
    env = {**os.environ, **extra}
    done = subprocess.run(["git", "-C", str(root), *args], capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout


def in_child(action: Callable[[], object]) -> int:
    """Start ``action`` in a child process; its id. The child ends with 0 if all went well."""
    child = os.fork()
    if child:
        return child
    try:
        action()
        os._exit(0)
    finally:
        os._exit(1)


def desk(root: Path) -> Journal:
    """A repository with two commits and one record."""
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    (root / "records").mkdir()
    (root / RECORD).write_text("id: 1\n")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    (root / RECORD).write_text("id: 1\nstage: new\n")
    git(root, "commit", "-qam", "second")
    return Journal.open(root)


def edit(root: Path, path: str = RECORD, after: bytes | None = b"id: 1\nstage: done\n") -> Change:
    """The change of a file that is there."""
    return Change(path, (root / path).read_bytes(), after)


def said(subject: str = "work") -> str:
    """A message as the commands write them."""
    return message(subject, "", [("Itil-Id", "INC-1"), ("Itil-Action", "test")])


def status(root: Path) -> list[str]:
    """What git sees as not committed."""
    return git(root, "status", "--porcelain", "-uall", "--ignore-submodules").splitlines()


def snapshot(top: Path) -> dict[str, bytes]:
    """Every file of a work tree and of its git folder, without objects and without what a command may leave."""
    found = {}
    for file in sorted(top.rglob("*")):
        name = file.relative_to(top).as_posix()
        if file.is_symlink():
            found[name] = bytes(file.readlink())
        elif file.is_file() and not any(part in name for part in UNSEEN):
            found[name] = file.read_bytes()
        elif file.is_dir() and "objects" not in name:
            found[name] = b"folder"
    return found
