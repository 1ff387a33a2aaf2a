"""A report given out of the index is, to the last letter, the one that is made of the files."""

from __future__ import annotations

import datetime
import json
import os
import sqlite3
from dataclasses import replace

import pytest
from conftest import TestDesk
from month_desk import NOVEMBER, TEXT, october

from itilcli.actions.month.facts import facts
from itilcli.actions.month.preflight import preflight
from itilcli.actions.month.rows import CLOCKS
from itilcli.desk import Desk
from itilcli.figures.facts import Call, Complained, Deadline, Facts
from itilcli.figures.packed import packed, unpacked
from itilcli.figures.particulars import Approved, HandOff, Particulars, Reopened
from itilcli.figures.period import parse_month
from itilcli.figures.trail import Hold, Span
from itilcli.procedure import checks
from itilcli.procedure.watched import Watched

DECEMBER = "2026-12-02T08:00:00+08:00"
AT = datetime.datetime(2026, 10, 8, 2, 0, tzinfo=datetime.UTC)
ODD = datetime.datetime(1969, 12, 31, 23, 59, 59, 250_000, tzinfo=datetime.UTC)
FULL = Facts(
    "INC-20261008-AB12", "读卡器\udc00", major=False, imported=True, tier=3, reported_at=ODD, closed_at=AT, agreed=(AT, ODD),
    spans=(Span(AT, 1, "workaround", undone_at=ODD), Span(ODD, derived=True)), holds=(Hold("customer", AT),),
    tiers=(1, 3), visited=True, calls=(Call(AT, "reached", 5, "好"), Call(ODD)), complaints=(Complained(AT),),
    follow_up=Deadline(AT.date(), 5, datetime.date.max), countersignatures=(Deadline(AT.date(), 1),), broken=("B4", "B13"),
    particulars=Particulars(
        (Approved("work-order-1", AT, kind="verbal"),), (AT,), (ODD,), (Reopened(AT, "又来了"),),
        (HandOff("configuration", done=False),), ("KB-1",), told_at=AT, late_entries=(AT, AT),
    ),
)  # fmt: skip


def same(desk: TestDesk, month: str = "2026-10", now: str = NOVEMBER, *more: str) -> str:
    """The document with the index, twice, and without it: all three are the same."""
    words = ("report", month, "--format", "json", *more)
    found = {desk.itil(*words, now=now).out, desk.itil(*words, now=now).out}
    found.add(desk.itil("--no-index", *words, now=now).out)
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize("row", [FULL, Facts("INC-20261008-AB12"), replace(FULL, spans=(), particulars=Particulars())])
def test_a_row_comes_back_as_it_was_packed(row):
    """Fractions of a second, times before 1970, the last of all days, half characters, None, False and 0."""
    (back,) = unpacked([packed(row)])
    assert back == row and repr(back) == repr(row) and type(back) is Facts and hash(back) == hash(row)
    with pytest.raises(AttributeError):
        back.title = "changed"


@pytest.mark.parametrize("text", ["[0]", "[]", "{}", "[-1]", '[1,"a","b"]', "[1]", "nothing", f'[{1 << 60},"a"]'])
def test_what_is_no_row_is_refused(text):
    """A text that was not packed here makes no row."""
    with pytest.raises((ValueError, TypeError, LookupError, RuntimeError)):
        list(unpacked([text]))


def test_the_report_follows_every_change(desk):
    """Cases, hand edits, files of the desk, what is not committed, the clock, customers and months in turn."""
    cases = october(desk)
    seen = [same(desk)]
    assert same(desk, "2026-09") != seen[0] and same(desk) == seen[0]
    assert same(desk, now="2026-11-30T08:00:00+08:00") == seen[0]
    desk.itil("void", cases["open"], "--reason", "误报", now="2026-11-01T09:00:00+08:00")
    seen.append(same(desk))
    path = desk.file(cases["unhappy"])
    whole = path.read_text()
    path.write_text(whole.replace("重装驱动", "重装系统"))
    seen.append(same(desk))
    assert json.loads(seen[-1])["left_out"] and json.loads(seen[-1])["uncommitted"]
    path.write_text(whole)
    assert same(desk) == seen[1]
    for name, more in (
        ("desk.yaml", "targets:\n  satisfaction: 0.9\n"),
        ("history.csv", "month,incidents_total,resolved,high,medium,low,resolved_tier1,resolved_tier2,resolved_tier3,"
                        "backlog_end,satisfied,scored\n2025-10,9,,,,,,,,,,\n"),
        ("records/notes.txt", "beside the records"),
        ("records/.hidden", "not looked at"),
        ("people.yaml", "# nobody new\n"),
    ):  # fmt: skip
        file = desk.root / name
        file.write_text((file.read_text() if file.is_file() else "") + more)
        seen.append(same(desk))
        desk.commit()
        seen.append(same(desk))
    assert len(set(seen)) == len(seen)


