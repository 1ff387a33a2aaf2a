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
