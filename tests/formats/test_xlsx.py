"""The Excel workbook: real numbers and dates, nothing that runs, the same bytes everywhere."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from office_pages import cases, hostile, hostile_pages, sample

from itilcli.errors import Kind, Refused
from itilcli.formats import xlsx
from itilcli.formats.formula import printable
from itilcli.formats.workbook import sheet_name
from itilcli.report.pages import Column, Points, Share, Table

PROJECT = Path(__file__).resolve().parents[2]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HASHED = """
import hashlib, sys
sys.path.insert(0, "tests/formats")
from office_pages import sample
from itilcli.formats import {format}
print(hashlib.sha256({format}.render(sample())).hexdigest())
"""


def files(data: bytes) -> dict[str, bytes]:
    """The files in an office file."""
    with ZipFile(io.BytesIO(data)) as given:
        return {name: given.read(name) for name in given.namelist()}


def texts(data: bytes) -> list[str]:
    """The shared texts of a workbook, with Excel's own escapes undone."""
    root = ElementTree.fromstring(files(data)["xl/sharedStrings.xml"])
    found = ["".join(part.text or "" for part in one.iter(f"{MAIN}t")) for one in root]
    return [re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), one) for one in found]


def numbers(data: bytes, sheet: int) -> list[float]:
    """The numbers in a sheet, in order."""
    root = ElementTree.fromstring(files(data)[f"xl/worksheets/sheet{sheet}.xml"])
    return [float(c.findtext(f"{MAIN}v") or 0) for c in root.iter(f"{MAIN}c") if not c.get("t") and len(c)]


def hashes(format_: str) -> set[str]:
    """The digests of the same report in processes with other hash seeds, time zones and locales."""
    found = set()
    for seed, zone, locale in (("0", "Asia/Shanghai", "C"), ("77", "America/New_York", "C.UTF-8")):
        environ = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        command = [sys.executable, "-c", HASHED.format(format=format_)]
        done = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, check=True)
        found.add(done.stdout)
    return found


def test_no_text_becomes_a_formula_a_link_or_markup():
    made = xlsx.render(hostile_pages())
    held = set(texts(made))
    for text in hostile():
        shown = printable(text)
        cut = next(one for one in held if shown.startswith(one) and len(one) > 30_000) if len(text) > 32_767 else shown
        assert cut in held or f" {cut}" in held
    for name, data in files(made).items():
        root = ElementTree.fromstring(data)
        if "worksheets/" in name and name.endswith(".xml"):
            assert not [one for one in root.iter() if one.tag.rpartition("}")[2] in ("f", "hyperlink")]
        assert "externalLink" not in name
        assert not name.endswith(".rels") or b'TargetMode="External"' not in data


def test_charts_take_their_words_from_cells_alone():
    for name, data in files(xlsx.render(hostile_pages())).items():
        if name.startswith("xl/charts/"):
            formulas = re.findall(r"<c:f>(.*?)</c:f>", data.decode())
            assert formulas
            assert all(
                re.fullmatch(r"'(?:[^']|'')+'!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?|[\w.]+!\$.*", one) for one in formulas
            )


def test_a_rate_is_a_fraction_with_both_its_numbers_beside_it():
    made = xlsx.render(sample())
    assert {"分子", "分母"} < set(texts(made))
    found = numbers(made, 2)
    assert found[3:10] == [
        pytest.approx(110 / 118),
        110,
        118,
        pytest.approx(124 / 126),
        124,
        126,
        pytest.approx(5.19, abs=0.01),
    ]
    assert pytest.approx(3.54) in found, "minutes are hours"
    styles = files(made)["xl/styles.xml"].decode()
    assert 'formatCode="0.0%' in styles
    assert 'formatCode="0.0"' in styles


def test_times_are_dates_by_the_desks_clock():
    made = xlsx.render(sample())
    found = numbers(made, 5)
    assert found[0] == pytest.approx(46328 + 8.5 / 24), "2026-11-02 08:30"
    assert found[2] == 46356, "2026-11-30"
    assert 'formatCode="yyyy-mm-dd hh:mm"' in files(made)["xl/styles.xml"].decode()


def test_headings_stay_in_sight_and_can_be_filtered():
    sheet = files(xlsx.one_table(cases(3), "zh"))["xl/worksheets/sheet1.xml"].decode()
    assert '<autoFilter ref="A1:I4"/>' in sheet
    assert 'state="frozen"' in sheet
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet


def test_charts_are_excels_own_and_told_apart_without_colour():
    made = files(xlsx.render(sample()))
    shapes = [made[f"xl/charts/chart{number}.xml"].decode() for number in (1, 2, 3)]
    assert "<c:lineChart>" in shapes[0]
    assert '<a:prstDash val="dash"/>' in shapes[0]
    assert '<c:grouping val="clustered"/>' in shapes[1]
    assert '<c:grouping val="stacked"/>' in shapes[2]
    assert "a:pattFill" in shapes[2]


def test_names_of_sheets_are_what_excel_allows():
    taken: set[str] = set()
    made = [
        sheet_name(title, taken)
        for title in ("2 趋势: [6/12]", "History", "'x'", "*", "字" * 40, "字" * 40, "X", "😀" * 20)
    ]
    assert made == ["2 趋势 6 12", "History 2", "x", "-", "字" * 31, "字" * 29 + " 2", "X 2", "😀" * 15]


def test_the_file_is_the_same_everywhere():
    assert len(hashes("xlsx")) == 1
    assert ZipFile(io.BytesIO(xlsx.render(sample()))).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_a_table_without_rows_and_a_change_of_nothing():
    made = xlsx.one_table(Table("t", (Column("a"),), ()), "en")
    assert b"autoFilter" not in files(made)["xl/worksheets/sheet1.xml"]
    row = (Points(None), Share(None, None), Share(None, 3), 10**18)
    made = texts(xlsx.one_table(Table("t", tuple(map(Column, "abcd")), (row,)), "en"))
    assert made == ["a", "b", "c", "n", "of", "d", "—", str(10**18)], "no numbers, no columns for them"


def test_without_the_library_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(Refused) as refused:
        xlsx.render(sample())
    problem = refused.value.problems[0]
    assert (problem.code, problem.kind) == ("E-report-office", Kind.DESK)
    assert "itilcli[office]" in str(problem.hint)


def test_a_draft_says_so_and_no_column_is_left_to_a_programs_own_width():
    found = xlsx.render(replace(sample(), banner="草稿"))
    assert "草稿" in texts(found)
    assert '<col min="3" max="' in files(found)["xl/worksheets/sheet1.xml"].decode()
