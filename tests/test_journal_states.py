"""What a commit does in each of the states of tests/data/git/make_repos.sh: it lands whole, or is refused whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_git import NEW, RECORD, git, said, snapshot, status

from itilcli.errors import Kind, Refused
from itilcli.journal import Change, Journal

LANDS = [
    "normal",
    "empty_unborn",
    "shallow",
    "worktree",
    "super",
    "super_uninit",
    "hook_slow",
    "sign_ssh",
    "no_identity",
    "autocrlf",
    "gitattr",
    "filter_required",
    "cn_paths",
    "dash_name",
    "ignored",
    "sparse",
    "dirty_staged",
    "skipworktree",
    "assume",
    "symlinked",
    "symlink_root",
    "replace",
    "latin1_commit",
    "packed",
    "fsmonitor",
    "split_index",
    "sha256",
    "reftable",
    "readonly",
    "future",
    "tz",
]
REFUSED = {
    "bare.git": "E-desk-bare",
    "detached": "E-desk-detached",
    "merging": "E-desk-under-way",
    "rebasing": "E-desk-under-way",
    "cherry": "E-desk-under-way",
    "bisecting": "E-desk-under-way",
    "hook_precommit_fail": "E-desk-hook",
    "hook_commitmsg_fail": "E-desk-hook",
    "hook_modifies": "E-desk-hook-changed",
    "hookspath": "E-desk-hook",
    "sign_required": "E-desk-signing",
    "locked": "E-desk-locked",
    "ref_locked": "E-desk-locked",
    "foreign_owner": "E-desk-ownership",
    "corrupt_head": "E-desk-head",
    "missing_obj": "E-desk-git",
}
NO_EDIT = {"empty_unborn", "sparse", "dirty_staged", "filter_required"}
"""States in which the record is not there, or has edits of the user's."""


