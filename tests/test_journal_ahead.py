"""The index is read before it is locked: what changes in between is seen all the same, and nothing is left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from real_git import RECORD, desk, edit, git, said, status

from itilcli.errors import Refused
from itilcli.journal import Change


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = 张三\nemail = z@example.com\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


FOLDER = RECORD.rpartition("/")[0]


def left_behind(root: Path) -> list[str]:
    return [file.name for file in (root / ".git").iterdir() if "itil-" in file.name or file.name == "index.lock"]


@pytest.mark.parametrize("other", ["", "records/9/else.yaml"])
def test_what_was_staged_meanwhile_stays_staged(tmp_path: Path, other: str) -> None:
    root = tmp_path / "desk"
    journal = desk(root)
    changes = [edit(root), *([Change(other, None, b"x: 1\n")] if other else [])]
    with journal.lock():
        journal.mend()
        journal.foresee(FOLDER)
        (root / "mine.txt").write_text("mine")
        git(root, "add", "mine.txt")
        journal.commit(changes, said())
    assert status(root) == ["A  mine.txt"]
    assert git(root, "show", "--format=", "--name-only", "HEAD").split() == sorted(c.path for c in changes)
    assert left_behind(root) == []


def test_our_file_staged_meanwhile_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    journal = desk(root)
    change, before = edit(root), (root / RECORD).read_bytes()
    with journal.lock():
        journal.mend()
        journal.foresee(FOLDER)
        (root / RECORD).write_bytes(b"id: 9\n")
        git(root, "add", RECORD)
        (root / RECORD).write_bytes(before)
        with pytest.raises(Refused, match="E-desk-uncommitted"):
            journal.commit([change], said())
    assert status(root) == [f"MM {RECORD}"]
    assert left_behind(root) == []


def test_a_command_that_commits_nothing_leaves_nothing(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    journal = desk(root)
    before = (root / ".git/index").read_bytes()
    with journal.lock():
        journal.mend()
        journal.foresee(FOLDER)
    assert (root / ".git/index").read_bytes() == before
    assert left_behind(root) == []


def test_flags_set_on_a_path_stay(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    journal = desk(root)
    git(root, "update-index", "--assume-unchanged", RECORD)
    with journal.lock():
        journal.mend()
        journal.foresee(FOLDER)
        journal.commit([edit(root)], said())
    assert git(root, "ls-files", "-v", RECORD) == f"h {RECORD}\n"
    git(root, "update-index", "--no-assume-unchanged", RECORD)
    assert status(root) == []


def test_an_edit_within_one_tick_of_the_index_is_still_seen(tmp_path: Path) -> None:
    """Git tells such an edit by the index's own time, which a commit beside the index must not lose."""
    root = tmp_path / "desk"
    journal = desk(root)
    git(root, "config", "core.trustctime", "false")
    mine = root / "mine.txt"
    mine.write_text("one\n")
    tick = 1_000_000_000_000_000_000
    os.utime(mine, ns=(tick, tick))
    git(root, "add", "mine.txt")
    git(root, "commit", "-qm", "mine")
    mine.write_text("two\n")
    os.utime(mine, ns=(tick, tick))
    os.utime(root / ".git/index", ns=(tick, tick))
    journal.commit([edit(root)], said())
    assert status(root) == [" M mine.txt"]
