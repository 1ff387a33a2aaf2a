"""Many at once: every commit lands, none takes another's files along."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from real_git import RECORD, desk, edit, git, in_child, said, status

from itilcli.errors import Refused
from itilcli.journal import Change, Journal

ROOT = Path(__file__).parent.parent
WRITER = """
import sys
import time
from pathlib import Path
from itilcli.journal import Change, Journal, message
root, name = Path(sys.argv[1]), sys.argv[2]
for turn in range(3):
    journal = Journal.open(root)
    with journal.lock():
        journal.mend()
        log = root / "records/shared.yaml"
        before = log.read_bytes() if log.exists() else None
        changes = [Change("records/shared.yaml", before, (before or b"") + f"{name}-{turn}\\n".encode())]
        changes.append(Change(f"records/{name}/{turn}.yaml", None, b"x\\n"))
        journal.commit(changes, message(f"{name} {turn}", "", []))
"""


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = a\nemail = a@example.com\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_all_land(tmp_path: Path) -> None:
    """Eight processes, three commits each, all on one shared file."""
    root = tmp_path / "desk"
    desk(root)
    commands = [[sys.executable, "-c", WRITER, str(root), f"p{n}"] for n in range(8)]
    running = [subprocess.Popen(command) for command in commands]
    assert [process.wait(60) for process in running] == [0] * 8
    assert int(git(root, "rev-list", "--count", "HEAD")) == 2 + 24
    assert len(set((root / "records/shared.yaml").read_text().split())) == 24
    assert {len(entry.paths) for entry in Journal.open(root).log(limit=24)} == {2}
    assert status(root) == []


def test_two_work_trees_share_the_lock(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    journal = desk(root)
    git(root, "worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    other = Journal.open(tmp_path / "other")
    assert other.common_dir == journal.common_dir
    assert other.git_dir != journal.git_dir
    with journal.lock(), pytest.raises(Refused) as refused, other.lock(wait=0.1):
        pass
    assert [problem.code for problem in refused.value.problems] == ["E-desk-busy"]


def test_users_own_git_commands_meanwhile(tmp_path: Path) -> None:
    """A moment's lock of git's own (an editor, a prompt) is waited for."""
    root = tmp_path / "desk"
    journal = desk(root)
    lock = root / ".git/index.lock"
    lock.touch()
    release = subprocess.Popen(["sh", "-c", f"sleep 0.4; rm '{lock}'"])
    journal.commit([edit(root)], said())
    release.wait()
    assert status(root) == []


def test_a_writer_at_work_is_not_a_killed_one(tmp_path: Path) -> None:
    """While a command writes, its paths are in flight but nothing is to be mended."""
    root = tmp_path / "desk"
    desk(root)
    hook = root / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\ntouch ../at-work; while [ ! -e ../go-on ]; do sleep 0.02; done\n")
    hook.chmod(0o755)
    child = in_child(lambda: Journal.open(root).commit([edit(root)], said()))
    until = time.monotonic() + 20
    while not (tmp_path / "at-work").exists() and time.monotonic() < until:
        time.sleep(0.01)
    reader = Journal.open(root)
    assert (reader.pending(), reader.in_flight()) == ([], [RECORD])
    assert reader.committed_bytes(RECORD) == b"id: 1\nstage: new\n"
    (tmp_path / "go-on").touch()
    assert os.waitpid(child, 0)[1] == 0
    assert (reader.pending(), reader.in_flight()) == ([], [])


def test_the_change_of_a_file_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    journal = desk(root)
    stale = edit(root)
    journal.commit([edit(root, after=b"id: 1\nby: other\n")], said())
    head = journal.head()
    with pytest.raises(Refused) as refused:
        journal.commit([stale, Change("records/new.yaml", None, b"x\n")], said())
    assert [problem.code for problem in refused.value.problems] == ["E-desk-changed"]
    assert journal.head() == head
    assert not (root / "records/new.yaml").exists()
