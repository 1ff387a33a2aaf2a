"""A report as CSV: every cell on a line of its own, bare values, nothing that a spreadsheet runs."""

from __future__ import annotations

import csv as reader
import io
from dataclasses import replace

from office_pages import hostile, hostile_pages, sample

from itilcli.formats import csv
from itilcli.formats.formula import FORMULA, harmless


def lines(data: bytes) -> list[dict[str, str]]:
    """The lines by their headings."""
    return list(reader.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def found(table: str, label: str, column: str) -> tuple[str, ...]:
    """Value, unit and both numbers of one cell of the sample."""
    row = next(
        one
        for one in lines(csv.render(sample()))
        if (one["table"], one["label"], one["column"]) == (table, label, column)
    )
    return row["value"], row["unit"], row["numerator"], row["denominator"]


def test_each_cell_stands_bare_with_its_unit():
    assert found("figures", "K1", "2026-11") == ("126", "", "", "")
    assert found("figures", "K2", "2026-11") == (str(124 / 126), "share", "124", "126")
    assert found("figures", "K6", "2026-10") == ("", "share", "0", "0")
    assert found("figures", "K3", "2026-10") == ("3.54", "hours", "", "")
    assert found("figures", "K3", "变化")[0].startswith("-0.42"), "a number below zero stays a number"
    assert found("cases", "2026-11-02 08:30", "报告时间") == ("2026-11-02T08:30:00+08:00", "time", "", "")
    assert found("trend", "2026-12", "80% 预测区间 ≥") == ("0.93", "share", "", "")
    assert found("cover", "报告月份", "text")[0] == "2026-11"
    assert found("text", "warning", "text")[0] == "有 2 起重大事件尚未完成评审。"


def test_it_is_as_excel_wants_it():
    made = csv.render(sample())
    assert made.startswith(b"\xef\xbb\xbfsection,table,row,label,column,value,unit,numerator,denominator\r\n")
    assert made == csv.render(sample())


def test_no_cell_is_taken_for_a_formula():
    rows = lines(csv.render(hostile_pages()))
    cells = [
        cell for row in rows for name, cell in row.items() if name not in ("row", "value") or row["unit"] == "text"
    ]
    assert not [cell for cell in cells if cell.lstrip().startswith(FORMULA)]
    assert "'=1+1" in cells
    assert "'+86 571 8888 6666" in cells
    assert len(rows) > len(list(hostile()))


def test_a_number_is_no_formula_and_a_text_that_looks_like_one_may_be():
    assert [harmless(one) for one in (-3, -0.5, True, None, "-3", " =1", "＋1", "1-2")] == [
        "-3", "-0.5", "true", "", "'-3", "' =1", "'＋1", "1-2",
    ]  # fmt: skip


def test_a_draft_says_so():
    rows = lines(csv.render(replace(sample(), banner="草稿")))
    assert [one["value"] for one in rows if one["label"] == "banner"] == ["草稿"]
    assert not [one for one in lines(csv.render(sample())) if one["label"] == "banner"]
