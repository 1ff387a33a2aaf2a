"""`itil list`: every filter, the order, CSV that no spreadsheet runs, and wide characters in line."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from itilcli.cli.app import run
from itilcli.cli.commands import COMMANDS
from itilcli.cli.screen import width
from itilcli.formats.formula import harmless

HOSTILE = Path(__file__).resolve().parents[1] / "data" / "hostile" / "csv_injection.jsonl"


def ids(said):
    return [row["id"].rpartition("-")[2] for row in said.json]


@pytest.fixture
def desk_of_four(desk):
    """Low and closed in October; high and with tier 2; on hold; with a supplier."""
    fixed = ("--solution", "重新插拔", "--confirmed-by", "张三丰", "--rest", "none")
    closed = desk.new(*fixed, now="2026-10-31T23:59:59+08:00")
    high = desk.new("-s", "high", "-q", "重要紧急", "--major", "--notified", now="2026-11-20T09:00:00+08:00")
    desk.itil("respond", high, "-k", "none", now="2026-11-20T09:10:00+08:00")
    escalated = ("--to", "tier2", "--reason", "unresolved", "--tried", "重装", "--assignee", "李四")
    desk.itil("escalate", high, *escalated, now="2026-11-20T09:20:00+08:00")
    held = desk.new("--project", "医保接口", now="2026-11-21T10:00:00+08:00")
    desk.itil("hold", held, "--on", "customer", "--reason", "等客户回电", now="2026-11-21T10:05:00+08:00")
    supplied = desk.new(
        "--supplier", "数据库公司", "--contract", "HT-1", "--due", "2026-11-22T18:00:00+08:00",
        now="2026-11-22T11:00:00+08:00",
    )  # fmt: skip
    return desk, closed, high, held, supplied


def test_open_cases_come_first_and_the_newest_of_them_on_top(desk_of_four):
    desk, closed, high, held, supplied = desk_of_four
    assert ids(desk.itil("list", "--json")) == [supplied, held, high, closed]
    lines = desk.itil("list").out.splitlines()
    assert [line.split()[0].rpartition("-")[2] for line in lines[1:]] == [supplied, held, high, closed]


def test_each_filter_finds_what_it_names(desk_of_four):
    desk, closed, high, held, supplied = desk_of_four
    everything = {closed, high, held, supplied}
    for words, expected in {
        "--open": {high, held, supplied},
        "--completed": {closed},
        "--mine": everything,
        "--tier 二线": {high},
        "--tier 2 --tier 3": {high},
        "--severity 高": {high},
        "--severity high,low": everything,
        "--type 咨询": set(),
        "--stage closed": {closed},
        "--organisation 第一人民": everything,
        "-o 第二": set(),
        "--project 医保": {held},
        "--supplier 数据库": {supplied},
        "--assignee 李四": {high},
        "--assignee li@example.com": {high},
        "--assignee 早已离职": set(),
        "--hold": {held},
        "--on 等待客户": {held},
        "--on supplier": set(),
        "--major": {high},
        "--overdue": {supplied},
        "--month 2026-10": {closed},
        "--month last": {closed},
        "--month 2026-11": {high, held, supplied},
        "--form remote": everything,
        "--form 项目技术支持工单": set(),
        "--form JQ-ITSMS-04-01-03": set(),
        "--root-cause-pending": set(),
        "--open --severity low --month 2026-11": {held, supplied},
    }.items():
        assert set(ids(desk.itil("list", "--json", *words.split()))) == expected, words


def test_a_deputy_of_the_tier_sees_only_what_is_his(desk_of_four):
    desk, _, high, _, _ = desk_of_four
    assert ids(desk.itil("list", "--mine", "--json", who="李四")) == [high]
    assert desk.itil("list", "--mine", who="nobody@example.com", code=4).err


def test_order_and_limit(desk_of_four):
    desk, closed, high, held, supplied = desk_of_four
    assert ids(desk.itil("list", "--json", "--sort", "reported")) == [closed, high, held, supplied]
    assert ids(desk.itil("list", "--json", "--sort", "-reported", "-n", "2")) == [supplied, held]
    assert ids(desk.itil("list", "--json", "--sort", "severity", "--limit", "1")) == [high]
    assert ids(desk.itil("list", "--json", "--sort", "-closed"))[0] == closed, "those without a value come last"


def test_what_means_nothing_is_told_at_once(desk):
    words = [
        "--tier",
        "9",
        "--severity",
        "x",
        "--month",
        "2026-13",
        "--form",
        "paper",
        "--sort",
        "colour",
        "--limit",
        "0",
        "--format",
        "xml",
    ]
    said = desk.itil("list", *words, "--json", code=2)
    wrong = {problem["where"] for problem in said.json["error"]["problems"]}
    assert {"--tier", "--severity", "--form", "--sort", "--limit", "--format"} <= wrong
    assert "E-5.15-month" in said.codes


def test_an_empty_list_is_no_failure(desk):
    said = desk.itil("list", "--severity", "high")
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert desk.itil("list", "--quiet").err == ""
    assert desk.itil("list", "--json").json == []
    assert desk.itil("list", "--format", "csv").out.count("\n") == 1


def test_the_json_is_that_of_show_without_history_and_forms(desk_of_four):
    desk, _, high, *_ = desk_of_four
    whole = desk.show(high)
    listed = desk.itil("list", "--json", "--severity", "high").json[0]
    assert listed == {name: value for name, value in whole.items() if name not in ("history", "forms")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_columns_stand_in_line_in_either_language(desk_of_four, language):
    desk, *_ = desk_of_four
    lines = desk.itil("list", "--language", language).out.splitlines()
    stage = {"zh": "阶段", "en": "stage"}[language]
    label = {"zh": "二线处理中", "en": "with tier 2"}[language]
    column = width(lines[0][: lines[0].index(stage)])
    row = next(line for line in lines if label in line)
    assert width(row[: row.index(label)]) == column
    assert "\x1b" not in "".join(lines)


def test_colours_when_they_are_asked_for(desk_of_four):
    desk, *_ = desk_of_four
    assert "\x1b[31m" in desk.itil("list", "--color", "always").out, "what is late is red"


def test_csv_starts_no_formula(desk):
    attacks = [json.loads(line)["s"] for line in HOSTILE.read_text(encoding="utf-8").splitlines()]
    attacks = [text for text in attacks if text.isprintable()][:12]
    for text in attacks:
        desk.new("--title", text, "--project", text)
    out = desk.itil("list", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert sorted(row["title"].removeprefix("'") for row in rows) == sorted(attacks)
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(tuple("=+-@\t\r＝＋－＠")), cell
    assert rows[0]["organisation"] == "第一人民医院"
    assert not out.startswith("\ufeff")


@pytest.mark.parametrize("text", [json.loads(line)["s"] for line in HOSTILE.read_text(encoding="utf-8").splitlines()])
def test_no_cell_looks_like_a_formula(text):
    cell = harmless(text)
    assert cell in (text, f"'{text}")
    assert not cell.lstrip().startswith(tuple("=+-@\t\r\n＝＋－＠"))


def test_a_broken_record_is_told_and_the_rest_is_shown(desk):
    good, bad = desk.new(), desk.new()
    desk.file(bad).write_text("id: [\n", encoding="utf-8")
    said = desk.itil("list", "--json")
    assert ids(said) == [good]
    assert "1" in said.err


def test_open_and_completed_exclude_each_other(desk):
    assert desk.refused("list", "--open", "--completed", code=2) == ["E-list-contradiction"]


class Terminal(io.StringIO):
    """A dumb terminal as wide as COLUMNS says."""

    def isatty(self):
        return True


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [120, 100, 80, 60, 40])
def test_a_narrow_screen_cuts_no_id_and_no_time(desk_of_four, monkeypatch, columns, language):
    desk, *codes = desk_of_four
    codes.append(desk.new("--title", "很长的标题" * 20, "-o", "很长的单位名称" * 9))
    for name, value in {"COLUMNS": str(columns), "TERM": "dumb", "ITIL_NOW": desk.now}.items():
        monkeypatch.setenv(name, value)
    screen = Terminal()
    with redirect_stdout(screen):
        assert run(COMMANDS, ["list", "--desk", str(desk.root), "--language", language]) == 0
    lines = screen.getvalue().splitlines()
    assert len(lines) == 6
    assert all(width(line) <= columns for line in lines)
    for line in lines[1:]:
        found = re.match(r"(\S+) +\d\d-\d\d \d\d:\d\d( |$)", line)
        assert found, line
        assert found[1].rpartition("-")[2] in codes


@pytest.mark.parametrize("columns", [80, 60])
def test_a_title_gives_way_before_all_else(desk, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "dumb")
    desk.new("--title", "很长的标题" * 20)
    screen = Terminal()
    with redirect_stdout(screen):
        assert run(COMMANDS, ["list", "--desk", str(desk.root), "--language", "zh"]) == 0
    _, row = screen.getvalue().splitlines()
    assert "很长" in row
    assert "…" in row
    assert ("第一人民医院" if columns == 80 else "第一人民…") in row
    assert "一线处理中" in row or "已分类" in row