def test_the_clock_counts_where_it_is_asked(desk):
    """A month that runs and the same month over; the index keeps neither for the other."""
    october(desk)
    running = same(desk, now="2026-10-25T08:00:00+08:00")
    assert json.loads(running)["state"] == "running"
    assert json.loads(same(desk))["state"] == "over"
    assert same(desk, now="2026-10-25T08:00:00+08:00") == running


def test_a_customers_own_report_is_kept_apart(desk):
    """The whole report and that of a customer, in turn."""
    october(desk)
    name = json.loads(same(desk))["lists"]["incidents"][0]["customer"]
    own = same(desk, "2026-10", NOVEMBER, "--organisation", name)
    assert json.loads(own)["scope"] and json.loads(same(desk))["scope"] is None
    assert same(desk, "2026-10", NOVEMBER, "--organisation", name, "--comment", "致客户") != own


def test_corrections_are_explained_alike(desk):
    """An issued report and a case that changed it later."""
    cases = october(desk)
    desk.itil("report", "2026-10", "--issue", *TEXT, now=NOVEMBER)
    assert json.loads(same(desk, "2026-11", DECEMBER))["corrections"] == []
    desk.itil("void", cases["open"], "--reason", "误报", now="2026-11-05T09:00:00+08:00")
    found = json.loads(same(desk, "2026-11", DECEMBER))["corrections"]
    assert found and all(row["incidents"] for row in found)
    assert desk.itil("report", "--verify", "2026-10", now=DECEMBER).code == 0
    desk.itil("report", "2026-11", "--issue", *TEXT, now=DECEMBER)
    assert json.loads(same(desk, "2026-12", "2027-01-02T08:00:00+08:00"))["corrections"] == []


def test_a_spoilt_row_is_read_anew_from_the_files(desk):
    """What stands in the index and is no row does no harm."""
    october(desk)
    right = same(desk)

    path = desk.root / ".git/itil-index.sqlite"
    before = path.stat()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE memos SET data = '[7]' WHERE kind = 'facts'")
        db.execute("DELETE FROM answers")
    db.close()

    os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))
    assert same(desk) == right


def test_rows_and_obstacles_are_those_of_the_files(desk, monkeypatch):
    """The rows of the index in the order of the files; what a preflight finds."""
    cases = october(desk)
    path = desk.file(cases["unhappy"])
    path.write_text(path.read_text().replace("重装驱动", "重装系统"))
    monkeypatch.setenv("ITIL_NOW", NOVEMBER)
    kept = Desk.open(str(desk.root))
    month = parse_month("2026-10", kept.now, kept.zone)
    rows, obstacles = facts(kept), preflight(kept, month)
    monkeypatch.setenv("ITIL_NO_INDEX", "1")
    plain = Desk.open(str(desk.root))
    assert facts(plain) == rows and preflight(plain, month) == obstacles
    assert len(rows.left_out) == 1 and any(one.kind == "record" for one in obstacles)


def test_no_error_of_a_case_depends_on_the_clock(desk, monkeypatch):
    """So that a row holds on any day: only warnings ask what day it is."""
    october(desk)
    monkeypatch.setenv("ITIL_NOW", NOVEMBER)
    opened = Desk.open(str(desk.root))
    asked = 0
    for stored in opened.cases():
        found = []
        for clock in (opened.now, *CLOCKS):
            world = Watched(replace(opened.world(), now=clock))
            found.append([one.code for one in checks.check_case(stored.case, world) if one.level == "error"])
            asked += world.was_asked
        assert found[0] == found[1] == found[2]
    assert asked


def test_the_page_follows_the_desks_own_template(desk):
    """A page given again, one by a template of the desk, and the first one again."""
    october(desk)
    pages = [desk.itil(*no, "report", "2026-10", now=NOVEMBER).out for no in ((), (), ("--no-index",))]
    assert pages[0] == pages[1] == pages[2]
    (desk.root / "templates").mkdir()
    (desk.root / "templates/report.md.j2").write_text("our own page\n")
    desk.commit()
    assert desk.itil("report", "2026-10", now=NOVEMBER).out.strip() == "our own page"
    desk.git("rm", "-rq", "templates")
    desk.commit()
    assert "our own page" not in desk.itil("report", "2026-10", now=NOVEMBER).out
