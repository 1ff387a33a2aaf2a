"""`itil board` on a real pseudo-terminal of 80 by 24: what stands where, what follows the desk, and what is run from it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from conftest import TestDesk
from terminal import Terminal

from itilcli.actions.looking.board import read_board

PROJECT = Path(__file__).resolve().parents[2]
pytest.importorskip("textual", reason="the extra tui is not installed")


def on_terminal(desk: TestDesk, *words: str, columns: int = 80, rows: int = 24, **more: str) -> Terminal:
    """The board for 张三, in English."""
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
    return Terminal([sys.executable, "-m", "itilcli", "board", *words], {**env, **more}, columns, rows)


def flat(terminal: Terminal) -> str:
    """The screen without the blanks that stand for the second half of wide characters."""
    return "\n".join(terminal.lines)


def shows(terminal: Terminal, *texts: str) -> None:
    """Waits until all of these stand on the screen."""
    terminal.until(lambda seen: all(text in flat(seen) for text in texts))


def gone(terminal: Terminal, text: str) -> None:
    """Waits until this stands there no more."""
    terminal.until(lambda seen: text not in flat(seen))


def test_a_shift_at_the_board(desk: TestDesk) -> None:
    """It follows what others do, is filtered by typing, opens a case, and runs its steps as the command line does."""
    first, second = desk.new("-y", "叫号屏黑屏"), desk.new("-y", "打印机卡纸", "-o", "二院")
    desk.itil("escalate", second, "2", "未解决", "重启无效")
    desk.itil("hold", second, "供应商", "3wd", "等待备件")
    with on_terminal(desk) as board:
        shows(
            board, "2 open", "taken 1", "tier 2 1", "tier 3 0", "to close 0", first, second, "叫号屏黑屏", "‖ supplier"
        )
        assert all(len(line) <= 80 for line in board.lines)
        third = desk.new("-y", "网络中断", "-s", "high")
        shows(board, third, "3 open", "taken 2")
        board.type("打印")
        shows(board, second, "1 shown", "tier 2 1/1")
        gone(board, first)
        board.type("ESC")
        shows(board, first, third)
        board.type("RIGHT", "ENTER")
        shows(board, "打印机卡纸", "→ itil", "itil resume")
        board.type("ESC")
        shows(board, "taken 2")
        board.type("LEFT", "DOWN", "ENTER")
        shows(board, "叫号屏黑屏", f"itil respond {first}")
        board.type("ENTER")
        shows(board, "Enter runs it", f"respond {first} -k none")
        board.type("ENTER")
        shows(board, f"$ itil respond {first} -k none", "with tier 1", "Enter leads back")
        board.type("ENTER")
        shows(board, f"→ itil resolve {first}", "PgDn")
        board.type("ENTER")
        shows(board, f"resolve {first}", "Enter runs it")
        board.type("ENTER")
        shows(board, f"$ itil resolve {first}", "solution:")
        board.type("重新插拔", "ENTER")
        shows(board, "resolved", "Enter leads back")
        board.type("ENTER")
        shows(board, f"→ itil confirm {first}", "PgDn")
        board.type("ESC")
        shows(board, "to close 1", "taken 1")
        board.type("\x11")
        assert board.ended() == 0, board.text
        assert b"\x1b[?1049l" in board.raw
    assert desk.show(first)["stage"] == "resolved"
    assert desk.git("status", "--porcelain") == ""


def test_a_refused_step_says_why_and_the_mouse_opens_a_case(desk: TestDesk) -> None:
    """Without colours, on a small window; a command typed by hand that is refused leads back all the same."""
    case = desk.new("-y", "叫号屏黑屏")
    with on_terminal(desk, "黑屏", columns=60, rows=20, NO_COLOR="1") as board:
        shows(board, case, "1 shown")
        row = next(place for place, line in enumerate(board.lines) if case in line)
        column = board.lines[row].index(case)
        board.type(f"\x1b[<0;{column + 2};{row + 1}M", f"\x1b[<0;{column + 2};{row + 1}m")
        shows(board, "→ itil")
        board.type("UP")
        shows(board, "✗")
        board.type("ENTER")
        board.until(lambda seen: flat(seen).count("✗") > 1)
        board.type(":")
        shows(board, "Enter runs it")
        board.type(f"visit start {case}", "ENTER")
        shows(board, "E-", "Enter leads back")
        board.type("ENTER")
        shows(board, "→ itil", "PgDn")
        board.resize(100, 30)
        board.signal()
        board.type("CTRL-C")
        assert board.ended() == 0, board.text
    assert desk.show(case)["stage"] == "classified"


def test_without_a_terminal_it_names_the_list(desk: TestDesk, tmp_path: Path) -> None:
    """No screen, one that cannot draw, a program that reads; and an extra that is missing."""
    assert desk.itil("board", "--json", code=2).codes == ["E-board-terminal"]
    assert "itil list --open" in desk.itil("board", code=2).err
    with on_terminal(desk, TERM="dumb") as board:
        assert board.ended() == 2 and "E-board-terminal" in board.text
    (tmp_path / "textual.py").write_text("raise ImportError\n")
    with on_terminal(desk, PYTHONPATH=f"{tmp_path}:{PROJECT}") as board:
        assert board.ended() == 5 and "E-board-missing" in board.text, board.text
        assert "itilcli[tui]" in board.text


def test_the_first_reading_says_how_far_it_has_come(desk: TestDesk) -> None:
    """With no index yet each file has to be read; the line on top counts them meanwhile, and no more once they are kept."""
    for symptom in ("叫号屏黑屏", "打印机卡纸"):
        desk.new("-y", symptom)
    for kept in (desk.root / ".git").glob("itil-index*"):
        kept.unlink()
    told: list[tuple[int, int]] = []
    found = read_board(desk.root, lambda done, total: told.append((done, total)))
    assert sum(len(column.cards) for column in found.columns) == 2
    assert told and all(0 < done <= total for done, total in told)
