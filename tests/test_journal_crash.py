"""A command killed at any moment: the next one that writes finishes or undoes it, and clobbers nobody's edit."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from real_git import NEW, RECORD, desk, edit, git, in_child, said, snapshot, status

from itilcli.journal import Change, Journal

WATCHED = ("open", "os.", "subprocess.Popen", "shutil.")


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = 张三\nemail = z@example.com\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A desk with two records and a file the user has staged."""
    root = tmp_path / "model"
    journal = desk(root)
    journal.commit([Change("records/old/INC-0.yaml", None, b"id: 0\n")], said())
    (root / "mine.txt").write_text("mine")
    git(root, "add", "mine.txt")
    return root


def work(root: Path) -> None:
    changes = [edit(root), edit(root, "records/old/INC-0.yaml", None), Change(NEW, None, b"id: 2\n")]
    Journal.open(root).commit(changes, said())


def killed_at(root: Path, moment: int, action: Callable[[Path], None] = work) -> bool:
    """Run ``action`` in a child that kills itself at its ``moment``-th system event; whether it came to that."""
    left = moment

    def count(event: str, args: object) -> None:
        nonlocal left
        if event.startswith(WATCHED):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched() -> None:
        sys.addaudithook(count)
        action(root)

    ended = os.waitpid(in_child(watched), 0)[1]
    assert os.WIFSIGNALED(ended) or ended == 0
    with Journal.open(root).lock():
        pass  # the git commands of the killed process have ended too
    return os.WIFSIGNALED(ended)


def mended(root: Path) -> str:
    """Mend, and check that all is as before or as after; says which."""
    journal = Journal.open(root)
    with journal.lock():
        notes = journal.mend()
    assert journal.pending() == []
    assert status(root) == ["A  mine.txt"], notes
    landed = git(root, "log", "-1", "--format=%s").strip() == "work" and (root / NEW).exists()
    assert (root / RECORD).read_text() == ("id: 1\nstage: done\n" if landed else "id: 1\nstage: new\n")
    assert (root / "records/old").exists() is not landed
    assert (root / "records/2026").exists() is landed
    assert not [file for file in root.rglob("*itil-*") if file.name != "itil.lock"]
    assert not (root / ".git/index.lock").exists()
    return "landed" if landed else "undone"


@pytest.mark.parametrize("hook", [False, True])
def test_killed_at_any_moment(tmp_path: Path, model: Path, hook: bool) -> None:
    """The whole way, one dealing with the system after the other; with hooks a sample of them."""
    if hook:
        (model / ".git/hooks/commit-msg").write_text("#!/bin/sh\nexit 0\n")
        (model / ".git/hooks/commit-msg").chmod(0o755)
    ends, moment, killed = set(), 1, True
    while killed:
        root = tmp_path / "one"
        shutil.copytree(model, root, symlinks=True)
        killed = killed_at(root, moment)
        pending = Journal.open(root).pending()
        ends.add((mended(root), bool(pending)))
        Journal.open(root).commit([Change("records/next.yaml", None, b"x\n")], said("next"))
        assert status(root) == ["A  mine.txt"]
        shutil.rmtree(root)
        moment += 7 if hook else 2
    assert {("undone", False), ("undone", True), ("landed", True), ("landed", False)} >= ends
    assert {("undone", True), ("landed", False)} <= ends


def files_written(model: Path) -> Path:
    """A desk whose command was killed after its files were written and before its commit."""
    for moment in range(10, 400, 2):
        root = model.with_name(f"killed-{moment}")
        shutil.copytree(model, root, symlinks=True)
        assert killed_at(root, moment)
        if (root / NEW).exists() and not (root / "records/old").exists():
            return root
    raise AssertionError("never half done")


def test_readers_read_what_is_committed_and_write_nothing(model: Path) -> None:
    root = files_written(model)
    before = snapshot(root)
    journal = Journal.open(root)
    assert journal.pending() == journal.in_flight() == [RECORD, "records/old/INC-0.yaml", NEW]
    assert journal.committed_bytes(RECORD) == b"id: 1\nstage: new\n"
    assert journal.committed_bytes("records/old/INC-0.yaml") == b"id: 0\n"
    assert journal.committed_bytes(NEW) is None
    assert snapshot(root) == before


def test_an_edit_made_since_is_left_alone(model: Path) -> None:
    root = files_written(model)
    (root / RECORD).write_text("mine now\n")
    journal = Journal.open(root)
    with journal.lock():
        notes = [str(note) for note in journal.mend()]
    assert (root / RECORD).read_text() == "mine now\n"
    assert not (root / NEW).exists()
    assert (root / "records/old/INC-0.yaml").read_bytes() == b"id: 0\n"
    assert f"Left as it is, it was edited since: {RECORD}" in notes
    assert f"Undone, it was cut off before its commit: {NEW}" in notes


def test_what_the_user_committed_since_is_left_alone(model: Path) -> None:
    """The user found the half-done files and committed them: they are the user's now."""
    root = files_written(model)
    (root / ".git/index.lock").unlink(missing_ok=True)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "as found")
    journal = Journal.open(root)
    with journal.lock():
        journal.mend()
    assert (root / NEW).read_bytes() == b"id: 2\n"
    assert (root / RECORD).read_text() == "id: 1\nstage: done\n"
    assert status(root) == []
