"""§2.5, §5.5, §5.14: tiers without people, people who left, deputies, and who answers a complaint."""

from __future__ import annotations

import pytest

CLOSED = ("--took", "7m", "-k", "none", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")
CALL = ("--result", "reached", "--satisfaction", "2", "--solved", "--complaint", "等了两天")


def without(desk, role):
    """A desk where nobody holds a role."""
    path = desk.root / "people.yaml"
    path.write_text(path.read_text("utf-8").replace(f'{{role: "{role}"}}', '{role: "configuration_manager"}'), "utf-8")
    desk.commit()


@pytest.mark.covers("L132")
@pytest.mark.parametrize("tier", ["tier2", "tier3"])
def test_where_a_tier_has_nobody_the_owner_follows_the_case(desk, tier):
    """And is told so; nothing is an orphan of it, and who follows it may be changed."""
    without(desk, tier)
    case = desk.new(who="陈一")
    made = desk.itil("escalate", case, "--to", tier, "--reason", "beyond_capability", "--json", who="陈一").json
    assert "W-5.5-nobody" in [row["code"] for row in made["warnings"]] and made["assignee"] == "陈一"
    assert [row["kind"] for row in desk.itil("due", "--json", who="陈一").json] == ["work"]
    assert "W-2.5-left-holder" not in desk.itil("check", "--json").out
    desk.itil("assign", case, "--to", "张三", "--owner", "张三", "--reason", "换班", who="陈一")


@pytest.mark.covers("F16b")
def test_who_cannot_take_a_case_is_told_how_to_give_it(desk):
    case = desk.new()
    desk.itil("escalate", case, "--to", "tier3", "--reason", "beyond_capability")
    assert desk.refused("assign", case, "--reason", "x", code=4) == ["E-5.5-take"]
    said = desk.itil("assign", case, "--reason", "x", code=4).err
    assert f"itil assign {case} --to 孙供" in said
    desk.itil("assign", case, "--to", "孙供")


@pytest.mark.covers("RO1")
def test_who_has_left_writes_no_remark(desk):
    case = desk.new()
    desk.itil("people", "leave", "陈一", "--on", "2026-11-20")
    assert desk.refused("note", case, "还有一句", who="陈一", code=4) == ["E-2.5-gone"]


@pytest.mark.covers("RO8", "B7")
def test_a_deputy_s_step_says_for_whom(desk):
    """In the history, and with the approval for good; not where the role was one's own."""
    desk.itil("people", "deputy", "赵总", "--to", "钱经理", "--from", "2026-11-20", "--until", "2026-11-30")
    case = desk.new("-s", "medium", "-k", "none", "--guidance", "重新插拔")
    order = ("--decided-by", "王五", "--reason", "远程无效", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
    for who in ("钱经理", "赵总"):
        desk.itil("dispatch", case, *order)
        desk.itil("reject", case, "--reason", "再试远程", who=who)
    forms = {one["ref"].partition("/")[2]: one for one in desk.show(case)["forms"]}
    approvals = [forms[f"work-order-{number}"]["approval"] for number in (1, 2)]
    assert [(one["by"], one.get("for")) for one in approvals] == [("钱经理", "赵总"), ("赵总", None)]
    lines = [line for line in desk.itil("log", case).out.splitlines() if "驳回工单  " in line]
    assert ["赵总" in line for line in lines] == [True, True] and lines[0].count("钱经理") == 1
    assert lines[1].count("赵总") == 1
    desk.itil("check")


@pytest.mark.covers("F32", "B21b")
def test_a_complaint_has_somebody_and_goes_to_another(desk):
    """Who it is for is said; the incident manager sees it too; another takes it without a call."""
    case = desk.new(*CLOSED, who="陈一")
    assert "陈一" in desk.itil("follow-up", case, *CALL, who="陈一").out.splitlines()[0]
    for who in ("陈一", "周总", "张三"):
        assert "complaint" in [row["kind"] for row in desk.itil("due", "--json", who=who).json]
    assert "李四" in desk.itil("follow-up", case, "--handler", "李四").out.splitlines()[0]
    forms = [one for one in desk.show(case)["forms"] if "follow-up" in one["ref"]]
    assert len(forms) == 1 and forms[0]["complaint"]["handler"] == "李四"
    assert "complaint" not in [row["kind"] for row in desk.itil("due", "--json", who="陈一").json]
    desk.itil("follow-up", case, "--outcome", "已致歉", who="李四")
    assert desk.refused("follow-up", case, "--handler", "陈一") == ["E-5.14-no-complaint"]
    desk.itil("check")


def test_three_attempts_on_one_day_need_another_day(desk):
    case = desk.new("-k", "none", "--solution", "好了")
    codes = [
        [row["code"] for row in desk.itil("confirm", case, "--no-answer", "--json", now=moment).json["warnings"]]
        for moment in ("2026-11-23T09:10:00+08:00", "2026-11-23T10:10:00+08:00", "2026-11-23T11:10:00+08:00")
    ]
    assert codes == [[], [], ["W-5.10-one-day"]]
    said = desk.itil("confirm", case, "--no-answer", "--json", now="2026-11-24T09:00:00+08:00").json
    assert said["warnings"] == []


def test_what_was_done_is_not_asked_for_again(desk):
    """`next` of a major case with its backup and its notice."""
    case = desk.new("-s", "high", "-q", "重要紧急", "--major", "-k", "none", "--guidance", "重启")
    desk.itil("notify", case)
    desk.itil("backup", case, "--location", "/b/1")
    steps = desk.itil("next", case, "--json").json["steps"]
    assert {"backup", "notify"}.isdisjoint(step["action"] for step in steps)
    close = next(step for step in steps if step["action"] == "close")
    assert {"E-5.9-backup", "E-5.2-not-notified"}.isdisjoint(one["code"] for one in close["missing"])
