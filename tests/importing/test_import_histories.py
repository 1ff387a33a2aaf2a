"""Small logs and the histories they become: each rule of docs/importing.md with its sample."""

from __future__ import annotations

import pytest
from test_import_faults import HEADER, MAP, write

from itilcli.store import yaml


def case(desk, rows: str, map_: str = MAP) -> dict:
    """The one incident that the rows make, as its file holds it."""
    desk.itil(*write(desk, HEADER + rows, map_))
    desk.itil("check")
    path = next(desk.root.glob("records/2016/*/*/*.incident.yaml"))
    return yaml.read(path.read_bytes(), path.name)


def row(state: str, changed: str, *, solved: str = "", closed: str = "", group: str = "A", prio: str = "3") -> str:
    """One event of incident 1, opened on 1 March 2016 at 10:00; times without a day are of that day."""
    times = [f"2016-03-01 {time}" if len(time) == 5 else time for time in (changed, solved, closed)]
    return f"1,2016-03-01 10:00,{state},{times[0]},{prio},{times[1]},{times[2]},{group}\n"


def told(made: dict) -> list[str]:
    """``action HH:MM`` of each entry."""
    return [f"{entry['action']} {entry['at'][11:16]}" for entry in made["history"]]


BEGIN = ["new 10:00", "classify 10:00"]


def ending(at: str) -> list[str]:
    """The steps to the end."""
    return [f"{action} {at}" for action in ("confirm", "archive", "close")]


@pytest.mark.covers("F14", "F26", "F33")
def test_states_become_steps(desk):
    """Answered, on hold, solved at the time that the log names, closed."""
    rows = (
        row("New", "10:00")
        + row("Work", "10:20")
        + row("Wait", "10:30")
        + row("Done", "11:00", solved="10:50", closed="18:00")
    )
    made = case(desk, rows)
    assert told(made) == [*BEGIN, "respond 10:20", "hold 10:30", "resolve 10:50", *ending("18:00")]
    assert made["first_response_at"] == "2016-03-01T10:20:00+08:00"
    assert made["resolution"] == {"at": "2016-03-01T10:50:00+08:00", "by": "张三", "tier": 1}
    assert made["history"][0]["by"] == "张三" and made["stage"] == "closed"


def test_closed_without_a_solution_time(desk):
    """The closing time stands for it; a hold ends where the state says solved."""
    made = case(desk, row("Wait", "10:30") + row("Done", "11:00", closed="18:00"))
    assert told(made) == [*BEGIN, "hold 10:30", "resume 11:00", "respond 18:00", "resolve 18:00", *ending("18:00")]
    assert made["resolution"]["derived"] is True
    assert "first_response_at" not in made


def test_without_a_column_for_it_the_state_gives_the_solution_time(desk):
    """And nothing is derived."""
    map_ = MAP.replace('  resolved_at: "solved"\n', "")
    made = case(desk, row("Work", "10:30") + row("Done", "11:00", closed="18:00"), map_)
    assert told(made) == [*BEGIN, "respond 10:30", "resolve 11:00", *ending("18:00")]
    assert "derived" not in made["resolution"]


@pytest.mark.covers("K11")
def test_work_after_a_solution_reopens(desk):
    """The earlier solution is kept; the last one counts."""
    rows = (
        row("Work", "10:10")
        + row("Done", "10:30")
        + row("Work", "11:00")
        + row("Done", "12:00", solved="12:00", closed="18:00")
    )
    made = case(desk, rows)
    assert told(made) == [*BEGIN, "respond 10:10", "resolve 10:30", "reopen 11:00", "resolve 12:00", *ending("18:00")]
    assert made["earlier_rounds"][0]["resolution"]["at"] == "2016-03-01T10:30:00+08:00"
    assert made["resolution"]["at"] == "2016-03-01T12:00:00+08:00"


def test_a_solution_older_than_the_last_work_gives_way(desk):
    """The log's own time was undone; the row that says solved counts."""
    rows = (
        row("Done", "10:30", solved="10:30")
        + row("Work", "11:00", solved="10:30")
        + row("Done", "12:00", solved="10:30", closed="18:00")
    )
    assert made_resolution(desk, rows) == "2016-03-01T12:00:00+08:00"


def made_resolution(desk, rows: str) -> str:
    """When the case was solved."""
    return str(case(desk, rows)["resolution"]["at"])


def test_a_solution_after_the_closing_is_held_to_it(desk):
    """And marked derived."""
    made = case(desk, row("Work", "10:10") + row("Done", "12:00", solved="19:00", closed="18:00"))
    assert (made["resolution"]["at"][11:16], made["resolution"]["derived"]) == ("18:00", True)


