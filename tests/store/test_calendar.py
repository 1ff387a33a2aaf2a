"""The desk's calendar files: what is read, what is wrong with them, and what the package gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from itilcli.errors import Kind, Refused
from itilcli.store import yaml as door
from itilcli.store.calendar import calendar_of, examine, packaged_years, read_calendar, render_year, year_from_package
from itilcli.workdays import Due, add_working_days, is_provisional, is_working_day

GOOD_DAY = '  - {name: 元旦, date: "2026-01-01", isOffDay: true}\n'


def desk(tmp_path: Path, **files: str | bytes) -> Path:
    """A desk with these calendar files, named ``y2026`` for 2026.yaml."""
    folder = tmp_path / "calendar"
    folder.mkdir()
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name.removeprefix('y')}.yaml").write_bytes(data)
    return tmp_path


@pytest.mark.parametrize("year", packaged_years())
def test_a_packaged_year_comes_back_from_its_file(tmp_path: Path, year: int) -> None:
    """Written, read through the door, and day by day what the package says."""
    from chinese_calendar import get_dates, is_workday

    text = render_year(year_from_package(year))
    calendar, problems = read_calendar(desk(tmp_path, **{f"y{year}": text}))
    assert problems == []
    every_day = get_dates(date(year, 1, 1), date(year, 12, 31))
    assert [is_working_day(calendar, day) for day in every_day] == [is_workday(day) for day in every_day]
    assert door.read(text.encode(), "") == year_from_package(year)


def test_the_package_gives_exceptional_days_alone_with_chinese_names() -> None:
    """Weekdays off and weekends worked; a weekend within a holiday is an ordinary weekend."""
    data = year_from_package(2026)
    assert data["year"] == 2026
    assert data["days"][:2] == [
        {"name": "元旦", "date": "2026-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2026-01-02", "isOffDay": True},
    ]
    assert all(entry["isOffDay"] == (date.fromisoformat(entry["date"]).weekday() < 5) for entry in data["days"])
    assert {"name": "国庆节", "date": "2026-10-10", "isOffDay": False} in data["days"]


def test_a_year_the_package_lacks_is_refused_with_the_years_it_has() -> None:
    """Not found, and the hint says what to do."""
    years = packaged_years()
    assert years == list(range(2004, years[-1] + 1))
    assert years[-1] >= 2026
    for year in (2003, years[-1] + 1):
        with pytest.raises(Refused) as caught:
            year_from_package(year)
        assert caught.value.exit_code == Kind.NOT_FOUND
        (problem,) = caught.value.problems
        assert problem.code == "E-calendar-not-packaged"
        assert str(years[0]) in str(problem.message)
        assert str(year) in str(problem.hint)


def test_an_empty_year_is_written_and_read_as_not_published(tmp_path: Path) -> None:
    """An empty year is sound, and leaves its year provisional."""
    text = render_year({"year": 2027, "days": []})
    calendar, problems = read_calendar(desk(tmp_path, y2027=text))
    assert problems == []
    assert list(calendar.years) == []
    assert is_provisional(calendar, date(2027, 3, 1))
    assert add_working_days(calendar, date(2026, 12, 31), 1) == Due(date(2027, 1, 4), provisional=True)


def test_a_public_file_is_read_as_it_is(tmp_path: Path) -> None:
    """The public data are JSON with keys of their own and may name days of the December before."""
    public = """{"$schema": "…", "papers": ["https://example.org/1"], "year": 2019, "days": [
      {"name": "元旦", "date": "2018-12-29", "isOffDay": false},
      {"name": "元旦", "date": "2018-12-31", "isOffDay": true},
      {"name": "元旦", "date": "2019-01-01", "isOffDay": true}]}"""
    calendar, problems = read_calendar(desk(tmp_path, y2019=public))
    assert problems == []
    assert is_working_day(calendar, date(2018, 12, 29))
    assert not is_working_day(calendar, date(2018, 12, 31))
    assert is_provisional(calendar, date(2018, 12, 31))


def test_no_folder_is_an_empty_calendar(tmp_path: Path) -> None:
    """A desk without calendar files works, provisionally."""
    calendar, problems = read_calendar(tmp_path)
    assert (len(calendar.years), problems) == (0, [])
    assert is_provisional(calendar, date(2026, 11, 23))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("year: 2025\ndays:\n" + GOOD_DAY, "E-calendar-year"),
        ('year: "2026"\ndays:\n' + GOOD_DAY, "E-calendar-year"),
        ("year: true\ndays:\n" + GOOD_DAY, "E-calendar-year"),
        ("days:\n" + GOOD_DAY, "E-calendar-year"),
        ("year: 2026\n", "E-calendar-schema"),
        ("year: 2026\ndays: {}\n", "E-calendar-schema"),
        ("year: 2026\ndays: [2026-01-01]\n", "E-calendar-schema"),
        ('year: 2026\ndays:\n  - {date: "2026-01-01", isOffDay: true}\n', "E-calendar-schema"),
        ('year: 2026\ndays:\n  - {name: 元旦, date: "2026-01-01", isOffDay: "yes"}\n', "E-calendar-schema"),
        ('year: 2026\ndays:\n  - {name: 元旦, date: "2026-01-01"}\n', "E-calendar-schema"),
        ("year: 2026\ndays:\n  - {name: 元旦, isOffDay: true}\n", "E-calendar-date"),
        ('year: 2026\ndays:\n  - {name: 元旦, date: "2026-02-30", isOffDay: true}\n', "E-calendar-date"),
        ('year: 2026\ndays:\n  - {name: 元旦, date: "20260101", isOffDay: true}\n', "E-calendar-date"),
        ("year: 2026\ndays:\n  - {name: 元旦, date: 20260101, isOffDay: true}\n", "E-calendar-date"),
        ('year: 2026\ndays:\n  - {name: 元旦, date: "2025-11-30", isOffDay: true}\n', "E-calendar-other-year"),
        ('year: 2026\ndays:\n  - {name: 元旦, date: "2027-02-01", isOffDay: true}\n', "E-calendar-other-year"),
        ("year: 2026\ndays:\n" + GOOD_DAY + GOOD_DAY, "E-calendar-twice"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, content: str, code: str) -> None:
    """Each a problem with the file's path, never an exception; the year is then not covered."""
    calendar, problems = read_calendar(desk(tmp_path, y2026=content))
    assert [(problem.code, problem.where) for problem in problems] == [(code, "calendar/2026.yaml")]
    assert problems[0].hint
    assert str(problems[0].message)
    assert is_provisional(calendar, date(2026, 1, 1))


