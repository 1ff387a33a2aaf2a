"""The desk as it stood at a commit, which commit is meant, what differs, and tags; in real repositories."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import TestDesk, desk_at
from real_git import git

from itilcli.desk import Desk
from itilcli.errors import Kind, Refused
from itilcli.journal import Change, Journal
from itilcli.journal.running import Place

NOW = "2026-11-23T09:00:00+08:00"


@pytest.fixture
def holding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which snapshots are made: the tests look at what is left in it."""
    folder = tmp_path / "holding"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


def the(root: Path) -> Desk:
    return Desk.open(str(root), {"ITIL_NOW": NOW})


def refusal(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, Kind]:
    (problem,) = refused.value.problems
    assert problem.hint
    return problem.code, problem.kind


def files_in(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def made(root: Path, *args: str, stdin: str = "") -> str:
    """What ``git args`` says of ``stdin``, with the names in it as they are."""
    done = subprocess.run(["git", "-C", str(root), *args], input=stdin, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit_of(root: Path, *rows: str) -> str:
    """A commit of HEAD's files and of more rows for its top folder, however odd they are."""
    tree = made(root, "mktree", "--missing", stdin=git(root, "ls-tree", "HEAD") + "".join(f"{row}\n" for row in rows))
    return made(root, "commit-tree", "-m", "odd", tree)


# ── the desk at a commit


def test_a_snapshot_holds_what_was_committed_then_and_is_gone_afterwards(desk: TestDesk, holding: Path):
    """Neither later commits, nor edits, nor files that are ignored or new; cases deleted since are there again."""
    first = desk.new()
    gone = desk.new("-o", "第二人民医院")
    before = files_in(desk.root)
    then = the(desk.root).journal.resolve("HEAD")
    desk.git("rm", "-q", "records/*-" + gone + ".*")
    desk.commit()
    desk.new("-o", "中医院")
    desk.file(first).write_text("broken: [")
    (desk.root / "history.csv").write_text("not,committed\n")

    today = the(desk.root)
    with today.at(then) as past:
        assert files_in(past.root) == before
        assert {stored.case.id.rpartition("-")[2] for stored in past.cases()} == {first, gone}
        assert not any(stored.problems for stored in past.cases())
        assert (past.now, past.rehearsed, past.actor) == (today.now, True, "张三")
        assert (past.journal.head(), past.journal.head_time()) == (then.id, then.committed_at)
        assert len(list(past.journal.log())) == 3 and past.journal.dirty() == [] and past.unfinished() == []
        assert past.people == today.people and past.journal.tracked().keys() == before.keys()
        with past.at(past.journal.resolve("HEAD~2")) as earlier:
            assert list(earlier.cases()) == [] and len(list(earlier.journal.log())) == 1
    assert list(holding.iterdir()) == []


def test_a_snapshot_is_removed_whatever_ends_it(desk: TestDesk, holding: Path):
    """An exception, and a settings file that cannot be read; what a killed command left is swept away in time."""
    journal = the(desk.root).journal
    with pytest.raises(KeyboardInterrupt), the(desk.root).at(journal.resolve("HEAD")) as past:
        assert stat.S_IMODE(past.root.stat().st_mode) == 0o700
        raise KeyboardInterrupt
    (desk.root / "desk.yaml").write_text("format: [")
    desk.commit()
    broken = journal.resolve("HEAD")
    (desk.root / "desk.yaml").write_text(desk.git("show", "HEAD~1:desk.yaml"))
    with pytest.raises(Refused), the(desk.root).at(broken):
        pass
    assert list(holding.iterdir()) == []

    left, held, young = (holding / f"itil-snapshot-{name}" for name in ("left", "held", "young"))
    for folder in (left, held, young):
        (folder / ".git").mkdir(parents=True)
    from itilcli.journal import intent

    with intent.locked(Place(held, held, held / ".git", held / ".git"), 0):
        for folder in (left, held):
            os.utime(folder, (time.time() - 90_000,) * 2)
        with the(desk.root).at(journal.resolve("HEAD~1")):
            assert not left.exists() and held.exists() and young.exists()


def test_nothing_is_written_in_a_snapshot(desk: TestDesk):
    """Each way of writing says so, and today's desk is none the wiser."""
    today = the(desk.root)
    change = Change("people.yaml", (desk.root / "people.yaml").read_bytes(), b"people: []\n")
    refs = desk.git("for-each-ref")
    with today.at(today.journal.resolve("HEAD")) as past:
        for write in (
            lambda: past.journal.lock().__enter__(),
            lambda: past.journal.mend(),
            lambda: past.journal.commit([change], "no"),
            lambda: past.journal.tag("report/2026-10", "HEAD", "no"),
        ):
            with pytest.raises(Refused) as refused:
                write()
            assert refusal(refused) == ("E-desk-past", Kind.DESK)
    assert desk.git("for-each-ref") == refs and desk.git("status", "--porcelain") == ""


def test_links_submodules_attributes_and_filters_do_not_act(desk: TestDesk):
    """A link leads nowhere, as unreadable as in the desk itself; contents are those committed, to the byte."""
    case = desk.file(desk.new())
    link = case.parent / "INC-20261123-7K3Q.incident.yaml"
    link.symlink_to("/etc/passwd")
    (desk.root / "models").symlink_to("/etc")
    scans = case.parent / "INC-20261123-7K3Q.files"
    scans.mkdir()
    (scans / "scan.pdf").write_bytes(b"%PDF" * 1000)
    (desk.root / ".gitattributes").write_text(
        "people.yaml export-ignore\nknowledge/** export-subst\n*.csv text eol=crlf\n*.md filter=mark\n"
    )
    (desk.root / "knowledge").mkdir()
    (desk.root / "knowledge/KB-7K3Q.md").write_text("$Format:%H$ $Id$\n")
    (desk.root / "history.csv").write_bytes(b"month,valid\r\n")
    desk.git("config", "filter.mark.smudge", f"touch {desk.root}/smudged; cat")
    desk.commit()
    other = commit_of(desk.root, f"160000 commit {desk.git('rev-parse', 'HEAD').strip()}\tknowledge.d")
    assert "knowledge.d" in desk.git("ls-tree", other)
    for commit in ("HEAD", other):
        with the(desk.root).at(the(desk.root).journal.resolve(commit)) as past:
            found = files_in(past.root)
            assert "people.yaml" in found and found["history.csv"] == b"month,valid\n"
            assert found["knowledge/KB-7K3Q.md"] == b"$Format:%H$ $Id$\n"
            assert not any("passwd" in path or ".files" in path or "knowledge.d" in path for path in found)
            assert (past.root / "models").is_symlink() and not (past.root / "models").exists()
            broken = {stored.case.id or "?": [p.code for p in stored.problems] for stored in past.cases()}
            assert ["E-file-link"] in broken.values() and len(broken) == 2
    assert not (desk.root / "smudged").exists()


def test_a_submodule_among_the_records_is_not_followed(desk: TestDesk):
    """It is not there at all."""
    head = desk.git("rev-parse", "HEAD").strip()
    commit = commit_of(desk.root, f"160000 commit {head}\tknowledge")
    with the(desk.root).at(the(desk.root).journal.resolve(commit)) as past:
        assert set(files_in(past.root)) == {"desk.yaml", "people.yaml"}


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT"])
def test_a_tree_that_leads_out_of_the_desk_is_refused(desk: TestDesk, holding: Path, name: str):
    """No git writes such a tree by itself; a stranger's repository may hold one."""
    blob = made(desk.root, "hash-object", "-w", "--stdin", stdin="out")
    inner = made(desk.root, "mktree", stdin=f"100644 blob {blob}\t{name}\n")
    for tree in (inner, made(desk.root, "mktree", stdin=f"040000 tree {inner}\t{name}\n")):
        revision = the(desk.root).journal.resolve(commit_of(desk.root, f"040000 tree {tree}\trecords"))
        with pytest.raises(Refused) as refused, the(desk.root).at(revision):
            pass
        assert [problem.code for problem in refused.value.problems] == ["E-desk-path"]
    assert list(holding.iterdir()) == []


def test_a_link_and_a_folder_of_one_name_are_refused(desk: TestDesk, tmp_path: Path):
    """Nothing is ever written through a link."""
    out = tmp_path / "out"
    out.mkdir()
    blob = made(desk.root, "hash-object", "-w", "--stdin", stdin="out")
    link = made(desk.root, "hash-object", "-w", "--stdin", stdin=str(out))
    inner = made(desk.root, "mktree", stdin=f"100644 blob {blob}\tfile.yaml\n")
    commit = commit_of(desk.root, f"120000 blob {link}\trecords", f"040000 tree {inner}\trecords")
    with pytest.raises(Refused) as refused, the(desk.root).at(the(desk.root).journal.resolve(commit)):
        pass
    assert [problem.code for problem in refused.value.problems] == ["E-desk-path"]
    assert list(out.iterdir()) == []


def test_damage_is_told(desk: TestDesk):
    """A file whose contents are lost makes no desk without it."""
    blob = desk.git("rev-parse", "HEAD:people.yaml").strip()
    revision = the(desk.root).journal.resolve("HEAD")
    (desk.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(Refused) as refused, the(desk.root).at(revision):
        pass
    assert refusal(refused) == ("E-desk-git", Kind.DESK)


def test_a_large_file_is_there_by_its_size_alone(desk: TestDesk, monkeypatch: pytest.MonkeyPatch):
    """What is beyond any limit of reading is neither held in memory nor copied."""
    monkeypatch.setattr("itilcli.journal.past._LARGEST", 1000)
    monkeypatch.setattr("itilcli.journal.past._CHUNK", 600)
    (desk.root / "knowledge").mkdir()
    for size in (400, 500, 600, 999, 1001):
        (desk.root / f"knowledge/{size}.md").write_bytes(b"x" * size)
    desk.commit()
    with the(desk.root).at(the(desk.root).journal.resolve("HEAD")) as past:
        found = {path.name: path.read_bytes() for path in (past.root / "knowledge").iterdir()}
    assert found.pop("1001.md") == bytes(1001)
    assert found == {f"{size}.md": b"x" * size for size in (400, 500, 600, 999)}


def test_a_desk_inside_a_bigger_repository(tmp_path: Path):
    """Its own files alone; before it was there, there was no desk."""
    top = tmp_path / "大 库"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    git(top, "config", "user.name", "张三")
    git(top, "config", "user.email", "zhang@example.com")
    (top / "desk.yaml").write_text("format: 1\norganisation: wrong\n")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "before")
    inside = desk_at(tmp_path / "new")
    shutil.rmtree(inside.root / ".git")
    shutil.move(inside.root, top / "服务台")
    desk = TestDesk(top / "服务台")
    desk.commit()
    (top / "elsewhere").write_text("x")
    (desk.root / "people.yaml").write_text("people: [] # 改\n")
    today = the(desk.root)
    assert today.journal.dirty() == ["people.yaml"]
    desk.commit()
    (top / "desk.yaml").write_text("changed")
    assert today.journal.dirty() == []
    assert today.journal.changed_between("HEAD~1", "HEAD") == ["people.yaml"]
    with today.at(today.journal.resolve("HEAD~1")) as past:
        assert set(files_in(past.root)) == {"desk.yaml", "people.yaml"}
        assert past.settings.organisation == "测试服务公司" and len(list(past.people)) == 10
        assert (
            len(list(past.journal.log())) == 1
            and past.journal.committed_bytes("people.yaml") == (past.root / "people.yaml").read_bytes()
        )
    with pytest.raises(Refused) as refused, today.at(today.journal.resolve("HEAD~2")):
        pass
    assert refusal(refused) == ("E-desk-revision", Kind.NOT_FOUND)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_folder_with_an_awkward_name_and_long_ids(tmp_path: Path, object_format: str):
    """The borrowed objects are found whatever the repository's folder is called."""
    root = tmp_path / 'a "desk"\\ with\nlines:#'
    root.mkdir()
    git(root, "init", "-q", f"--object-format={object_format}")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "empty")
    (root / "desk.yaml").write_text("format: 1\n")
    git(root, "add", ".")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "desk")
    today = the(root)
    with today.at(today.journal.resolve("HEAD")) as past:
        assert past.journal.committed_bytes("desk.yaml") == b"format: 1\n"
        assert [entry.subject for entry in past.journal.log()] == ["desk", "empty"]


