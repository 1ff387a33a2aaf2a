"""Issued reports stay as they are: what changed since is told in the next, and each can be computed anew."""

from __future__ import annotations

import json

import pytest
from month_desk import NOVEMBER, TEXT, full, october

FOLDER = "records/reports/2026-10"
DECEMBER = "2026-12-02T08:00:00+08:00"


@pytest.fixture
def issued(desk):
    """October's cases, by what became of them; its report is issued."""
    desk.cases = october(desk)
    desk.itil("report", "2026-10", "--issue", *TEXT, now=NOVEMBER)
    return desk


def corrections(desk, month: str = "2026-11", now: str = DECEMBER):
    """The corrections in the report of a later month, by figure and part."""
    rows = desk.itil("report", month, "--json", now=now).json["corrections"]
    return {(row["figure"], row["part"]): row for row in rows}


@pytest.mark.covers("K4", "K11")
def test_resolved_in_one_month_and_reopened_in_the_next(issued):
    """October said it was solved; November tells that it no longer counts as solved then, and names the case."""
    case = full(issued, issued.cases["solved"])
    before = (issued.root / FOLDER / "figures.json").read_bytes()
    issued.itil("reopen", issued.cases["solved"], "--reason", "又坏了", now="2026-11-05T09:00:00+08:00")
    found = corrections(issued)
    row = found["resolved_by_tier", "1"]
    assert (row["month"], row["issued"], row["now"], row["incidents"]) == ("2026-10", 2, 1, [case])
    assert ("reopenings", "") not in found and ("incidents_total", "") not in found
    november = issued.itil("report", "2026-11", "--json", now=DECEMBER).json["figures"]
    assert november["reopenings"]["value"] == 1 and november["backlog_start"]["value"] == 1
    assert (issued.root / FOLDER / "figures.json").read_bytes() == before
    page = issued.itil("report", "2026-11", now=DECEMBER).out
    assert case in page.split("## 14")[1]


@pytest.mark.covers("K1", "K10")
def test_a_late_entry_after_the_issue(issued):
    """A call of October is written in November: one more then, and one more in the backlog that November begins with."""
    late = issued.new("--at", "2026-10-30 16:00", now="2026-11-06T09:00:00+08:00")
    found = corrections(issued)
    row = found["incidents_total", ""]
    assert (row["issued"], row["now"], row["incidents"]) == (3, 4, [full(issued, late)])
    assert found["backlog_end", ""]["now"] == found["backlog_end", ""]["issued"] + 1


@pytest.mark.covers("K3")
def test_regraded_later(issued):
    """The severity is another by now; the total is not."""
    case = issued.cases["open"]
    issued.itil("classify", case, "-s", "medium", "--reason", "影响面小于预期", now="2026-11-04T09:00:00+08:00")
    found = corrections(issued)
    assert (found["by_severity", "high"]["issued"], found["by_severity", "high"]["now"]) == (1, 0)
    assert found["by_severity", "medium"]["incidents"] == [full(issued, case)]
    assert ("incidents_total", "") not in found


def test_a_correction_is_told_once(issued):
    """November told it; December says nothing of it, and tells what changed after November's issue."""
    issued.itil("classify", issued.cases["open"], "-s", "medium", "--reason", "x", now="2026-11-04T09:00:00+08:00")
    issued.itil("report", "2026-11", "--issue", *TEXT, now=DECEMBER)
    january = "2027-01-02T08:00:00+08:00"
    assert corrections(issued, "2026-12", january) == {}
    issued.itil("classify", issued.cases["open"], "-s", "low", "--reason", "y", now="2026-12-05T09:00:00+08:00")
    row = corrections(issued, "2026-12", january)["by_severity", "medium"]
    assert (row["month"], row["issued"], row["now"]) == ("2026-10", 1, 0)


@pytest.mark.covers("B20")
def test_an_issued_report_comes_out_the_same_from_its_commit(issued):
    """Whatever happened since; with --all every one."""
    issued.itil("reopen", issued.cases["solved"], "--reason", "又坏了", now="2026-11-05T09:00:00+08:00")
    said = issued.itil("report", "2026-10", "--verify", "--json", now=DECEMBER).json
    assert said["ok"] and said["differences"] == [] and said["notes"] == []
    issued.itil("report", "2026-11", "--issue", "--unattended", now=DECEMBER)
    both = issued.itil("report", "--verify", "--all", "--json", now="2027-01-02T08:00:00+08:00").json
    assert [(one["month"], one["ok"]) for one in both] == [("2026-10", True), ("2026-11", True)]