def test_events_before_the_opening_and_after_the_closing(desk):
    """The first are put at the opening, the others left out."""
    rows = (
        row("Work", "09:00", closed="12:00")
        + row("Done", "11:00", solved="11:00", closed="12:00")
        + row("Work", "15:00", solved="11:00", closed="12:00")
    )
    assert told(case(desk, rows)) == [*BEGIN, "respond 10:00", "resolve 11:00", *ending("12:00")]


def test_an_event_without_a_time_happens_with_the_row_before(desk):
    """Not now, and not at the opening."""
    rows = row("Work", "10:20") + "1,2016-03-01 10:00,Wait,,3,,,A\n" + row("Work", "11:00")
    assert told(case(desk, rows)) == [*BEGIN, "respond 10:20", "hold 10:20", "resume 11:00"]


def test_rows_out_of_order(desk, tmp_path):
    """By their times; or as the file has them, none after the next one."""
    rows = row("Work", "11:00") + row("Wait", "10:20")
    assert told(case(desk, rows)) == [*BEGIN, "hold 10:20", "resume 11:00", "respond 11:00"]


def test_rows_out_of_order_kept_as_in_the_file(desk):
    """The first row's time is cut to that of the second."""
    rows = row("Work", "11:00") + row("Wait", "10:20")
    assert told(case(desk, rows, MAP + '  order: "file"\n')) == [*BEGIN, "respond 10:20", "hold 10:20"]


@pytest.mark.covers("F16", "F16b", "B21b")
def test_groups_and_tiers(desk):
    """A new group is an assignment; a tier up an escalation, down a hand-back; the tier that solved it is kept."""
    map_ = (
        MAP + 'tiers:\n  - {tier: 2, column: "group", matches: "^R"}\n  - {tier: 3, column: "group", is: ["Vendor"]}\n'
    )
    rows = "".join(
        row("Work", at, group=group)
        for at, group in (("10:10", "A"), ("10:20", "B"), ("10:30", "R1"), ("10:40", "Vendor"), ("10:50", "R2"))
    )
    made = case(desk, rows + row("Done", "11:00", solved="11:00", closed="12:00", group="R2"), map_)
    moves = [
        (one["action"], one.get("reason"), one["set"].get("tier")) for one in made["history"] if one["clause"] == "5.5"
    ]
    assert moves == [
        ("assign", "A → B", None), ("escalate", "B → R1", 2), ("escalate", "R1 → Vendor", 3),
        ("return", "Vendor → R2", 2),
    ]  # fmt: skip
    assert [one["to"] for one in made["escalations"]] == ["tier2", "tier3"]
    assert made["resolution"]["tier"] == 2


def test_the_last_state_of_the_log_wins(desk):
    """F9: regraded in the log, the case has the last severity."""
    assert case(desk, row("New", "10:00", prio="3") + row("Work", "10:30", prio="1"))["severity"] == "high"


def test_a_void_one(desk):
    """It was no incident: in no figure, and not solved."""
    map_ = MAP.replace('Done: "resolve"', 'Done: "resolve", Gone: "void"')
    made = case(desk, row("Work", "10:10") + row("Gone", "10:30"), map_)
    assert made["stage"] == "void" and told(made)[-1] == "void 10:30"


def test_zones(desk):
    """The map's zone, an offset of the log's own, and summer time; the day is the desk's."""
    map_ = MAP.replace('["%Y-%m-%d %H:%M"]', '["iso"], zone: "Europe/Lisbon"')
    rows = "1,2016-03-01T23:30:00,New,2016-03-01T23:30:00,3,,,A\n2,2016-07-01T10:00:00,New,2016-07-01T09:30:00Z,3,,,A\n"
    desk.itil(*write(desk, HEADER + rows, map_))
    found = sorted(path.read_text(encoding="utf-8") for path in desk.root.glob("records/*/*/*/*.incident.yaml"))
    assert 'reported_at: "2016-03-02T07:30:00+08:00"' in found[0] and "INC-20160302-" in found[0]
    assert 'reported_at: "2016-07-01T17:00:00+08:00"' in found[1]


def test_people_of_the_desk_are_known_by_name_and_address(desk):
    """A foreign name stays as the log has it."""
    map_ = MAP.replace('  group: "group"', '  assignee: "group"')
    rows = row("Work", "10:10", group="li@example.com") + row("Work", "10:20", group="Somebody Else")
    values = [
        entry["set"]["assignee"] for entry in case(desk, rows, map_)["history"] if "assignee" in entry.get("set", {})
    ]
    assert values == ["李四", "Somebody Else"]
