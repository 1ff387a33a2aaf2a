"""``history.csv``: months from before the tool, as spreadsheets write them, and every way in which one may be wrong."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import TestDesk

from itilcli.model.past import Past
from itilcli.store.past import MOST, PAST, read_past

JAN = 2025 * 12
HEAD = "month,incidents_total\n"


def read(root: Path, text: str | bytes, running: int | None = None) -> tuple[dict[int, Past], list[str]]:
    """The months, and ``code:line`` of each problem."""
    (root / PAST).write_bytes(text if isinstance(text, bytes) else text.encode())
    found, problems = read_past(root, running)
    assert all(one.where.startswith(f"{PAST}:") and one.hint for one in problems)
    return found, [f"{one.code}:{one.where.rpartition(':')[2]}" for one in problems]


def test_a_whole_file(tmp_path: Path) -> None:
    """In any order, with gaps; what is empty is not known."""
    head = "month,incidents_total,resolved,resolved_tier1,resolved_tier2,resolved_tier3,high,medium,low,backlog_end,satisfied,scored\n"
    found, problems = read(tmp_path, f"{head}2025-03,31,30,20,8,2,1,10,20,4,9,10\n\n2025-01,28,,,,,,,,,,\n2024-12,0\n")
    assert problems == [] and list(found) == [JAN - 1, JAN, JAN + 2]
    assert found[JAN + 2] == Past(JAN + 2, 31, 30, 20, 8, 2, 1, 10, 20, 4, 9, 10)
    assert found[JAN] == Past(JAN, 28) and found[JAN - 1].incidents_total == 0
    assert read_past(tmp_path / "nowhere") == ({}, [])


@pytest.mark.parametrize(
    "text",
    [
        '月份,事件总数,解决数\n2025年1月,"1,234",1200\n'.encode("gb18030"),
        "\ufeff月份,事件总数,解决数\r\n2025/1,1234,1200\r\n".encode(),
        "解决数;备;月份;事件总数\r1200;;2025-01;1234\r".encode(),
        "月份\t事件总数\t一线解决数\t解决数\n2025.01\t１２３４.0\t\t 1200 \n".encode(),
        "月份，事件总数，解决数\n2025-01-01，1234，1200\n".encode(),
        b'"Month","Incidents total","Resolved"\n"2025/01/1","1,234","1,200"\n',
    ],
    ids=["GB18030", "BOM and CRLF", "semicolons and CR", "tabs", "full-width commas", "quotes"],
)
def test_as_spreadsheets_save_it(tmp_path: Path, text: bytes) -> None:
    found, problems = read(tmp_path, text)
    assert found == {JAN: Past(JAN, 1234, 1200)}
    assert [one for one in problems if one.startswith("E")] == []


FAULTS: dict[str, tuple[str | bytes, list[str]]] = {
    "empty": ("", ["E-past-header:1"]),
    "no header": ("\n2025-01,3\n", ["W-past-column:2", "W-past-column:2", "E-past-header:2"]),
    "no total": ("月份,解决数\n2025-01,3\n", ["E-past-header:1"]),
    "twice a column": ("month,月份,incidents_total\n2025-01,,3\n", ["E-past-header:1"]),
    "unknown column": ("month,incidents_total,note\n2025-01,3,x\n", ["W-past-column:1"]),
    "no month": (f"{HEAD},3\n", ["E-past-month:2"]),
    "month 13": (f"{HEAD}2025-13,3\n", ["E-past-month:2"]),
    "Excel's month": (f"{HEAD}Jan-25,3\n", ["E-past-month:2"]),
    "a day": (f"{HEAD}2025-01-17,3\n", ["E-past-month:2"]),
    "year 0": (f"{HEAD}0000-01,3\n", ["E-past-month:2"]),
    "twice": (f"{HEAD}2025-01,3\n2025-02,1\n2025/1,4\n", ["E-past-twice:4"]),
    "no number": (f"{HEAD}2025-01,\n", ["E-past-number:2"]),
    "negative": (f"{HEAD}2025-01,-3\n", ["E-past-number:2"]),
    "a fraction": (f"{HEAD}2025-01,3.5\n", ["E-past-number:2"]),
    "a billion": (f"{HEAD}2025-01,1e9\n2025-02,1000000000\n2025-03,{'9' * 5000}\n", [f"E-past-number:{n}" for n in (2, 3, 4)]),
    "a formula": (f"{HEAD}2025-01,=1+1\n2025-02,@SUM(A1)\n", ["E-past-number:2", "E-past-number:3"]),
    "all at once": (f"{HEAD}x,y,z\n", ["E-past-cells:2", "E-past-month:2", "E-past-number:2"]),
    "bare thousands": ('month,incidents_total,\n2025-01,1,234\n', ["E-past-cells:2"]),
    "parts": ("month,incidents_total,high,low\n2025-01,3,2,2\n", ["E-past-sum:2"]),
    "satisfied": ("month,incidents_total,satisfied,scored\n2025-01,3,2,1\n", ["E-past-sum:2"]),
    "a NUL": (f"{HEAD}2025-01,3\n2025-02,\x004\n", ["E-past-control:3"]),
    "a spreadsheet": (b"PK\x03\x04" + bytes(range(256)), ["E-past-encoding:1"]),
    "UTF-16": ("月份\t事件总数\n".encode("utf-16"), ["E-past-encoding:1"]),
    "a quotation mark": (f'{HEAD}2025-01,3\n2025-02,"4\n2025-03,5\n', ["E-past-csv:3"]),
    "a long cell": (f"{HEAD}2025-01,3\n2025-02,{'4' * 140_000}\n", ["E-past-csv:3"]),
    "a line break in a cell": (f'{HEAD}2025-01,"3\n"\n2025-02,x\n', ["E-past-number:4"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "codes"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_told_with_its_line(tmp_path: Path, text: str | bytes, codes: list[str]) -> None:
    assert read(tmp_path, text)[1] == codes


def test_a_line_in_fault_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    found, problems = read(tmp_path, f"{HEAD}2025-01,3\n2025-02,x\n2025-03,5\n2025-04,6\n", running=JAN + 3)
    assert list(found) == [JAN, JAN + 2] and problems == ["E-past-number:3", "E-past-future:5"]


def test_a_wrong_export_is_not_told_line_by_line_for_ever(tmp_path: Path) -> None:
    assert len(read(tmp_path, HEAD + "x,y\n" * 20_000)[1]) == MOST


def test_whatever_the_file_holds_it_is_read_or_refused(tmp_path: Path) -> None:
    """Bytes thrown about: no exception, and no number that is not in the file."""
    dice = random.Random(1)
    seed = '月份,事件总数,解决数,high,low\n2025-01,31,"1,2",3,4\n2025/2,5,,,\n'.encode()
    for _ in range(1500):
        data = bytearray(seed if dice.random() < 0.7 else seed.decode().encode("gb18030"))
        for _ in range(dice.randrange(1, 8)):
            place = dice.randrange(len(data))
            if dice.random() < 0.5:
                data[place] = dice.choice(b'\x00\xff\x80,;"\n\r\t=-09e.\xef\xbc')
            elif dice.random() < 0.5:
                del data[place:]
                data += b"\n"
            else:
                data[place:place] = dice.choice([b'"', b",", b"\n", b"\xef\xbb\xbf", b"1" * 40, "１".encode(), b"'"])
        found, _ = read(tmp_path, bytes(data))
        assert all(one.month == index and 0 <= one.incidents_total <= 9_999_999 for index, one in found.items())


def test_check_names_file_and_line(desk: TestDesk) -> None:
    """A file of this month's figures, one that is too large, a folder in its place."""
    path = desk.root / PAST
    for text, code, line in (
        (f"{HEAD}2025-01,3\n2026-11,4\n", "E-past-future", 3),
        (f"{HEAD}2025-01,x\n", "E-past-number", 2),
        (HEAD + "x" * 300_000, "E-file-size", 1),
    ):
        path.write_text(text, encoding="utf-8")
        found = desk.itil("check", PAST, "--json", code=1).json
        assert [(row["file"], row["code"], row["line"] or 1) for row in found] == [(PAST, code, line)]
    path.unlink()
    path.mkdir()
    assert [row["code"] for row in desk.itil("check", "--json", code=1).json] == ["E-file-kind"]
    path.rmdir()
    path.write_text(f"{HEAD}2025-01,3\n", encoding="utf-8")
    desk.itil("check", PAST)
