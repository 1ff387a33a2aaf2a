"""Improvements that the monthly report names and follows up: named, done, given up, listed, examined by check."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from conftest import TestDesk

from itilcli.actions.month.improvements import improvements
from itilcli.desk import Desk
from itilcli.errors import Refused

FILE = "records/reports/actions.yaml"
LATER = "2026-12-20T09:00:00+08:00"
ROW: dict[str, str] = {
    "id": "ACT-7K3Q", "text": "补充备件", "owner": "李四", "due": "2026-12-15", "opened": "2026-11-23",
    "month": "2026-10", "state": "open",
}  # fmt: skip


def named(desk: TestDesk, text: str = "补充读卡器备件", *more: str, now: str | None = None) -> str:
    """The code of a new improvement for 李四."""
    given = () if "--due" in more else ("--due", "2026-12-15")
    made = desk.itil("action", "add", text, "--owner", "李四", *given, *more, "--json", now=now).json
    return str(made["id"]).removeprefix("ACT-")


def by_hand(desk: TestDesk, *rows: dict[str, Any]) -> None:
    """The file with these rows."""
    path = desk.root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        f'{"  - " if place == 0 else "    "}{key}: "{value}"'
        for row in rows
        for place, (key, value) in enumerate(row.items())
    ]
    path.write_text("\n".join(["actions:", *lines, ""]), encoding="utf-8")
    desk.commit()


def listed(desk: TestDesk, *words: str, now: str | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.itil("action", "list", *words, "--json", now=now).json
    return found


@pytest.fixture
def handmade(desk: TestDesk) -> TestDesk:
    """Three open ones with ids that look alike."""
    by_hand(desk, *({**ROW, "id": f"ACT-{code}"} for code in ("7K3Q", "7K01", "8A3Q")))
    return desk


def test_one_is_named_done_and_listed(desk: TestDesk) -> None:
    """Two lines each; one commit with its trailers; who is late is shown."""
    said = desk.itil("action", "add", "补充读卡器备件", "--owner", "li@example.com", "--due", "2026-12-15")
    first, second = said.out.splitlines()
    code = first[len("ACT-") : len("ACT-") + 4]
    assert "补充读卡器备件" in first and "李四" in first and "2026-12-15" in first and second == "  → itil action list"
    trailers = desk.git("log", "-1", "--format=%(trailers:only,unfold)")
    assert f"Itil-Id: ACT-{code}\nItil-Action: action-add\nItil-Clause: 5.15\nItil-Actor: 张三\n" in trailers
    assert desk.git("show", "--name-only", "--format=", "HEAD").split() == [FILE]
    row = listed(desk, now=LATER)[0]
    assert row == {
        "id": f"ACT-{code}", "text": "补充读卡器备件", "owner": "李四", "due": "2026-12-15", "opened": "2026-11-23",
        "done_on": None, "month": "2026-10", "state": "open", "note": None, "days_overdue": 5,
    }  # fmt: skip
    done = desk.itil("action", "done", code.lower(), "--note", "已到货", "--on", "2026-12-10", who="李四", now=LATER)
    assert done.out.splitlines()[0].startswith(f"ACT-{code} ") and "2026-12-10" in done.out
    assert "Itil-Action: action-done" in desk.git("log", "-1", "--format=%B")
    assert listed(desk, now=LATER) == []
    over = listed(desk, "--all", now=LATER)[0]
    assert (over["state"], over["done_on"], over["note"], over["days_overdue"]) == ("done", "2026-12-10", "已到货", 0)
    assert [one.id for one in improvements(Desk.open(str(desk.root)))] == [f"ACT-{code}"]
    desk.itil("check", code=0)


def test_the_open_ones_come_first_by_their_day(desk: TestDesk) -> None:
    """Ended ones only with --all, the latest first; the table shows all of it."""
    codes = [named(desk, f"第{day}项", "--due", f"2026-12-{day}") for day in ("20", "10", "15")]
    for code, day in ((codes[0], "2026-12-01"), (codes[2], "2026-12-03")):
        desk.itil("action", "done", code, "--on", day, now=LATER)
    assert [row["text"] for row in listed(desk, "--all")] == ["第10项", "第15项", "第20项"]
    assert [row["text"] for row in listed(desk)] == ["第10项"]
    shown = desk.itil("改进", now=LATER).out
    assert shown.splitlines()[1].split()[:4] == [f"ACT-{codes[1]}", "第10项", "李四", "2026-12-10"]
    assert "2026-12-03" in desk.itil("action", "list", "--all", now=LATER).out


def test_nothing_missing_is_named_twice_and_everything_at_once(desk: TestDesk) -> None:
    assert desk.refused("action", "add", code=2) == [
        "E-5.15-action-text", "E-5.15-action-owner", "E-5.15-action-due",
    ]  # fmt: skip
    wrong = ("--owner", "没这人", "--due", "哪天", "--month", "13月", "--at", "何时")
    assert desk.refused("action", "add", "字" * 2001, *wrong, code=2) == [
        "E-5.15-action-long", "E-5.15-action-owner", "E-5.15-action-day", "E-answer-at", "E-5.15-month",
    ]  # fmt: skip
    good = ("--owner", "李四", "--due", "2026-12-15")
    assert desk.refused("action", "add", "x", *good, "--month", "2026-12", code=2) == ["E-5.15-action-month"]
    assert desk.refused("action", "add", "x", *good, who="李四", code=4) == ["E-5.15-role"]
    assert desk.refused("action", "add", "x\x07", *good) == ["E-text-control"]


def test_a_day_that_is_over_is_warned_of(desk: TestDesk) -> None:
    made = desk.itil("action", "add", "x", "--owner", "李四", "--due", "11-20", "--json").json
    assert [one["code"] for one in made["warnings"]] == ["W-5.15-action-past"]


def test_the_text_may_come_from_standard_input(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("补充备件，\n并更新台账\n"))
    named(desk, "-", "--month", "9月", "--at", "11-20 09:00")
    row = listed(desk)[0]
    assert (row["text"], row["month"], row["opened"]) == ("补充备件，\n并更新台账", "2026-09", "2026-11-20")


def test_any_part_of_the_id_serves(handmade: TestDesk) -> None:
    """Digits for the letters they look like; open ones before the others; candidates stand in the hint."""
    assert handmade.refused("action", "done", "3Q", code=3) == ["E-5.15-action-several"]
    said = handmade.itil("action", "done", "ZZZZ", "--json", code=3)
    assert said.codes == ["E-5.15-action-none"] and "ACT-7K01 补充备件" in said.json["error"]["problems"][0]["hint"]
    assert handmade.itil("action", "done", "act-7kol", "--json").json["id"] == "ACT-7K01"
    handmade.itil("action", "done", "8A")
    assert handmade.itil("action", "done", "3q", "--json").json["id"] == "ACT-7K3Q"
    assert handmade.refused("action", "done", "8A", code=1) == ["E-5.15-action-ended"]
    by_hand(handmade, *({**ROW, "id": f"ACT-7K{number:02}"} for number in range(9)))
    said = handmade.itil("--language", "en", "action", "done", "7K", code=3)
    assert "ACT-7K07" in said.err and "and 1 more" in said.err


def test_done_by_its_owner_given_up_by_the_manager(desk: TestDesk) -> None:
    """Giving up needs a note and is nobody else's; a deputy acts for the owner."""
    code = named(desk)
    assert desk.refused("action", "done", code, who="陈一", code=4) == ["E-5.15-role"]
    assert desk.refused("action", "done", code, "--dropped", "--note", "x", who="李四", code=4) == ["E-5.15-role"]
    assert desk.refused("action", "done", code, "--dropped", code=2) == ["E-5.15-action-note"]
    assert desk.refused("action", "done", code, "--on", "2026-11-24", code=2) == ["E-5.15-action-ahead"]
    assert desk.refused("action", "done", code, "--on", "2026-11-22", code=2) == ["E-5.15-action-early"]
    assert desk.refused("action", "done", code, "--on", "那天", code=2) == ["E-5.15-action-day"]
    before = desk.git("rev-parse", "HEAD")
    tried = desk.itil("action", "done", code, "--dropped", "--note", "不做了", "--dry-run", "--json").json
    assert '+    state: "dropped"' in tried["diff"] and desk.git("rev-parse", "HEAD") == before
    made = desk.itil("action", "done", code, "--dropped", "--note", "不做了", "--json").json
    assert (made["state"], made["done_on"], made["note"]) == ("dropped", "2026-11-23", "不做了")
    assert "Itil-Action: action-drop" in desk.git("log", "-1", "--format=%B")
    desk.itil("undo")
    assert [row["state"] for row in listed(desk)] == ["open"]
    desk.itil("people", "deputy", "李四", "--to", "陈一", "--until", "2026-12-31")
    desk.itil("action", "done", code, who="陈一")


