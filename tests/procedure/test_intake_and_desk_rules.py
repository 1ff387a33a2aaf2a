"""§5.1–§5.5 at the desk: intake, classification, phone, remote, escalation."""

from __future__ import annotations

import pytest

URGENT = ("-s", "high", "-q", "重要紧急")


@pytest.mark.covers("F1", "F3", "F4", "F6", "F7", "F10")
def test_an_empty_call_is_told_everything_it_lacks(desk):
    """One refusal, every question, nothing written; the channel is the desk's."""
    assert desk.refused("new", code=2) == [
        "E-5.1-symptom", "E-5.1-organisation", "E-5.1-contact", "E-5.1-phone", "E-5.1-business-impact", "E-5.1-expected-by",
        "E-5.2-type", "E-5.2-importance", "E-5.2-urgency",
    ]  # fmt: skip


@pytest.mark.covers("F1", "F2", "F3", "F4", "F6", "F13", "RT0", "RT2", "RO2")
def test_a_call_is_written_down_as_it_was_told(desk):
    """Every answer of the intake stands in the incident, customer data nowhere else."""
    case = desk.new(
        "--channel", "微信：客户群", "--email", "z@h.example.com", "--project", "HIS", "--item", "读卡器-03", "--expected-by", "明天 12:00",
        "--at", "08:50",
    )  # fmt: skip
    shown = desk.show(case)
    assert shown["channel"] == "im" and shown["channel_detail"] == "客户群"
    assert shown["customer"] == {
        "organisation": "第一人民医院", "contact": "张三丰", "phone": "0571-88886666", "email": "z@h.example.com", "address": "庆春路1号",
    }  # fmt: skip
    assert shown["reported_at"] == "2026-11-23T08:50:00+08:00" and shown["recorded_at"] == "2026-11-23T09:00:00+08:00"
    assert (
        shown["received_by"] == "张三" and shown["project"] == "HIS" and shown["configuration_items"] == ["读卡器-03"]
    )
    assert shown["expected_by"] == "2026-11-24T12:00:00+08:00"
    assert shown["stage"] == "classified" and shown["status"] == "open" and shown["procedure_version"] == "1/0"
    assert "0571-88886666" not in desk.file(case, "remote-1").read_text()


@pytest.mark.covers("F14")
def test_on_the_hotline_the_call_is_the_first_response(desk):
    """By other ways it is the first answer, and it never moves later."""
    assert desk.show(desk.new())["first_response_at"] == "2026-11-23T09:00:00+08:00"
    mail = desk.new("--channel", "email")
    assert desk.show(mail)["first_response_at"] is None
    desk.itil("respond", mail, "-k", "none", "--guidance", "请重新插拔", now="2026-11-23T09:20:00+08:00")
    desk.itil("respond", mail, "--guidance", "再试一次", now="2026-11-23T09:40:00+08:00")
    shown = desk.show(mail)
    assert shown["first_response_at"] == "2026-11-23T09:20:00+08:00"
    remote = shown["forms"][0]
    assert remote["none_found"] is True and remote["guidance"] == "请重新插拔\n再试一次"


@pytest.mark.covers("F8", "F9")
def test_a_consultation_has_neither_severity_nor_category(desk):
    """不适用; a security incident has a severity."""
    base = ("-o", "二院", "-c", "李", "-p", "10086", "-y", "如何导出报表", "-b", "无影响", "-e", "无", "-q", "一般")
    made = desk.itil("new", *base, "--type", "技术咨询", "--json").json
    assert desk.show(made["id"])["severity"] is None
    assert desk.refused("new", *base, "--type", "security", code=2) == ["E-5.2-severity"]
    assert desk.refused("new", *base, "--type", "fault", code=2) == ["E-5.2-category", "E-5.2-severity"]


@pytest.mark.covers("F10", "K3")
@pytest.mark.parametrize(
    ("square", "importance", "urgency", "priority"),
    [
        ("重要紧急", "important", "urgent", "high"),
        ("重要不紧急", "important", "normal", "medium"),
        ("紧急不重要", "normal", "urgent", "medium"),
        ("一般", "normal", "normal", "low"),
    ],
)
def test_priority_follows_from_importance_and_urgency(desk, square, importance, urgency, priority):
    """Derived, never typed."""
    shown = desk.show(desk.new("-q", square))
    assert (shown["importance"], shown["urgency"], shown["priority"]) == (importance, urgency, priority)


