"""What people on trial missed in `due` and in the hints: nothing waits unseen, and what is shown can be done."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import TestDesk

from itilcli.desk import Desk
from itilcli.figures.trail import walk

MORNING = "2026-11-27T08:30:00+08:00"
DAYS_LATER = "2026-11-30T09:00:00+08:00"
DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
SOLVED = ("--solution", "换线", "--confirmed-by", "张三丰", "--rest", "none")
TIER2 = ("--to", "tier2", "--reason", "unresolved", "--tried", "重装", "--assignee", "李四")


def rows(desk: TestDesk, who: str, now: str = MORNING) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.itil("due", "--json", who=who, now=now).json
    return found


def of_kind(desk: TestDesk, who: str, kind: str, now: str = MORNING) -> list[dict[str, Any]]:
    return [row for row in rows(desk, who, now) if row["kind"] == kind]


def hint(said: Any) -> str:
    """The last line printed, which says what to type next."""
    return str(said.out.splitlines()[-1])


@pytest.fixture
def supplied(desk: TestDesk) -> str:
    """A case of 陈一's that lies with the supplier's man until the contract's time."""
    case = desk.new("--supplier", "华存", "--contract", "HT-1", who="陈一")
    due = ("--to", "tier3", "--reason", "supplier", "--due", "2026-11-26T18:00:00+08:00")
    desk.itil("escalate", case, *due, who="陈一")
    return case


@pytest.fixture
def archived(desk: TestDesk) -> str:
    """A case of 张三's solved on site and closed, its work order with the archivist."""
    case = desk.new("-s", "medium", "-k", "none", "--guidance", "重新插拔")
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    desk.itil("dispatch", case, *DISPATCH)
    desk.itil("approve", who="赵总")
    desk.itil("visit", "start", case, "--appointment", "+0m", "--cooperation", "钥匙", "--ready", who="李四")
    desk.itil(
        "plan", case, "--solution", "换", "--feasibility", "可行", "--duration", "1h", "--told-at", "-1m", who="李四"
    )
    done = ("--diagnosis", "比对", "--cause", "主板", "--solved", "--solution", "换", "--backup", "/b")
    scan = desk.root.parent / "签字.jpg"
    scan.write_bytes(b"\xff\xd8\xffscan")
    desk.itil("visit", "finish", case, *done, "--signed-by", "张三丰", "--signature", str(scan), who="李四")
    desk.itil("close", case, "--rest", "none")
    return case


# ── the owner tracks each case until it closes


@pytest.mark.covers("L132", "F16b")
def test_the_owner_sees_the_contract_time_of_a_case_that_lies_with_the_supplier(desk: TestDesk, supplied: str) -> None:
    """The supplier's man hardly ever looks; and the command works for the owner."""
    assert of_kind(desk, "陈一", "track", "2026-11-25T09:00:00+08:00") == []
    (row,) = of_kind(desk, "陈一", "track", "2026-11-26T09:00:00+08:00")
    assert (row["due"], row["late"]) == ("2026-11-26T18:00:00+08:00", False)
    assert row["command"] == f"itil hold {supplied} --on supplier --until … --reason …"
    assert "孙供" in row["text"]
    assert of_kind(desk, "陈一", "track")[0]["late"] is True
    assert of_kind(desk, "孙供", "track") == [], "who works on it has his own row"
    desk.itil("hold", supplied, "--on", "supplier", "--until", "12-14", "--reason", "缺货", who="陈一", now=MORNING)
    assert of_kind(desk, "陈一", "track") == [], "it was known when the case was held"
    late = of_kind(desk, "陈一", "track", "2026-12-15T08:30:00+08:00")
    assert [(row["command"], row["late"]) for row in late] == [(f"itil resume {supplied}", True)]


@pytest.mark.covers("L132", "B11")
def test_a_promise_that_comes_while_a_case_is_on_hold_is_not_slept_through(desk: TestDesk, supplied: str) -> None:
    desk.itil("hold", supplied, "--on", "supplier", "--until", "12-14", "--reason", "缺货", who="陈一")
    (row,) = of_kind(desk, "陈一", "track")
    assert row["due"] == "2026-11-26T18:00:00+08:00"
    assert of_kind(desk, "孙供", "hold")[0]["due"] == row["due"]
    desk.itil("agree", supplied, "--until", "11-27 08:00", "--reason", "客户催", who="陈一")
    commands = {row["command"] for row in of_kind(desk, "陈一", "track", "2026-11-26T09:00:00+08:00")}
    assert commands == {row["command"]}, "one row, under the nearest time"


