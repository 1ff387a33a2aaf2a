"""What a warning tells to type can be typed: in the stage that the step has left the case in, by who is meant."""

from __future__ import annotations

import re
import shlex

import pytest

ORDER = ("--decided-by", "王五", "--reason", "远程无效", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
COMMAND = re.compile(r"itil [^；;，。（）()]+")
FILLED = {
    "--unsigned": "拒签", "--until": "+2h", "--feasibility": "可行", "--duration": "1h", "--told-at": "08:00",
    "--to": "孙供", "--ref": "PRB-1", "--signature": "README.md", "--due": "+3d",
}  # fmt: skip
UNLAWFUL = re.compile(r"-stage$|^E-cli|^E-5-correct|^E-find|-role$")


def pasted(hint: str) -> list[list[str]]:
    """The commands of a hint, with something in place of each ellipsis."""
    found = []
    for text in COMMAND.findall(hint):
        words = shlex.split(text)[1:]
        for place, word in enumerate(words):
            if word == "…":
                words[place] = FILLED.get(words[place - 1], "原因")
            elif word.endswith("=…"):
                words[place] = word[:-1] + ("08:00" if word.startswith(("solution.told", "due_at")) else "PRB-1")
        found.append(words)
    return found


def story(desk, *steps):
    """A case after these steps, each by its words with {case} in it; and the warnings of all, with their hints."""
    case = desk.new("-s", "medium", "-k", "none", "--guidance", "重新插拔")
    for who, words in steps:
        made = desk.itil(*(word.format(case=case) for word in words), "--json", who=who).json
        for row in made["warnings"]:
            yield case, row


PLAN = ("visit", "start", "{case}", "--appointment", "+0m", "--ready")
FINISH = (
    "visit",
    "finish",
    "{case}",
    "--diagnosis",
    "比对",
    "--cause",
    "主板",
    "--solved",
    "--solution",
    "换",
    "--backup",
    "/b",
)
STORIES = {
    "in vain and far away": ((("张三", ("resolve", "{case}", "--solution", "换", "--backup", "/b")),), {"W-5.9-mode"}),
    "at once to the end": (
        (("张三", ("close", "{case}", "--solution", "换", "--backup", "/b", "-w", "张三丰", "-r")),), {"W-5.9-mode"},
    ),
    "on site, nothing told": (
        (("张三", ("dispatch", "{case}", *ORDER)), ("赵总", ("approve",)), ("李四", PLAN), ("李四", FINISH)),
        {"W-5.6-remote-first", "W-5.7-cooperation", "W-5.9-plan"},
    ),
    "on site, confirmed": (
        (("张三", ("dispatch", "{case}", *ORDER)), ("赵总", ("approve",)), ("李四", PLAN), ("李四", (*FINISH, "-w", "张三丰"))),
        {"W-5.6-remote-first", "W-5.7-cooperation", "W-5.9-plan"},
    ),
    "to the supplier": (
        (("张三", ("escalate", "{case}", "--to", "tier3", "--reason", "supplier", "--supplier", "甲", "--contract", "C1")),),
        {"W-5.2-contract-time"},
    ),
    "grave and unjudged": (
        (
            ("张三", ("classify", "{case}", "-q", "重要紧急", "--reason", "全院")),
            ("张三", ("resolve", "{case}", "--solution", "换", "--backup", "/b")),
        ),
        {"W-5.2-major-unjudged", "W-5.9-mode"},
    ),
    "a dispute": ((("张三", ("escalate", "{case}", "--to", "department_manager", "--reason", "dispute")),), {"W-5.5-dispute"}),
    "a workaround": (
        (("张三", ("resolve", "{case}", "--solution", "换", "--kind", "workaround", "--backup", "/b")),),
        {"W-5.9-mode", "W-5.9-root-cause"},
    ),
    "tried in vain": (
        (
            ("张三", ("resolve", "{case}", "--solution", "换", "--backup", "/b")),
            *[("张三", ("confirm", "{case}", "--no-answer"))] * 3,
        ),
        {"W-5.9-mode", "W-5.10-one-day"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("told", STORIES)
def test_every_hint_of_a_warning_can_be_pasted(desk, told):
    """Tried, not written: no stage, no role and no word of it stands against it."""
    steps, expected = STORIES[told]
    seen = set()
    for _case, row in story(desk, *steps):
        seen.add(row["code"])
        for words in pasted(row["hint"] or ""):
            tried = desk.itil(*words, "--dry-run", "--json", code=None)
            codes = [] if tried.code == 0 else tried.codes
            assert not [one for one in codes if UNLAWFUL.search(one)], (row, words, codes)
        assert "itil" in (row["hint"] or "itil"), row
    assert expected <= seen, seen


@pytest.mark.covers("B13", "B25")
def test_a_recurring_fault_is_handed_over_after_its_end(desk):
    """What was none is a problem then, and who decided it is known."""
    for _ in range(3):
        case = desk.new("-k", "none", "--guidance", "重启")
        made = desk.itil("close", case, "--solution", "好了", "-w", "张三丰", "-r", "--json")
    row = next(one for one in made.json["warnings"] if one["code"] == "W-5.9-recurring")
    command = next(iter(pasted(row["hint"])))
    assert command[:2] == ["correct", desk.show(case)["id"]] and "problem.reason=recurring" in command
    desk.itil(*command)
    assert desk.show(case)["problem"] == {"reason": "recurring", "ref": "PRB-1", "decided_by": "张三"}
    desk.itil("check")


@pytest.mark.covers("B1", "B25")
def test_the_exception_to_the_mode_names_who_recorded_it(desk):
    case = desk.new("-s", "medium", "-k", "none", "--solution", "换", "--backup", "/b")
    desk.itil("correct", case, "mode_exception.reason=客户要求远程", who="陈一")
    assert desk.show(case)["mode_exception"] == {"reason": "客户要求远程", "by": "陈一"}
