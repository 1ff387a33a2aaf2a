"""An issued report stands: what strangers write into it, kills and second runs, corrections that are told once."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from conftest import FAULT, TestDesk
from month_desk import NOVEMBER, TEXT, october

from itilcli.desk import Desk
from itilcli.journal import Journal
from itilcli.paper import bounds

FOLDER = "records/reports/2026-10"
DECEMBER, JANUARY = "2026-12-02T08:00:00+08:00", "2027-01-02T08:00:00+08:00"


@pytest.fixture
def issued(desk):
    """October's cases and one of a customer with dots in its name; its report is issued."""
    desk.cases = october(desk)
    more = ("-o", "St. Mary. Clinic", *FAULT[2:], "-s", "low", "-q", "一般", "--json")
    desk.dotted = desk.itil("new", *more, now="2026-10-22T10:00:00+08:00").json["id"][-4:]
    desk.itil("report", "2026-10", "--issue", *TEXT, now=NOVEMBER)
    return desk


def corrections(desk, month: str, now: str):
    rows = desk.itil("report", month, "--json", now=now).json["corrections"]
    return {(row["figure"], row["part"]): row for row in rows}


def test_a_customer_that_is_gone_is_told_once_whatever_its_name(issued):
    """Its only case is void by November: told there, and never again."""
    issued.itil("void", issued.dotted, "--reason", "误报", now="2026-11-05T09:00:00+08:00")
    row = corrections(issued, "2026-11", DECEMBER)["incidents_total", "by_customer.St. Mary. Clinic"]
    assert (row["issued"], row["now"]) == (1, None)
    issued.itil("report", "2026-11", "--issue", *TEXT, now=DECEMBER)
    assert corrections(issued, "2026-12", JANUARY) == {}


def test_a_customer_called_value_is_no_total(issued):
    """Names of records mean nothing among the names of figures."""
    more = ("-o", "value", *FAULT[2:], "-s", "low", "-q", "一般", "--at", "2026-10-25 10:00")
    issued.itil("new", *more, now="2026-11-05T09:00:00+08:00")
    found = corrections(issued, "2026-11", DECEMBER)
    assert (found["incidents_total", ""]["issued"], found["incidents_total", ""]["now"]) == (4, 5)
    assert found["incidents_total", "by_customer.value"]["now"] == 1


def test_targets_set_after_the_issue_name_the_file(issued):
    """No case has changed; the figure has, because of desk.yaml."""
    path = issued.root / "desk.yaml"
    path.write_text(path.read_text() + 'response_targets:\n  low: "4h"\n  high: "1h"\n')
    issued.commit()
    assert corrections(issued, "2026-11", DECEMBER)["response_rate", "labelled"]["files"] == ["desk.yaml"]


def test_a_month_issued_after_the_next_does_not_unsettle_what_was_told(issued):
    """November comes after December: what it told last counts, by the time and not by the month."""
    case = issued.cases["open"]
    issued.itil("classify", case, "-s", "medium", "--reason", "x", now="2026-12-05T09:00:00+08:00")
    issued.itil("report", "2026-12", "--issue", *TEXT, now=JANUARY)
    issued.itil("classify", case, "-s", "low", "--reason", "y", now="2027-01-03T09:00:00+08:00")
    issued.itil("report", "2026-11", "--issue", *TEXT, now="2027-01-04T08:00:00+08:00")
    assert corrections(issued, "2027-01", "2027-02-02T08:00:00+08:00") == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("as_of", "2026-11-01"),
        ("as_of", "x"),
        ("corrections", [None]),
        ("corrections", [{"month": "2026-10", "figure": "a", "part": "b", "now": {"value": "x"}}]),
        ("excluded", [{"id": 1}]),
        ("forecast", {"points": [{"month": "2026-11", "value": 1, "80": [1]}]}),
        ("comment", 7),
        ("figures", {"incidents_total": 1}),
        ("figures", {"satisfaction": {"value": "x", "numerator": [], "denominator": {}}}),
        ("figures", {"incidents_total": {"by_customer": {"a": {}}}}),
        ("figures", {"incidents_total": {"value": float("nan")}}),
        ("figures", {"incidents_total": {"value": 10**30}}),
        ("figures", {"incidents_total": {"value": "\ud800"}}),
    ],
)
def test_a_figures_file_with_wrong_types_is_one_clear_refusal(issued, field, value):
    """In verifying it and in the next report."""
    path = issued.root / FOLDER / "figures.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    for words in (("2026-10", "--verify"), ("2026-11",)):
        assert issued.refused("report", *words, now=DECEMBER, code=5) == ["E-5.15-file"]


