"""What somebody did to the files by hand, in a desk worked by the tool: each is found, with file, line and person."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import TestDesk
from worked_desk import CLOSED, OPEN, VISITED, codes, edit, found, line_of, unchanged, worked

Ids = dict[str, str]


@pytest.fixture
def desk(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> TestDesk:
    made, ids = worked(tmp_path, tmp_path_factory.getbasetemp())
    made.__dict__["ids"] = ids
    return made


@pytest.fixture
def ids(desk: TestDesk) -> Ids:
    known: Ids = desk.__dict__["ids"]
    return known


def without_entry(text: str, action: str) -> str:
    """The incident file less the last history entry of this action."""
    head, mark, history = text.partition("\nhistory:\n")
    entries = re.split(r"(?m)^(?=  - )", history)
    last = max(place for place, entry in enumerate(entries) if f'action: "{action}"' in entry)
    return head + mark + "".join(entries[:last] + entries[last + 1 :])


@pytest.mark.covers("F33", "B24")
def test_nothing_is_found_in_what_the_tool_wrote(desk: TestDesk) -> None:
    with unchanged(desk.root):
        said = desk.itil("check", "--language", "en")
    assert said.out == "8 records in 13 files read: 0 errors, 0 warnings\n" and said.err == ""
    assert found(desk) == []


Edit = Callable[[TestDesk, Ids], None]


def on(which: str, part: str, old: str, new: str) -> Edit:
    return lambda desk, ids: edit(desk.file(ids[which], part), old, new)


def entry_gone(which: str, action: str) -> Edit:
    def taken(desk: TestDesk, ids: Ids) -> None:
        file = desk.file(ids[which])
        file.write_text(without_entry(file.read_text("utf-8"), action), "utf-8")

    return taken


def all_of(*edits: Edit) -> Edit:
    def done(desk: TestDesk, ids: Ids) -> None:
        for one in edits:
            one(desk, ids)

    return done


ENTRY = """\
  - id: "AAAAAAAA"
    at: "{at}"
    recorded_at: "{recorded}"
    by: "张三"
    recorded_by: "张三"
    action: "{action}"
    clause: "5"
