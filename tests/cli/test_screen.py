"""The terminal: nothing steers it, wide characters align, and it is left alone where there is none."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itilcli.cli.screen import Screen, document, fit, pad, safe, table, width, wrap

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 中文·§", "plain 中文·§"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\r\nb\tc\x00\x7f", "a␍␊b␉c␀␡"),
        ("\x9b2J", "\\u009b2J"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("\u2066x\u2069\u200f\ufeff", "\\u2066x\\u2069\\u200f\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        ("bad\udcff", "bad\\udcff"),
        ("👩\u200d💻　x", "👩\u200d💻　x"),
    ],
)
def test_what_steers_a_terminal_is_made_visible(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_lines_may_stay() -> None:
    assert safe("a\n\tb\x1b", lines=True) == "a\n\tb␛"


@given(st.text())
def test_nothing_unsafe_is_left(text: str) -> None:
    shown = safe(text)
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or "\u202a" <= char <= "\u202e" for char in shown)
    assert safe(shown) == shown


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("读卡器", 6), ("一线·A", 6), ("é", 1), ("e\u0301", 1), ("ＡＢ", 4), ("👍", 2)],
)
def test_how_wide_a_text_is(text: str, columns: int) -> None:
    assert width(text) == columns


def test_common_text_needs_no_library_for_its_width() -> None:
    code = (
        "import sys; from itilcli.cli.screen import width; width('第一人民医院 · …'); print('wcwidth' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=30)
    assert done.stdout == "False\n"


def test_widths_agree_with_the_library_for_chinese() -> None:
    from wcwidth import wcswidth

    ranges = ((0x20, 0x7F), (0xA1, 0xAD), (0x2013, 0x2027), (0x3001, 0x3030), (0x4E00, 0x9FA6), (0xFF01, 0xFF61))
    for first, last in ranges:
        for code in range(first, last):
            assert width(chr(code)) == wcswidth(chr(code)), hex(code)


def test_cutting_and_filling() -> None:
    assert fit("读卡器无法识别", 14) == "读卡器无法识别"
    assert fit("读卡器无法识别", 9) == "读卡器无…"
    assert fit("读卡器无法识别", 8) == "读卡器…"
    assert pad("中", 4) + "|" == "中  |"
    assert pad("9", 3, "r") == "  9"


@given(st.text(alphabet="中文，。（）abc …-"), st.integers(min_value=4, max_value=40))
def test_wrapping_loses_nothing_but_blanks(text: str, limit: int) -> None:
    lines = wrap(text, limit)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= limit or " " not in line.strip() for line in lines)


def test_wrapping_keeps_words_and_stops_together() -> None:
    assert wrap("读卡器无法识别，已报修。", 14) == ["读卡器无法识", "别，已报修。"]
    assert wrap("one two three", 7) == ["one two", "three"]


def test_a_table_aligns_wide_characters() -> None:
    rows = [["7K3Q", "第一人民医院", "3"], ["9ABC", "市图书馆\x1b[2J", "12"]]
    assert table(rows, ["ID", "客户", "天"], "llr").splitlines() == [
        "ID    客户          天",
        "7K3Q  第一人民医院   3",
        "9ABC  市图书馆␛[2J  12",
    ]
    assert table([]) == ""


def test_a_table_cuts_its_widest_column_where_there_is_a_limit() -> None:
    rows = [["7K3Q", "读卡器无法识别，三台全部如此", "12"]]
    assert table(rows, align="llr", limit=24) == "7K3Q  读卡器无法识…   12"
    assert width(table(rows, align="llr", limit=24)) <= 24
    assert "三台全部如此" in table(rows, align="llr")
    assert table(rows, align="llr", limit=5).startswith("7K3Q  读卡器")


def test_json_keeps_chinese_and_escapes_what_steers() -> None:
    utf8, ascii_ = (io.TextIOWrapper(io.BytesIO(), encoding=name) for name in ("utf-8", "ascii"))
    assert document({"a": "中\x9b\u202e\n"}, utf8) == '{\n  "a": "中\\u009b\\u202e\\n"\n}'
    assert document(["\U000e0041中"], utf8) == '[\n  "\\udb40\\udc41中"\n]'
    assert document(["中"], ascii_) == '[\n  "\\u4e2d"\n]'


def test_colours_only_where_they_are_wanted() -> None:
    assert Screen("auto", environ={}).style("x", "red") == "x"
    assert Screen("always", environ={"NO_COLOR": "1"}).style("x", "red") == "\x1b[31mx\x1b[0m"
    assert Screen("never", environ={}).style("x", "red") == "x"


def on_terminal(code: str, env: dict[str, str], rows: int = 10) -> tuple[str, str]:
    """What ``code`` writes on a terminal of 40 columns (stdout and stderr are one), and its exit."""
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 40, 0, 0))
    environ = {"PATH": os.environ["PATH"], "TERM": "xterm", "PYTHONUTF8": "1", **env}
    program = subprocess.Popen(
        [sys.executable, "-c", "from itilcli.cli.screen import Screen\n" + code],
        stdin=slave, stdout=slave, stderr=slave, cwd=PROJECT, env=environ,
    )  # fmt: skip
    os.close(slave)
    written = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:
            break
        if not part:
            break
        written += part
    os.close(master)
    return written.decode().replace("\r\n", "\n"), str(program.wait(timeout=30))


def test_colours_on_a_terminal() -> None:
    code = "print(Screen().style('x', 'red'), Screen().columns)"
    assert on_terminal(code, {})[0] == "\x1b[31mx\x1b[0m 40\n"
    assert on_terminal(code, {"NO_COLOR": "1"})[0] == "x 40\n"
    assert on_terminal(code, {"TERM": "dumb"})[0] == "x 40\n"


def test_a_long_text_goes_through_the_pager_and_a_short_one_does_not() -> None:
    pager = {"PAGER": "sed s/^/paged:/"}
    assert on_terminal("Screen().page('a\\nb')", pager)[0] == "a\nb\n"
    assert on_terminal("Screen().page('\\n'.join('abcdefghijkl'))", pager)[0].startswith("paged:a\npaged:b\n")
    assert on_terminal("Screen().page('中' * 400)", pager)[0].startswith("paged:中")
    assert on_terminal("Screen().page('\\n'.join('abcdefghijkl'))", {"PAGER": "no-such-pager"})[0].startswith("a\nb\n")
