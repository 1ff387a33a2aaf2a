"""`itil export`: the cases that `list` shows, for Excel and for programs, with nothing in them that runs."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from itilcli.actions.looking.export import CODES, COLUMNS, CONTACT
from itilcli.actions.looking.views import FIRST

PROJECT = Path(__file__).resolve().parents[2]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def worked(desk):
    """One closed in October with a score, one open with hostile texts, a telephone with a plus and a text of two lines."""
    fixed = ("--solution", "重新插拔", "--confirmed-by", "张三丰", "--rest", "none")
    closed = desk.new(*fixed, now="2026-10-30T10:00:00+08:00")
    desk.itil(
        "follow-up", closed, "--result", "reached", "--satisfaction", "5", "--solved", now="2026-11-02T09:00:00+08:00"
    )
    caller = ("-o", "＝甲医院", "-c", "李四光", "-p", "+86 571 8888 6666")
    said = ("-t", FORMULA, "-y", "第一行\n第二行", "-b", "停诊", "-e", "无")
    opened = desk.itil(
        "new", *caller, *said, "--type", "fault", "-g", "terminal", "-s", "high", "-q", "重要紧急", "--json"
    ).json["id"]
    return desk, closed, opened


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_csv_is_for_people_in_excel(worked, tmp_path):
    desk, closed, opened = worked
    target = tmp_path / "cases.csv"
    said = desk.itil("export", "--output", str(target))
    assert "cases.csv" in said.err
    data = target.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    first, second = rows(target)
    assert first["编号"] == opened
    assert (first["标题"], first["客户单位"], first["电话"]) == (f"'{FORMULA}", "'＝甲医院", "'+86 571 8888 6666")
    assert first["故障现象"] == "第一行\n第二行"
    assert (first["故障等级"], first["状态"], first["支持级别"]) == ("高", "未完成", "一线")
    assert (second["编号"].rpartition("-")[2], second["报告时间"]) == (closed, "2026-10-30 10:00")
    assert (second["回访结果"], second["满意度"], second["解决方法"]) == ("已接通", "5", "重新插拔")
    assert second["电话"] == "0571-88886666"


def test_the_filters_are_those_of_list(worked):
    desk, closed, opened = worked
    for words in (
        ("--open",),
        ("--month", "last"),
        ("-o", "第一"),
        ("--severity", "高"),
        ("--sort", "reported"),
        ("--completed",),
    ):
        listed = [row["id"] for row in desk.itil("list", *words, "--json").json]
        assert [row["id"] for row in desk.itil("export", *words, "--format", "json").json] == listed
    assert {opened.rpartition("-")[2], closed} == {
        row["id"].rpartition("-")[2] for row in desk.itil("export", "--json").json
    }


def test_json_is_what_list_gives(worked, tmp_path):
    desk, _, _ = worked
    target = tmp_path / "cases.json"
    desk.itil("导出", "--output", str(target))
    written = json.loads(target.read_text(encoding="utf-8"))
    assert written == desk.itil("list", "--json").json == desk.itil("export", "--json").json
    assert "甲医院" in target.read_text(encoding="utf-8")


def test_codes_are_for_programs(worked):
    desk, _, opened = worked
    row = next(csv.DictReader(io.StringIO(desk.itil("export", "--codes", "--open").out, newline="")))
    assert tuple(row) == COLUMNS
    assert (row["id"], row["severity"], row["status"], row["tier"], row["vip"]) == (
        opened,
        "high",
        "open",
        "1",
        "false",
    )
    assert row["reported_at"] == "2026-11-23T09:00:00+08:00"


def test_contacts_are_left_out_where_asked(worked):
    desk, _, _ = worked
    said = desk.itil("export", "--no-contact", "--codes").out
    assert not set(CONTACT) & set(said.splitlines()[0].split(","))
    assert "＝甲医院" in said
    whole = desk.itil("export", "--no-contact", "--json")
    for text in ("李四光", "8888", "张三丰", "庆春路"):
        assert text not in said
        assert text not in whole.out, "nor where it stands in another field, as who confirmed it"
    assert {row["customer"]["organisation"] for row in whole.json} == {"第一人民医院", "＝甲医院"}


def test_a_workbook_has_texts_times_and_no_formula(worked, tmp_path):
    desk, _, _ = worked
    target = tmp_path / "cases.xlsx"
    desk.itil("export", "--output", str(target))
    with ZipFile(target) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        held = "".join(ElementTree.fromstring(book.read("xl/sharedStrings.xml")).itertext())
    assert not list(sheet.iter(f"{MAIN}f"))
    assert FORMULA in held, "as it is: text is text"
    assert "+86 571 8888 6666" in held
    assert "0571-88886666" in held
    numbers = [float(one.findtext(f"{MAIN}v") or 0) for one in sheet.iter(f"{MAIN}c") if not one.get("t")]
    assert any(abs(one - (46325 + 10 / 24)) < 1e-6 for one in numbers), "2026-10-30 10:00"


def test_a_workbook_is_not_poured_onto_a_terminal(worked, tmp_path):
    desk, _, _ = worked
    assert desk.refused("export", "--format", "xlsx", code=2) == ["E-export-terminal"]
    assert desk.refused("export", "--format", "xml", code=2) == ["E-list-value"]
    assert desk.refused("export", "--severity", "bad", code=2) == ["E-list-value"]
    command = [sys.executable, "-m", "itilcli", "--desk", str(desk.root), "export", "--format", "xlsx"]
    piped = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout
    assert piped.startswith(b"PK"), "into a pipe it goes"


def test_no_case_leaves_the_headings(worked):
    desk, _, _ = worked
    assert desk.itil("export", "--stage", "void", "--codes").out.strip("\ufeff\r\n") == ",".join(COLUMNS)


def test_every_column_is_something_that_list_tells_or_a_form():
    also = {"resolved_tier", "solution_kind", "steps", "result", "satisfaction", "organisation", *CONTACT}
    assert set(COLUMNS) - set(FIRST) - also == {
        "project", "symptom", "reopened", "supplier", "supplier_ref", "due_at", "overdue",
    }  # fmt: skip
    assert set(CODES) <= set(COLUMNS)