@pytest.mark.covers("F33")
def test_regrading_needs_a_reason_and_stays_in_the_history(desk):
    """The old grade is never lost."""
    case = desk.new("-s", "low")
    assert desk.refused("classify", case, "-s", "高", code=2) == ["E-5.2-reason"]
    desk.itil("classify", case, "-s", "高", "--reason", "影响全院")
    shown = desk.show(case)
    assert shown["severity"] == "high"
    graded = [entry["set"]["severity"] for entry in shown["history"] if entry["action"] == "classify"]
    assert graded == ["low", "high"]


@pytest.mark.covers("B2", "F11", "RO5")
def test_a_suppliers_fault_goes_straight_to_tier_3_and_keeps_its_owner(desk):
    """Nobody else works on it; the contract is named."""
    case = desk.new("--supplier", "惠普")
    assert desk.refused("escalate", case, "--to", "tier2", "--reason", "beyond_capability", code=1) == [
        "E-5.2-supplier"
    ]
    assert desk.refused("resolve", case, "--solution", "换新", code=1) == ["E-5.2-supplier"]
    assert desk.refused("escalate", case, "--to", "三线", "--reason", "supplier", code=2) == ["E-5.2-contract"]
    desk.itil(
        "escalate",
        case,
        "--to",
        "三线",
        "--reason",
        "supplier",
        "--contract",
        "HT-2026-01",
        "--due",
        "3wd",
        "--supplier-ref",
        "HP-77",
    )
    shown = desk.show(case)
    assert (shown["tier"], shown["owner"], shown["assignee"]) == (3, "张三", "孙供")
    assert shown["supplier_ref"] == "HP-77" and shown["due_at"] == "2026-11-26T09:00:00+08:00"
    desk.itil("classify", desk.new("--supplier", "惠普"), "--supplier", "none")


@pytest.mark.covers("B3", "F12", "RO6")
def test_a_major_incident_is_reported_before_it_moves_on(desk):
    """Answering never waits for it."""
    case = desk.new(*URGENT, "--major")
    desk.itil("respond", case, "--guidance", "重启服务")
    assert desk.refused("escalate", case, "--to", "tier2", "--reason", "major", code=2) == ["E-5.2-not-notified"]
    desk.itil("notify", case, "--unreachable", "--instead", "周总")
    desk.itil("escalate", case, "--to", "tier2", "--reason", "major")
    notice = desk.show(case)["manager_notified"]
    assert notice["to"] == "钱经理" and notice["unreachable"] is True and notice["instead"] == "周总"
    second = desk.new(*URGENT, "--major")
    desk.itil("respond", second, "--guidance", "重启服务")
    desk.itil("escalate", second, "--to", "tier2", "--reason", "major", "--notified")
    third = desk.new(*URGENT, "--major")
    desk.itil("escalate", third, "--to", "department_manager", "--reason", "major")
    assert desk.show(third)["stage"] == "classified"
    desk.itil("escalate", third, "--to", "tier2", "--reason", "major")


@pytest.mark.covers("F12")
def test_whether_it_is_major_is_never_defaulted(desk):
    """A grave case without the answer warns."""
    made = desk.itil("new", *_fault("-s", "high", "-q", "一般"), "--json").json
    assert [row["code"] for row in made["warnings"]] == ["W-5.2-major-unjudged"]
    assert desk.show(made["id"])["major"] is None


@pytest.mark.covers("B4")
def test_an_escalation_without_an_attempt_warns(desk):
    """Unless the reason makes an attempt pointless."""
    plain = desk.itil("escalate", desk.new(), "--to", "tier2", "--reason", "dispute", "--json").json
    assert "W-5.3-no-attempt" in [row["code"] for row in plain["warnings"]]
    beyond = desk.itil("escalate", desk.new(), "--to", "tier2", "--reason", "beyond_capability", "--json").json
    assert beyond["warnings"] == []


@pytest.mark.covers("B5", "F15")
def test_no_remote_session_without_consent_given_before(desk):
    """Who consented must be said; how is known from the channel."""
    case = desk.new("--at", "08:20")
    assert desk.refused("remote", case, "--tool", "向日葵", code=2) == ["E-5.4-consent"]
    desk.itil(
        "remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--started", "08:30", "--ended", "08:50", "--actions", "重装驱动",
        "--unsolved", "--at", "09:00",
    )  # fmt: skip
    session = desk.show(case)["forms"][0]
    assert session["consent"] == {"given_by": "张三丰", "at": "2026-11-23T08:30:00+08:00", "method": "phone"}
    assert session["operator"] == "张三" and session["solved"] is False and session["tool"] == "向日葵"
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "换驱动", "--unsolved")
    assert [form["ref"].rpartition("/")[2] for form in desk.show(case)["forms"]] == ["remote-1", "remote-2"]