# ── which commit


def test_revisions_as_users_write_them(desk: TestDesk):
    """Names, ids and steps back name a commit; the time is its committer's."""
    git(desk.root, "commit", "-q", "--allow-empty", "-m", "late", GIT_COMMITTER_DATE="2026-10-31T23:30:00-05:00")
    desk.git("tag", "light")
    desk.git("tag", "-a", "-m", "heavy", "report/2026-10")
    desk.git("branch", "-q", "支线")
    journal = the(desk.root).journal
    head = desk.git("rev-parse", "HEAD").strip()
    for written in ("HEAD", "@", head, head[:8], "light", "report/2026-10", "支线", " main "):
        assert journal.resolve(written).id == head
    assert journal.resolve("HEAD").committed_at == datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    assert journal.resolve("main~1").id == desk.git("rev-parse", "HEAD~1").strip()


@pytest.mark.parametrize(
    "written",
    ["", "  ", "-q", "--all", "^HEAD", "HEAD~9", "HEAD..HEAD", "HEAD:desk.yaml", "HEAD^{tree}", "HEAD main", "no\0", "没有",
     "../x", "*", "0" * 40, "--output=x", "\ud800"],
)  # fmt: skip
def test_what_names_no_commit(desk: TestDesk, written: str):
    """Options, ranges, files and names of nothing are refused, and do nothing."""
    before = sorted(os.listdir(desk.root))  # noqa: PTH208
    with pytest.raises(Refused) as refused:
        the(desk.root).journal.resolve(written)
    assert refusal(refused) == ("E-desk-revision", Kind.NOT_FOUND)
    assert sorted(os.listdir(desk.root)) == before  # noqa: PTH208


