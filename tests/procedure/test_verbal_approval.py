"""§5.6 by word of mouth: the visit starts on the director's word, and her signature follows within one working day (B7)."""

from __future__ import annotations

import pytest

DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
SAID = ("--verbal-approval", "赵总", "--approval-via", "电话")
NEXT_DAY, DAY_AFTER = "2026-11-24T10:00:00+08:00", "2026-11-25T10:00:00+08:00"


@pytest.fixture
def tried(desk):
    """A medium fault that phone and remote work did not solve."""
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none", "--guidance", "重新插拔")
    desk.itil("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装驱动", "--unsolved")
    return case


@pytest.fixture
def spoken(desk, tried):
    """The same, dispatched on the director's word."""
    desk.itil("dispatch", tried, *DISPATCH, *SAID)
    return tried


def kinds(desk, who, now=None):
    """What waits for somebody."""
    return [row["kind"] for row in desk.itil("due", "--json", who=who, now=now).json]


@pytest.mark.covers("B7", "F18")
def test_the_visit_may_start_and_the_record_says_who_said_what_how(desk, spoken):
    """Who, when, how and recorded by whom; the director's name, the requester's hand."""
    shown = desk.show(spoken)
    assert shown["stage"] == "dispatched"
    order = next(form for form in shown["forms"] if "work-order" in form["ref"])
    assert order["approval"] == {
        "kind": "verbal", "by": "赵总", "at": "2026-11-23T09:00:00+08:00", "decision": "approved", "method": "电话",
        "recorded_by": "张三",
    }  # fmt: skip
    entry = shown["history"][-1]
    assert (entry["action"], entry["by"], entry["recorded_by"]) == ("approve-verbal", "赵总", "张三")
    desk.itil("visit", "start", spoken, "--appointment", "+0m", "--place", "庆春路1号", "--ready")
    assert desk.show(spoken)["stage"] == "onsite"


@pytest.mark.covers("B7")
def test_the_word_may_come_after_the_order_was_written(desk, tried):
    """An order that waits takes the director's word too; only its requester records it."""
    desk.itil("dispatch", tried, *DISPATCH)
    assert desk.refused("dispatch", tried, *SAID, who="陈一", code=4) == ["E-5.6-verbal-recorder"]
    assert desk.refused("dispatch", tried, "--approval-via", "电话", code=1)[0] == "E-5.6-waiting"
    assert desk.refused("dispatch", tried, "--verbal-approval", "赵总", code=2) == ["E-5.6-verbal-via"]
    desk.itil("dispatch", tried, *SAID)
    assert desk.show(tried)["stage"] == "dispatched"


@pytest.mark.covers("B7")
def test_the_word_of_somebody_else_is_none(desk, tried):
    """Only a technical director approves; nobody approves for himself."""
    said = ("--verbal-approval", "王五", "--approval-via", "微信")
    assert desk.refused("dispatch", tried, *DISPATCH, *said, code=1) == ["E-5.6-not-director"]


@pytest.mark.covers("B7")
def test_she_countersigns_with_approve(desk, spoken):
    """It waits for her until the next working day; closed or not, visited or not."""
    assert kinds(desk, "赵总") == ["countersignature"]
    desk.itil("approve", who="赵总", now=NEXT_DAY)
    shown = desk.show(spoken)
    order = next(form for form in shown["forms"] if "work-order" in form["ref"])
    assert (order["countersigned"]["by"], order["countersigned"]["decision"]) == ("赵总", "approved")
    assert shown["stage"] == "dispatched"
    assert kinds(desk, "赵总", DAY_AFTER) == []
    assert "W-5.6-countersign-late" not in desk.itil("check", "--json", now=DAY_AFTER).out


@pytest.mark.covers("B7", "K13")
def test_a_late_signature_stands_in_check_and_due(desk, spoken):
    """After one working day it is late, and stays a nonconformity when it comes."""
    late = [row["code"] for row in desk.itil("check", "--json", now=DAY_AFTER).json]
    assert "W-5.6-countersign-late" in late
    desk.itil("approve", spoken, who="赵总", now=DAY_AFTER)
    assert "W-5.6-countersign-late" in desk.itil("check", "--json", now=DAY_AFTER).out


