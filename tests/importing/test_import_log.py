"""A slice of a real log through the real command line: what comes out, what checks, what a second run adds."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import PEOPLE, SETTINGS, TestDesk

from itilcli.store import yaml

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
LOG, MAP = EXAMPLES / "uci-1000.csv.gz", EXAMPLES / "uci-incident-log.yaml"
SEVERITY = {"1": "high", "2": "high", "3": "medium", "4": "low"}


def last_rows() -> dict[str, dict[str, str]]:
    """The last row of each incident of the slice, read without our own code."""
    with gzip.open(LOG, "rt", encoding="utf-8", newline="") as file:
        return {row["number"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> TestDesk:
    """A desk that has the slice; tests read it only, or copy it."""
    root = tmp_path_factory.mktemp("imported") / "desk"
    root.mkdir()
    (root / "desk.yaml").write_text(SETTINGS, encoding="utf-8")
    (root / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    desk = TestDesk(root)
    desk.git("init", "-q", "-b", "main")
    desk.git("config", "user.name", "张三")
    desk.git("config", "user.email", "zhang@example.com")
    desk.commit("a desk")
    desk.itil("import", str(LOG), "--map", str(MAP))
    return desk


@pytest.fixture
def copied(imported: TestDesk, tmp_path: Path) -> TestDesk:
    """A copy of it that a test may write to."""
    shutil.copytree(imported.root, tmp_path / "copy", symlinks=True)
    return TestDesk(tmp_path / "copy")


def incidents(desk: TestDesk) -> list[str]:
    """The text of every incident file."""
    return [path.read_text(encoding="utf-8") for path in sorted(desk.root.glob("records/*/*/*/*.incident.yaml"))]


def by_key(desk: TestDesk, key: str) -> dict[str, object]:
    """A case as `show` tells it, by its key in the log."""
    path = next(
        p for p in desk.root.glob("records/*/*/*/*.incident.yaml") if f'key: "{key}"' in p.read_text(encoding="utf-8")
    )
    return desk.show(path.name.partition(".")[0])


def test_one_commit_with_its_trailers(imported):
    """One commit; the clauses walked; the work tree clean."""
    said = imported.git("log", "-1", "--format=%B")
    assert imported.git("rev-list", "--count", "HEAD").strip() == "2"
    assert imported.git("status", "--porcelain") == ""
    assert "Itil-Action: import" in said and "Itil-Actor: 张三" in said
    assert {"Itil-Clause: 5.1", "Itil-Clause: 5.2", "Itil-Clause: 5.13"} <= set(said.splitlines())


def test_check_finds_no_errors(imported):
    """What the log could not know is a warning, and every history replays."""
    said = imported.itil("check", "--json", "--all")
    assert {problem.get("level", "warning") for problem in said.json} == {"warning"}


@pytest.mark.covers("K1", "K3", "K4")
def test_the_report_agrees_with_counts_made_without_our_code(imported):
    """Total and severities of each month, by the last priority of each incident."""
    expected: dict[str, Counter[str]] = {}
    for row in last_rows().values():
        _, month, year = row["opened_at"].partition(" ")[0].split("/")
        expected.setdefault(f"{year}-{int(month):02}", Counter())[SEVERITY[row["priority"][0]]] += 1
    assert sorted(expected) == ["2016-02", "2016-03", "2016-04", "2016-05"]
    stored = Counter(
        (found["reported_at"][:7], found["severity"])
        for found in (yaml.read(text.encode(), "") for text in incidents(imported))
    )
    assert stored == {(month, name): count for month, counts in expected.items() for name, count in counts.items()}
    counts = expected["2016-04"]
    figures = imported.itil("report", "2016-04", "--format", "json").json["figures"]
    assert figures["incidents_total"]["value"] == sum(counts.values())
    assert {name: figures["by_severity"][name] for name in counts} == counts


def test_closed_without_a_solution_time_is_marked_derived(imported):
    """t2 is the closing time then, and says so."""
    missing = sum(row["resolved_at"] == "?" for row in last_rows().values())
    assert missing > 0
    assert sum("\n  derived: true\n" in text for text in incidents(imported)) == missing


def test_each_case_says_where_it_comes_from(imported):
    """imported, source, and the log's own words."""
    for text in incidents(imported)[:20]:
        assert "\nimported: true\n" in text and '  file: "uci-1000.csv.gz"' in text and '  map: "uci-498"' in text
    case = by_key(imported, "INC0028089")
    assert case["status"] == "completed" and case["channel"] == "hotline"