@pytest.mark.covers("L132")
def test_a_case_of_a_higher_tier_that_does_not_move_comes_back_to_its_owner(desk: TestDesk) -> None:
    case = desk.new("-s", "medium", who="陈一")
    desk.itil("escalate", case, *TIER2, who="陈一")
    assert of_kind(desk, "陈一", "track", "2026-11-26T09:00:00+08:00") == [], "three working days are not long"
    (row,) = of_kind(desk, "陈一", "track")
    assert (row["command"], row["due"]) == (f"itil note {case} …", None)
    desk.itil("note", case, "二线说明天有结果", who="陈一", now=MORNING)
    assert of_kind(desk, "陈一", "track") == []


@pytest.mark.covers("L132")
def test_who_owns_a_case_and_works_on_it_has_one_row(desk: TestDesk) -> None:
    case = desk.new(who="陈一")
    desk.itil("agree", case, "--until", "11-24", "--reason", "等备件", who="陈一")
    desk.itil("hold", case, "--on", "agreed_date", "--reason", "等备件", who="陈一")
    assert [row["kind"] for row in rows(desk, "陈一")] == ["hold"]
    desk.itil("resume", case, who="陈一")
    assert [row["kind"] for row in rows(desk, "陈一")] == ["work"]


# ── the archivist sends a work order back


@pytest.mark.covers("B15", "F28")
def test_a_work_order_sent_back_is_mended_and_handed_in_again(desk: TestDesk, archived: str) -> None:
    """It waits for who handed it over, on a closed case, and then for the archivist anew."""
    ref = f"{archived}/work-order-1"
    assert desk.refused("hand-in", ref, code=1) == ["E-5.11-not-sent-back"]
    said = desk.itil("receive", ref, "--refuse", "缺签名", who="档案")
    assert hint(said) == f"  → itil hand-in {ref} --comment …"
    (row,) = of_kind(desk, "张三", "sent_back")
    assert row["command"] == f"itil hand-in {ref} --comment …" and "缺签名" in row["text"]
    assert of_kind(desk, "档案", "receipt") == []
    assert desk.refused("hand-in", ref, who="档案", code=4) == ["E-5.11-role"]
    codes = {one["code"] for one in desk.itil("check", "--json", now="2026-12-20T09:00:00+08:00", code=None).json}
    assert "W-5.11-sent-back" in codes and "W-5.11-receipt" not in codes
    step = next(one for one in desk.itil("next", archived, "--json").json["steps"] if one["action"] == "hand-in")
    assert (step["command"], step["missing"]) == (f"itil hand-in {ref} --comment …", [])
    desk.itil("hand-in", archived, "--comment", "已补签名", now=MORNING)
    assert of_kind(desk, "张三", "sent_back") == []
    (row,) = of_kind(desk, "档案", "receipt")
    assert row["since"] == MORNING and "已补签名" in row["text"]
    desk.itil("receive", ref, "--refuse", "还缺日期", who="档案", now=MORNING)
    assert "还缺日期" in of_kind(desk, "张三", "sent_back")[0]["text"]
    desk.itil("hand-in", ref, now=MORNING)
    desk.itil("receive", ref, "--location", "A柜3层", who="档案", now=MORNING)
    order = desk.itil("show", ref, "--json").json
    assert order["handed_in"] == [{"at": MORNING, "by": "张三", "comment": "已补签名"}, {"at": MORNING, "by": "张三"}]
    assert of_kind(desk, "档案", "receipt") == [] == of_kind(desk, "张三", "sent_back")
    assert [one for one in desk.itil("check", "--json").json if one["level"] == "error"] == [], "its seal holds"


# ── hints that fit the case


@pytest.mark.covers("B19", "F32")
def test_an_unhappy_call_before_the_last_solution_asks_for_no_reopening(desk: TestDesk) -> None:
    case = desk.new(*SOLVED)
    call = ("--result", "reached", "--satisfaction", "2", "--unsolved")
    said = desk.itil("follow-up", case, *call, now="2026-11-23T10:00:00+08:00")
    assert hint(said) == f"  → itil reopen {case} --reason …"
    desk.itil("reopen", case, "--reason", "又坏", now="2026-11-23T11:00:00+08:00")
    said = desk.itil("close", case, *SOLVED, now="2026-11-23T12:00:00+08:00")
    assert hint(said) == f"  → itil follow-up {case} --result reached --satisfaction … --solved"


