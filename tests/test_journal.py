"""The journal in an ordinary repository: what a commit holds, who and when, history, messages, a new repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_git import NEW, RECORD, desk, edit, git, in_child, said, snapshot, status

from itilcli.errors import Kind, Refused
from itilcli.journal import Change, Identity, Journal, init, message


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = 张三\nemail = z@example.com\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    return config


@pytest.fixture
def root(tmp_path: Path) -> Path:
    desk(tmp_path / "desk")
    return tmp_path / "desk"


def refusal(journal: Journal, *changes: Change) -> list[str]:
    with pytest.raises(Refused) as refused:
        journal.commit(changes, said())
    assert all(problem.kind == Kind.DESK for problem in refused.value.problems)
    return [problem.code for problem in refused.value.problems]


def hook(root: Path, name: str, body: str) -> None:
    file = root / ".git/hooks" / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)


# ── one commit


def test_a_change_a_new_file_and_a_removal_are_one_commit(root: Path) -> None:
    journal = Journal.open(root)
    first = journal.head()
    journal.commit([edit(root), Change(NEW, None, b"id: 2\n")], said())
    made = journal.commit([edit(root, NEW, None), Change("a", None, b"")], said("二线处理"))
    assert git(root, "rev-list", "HEAD").split()[0] == made == journal.head() != first
    assert git(root, "show", "--name-status", "--format=", "HEAD").split() == ["A", "a", "D", NEW]
    assert not (root / "records/2026").exists()
    assert status(root) == []
    assert git(root, "fsck", "--strict") == ""


def test_what_the_user_staged_and_edited_stays_and_is_not_taken_along(root: Path) -> None:
    for name in ("staged", "edited", "both"):
        (root / name).write_text("1")
    git(root, "add", "edited")
    git(root, "commit", "-qm", "mine")
    (root / "edited").write_text("2")
    git(root, "add", "staged", "both")
    (root / "both").write_text("2")
    before = status(root)
    made = Journal.open(root).commit([edit(root)], said())
    assert git(root, "show", "--name-only", "--format=", made).split() == [RECORD]
    assert status(root) == before
    assert git(root, "show", ":both") == "1"


@pytest.mark.parametrize("staged", [False, True])
def test_an_edit_by_hand_is_not_taken_along(root: Path, staged: bool) -> None:
    """The command read the user's edit, so its file cannot be committed without it."""
    (root / RECORD).write_text("by: hand\n")
    if staged:
        git(root, "add", RECORD)
    before = snapshot(root)
    assert refusal(Journal.open(root), edit(root)) == ["E-desk-uncommitted"]
    assert snapshot(root) == before


def test_an_edit_staged_and_taken_back_in_the_file_is_not_lost(root: Path) -> None:
    held = (root / RECORD).read_bytes()
    (root / RECORD).write_text("by: hand\n")
    git(root, "add", RECORD)
    (root / RECORD).write_bytes(held)
    assert refusal(Journal.open(root), edit(root)) == ["E-desk-uncommitted"]


def test_a_desk_in_a_subfolder(root: Path) -> None:
    (root / "records/sub").mkdir()
    inner = root / "records"
    journal = Journal.open(inner)
    held = (inner / "INC-1.yaml").read_bytes()
    made = journal.commit([Change("INC-1.yaml", held, b"x\n"), Change("2026/n.yaml", None, b"y\n")], said())
    assert git(root, "show", "--name-only", "--format=", made).split() == ["records/2026/n.yaml", RECORD]
    assert journal.committed_bytes("INC-1.yaml") == b"x\n"
    assert sorted(journal.tracked()) == ["2026/n.yaml", "INC-1.yaml"]
    assert next(journal.log()).paths == ("2026/n.yaml", "INC-1.yaml")
    (root / "outside").write_text("x")
    git(root, "add", ".")
    git(root, "commit", "-qm", "outside")
    assert next(journal.log()).commit == made
    assert status(root) == []


