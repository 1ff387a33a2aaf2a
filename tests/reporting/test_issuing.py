"""`itil report --issue`: what is kept, who may, what stands in the way, and cron's own run."""

from __future__ import annotations

import json

import pytest
from month_desk import NOVEMBER, TEXT, full, october

FOLDER = "records/reports/2026-10"
ISSUE = ("report", "2026-10", "--issue")


@pytest.mark.covers("B20", "RT6")
def test_an_issued_report_is_one_commit_with_a_tag(desk):
    """Three files and the manager's text; the tag names the commit, figures.json the one before it."""
    october(desk)
    before = desk.git("rev-parse", "HEAD").strip()
    said = desk.itil(*ISSUE, *TEXT, now=NOVEMBER)
    assert FOLDER in said.out and "itil report 2026-10 --verify" in said.out
    kept = desk.git("show", "--name-only", "--format=", "HEAD").split()
    assert kept == [f"{FOLDER}/{name}" for name in ("comment.md", "figures.json", "report.html", "report.md")]
    assert desk.git("rev-parse", "report/2026-10^{commit}") == desk.git("rev-parse", "HEAD")
    document = json.loads((desk.root / FOLDER / "figures.json").read_text())
    assert document["commit"] == before and document["comment"] == TEXT[1]
    assert document["report_number"] == "JQ-ITSMS-04-01-06-202610"
    assert document["figures"]["incidents_total"]["value"] == 3 and document["figures"]["voided"]["value"] == 1
    page = (desk.root / FOLDER / "report.md").read_text()
    assert TEXT[1] in page and "JQ-ITSMS-04-01-06-202610" in page and "草稿" not in page
    assert desk.git("status", "--porcelain") == ""


@pytest.mark.covers("B20")
def test_everything_in_the_way_is_named_at_once_and_nothing_is_written(desk):
    """A missing text, a record in fault, a change that is not committed."""
    cases = october(desk)
    assert desk.refused(*ISSUE, now=NOVEMBER, code=2) == ["E-5.15-comment"]
    path = desk.file(cases["open"])
    path.write_text(path.read_text().replace('stage: "classified"', 'stage: "closed"'))
    assert desk.refused(*ISSUE, now=NOVEMBER, code=1) == ["E-5.15-uncommitted", "E-5.15-faults", "E-5.15-comment"]
    assert desk.refused(*ISSUE, *TEXT, who="陈一", now=NOVEMBER, code=4) == ["E-5.15-role"]
    assert desk.refused("report", "2026-11", "--issue", *TEXT, now=NOVEMBER, code=1) == ["E-5.15-running"]
    assert not (desk.root / FOLDER).exists()


def test_a_text_is_kept_until_the_report_is_issued(desk, monkeypatch):
    """`--comment` alone, then `report edit` with an editor; the issued report bears the last one."""
    october(desk)
    desk.itil("report", "2026-10", *TEXT, now=NOVEMBER)
    assert (desk.root / FOLDER / "comment.md").read_text() == TEXT[1] + "\n"
    monkeypatch.setenv("EDITOR", "sed -i -e s/采购/调拨/")
    desk.itil("report", "edit", "2026-10", now=NOVEMBER)
    assert "已申请调拨" in (desk.root / FOLDER / "comment.md").read_text()
    desk.itil(*ISSUE, now=NOVEMBER)
    assert "已申请调拨" in (desk.root / FOLDER / "report.md").read_text()
    assert desk.refused("report", "2026-10", *TEXT, now=NOVEMBER, code=1) == ["E-5.15-issued"]
    assert desk.refused("report", "edit", "2026-10", now=NOVEMBER, code=1) == ["E-5.15-issued"]


def test_a_text_that_is_none_is_refused(desk):
    """Empty, endless, or with characters that steer a terminal; nobody else writes it; no terminal to edit on."""
    for text in (" ", "字" * 20_001):
        assert desk.refused("report", "2026-10", "--comment", text, code=2) == ["E-5.15-text"]
    assert desk.refused("report", "2026-10", *TEXT, who="陈一", code=4) == ["E-5.15-role"]
    assert desk.refused("report", "edit", "2026-10", code=2) == ["E-5.15-terminal"]


