"""B25: what was recorded wrongly is put right; old and new are kept, the history replays, and a seal is made anew."""

from __future__ import annotations

import pytest

CLOSED = ("--took", "7m", "-k", "none", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")


def rows(shown):
    """Field, old and new of each correction."""
    return [(row["field"], row.get("old"), row.get("new")) for row in shown["corrections"]]


@pytest.mark.covers("B25", "F33")
def test_a_field_is_corrected_and_both_values_are_kept(desk):
    """By name, by flag or by label; several at once."""
    case = desk.new()
    said = desk.itil("correct", case, "电话=0571-88886667", "symptom=打印机不出纸", "impact=2号窗口停办")
    assert "0571-88886666 → 0571-88886667" in said.err
    shown = desk.show(case)
    assert shown["customer"]["phone"] == "0571-88886667"
    assert rows(shown) == [
        ("customer.phone", "0571-88886666", "0571-88886667"), ("symptom", "读卡器无法识别", "打印机不出纸"),
        ("business_impact", "3号窗口无法结算", "2号窗口停办"),
    ]  # fmt: skip
    assert shown["history"][-1]["action"] == "correct"
    desk.itil("check")


@pytest.mark.covers("B25", "F33")
def test_what_is_judged_is_corrected_for_a_reason_and_replays(desk):
    """The severity that the history adds up to is the corrected one."""
    case = desk.new()
    assert desk.refused("correct", case, "severity=中", code=2) == ["E-5-reason"]
    desk.itil("correct", case, "severity=中", "--reason", "影响全院")
    assert desk.show(case)["severity"] == "medium"
    desk.itil("correct", case, "type=技术咨询", "--reason", "只是询问")
    shown = desk.show(case)
    assert (shown["type"], shown["severity"], shown["category"]) == ("consultation", None, None)
    desk.itil("check")


@pytest.mark.covers("B25")
def test_a_form_is_corrected_by_its_reference_or_where_only_one_has_the_field(desk):
    """The guidance stands on the remote form, the score on the follow-up."""
    case = desk.new(*CLOSED)
    desk.itil("correct", case, "guidance=先查电源", "--reason", "漏写")
    desk.itil("follow-up", case, "--result", "reached", "--satisfaction", "5", "--solved")
    desk.itil("correct", f"{case}/follow-up-1", "satisfaction=3", "--reason", "听错")
    forms = {form["ref"].partition("/")[2]: form for form in desk.show(case)["forms"]}
    assert forms["remote-1"]["guidance"] == "先查电源"
    assert forms["follow-up-1"]["satisfaction"] == 3
    assert desk.refused("correct", case, "comment=x", "knowledge=KB", code=2)
    desk.itil("check")


@pytest.mark.covers("B25", "F33")
def test_a_closed_case_is_corrected_by_the_incident_manager_and_sealed_anew(desk):
    """Nobody else; a hand edit afterwards shows as before."""
    case = desk.new(*CLOSED)
    assert desk.refused("correct", case, "phone=0571-1111111", "--reason", "x", who="陈一", code=4) == [
        "E-5-correct-filed"
    ]
    desk.itil("correct", case, "phone=0571-1111111", "--reason", "记错")
    desk.itil("check")
    path = desk.file(case)
    path.write_text(path.read_text("utf-8").replace("0571-1111111", "0571-2222222", 1), "utf-8")
    assert "E-5.13-changed" in [row["code"] for row in desk.itil("check", "--json", code=1).json]


@pytest.mark.covers("B25", "B10")
def test_a_correction_that_breaks_a_rule_is_refused_and_says_what_to_add(desk):
    """A closed low fault that was a medium one needs the backup it had."""
    case = desk.new(*CLOSED)
    said = desk.itil("correct", case, "severity=中", "--reason", "影响全院", code=2)
    assert "backup.location=…" in said.err
    desk.itil("correct", case, "severity=中", "backup=移动硬盘", "--reason", "影响全院")
    desk.itil("check")


@pytest.mark.covers("B23", "B25", "K8")
def test_the_time_of_a_step_is_corrected_and_its_record_moves_along(desk):
    """The solution, its form, the follow-up's day and the first response all follow; the entry itself stays."""
    case = desk.new("-k", "none", "--guidance", "重新插拔", now="2026-11-20T10:00:00+08:00")
    desk.itil("resolve", case, "--solution", "更换读卡器")
    number = len(desk.show(case)["history"])
    desk.itil("correct", case, "--step", str(number), "--set", "at=11-20 11:00", "--reason", "周五就好了")
    shown = desk.show(case)
    assert shown["resolved_at"] == shown["resolution"]["at"] == "2026-11-20T11:00:00+08:00"
    assert shown["history"][number - 1]["at"] == "2026-11-23T09:00:00+08:00"
    assert "原记为" in desk.itil("log", case).out
    desk.itil("check")


@pytest.mark.covers("B23", "B25")
def test_a_time_that_makes_the_order_unlawful_is_refused(desk):
    """Solved before it was reported."""
    case = desk.new("-k", "none", "--guidance", "重新插拔")
    desk.itil("resolve", case, "--solution", "更换读卡器")
    codes = desk.refused("correct", case, "--step", "4", "--set", "at=-3h", "--reason", "x", code=1)
    assert codes == ["E-5.9-stage"]
    assert desk.refused("correct", case, "--step", "4", "--set", "at=+3h", "--reason", "x") == ["E-5-future"]


@pytest.mark.covers("F2", "F14", "B25")
def test_the_time_of_the_call_takes_the_first_response_with_it(desk):
    """On the hotline the call is the answer; both were an hour earlier."""
    case = desk.new("-k", "none", "--guidance", "重新插拔")
    desk.itil("correct", case, "reported_at=08:00", "--reason", "补录时记错")
    shown = desk.show(case)
    assert shown["reported_at"] == shown["first_response_at"] == "2026-11-23T08:00:00+08:00"
    desk.itil("check")


@pytest.mark.covers("B25", "F34")
def test_a_note_on_the_wrong_incident_is_taken_back_and_stays_readable(desk):
    """Marked, not deleted."""
    case = desk.new()
    desk.itil("note", case, "客户催办", "--from-customer")
    desk.itil("correct", case, "--step", "3", "--retract", "--reason", "记错了单子")
    assert desk.show(case)["chased"][0]["retracted"] is True
    assert "已撤回" in desk.itil("show", case).out
    assert desk.refused("correct", case, "--step", "3", "--retract", "--reason", "x", code=1) == ["E-5-correct-gone"]
    desk.itil("check")


@pytest.mark.covers("B25", "B6", "K6")
def test_an_escalation_and_a_call_are_taken_back(desk):
    """The case stands where it stood; a call on the wrong case counts in no figure."""
    case = desk.new("-k", "none", "--guidance", "重新插拔")
    desk.itil("escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装")
    desk.itil("correct", case, "--step", "4", "--retract", "--reason", "点错")
    assert (desk.show(case)["stage"], desk.show(case)["tier"]) == ("tier1", 1)
    desk.itil("close", case, "--solution", "好了", "--confirmed-by", "张三丰", "--rest", "none")
    desk.itil("follow-up", case, "--result", "reached", "--satisfaction", "1", "--solved")
    number = len(desk.show(case)["history"])
    desk.itil("correct", case, "--step", str(number), "--retract", "--reason", "打给了别的客户")
    figures = desk.itil("report", "2026-11", "--json").json["figures"]
    assert figures["satisfaction"]["denominator"] == 0
    desk.itil("follow-up", case, "--result", "reached", "--satisfaction", "5", "--solved")
    assert any(form["ref"].endswith("follow-up-2") for form in desk.show(case)["forms"])
    desk.itil("check")


@pytest.mark.covers("B25", "B14")
def test_a_vain_attempt_is_taken_back(desk):
    """It does not count towards the three."""
    case = desk.new("-k", "none", "--solution", "好了")
    desk.itil("confirm", case, "--no-answer")
    desk.itil("correct", case, "--step", "5", "--retract", "--reason", "打错号码")
    assert desk.show(case)["confirmation_attempts"][0]["retracted"] is True
    desk.itil("check")


@pytest.mark.covers("B7", "B25")
def test_what_others_decided_is_not_corrected(desk):
    """Who approved, and when; what only a further step can take back."""
    case = desk.new("-s", "medium", "-k", "none", "--guidance", "重新插拔")
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    order = ("--decided-by", "王五", "--engineer", "李四", "--from", "+1h", "--until", "+3h", "--reason", "r")
    desk.itil("dispatch", case, *order)
    desk.itil("approve", who="赵总")
    assert desk.refused("correct", case, "--step", "6", "--set", "at=-5m", "--reason", "x") == ["E-5-correct-never"]
    assert desk.refused("correct", case, "--step", "5", "--retract", "--reason", "x") == ["E-5-correct-retract"]
    assert desk.refused("correct", f"{case}/work-order-1", "approval.by=王五") == ["E-5-correct-locked"]


@pytest.mark.covers("B25")
@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ((), ["E-5-correct-what"]),
        (("phone",), ["E-5-correct-word"]),
        (("stage=closed", "owner=陈一"), ["E-5-correct-locked"] * 2),
        (("sympton=x",), ["E-5-correct-field"]),
        (("severity=很高",), ["E-5-correct-value"]),
        (("expected_by=不知道",), ["E-5-correct-value"]),
        (("reported-by=张三",), ["E-5-correct-field"]),
        (("approved=x",), ["E-5-correct-locked"]),
        (("reason=x",), ["E-5-correct-several"]),
        (("symptom=读卡器无法识别",), ["E-5-correct-same"]),
        (("--step", "99", "--retract"), ["E-5-correct-step"]),
        (("--step", "1", "--reason", "x"), ["E-5-correct-set"]),
        (("--retract",), ["E-5-correct-number"]),
    ],
)
def test_what_cannot_be_meant_is_refused(desk, words, codes):
    """Each with its own word for what is wrong."""
    case = desk.new()
    assert desk.refused("correct", case, *words) == codes


