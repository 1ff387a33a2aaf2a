"""Maps with faults, told at once with their lines; rows with faults, refused one by one."""

from __future__ import annotations

import pytest

HEADER = "no,opened,state,changed,prio,solved,closed,group\n"
GOOD = (
    "1,2016-03-01 10:00,New,2016-03-01 10:00,3,,,A\n"
    "1,2016-03-01 10:00,Done,2016-03-02 10:00,3,2016-03-02 09:00,2016-03-02 10:00,A\n"
)
MAP = """\
name: "log"
rows: "events"
key: "no"
times: {formats: ["%Y-%m-%d %H:%M"]}
fields:
  reported_at: "opened"
  channel: {constant: "email"}
  type: {constant: "fault"}
  severity: {column: "prio", values: {"1": "high", "3": "medium"}}
  resolved_at: "solved"
  closed_at: "closed"
events:
  at: "changed"
  group: "group"
  state: {column: "state", steps: {New: "new", Work: "respond", Wait: "hold customer", Done: "resolve"}}
"""


def write(desk, rows: str | bytes = HEADER + GOOD, map_: str = MAP) -> tuple[str, ...]:
    """The files beside the desk, and the command that imports them."""
    log, explained = desk.root.parent / "log.csv", desk.root.parent / "map.yaml"
    log.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    explained.write_text(map_, encoding="utf-8")
    return "import", str(log), "--map", str(explained)


def test_everything_wrong_in_a_map_is_told_at_once(desk):
    """Each with its line; nothing is imported."""
    bad = """\
name: "log"
rows: "event"
key: "numer"
times: {formats: ["Y-m-d"], zone: "Mars/Base"}
file: {encoding: "utf-99", delimiter: ";;"}
filed: {}
fields:
  reported_at: "opened"
  severty: "prio"
  severity: {column: "prio", values: {"1": "highest"}}
  channel: {column: "a", constant: "b"}
  closed_at: {column: "closed", values: {"x": "y"}}
  priority: {constant: "normal"}
  urgency: {constant: "urgent"}
events:
  at: 5
  order: "up"
  state: {steps: {New: "begin"}}
tiers:
  - {tier: 4, column: "group", known: true}
  - {tier: 2, column: "group", matches: "("}
  - {tier: 2, column: "group", at_least: "x"}
keep: ["group", 7]
"""
    said = desk.itil(*write(desk, map_=bad), "--json", code=2).json["error"]["problems"]
    told = {(one["code"], one["where"].rpartition(":")[2]) for one in said}
    assert told >= {
        ("E-import-map-choice", "2"), ("E-import-map-format", "4"), ("E-import-map-zone", "4"),
        ("E-import-map-encoding", "5"), ("E-import-map-delimiter", "5"), ("E-import-map-key", "6"),
        ("E-import-map-key", "9"), ("E-import-map-code", "10"), ("E-import-map-source", "11"),
        ("E-import-map-time", "12"), ("E-import-map-twice", "13"), ("E-import-map-type", "16"),
        ("E-import-map-choice", "17"), ("E-import-map-missing", "18"), ("E-import-map-choice", "18"),
        ("E-import-map-tier", "20"), ("E-import-map-tier", "21"), ("E-import-map-tier", "22"),
        ("E-import-map-type", "23"),
    }  # fmt: skip


def test_columns_that_the_file_lacks_are_told_with_the_rest(desk):
    """The map's line, and the nearest name."""
    said = desk.itil(
        *write(
            desk,
            map_=MAP.replace('key: "no"', 'key: "nos"')
            .replace('"prio"', '"priority"')
            .replace('"log"', '"log"\nextra: 1'),
        ),
        "--json",
        code=2,
    )
    problems = said.json["error"]["problems"]
    assert [(one["code"], one["where"].rpartition(":")[2]) for one in problems] == [
        ("E-import-map-key", "2"), ("E-import-column", "4"), ("E-import-column", "10"),
    ]  # fmt: skip
    assert "no" in problems[1]["hint"]