def test_unattended_is_idempotent_and_says_that_nobody_wrote_a_text(desk):
    """One line where the report is; the second run changes nothing; a tag that was lost is put again."""
    october(desk)
    first = desk.itil(*ISSUE, "--unattended", now=NOVEMBER)
    assert first.out.count("\n") == 1 and FOLDER in first.out and first.err == ""
    head = desk.git("rev-parse", "HEAD")
    assert json.loads((desk.root / FOLDER / "figures.json").read_text())["unattended"] is True
    desk.git("tag", "-d", "report/2026-10")
    second = desk.itil(*ISSUE, "--unattended", now=NOVEMBER)
    assert second.out.count("\n") == 1 and FOLDER in second.out
    assert desk.git("rev-parse", "HEAD") == head == desk.git("rev-parse", "report/2026-10^{commit}")


def test_unattended_with_a_record_in_fault_leaves_a_draft_and_fails_in_one_line(desk):
    """The draft is not committed and not issued; excluding the record with a reason issues, and says so (未计入)."""
    cases = october(desk)
    case = full(desk, cases["open"])
    path = desk.file(cases["open"])
    good = path.read_text()
    path.write_text(good.replace('stage: "classified"', 'stage: "closed"'))
    desk.git("commit", "-qam", "by hand")
    head = desk.git("rev-parse", "HEAD")
    said = desk.itil(*ISSUE, "--unattended", now=NOVEMBER, code=1)
    assert said.out == "" and said.err.count("\n") == 1 and case in said.err
    assert desk.git("rev-parse", "HEAD") == head
    assert "草稿" in (desk.root / FOLDER / "draft.md").read_text()
    assert not (desk.root / FOLDER / "figures.json").exists()
    assert desk.refused(*ISSUE, *TEXT, "--excluding", case, now=NOVEMBER, code=2) == ["E-5.15-reason"]
    wrong = desk.refused(*ISSUE, *TEXT, "--excluding", cases["solved"], "--reason", "x", now=NOVEMBER, code=2)
    assert wrong == ["E-5.15-excluding"]
    desk.itil(*ISSUE, *TEXT, "--excluding", cases["open"], "--reason", "正在更正", now=NOVEMBER)
    assert not (desk.root / FOLDER / "draft.md").exists()
    document = json.loads((desk.root / FOLDER / "figures.json").read_text())
    assert document["excluded"] == [{"id": case, "reason": "正在更正"}]
    assert document["figures"]["incidents_total"]["value"] == 2
    page = (desk.root / FOLDER / "report.md").read_text()
    assert "未计入" in page and "正在更正" in page
    path.write_text(good)
    desk.git("commit", "-qam", "mended")
    later = desk.itil("report", "2026-11", "--json", now="2026-12-02T08:00:00+08:00").json["corrections"]
    total = next(row for row in later if (row["figure"], row["part"]) == ("incidents_total", ""))
    assert (total["month"], total["issued"], total["now"], total["incidents"]) == ("2026-10", 2, 3, [case])


def test_flags_that_mean_nothing_together_are_refused(desk):
    """Each contradiction in one message."""
    for words in (
        ("--issue", "--verify"), ("--unattended",), ("--notify",), ("--all",), ("--reason", "x"),
        ("2026-09", "2026-10"), ("2026-09", "--from", "2026-01"), ("--issue", "-o", "第一人民医院"),
        ("--as-of", "HEAD", "--verify"),
    ):  # fmt: skip
        assert set(desk.refused("report", *words, code=2)) == {"E-5.15-flags"}, words
    assert desk.refused("report", "--from", "2026-09", "--to", "2026-08", code=2) == ["E-5.15-months"]
    desk.itil("tag", code=None)
    desk.git("tag", "report/2026-10")
    assert desk.refused(*ISSUE, *TEXT, code=1) == ["E-5.15-tag"]
    assert desk.refused("report", "--issue", "--from", "2026-08", "--to", "2026-09", *TEXT, code=1) == ["E-5.15-months"]


@pytest.mark.covers("B20")
def test_preflight_names_whom_to_ask_and_what_to_type(desk):
    """A running month: a record in fault, no text, no calendar; 1 while something stands in the way."""
    cases = october(desk)
    path = desk.file(cases["open"])
    path.write_text(path.read_text().replace('stage: "classified"', 'stage: "closed"'))
    desk.git("commit", "-qam", "by hand")
    said = desk.itil("report", "--preflight", "--json", now="2026-10-25T08:00:00+08:00", code=1).json
    assert said["month"] == "2026-10"
    found = {row["kind"]: row for row in said["obstacles"]}
    assert found["record"]["people"] == ["张三"] and found["record"]["command"] == f"itil check {cases['open']}"
    assert found["comment"]["command"] == "itil report edit 2026-10"
    assert found["calendar"]["command"] == "itil calendar update 2026"
    page = desk.itil("report", "--preflight", now="2026-10-25T08:00:00+08:00", code=1).out
    assert "→ itil report edit 2026-10" in page