def test_the_first_commit(tmp_path: Path) -> None:
    journal = init(tmp_path / "new")
    assert (journal.head(), journal.head_time(), list(journal.log()), journal.tracked()) == (None, None, [], {})
    assert journal.committed_bytes("desk.yaml") is None
    made = journal.commit([Change("desk.yaml", None, b"a: 1\n")], said())
    assert [entry.commit for entry in journal.log()] == [made]
    assert status(tmp_path / "new") == []


def test_many_files(tmp_path: Path) -> None:
    """Hundreds in one commit: a pack instead of loose objects, each file reported."""
    journal, seen = init(tmp_path / "new"), []
    names = [f"records/2026/{n % 12 + 1:02}/INC-{n}.yaml" for n in range(300)]
    new = [Change(name, None, name.encode()) for name in names]
    journal.commit(new, said(), progress=lambda done, total: seen.append((done, total)), bulk=True)
    assert seen[-1] == (300, 300)
    assert sorted(journal.tracked()) == sorted(names)
    journal.commit([Change(change.path, change.after, b"again\n") for change in new], said())
    assert status(tmp_path / "new") == []
    assert not list((tmp_path / "new").rglob("*.itil-tmp"))


def test_an_executable_file_stays_executable(root: Path) -> None:
    (root / RECORD).chmod(0o755)
    git(root, "commit", "-qam", "mode")
    Journal.open(root).commit([edit(root)], said())
    assert git(root, "ls-files", "-s", RECORD).startswith("100755")
    assert status(root) == []


@pytest.mark.parametrize("setting", ["true", "input"])
def test_line_ends_are_converted_as_git_would(root: Path, setting: str) -> None:
    git(root, "config", "core.autocrlf", setting)
    journal = Journal.open(root)
    journal.commit([edit(root, after=b"id: 1\r\nstage: x\r\n")], said())
    journal.commit([edit(root, after=b"id: 1\r\nstage: y\r\n")], said())
    assert subprocess.check_output(["git", "-C", root, "cat-file", "blob", f"HEAD:{RECORD}"]) == b"id: 1\nstage: y\n"
    assert status(root) == []


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a//b", "a/./b", ".git/config", "a/.GIT/x", "a\nb", "", "records"])
def test_paths_that_do_not_lie_in_the_desk(root: Path, path: str) -> None:
    before = snapshot(root)
    assert refusal(Journal.open(root), Change(path, None, b"x")) == ["E-desk-path"]
    assert snapshot(root) == before


def test_names_git_would_quote_or_take_for_options(root: Path) -> None:
    names = ["--output=x", "-n", '记录/事件-𠮷 "b".yaml', ":(top)x", "a*b", "tab'le\\n"]
    journal = Journal.open(root)
    made = journal.commit([Change(name, None, b"x\n") for name in names], said())
    assert sorted(next(journal.log()).paths) == sorted(names)
    assert all(journal.committed_bytes(name) == b"x\n" for name in names)
    assert [entry.commit for entry in journal.log(["a*b"])] == [made]
    assert status(root) == []


# ── surroundings