@pytest.mark.covers("F21")
def test_engineers_who_come_back_tomorrow_are_expected_tomorrow(desk: TestDesk) -> None:
    case = desk.new("-s", "medium", "-k", "none", "--guidance", "重新插拔", "-e", "11-23")
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    desk.itil("dispatch", case, *DISPATCH)
    desk.itil("approve", who="赵总")
    desk.itil("visit", "start", case, "--appointment", "+0m", "--cooperation", "钥匙", "--ready", who="李四")
    said = desk.itil("visit", "leave", case, "--back", "11-24 09:00", "--reason", "等备件", who="李四")
    assert "11-24 09:00" in said.out and hint(said) == f"  → itil visit start {case}"
    (row,) = of_kind(desk, "李四", "visit", "2026-11-23T18:00:00+08:00")
    assert (row["due"], row["command"]) == ("2026-11-24T09:00:00+08:00", f"itil visit start {case}")
    desk.itil("visit", "start", case, who="李四", now="2026-11-24T09:05:00+08:00")
    assert of_kind(desk, "李四", "visit")[0]["command"].startswith(f"itil visit finish {case} ")


def test_a_file_spoilt_by_hand_is_put_back_where_the_committed_one_is_fine(desk: TestDesk) -> None:
    case = desk.new()
    path = desk.file(case)
    path.write_text(path.read_text("utf-8").replace("symptom: ", "symptom ", 1), "utf-8")
    (row,) = rows(desk, "张三")
    assert (row["kind"], row["command"]) == (
        "fault",
        f"git restore --staged --worktree -- {path.relative_to(desk.root)}",
    )
    assert rows(desk, "陈一") == []
    desk.git(*row["command"].split()[1:])
    assert [row["kind"] for row in rows(desk, "张三")] == ["work"]


# ── what ends while something is left


@pytest.mark.covers("RO1")
def test_roles_that_nobody_holds_after_a_leaving_are_named(desk: TestDesk) -> None:
    said = desk.itil("people", "leave", "赵总", "--on", "2026-11-30", "--json").json
    assert [row["code"] for row in said["warnings"]] == ["W-2.5-role-empty"]
    said = desk.itil("people", "set", "配置", "--remove-role", "configuration_manager", "--until", "2026-11-30")
    assert "itil people set 姓名 --add-role configuration_manager --from 2026-12-01" in said.err
    assert desk.itil("people", "leave", "陈一", "--json").json["warnings"] == [], "张三 is of tier 1 too"


@pytest.mark.covers("B27")
@pytest.mark.parametrize(("verb", "said"), [("close", SOLVED), ("void", ("--reason", "误报"))])
def test_a_parent_that_ends_before_its_children_says_so(desk: TestDesk, verb: str, said: tuple[str, ...]) -> None:
    parent = desk.new()
    child = desk.itil("new", "-o", "第二医院", "-c", "李", "-p", "1", "--same-as", parent, "--json").json["id"]
    ended = desk.itil(verb, parent, *said, "--json").json
    assert [row["code"] for row in ended["warnings"]] == ["W-5-children-open"]
    assert child.rpartition("-")[2] in ended["warnings"][0]["message"]
    assert desk.itil(verb, child, *said, "--json").json["warnings"] == []


# ── order


@pytest.mark.covers("B27")
def test_cases_reported_at_one_time_stand_in_the_order_of_recording(desk: TestDesk) -> None:
    """In `due`, in a handover and among the children of a case; not by the drawn ID."""
    at = ("--at", "08:00")
    parent = desk.new(*at)
    more = ("new", "-c", "李", "-p", "1", "--same-as", parent, *at, "--json")
    ids = [parent]
    for number in range(1, 7):
        made = desk.itil(*more, "-o", f"第{number}医院", now=f"2026-11-23T09:0{number}:00+08:00").json["id"]
        ids.append(made.rpartition("-")[2])
    now = "2026-11-23T10:00:00+08:00"
    assert [row["id"].rpartition("-")[2] for row in rows(desk, "张三", now)] == ids
    assert [row["id"].rpartition("-")[2] for row in desk.show(parent)["children"]] == ids[1:]
    handed = desk.itil("handover", "--to", "陈一", "--json", now=now).json["cases"]
    assert [row["id"].rpartition("-")[2] for row in handed] == ids
    solved = ("--solution", "恢复", "--backup-waived", "不涉及")
    done = desk.itil("resolve", parent, "--with-children", *solved, "--json", who="陈一", now=now).json["cases"]
    assert [row["id"].rpartition("-")[2] for row in done] == ids


# ── a customer who chases


