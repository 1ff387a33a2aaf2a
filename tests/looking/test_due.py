"""`itil due`: what waits for whom, the most urgent first; `itil` alone is the same."""

from __future__ import annotations

import pytest

DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
NOON = "2026-11-23T12:00:00+08:00"
WEEK_LATER = "2026-12-01T09:00:00+08:00"


def rows(desk, who="张三", now=NOON, *words):
    return desk.itil("due", "--json", *words, who=who, now=now).json


def kinds(desk, who="张三", now=NOON, *words):
    return [row["kind"] for row in rows(desk, who, now, *words)]


@pytest.fixture
def dispatched(desk):
    """A medium fault whose work order waits for the technical director."""
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none")
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装", "--unsolved")
    desk.itil("dispatch", case, *DISPATCH)
    return case


@pytest.fixture
def closed(desk):
    """A hotline call solved and closed at 09:00, with a configuration item to change."""
    solved = ("--solution", "换线", "--confirmed-by", "张三丰", "--rest", "none", "--item", "读卡器.driver=2.1")
    return desk.new(*solved)


def test_an_approval_waits_for_the_director_alone(desk, dispatched):
    assert kinds(desk, "赵总") == ["approval"]
    assert rows(desk, "赵总")[0]["command"] == f"itil approve {dispatched}/work-order-1"
    assert "approval" not in kinds(desk, "张三")
    assert "approval" in kinds(desk, "张三", NOON, "--all")


def test_a_visit_waits_for_those_who_are_sent(desk, dispatched):
    desk.itil("approve", f"{dispatched}/work-order-1", who="赵总")
    plan = ("--appointment", "2026-11-23T14:00:00+08:00", "--cooperation", "管理员账号", "--ready", "all")
    desk.itil("visit", "plan", dispatched, *plan)
    row = rows(desk, "李四")[0]
    assert (row["kind"], row["due"]) == ("visit", "2026-11-23T14:00:00+08:00")


def test_a_closed_case_waits_for_its_follow_up_and_its_configuration(desk, closed):
    mine = rows(desk)
    assert [row["kind"] for row in mine] == ["follow_up"]
    assert (mine[0]["due"], mine[0]["provisional"], mine[0]["late"]) == ("2026-11-30", True, False)
    assert kinds(desk, "陈一") == ["follow_up"], "tier 1 calls, whoever owns the case"
    assert kinds(desk, "配置") == ["configuration"]
    assert rows(desk, now=WEEK_LATER)[0]["late"] is True
    desk.itil("follow-up", closed, "--result", "reached", "--satisfaction", "5", "--solved", now=NOON)
    assert kinds(desk) == []
    assert desk.itil("due").out == ""


def test_a_complaint_stays_until_it_is_answered(desk, closed):
    call = ("--result", "reached", "--satisfaction", "1", "--unsolved", "--complaint", "态度差")
    desk.itil("follow-up", closed, *call, now=NOON)
    assert sorted(kinds(desk, now=NOON)) == ["complaint", "unsolved"]
    assert "态度差" in desk.itil("due", now=NOON).out


def test_times_that_have_passed_come_first(desk):
    ahead = desk.new("-e", "2026-11-30T09:00:00+08:00", "--title", "后")
    none = desk.new("-e", "none", "--title", "无")
    passed = desk.new("-e", "2026-11-23T10:00:00+08:00", "--title", "前")
    listed = [row["id"].rpartition("-")[2] for row in rows(desk)]
    assert listed == [passed, ahead, none]
    assert rows(desk)[0]["late"] is True


def test_a_response_target_that_runs_out(desk):
    settings = desk.root / "desk.yaml"
    more = 'response_targets: {low: "30m"}\nworking_hours: {around_the_clock: true}\n'
    settings.write_text(settings.read_text(encoding="utf-8") + more, encoding="utf-8")
    desk.commit("targets")
    case = desk.new("--channel", "email")
    row = rows(desk, now="2026-11-23T09:20:00+08:00")[0]
    assert (row["kind"], row["due"], row["late"]) == ("work", "2026-11-23T09:30:00+08:00", False)
    assert [one["id"] for one in desk.itil("list", "--overdue", "--json", now=NOON).json] == [row["id"]]
    desk.itil("respond", case, "-k", "none", now=NOON)
    assert desk.itil("list", "--overdue", "--json", now=NOON).json == []


def test_a_hold_past_its_end_comes_back(desk):
    case = desk.new()
    desk.itil("respond", case, "-k", "none")
    desk.itil("hold", case, "--on", "supplier", "--until", "2026-11-23T11:00:00+08:00", "--reason", "等备件")
    row = rows(desk)[0]
    assert (row["kind"], row["late"], row["command"]) == ("hold", True, f"itil resume {case}")


def test_grave_cases_ask_for_a_judgement(desk):
    case = desk.new("-s", "high", "-q", "重要紧急")
    assert "major" in kinds(desk)
    desk.itil("classify", case, "--major", "--reason", "大面积停机")
    assert "major" not in kinds(desk)
    assert "notify" in kinds(desk)
    desk.itil("notify", case)
    assert "notify" not in kinds(desk)