def test_what_a_surrounding_hook_left_in_the_environment_is_cleared(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk(tmp_path / "other")
    before = snapshot(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other/.git/index"))
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
    journal = Journal.open(root)
    made = journal.commit([edit(root)], said())
    assert next(journal.log()).commit == made
    assert next(journal.log()).at.year > 2001
    assert os.environ["GIT_DIR"] == str(tmp_path / "other/.git")
    assert snapshot(tmp_path / "other") == before


def test_not_a_repository(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        Journal.open(tmp_path)
    assert [(p.code, p.kind) for p in refused.value.problems] == [("E-desk-no-git", Kind.DESK)]


def test_a_disk_that_cannot_be_written() -> None:
    """As a user without the right to write: objects, the git folder, the work tree."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become someone else")
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    root = top / "desk"
    desk(root)
    subprocess.run(["chown", "-R", "65534:65534", str(root)], check=True)

    def look() -> None:
        os.setuid(65534)
        assert {problem.code for problem in Journal.open(root).check_state()} == {"E-desk-read-only"}

    for shut in (".git/objects", ".git", "."):
        (root / shut).chmod(0o555)
        assert os.waitpid(in_child(look), 0)[1] == 0, shut
        (root / shut).chmod(0o755)
    shutil.rmtree(top)


def test_a_file_that_cannot_be_written_undoes_the_others(root: Path) -> None:
    """The name of the second is too long for any disk."""
    before = snapshot(root)
    changes = [edit(root), Change("a/" + "x" * 300, None, b"x")]
    assert all(code.startswith("E-") for code in refusal(Journal.open(root), *changes))
    assert snapshot(root) == before


# ── hooks


def test_hooks_run_in_order_with_what_is_to_be_committed(root: Path) -> None:
    for name in ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"):
        hook(root, name, f"echo {name} $(git diff --cached --name-only) >> ../ran")
    (root / "mine").write_text("x")
    git(root, "add", "mine")
    Journal.open(root).commit([edit(root)], said())
    assert (root / "../ran").read_text().splitlines() == [
        f"pre-commit {RECORD}",
        f"prepare-commit-msg {RECORD}",
        f"commit-msg {RECORD}",
        "post-commit mine",
    ]
    assert status(root) == ["A  mine"]


def test_a_hook_may_add_to_the_message_but_not_take_our_trailers(root: Path) -> None:
    hook(root, "commit-msg", 'echo "Change-Id: I1" >> "$1"')
    journal = Journal.open(root)
    journal.commit([edit(root)], said())
    trailers = {"Itil-Id": ("INC-1",), "Itil-Action": ("test",), "Change-Id": ("I1",)}
    assert next(journal.log()).trailers == trailers
    hook(root, "commit-msg", 'echo gone > "$1"')
    before = snapshot(root)
    assert refusal(journal, edit(root, after=b"z\n")) == ["E-desk-hook-changed"]
    assert snapshot(root) == before


def test_a_hook_that_adds_a_file_is_refused(root: Path) -> None:
    hook(root, "pre-commit", "echo x > added; git add added; rm added")
    before = snapshot(root)
    assert refusal(Journal.open(root), edit(root), Change(NEW, None, b"x\n")) == ["E-desk-hook-changed"]
    assert snapshot(root) == before


# ── who and when


def test_identity_is_gits(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_git() -> Identity:
        name, _, rest = git(root, "var", "GIT_AUTHOR_IDENT").partition(" <")
        return Identity(name, rest.partition(">")[0])

    assert Journal.open(root).identity() == Identity("张三", "z@example.com") == in_git()
    git(root, "config", "author.email", "work@example.com")
    assert Journal.open(root).identity() == in_git() == Identity("张三", "work@example.com")
    monkeypatch.setenv("GIT_AUTHOR_NAME", " ,<Li> Si.; ")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "l@example.com")
    assert Journal.open(root).identity() == in_git() == Identity("Li Si", "l@example.com")
    Journal.open(root).commit([edit(root)], said())
    assert git(root, "log", "-1", "--format=%an|%ae|%cn|%ce") == "Li Si|l@example.com|张三|z@example.com\n"


def test_no_identity(root: Path, configuration: Path) -> None:
    configuration.write_text("[user]\nuseConfigOnly = true\n")
    with pytest.raises(Refused) as refused:
        Journal.open(root).identity()
    assert [(p.code, p.kind) for p in refused.value.problems] == [("E-actor-identity", Kind.PERMISSION)]


@pytest.mark.parametrize("hooked", [False, True])
def test_the_date_can_be_given(root: Path, hooked: bool) -> None:
    if hooked:
        hook(root, "commit-msg", "exit 0")
    journal = Journal.open(root)
    when = datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8)))
    journal.commit([edit(root)], said(), when=when)
    entry = next(journal.log())
    assert entry.at == entry.committed_at == journal.head_time() == when
    assert entry.at.utcoffset() == timedelta(hours=8)
    before = datetime.now(UTC).replace(microsecond=0)
    journal.commit([edit(root, after=b"now\n")], said())
    assert before <= next(journal.log()).at <= datetime.now(UTC)


# ── history and messages


def test_log(root: Path) -> None:
    journal = Journal.open(root)
    text = message("升级 7K3Q", "because\n\nof it", [("Itil-Id", "A"), ("Itil-Id", "B"), ("Itil-Actor", "z@e")])
    made = journal.commit([edit(root), Change(NEW, None, b"x\n")], text)
    entries = list(journal.log())
    assert [entry.subject for entry in entries] == ["升级 7K3Q", "second", "first"]
    assert entries[0].commit == made
    assert entries[0].author == Identity("张三", "z@example.com")
    assert entries[0].trailers == {"Itil-Id": ("A", "B"), "Itil-Actor": ("z@e",)}
    assert entries[0].paths == (NEW, RECORD)
    assert [entry.subject for entry in journal.log([NEW])] == ["升级 7K3Q"]
    assert [entry.subject for entry in journal.log(limit=2)] == ["升级 7K3Q", "second"]
    assert list(journal.log(["nothing/here"])) == []


def test_log_of_commits_without_files_and_of_merges(root: Path) -> None:
    git(root, "commit", "--allow-empty", "-qm", "empty")
    git(root, "switch", "-qc", "side", "HEAD~1")
    (root / "side").write_text("x")
    git(root, "add", ".")
    git(root, "commit", "-qm", "side")
    git(root, "switch", "-q", "main")
    git(root, "merge", "-q", "--no-edit", "side")
    found = {entry.subject: entry.paths for entry in Journal.open(root).log()}
    assert found == {
        "Merge branch 'side'": ("side",),
        "side": ("side",),
        "empty": (),
        "second": (RECORD,),
        "first": (RECORD,),
    }


def test_a_message() -> None:
    assert message("s", "", []) == "s\n"
    assert message("s", "b\n", [("A", "1")]) == "s\n\nb\n\nA: 1\n"
    assert message("s\nItil-Id: X", "", [("A", "1\nB: 2")]) == "s Itil-Id: X\n\nA: 1 B: 2\n"
    assert message("事" * 51, "", []) == "事" * 49 + "…\n"


@given(st.text(), st.text(), st.text(min_size=1))
def test_a_message_is_safe_whatever_it_is_made_of(subject: str, body: str, value: str) -> None:
    """One subject line, and no trailer but ours in the last paragraph."""
    made = message(subject, body, [("Itil-Id", value), ("Itil-Action", "x")])
    made.encode("utf-8")
    assert "\0" not in made
    assert made.split("\n")[1] == ""
    assert [line.partition(":")[0] for line in made.rstrip("\n").rpartition("\n\n")[2].split("\n")] == [
        "Itil-Id",
        "Itil-Action",
    ]


# ── a new repository


def test_init(tmp_path: Path, configuration: Path) -> None:
    journal = init(tmp_path / "a/b")
    root = tmp_path / "a/b"
    assert journal.git_dir == (root / ".git").resolve()
    assert git(root, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    assert git(root, "config", "--local", "core.untrackedCache") == "true\n"
    configuration.write_text("[init]\ndefaultBranch = trunk\n")
    init(tmp_path / "c")
    assert git(tmp_path / "c", "symbolic-ref", "HEAD") == "refs/heads/trunk\n"


def test_init_clobbers_nothing(root: Path) -> None:
    before = snapshot(root)
    assert init(root).head() == Journal.open(root).head()
    assert init(root / "records").git_dir == root / ".git"
    assert snapshot(root) == before


def test_opening_and_looking_start_no_process(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    journal = Journal.open(root)
    assert journal.head()
    assert journal.check_state() == []
    assert journal.pending() == []