@pytest.fixture(scope="module")
def worlds() -> Iterator[Path]:
    """All the repositories, built once; each is used by one test."""
    folder = Path(tempfile.mkdtemp())
    script = Path(__file__).parent / "data/git/make_repos.sh"
    subprocess.run(["bash", str(script), str(folder / "w")], check=True, capture_output=True)
    yield folder / "w"
    subprocess.run(["chmod", "-R", "u+w", str(folder)], check=False)
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def configuration(worlds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(worlds / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in [name for name in os.environ if name.startswith(("GIT_AUTHOR", "GIT_COMMITTER", "GIT_DIR"))]:
        monkeypatch.delenv(name)


def changes(root: Path, name: str) -> list[Change]:
    new = Change(f"{NEW}.{name}", None, "id: 2\n标题: 读卡器\n".encode())
    if name in NO_EDIT:
        return [new]
    return [Change(RECORD, (root / RECORD).read_bytes(), f"id: 1\ns: {name}\n".encode()), new]


def test_every_state_has_an_expectation(worlds: Path) -> None:
    """No repository of the script is left out."""
    built = {path.name for path in worlds.iterdir() if path.is_dir()}
    assert built - {"reftable"} == {*LANDS, *REFUSED} - {"reftable"}


@pytest.mark.parametrize("name", LANDS)
def test_lands(worlds: Path, name: str) -> None:
    root = worlds / name
    if not root.exists():
        pytest.skip("this git cannot make it")
    if name == "readonly" and os.geteuid() != 0:
        pytest.skip("only root writes to a read-only folder")
    before, seen = git(root, "rev-parse", "-q", "--verify", "HEAD", check=False).strip(), status(root)
    journal, wanted = Journal.open(root), changes(root, name)
    with journal.lock():
        assert journal.mend() == []
        made = journal.commit(wanted, said("处理"))
    env = {"GIT_NO_REPLACE_OBJECTS": "1"}
    assert git(root, "rev-parse", "HEAD").strip() == made == journal.head()
    if name != "shallow":
        assert git(root, "log", "-1", "--format=%P", made, **env).strip() == before
    listed = git(root, "show", "-z", "--name-only", "--format=", made, **env).split("\0")
    assert sorted(filter(None, listed)) == sorted(change.path for change in wanted)
    for change in wanted:
        assert (root / change.path).read_bytes() == change.after
        assert journal.committed_bytes(change.path).replace(b"\r\n", b"\n") == change.after or name == "filter_required"
    assert status(root) == seen
    assert git(root, "diff", "--cached", "--name-only", "--", *[c.path for c in wanted]) == ""
    assert journal.pending() == []
    assert not list(journal.git_dir.glob("*itil-*")) and not (journal.git_dir / "index.lock").exists()


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_and_nothing_changes(worlds: Path, name: str) -> None:
    root = worlds / name
    if name == "foreign_owner" and root.stat().st_uid == os.geteuid():
        pytest.skip("only root gives files away")
    before = snapshot(root)
    with pytest.raises(Refused) as refused:
        Journal.open(root).commit(changes(root, name), said())
    assert [problem.code for problem in refused.value.problems] == [REFUSED[name]]
    assert refused.value.exit_code == Kind.DESK
    assert snapshot(root) == before


def test_no_identity_is_a_matter_of_permission(worlds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = worlds / "no_identity"
    before = snapshot(root)
    with pytest.raises(Refused) as refused:
        Journal.open(root).commit([Change("records/other.yaml", None, b"x\n")], said())
    assert [problem.code for problem in refused.value.problems] == ["E-actor-identity"]
    assert refused.value.exit_code == Kind.PERMISSION
    assert snapshot(root) == before


@pytest.mark.parametrize(
    ("name", "path", "code"),
    [
        ("super", "records_sub/records/INC-9.yaml", "E-desk-path"),
        ("super_uninit", "records_sub/INC-9.yaml", "E-desk-path"),
        ("symlinked", "records/link.yaml", "E-desk-path"),
        ("sparse", RECORD, "E-desk-sparse"),
        ("dirty_staged", "other.txt", "E-desk-uncommitted"),
        ("dirty_staged", RECORD, "E-desk-uncommitted"),
    ],
)
def test_paths_that_are_refused(worlds: Path, name: str, path: str, code: str) -> None:
    """Inside a submodule, at a symbolic link, left out of the work tree, edited or staged by the user."""
    root = worlds / name
    file = root / path
    before = snapshot(root)
    held = file.read_bytes() if file.is_file() else None
    with pytest.raises(Refused) as refused:
        Journal.open(root).commit([Change(path, held, b"ours\n")], said())
    assert [problem.code for problem in refused.value.problems] == [code]
    assert snapshot(root) == before


def test_a_filter_is_applied(worlds: Path) -> None:
    """The commit holds what git's clean filter makes of the file, as with git add."""
    root = worlds / "filter_required"
    Journal.open(root).commit([Change("records/filtered.yaml", None, b"a\nb\n")], said())
    assert git(root, "show", "HEAD:records/filtered.yaml") == "Ca\nCb\n"
    assert git(root, "status", "--porcelain", "records/filtered.yaml") == ""


def test_a_signature_is_made(worlds: Path) -> None:
    root = worlds / "sign_ssh"
    made = Journal.open(root).commit([Change("records/signed.yaml", None, b"a\n")], said())
    assert "-----BEGIN SSH SIGNATURE-----" in git(root, "cat-file", "commit", made)


def test_flags_of_the_user_stay(worlds: Path) -> None:
    for name, flag in (("skipworktree", "S"), ("assume", "h")):
        root = worlds / name
        held = (root / RECORD).read_bytes()
        Journal.open(root).commit([Change(RECORD, held, held + b"more: 1\n")], said())
        assert git(root, "ls-files", "-v", RECORD).startswith(flag)
        assert git(root, "show", f"HEAD:{RECORD}").encode() == held + b"more: 1\n"
        assert git(root, "diff", "--cached", "--name-only") == ""