@pytest.mark.covers("F15", "F26")
def test_a_remote_session_that_solved_it_resolves_it(desk):
    """What was done remotely is the solution, unless one is told."""
    case = desk.new()
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装驱动", "--solved")
    shown = desk.show(case)
    assert (shown["stage"], shown["resolution"]["steps"]) == ("resolved", "重装驱动")


@pytest.mark.covers("B6", "F16")
def test_an_escalation_says_why_and_what_was_tried(desk):
    """尝试无果 tells what was tried."""
    case = desk.new()
    desk.itil("respond", case, "--guidance", "重启")
    assert desk.refused("escalate", case, code=2) == ["E-5.5-to", "E-5.5-reason"]
    assert desk.refused("escalate", case, "--to", "tier2", "--reason", "unresolved", code=2) == ["E-5.5-tried"]
    desk.itil("escalate", case, "--to", "2", "--reason", "尝试无果", "--tried", "重装驱动")
    row = desk.show(case)["escalations"][0]
    assert (row["from"], row["to"], row["kind"], row["reason"], row["tried"]) == (
        "tier1",
        "tier2",
        "functional",
        "unresolved",
        "重装驱动",
    )


@pytest.mark.covers("F16b", "RO3", "RO2")
def test_tier_2_hands_back_and_never_escalates_down(desk):
    """退回 goes to the owner; each hand-over says why."""
    case = desk.new()
    desk.itil("respond", case, "--guidance", "重启")
    desk.itil("escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装")
    assert "E-5.5-upwards" in desk.refused(
        "escalate", case, "--to", "tier2", "--reason", "beyond_capability", who="李四"
    )
    assert desk.refused("return", case, who="李四", code=2) == ["E-5.5-why"]
    desk.itil("return", case, "--reason", "现场接线", who="李四")
    shown = desk.show(case)
    assert (shown["stage"], shown["assignee"], shown["history"][-1]["reason"]) == ("tier1", "张三", "现场接线")
    desk.itil("assign", case, "--to", "陈一", "--reason", "换班")
    assert desk.show(case)["assignee"] == "陈一" and desk.show(case)["owner"] == "张三"
    assert desk.refused("assign", case, "--owner", "李四", code=1) == ["E-5.5-owner"]
    assert desk.refused("assign", case, "--to", "李四", code=1) == ["E-5.5-assignee"]
    assert desk.refused("new", *_fault(), who="李四", code=4) == ["E-5.1-role"]


@pytest.mark.covers("RO5")
def test_a_supplier_works_only_on_what_is_assigned_to_him(desk):
    """§2.5: tier 3 has the cases assigned to him and no others."""
    mine = desk.new("--supplier", "惠普")
    desk.itil("escalate", mine, "--to", "tier3", "--reason", "supplier", "--contract", "C1", "--due", "2h")
    other = desk.new()
    desk.itil("respond", other, "--guidance", "重启")
    assert desk.refused("resolve", other, "--solution", "换新", who="孙供", code=4) == ["E-5.9-assigned"]
    desk.itil("resolve", mine, "--solution", "更换读卡器", who="孙供")
    assert desk.show(mine)["resolution"]["tier"] == 3


@pytest.mark.covers("B21b", "RO4")
def test_a_dispute_belongs_to_top_management(desk):
    """L207."""
    case = desk.new()
    desk.itil("respond", case, "--guidance", "重启")
    made = desk.itil("escalate", case, "--to", "department_manager", "--reason", "dispute", "--json").json
    assert "W-5.5-dispute" in [row["code"] for row in made["warnings"]]
    desk.itil("escalate", case, "--to", "top_management", "--reason", "dispute")


@pytest.mark.covers("B23")
def test_what_happened_does_not_lie_in_the_future_and_late_steps_fit_in(desk):
    """补录: accepted when the replay by time is lawful, refused when it is not."""
    case = desk.new("--channel", "email", "--at", "08:00")
    assert desk.refused("respond", case, "--guidance", "重启", "--at", "10:00", code=2) == ["E-5-future"]
    desk.itil("escalate", case, "--to", "tier2", "--reason", "beyond_capability", "--at", "08:40")
    desk.itil("respond", case, "--guidance", "重启", "--at", "08:20")
    shown = desk.show(case)
    assert [entry["action"] for entry in shown["history"]] == ["new", "classify", "escalate", "respond"]
    assert shown["stage"] == "tier2" and shown["first_response_at"] == "2026-11-23T08:20:00+08:00"
    assert desk.refused("respond", case, "--guidance", "重启", "--at", "07:00", code=1) == ["E-5.3-stage"]


def _fault(*more: str) -> tuple[str, ...]:
    from conftest import FAULT

    return (*FAULT, *(more or ("-s", "low", "-q", "一般")))