@pytest.mark.covers("B7")
def test_a_no_before_the_visit_sends_nobody(desk, spoken):
    """She says no after all: back to the tier that asked, with her reason; it stays on record."""
    assert desk.refused("reject", f"{spoken}/work-order-1", who="赵总", code=2) == ["E-5.6-reason"]
    desk.itil("reject", f"{spoken}/work-order-1", "--reason", "没有同意过", who="赵总")
    shown = desk.show(spoken)
    assert (shown["stage"], shown["history"][-1]["action"]) == ("tier1", "countersign-refuse")
    assert "W-5.6-countersign-refused" in desk.itil("check", "--json").out


@pytest.mark.covers("B7")
def test_a_no_after_the_visit_began_stays_a_nonconformity(desk, spoken):
    """The visit cannot be unmade."""
    desk.itil("visit", "start", spoken, "--appointment", "+0m", "--place", "庆春路1号", "--ready")
    desk.itil("reject", f"{spoken}/work-order-1", "--reason", "没有同意过", who="赵总")
    assert desk.show(spoken)["stage"] == "onsite"
    assert "W-5.6-countersign-refused" in desk.itil("check", "--json").out


@pytest.mark.covers("B7")
def test_a_countersignature_changes_nothing_and_is_hers(desk, spoken):
    """Other people or times take another order; nobody signs twice; others do not sign for her."""
    assert desk.refused("approve", spoken, "--engineer", "陈一", who="赵总", code=1) == ["E-5.6-as-said"]
    assert desk.refused("approve", spoken, who="王五", code=4)[0] == "E-5.6-role"
    desk.itil("people", "add", "吴总", "--email", "wu@example.com", "--role", "technical_director")
    assert desk.refused("approve", spoken, who="wu@example.com", code=4) == ["E-5.6-countersign-whose"]
    desk.itil("approve", spoken, who="赵总")
    assert desk.refused("approve", f"{spoken}/work-order-1", who="赵总", code=1) == ["E-5.6-stage"]


@pytest.mark.covers("B7", "B25")
def test_a_closed_case_is_still_countersigned(desk, tmp_path):
    """The signature comes after the closing, and the seal holds."""
    scan = tmp_path / "签字单.jpg"
    scan.write_bytes(b"\xff\xd8\xffscan")
    case = desk.new("-s", "medium")
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    desk.itil("dispatch", case, *DISPATCH, *SAID)
    desk.itil("visit", "start", case, "--appointment", "+0m", "--place", "庆春路1号", "--ready")
    desk.itil(
        "visit", "finish", case, "--diagnosis", "比对", "--cause", "驱动", "--solved", "--solution", "换驱动", "--backup",
        "/b", "--signed-by", "张三丰", "--signature", str(scan),
    )  # fmt: skip
    desk.itil("close", case, "--rest", "none")
    desk.itil("approve", f"{case}/work-order-1", who="赵总")
    desk.itil("check")


@pytest.mark.covers("B7")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('  method: "电话"\n', "E-5.6-verbal-via"),
        ('  recorded_by: "张三"\ncounter', "E-5.6-verbal"),
        ('  decision: "approved"\ncounter', "E-5.6-approver"),
    ],
)
def test_a_verbal_approval_cut_by_hand_is_found(desk, spoken, line, code):
    """A hand edit that takes out how it was said, or what was said."""
    desk.itil("approve", spoken, who="赵总")
    path = desk.file(spoken, "work-order-1")
    head, sep, tail = path.read_text("utf-8").partition("\napproval:")
    cut = line.replace("\ncounter", "\n")
    assert cut in tail
    path.write_text(head + sep + tail.replace(cut, "", 1), "utf-8")
    assert code in [row["code"] for row in desk.itil("check", "--json", code=1).json]


@pytest.mark.covers("B7")
def test_a_countersignature_without_its_author_is_found(desk, spoken):
    """Who countersigned is half of it."""
    desk.itil("approve", spoken, who="赵总")
    path = desk.file(spoken, "work-order-1")
    head, sep, tail = path.read_text("utf-8").partition("countersigned:")
    path.write_text(head + sep + tail.replace('  by: "赵总"\n', "", 1), "utf-8")
    assert "E-5.6-countersigned" in [row["code"] for row in desk.itil("check", "--json", code=1).json]


def test_without_an_order_there_is_nothing_to_sign_under(desk, spoken):
    """An order named that was approved in writing."""
    desk.itil("approve", spoken, who="赵总")
    assert desk.refused("reject", spoken, "--reason", "x", who="赵总", code=1)[0] == "E-5.6-stage"