def test_what_was_written_by_hand_stays(handmade: TestDesk) -> None:
    """Comments, unknown fields and their order; new ones go below."""
    path = handmade.root / FILE
    text = path.read_text(encoding="utf-8").replace('"ACT-7K01"', '"ACT-7K01"  # 备件\n    budget: "3000元"')
    path.write_text(f"# 改进措施\n{text}", encoding="utf-8")
    handmade.commit()
    handmade.itil("action", "done", "7K01", "--note", "好")
    code = named(handmade)
    made = path.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if line in made.splitlines()]
    assert made.startswith("# 改进措施\nactions:\n") and "# 备件" in made and 'budget: "3000元"' in made
    assert len(kept) >= len(text.splitlines()) - 1 and made.index(code) > made.index("8A3Q")
    assert '    state: "done"\n    done_on: "2026-11-23"\n    note: "好"\n' in made


FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "id": ({"id": "ACT-7K3O"}, ["E-5.15-action-id"]),
    "lacks": ({"text": "", "owner": ""}, ["E-5.15-action-lacks", "E-5.15-action-lacks"]),
    "month": ({"month": "2026-13"}, ["E-5.15-action-month"]),
    "day": ({"due": "12-15"}, ["E-5.15-action-lacks", "E-record-day"]),
    "code": ({"state": "完成"}, ["E-5.15-action-lacks", "E-record-code"]),
    "open": ({"done_on": "2026-11-23"}, ["E-5.15-action-state"]),
    "done": ({"state": "done"}, ["E-5.15-action-state"]),
    "dropped": ({"state": "dropped", "done_on": "2026-11-23"}, ["E-5.15-action-state"]),
    "owner": ({"owner": "没这人"}, ["W-5.15-action-owner"]),
    "unknown": ({"ownr": "李四"}, ["W-record-unknown-field"]),
}