def test_lists_of_wrong_types_and_another_time_are_deviations(issued):
    """Nothing of them is laid out: the pages come from the commit."""
    path = issued.root / FOLDER / "figures.json"
    good = json.loads(path.read_text())
    deep: list[object] = []
    for _ in range(300):
        deep = [deep]
    for field, value in (("lists", 7), ("lists", deep), ("trend", None), ("as_of", "2026-11-05T00:00:00+08:00")):
        path.write_text(json.dumps(good | {field: value}))
        said = issued.itil("report", "2026-10", "--verify", "--json", now=DECEMBER, code=1).json
        assert [row["figure"] for row in said["differences"]] == [field]


def test_another_time_zone_or_other_line_ends_are_no_deviation(issued):
    """The desk's zone of then counts; git may have changed line ends (core.autocrlf)."""
    path = issued.root / "desk.yaml"
    path.write_text(path.read_text().replace("Asia/Shanghai", "America/New_York"))
    issued.commit()
    page = issued.root / FOLDER / "report.md"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert issued.itil("report", "2026-10", "--verify", "--json", now=DECEMBER).json["ok"]


def test_folders_of_years_that_are_none_are_passed_over(issued):
    """0001-01 and 9999-12 are no months of a report."""
    for name in ("0001-01", "9999-12", "2026-13"):
        (issued.root / f"records/reports/{name}").mkdir()
        (issued.root / f"records/reports/{name}/figures.json").write_text("{}")
    issued.itil("report", "2026-11", now=DECEMBER)
    issued.itil("report", "--verify", "--all", now=DECEMBER)


def test_what_a_killed_run_left_is_not_issued(desk, monkeypatch):
    """Killed while it wrote the files: the next run issues, it does not take the files for the report."""
    october(desk)
    whole = TestDesk(desk.root.parent / "whole")
    shutil.copytree(desk.root, whole.root, symlinks=True)
    monkeypatch.setattr("itilcli.journal.commit.intent.record_commit", lambda *_: os._exit(9))
    child = os.fork()
    if not child:
        desk.itil("report", "2026-10", "--issue", "--unattended", now=NOVEMBER, code=None)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    monkeypatch.undo()
    assert (desk.root / FOLDER / "figures.json").is_file() and Journal.open(desk.root).in_flight()
    desk.itil("report", "2026-10", "--issue", "--unattended", now=NOVEMBER)
    assert desk.git("tag").split() == ["report/2026-10"] and not desk.git("status", "--porcelain")


@pytest.mark.parametrize("name", ["figures.json", "comment.md"])
def test_a_pipe_in_the_place_of_a_file_is_refused(desk, name):
    """Nobody waits for it to be written."""
    (desk.root / FOLDER).mkdir(parents=True)
    os.mkfifo(desk.root / FOLDER / name)
    assert desk.refused("report", "2026-10", "--issue", *TEXT, now=NOVEMBER, code=5) == ["E-desk-path"]


def test_drafts_do_not_leave_the_desk(desk, tmp_path):
    """records/reports/2026-10 leads out of it; and a folder called draft.md does no harm."""
    (tmp_path / "outside").mkdir()
    (desk.root / "records/reports").mkdir(parents=True)
    (desk.root / FOLDER).symlink_to(tmp_path / "outside")
    from itilcli.actions.month.issuing import Order, write_draft
    from itilcli.errors import Refused
    from itilcli.figures.period import Period

    made = Desk.open(str(desk.root), {"ITIL_NOW": NOVEMBER, "GIT_AUTHOR_EMAIL": "zhang@example.com"})
    with pytest.raises(Refused):
        write_draft(made, Order(Period(2026, 10, made.zone)))
    assert not list((tmp_path / "outside").iterdir())
    (desk.root / FOLDER).unlink()
    (desk.root / FOLDER / "draft.md").mkdir(parents=True)
    desk.itil("report", "2026-10", "--issue", *TEXT, now=NOVEMBER)


@pytest.mark.parametrize(
    "template",
    ["{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
     "{% for a in range(9999) %}{{ 'x' * 99 }}{% endfor %}", "{{ 'a'|center(10**10) }}"],
)  # fmt: skip
def test_a_template_without_end_is_refused(desk, monkeypatch, template):
    """A desk's own template, by time, by what it writes, by memory."""
    monkeypatch.setattr(bounds, "SECONDS", 1)
    monkeypatch.setattr(bounds, "LARGEST", 500_000)
    (desk.root / "templates").mkdir()
    (desk.root / "templates/report.md.j2").write_text(template)
    desk.commit()
    assert desk.refused("report", "2026-10", "--format", "md", now=NOVEMBER, code=5) == ["E-paper-template"]