def test_a_number_that_was_changed_is_named(issued):
    """In figures.json, in its list of incidents, and on a page; 1 each time."""
    path = issued.root / FOLDER / "figures.json"
    good = path.read_text()
    document = json.loads(good)
    document["figures"]["incidents_total"]["value"] = 4
    document["figures"]["satisfaction"]["numerator"] = 2
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    issued.git("commit", "-qam", "nicer")
    said = issued.itil("report", "2026-10", "--verify", "--json", now=DECEMBER, code=1).json
    found = {row["figure"]: (row["issued"], row["recomputed"]) for row in said["differences"]}
    assert found["incidents_total"] == (4, 3)
    assert found["satisfaction"][0]["numerator"] == 2 and found["satisfaction"][1]["numerator"] == 1
    assert len(said["notes"]) == 2
    document = json.loads(good)
    changed = next(row for row in document["lists"]["incidents"] if row["id"].endswith(issued.cases["unhappy"]))
    changed["severity"] = "high"
    document["figures"]["by_severity"] |= {"high": 2, "low": 1}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    page = issued.itil("report", "2026-10", "--verify", now=DECEMBER, code=1).out
    assert "by_severity.high" in page and changed["id"] in page
    path.write_text(good)
    (issued.root / FOLDER / "report.md").write_text("# 好\n")
    said = issued.itil("report", "2026-10", "--verify", "--json", now=DECEMBER, code=1).json
    assert [row["figure"] for row in said["differences"]] == ["report.md"]
    assert not any("没有事件不同" in note for note in said["notes"])


def test_what_else_was_changed_since_is_named(issued):
    """A target that was met by hand, the manager's text, a page that is gone, a tag that was moved; each by its name."""
    path = issued.root / FOLDER / "figures.json"
    document = json.loads(path.read_text())
    row = next(row for row in document["compared"] if row["figure"] == "backlog_end")
    row["now"] = 0
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    (issued.root / FOLDER / "comment.md").write_text("一切正常\n")
    (issued.root / FOLDER / "report.html").unlink()
    issued.git("tag", "-f", "report/2026-10", "HEAD~1")
    said = issued.itil("report", "2026-10", "--verify", "--json", now=DECEMBER, code=1).json
    found = {one["figure"] for one in said["differences"]}
    assert found == {"compared.backlog_end", "comment.md", "report.html", "report/2026-10"}


def test_an_unreadable_report_does_not_keep_the_others_from_being_verified(issued):
    """With --all each is told of."""
    issued.itil("report", "2026-11", "--issue", "--unattended", now=DECEMBER)
    (issued.root / FOLDER / "figures.json").write_text("{}")
    both = issued.itil("report", "--verify", "--all", "--json", now="2027-01-02T08:00:00+08:00", code=1).json
    assert [(one["month"], one["ok"]) for one in both] == [("2026-10", False), ("2026-11", True)]


@pytest.mark.parametrize(
    "content", ["", "[1]", "{}", '{"month": "2026-10"}', '{"month": "2026-10", "commit": "HEAD"}', "[" * 100_000]
)
def test_a_file_that_is_no_report_is_one_clear_refusal(issued, content):
    """Written by a stranger: no traceback, in verifying and in the next report."""
    (issued.root / FOLDER / "figures.json").write_text(content)
    for words in (("2026-10", "--verify"), ("2026-11",)):
        assert issued.refused("report", *words, now=DECEMBER, code=5) == ["E-5.15-file"]


def test_what_is_not_there_is_said(issued):
    """No such report, no such commit, no commit as old, a commit that is gone."""
    assert issued.refused("report", "2026-09", "--verify", now=DECEMBER, code=3) == ["E-5.15-none"]
    assert issued.refused("report", "2026-10", "--as-of", "2020-01-01", code=3) == ["E-5.15-as-of"]
    assert issued.refused("report", "2026-10", "--as-of", "no-such-tag", code=3) == ["E-desk-revision"]
    path = issued.root / FOLDER / "figures.json"
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"commit": "0" * 40}))
    assert issued.refused("report", "2026-10", "--verify", now=DECEMBER, code=3) == ["E-desk-revision"]


def test_as_of_a_commit_a_tag_or_a_day_is_the_desk_as_it_stood(issued):
    """The same bytes from the tag's parent as from the draft of that day; a later entry is not in it."""
    draft = issued.itil("report", "2026-10", "--as-of", "report/2026-10~1", "--json", now=NOVEMBER).json
    issued.new("--at", "2026-10-30 16:00", now="2026-11-06T09:00:00+08:00")
    for name in ("report/2026-10~1", "2026-11-01"):
        then = issued.itil("report", "2026-10", "--as-of", name, "--json", now=DECEMBER).json
        assert then["figures"] == draft["figures"] and then["commit"] == draft["commit"], name
    assert issued.itil("report", "2026-10", "--json", now=DECEMBER).json["figures"]["incidents_total"]["value"] == 4


def test_a_clone_without_older_commits_does_not_issue_corrections_it_cannot_explain(issued, tmp_path):
    """Nothing is written; after fetching the rest it is issued."""
    issued.itil("classify", issued.cases["open"], "-s", "medium", "--reason", "x", now="2026-11-04T09:00:00+08:00")
    issued.git("clone", "-q", "--depth", "1", f"file://{issued.root}", str(tmp_path / "clone"))
    clone = type(issued)(tmp_path / "clone", DECEMBER)
    for name, value in (("user.name", "desk"), ("user.email", "desk@example.com")):
        clone.git("config", name, value)
    assert clone.refused("report", "2026-11", "--issue", *TEXT, code=1) == ["E-5.15-shallow"]
    clone.git("fetch", "-q", "--unshallow")
    clone.itil("report", "2026-11", "--issue", *TEXT)
