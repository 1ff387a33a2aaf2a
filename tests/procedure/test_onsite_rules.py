"""§5.6–§5.10 on site: from the decision to the signature, and every rule on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
FINISH = ("--diagnosis", "baseline_comparison", "--cause", "驱动版本不符", "--performed-by", "李四")
SOLVED = ("--solved", "--solution", "更新驱动", "--backup", "/backup/1", "--signed-by", "张三丰")


@pytest.fixture
def tried(desk):
    """A medium fault that phone and remote work did not solve."""
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none", "--guidance", "重新插拔")
    desk.itil("remote", case, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重装驱动", "--unsolved")
    return case


@pytest.fixture
def dispatched(desk, tried):
    """The same, with an approved work order."""
    desk.itil("dispatch", tried, *DISPATCH)
    desk.itil("approve", f"{tried}/work-order-1", who="赵总")
    return tried


@pytest.fixture
def on_site(desk, dispatched):
    """The same, with the engineers arrived."""
    desk.itil("visit", "plan", dispatched, "--appointment", "+1h", "--cooperation", "管理员账号", "--ready")
    desk.itil("visit", "start", dispatched)
    return dispatched


@pytest.mark.covers("B1", "B7", "F18", "RT3", "RO7")
def test_a_dispatch_lists_all_it_lacks_at_once(desk, tried):
    """Decision, engineers, and both times, in one refusal."""
    assert set(desk.refused("dispatch", tried, code=2)) == {
        "E-5.6-decision", "E-5.6-engineers", "E-5.6-from", "E-5.6-until",
    }  # fmt: skip


@pytest.mark.covers("B1")
def test_a_dispatch_needs_an_attempt_by_phone(desk):
    """Phone and remote come first (L191-213)."""
    case = desk.new("-s", "medium")
    desk.itil("escalate", case, "--to", "tier2", "--reason", "beyond_capability")
    assert desk.refused("dispatch", case, *DISPATCH, code=1) == ["E-5.6-phone-first"]


@pytest.mark.covers("B1")
def test_without_a_remote_attempt_a_dispatch_warns(desk):
    """A phone attempt alone is enough, and is said to be."""
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "--guidance", "重新插拔")
    made = desk.itil("dispatch", case, *DISPATCH, "--json").json
    assert [row["code"] for row in made["warnings"]] == ["W-5.6-remote-first"]
    assert made["work_order"].endswith("/work-order-1")


@pytest.mark.covers("B1")
def test_a_visit_for_a_low_fault_is_a_recorded_exception(desk):
    """L39: low faults are solved remotely."""
    case = desk.new("-s", "low")
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    assert desk.refused("dispatch", case, *DISPATCH, code=2) == ["E-5.6-low"]
    desk.itil("dispatch", case, *DISPATCH, "--mode-exception", "客户无网络")
    assert desk.show(case)["mode_exception"] == {"reason": "客户无网络", "by": "张三"}


@pytest.mark.covers("B7", "RO8")
def test_only_a_technical_director_other_than_the_requester_approves(desk, tried):
    """Neither tier 1 nor whoever asked for it."""
    desk.itil("dispatch", tried, *DISPATCH)
    assert desk.refused("approve", tried, code=4) == ["E-5.6-role", "E-5.6-own-order"]
    people = desk.root / "people.yaml"
    people.write_text(
        people.read_text().replace('{role: "tier1"}]', '{role: "tier1"}, {role: "technical_director"}]', 1)
    )
    desk.commit()
    assert desk.refused("approve", tried, code=4) == ["E-5.6-own-order"]


@pytest.mark.covers("F18", "B7")
def test_what_was_asked_and_what_was_approved_are_both_kept(desk, tried):
    """The director sends somebody else."""
    desk.itil("dispatch", tried, *DISPATCH)
    desk.itil("approve", tried, "--engineer", "陈一", "--comment", "李四在外地", who="赵总")
    order = next(form for form in desk.show(tried)["forms"] if form["ref"].endswith("work-order-1"))
    assert order["asked"]["engineers"] == [{"name": "李四", "tier": 2}]
    assert order["approved"]["engineers"] == [{"name": "陈一", "tier": 1}]
    assert order["approval"]["by"] == "赵总"
    assert order["decision"] == {"by": "王五", "at": desk.now, "reason": "远程无法解决", "recorded_by": "张三"}


@pytest.mark.covers("B7")
def test_a_rejected_or_withdrawn_work_order_returns_to_the_tier_that_asked(desk, tried):
    """驳回 and 撤单."""
    desk.itil("escalate", tried, "--to", "tier2", "--reason", "unresolved", "--tried", "重装驱动")
    desk.itil("dispatch", tried, *DISPATCH)
    assert desk.refused("reject", tried, who="赵总", code=2) == ["E-5.6-reason"]
    desk.itil("reject", tried, "--reason", "可远程解决", who="赵总")
    assert desk.show(tried)["stage"] == "tier2"
    desk.itil("dispatch", tried, *DISPATCH)
    assert desk.refused("withdraw", tried, "--reason", "不需要", who="李四", code=4) == ["E-5.6-withdraw"]
    desk.itil("withdraw", f"{tried}/work-order-2", "--reason", "客户已恢复")
    assert desk.show(tried)["stage"] == "tier2"


@pytest.mark.covers("B8")
def test_a_supplier_on_site_without_invitation_warns(desk, tried):
    """On-site engineers are of tier 1 or 2."""
    asked = [word if word != "李四" else "孙供" for word in DISPATCH]
    made = desk.itil("dispatch", tried, *asked, "--json").json
    assert "W-5.6-engineer" in [row["code"] for row in made["warnings"]]


@pytest.mark.covers("B9", "F19", "F20")
def test_leaving_needs_the_appointment_and_the_checklist(desk, dispatched):
    """Everything missing is named at once."""
    assert desk.refused("visit", "start", dispatched, code=2) == ["E-5.7-no-plan"]
    desk.itil("visit", "plan", dispatched, "--appointment", "+1h", "--ready", "installer:2.1.4")
    assert desk.refused("visit", "start", dispatched, code=2) == ["E-5.7-checklist"] * 1 + ["E-5.7-checklist"] * 2
    desk.itil("visit", "plan", dispatched, "--not-needed", "rest:只换硬件")
    desk.itil("visit", "start", dispatched)
    form = next(form for form in desk.show(dispatched)["forms"] if form["ref"].endswith("onsite-1"))
    assert form["checklist"]["installer"] == {"state": "ready", "version": "2.1.4"}
    assert form["checklist"]["patches"] == {"state": "not_needed", "reason": "只换硬件"}
    assert form["appointment"]["place"] == "庆春路1号"


@pytest.mark.covers("F19")
def test_a_moved_appointment_keeps_the_old_one(desk, dispatched):
    """Planning again moves it."""
    desk.itil("visit", "plan", dispatched, "--appointment", "11-24 10:00", "--ready", "all")
    desk.itil("visit", "plan", dispatched, "--appointment", "11-25 10:00")
    form = next(form for form in desk.show(dispatched)["forms"] if form["ref"].endswith("onsite-1"))
    assert form["appointment"]["at"] == "2026-11-25T10:00:00+08:00"
    assert [one["at"] for one in form["earlier_appointments"]] == ["2026-11-24T10:00:00+08:00"]


@pytest.mark.covers("B7")
def test_nobody_leaves_without_approval(desk, tried):
    """A visit may be planned while the work order waits, but not begun."""
    desk.itil("dispatch", tried, *DISPATCH)
    desk.itil("visit", "plan", tried, "--appointment", "+1h", "--ready", "all")
    assert desk.refused("visit", "start", tried, code=1) == ["E-5.7-stage"]


@pytest.mark.covers("F21", "B10", "F23")
def test_a_finished_visit_tells_method_cause_and_backup(desk, on_site):
    """§5.8 and the backup of §5.9, all at once."""
    codes = desk.refused("visit", "finish", on_site, "--solved", "--solution", "更新驱动", code=2)
    assert codes == ["E-5.8-method", "E-5.8-cause", "E-5.9-backup"]
    assert desk.refused("visit", "finish", on_site, *FINISH, code=2) == ["E-5.7-outcome"]


@pytest.mark.covers("B14", "F27", "RT1")
def test_a_visit_is_signed_before_archiving(desk, on_site, tmp_path: Path):
    """The name at once, the scan by `sign`, with its digest."""
    desk.itil("visit", "finish", on_site, *FINISH, *SOLVED)
    desk.itil("confirm", on_site)
    assert desk.show(on_site)["confirmation"]["by"] == "张三丰"
    assert desk.show(on_site)["confirmation"]["method"] == "signature"
    assert desk.refused("archive", on_site, code=1) == ["E-5.10-scan"]
    scan = tmp_path / "签字单.jpg"
    scan.write_bytes(b"\xff\xd8\xff scan")
    desk.itil("sign", f"{on_site}/onsite-1", "--signature", str(scan))
    desk.itil("archive", on_site)
    form = next(form for form in desk.show(on_site)["forms"] if form["ref"].endswith("onsite-1"))
    assert form["serial"] == "JQ-ITSMS-04-01-01-2026-0001"
    kept = (
        desk.file(on_site, "incident").with_name(f"INC-20261123-{on_site}.files")
        / form["signature"]["files"][0]["file"]
    )
    assert kept.read_bytes() == b"\xff\xd8\xff scan"


@pytest.mark.covers("F21")
def test_an_unsolved_visit_returns_to_dispatching_or_to_tier_2(desk, on_site):
    """From tier 1 it needs another work order."""
    desk.itil("visit", "finish", on_site, *FINISH, "--unsolved")
    assert desk.show(on_site)["stage"] == "dispatch_pending"
    desk.itil("dispatch", on_site, *DISPATCH)
    assert [form["ref"].rpartition("/")[2] for form in desk.show(on_site)["forms"]] == [
        "onsite-1", "remote-1", "work-order-1", "work-order-2",
    ]  # fmt: skip


@pytest.mark.covers("B15", "F28", "RO9")
def test_the_archivist_receives_the_work_order_or_sends_it_back(desk, on_site, tmp_path: Path):
    """退回补正 keeps both answers."""
    scan = tmp_path / "s.jpg"
    scan.write_bytes(b"\xff\xd8\xffscan")
    desk.itil("visit", "finish", on_site, *FINISH, *SOLVED, "--signature", str(scan))
    desk.itil("close", on_site, "--rest", "none")
    assert desk.refused("receive", on_site, "--location", "A柜", code=4) == ["E-5.11-role"]
    desk.itil("receive", on_site, "--refuse", "缺客户签章", who="档案")
    desk.itil("receive", f"{on_site}/work-order-1", "--location", "A柜3层", who="档案")
    order = next(form for form in desk.show(on_site)["forms"] if form["ref"].endswith("work-order-1"))
    assert order["received"]["location"] == "A柜3层"
    assert [row["refused"] for row in order["earlier_receipts"]] == ["缺客户签章"]
    assert desk.refused("receive", on_site, "--location", "B柜", who="档案", code=1) == ["E-5.11-no-order"]