def test_what_nobody_has_taken_is_for_its_tier(desk):
    (desk.root / "people.yaml").write_text(
        (desk.root / "people.yaml").read_text(encoding="utf-8")
        + '  - id: "吴二"\n    emails: ["wu@example.com"]\n    roles: [{role: "tier2"}]\n',
        encoding="utf-8",
    )
    desk.commit("one more")
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none")
    desk.itil("escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装")
    assert kinds(desk, "李四") == kinds(desk, "wu@example.com") == ["unassigned"]
    desk.itil("assign", case, who="李四")
    assert (kinds(desk, "李四"), kinds(desk, "wu@example.com")) == (["work"], [])


def test_a_missing_confirmation_waits_for_the_incident_manager(desk):
    case = desk.new("--solution", "换线", who="陈一")
    desk.itil("confirm", case, "--unsigned", "refused", "--reason", "客户拒签", who="陈一")
    assert "acceptance" in kinds(desk)
    assert "acceptance" not in kinds(desk, "陈一")


def test_the_exit_code_is_for_cron(desk, closed):
    assert desk.itil("due", "--exit-code", now=NOON).code == 0, "the call has a week left"
    assert desk.itil("due", "--exit-code", now=WEEK_LATER, code=1).out
    assert desk.itil("due", "--exit-code", who="配置", code=1).out


def test_itil_alone_is_due_and_needs_no_identity(desk, closed):
    assert desk.itil().out == desk.itil("due").out != ""
    said = desk.itil("due", who="nobody@example.com")
    assert said.out == desk.itil("due", "--all").out
    assert said.err.count("\n") == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_has_its_command_below(desk, dispatched, language):
    out = desk.itil("due", "--language", language, who="赵总", now=NOON).out.splitlines()
    assert out[1] == f"  → itil approve {dispatched}/work-order-1"
    assert "第一人民医院·读卡器无法识别" in out[0]


def test_those_who_are_sent_plan_begin_and_finish_the_visit(desk):
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none")
    desk.itil("dispatch", case, *DISPATCH)
    assert not kinds(desk, "李四")
    desk.itil("approve", f"{case}/work-order-1", who="赵总")

    def command(who="李四"):
        (row,) = rows(desk, who)
        assert row["kind"] == "visit"
        return row["command"]

    assert command() == command("张三") == f"itil visit plan {case} --appointment … --ready"
    plan = ("--appointment", "2026-11-23T14:00:00+08:00", "--cooperation", "管理员账号", "--ready", "all")
    desk.itil("visit", "plan", case, *plan)
    assert command() == f"itil visit start {case}"
    desk.itil("visit", "cancel", case, "--reason", "客户改期")
    assert command().startswith(f"itil visit plan {case} ")
    desk.itil("visit", "plan", case, *plan)
    desk.itil("visit", "start", case, who="李四")
    assert command().startswith(f"itil visit finish {case} ")
    desk.itil(
        "visit", "finish", case, "--unsolved", "--diagnosis", "baseline_comparison", "--cause", "缺件", who="李四"
    )
    assert "visit" not in kinds(desk, "李四")


@pytest.mark.parametrize(
    ("to", "reason", "who"), [("top_management", "dispute", "周总"), ("department_manager", "major", "钱经理")]
)
def test_an_escalation_to_a_manager_is_in_his_sight_until_the_case_closes(desk, to, reason, who):
    case = desk.new()
    desk.itil("respond", case, "-k", "none")
    assert kinds(desk, who) == []
    desk.itil("escalate", case, "--to", to, "--reason", reason)
    (row,) = rows(desk, who)
    assert (row["kind"], row["command"], row["roles"]) == ("escalation", f"itil show {case}", [to])
    desk.itil("close", case, "--solution", "换线", "--confirmed-by", "张三丰", "--rest", "none", now=NOON)
    assert "escalation" not in kinds(desk, who)


def test_what_nobody_holds_is_for_its_tier(desk):
    (desk.root / "people.yaml").write_text(
        (desk.root / "people.yaml").read_text(encoding="utf-8")
        + '  - id: "吴二"\n    emails: ["wu@example.com"]\n    roles: [{role: "tier2"}]\n',
        encoding="utf-8",
    )
    desk.commit("one more")
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none")
    desk.itil("escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重装")
    desk.itil("hold", case, "--on", "customer", "--reason", "等客户回电")
    out = desk.itil("due", "--all", now=NOON).out
    assert "()" not in out
    assert "（）" not in out
    assert kinds(desk, "李四") == ["hold"]


def test_a_broken_record_is_told_and_the_rest_is_due(desk):
    good, bad = desk.new(), desk.new()
    desk.file(bad).write_text("id: [\n", encoding="utf-8")
    said = desk.itil("due", "--json")
    assert [(row["kind"], (row["id"] or "").rpartition("-")[2]) for row in said.json] == [("work", good), ("fault", "")]
    assert said.json[-1]["command"] == f"git restore --staged --worktree -- {desk.file(bad).relative_to(desk.root)}"
    desk.commit("the fault with it")
    assert desk.itil("due", "--json").json[-1]["command"] == f"itil check {bad}"
    assert desk.itil("due", "--json", who="李四").json == []
    assert "1" in said.err