@pytest.mark.covers("F34", "L97")
def test_a_chasing_customer_is_seen_until_he_is_told_something(desk: TestDesk) -> None:
    quiet, chased = desk.new("--title", "甲"), desk.new("--title", "乙")
    for now in ("2026-11-23T14:00:00+08:00", "2026-11-23T15:10:00+08:00"):
        desk.itil("note", chased, "客户催办", "--from-customer", now=now)
    now = "2026-11-23T16:00:00+08:00"
    first, second = rows(desk, "张三", now)
    assert [row["id"].rpartition("-")[2] for row in (first, second)] == [chased, quiet]
    assert (first["chased"], second["chased"]) == ({"count": 2, "last": "2026-11-23T15:10:00+08:00"}, None)
    listed = {row["id"].rpartition("-")[2]: row["chasing"] for row in desk.itil("list", "--json", now=now).json}
    assert listed == {chased: first["chased"], quiet: None}
    for command in ("due", "list"):
        assert "（11-23 15:10）" in desk.itil(command, now=now).out
    desk.itil("note", chased, "下午给答复", "--to-customer", now=now)
    assert [row["chased"] for row in rows(desk, "张三", now)] == [None, None]
    desk.itil("note", chased, "又来催", "--from-customer", now=now)
    assert rows(desk, "张三", now)[0]["chased"] == {"count": 1, "last": now}
    desk.itil("void", chased, "--reason", "误报", now=now)
    assert desk.itil("list", "--completed", "--json", now=now).json[0]["chasing"] is None


def test_due_says_what_is_today_and_what_has_passed(desk: TestDesk) -> None:
    desk.new("-e", "2026-11-23T17:30:00+08:00", "--title", "甲")
    desk.new(*SOLVED, "--title", "乙")
    words = {
        now: desk.itil("due", "--language", "en", now=f"2026-11-{now}:00:00+08:00").out for now in ("23T12", "23T18")
    }
    assert words["23T12"].startswith("today 17:30  ") and words["23T18"].startswith("overdue 2026-11-23 17:30  ")
    on_the_day = desk.itil("due", "--language", "en", now="2026-11-30T09:00:00+08:00").out
    assert "due 2026-11-30 (provisional)" in on_the_day, "a day that may still move is not called today"


# ── a hold that moves


@pytest.mark.covers("F22", "K5")
def test_a_hold_on_a_held_case_moves_it(desk: TestDesk) -> None:
    """For the same reason it goes on, with another end; for another it begins anew. The history keeps both."""
    case = desk.new()
    desk.itil("hold", case, "--on", "supplier", "--until", "11-25", "--reason", "缺货", now="2026-11-23T09:10:00+08:00")
    desk.itil("hold", case, "--until", "12-14", "--reason", "改期", now="2026-11-23T09:20:00+08:00")
    shown = desk.show(case)
    assert (shown["hold"], shown["hold_until"][:10]) == ("supplier", "2026-12-14")
    assert [row["reason"] for row in shown["history"][-2:]] == ["缺货", "改期"]
    desk.itil("hold", case, "--on", "customer", "--reason", "等客户", now="2026-11-23T09:30:00+08:00")
    assert (desk.show(case)["hold"], desk.show(case)["hold_until"]) == ("customer", None)
    stored = next(iter(Desk(desk.root, {"ITIL_NOW": MORNING}).cases()))
    spans = [
        (row.kind, f"{row.begin:%H:%M}", row.end and f"{row.end:%H:%M}")
        for row in walk(stored.case.incident.history).holds
    ]
    assert spans == [("supplier", "01:10", "01:30"), ("customer", "01:30", None)]
    assert [one for one in desk.itil("check", "--json").json if one["level"] == "error"] == []
    desk.itil("resume", case, now=MORNING)
    assert desk.refused("hold", case, "--reason", "等", now=MORNING, code=2) == ["E-5-hold-on"]


# ── one hint for many


@pytest.mark.covers("F16b", "B27")
def test_several_cases_end_with_one_hint_and_one_case_with_its_own(desk: TestDesk) -> None:
    parent = desk.new()
    assert hint(desk.itil("handover", "--to", "陈一")).startswith(f"  → itil respond {parent} ")
    child = desk.itil("new", "-o", "第二医院", "-c", "李", "-p", "1", "--same-as", parent, "--json", who="陈一").json[
        "id"
    ]
    solved = ("--solution", "恢复", "--backup-waived", "不涉及")
    for words in (
        ("assign", parent, child, "--to", "张三", "--reason", "换班"),
        ("handover", "--from", "陈一", "--to", "张三"),
        ("resolve", parent, "--with-children", *solved),
    ):
        said = desk.itil(*words)
        assert hint(said) == "  → itil due" and said.out.count("→ itil") == 1
