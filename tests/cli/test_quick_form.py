"""`itil new` on a terminal that can edit a line: asked as the caller tells it, on real pseudo-terminals."""

from __future__ import annotations

import os
import re
import signal
import sys
import termios
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conftest import TestDesk
from terminal import Terminal

from itilcli.cli.answered import rows

PROJECT = Path(__file__).resolve().parents[2]
KNOWN = ("customer", "add", "第一人民医院", "--contact", "张三丰", "--phone", "0571-88886666")


def calling(desk: TestDesk, *words: str, columns: int = 80, **more: str) -> Terminal:
    """`itil new` by 张三 on a terminal, in English."""
    return on_terminal(desk, ("new", *words), columns, **more)


def on_terminal(desk: TestDesk, words: Sequence[str], columns: int = 80, **more: str) -> Terminal:
    """A command by 张三 on a terminal, in English."""
    env = {
        name: value for name, value in os.environ.items() if name.startswith("GIT_CONFIG") or name in ("PATH", "HOME")
    }
    env |= {"PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "TERM": "xterm-256color", "ITIL_DESK": str(desk.root)}
    env |= {
        "ITIL_NOW": desk.now,
        "ITIL_LANGUAGE": "en",
        "GIT_AUTHOR_EMAIL": "zhang@example.com",
        "GIT_AUTHOR_NAME": "张三",
    }
    return Terminal([sys.executable, "-m", "itilcli", *words], {**env, **more}, columns)


def answer(terminal: Terminal, question: str, *keys: str) -> None:
    """Types when the question stands on the screen."""
    terminal.until(lambda seen: any(line.startswith(question) for line in seen.lines))
    terminal.type(*keys)


def cases(desk: TestDesk) -> list[dict[str, Any]]:
    """The open cases, the newest first."""
    return [desk.show(row["id"]) for row in desk.itil("list", "--json").json]


def echoes(terminal: Terminal) -> bool:
    """Whether the terminal shows what is typed, as a shell expects it to."""
    return bool(termios.tcgetattr(terminal.master)[3] & termios.ECHO)


def test_the_commonest_call_takes_27_keys(desk: TestDesk) -> None:
    """Four digits of a known number, three texts, four keys; what is known is not asked."""
    desk.itil(*KNOWN)
    with calling(desk) as terminal:
        answer(terminal, "Caller:", "6666", "ENTER")
        answer(terminal, "symptom:", "叫号屏黑屏", "ENTER")
        answer(terminal, "business impact:", "2号诊区无法叫号", "ENTER")
        answer(terminal, "expected by:", "明天", "ENTER")
        answer(terminal, "type:", "2")
        answer(terminal, "category:", "3")
        answer(terminal, "severity:", "3")
        answer(terminal, "priority:", "4")
        assert terminal.ended() == 0, terminal.text
        assert terminal.keys == 27
        assert "Caller: 第一人民医院 张三丰 0571-88886666" in terminal.text
        assert "expected by: 明天 → 11-24 23:59" in terminal.text
        assert echoes(terminal)
    (case,) = cases(desk)
    assert case["customer"] == {"organisation": "第一人民医院", "contact": "张三丰", "phone": "0571-88886666"}
    assert (case["symptom"], case["business_impact"]) == ("叫号屏黑屏", "2号诊区无法叫号")
    assert (case["type"], case["category"], case["severity"], case["priority"]) == ("fault", "terminal", "low", "low")
    assert desk.git("status", "--porcelain") == ""


def test_names_are_completed_and_a_repeated_caller_may_take_the_open_case(desk: TestDesk) -> None:
    """一院 means 第一人民医院; Shift-Tab leads back to the caller, also from the question about the open cases."""
    case = desk.new()
    with calling(desk) as terminal:
        answer(terminal, "Caller:", "一院")
        terminal.until("张三丰")
        terminal.type("DOWN", "ENTER")
        terminal.until("读卡器无法识别")
        terminal.type("BACK")
        terminal.until(lambda seen: not any("open cases" in line for line in seen.lines))
        assert sum(line.startswith("Caller:") for line in seen_lines(terminal)) == 1, (
            "nothing stays of the answer taken back"
        )
        terminal.type("ENTER")
        answer(terminal, "contact:", "张")
        terminal.until("0571-88886666")
        terminal.type("TAB", "ENTER")
        terminal.until("a new case")
        terminal.type("1")
        answer(terminal, "What does the customer say?", "再次来电催促", "ENTER")
        assert terminal.ended() == 0, terminal.text
    (shown,) = cases(desk)
    assert shown["id"].endswith(case)
    assert "再次来电催促" in str(desk.itil("show", case, "--json").json["chased"])


def test_going_back_changes_an_answer_and_what_hangs_on_it(desk: TestDesk) -> None:
    """From the severity back to the type: a consultation is asked neither category nor severity; `<` goes back too."""
    with calling(
        desk, "-o", "二院", "-c", "李医生", "-p", "0571-1", "-y", "怎么导出", "-b", "无", "-e", "无"
    ) as terminal:
        answer(terminal, "type:", "BACK")
        terminal.until("first question")
        terminal.type("fault", "ENTER")
        answer(terminal, "category:", "终端", "ENTER")
        answer(terminal, "severity:", "<")
        terminal.until("› 3 terminal")
        terminal.type("BACK")
        terminal.until("› 2 fault")
        terminal.type("UP", "ENTER")
        answer(terminal, "priority:", "重要不紧急", "ENTER")
        assert terminal.ended() == 0, terminal.text
    (case,) = cases(desk)
    assert (case["type"], case.get("category"), case["importance"]) == ("consultation", None, "important")


def test_what_is_taken_back_leaves_the_screen_whole_lines_of_it(desk: TestDesk) -> None:
    """A symptom over two rows, the impact below it: both go; what was answered before stays, and so does what another wrote."""
    desk.itil(*KNOWN)
    symptom = "三号窗口的读卡器无法识别社保卡，重新插拔以后仍然提示设备未连接，已经换过一台电脑试过，情况完全一样"
    with calling(desk) as terminal:
        answer(terminal, "Caller:", "6666", "ENTER")
        answer(terminal, "symptom:", symptom, "ENTER")
        answer(terminal, "business impact:", "停诊", "ENTER")
        answer(terminal, "expected by:", "BACK")
        terminal.until(lambda seen: not any(line.startswith("expected by:") for line in seen.lines))
        terminal.type("BACK")
        terminal.until(lambda seen: not any(line.startswith("business impact:") for line in seen.lines))
        terminal.until("Tab")
        first, *others = [line for line in seen_lines(terminal) if line and not line.startswith("  ")]
        assert first.startswith("Caller: 第一人民医院")
        assert "".join(others) == f"symptom: {symptom}"
        terminal.type("CTRL-C")
        terminal.ended()
    assert [
        rows(text, 10) for text in ("", "1234567890", "12345678901", "一二三四五", "1一二三四五", "123456789一")
    ] == [1, 1, 2, 1, 2, 2]


def seen_lines(terminal: Terminal) -> list[str]:
    """The lines on the screen once nothing more is drawn."""
    terminal.read(0.3)
    return terminal.lines


def test_a_wrong_answer_says_why_below_the_line(desk: TestDesk) -> None:
    """Each at once, while the caller is there; what is mended is taken."""
    desk.itil(*KNOWN)
    with calling(
        desk, "-y", "黑屏", "-b", "停诊", "--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般"
    ) as terminal:
        for typed, why in (("99", "last 4 digits"), ("4321", "ends with 4321"), ("", "needs an answer")):
            answer(terminal, "Caller:", typed, "ENTER")
            terminal.until(why)
            terminal.type(*["RUBOUT"] * len(typed))
        terminal.type("张三丰", "ENTER")
        for typed, why in (("昨天", "in the past"), ("随便", "not a time")):
            answer(terminal, "expected by:", typed, "ENTER")
            terminal.until(why)
            terminal.type("RUBOUT", "RUBOUT")
        terminal.type("DOWN", "ENTER")
        assert terminal.ended() == 0, terminal.text
    (case,) = cases(desk)
    assert (case["customer"]["phone"], case["expected_by_none"]) == ("0571-88886666", True)


def test_stopping_keeps_the_answers_and_the_terminal(desk: TestDesk) -> None:
    """Ctrl-C, Ctrl-D on an empty line, and being told to stop."""
    for place, (end, code) in enumerate((("CTRL-C", 130), ("CTRL-D", 130), (signal.SIGTERM, 143))):
        with calling(desk) as terminal:
            answer(terminal, "Caller:", f"医院{place}", "ENTER")
            answer(terminal, "contact:", *() if isinstance(end, signal.Signals) else (end,))
            if isinstance(end, signal.Signals):
                terminal.signal(end)
            assert terminal.ended() == code, terminal.text
            assert "itil new --draft" in terminal.text and "Traceback" not in terminal.text
            assert echoes(terminal)
    assert [row["organisation"] for row in desk.itil("new", "--drafts", "--json").json] == ["医院2", "医院1", "医院0"]
    with calling(desk, "--draft") as terminal:
        answer(terminal, "contact:", "CTRL-C")
        assert terminal.ended() == 130
    assert desk.itil("list", "--json").json == [] and desk.git("status", "--porcelain") == ""


def test_chinese_is_edited_by_the_character_on_a_window_that_shrinks(desk: TestDesk) -> None:
    """The cursor goes over a wide character in one step; on a narrow window the line goes on below."""
    with calling(desk, "-o", "二院", "-c", "李医生", "-p", "0571-1") as terminal:
        answer(terminal, "symptom:", "读器无法识别", "HOME", "RIGHT", "卡")
        terminal.until("读卡器无法识别")
        assert terminal.screen.cursor.x == len("symptom: ") + 4
        terminal.type("\x05", "RUBOUT", "別了" * 10)
        terminal.resize(40, 12)
        terminal.signal()
        terminal.type("ENTER")
        answer(terminal, "business impact:", "\x1b[200~停诊\x1b[201~", "CTRL-C")
        assert terminal.ended() == 130
    with calling(desk, "--draft", columns=40) as terminal:
        answer(terminal, "business impact:", "停诊", "ENTER")
        answer(terminal, "expected by:", "none", "ENTER")
        answer(terminal, "type:", "1")
        answer(terminal, "priority:", "1")
        assert terminal.ended() == 0, terminal.text
    (case,) = cases(desk)
    assert case["symptom"] == "读卡器无法识" + "別了" * 10


def test_while_the_symptom_is_told_a_usual_fault_is_offered(desk: TestDesk) -> None:
    """Choosing it fills in what its model holds; Up brings the words of past cases; marks in a register steer nothing."""
    desk.new("-y", "打印机卡纸")
    register = desk.root / "customers.yaml"
    register.write_text(
        register.read_text() + '  - organisation: "恶\\u202e意医院"\n    contacts: [{name: "恶意", phone: "1"}]\n'
    )
    with calling(desk) as terminal:
        answer(terminal, "Caller:", "恶意")
        terminal.until("恶\\u202e意医院")
        terminal.type("CTRL-C")
        terminal.ended()
    model = ("--symptom", "叫号屏黑屏", "--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般")
    desk.itil("model", "new", "叫号屏", *model, "--guidance", "重启叫号屏", "-k", "none")
    with calling(desk, "-o", "二院", "-c", "李医生", "-p", "0571-12345678") as terminal:
        answer(terminal, "symptom:", "打印机")
        terminal.until("case ")
        terminal.type(*["RUBOUT"] * 3, "叫号")
        terminal.until("usual fault: 叫号屏")
        terminal.type("DOWN", "ENTER")
        answer(terminal, "business impact:", "UP")
        terminal.until("business impact: 3号窗口无法结算")
        terminal.type("ENTER")
        answer(terminal, "expected by:", "none", "ENTER")
        assert terminal.ended() == 0, terminal.text
    (case,) = (one for one in cases(desk) if one["customer"]["organisation"] == "二院")
    assert (case["symptom"], case["model"], case["category"]) == ("叫号屏黑屏", "叫号屏", "terminal")


def test_a_monochrome_terminal_shows_what_is_chosen(desk: TestDesk) -> None:
    """No colour, yet the chosen line has its mark; closing asks through the same door."""
    case = desk.new("--solution", "重启")
    words = ("close", case, "--change", "none", "--problem", "none", "--item", "none")
    with calling(desk, NO_COLOR="1") as terminal:
        answer(terminal, "Caller:", "CTRL-C")
        assert terminal.ended() == 130
        assert not re.search(rb"\x1b\[[0-9;]*\b[349][0-7]m", terminal.raw)
    with on_terminal(desk, words) as terminal:
        terminal.until("Ctrl-C")
        terminal.type("张三丰", "ENTER")
        terminal.until('"none"')
        terminal.type("none", "ENTER")
        assert terminal.ended() == 0, terminal.text
