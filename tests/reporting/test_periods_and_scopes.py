"""Quarters and years, a customer's own report, and every format."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from month_desk import NOVEMBER, TEXT, october
from pypdf import PdfReader

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.covers("K1", "K14")
def test_a_quarter_is_made_of_its_months(desk):
    """--from and --to: the counts of its months together, the quarter before beside them."""
    october(desk)
    desk.new(now="2026-09-08T10:00:00+08:00")
    made = desk.itil("report", "--from", "2026-08", "--to", "2026-10", "--json", now=NOVEMBER).json
    assert (made["month"], made["from"], made["to"]) == ("2026-08..2026-10", "2026-08", "2026-10")
    assert made["figures"]["incidents_total"]["value"] == 4
    assert made["report_number"] == "JQ-ITSMS-04-01-06-202608-202610"
    assert [row["month"] for row in made["trend"]["months"]] == ["2026-09", "2026-10"]
    page = desk.itil("report", "--from", "2026-08", "--to", "2026-10", now=NOVEMBER).out
    assert page.startswith("# 2026年08月至2026年10月事件报告")


@pytest.mark.covers("F3")
def test_a_customers_own_report_has_their_cases_and_nothing_internal(desk):
    """Other customers, phones, rules broken and the desk's own text are not in it; it is no form."""
    october(desk)
    desk.new("-o", "第二医院", "-t", "打不开，请回电13812345678", now="2026-10-23T09:00:00+08:00")
    desk.itil("report", "2026-10", *TEXT, now=NOVEMBER)
    made = desk.itil("report", "2026-10", "-o", "第二", "--json", now=NOVEMBER).json
    assert made["scope"] == {"organisation": "第二医院", "project": None} and made["report_number"] is None
    assert made["figures"]["incidents_total"]["value"] == 1 and "nonconformity" not in made["figures"]
    whole = json.dumps(made, ensure_ascii=False)
    page = desk.itil("report", "2026-10", "-o", "第二医院", now=NOVEMBER).out
    for text in (whole, page):
        assert "第一人民医院" not in text and TEXT[1] not in text
        assert "13812345678" not in text and "0571-88886666" not in text
    assert "服务月报" in page and "04-01-06" not in page
    assert desk.refused("report", "2026-10", "-o", "第三医院", code=3) == ["E-5.15-whose"]
    assert desk.refused("report", "2026-10", "-o", "医院", code=3) == ["E-5.15-whose"]


def test_every_format_is_written_by_the_ending_of_the_file(desk, tmp_path):
    """Markdown, HTML, JSON, Excel, Word, CSV: each holds the month's total and the customer's name."""
    october(desk)
    for name in ("md", "html", "json", "xlsx", "docx", "pdf", "csv"):
        file = tmp_path / f"report.{name}"
        desk.itil("report", "2026-10", "--output", str(file), now=NOVEMBER)
        data = file.read_bytes()
        if name in ("xlsx", "docx"):
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                data = b"".join(parts.read(one) for one in parts.namelist())
        if name == "pdf":
            data = "".join(one.extract_text() for one in PdfReader(io.BytesIO(data)).pages).encode()
        assert "第一人民医院" in data.decode("utf-8", "ignore"), name
    rows = list(csv.reader(io.StringIO((tmp_path / "report.csv").read_text(encoding="utf-8-sig"))))
    assert rows[0][0] == "section"
    assert "<script" not in (tmp_path / "report.html").read_text() and "<svg" in (tmp_path / "report.html").read_text()


def test_charts_as_text(desk):
    """--chart: titles and values, without codes that steer a terminal."""
    october(desk)
    said = desk.itil("report", "2026-10", "--chart", now=NOVEMBER).out
    assert "各月事件数" in said and "\x1b" not in said


@pytest.mark.slow
def test_the_same_commit_gives_the_same_bytes_anywhere(desk, tmp_path):
    """Other processes, hash seeds, time zones and locales; all formats."""
    october(desk)
    made = []
    for number, (seed, zone, locale) in enumerate((("0", "UTC", "C"), ("4711", "America/New_York", "zh_CN.UTF-8"))):
        for name in ("md", "html", "json", "xlsx", "docx", "pdf", "csv"):
            environ = {
                "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale,
                "ITIL_NOW": NOVEMBER, "HOME": str(tmp_path),
            }  # fmt: skip
            file = tmp_path / f"{number}.{name}"
            words = ["report", "2026-10", "--language", "zh", "--desk", str(desk.root), "--output", str(file)]
            subprocess.run([sys.executable, "-m", "itilcli", *words], env=environ, check=True, cwd=tmp_path)
            made.append((name, file.read_bytes()))
    half = len(made) // 2
    assert [name for (name, one), (_, other) in zip(made[:half], made[half:], strict=True) if one != other] == []
