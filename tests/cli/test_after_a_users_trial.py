"""What a user stumbled over: corrections that told something untrue, obstacles that were none, refusals without a way on."""

from __future__ import annotations

import pytest

from itilcli.cli.prompts import questions
from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.store import yaml
from itilcli.text import t

WORKED = ("-k", "none", "--guidance", "重新插拔")
CLOSED = ("--took", "7m", "-k", "none", "--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")


@pytest.mark.covers("B25")
def test_a_corrected_field_is_not_taken_for_a_step_of_the_same_name(desk):
    """`backup.location` is a field; `backup` a step. The label says of what the field is."""
    case = desk.new("-s", "medium", *WORKED)
    desk.itil("backup", case, "--location", "U盘")
    said = desk.itil("correct", case, "备份=移动硬盘/1123", "--reason", "写错")
    assert "数据备份·存放位置" in said.err and "U盘 → 移动硬盘/1123" in said.err
    shown = desk.itil("log", case).out
    assert "U盘 → 移动硬盘/1123" in shown and "已撤回" not in shown


def test_fields_inside_a_part_say_whose_they_are(desk):
    """Who confirmed is 确认人, not 经手人."""
    case = desk.new(*CLOSED)
    assert "确认人：张三丰" in desk.itil("show", case).out
    said = desk.itil("correct", case, "确认人=张小丰", "--reason", "听错")
    assert "确认人" in said.err and "张三丰 → 张小丰" in said.err


@pytest.mark.covers("B23")
def test_the_step_in_the_way_is_named_once_with_what_cures_it(desk):
    """Never a correction, and nothing that follows from it."""
    caller = ("-o", "二院", "-c", "李", "-p", "0571-1", "-y", "黑屏", "-b", "停诊", "-e", "无", "--incomplete", "停电")
    made = desk.itil("new", *caller, "--at", "08:00", "--json", now="2026-11-23T10:00:00+08:00").json
    case, later = made["id"].rpartition("-")[2], "2026-11-23T12:00:00+08:00"
    desk.itil("correct", case, "联系人=李四光", now="2026-11-23T10:10:00+08:00")
    fault = ("--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般")
    desk.itil("classify", case, *fault, now="2026-11-23T10:20:00+08:00")
    close = ("close", case, "--solution", "换线", "--confirmed-by", "李", "--rest", "none", "--at", "08:10")
    said = desk.itil(*close, now=later, code=1)
    assert "会早于“分类”（第 3 步" in said.err
    assert f"itil correct {case} --step 3 --set at=" in said.err
    assert desk.refused(*close, now=later) == ["E-5.9-stage"]
    desk.itil("correct", case, "--step", "3", "--set", "at=08:05", "--reason", "补录", now=later)
    desk.itil(*close, now=later)


@pytest.mark.covers("B23")
def test_a_file_with_a_solution_before_the_call_is_found_out(desk):
    """Commands refuse it as out of order; `check` names what follows from that too."""
    case = desk.new(*WORKED)
    desk.itil("resolve", case, "--solution", "换线", now="2026-11-23T10:00:00+08:00")
    path = desk.file(case)
    text = path.read_text("utf-8").replace("2026-11-23T10:00:00+08:00", "2026-11-23T08:00:00+08:00")
    answered = 'first_response_at: "2026-11-23T0{}:00:00+08:00"'
    path.write_text(text.replace(answered.format(9), answered.format(8)), "utf-8")
    codes = {row["code"] for row in desk.itil("check", "--json", code=1).json}
    assert {"E-5.9-too-early", "E-5.3-response-early"} <= codes


@pytest.mark.covers("B25")
def test_a_closed_case_takes_no_remark_and_says_where_it_goes(desk):
    """The customer's word is a follow-up, a mistake a correction, the fault again a reopening."""
    case = desk.new(*CLOSED)
    said = desk.itil("note", case, "客户又来电", code=1).err
    assert all(f"itil {verb} {case}" in said for verb in ("follow-up", "correct", "reopen"))
    path = desk.file(case)
    path.write_text(path.read_text("utf-8").replace("0571-88886666", "0571-88886667", 1), "utf-8")
    assert "itil correct" in desk.itil("check", code=1).out


