"""A case at a glance: flat, whole without clock or people, and the same rules for it as for the case."""

from __future__ import annotations

import csv
import io
import pickle
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from itilcli.actions.looking.listing import chosen, wanted, whole
from itilcli.actions.waiting.chasing import chasing
from itilcli.actions.waiting.deadlines import deadlines, overdue
from itilcli.desk import Desk
from itilcli.procedure.exceptions import EXCEPTION, EXCEPTIONS
from itilcli.procedure.glance import Glance, glance_of
from itilcli.procedure.naming import standing

NOW = "2026-11-25T09:00:00+08:00"


@pytest.fixture
def lively(desk):
    """A case that is late and chased, one on hold that belongs to it, one solved by a workaround, one not graded yet."""
    with (desk.root / "desk.yaml").open("a") as file:
        file.write('response_targets: {high: "30m", medium: "2h", low: "8h", consultation: "1d"}\n')
    late = desk.new("--supplier", "数据库公司", "--contract", "HT-1", "--due", "2026-11-24T18:00:00+08:00")
    desk.itil("note", late, "再催", "--from-customer", now="2026-11-24T09:00:00+08:00")
    desk.itil(
        "agree", late, "--until", "2026-11-24T12:00:00+08:00", "--reason", "等备件", now="2026-11-23T10:00:00+08:00"
    )
    held = desk.new("--project", "医保接口", "-s", "high", "-q", "重要紧急", "--major", "--notified")
    desk.itil("hold", held, "--on", "customer", "--reason", "等客户回电", now="2026-11-23T09:30:00+08:00")
    desk.itil("link", held, "--parent", late, now="2026-11-23T09:40:00+08:00")
    desk.new("--solution", "重启", "--kind", "workaround", "--confirmed-by", "张三丰", "--rest", "none")
    return desk


def opened(desk) -> Desk:
    return Desk.open(str(desk.root), {"ITIL_NOW": NOW, "GIT_AUTHOR_EMAIL": "zhang@example.com"})


def test_a_glance_is_flat(lively):
    for row in opened(lively).glances([]):
        assert all(type(one) in (str, int, bool, type(None), datetime, date, tuple) for one in row)
        assert all(type(part) is str for one in row if type(one) is tuple for part in one)
        assert pickle.loads(pickle.dumps(row)) == row


def test_each_rule_says_the_same_of_a_case_and_of_its_glance(lively):
    desk = opened(lively)
    world, seen = desk.world(), set()
    for stored in desk.cases():
        case, row = stored.case, glance_of(stored.case)
        for rule in (deadlines, overdue):
            assert rule(case, world) == rule(row, world)
            seen |= {rule.__name__ for _ in rule(row, world)}
        assert chasing(case) == chasing(row)
        assert standing(case) == standing(row)
        assert case.began == row.began
        assert row.exceptions == tuple(code for code in EXCEPTION if EXCEPTIONS[code](case))
        assert not row.as_written and not row.place
        seen |= {"chased"} if row.chased else set()
        seen |= {"pending"} if row.root_cause_pending else set()
    assert seen == {"deadlines", "overdue", "chased", "pending"}


def test_children_stand_under_their_parent_and_nowhere_else(lively):
    rows = {row["id"]: row["children"] for row in lively.itil("list", "--json", "--limit", "99", now=NOW).json}
    (children,) = [found for found in rows.values() if found]
    assert [(one["title"], one["status"]) for one in children] == [("读卡器无法识别", "open")]
    assert list(children[0]) == ["id", "organisation", "title", "stage", "status"]


@pytest.mark.parametrize(
    ("typed", "narrow"),
    [
        ({}, {}),
        ({"open": True, "severity": ("高,中",)}, {"status": {"open"}, "severity": {"high", "medium"}}),
        ({"tier": ("二线", "3"), "on": ("customer",)}, {"tier": {"2", "3"}, "hold": {"customer"}}),
        ({"organisation": "人民", "assignee": "张三", "month": "2026-11", "major": True}, {}),
    ],
)
def test_what_narrows_leaves_no_case_out_that_the_questions_want(lively, typed, narrow):
    desk = opened(lively)
    wish, rows = wanted(desk, typed), list(desk.glances([]))
    assert {column: set(known) for column, known in wish.narrow.items()} == narrow
    few = [row for row in rows if all(str(getattr(row, name)) in known for name, known in wish.narrow.items())]
    assert chosen(few, wish, desk.world()) == chosen(rows, wish, desk.world())


def test_csv_shows_what_the_file_says_where_its_history_says_another_thing(desk):
    case = desk.new()
    file = desk.file(case, "incident")
    path = file if isinstance(file, Path) else desk.root / file
    path.write_text(path.read_text().replace('severity: "low"', 'severity: "high"', 1))
    (row,) = csv.DictReader(io.StringIO(desk.itil("list", "--format", "csv").out))
    assert row["severity"] == "high"
    assert desk.itil("list", "--json").json[0]["severity"] == "high"
    assert desk.itil("list", "--severity", "low", "--json").json, "the filter asks the history"


def test_a_case_that_lies_where_its_name_does_not_say_is_read_from_there(desk):
    case = desk.new()
    desk.new("-y", "第二个")
    (path,) = desk.root.glob(f"records/**/*-{case}.incident.yaml")
    other = path.with_name(path.name.replace(case, "ZZZ1"))
    shutil.copy(path, other)
    other.write_text(other.read_text().replace("3号窗口无法结算", "只在抄件里"))
    strange = desk.root / "records" / "2026" / "01" / "02"
    strange.mkdir(parents=True)
    path.rename(strange / path.name)
    rows = opened(desk).glances([])
    assert [row.place for row in rows if row.place] == [
        f"records/2026/11/23/{other.name.partition('.')[0]}", f"records/2026/01/02/{path.name.partition('.')[0]}",
    ]  # fmt: skip
    told = [one["business_impact"] for one in desk.itil("list", "--json").json]
    assert sorted(told) == ["3号窗口无法结算", "3号窗口无法结算", "只在抄件里"]
    here = opened(desk)
    found: list[Glance] = list(here.glances([]))
    assert [glance_of(one, row.place) for one, row in zip(whole(here, found), found, strict=True)] == found