def test_an_id_that_is_too_short_and_a_time_that_is_none(desk: TestDesk):
    """Said as what they are."""
    tree = desk.git("rev-parse", "HEAD^{tree}").strip()
    stream = "".join(
        f"commit refs/heads/many\ncommitter a <a@b> {number} +0000\ndata 1\nx\nfrom HEAD\n" for number in range(1500)
    )
    made(desk.root, "fast-import", "--quiet", "--force", stdin=stream)
    listed = made(desk.root, "cat-file", "--batch-check=%(objectname)", "--batch-all-objects").split()
    begins = [one[:4] for one in listed]
    twice = next(one for one, other in pairwise(begins) if one == other)
    unread = made(
        desk.root, "hash-object", "-t", "commit", "-w", "--literally", "--stdin",
        stdin=f"tree {tree}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> \n\nm\n",
    )  # fmt: skip
    for written, said in ((twice, "more of its characters"), (unread, "git fsck")):
        with pytest.raises(Refused) as refused:
            the(desk.root).journal.resolve(written)
        assert refusal(refused) == ("E-desk-revision", Kind.NOT_FOUND)
        assert said in str(refused.value.problems[0].hint)


def test_the_commit_of_a_time(desk: TestDesk):
    """The first one, back along first parents, that was made by then; clocks may run backwards, a branch does not count."""
    base = desk.git("rev-parse", "HEAD~0").strip()
    ids = {}
    for name, at in (("a", "10-01"), ("b", "10-20"), ("c", "10-05"), ("d", "11-10")):
        git(desk.root, "commit", "-q", "--allow-empty", "-m", name, GIT_COMMITTER_DATE=f"2027-{at}T00:00:00+00:00")
        ids[name] = desk.git("rev-parse", "HEAD").strip()
    desk.git("switch", "-q", "-c", "side", base)
    git(desk.root, "commit", "-q", "--allow-empty", "-m", "side", GIT_COMMITTER_DATE="2027-11-11T00:00:00+00:00")
    desk.git("switch", "-q", "main")
    git(desk.root, "merge", "-q", "--no-ff", "-m", "m", "side", GIT_COMMITTER_DATE="2027-12-01T00:00:00+00:00")
    ids["m"] = desk.git("rev-parse", "HEAD").strip()
    journal = the(desk.root).journal

    def at(month: int, day: int, hour: int = 0, year: int = 2027) -> str | None:
        found = journal.at_time(datetime(year, month, day, hour, tzinfo=UTC))
        return found and next((name for name, commit in ids.items() if commit == found.id), found.id)

    assert [at(12, 1), at(11, 30), at(11, 10), at(11, 9), at(10, 20), at(10, 5), at(10, 4)] == [*"mddccca"]
    assert at(10, 1) == "a" and at(9, 30) == base and at(1, 1, year=1999) is None and at(1, 1, year=1960) is None
    assert journal.at_time(datetime(2027, 10, 1, tzinfo=UTC)) == journal.resolve(ids["a"])