@pytest.mark.covers("B25")
@pytest.mark.parametrize(
    ("closed", "words"),
    [(False, ("void", "--reason", "x")), (True, ("correct", "电话=0571-1111111", "--reason", "x"))],
)
def test_a_refusal_names_who_may(desk, closed, words):
    """The role, and the person who has it."""
    case = desk.new(*(CLOSED if closed else WORKED))
    said = desk.itil(words[0], case, *words[1:], who="陈一", code=4)
    assert "事件管理负责人" in said.err and "张三" in said.err


def test_a_step_out_of_its_stage_is_told_the_commands_of_that_stage(desk):
    """At most six, each a verb that can be typed."""
    case = desk.new(*WORKED)
    hint = desk.itil("confirm", case, "--confirmed-by", "张三丰", "--json", code=1).json["error"]["problems"][0]["hint"]
    assert "itil resolve" in hint
    assert 1 <= hint.count("itil ") <= 6


def test_the_list_of_people_tells_deputies_and_leaving(desk):
    """And `people set` records who approved somebody."""
    desk.itil("people", "deputy", "赵总", "--to", "李四", "--until", "2026-12-05")
    desk.itil("people", "leave", "陈一", "--on", "2026-11-30")
    shown = desk.itil("people", "list").out
    assert all(word in shown for word in ("2026-12-05", "2026-11-30"))
    assert desk.itil("people", "set", "李四", "--approved-by", "周总", "--json").json["approved_by"] == "周总"
    assert desk.refused("people", "set", "李四", "--approved-by", "王五") == ["E-2.5-approver"]


def test_a_question_asks_by_the_label_of_the_field():
    """Not by the text of the error; the form of the answer is said in words."""
    problems = [
        Problem("E-5.1-symptom", t("the symptom is missing"), t("give it with {flag}", flag="--symptom"), kind=Kind.MISSING),
        Problem("E-5.1-expected-by", t("x"), t("give it with {flag}", flag="--expected-by"), kind=Kind.MISSING),
    ]  # fmt: skip
    asked = [str(one.prompt) for one in questions(problems, "new")]
    assert asked == ["symptom:", 'expected by (a time, or "none"):']


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2\n", "a bracket is opened"),
        ("a: @x\n", "needs double quotes"),
        ('a: "x\n', "quotation mark"),
        ("a:\n\tb: 1\n", "a tab"),
    ],
)
def test_what_yaml_objects_to_is_translated(text, said):
    """The common mistakes, in words of the catalogue."""
    with pytest.raises(Refused) as refused:
        yaml.read_text(text, "x")
    assert said in str(refused.value)


def test_what_the_system_refuses_is_translated():
    """A missing file is no "No such file or directory" in a Chinese sentence."""
    assert str(reason_of(FileNotFoundError(2, "No such file or directory"))) == "there is no such file or folder"
    assert str(reason_of(OSError(95, "Operation not supported"))) == "Operation not supported"


def test_the_report_names_major_incidents_and_complaints(desk):
    """One by one; a desk without an organisation has no empty line for it."""
    case = desk.new("-s", "high", "-q", "重要紧急", "--major", "--notified", *WORKED)
    other = desk.new(*CLOSED)
    desk.itil(
        "follow-up",
        other,
        "--result",
        "reached",
        "--satisfaction",
        "1",
        "--solved",
        "--complaint",
        "态度差",
        "--handler",
        "张三",
    )
    data = desk.itil("report", "2026-11", "--json").json
    assert [(row["id"][-4:], row["state"]) for row in data["lists"]["major_incidents"]] == [(case, "open")]
    assert [(row["id"][-4:], row["text"], row["state"]) for row in data["lists"]["complaints"]] == [
        (other, "态度差", "open")
    ]
    path = desk.root / "desk.yaml"
    path.write_text(path.read_text("utf-8").replace('organisation: "测试服务公司"\n', ""), "utf-8")
    desk.commit()
    shown = desk.itil("report", "2026-11").out
    assert case in shown and "态度差" in shown
    assert "| 单位 |" not in shown