@pytest.mark.parametrize("content", [b"\xb4\xba\xbd\xda: 1\n", b"year: [\n", b"", b"a scalar\n", b"- 1\n"])
def test_what_is_no_yaml_mapping_at_all(tmp_path: Path, content: bytes) -> None:
    """The door's own problems come through as they are."""
    calendar, problems = read_calendar(desk(tmp_path, y2026=content))
    assert problems
    assert all("calendar/2026.yaml" in problem.where for problem in problems)
    assert is_provisional(calendar, date(2026, 1, 1))


def test_every_fault_is_named_and_a_faulty_file_decides_nothing(tmp_path: Path) -> None:
    """Two bad days give two problems; the good day beside them does not count either; other years do."""
    bad = 'year: 2026\ndays:\n  - {name: a, date: "x", isOffDay: true}\n' + GOOD_DAY + "  - 3\n"
    root = desk(tmp_path, y2026=bad, y2025=render_year(year_from_package(2025)))
    calendar, problems = read_calendar(root)
    assert [problem.code for problem in problems] == ["E-calendar-date", "E-calendar-schema"]
    assert list(calendar.years) == [2025]


def test_a_file_that_is_not_named_after_a_year(tmp_path: Path) -> None:
    """It would be passed over in silence: a problem instead. Other kinds of files may lie there."""
    root = desk(tmp_path, holidays="year: 2026\ndays: []\n")
    (root / "calendar" / "2026.yml").write_text("year: 2026\ndays: []\n")
    (root / "calendar" / "README.md").write_text("notes")
    _, problems = read_calendar(root)
    assert {(problem.code, problem.where) for problem in problems} == {
        ("E-calendar-filename", "calendar/2026.yml"),
        ("E-calendar-filename", "calendar/holidays.yaml"),
    }


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    """A folder in the place of a file."""
    root = desk(tmp_path)
    (root / "calendar" / "2026.yaml").mkdir()
    _, problems = read_calendar(root)
    assert [problem.code for problem in problems] == ["E-calendar-unreadable"]


def test_a_years_file_is_read_when_first_needed(tmp_path: Path) -> None:
    """What is written before the first question is seen, a year not asked for is never read."""
    root = desk(tmp_path, y2020="not: a calendar\n")
    calendar = calendar_of(root)
    (root / "calendar" / "2026.yaml").write_text(render_year(year_from_package(2026)), encoding="utf-8")
    assert add_working_days(calendar, date(2026, 9, 30), 5) == Due(date(2026, 10, 13), provisional=False)
    (root / "calendar" / "2026.yaml").unlink()
    assert not is_working_day(calendar, date(2026, 10, 7))
    assert calendar.years.problems == []


def test_content_is_examined_without_a_file() -> None:
    """As an import does, before anything is written."""
    days, problems = examine(year_from_package(2026), "holidays.json")
    assert not problems
    assert days[date(2026, 10, 10)] is False
    assert examine([], "holidays.json")[1][0].where == "holidays.json"
    for year in (1, 9999):
        entry = {"name": "x", "date": f"{year:04}-06-01", "isOffDay": True}
        assert examine({"year": year, "days": [entry]}, "x")[1] == []


def test_any_name_survives_writing() -> None:
    """Names are quoted: what looks like another value stays a text."""
    names = ["yes", "12:30", 'a "b" \\ c', "# no", "a: b", "", "{{ x }}", "劳动节"]
    days = [{"name": name, "date": f"2026-01-{n:02}", "isOffDay": True} for n, name in enumerate(names, 1)]
    data = {"year": 2026, "days": days}
    assert door.read(render_year(data).encode(), "") == data
