"""`itil report` on a desk: the contract's JSON, the Markdown, the file, and who reports to whom."""

from __future__ import annotations

import json

import pytest

ALL = ("--solution", "重新插拔后正常", "--confirmed-by", "张三丰", "--rest", "none")


@pytest.mark.covers("RT6", "K1", "K2", "K3", "K4", "K5", "K6", "K10")
def test_the_document_has_the_shape_that_scripts_rely_on(desk):
    """Names and shapes of the contract."""
    case = desk.new("--took", "7m", *ALL)
    desk.itil("follow-up", case, "--result", "reached", "--satisfaction", "5", "--solved")
    desk.new("-s", "high", "--not-major")
    made = desk.itil("report", "2026-11", "--json").json
    figures = made["figures"]
    assert made["month"] == "2026-11" and made["commit"] == desk.git("rev-parse", "HEAD").strip()
    assert figures["incidents_total"]["value"] == 2
    assert set(figures["response_rate"]) >= {"value", "numerator", "denominator"}
    assert set(figures["by_severity"]) >= {"high", "medium", "low", "not_applicable", "unclassified"}
    assert figures["by_severity"]["high"] == 1 and figures["by_priority"]["low"] == 2
    assert figures["resolved_by_tier"] == {"1": 1, "2": 0, "3": 0}
    assert {key: figures["tier_rate"]["1"][key] for key in ("value", "numerator", "denominator")} == {
        "value": 1.0,
        "numerator": 1,
        "denominator": 1,
    }
    assert {key: figures["satisfaction"][key] for key in ("value", "numerator", "denominator", "mean")} == {
        "value": 1.0, "numerator": 1, "denominator": 1, "mean": 5.0,
    }  # fmt: skip
    assert figures["backlog_start"]["value"] == 0 and figures["backlog_end"]["value"] == 1
    assert made["forecast"] is None and made["corrections"] == []
    assert json.loads(desk.itil("report", "2026-11", "--format", "json").out) == made


@pytest.mark.covers("B20", "RT6", "RO1", "RO6")
def test_the_incident_manager_reports_to_the_department_manager(desk):
    """Both stand on the report."""
    made = desk.itil("report", "2026-11", "--json").json
    assert made["reported_by"] == ["张三"] and made["reported_to"] == ["钱经理"]
    page = desk.itil("report", "2026-11").out
    assert "JQ-ITSMS-04-01-06" in page and "张三" in page and "钱经理" in page


def test_last_is_the_month_before_and_the_default(desk):
    """On 23 November it is October."""
    assert (
        desk.itil("report", "--json").json["month"] == desk.itil("report", "last", "--json").json["month"] == "2026-10"
    )


def test_a_file_is_written_whole_and_wrong_words_are_refused(desk, tmp_path):
    """--output; a month or format that is none."""
    out = tmp_path / "report.md"
    assert desk.itil("report", "2026-11", "--output", str(out)).out == ""
    assert out.read_text(encoding="utf-8").startswith("# ")
    assert desk.refused("report", "2026-13", code=2) == ["E-5.15-month"]
    assert desk.refused("report", "--format", "pdf", code=2) == ["E-5.15-flags"]
    assert desk.refused("report", "--format", "docx", code=2) == ["E-5.15-flags"]


def test_a_case_in_fault_is_left_out_and_said(desk):
    """Invalid cases are in no figure."""
    case = desk.new()
    path = desk.file(case)
    path.write_text(path.read_text().replace('stage: "classified"', 'stage: "closed"'))
    said = desk.itil("report", "2026-11", "--json")
    assert said.json["figures"]["incidents_total"]["value"] == 0
    assert case in said.err


def test_english_on_request(desk):
    """The same figures in the reader's language."""
    assert "# Monthly incident report 2026-11" in desk.itil("report", "2026-11", "--language", "en").out


def test_months_are_completed_with_what_became_of_their_report(desk, monkeypatch):
    """The newest first; words as well."""
    from itilcli.cli.complete import months

    desk.itil("report", "2026-10", "--issue", "--unattended")
    monkeypatch.setenv("ITIL_DESK", str(desk.root))
    monkeypatch.setenv("ITIL_NOW", desk.now)
    said = {name: str(word) for name, word in months("2026-1")}
    assert list(said) == ["2026-11", "2026-10"] and list(said.values()) == ["not issued", "issued"]
    assert [name for name, _ in months("")][:2] == ["last", "edit"]