@pytest.mark.parametrize(
    "map_",
    [
        "",
        "- a\n",
        "name: [\n",
        "name: 5\nrows: {}\nkey: []\ntimes: x\nfields: 3\nevents: 1\ntiers: 2\nkeep: 3\nfile: 4\n",
    ],
)
def test_a_map_that_is_none(desk, map_):
    """A problem each, never a traceback."""
    assert desk.itil(*write(desk, map_=map_), "--json", code=None).code in (1, 2)


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("2,2016-03-01 10:00,New,2016-03-01 10:00,9,,,A\n", ["E-import-value"]),
        ("2,2016-03-01 10:00,Odd,2016-03-01 10:00,3,,,A\n", ["E-import-state"]),
        ("2,,New,2016-03-01 10:00,3,,,A\n", ["E-import-no-report-time"]),
        ("2,1/3/2016,New,2016-03-01 10:00,3,,,A\n", ["E-import-time"]),
        ("2,2016-03-01 10:00,New,yesterday,3,,,A\n", ["E-import-time"]),
        ("2,2099-03-01 10:00,New,2016-03-01 10:00,3,,,A\n", ["E-import-future"]),
        ("2,2016-03-01 10:00,New\n", ["E-import-columns"]),
        ("2,2016-03-01 10:00,New,2016-03-01 10:00,3,,,A,and more\n", ["E-import-columns"]),
        (",2016-03-01 10:00,New,2016-03-01 10:00,3,,,A\n", ["E-import-no-key"]),
        ("2,2016-03-01 10:00,New,2016-03-01 10:00,3,,,\x07\n", ["E-import-control"]),
        (
            "2,2016-03-01 10:00,Odd,never,9,soon,,A\n",
            ["E-import-value", "E-import-time", "E-import-time", "E-import-state"],
        ),
    ],
)
def test_a_row_at_fault_refuses_its_incident(desk, rows, codes):
    """Shown with its number by the dry run; the import is refused whole, or leaves the incident out."""
    words = write(desk, HEADER + GOOD + rows)
    said = desk.itil(*words, "--dry-run", "--json", code=1).json
    assert sorted(one["code"] for one in said["problems"]) == sorted(codes)
    assert {one["where"] for one in said["problems"]} == {"log.csv:4"}
    assert (said["imported"], said["refused"]) == (1, 1)
    assert desk.refused(*words, code=1) == [*(one["code"] for one in said["problems"]), "E-import-refused"]
    assert desk.itil(*words, "--dry-run", "--skip-refused").code == 0
    left = desk.itil(*words, "--skip-refused", "--json").json
    assert (left["imported"], left["refused"]) == (1, 1)
    desk.itil("check")


def test_one_row_per_incident_takes_each_key_once(desk):
    """The second row is refused; so is a solution without any time."""
    map_ = MAP.partition("events:")[0].replace('"events"', '"incidents"') + (
        'events:\n  state: {column: "state", steps: {New: "new", Done: "resolve"}}\n'
    )
    rows = "1,2016-03-01 10:00,New,,3,,,A\n1,2016-03-01 10:00,New,,3,,,A\n2,2016-03-01 10:00,Done,,3,,,A\n"
    said = desk.itil(*write(desk, HEADER + rows, map_), "--dry-run", "--json", code=1).json
    assert [one["code"] for one in said["problems"]] == ["E-import-twice", "E-import-no-solution-time"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E-import-empty"),
        (b"no,no\n1,2\n", "E-import-header"),
        (b"\x1f\x8b\x08\x00broken", "E-import-gzip"),
        (HEADER.encode() + b'1,"2016\n', "E-import-csv"),
        (HEADER.encode() + "1,故障".encode("gb18030") + b",,,,,,\n", "E-import-encoding"),
    ],
)
def test_a_file_that_cannot_be_read(desk, content, code):
    """One clear problem."""
    assert desk.refused(*write(desk, content), code=2) == [code]


def test_files_that_are_not_there(desk, tmp_path):
    """The log, the map, and no map at all."""
    words = write(desk)
    assert desk.refused("import", str(tmp_path / "none.csv"), "--map", words[3], code=2) == ["E-import-file"]
    assert desk.refused("import", words[1], "--map", str(tmp_path / "none.yaml")) == ["E-file-read"]
    assert desk.refused("import", words[1], code=2) == ["E-import-no-map"]
    assert desk.refused(*words, "--at", "09:00", code=2) == ["E-cli-at"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_delimiters(desk, encoding):
    """Chinese exports come in several; a tab or a semicolon is said in the map."""
    rows = (HEADER + GOOD.replace(",A\n", ",研发组\n")).replace(",", ";").encode(encoding)
    map_ = MAP + f'file: {{encoding: "{encoding}", delimiter: ";"}}\nkeep: "all"\n'
    desk.itil(*write(desk, rows, map_))
    text = next(desk.root.glob("records/2016/03/01/*.incident.yaml")).read_text(encoding="utf-8")
    assert 'group: "研发组"' in text