@pytest.mark.parametrize(("changed", "codes"), FAULTS.values(), ids=FAULTS)
def test_check_finds_what_a_hand_edit_got_wrong(desk: TestDesk, changed: dict[str, Any], codes: list[str]) -> None:
    """With its line; while there is an error nothing is read or written."""
    by_hand(desk, {**ROW, "id": "ACT-0000"}, {**ROW, **changed})
    said = desk.itil("check", "--json", code=None)
    found = [row for row in said.json if row["file"] == FILE]
    assert sorted(row["code"] for row in found) == sorted(codes)
    assert all(row["line"] >= 9 for row in found)
    if not codes[0].startswith("W"):
        assert set(desk.refused("action", "list")) == set(codes)
        assert set(codes) <= set(desk.refused("action", "add", "x", "--owner", "李四", "--due", "2026-12-15"))


def test_the_same_id_twice_a_stray_file_and_a_link(desk: TestDesk, tmp_path: Path) -> None:
    """A misnamed list would be read by nobody."""
    by_hand(desk, ROW, ROW)
    (desk.root / "records/reports/actions.yml").write_text("actions: []\n", encoding="utf-8")
    desk.commit()
    found = {row["code"] for row in desk.itil("check", "--json", code=1).json}
    assert found == {"E-5.15-action-twice", "W-record-stray"}
    (desk.root / FILE).unlink()
    (tmp_path / "elsewhere.yaml").write_text("actions: []\n", encoding="utf-8")
    (desk.root / FILE).symlink_to(tmp_path / "elsewhere.yaml")
    assert desk.itil("action", "list", "--json", code=1).codes == ["E-file-link"]
    with pytest.raises(Refused):
        improvements(Desk.open(str(desk.root)))


def test_a_list_beyond_measure_is_refused(desk: TestDesk) -> None:
    """What could not be read again is not written."""
    rows = [{**ROW, "id": f"ACT-{number:04}", "text": "字" * 600} for number in range(134)]
    by_hand(desk, *rows)
    assert desk.refused("action", "add", "字" * 1999, "--owner", "李四", "--due", "2026-12-15") == [
        "E-5.15-action-full"
    ]


def test_one_who_has_left_sees_to_nothing_new(desk: TestDesk) -> None:
    code = named(desk)
    desk.itil("people", "leave", "李四", "--on", "2026-11-22")
    assert desk.refused("action", "add", "x", "--owner", "李四", "--due", "2026-12-15") == ["E-5.15-action-owner"]
    assert desk.refused("action", "done", code, who="李四", code=4)
    assert "W-5.15-action-owner" in desk.itil("check").out