@pytest.mark.covers("B23")
@pytest.mark.parametrize(
    ("key", "actions"),
    [
        # Its first row bears a time after its solution, out of order: the order of the file is right.
        ("INC0000137", ["new", "classify", "respond", "resolve", "confirm", "archive", "close"]),
        # Two rows in state -100 say nothing.
        ("INC0028089", ["new", "classify", "respond", "resolve", "confirm", "archive", "close"]),
        # Its only row is New, but it was closed.
        ("INC0029233", ["new", "classify", "respond", "resolve", "confirm", "archive", "close"]),
        # An event before the opening; a reassignment.
        ("INC0000130", ["new", "classify", "escalate", "resolve", "confirm", "archive", "close"]),
        # On hold for the customer until it is solved.
        ("INC0000131", ["new", "classify", "respond", "hold", "resume", "resolve", "confirm", "archive", "close"]),
    ],
)
def test_odd_incidents(imported, key, actions):
    """Incidents that contradict themselves become lawful histories."""
    history = by_key(imported, key)["history"]
    told = [entry["action"] for entry in history]
    assert [action for action in told if action != "assign"] == actions
    times = [entry["at"] for entry in history]
    assert times == sorted(times)


def test_a_second_run_adds_nothing(copied):
    """The same log again: no commit."""
    before = copied.git("rev-parse", "HEAD")
    said = copied.itil("import", str(LOG), "--map", str(MAP), "--json").json
    assert (said["imported"], said["known"], said["refused"], said["commit"]) == (0, 1000, 0, None)
    assert copied.git("rev-parse", "HEAD") == before


def test_a_lost_case_comes_back_under_its_id(copied):
    """IDs follow from source and key; a renamed file and hand-edited records are still known."""
    paths = sorted(copied.root.glob("records/2016/03/*/*.incident.yaml"))
    lost, edited = paths[0], paths[1]
    gone = lost.name.partition(".")[0]
    for path in lost.parent.glob(f"{gone}.*"):
        path.unlink()
    text = edited.read_text(encoding="utf-8")
    edited.write_text(text.replace('  key: "', "  key: '", 1).replace('"\n  map:', "'\n  map:", 1), encoding="utf-8")
    copied.commit()
    renamed = copied.root.parent / "again.csv.gz"
    shutil.copy(LOG, renamed)
    said = copied.itil("import", str(renamed), "--map", str(MAP), "--json").json
    assert (said["imported"], said["known"]) == (1, 999)
    assert lost.exists()


def test_a_dry_run_counts_and_writes_nothing(desk):
    """By month, severity, tier and stage."""
    said = desk.itil("import", str(LOG), "--map", str(MAP), "--dry-run", "--json").json
    assert said["by_month"] == {"2016-02": 16, "2016-03": 430, "2016-04": 379, "2016-05": 175}
    assert sum(said["by_severity"].values()) == sum(said["by_tier"].values()) == said["imported"] == 1000
    assert said["by_stage"] == {"closed": 1000} and said["refused"] == 0 and said["commit"] is None
    assert not (desk.root / "records").exists() and desk.git("status", "--porcelain") == ""
    assert said["derived"] == sum(row["resolved_at"] == "?" for row in last_rows().values())


def test_what_a_dry_run_shows_people(desk):
    """A table of counts, one line that sums up, and the commit's message."""
    shown = desk.itil(
        "import", str(EXAMPLES / "ticket-export.csv"), "--map", str(EXAMPLES / "ticket-export.yaml"), "--dry-run"
    ).out
    assert "2026-08" in shown and "ticket-export.csv" in shown and "Itil-Action: import" in shown
    assert not (desk.root / "records").exists()


def test_from_a_shell(desk, tmp_path):
    """`python -m itilcli import` in a process of its own, in a folder of the desk."""
    environ = os.environ | {"PYTHONPATH": str(EXAMPLES.parents[1]), "ITIL_NOW": "2026-11-23T09:00:00+08:00"}
    words = ["import", str(EXAMPLES / "ticket-export.csv"), "--map", str(EXAMPLES / "ticket-export.yaml"), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "itilcli", *words],
        cwd=desk.root,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["imported"] == 5 and said["by_month"] == {"2026-08": 4, "2026-09": 1}
    assert said["by_stage"] == {"tier1": 1, "tier3": 1, "closed": 2, "void": 1}
    assert said["by_tier"] == {"1": 3, "2": 1, "3": 1}
    desk.itil("check")


def test_work_goes_on_with_an_imported_open_case(desk):
    """An open case of one row: on hold at the supplier, owned by tier 1, worked on to its end."""
    desk.itil("import", str(EXAMPLES / "ticket-export.csv"), "--map", str(EXAMPLES / "ticket-export.yaml"))
    case = by_key(desk, "GD-1003")
    assert (case["stage"], case["owner"], case["priority"]) == ("tier3", "陈一", "high")
    assert case["hold"]
    desk.itil("resume", case["id"])
    desk.itil("resolve", case["id"], "--solution", "更换固件", who="李四")
    assert desk.show(case["id"])["stage"] == "resolved"
    desk.itil("check")


def test_only_the_incident_manager_imports(desk):
    """§2.5, and an unknown author is refused."""
    words = ("import", str(LOG), "--map", str(MAP))
    assert desk.refused(*words, who="陈一", code=4) == ["E-5.1-role"]
    assert desk.refused(*words, who="nobody@example.com", code=4) == ["E-actor-unknown"]
