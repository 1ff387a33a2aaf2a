"""`itil sql`: the index as a gift. Anybody may ask it, nobody can change it, and what it says is what the files say."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from itilcli.index.sql import TABLES, views

PROJECT = Path(__file__).resolve().parents[2]
FORMULA = "=1+1"
FORBIDDEN = (
    "DELETE FROM cases", "INSERT INTO meta VALUES ('seal', 1)", "UPDATE trees SET root = ''", "DROP VIEW incidents",
    "CREATE TEMP TABLE mine (a)", "ATTACH '/tmp/other.db' AS other", "VACUUM INTO '{there}'", "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON", "PRAGMA journal_mode = WAL", "SELECT load_extension('x')", "BEGIN IMMEDIATE", "REINDEX",
    "WITH a AS (SELECT 1) DELETE FROM cases",
)  # fmt: skip


@pytest.fixture
def filled(desk: Any) -> tuple[Any, str, str]:
    """A severe case with a remote form, and one whose title would be a formula and steer a terminal."""
    severe = desk.new("-s", "high", "-q", "重要紧急", "--not-major", "--title", "读卡器无法识别")
    desk.itil("remote", severe, "--consent-by", "张三丰", "--tool", "向日葵", "--actions", "重启", "--unsolved")
    formula = desk.new("--title", "占位")
    path = desk.file(formula)
    path.write_text(path.read_text("utf-8").replace('"占位"', json.dumps(FORMULA)), "utf-8")
    desk.commit()
    return desk, severe, formula


def rows(desk: Any, question: str) -> list[dict[str, Any]]:
    """The rows of an answer."""
    found: list[dict[str, Any]] = desk.itil("sql", question, "--json").json
    return found


def held(desk: Any) -> list[str]:
    """What the index holds, but for times."""
    with sqlite3.connect(desk.itil("sql", "--path").out.strip()) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type <> 'index' ORDER BY name")]
        counted = [f"{name} {db.execute(f'SELECT count(*) FROM {name}').fetchone()}" for name in tables]
        return [
            *counted,
            *map(str, db.execute("SELECT * FROM incidents")),
            *map(str, db.execute("SELECT root FROM trees")),
        ]


def test_the_incidents_are_those_of_list(filled: Any) -> None:
    desk, severe, _ = filled
    listed = list(csv.DictReader(io.StringIO(desk.itil("list", "--format", "csv").out)))
    asked = list(csv.DictReader(io.StringIO(desk.itil("sql", "SELECT * FROM incidents", "--format", "csv").out)))
    both = {"id", "title", "status", "stage", "tier", "severity", "priority", "organisation", "phone", "reported_at"}
    for row in listed:
        match = next(one for one in asked if one["id"] == row["id"])
        assert {name: match[name] for name in both} == {name: row[name] for name in both}
    one = rows(desk, f"SELECT * FROM incidents WHERE id LIKE '%{severe}'")[0]
    assert (one["priority"], one["major"], one["forms"]) == ("high", 0, "remote-1")
    assert desk.root / one["path"] == desk.file(severe)


def test_every_answer_is_of_the_files_as_they_are_now(filled: Any) -> None:
    desk, severe, _ = filled
    question = f"SELECT title FROM incidents WHERE id LIKE '%{severe}'"
    rows(desk, question)
    path = desk.file(severe)
    path.write_text(path.read_text("utf-8").replace("读卡器无法识别", "改过的标题", 1), "utf-8")
    assert rows(desk, question) == [{"title": "改过的标题"}]


def test_steps_and_records(filled: Any) -> None:
    desk, severe, _ = filled
    joined = (
        "SELECT action, person FROM steps s JOIN incidents i ON i.id = s.incident WHERE i.id LIKE '%{}' ORDER BY number"
    )
    history = desk.show(severe)["history"]
    assert [row["action"] for row in rows(desk, joined.format(severe))] == [entry["action"] for entry in history]
    files = rows(desk, f"SELECT path, kind, form, size FROM records WHERE incident LIKE '%{severe}' ORDER BY path")
    assert [(row["kind"], row["form"]) for row in files] == [("incident", "incident"), ("remote", "remote-1")]
    assert all((desk.root / row["path"]).stat().st_size == row["size"] for row in files)
    kinds = rows(desk, "SELECT path, kind FROM records WHERE incident IS NULL AND path LIKE '%.yaml'")
    assert {"path": "people.yaml", "kind": "desk"} in kinds


def test_problems_are_those_of_check(filled: Any) -> None:
    desk, severe, _ = filled
    path = desk.file(severe)
    path.write_text(path.read_text("utf-8").replace('severity: "high"', 'severity: "awful"', 1), "utf-8")
    found = desk.itil("check", "--json", "--language", "en", code=1).json
    asked = rows(desk, "SELECT * FROM problems")
    pairs = (("path", "file"), ("line", "line"), ("code", "code"), ("message", "message"), ("hint", "hint"))
    assert asked
    assert [[row[name] for name, _ in pairs] for row in asked] == [[one[name] for _, name in pairs] for one in found]
    desk.git("checkout", "-q", "--", ".")
    left = desk.itil("check", "--json", code=None).json
    assert rows(desk, "SELECT count(*) AS n FROM problems") == [{"n": len(left)}]


@pytest.mark.parametrize("question", FORBIDDEN)
def test_nothing_can_be_changed(filled: Any, tmp_path: Path, question: str) -> None:
    desk, _, _ = filled
    before = held(desk)
    there = tmp_path / "there"
    refused = desk.refused("sql", question.format(there=there), code=2)
    assert refused == ["E-sql-writes"]
    assert held(desk) == before
    assert not there.exists()


def test_a_wrong_question_is_told_in_the_words_of_sqlite(filled: Any) -> None:
    desk, _, _ = filled
    for question in ("SELEC 1", "SELECT * FROM nowhere", "SELECT 1; SELECT 2", "/* nothing */"):
        said = desk.itil("sql", question, "--json", "--language", "en", code=2)
        assert said.codes == ["E-sql-query"]
    assert "no such table: nowhere" in desk.itil("sql", "SELECT * FROM nowhere", code=2).err
    assert desk.refused("sql", "SELECT 1", "--format", "xml", code=2) == ["E-sql-format"]


@pytest.mark.parametrize("question", ["", " ", ";", "/* a remark */"])
def test_an_empty_question_is_none(filled: Any, question: str) -> None:
    desk, _, _ = filled
    assert desk.refused("sql", question, code=2) == ["E-sql-query"]


def test_the_path_answers_nothing_else(filled: Any) -> None:
    desk, _, _ = filled
    assert desk.refused("sql", "--path", "SELECT 1", code=2) == ["E-sql-path-query"]


@pytest.mark.parametrize("question", ["UPDATE incidents SET title = 'x'", "WITH a AS (SELECT 1) DELETE FROM incidents"])
def test_a_view_cannot_be_changed_either(filled: Any, question: str) -> None:
    desk, _, _ = filled
    assert desk.refused("sql", question, code=2) == ["E-sql-writes"]


def test_what_cannot_be_read_is_said(filled: Any) -> None:
    desk, _, _ = filled
    path = next(desk.root.glob("records/*/*/*/*.incident.yaml"))
    path.write_text("id: [", encoding="utf-8")
    said = desk.itil("sql", "SELECT count(*) AS n FROM incidents", "--json")
    assert said.json == [{"n": 1}]
    assert "itil check" in said.err


def test_no_row_is_no_failure(filled: Any) -> None:
    desk, _, _ = filled
    assert desk.itil("sql", "SELECT id FROM incidents WHERE 0").out == ""
    assert rows(desk, "SELECT id FROM incidents WHERE 0") == []


def test_cells_steer_nothing(filled: Any) -> None:
    desk, _, formula = filled
    steering = "title || char(27) || '[31m'"
    question = (
        f"SELECT {steering} AS t, NULL AS none, 1.5 AS half, x'00ff' AS raw FROM incidents WHERE id LIKE '%{formula}'"
    )
    table = desk.itil("sql", question).out
    assert "\x1b" not in table and "=1+1␛[31m" in table and "–" in table
    assert desk.itil("sql", question, "--format", "csv").out.splitlines()[1].startswith("'=1+1")
    written = desk.itil("sql", question, "--json")
    assert "\x1b" not in written.out
    assert written.json == [{"t": f"{FORMULA}\x1b[31m", "none": None, "half": 1.5, "raw": "00ff"}]
    assert rows(desk, "SELECT 1 AS a, 2 AS a, 9e999 AS b") == [{"a": 1, "a_2": 2, "b": "inf"}]


def test_the_question_may_come_in_by_standard_input(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, _, _ = filled
    monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT count(*) AS n\nFROM incidents\n"))
    assert desk.itil("sql", "-", "--json").json == [{"n": 2}]


def test_other_programs_see_the_same_by_the_path(filled: Any) -> None:
    desk, _, _ = filled
    path = Path(desk.itil("sql", "--path").out.strip())
    assert desk.itil("sql", "--path", "--json").json == {"path": str(path)}
    with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as db:
        for table in TABLES:
            counted = rows(desk, f"SELECT count(*) AS n FROM {table.name}")[0]["n"]
            assert db.execute(f"SELECT count(*) FROM {table.name}").fetchone() == (counted,)
    assert rows(desk, "SELECT count(*) AS n FROM incidents") == [{"n": 2}]  # the file is still believed


def test_each_work_tree_has_its_own_rows(filled: Any, tmp_path: Path) -> None:
    desk, severe, _ = filled
    desk.git("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other")
    tree = type(desk)(tmp_path / "tree", desk.now)
    tree.file(severe).unlink()
    assert rows(tree, "SELECT count(*) AS n FROM incidents") == [{"n": 1}]
    assert rows(desk, "SELECT count(*) AS n FROM incidents") == [{"n": 2}]
    for where, count in ((tree, 1), (desk, 2)):
        with sqlite3.connect(where.itil("sql", "--path").out.strip()) as db:
            assert db.execute("SELECT count(*) FROM incidents").fetchone() == (count,)


def test_without_an_index_there_is_nothing_to_ask(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, _, _ = filled
    assert desk.refused("--no-index", "sql", "SELECT 1", code=5) == ["E-sql-index"]
    monkeypatch.setenv("ITIL_NO_INDEX", "1")
    assert desk.refused("sql", "--path", code=5) == ["E-sql-index"]
    monkeypatch.delenv("ITIL_NO_INDEX")
    (desk.root / ".git").rename(desk.root.parent / "elsewhere")
    said = desk.itil("sql", "SELECT 1", "--json", code=5)
    assert said.codes == ["E-sql-index"] and "itil list" in said.err


def test_a_file_that_cannot_be_written_is_done_without(filled: Any) -> None:
    desk, _, _ = filled
    (desk.root / ".git" / "itil-index.sqlite").unlink(missing_ok=True)
    (desk.root / ".git" / "itil-index.sqlite").mkdir()
    (desk.root / ".git" / "itil-index.sqlite" / "full").touch()
    assert rows(desk, "SELECT count(*) AS n FROM incidents") == [{"n": 2}]
    assert rows(desk, "SELECT count(*) > 2 AS n FROM steps") == [{"n": 1}]
    assert desk.itil("sql", "DELETE FROM cases", "--json", code=2).codes == ["E-sql-writes"]
    assert desk.itil("sql", "--path", "--json", code=5).codes == ["E-sql-path"]


def test_ctrl_c_ends_a_question_that_takes_too_long(filled: Any) -> None:
    desk, _, _ = filled
    endless = "WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT count(*) FROM a"
    environ = {**os.environ, "ITIL_DESK": str(desk.root), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, "-m", "itilcli", "sql", endless], env=environ, stderr=subprocess.PIPE
    ) as child:
        time.sleep(3)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=30)
    assert child.returncode == 130


def test_a_question_that_takes_long_keeps_nobody_from_writing_the_index(filled: Any) -> None:
    desk, _, _ = filled
    index = Path(desk.itil("sql", "--path").out.strip())
    endless = "WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT count(*) FROM a, incidents"
    environ = {**os.environ, "ITIL_DESK": str(desk.root), "PYTHONPATH": str(PROJECT)}
    refused, written = 0, False
    with subprocess.Popen(
        [sys.executable, "-m", "itilcli", "sql", endless], env=environ, stderr=subprocess.PIPE
    ) as child:
        while child.poll() is None and not (refused and written):
            with closing(sqlite3.connect(f"{index.as_uri()}?mode=rw", timeout=0, isolation_level=None, uri=True)) as db:
                try:
                    db.execute("BEGIN EXCLUSIVE")
                    written = True
                except sqlite3.OperationalError:
                    refused, written = refused + 1, False
            time.sleep(0.05)
        left = [path.name for path in index.parent.glob("itil-asked-*")]
        asked_on = child.poll() is None
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=30)
    assert refused, "it was asked in its own place at first"
    assert asked_on
    assert written
    assert not left


def test_the_tables_are_told_without_a_desk(desk: Any) -> None:
    told = desk.itil("sql", "--json").json
    assert [table["name"] for table in told] == [table.name for table in TABLES]
    text = desk.itil("sql").out
    assert all(column.name in text for table in TABLES for column in table.columns)
    for table in told:
        asked = {row["name"] for row in rows(desk, f"PRAGMA table_info({table['name']})")}
        assert asked == {column["name"] for column in table["columns"]}


def test_joins_use_the_index(filled: Any) -> None:
    """None of the views is walked once a row of another one, however many cases there are."""
    desk, _, _ = filled
    with sqlite3.connect(desk.itil("sql", "--path").out.strip()) as db:
        for joined in (
            "steps s ON s.incident = i.id",
            "records s ON s.incident = i.id",
            "incidents s ON s.id = i.parent",
        ):
            for join in ("JOIN", "LEFT JOIN"):
                asked = f"EXPLAIN QUERY PLAN SELECT count(*) FROM incidents i {join} {joined}"
                plan = [row[3] for row in db.execute(asked)]
                assert any("(id=?" in line or "(incident=?" in line for line in plan), (joined, join, plan)


def test_the_views_of_a_tree_are_only_of_it() -> None:
    assert all("tree = 7" in made for _, made in views(7))
