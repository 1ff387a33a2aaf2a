"""`itil check`: what is chosen, read and refused; articles and tables; hostile files; that nothing is ever written."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import EMAILS, TestDesk
from worked_desk import OPEN, codes, edit, found, line_of, unchanged, worked

from itilcli.actions.checking import check
from itilcli.journal import intent
from itilcli.journal.running import find
from itilcli.store.lines import line_of as line_in

HOSTILE = Path(__file__).parent.parent / "data" / "hostile" / "yaml"
ARTICLE = """\
---
id: "KB-7K3Q"
form_no: "JQ-ITSMS-04-01-04"
title: "读卡器无法识别"
status: "published"
author: "张三"
reviewed_by: "张三"
version: 1
source_incidents:
  - "INC-20261123-ZZZZ"
---

## 现象

读卡器无法识别

## 解决方案

更新驱动
"""


@pytest.fixture
def work(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[TestDesk, dict[str, str]]:
    return worked(tmp_path, tmp_path_factory.getbasetemp())


# ── what is chosen


def test_a_case_a_file_a_folder_or_everything(
    work: tuple[TestDesk, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ids = work
    for which in (OPEN, "closed"):
        edit(desk.file(ids[which]), 'title: "', 'titel: "')
    file = desk.file(ids[OPEN])
    monkeypatch.chdir(file.parent)
    one = {f"records/2026/11/23/{file.name}"}
    for words in (
        [ids[OPEN]],
        [ids[OPEN].lower()],
        [file.name],
        [str(file)],
        [f"records/2026/11/23/{file.name}"],
        ["../23/" + file.name],
    ):
        assert {row["file"] for row in found(desk, *words, code=1)} == one, words
        assert len(found(desk, *words)) == 2, "a file stands for its case, and its forms are not missing"
    both = {row["file"] for row in found(desk)}
    assert len(both) == 2
    for words in (
        ["."],
        ["records"],
        ["records/2026/11"],
        [str(desk.root)],
        [ids[OPEN], ids["closed"]],
        ["people.yaml", "."],
    ):
        assert {row["file"] for row in found(desk, *words)} == both, words
    assert found(desk, "desk.yaml", code=0) == []
    said = desk.itil("check", "desk.yaml", "--language", "en").out
    assert said == "0 records in 1 files read: 0 errors, 0 warnings\n"


@pytest.mark.parametrize(
    "word", ["9999", "records/1999", "/etc/hostname", "", "x\0y", "knowledge", "README.md", "KB-ZZZZ"]
)
def test_what_is_not_there_is_not_silently_right(desk: TestDesk, word: str) -> None:
    (desk.root / "README.md").write_text("# not the desk's\n")
    said = desk.itil("check", word, "--json", code=3)
    assert said.codes == ["E-check-none"] and said.out == ""


def test_several_cases_are_shown(work: tuple[TestDesk, dict[str, str]]) -> None:
    work[0].new()
    assert work[0].itil("check", "INC-2026", "--json", code=3).codes == ["E-find-several"]


def test_an_empty_desk_is_fine(desk: TestDesk) -> None:
    assert desk.itil("check", "--language", "en").out == "0 records in 2 files read: 0 errors, 0 warnings\n"
    assert desk.itil("check", ".", "--json").json == []


# ── the desk's own files


def test_settings_people_and_calendar_are_told_with_everything_else(work: tuple[TestDesk, dict[str, str]]) -> None:
    desk, ids = work
    edit(desk.root / "desk.yaml", 'timezone: "Asia/Shanghai"', 'timezone: "Asia/Nowhere"')
    edit(desk.root / "people.yaml", "zhao@example.com", "wang@example.com")
    edit(desk.file(ids[OPEN]), 'stage: "tier2"', 'stage: "tier1"')
    (desk.root / "calendar").mkdir()
    (desk.root / "calendar/2026.yaml").write_text("year: 2025\ndays: []\n")
    (desk.root / "calendar/x.yaml").write_text("year: 2025\n")
    (desk.root / "suppliers.yaml").write_text("a: 1\na: 2\n")
    rows = {row["code"]: row for row in found(desk, code=1)}
    assert rows.keys() == {
        "E-desk-timezone", "E-people-twice", "E-5-derived",
        "E-calendar-year", "E-calendar-filename", "E-yaml-duplicate-key",
    }  # fmt: skip
    assert rows["E-desk-timezone"]["line"] == line_of(desk.root / "desk.yaml", "timezone")
    assert rows["E-people-twice"]["line"] == line_of(desk.root / "people.yaml", '"赵总"')
    assert rows["E-yaml-duplicate-key"]["line"] == 2 and rows["E-calendar-year"]["person"] == "张三"
    (desk.root / "people.yaml").unlink()
    assert "E-file-read" in codes(desk)


def test_templates_of_the_desks_own_have_names_the_program_knows(desk: TestDesk) -> None:
    (desk.root / "templates").mkdir()
    (desk.root / "templates/report.md.j2").write_text("x")
    (desk.root / "templates/raport.md.j2").write_text("x")
    [row] = found(desk, code=0)
    assert (row["code"], row["file"]) == ("W-template-unknown", "templates/raport.md.j2")


# ── articles


@pytest.mark.covers("RT4", "F30")
def test_an_article_has_its_fields_sections_and_sources(desk: TestDesk) -> None:
    (desk.root / "knowledge").mkdir()
    file = desk.root / "knowledge/KB-7K3Q.md"
    file.write_text(ARTICLE, "utf-8")
    rows = found(desk, code=1)
    assert [(row["code"], row["line"]) for row in rows] == [
        ("E-5.13-cause", line_of(file, "status:")),
        ("E-5-no-case", line_of(file, "- ")),
    ]
    edit(file, 'status: "published"', 'status: "draft"')
    edit(file, 'id: "KB-7K3Q"', 'id: "KB-8M2P"')
    edit(file, "04-01-04", "04-01-05")
    edit(file, 'author: "张三"', "author: 5")
    edit(file, "version: 1\n", "")
    edit(file, '  - "INC-20261123-ZZZZ"', '  - "x"')
    expected = {"E-5.13-article-id", "E-5.13-article-form-no", "E-record-type", "E-5.13-article-field", "E-5-no-case"}
    assert set(codes(desk, "KB-7K3Q")) == expected and set(codes(desk)) == expected
    file.rename(file.with_name("KB-article.md"))
    (desk.root / "knowledge/notes.md").write_text("x")
    assert codes(desk) == ["E-5.13-article-name", "W-5.13-stray"]


# ── hostile files


def hostile() -> dict[str, bytes]:
    made = {file.name: file.read_bytes() for file in sorted(HOSTILE.glob("*.yaml"))}
    return {
        **made,
        "a 5 MB scalar": b'title: "' + b"a" * 5_000_000 + b'"\n',
        "2,000 lists deep": b"[" * 2000,
        "2,000 mappings deep": b"".join(b" " * depth + b"a:\n" for depth in range(2000)),
        "26 KB of dashes": b"- " * 13_000,
        "100 KB of question marks": b"? " * 50_000,
    }


@pytest.mark.parametrize("kind", ["incident", "remote-1", "article"])
def test_hostile_files_are_told_of_clearly(desk: TestDesk, kind: str) -> None:
    day, knowledge = desk.root / "records/2026/11/23", desk.root / "knowledge"
    day.mkdir(parents=True)
    knowledge.mkdir()
    cases = {name: data if kind != "article" else b"---\n" + data + b"\n---\n\nx\n" for name, data in hostile().items()}
    if kind == "article":
        cases |= {file.name: file.read_bytes() for file in (HOSTILE / "md").iterdir()}
    file = knowledge / "KB-7K3Q.md" if kind == "article" else day / f"INC-20261123-7K3Q.{kind}.yaml"
    for name, data in cases.items():
        file.write_bytes(data)
        rows = found(desk, code=1)
        ours = [row for row in rows if row["code"] != "E-record-no-incident"]
        assert ours and all(row["file"] == file.relative_to(desk.root).as_posix() for row in ours), (name, rows)


def test_hostile_files_take_neither_time_nor_memory(desk: TestDesk) -> None:
    """Each kind in a process of its own, so that a crash of it, or what it takes, would show."""
    day = desk.root / "records/2026/11/23"
    day.mkdir(parents=True)
    (desk.root / "knowledge").mkdir()
    for place, data in enumerate(hostile().values()):
        (day / f"INC-20261123-A{place:03}.incident.yaml").write_bytes(data)
        (day / f"INC-20261123-A{place:03}.remote-1.yaml").write_bytes(data)
        (desk.root / f"knowledge/KB-A{place:03}.md").write_bytes(b"---\n" + data + b"\n---\n")
    began = time.monotonic()
    environ = {**os.environ, "ITIL_DESK": str(desk.root), "GIT_AUTHOR_EMAIL": EMAILS["张三"]}
    command = [sys.executable, "-m", "itilcli", "check", "--json"]
    limit = 600 * 1024 * 1024
    ended = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert ended.returncode == 1 and ended.stderr == "", ended.stderr
    assert len({row["file"] for row in json.loads(ended.stdout)}) >= 3 * len(hostile()) - 3
    assert time.monotonic() - began < 3 * len(hostile())


def test_what_is_no_file(desk: TestDesk) -> None:
    day = desk.root / "records/2026/11/23"
    day.mkdir(parents=True)
    os.mkfifo(day / "INC-20261123-7K3A.incident.yaml")
    (day / "INC-20261123-7K3B.incident.yaml").mkdir()
    (day / "INC-20261123-7K3C.incident.yaml").symlink_to("/dev/zero")
    (day / "INC-20261123-7K3D.files").write_text("x")
    (desk.root / "knowledge").mkdir()
    os.mkfifo(desk.root / "knowledge/KB-7K3Q.md")
    os.mkfifo(desk.root / "suppliers.yaml")
    rows = {(row["file"].rpartition("/")[2], row["code"]) for row in found(desk, code=1)}
    assert rows == {
        ("INC-20261123-7K3A.incident.yaml", "E-file-kind"),
        ("INC-20261123-7K3B.incident.yaml", "E-file-kind"),
        ("INC-20261123-7K3C.incident.yaml", "E-file-link"),
        ("INC-20261123-7K3D.files", "E-record-no-incident"),
        ("KB-7K3Q.md", "E-file-kind"),
        ("suppliers.yaml", "E-file-kind"),
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_files_and_folders(work: tuple[TestDesk, dict[str, str]]) -> None:
    desk, ids = work
    desk.file(ids[OPEN]).chmod(0)
    (desk.root / "records/serials").chmod(0)
    try:
        assert set(codes(desk)) == {"E-file-read"}
    finally:
        (desk.root / "records/serials").chmod(0o755)


# ── never writing


def test_a_checkout_without_git_or_identity(work: tuple[TestDesk, dict[str, str]]) -> None:
    desk, _ = work
    with unchanged(desk.root):
        assert desk.itil("check", "--json", who="nobody@example.com").json == []
    (desk.root / ".git").rename(desk.root.parent / "elsewhere")
    assert desk.itil("check", "--json").json == []


def test_half_done_work_is_told_and_what_is_committed_is_checked(work: tuple[TestDesk, dict[str, str]]) -> None:
    desk, ids = work
    file = desk.file(ids[OPEN])
    begun = file.with_name("INC-20261123-8M2P.incident.yaml")
    paths = [path.relative_to(desk.root).as_posix() for path in (file, begun)]
    leave_half_done(desk, paths)
    file.write_text("half", "utf-8")
    begun.write_text("half", "utf-8")
    with unchanged(desk.root):
        said = desk.itil("check", "--json")
    assert said.json == [] and "killed" in desk.itil("check", "--language", "en").err


def leave_half_done(desk: TestDesk, paths: list[str]) -> None:
    """What a command killed after it had said what it was about to write leaves behind."""
    steps = tuple(intent.Step(path, None, None) for path in paths)
    intent.write_intent(find(desk.root), intent.Intent("refs/heads/main", desk.git("rev-parse", "HEAD").strip(), steps))


# ── large desks, imported cases, lines


def test_processes_of_their_own_find_the_same(work: tuple[TestDesk, dict[str, str]]) -> None:
    desk, ids = work
    edit(desk.file(ids[OPEN]), 'stage: "tier2"', 'stage: "tier1"')
    edit(desk.file(ids["closed"]), 'steps: "', 'steps: "又')
    edit(desk.root / "records/serials/2026.yaml", "04-01-02: 2", "04-01-02: 3")
    environ = {"ITIL_NOW": desk.now}
    alone, shared = (check(desk.root, [], environ, lambda total: lambda: None, workers=count) for count in (1, 2))
    assert alone == shared and alone.errors == 3


@pytest.mark.covers("B26")
def test_what_imported_cases_could_not_know_is_counted(work: tuple[TestDesk, dict[str, str]]) -> None:
    desk, ids = work
    other = desk.new()
    for which in (ids[OPEN], other):
        edit(desk.file(which), 'channel: "hotline"', 'imported: true\nchannel: "hotline"')
        edit(desk.file(which), '  phone: "0571-88886666"\n', "")
    said = desk.itil("check", "--language", "en")
    assert "E-5.1-phone" in said.out and said.out.count("INC-") == 1 and "0 errors, 2 warnings" in said.out
    rows = found(desk, code=0)
    assert len(rows) == 2 and {row["level"] for row in rows} == {"warning"}
    every = desk.itil("check", "--all", "--language", "en").out
    assert every.count("E-5.1-phone") == 2 and "0 errors, 2 warnings" in every


def test_the_line_of_a_field_however_the_file_is_written() -> None:
    blocks = b"a: 1\n# c: 2\nlist:\n- x: 1\n  y:\n    z: 2\n-\n  x: |\n    y: 3\n\n  y: 5\n\"q\": 'v'\n"
    for path, line in (
        (["a"], 1), (["list", 0, "y", "z"], 6), (["list", 1, "y"], 11), (["list", 1, "x"], 8), (["q"], 12),
        (["list", 5], 3), (["list", 0, "none"], 4), (["none"], None), (["a", "b"], 1), ([], None),
    ):  # fmt: skip
        assert line_in(blocks, path) == line, path
    assert line_in(b"a: {b: 1,\n  c: 2}\n", ["a", "c"]) == 2
    assert line_in(b"---\nid: x\ntitle: y\n---\ntitle: z\n", ["title"]) == 3
    assert line_in(b"\xff", ["a"]) is None
