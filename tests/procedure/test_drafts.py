"""§5.1: a refused call is typed once: it is kept with the moment it was taken, and no longer than until it is a case."""

from __future__ import annotations

import pytest
from conftest import TestDesk

CALL = (
    "-o", "第一人民医院", "-c", "张三丰", "-p", "0571-88886666", "-y", "读卡器无法识别", "-b", "停诊", "--type", "fault",
    "-g", "terminal", "-s", "low", "-q", "一般", "-k", "无", "--guidance", "重新插拔",
)  # fmt: skip
LATER = "2026-11-23T09:02:00+08:00"


def drafts(desk: TestDesk) -> list[tuple[str, str]]:
    """The time and symptom of each kept call."""
    rows = desk.itil("new", "--drafts", "--json").json
    return [(row["at"][11:16], row["symptom"]) for row in rows]


@pytest.mark.parametrize(
    ("first", "then"), [(("--took", "7m"), ()), ((), ("--took", "7m"))], ids=["said at first", "said later"]
)
def test_a_call_goes_on_from_when_it_was_taken(desk: TestDesk, first: tuple[str, ...], then: tuple[str, ...]) -> None:
    """Neither the kept time nor --took, together with it, puts the solution into the future."""
    desk.refused("new", *CALL, "-x", "重启", *first, code=2)
    made = desk.itil("new", "--draft", "-e", "无", *then, "--json", now=LATER).json
    case = desk.show(made["id"])
    expected = ("08:53", "09:00") if first else ("08:55", "09:02")
    assert (case["reported_at"][11:16], case["resolution"]["at"][11:16]) == expected
    assert drafts(desk) == []


@pytest.mark.parametrize("at_first", [True, False], ids=["said at first", "said later"])
def test_a_no_is_an_answer_that_is_kept(desk: TestDesk, at_first: bool) -> None:
    """Whether it is a major incident: --not-major stays an answer in a draft, and where it goes on from one."""
    words = ("--not-major",)
    desk.refused("new", *CALL, *(words if at_first else ()), "-q", "重要紧急", code=2)
    made = desk.itil("new", "--draft", "-e", "无", *(() if at_first else words), "--json", now=LATER).json
    assert desk.show(made["id"])["major"] is False
    assert not any("major" in str(one) for one in made.get("warnings", []))


def test_a_time_that_was_said_stays(desk: TestDesk) -> None:
    """With --at, whatever else is added, and whoever is told."""
    desk.refused("new", *CALL, "--at", "昨天 08:40", code=2)
    said = desk.itil("new", "--draft", "-e", "无", now=LATER, code=0)
    assert "第一人民医院 0571-88886666" in said.err and "08:40" in said.err
    (row,) = desk.itil("list", "--json").json
    assert row["reported_at"][:16] == "2026-11-22T08:40"


@pytest.mark.parametrize(
    ("kept", "made", "left"),
    [
        (CALL, (*CALL, "-e", "无"), 0),
        (("-p", "0571-88886666", "-y", "读卡器无法识别"), (*CALL, "-e", "无"), 0),
        (("-o", "第一人民医院", "-c", "张三丰", "-y", "读卡器无法识别", "-b", "别的"), (*CALL, "-e", "无"), 0),
        (("-p", "0571-88886666", "-y", "打印机卡纸"), (*CALL, "-e", "无"), 1),
        (("-o", "二院", "-c", "张三丰", "-y", "读卡器无法识别"), (*CALL, "-e", "无"), 1),
        (("-p", "0571-88886666", "-b", "全院停诊"), (*CALL, "-e", "无"), 1),
    ],
)
def test_a_draft_goes_when_its_call_is_a_case(
    desk: TestDesk, kept: tuple[str, ...], made: tuple[str, ...], left: int
) -> None:
    """However it was typed again; that of another caller or symptom stays."""
    desk.refused("new", *kept, code=2)
    desk.itil("new", *made, "--dry-run")
    assert len(drafts(desk)) == 1
    desk.itil("new", *made)
    assert len(drafts(desk)) == left


def test_drafts_are_listed_and_let_go(desk: TestDesk) -> None:
    """The newest first; a call refused twice is kept once; a dry run drops none."""
    assert "没有" in desk.itil("new", "--drafts", "--language", "zh").err
    desk.refused("new", *CALL[:8], code=2)
    desk.refused("new", *CALL, code=2, now=LATER)
    desk.refused("new", "-p", "0571-88887777", "-y", "卡纸", code=2, now="2026-11-24T08:00:00+08:00")
    assert drafts(desk) == [("08:00", "卡纸"), ("09:02", "读卡器无法识别")]
    shown = desk.itil("new", "--drafts", now="2026-11-24T09:00:00+08:00", code=0).out
    assert "第一人民医院" in shown and "itil new --draft" in shown
    desk.itil("new", "--drop-drafts", "--dry-run")
    assert len(drafts(desk)) == 2
    assert desk.itil("new", "--drop-drafts", "--json").json == {"dropped": 2}
    assert drafts(desk) == [] and desk.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "wrong", [("--no-such", "3"), ("多余",), ("--no-such=3", "多余", "--nor-this"), ("-e",)], ids=lambda words: words[0]
)
def test_a_word_that_is_not_understood_costs_none_of_the_others(desk: TestDesk, wrong: tuple[str, ...]) -> None:
    said = desk.itil("new", *CALL, *wrong, code=2)
    assert "--draft" in said.err
    assert drafts(desk) == [("09:00", "读卡器无法识别")]
    desk.itil("new", "--draft", "-e", "无")
    assert drafts(desk) == []


def test_a_wrong_word_is_refused_as_ever_where_nothing_can_be_kept(desk: TestDesk) -> None:
    """Of another verb, of a call that is a draft already, and of a line that asks for help."""
    for words in (("note", "7K3Q", "--nope"), ("new", "--draft", "--nope"), ("new", *CALL, "--nope", "--help", "x")):
        assert desk.itil(*words, code=2).err
    assert drafts(desk) == []