@pytest.mark.covers("B25", "F33")
def test_a_correction_without_its_entry_is_found(desk):
    """Somebody wrote one by hand, or let an entry correct a step that is not there."""
    case = desk.new()
    desk.itil("correct", case, "phone=0571-1111111")
    desk.itil("correct", case, "--step", "1", "--set", "at=-5m", "--reason", "x")
    path = desk.file(case)
    text = path.read_text("utf-8")
    first = desk.show(case)["corrections"][0]["id"]
    path.write_text(text.replace(first, "ZZZZZZZZ", 1), "utf-8")
    assert "E-5-correction" in [row["code"] for row in desk.itil("check", "--json", code=1).json]
    step = desk.show(case)["history"][-1]["set"]["step"]
    path.write_text(text.replace(f'step: "{step}"', 'step: "ZZZZZZZZ"', 1), "utf-8")
    assert "E-5-correction-step" in [row["code"] for row in desk.itil("check", "--json", code=1).json]


@pytest.mark.covers("B25")
def test_several_forms_with_the_field_are_named(desk):
    """A cause stands on the remote form and on the visit's: the caller says which."""
    case = desk.new("-s", "medium", "-k", "none", "--guidance", "重新插拔")
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    order = ("--decided-by", "王五", "--engineer", "李四", "--from", "+1h", "--until", "+3h", "--reason", "r")
    desk.itil("dispatch", case, *order, "--verbal-approval", "赵总", "--approval-via", "电话")
    desk.itil("visit", "plan", case, "--appointment", "+1h", "--place", "庆春路1号", "--ready")
    assert desk.refused("correct", case, "cause=线路", code=2) == ["E-5-correct-form"]
    desk.itil("correct", f"{case}/remote-1", "cause=线路")
    desk.itil("check")