"""


def entry_added(
    which: str, action: str, at: str = "2026-11-23T09:00:00+08:00", recorded: str = "2026-11-23T09:00:00+08:00"
) -> Edit:
    def added(desk: TestDesk, ids: Ids) -> None:
        with desk.file(ids[which]).open("a", encoding="utf-8") as file:
            file.write(ENTRY.format(at=at, recorded=recorded, action=action))

    return added


EDITS: dict[str, tuple[Edit, str, str, str]] = {
    # what was done, the code, the field, what the line must hold
    "a stage typed by hand": (
        on(OPEN, "incident", 'stage: "tier2"', 'stage: "resolved"'),
        "E-5-derived",
        "stage",
        "stage:",
    ),
    "an owner typed by hand": (
        on(OPEN, "incident", 'owner: "张三"', 'owner: "陈一"'),
        "E-5-derived",
        "owner",
        "owner:",
    ),
    "a severity regraded without a step": (
        on(OPEN, "incident", '\nseverity: "low"', '\nseverity: "high"'),
        "E-5-derived",
        "severity",
        "severity:",
    ),
    "a status typed by hand": (
        on(OPEN, "incident", 'status: "open"', 'status: "completed"'),
        "E-5-derived",
        "status",
        "status:",
    ),
    "a step recorded before it happened": (
        entry_added(OPEN, "note", at="2026-11-23T10:00:00+08:00"),
        "E-5-history-future",
        "history.5.at",
        '    at: "2026-11-23T10',
    ),
    "a time running backwards": (
        entry_added(OPEN, "note", "2026-11-23T08:00:00+08:00", "2026-11-23T08:00:00+08:00"),
        "E-5-history-order",
        "history.5.recorded_at",
        'recorded_at: "2026-11-23T08',
    ),
    "a step the stage does not allow": (
        entry_added(OPEN, "archive"),
        "E-5.11-stage",
        "history#AAAAAAAA",
        '- id: "AAAAAAAA"',
    ),
    "a step that does not exist": (
        entry_added(OPEN, "teleport"),
        "E-5-history-action",
        "history#AAAAAAAA",
        '- id: "AAAAAAAA"',
    ),
    "an entry removed whose word from the customer stayed": (
        entry_gone(OPEN, "note"),
        "E-5-history-gone",
        "chased.0",
        "- id:",
    ),
    "the escalation's entry removed": (entry_gone(OPEN, "escalate"), "E-5-history-gone", "escalations.0", "- id:"),
    "the first entry removed": (entry_gone(OPEN, "new"), "E-5.2-stage", "history#", "- id:"),
    "an entry that stands twice": (
        all_of(entry_added(OPEN, "note"), entry_added(OPEN, "note")),
        "E-5-history-twice",
        "history.6.id",
        '- id: "AAAAAAAA"',
    ),
    "an entry without a person": (
        all_of(
            entry_added(OPEN, "note"),
            on(OPEN, "incident", '"AAAAAAAA"\n    at: "2026-11-23T09:00:00+08:00"', '"AAAAAAAA"'),
        ),
        "E-5-history-entry",
        "history.5.at",
        '- id: "AAAAAAAA"',
    ),
    "a value that no step may set": (
        on(OPEN, "incident", "      tier: 2\n", '      tier: 2\n      severity: "high"\n'),
        "E-5-history-set",
        "history#",
        "- id:",
    ),
    "a changed closed case": (
        on(CLOSED, "incident", 'steps: "重新插拔后正常"', 'steps: "更换读卡器"'),
        "E-5.13-changed",
        "history",
        "history:",
    ),
    "a changed form of a closed case": (
        on(CLOSED, "remote-1", "none_found: true", 'none_found: true\nguidance: "已指导"'),
        "E-5.13-changed",
        "history",
        "history:",
    ),
    "an entry removed from a closed case": (entry_gone(CLOSED, "respond"), "E-5.13-changed", "history", "history:"),
    "a closed case without its seal": (
        lambda desk, ids: (
            desk.file(ids[CLOSED]).write_text(
                re.sub(r" +digest: .*\n", "", desk.file(ids[CLOSED]).read_text("utf-8")), "utf-8"
            )
            and None
        ),
        "E-5.13-no-digest",
        "history",
        "history:",
    ),
    "the closing entry removed": (entry_gone(CLOSED, "close"), "E-5-derived", "stage", "stage:"),
    "an approval without approver": (
        on(VISITED, "work-order-1", '  kind: "signed"\n  by: "赵总"\n', '  kind: "signed"\n'),
        "E-5.6-approver",
        "approval.by",
        "approval:",
    ),
    "an approver who asked for it": (
        on(VISITED, "work-order-1", 'requested_by: "张三"', 'requested_by: "赵总"'),
        "E-5.6-own-order",
        "approval.by",
        '  by: "赵总"',
    ),
    "an approver who is no director": (
        on(VISITED, "work-order-1", '  by: "赵总"', '  by: "李四"'),
        "E-5.6-not-director",
        "approval.by",
        '  by: "李四"',
    ),
    "an approval after the visit": (
        on(VISITED, "work-order-1", '  by: "赵总"\n  at: "2026-11-23T09:00', '  by: "赵总"\n  at: "2026-11-23T12:00'),
        "E-5.7-approved-late",
        "sessions",
        "sessions:",
    ),
    "no consent to the remote session": (
        on(VISITED, "remote-1", '  given_by: "张三丰"\n', ""),
        "E-5.4-consent",
        "consent.given_by",
        "consent:",
    ),
    "no backup any more": (
        on(VISITED, "incident", '  location: "/bak/1"\n', ""),
        "E-5.9-backup",
        "backup",
        "backup:",
    ),
    "a signature taken away": (
        on(VISITED, "onsite-1", '  name: "张三丰"\n', ""),
        "E-5.10-signed-by",
        "signature.name",
        "signature:",
    ),
    "a checklist item taken away": (
        on(VISITED, "onsite-1", '  patches:\n    state: "ready"\n', ""),
        "E-5.7-checklist",
        "checklist.patches",
        "checklist:",
    ),
    "a phone number without quotes": (
        on(OPEN, "incident", 'phone: "0571-88886666"', "phone: 57188886666"),
        "E-record-type",
        "customer.phone",
        "phone:",
    ),
    "a misspelled field": (
        on(OPEN, "incident", "symptom:", "symptoms:"),
        "W-record-unknown-field",
        "symptoms",
        "symptoms:",
    ),
    "a code that is none": (
        on(OPEN, "incident", 'category: "terminal"\n', 'category: "printer"\n'),
        "E-record-code",
        "category",
        "category:",
    ),
    "a time without an offset": (
        on(OPEN, "incident", 'reported_at: "2026-11-23T09:00:00+08:00"', 'reported_at: "2026-11-23T09:00:00"'),
        "E-record-time",
        "reported_at",
        "reported_at:",
    ),
    "a form that calls itself another": (
        on(CLOSED, "remote-1", '/remote-1"', '/remote-2"'),
        "E-5.1-form-id",
        "id",
        "id:",
    ),
    "a parent that is not there": (
        on(OPEN, "incident", "\nhistory:", '\nparent: "INC-20261123-ZZZZ"\nhistory:'),
        "E-5-no-case",
        "parent",
        "parent:",
    ),
    "an article that is not there": (
        on(OPEN, "remote-1", "none_found: true", 'knowledge_consulted:\n  - "KB-7K3Q"'),
        "E-5.13-no-article",
        "knowledge_consulted.0",
        '- "KB-',
    ),
}


@pytest.mark.covers("F33", "B23", "B24", "B25")
@pytest.mark.parametrize("what", EDITS)
def test_a_hand_edit_is_found(desk: TestDesk, ids: Ids, what: str) -> None:
    change, code, field, line = EDITS[what]
    change(desk, ids)
    rows = found(desk, code=1)
    row = next((row for row in rows if row["code"] == code and (row["field"] or "").startswith(field)), None)
    assert row is not None, rows
    assert line in (desk.root / row["file"]).read_text("utf-8").split("\n")[row["line"] - 1]
    assert row["where"] == f"{row['file']}:{row['line']}" and row["person"] and row["id"].startswith("INC-20261123-")
    assert row["level"] == ("warning" if code.startswith("W") else "error") and row["message"]


def test_two_edits_are_told_at_once_by_file(desk: TestDesk, ids: Ids) -> None:
    edit(desk.file(ids[OPEN]), 'stage: "tier2"', 'stage: "resolved"')
    edit(desk.file(ids[CLOSED]), 'steps: "重新插拔后正常"', 'steps: "更换"')
    said = desk.itil("check", "--language", "en", code=1).out
    first = line_of(desk.file(ids[OPEN]), "stage:")
    assert f"  {first}: error: stage is resolved, but the history adds up to tier2\n" in said
    assert "§5 · stage · E-5-derived · ask 张三" in said and "E-5.13-changed" in said
    assert said.count("records/2026/11/23/INC-") >= 2 and said.endswith(": 2 errors, 0 warnings\n")


def test_a_field_that_cannot_be_read_is_not_also_missing(desk: TestDesk, ids: Ids) -> None:
    edit(desk.file(ids[OPEN]), 'phone: "0571-88886666"', "phone: 57188886666")
    assert codes(desk) == ["E-record-type"]


@pytest.mark.covers("F34", "F27")
def test_attachments_are_what_was_recorded(desk: TestDesk, ids: Ids) -> None:
    page = next(desk.root.glob("records/*/*/*/*.files/sign.jpg"))
    onsite = desk.file(ids[VISITED], "onsite-1")
    page.write_bytes(b"another page")
    [row] = found(desk, code=1)
    assert (row["code"], row["line"]) == ("E-5-attachment-changed", line_of(onsite, 'file: "sign.jpg"'))
    page.unlink()
    assert codes(desk) == ["E-5-attachment-missing"]
    page.parent.rmdir()
    assert codes(desk) == ["E-5-attachment-missing"]
    page.parent.mkdir()
    page.symlink_to("/etc/hostname")
    assert codes(desk) == ["E-5-attachment-missing"]
    page.unlink()
    page.write_bytes(b"\xff\xd8\xffa signed page")
    (page.parent / "more.txt").write_text("nobody recorded this")
    [row] = found(desk, code=0)
    assert (row["code"], row["file"].rpartition("/")[2]) == ("W-5-attachment-unrecorded", "more.txt")


@pytest.mark.covers("F28")
def test_serials_have_no_gaps_and_no_doubles(desk: TestDesk, ids: Ids) -> None:
    counters = desk.root / "records/serials/2026.yaml"
    assert "JQ-ITSMS-04-01-02: 2" in counters.read_text("utf-8")
    edit(counters, "JQ-ITSMS-04-01-02: 2", "JQ-ITSMS-04-01-02: 3")
    [row] = found(desk, code=1)
    assert (row["code"], row["line"], row["file"]) == (
        "E-5.11-serial-gap",
        line_of(counters, "04-01-02"),
        "records/serials/2026.yaml",
    )
    edit(counters, "JQ-ITSMS-04-01-02: 3", "JQ-ITSMS-04-01-02: 1")
    assert codes(desk) == ["E-5.11-serial-counter"]
    edit(counters, "JQ-ITSMS-04-01-02: 1", "JQ-ITSMS-04-01-02: 2")
    remote = desk.file(ids[VISITED], "remote-1")
    edit(remote, 'serial: "JQ-ITSMS-04-01-02-2026-0002"', 'serial: "JQ-ITSMS-04-01-02-2026-0001"')
    assert sorted(codes(desk)) == ["E-5.11-serial-gap", "E-5.11-serial-twice", "E-5.11-serial-twice"]
    edit(counters, "JQ-ITSMS-04-01-02: 2", 'JQ-ITSMS-04-01-02: "2"')
    assert "E-5.11-serials" in codes(desk)
    counters.unlink()
    assert "E-5.11-serial-counter" in codes(desk)


@pytest.mark.covers("F28")
def test_a_missing_case_leaves_a_gap(desk: TestDesk, ids: Ids) -> None:
    for part in ("incident", "remote-1"):
        desk.file(ids[CLOSED], part).unlink()
    [row] = found(desk, code=1)
    assert row["code"] == "E-5.11-serial-gap" and "JQ-ITSMS-04-01-02-2026-0001" in row["message"]


@pytest.mark.covers("RT0", "F33")
def test_names_and_places(desk: TestDesk, ids: Ids) -> None:
    day = desk.file(ids[OPEN]).parent
    incident, remote = desk.file(ids[OPEN]), desk.file(ids[OPEN], "remote-1")
    stem = incident.name.partition(".")[0]
    (day / "notes.txt").write_text("x")
    (day / f"{stem}.remote-x.yaml").write_text("x: 1\n")
    (day / f"{stem}.REMOTE-1.yaml").write_text("x: 1\n")
    (day / "INC-20261123-7k3q.incident.yaml").mkdir()
    (day / f"{stem}.incident.yaml.orig").write_text("x")
    (day / ".hidden").write_text("x")
    (desk.root / "records/2026/11/x.yaml").write_text("x: 1\n")
    (desk.root / "records/2026/link").symlink_to("11")
    (day / "INC-20261123-8M2P.incident.yaml").symlink_to(incident.name)
    rows = {(row["code"], row["file"].rpartition("/")[2]) for row in found(desk, code=1)}
    assert rows == {
        ("W-record-stray", "notes.txt"),
        ("E-record-name", f"{stem}.remote-x.yaml"),
        ("E-record-name", f"{stem}.REMOTE-1.yaml"),
        ("E-record-collision", remote.name),
        ("E-record-name", "INC-20261123-7k3q.incident.yaml"),
        ("E-record-name", f"{stem}.incident.yaml.orig"),
        ("E-record-name", "x.yaml"),
        ("E-file-link", "link"),
        ("E-file-link", "INC-20261123-8M2P.incident.yaml"),
    }


def test_a_case_in_the_wrong_folder_and_under_another_name(desk: TestDesk, ids: Ids) -> None:
    file = desk.file(ids[OPEN])
    stem = file.name.partition(".")[0]
    other = desk.root / "records/2026/11/24"
    other.mkdir()
    for part in ("incident", "remote-1"):
        desk.file(ids[OPEN], part).rename(other / f"{stem}.{part}.yaml")
    edit(other / f"{stem}.incident.yaml", 'stage: "tier2"', 'stage: "tier1"')
    rows = found(desk, code=1)
    assert {row["code"] for row in rows} == {"E-record-folder", "E-5-derived"}
    assert {row["file"] for row in rows} == {f"records/2026/11/24/{stem}.incident.yaml"}
    for part in ("incident", "remote-1"):
        (other / f"{stem}.{part}.yaml").rename(other / f"INC-20261124-7K3Q.{part}.yaml")
    assert "E-5.1-file-id" in codes(desk)


@pytest.mark.covers("RT0")
def test_forms_without_an_incident(desk: TestDesk, ids: Ids) -> None:
    desk.file(ids[OPEN]).unlink()
    [row] = found(desk, code=1)
    assert row["code"] == "E-record-no-incident" and row["file"].endswith(".remote-1.yaml")
    desk.file(ids[OPEN], "remote-1").unlink()
    assert codes(desk) == []


def test_a_form_that_nothing_tells_of_and_one_that_is_missing(desk: TestDesk, ids: Ids) -> None:
    remote = desk.file(ids[OPEN], "remote-1")
    copy = remote.with_name(remote.name.replace("remote-1", "remote-2"))
    shutil.copy(remote, copy)
    edit(copy, "/remote-1", "/remote-2")
    assert codes(desk) == ["E-5-history-gone"]
    copy.unlink()
    remote.unlink()
    assert "E-5-history-form" in codes(desk) and "E-5.1-form" in codes(desk)


def test_an_unreadable_form_is_told_of_once(desk: TestDesk, ids: Ids) -> None:
    desk.file(ids[VISITED], "remote-1").write_text("id: [\n", "utf-8")
    [row] = found(desk, code=1)
    assert row["code"] == "E-yaml-syntax" and row["line"]


@pytest.mark.covers("B13")
def test_recurring_faults_are_suggested_as_a_problem(desk: TestDesk) -> None:
    closing = ("--solution", "重启后正常", "--confirmed-by", "张三丰", "--rest", "none", "-k", "none")
    desk.new("-y", "叫号屏黑屏", *closing)
    second = desk.new("-y", "叫号屏 黑屏。", *closing, now="2026-11-23T09:30:00+08:00")
    assert codes(desk) == []
    third = desk.new("-y", "叫号屏黑屏！", *closing, now="2026-11-23T10:00:00+08:00")
    desk.now = "2026-11-23T10:00:00+08:00"
    [row] = found(desk, code=0)
    assert (row["code"], row["id"][-4:], row["person"]) == ("W-5.9-recurring", third, "张三")
    assert row["line"] == line_of(desk.file(third), "problem:") and "3" in row["message"]
    edit(desk.root / "desk.yaml", "format: 1\n", "format: 1\nrecurrence: {count: 2, days: 90}\n")
    assert {row["id"][-4:] for row in found(desk)} == {second, third}
    edit(desk.root / "desk.yaml", "count: 2", "count: 4")
    assert codes(desk) == []