def test_no_commit_yet(tmp_path: Path):
    """An unborn branch has no commits, and everything in the work tree is new."""
    git(tmp_path, "init", "-q")
    (tmp_path / "desk.yaml").write_text("format: 1\n")
    journal = Journal.open(tmp_path)
    assert journal.at_time(datetime(2026, 1, 1, tzinfo=UTC)) is None and journal.dirty() == ["desk.yaml"]
    with pytest.raises(Refused) as refused:
        journal.resolve("HEAD")
    assert refusal(refused)[0] == "E-desk-revision"


def test_a_shallow_clone_says_that_it_ends(desk: TestDesk, tmp_path: Path):
    """A commit before its end, and a time before its end, are not there; what is there can be opened."""
    first = desk.git("rev-parse", "HEAD").strip()
    desk.new()
    desk.new("-o", "中医院")
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{desk.root}", "clone")
    git(tmp_path / "clone", "config", "user.name", "张三")
    git(tmp_path / "clone", "config", "user.email", "zhang@example.com")
    today = the(tmp_path / "clone")
    for ask in (
        lambda: today.journal.resolve(first),
        lambda: today.journal.resolve("HEAD~2"),
        lambda: today.journal.changed_between(first, "HEAD"),
        lambda: today.journal.at_time(datetime(2020, 1, 1, tzinfo=UTC)),
        lambda: today.journal.tag("x", first, "x"),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert refusal(refused) == ("E-desk-revision", Kind.NOT_FOUND)
        assert "--unshallow" in str(refused.value.problems[0].hint)
    with today.at(today.journal.resolve("HEAD~1")) as past:
        assert len(list(past.cases())) == 1 and len(list(past.journal.log())) == 1


# ── what differs


def test_what_is_not_committed(desk: TestDesk, tmp_path: Path):
    """Edited, staged, removed, new; not what is ignored, not what is no part of a desk. No monitor, no hook runs."""
    case = desk.file(desk.new())
    (desk.root / "customers.yaml").write_text("customers: []\n")
    (desk.root / ".gitignore").write_text("*.swp\n")
    desk.commit()
    for name in ("fsmonitor", "hooks/post-index-change"):
        program = tmp_path / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
        program.chmod(0o755)
    desk.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    desk.git("config", "core.fsmonitor", str(tmp_path / "fsmonitor"))
    desk.git("config", "status.showUntrackedFiles", "no")
    journal = the(desk.root).journal
    os.utime(case)
    assert journal.dirty() == []
    case.write_bytes(case.read_bytes() + b"# by hand\n")
    (desk.root / "desk.yaml").rename(desk.root / "people.yaml")
    (desk.root / "knowledge").mkdir()
    (desk.root / "knowledge/草稿 1.md").write_text("new")
    (desk.root / "knowledge/a.swp").write_text("ignored")
    (desk.root / "notes.txt").write_text("no part of a desk")
    content = (desk.root / "customers.yaml").read_bytes()
    (desk.root / "customers.yaml").write_text("customers: [] # staged\n")
    made(desk.root, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/none", "add", "customers.yaml")
    (desk.root / "customers.yaml").write_bytes(content)
    record = case.relative_to(desk.root).as_posix()
    assert journal.dirty() == ["customers.yaml", "desk.yaml", "knowledge/草稿 1.md", "people.yaml", record]
    assert not (tmp_path / "ran").exists()


def test_what_differs_between_two_commits(desk: TestDesk):
    """Changed, new and removed paths, a renamed one by both its names; nothing between a commit and itself."""
    desk.new()
    case = desk.file(desk.new("-o", "中医院"))
    case.rename(case.with_name("改名.yaml"))
    desk.commit()
    journal = the(desk.root).journal
    parent, name = case.relative_to(desk.root).parent.as_posix(), case.name
    assert journal.changed_between("HEAD~1", "HEAD") == sorted([f"{parent}/{name}", f"{parent}/改名.yaml"])
    assert len(journal.changed_between("HEAD", "HEAD~3")) >= 2
    assert journal.changed_between("HEAD", "main") == []
    with pytest.raises(Refused) as refused:
        journal.changed_between("--output=x", "HEAD")
    assert refusal(refused)[0] == "E-desk-revision"


# ── tags


def test_a_tag_marks_a_commit_once_and_for_good(desk: TestDesk, monkeypatch: pytest.MonkeyPatch):
    """Annotated, unsigned whatever the configuration, dated by the clock given, by the committer."""
    desk.git("config", "tag.gpgSign", "true")
    desk.git("config", "gpg.program", "/bin/false")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "陈一")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "chen@example.com")
    journal = the(desk.root).journal
    head = desk.git("rev-parse", "HEAD").strip()
    assert journal.tag_commit("report/2026-10") is None
    journal.tag("report/2026-10", head, "十月报告\n\n# 不是注释\n", datetime.fromisoformat(NOW))
    held = desk.git("cat-file", "tag", "report/2026-10").splitlines()
    assert held[3] == "tagger 陈一 <chen@example.com> 1795395600 +0800"
    assert held[5:] == ["十月报告", "", "# 不是注释"] and held[1] == "type commit"
    assert journal.tag_commit("report/2026-10") == head
    assert journal.tag_commit("report/2026-10~0") is None and journal.tag_commit("report") is None

    journal.tag("report/2026-10", head, "again")
    assert desk.git("cat-file", "tag", "report/2026-10").splitlines() == held
    desk.git("tag", "--no-sign", "light", head)
    journal.tag("light", head, "the same commit")
    desk.new()
    for name in ("report/2026-10", "light"):
        with pytest.raises(Refused) as refused:
            journal.tag(name, "HEAD", "moved")
        assert refusal(refused) == ("E-desk-tag", Kind.DESK)
        assert journal.tag_commit(name) == head


def test_a_tag_that_git_does_not_make(desk: TestDesk):
    """A hook's own words, a name that is none, a name in the way, a tag of no commit; nothing is left."""
    journal = the(desk.root).journal
    desk.git("tag", "tree", "HEAD^{tree}")
    desk.git("tag", "folder/inside")
    for name in ("-d", "a b", "", "folder", "tree", "x\0y", "\ud800"):
        with pytest.raises(Refused) as refused:
            journal.tag(name, "HEAD", "no")
        assert refusal(refused) == ("E-desk-tag", Kind.DESK), name
    hook = desk.root / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'no tags on Mondays' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(Refused) as refused:
        journal.tag("report/2026-10", "HEAD", "no")
    assert refusal(refused)[0] == "E-desk-tag" and "no tags on Mondays" in str(refused.value.problems[0].message)
    hook.unlink()
    (desk.root / ".git/refs/tags/report").mkdir(exist_ok=True)
    (desk.root / ".git/refs/tags/report/2026-10.lock").touch()
    with pytest.raises(Refused) as refused:
        journal.tag("report/2026-10", "HEAD", "no")
    assert refusal(refused)[0] == "E-desk-locked"
    assert desk.git("tag", "--list").split() == ["folder/inside", "tree"]
