"""Words without their flags, verbs left out: the short ways of saying the commonest things."""

from __future__ import annotations

import pytest

from itilcli.cli.commands import COMMANDS, WORDED
from itilcli.procedure.words import WORDS


def test_the_usage_line_and_the_reading_know_the_same_verbs():
    """A verb that shows words reads them, and the other way round."""
    assert WORDED.keys() == WORDS.keys()
    assert {command.name for command in COMMANDS if any(a.name == "words" for a in command.arguments)} == WORDS.keys()


def test_a_whole_case_in_words(desk):
    """Escalated, held, resumed, solved, called back: no flag where a word is plain, in whatever order."""
    case = desk.new("-k", "无", "--guidance", "重新插拔")
    desk.itil("escalate", case, "2", "未解决", "重启主机无效")
    shown = desk.show(case)
    assert (shown["stage"], shown["escalations"][0]["tried"]) == ("tier2", "重启主机无效")
    desk.itil("hold", case, "3wd", "供应商", "等待备件")
    shown = desk.show(case)
    assert (shown["hold"], shown["hold_until"] is not None, shown["history"][-1]["reason"]) == (
        "supplier",
        True,
        "等待备件",
    )
    desk.itil("resume", case)
    desk.itil("close", case, "更换信号线", "-w", "张三丰", "-r")
    assert (desk.show(case)["stage"], desk.show(case)["knowledge"]) == ("closed", "none")
    desk.itil("follow-up", case, "5", "--solved")
    forms = {form["ref"].partition("/")[2]: form for form in desk.show(case)["forms"]}
    assert (forms["follow-up-1"]["result"], forms["follow-up-1"]["satisfaction"]) == ("reached", 5)
    desk.itil("check")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("hold", "{}", "供应商", "等待", "备件"), "E-cli-placed"),
        (("resolve", "{}", "更换", "信号线"), "E-cli-placed"),
    ],
)
def test_a_word_that_fits_nothing_is_refused(desk, words, code):
    """Nothing is guessed; what a flag says is not said again by a word."""
    case = desk.new("-k", "无")
    assert desk.refused(*(word.format(case) for word in words), code=2)[0] == code


def test_an_id_alone_shows_the_case_and_with_a_text_gets_a_note(desk):
    """A mistyped verb is still a mistyped verb."""
    case = desk.new()
    assert case in desk.itil(case.lower()).out
    desk.itil(case, "客户说明天再来电")
    assert desk.show(case)["notes"][0]["text"] == "客户说明天再来电"
    assert desk.refused("hodl", "x") == ["E-cli-verb"]
    assert desk.refused("clos") == ["E-cli-verb"]
    assert desk.refused("7ZZZ", "x", code=3) == ["E-find-none"]


@pytest.mark.parametrize("rest", [("-r",), ("--rest",), ("--rest", "none"), ("-r", "无")])
def test_rest_may_stand_alone(desk, rest):
    """Every spelling answers none to what is left."""
    case = desk.new("-k", "无")
    desk.itil("close", case, "好了", *rest, "-w", "张三丰")
    assert desk.show(case)["status"] == "completed"


@pytest.mark.parametrize("verb", ["resolve", "return", "void", "note", "confirm", "link", "merge"])
def test_a_second_case_is_no_text(desk, verb):
    """One case at a time: the ID of another never becomes a solution, a reason or a remark."""
    first, second, third = desk.new("-k", "无"), desk.new("-k", "无"), desk.new("-k", "无")
    words = (first, second, third) if verb in ("link", "merge") else (first, second.lower())
    assert "E-cli-two-cases" in desk.refused(verb, *words, code=2)
    assert desk.refused(first, f"INC-20261123-{second}", code=2) == ["E-cli-two-cases"]


def test_words_that_name_the_other_case_a_place_or_a_person(desk):
    """`link`, `merge`, `backup`, `plan`, `assign` and `handover` without their flags."""
    first, second, third = (desk.new("-k", "无", "--guidance", "重新插拔") for _ in range(3))
    desk.itil("link", second, first)
    assert desk.show(second)["parent"].endswith(first)
    desk.itil("link", second, "无", "误关联")
    assert not desk.show(second)["parent"]
    desk.itil("merge", third, first, "重复报修")
    assert (desk.show(third)["stage"], desk.show(third)["history"][-1]["reason"]) == ("merged", "重复报修")
    desk.itil("backup", first, "/backup/20261123")
    desk.itil(
        "plan",
        first,
        "更换读卡器",
        "--feasibility",
        "备件已到",
        "--duration",
        "2h",
        "--told-at",
        "08:50",
        "--at",
        "09:00",
    )
    assert desk.show(first)["backup"]["location"] == "/backup/20261123"
    desk.itil("assign", first, second, "陈一", "换班")
    assert [desk.show(one)["assignee"] for one in (first, second)] == ["陈一", "陈一"]
    assert desk.refused("assign", first, "陈二", code=2) == ["E-answer-to-person"]
    desk.itil("handover", "张三", who="陈一")
    assert desk.show(first)["assignee"] == "张三"


DAY = "2026/11/22"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        (("note", "{}", "来电", "--at", DAY), DAY),
        (("note", "{}", "来电", "--at", "前天"), "前天"),
        (("new", "-y", "黑屏", "--resolved-at", "昨天"), "昨天"),
        (("remote", "{}", "--started", "周日", "--ended", "11-22 10:00"), "周日"),
        (("plan", "{}", "更换", "--told-at", "昨天"), "昨天"),
        (("people", "set", "李四", "--add-role", "tier1", "--at", "昨天"), "昨天"),
        (("correct", "{}", "--step", "1", "--set", "at=昨天"), "昨天"),
    ],
)
def test_what_has_happened_has_an_hour(desk, words, day):
    """A day alone is the end of it for a promise, and nothing for what has happened."""
    case = desk.new("-k", "无", "--guidance", "重新插拔")
    typed = [word.format(case) for word in words]
    assert desk.refused(*typed, code=2) == ["E-answer-hour"]
    assert f"'{day} 16:30'" in desk.itil(*typed, code=2).err


def test_a_promise_needs_no_hour(desk):
    """Deadlines end with their day; the slip's own time is that of a call."""
    case = desk.new("-k", "无")
    desk.itil("hold", case, "供应商", "后天", "等待备件")
    assert desk.show(case)["hold_until"].startswith("2026-11-25T23:59:59")
    slip = desk.root.parent / "slips.txt"
    slip.write_text("时间:昨天 单位:第一人民医院 联系人:张三丰 电话:0571-88886666 现象:黑屏\n", encoding="utf-8")
    assert "E-answer-hour" in desk.refused("new", "--from", str(slip), code=2)


def test_a_missing_reason_tells_its_codes(desk):
    """What a coded answer may be stands in the hint."""
    case = desk.new("-k", "无", "--guidance", "重新插拔")
    assert "尝试无果" in desk.itil("escalate", case, "二线", code=2).err


def test_nothing_to_approve_is_said(desk):
    """No case without a name is looked for."""
    desk.new()
    said = desk.itil("approve", who="赵总", code=3).err
    assert "''" not in said
    assert desk.refused("approve", who="赵总") == ["E-find-none"]


def test_what_was_undone_is_named(desk):
    """By the step and its time; what stands on it by its name, and never by a path."""
    case = desk.new("-k", "无", "--guidance", "重新插拔")
    desk.itil("escalate", case, "二线", "未解决", "重启无效", now="2026-11-23T09:20:00+08:00")
    said = desk.itil("undo", case, now="2026-11-23T09:25:00+08:00").out
    assert "升级" in said
    assert "09:20" in said
    desk.itil("note", case, "客户来电", who="陈一")
    said = desk.itil("undo", case, code=1).err
    assert "备注" in said
    assert "records/" not in said


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("档案员", "archivist"), ("总经理", "top_management"), ("公司领导", "top_management"), ("一线工程师", "tier1"),
        ("研发", "tier2"), ("供应商", "tier3"), ("总监", "technical_director"), ("技术服务部经理", "department_manager"),
    ],
)  # fmt: skip
def test_roles_by_their_usual_words(word, code):
    """What people are called on the floor."""
    from itilcli.model.codes import ROLE

    assert ROLE.parse(word) == code


@pytest.mark.parametrize(
    ("word", "month"),
    [("11月", "2026-11"), ("11", "2026-11"), ("12", "2025-12"), ("３月", "2026-03"), ("本月", "2026-11")],
)
def test_a_month_by_its_number(desk, word, month):
    """This year's, or last year's where this year's has not begun."""
    desk.new()
    assert desk.itil("report", word, "--json").json["month"] == month


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("昨天下午五点", "22T17:00"),
        ("五点半", "23T05:30"),
        ("上午十一点二十", "23T11:20"),
        ("晚上八点一刻", "23T20:15"),
        ("下午两点", "23T14:00"),
    ],
)
def test_hours_in_chinese_numerals(desk, typed, time):
    """As they are said on the phone."""
    from datetime import datetime

    from itilcli.desk import Desk
    from itilcli.model.when import Clock, read_time

    clock = Desk.open(str(desk.root)).clock
    now = Clock(datetime.fromisoformat("2026-11-23T21:00:00+08:00"), clock.zone, clock.calendar)
    moment = read_time(typed, now)
    assert moment is not None
    assert time in moment.isoformat()


def test_a_correction_by_the_words_of_the_paper(desk):
    """满意度, 客户电话 and 备份位置 as they stand on the forms."""
    case = desk.new("-k", "无")
    desk.itil("close", case, "好了", "--backup", "/b/1", "-w", "张三丰", "-r")
    desk.itil("follow-up", case, "3", "--solved")
    desk.itil("correct", case, "满意度=满意", "客户电话=0571-88881111", "备份位置=/b/2", "--reason", "问清后更正")
    shown = desk.show(case)
    assert (shown["customer"]["phone"], shown["backup"]["location"]) == ("0571-88881111", "/b/2")
    assert next(form for form in shown["forms"] if "follow-up" in form["ref"])["satisfaction"] == 4
    assert "16:30" in desk.itil("correct", case, "first_response_at=昨天", "--reason", "x", code=2).err
