"""Working days and hours: the golden dates, what is provisional, and the table against what was published."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itilcli.store.calendar import examine, packaged_years, year_from_package
from itilcli.workdays import (
    Due,
    WorkCalendar,
    WorkingHours,
    add_working_days,
    add_working_minutes,
    is_provisional,
    is_working_day,
    periods_are_sound,
    statutory_days,
    working_days_between,
    working_minutes,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
PUBLISHED = WorkCalendar({year: examine(year_from_package(year), "")[0] for year in packaged_years()})
EMPTY = WorkCalendar()
OFFICE = WorkingHours(((time(8, 30), time(12)), (time(13, 30), time(17, 30))))
ROUND_THE_CLOCK = WorkingHours((), around_the_clock=True)
DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def first_published_to(year: int) -> WorkCalendar:
    """The calendar as a desk has it before the years after ``year`` are published."""
    return WorkCalendar({known: days for known, days in PUBLISHED.years.items() if known <= year})


@pytest.mark.parametrize(
    ("resolved", "due"),
    [
        ("2024-02-08", "2024-02-21"),
        ("2024-09-30", "2024-10-12"),
        ("2025-04-24", "2025-04-30"),
        ("2025-09-26", "2025-10-10"),
        ("2025-12-31", "2026-01-08"),
        ("2026-02-11", "2026-02-25"),
        ("2026-04-30", "2026-05-11"),
        ("2026-09-18", "2026-09-24"),
        ("2026-09-30", "2026-10-13"),
    ],
)
def test_five_working_days_after_a_resolution(resolved: str, due: str) -> None:
    """The published years: holidays, make-up days on weekends, the turn of a year."""
    start, end = date.fromisoformat(resolved), date.fromisoformat(due)
    assert add_working_days(PUBLISHED, start, 5) == Due(end, provisional=False)
    assert working_days_between(PUBLISHED, start, end) == 5


@pytest.mark.parametrize(
    ("resolved", "due", "provisional"),
    [
        ("2026-12-24", "2026-12-31", False),
        ("2026-12-25", "2027-01-04", True),
        ("2026-12-28", "2027-01-05", True),
        ("2026-12-31", "2027-01-08", True),
        ("2027-02-03", "2027-02-12", True),
    ],
)
def test_a_year_not_yet_published_is_provisional_and_keeps_its_holidays(
    resolved: str, due: str, provisional: bool
) -> None:
    """2027-01-01 and 除夕 to 初三 of 2027 are skipped although no file names them; what stays in 2026 is final."""
    calendar = first_published_to(2026)
    assert add_working_days(calendar, date.fromisoformat(resolved), 5) == Due(date.fromisoformat(due), provisional)
    assert is_provisional(calendar, date(2027, 1, 1))
    assert not is_provisional(calendar, date(2026, 12, 31))


def test_the_file_of_a_year_replaces_the_provisional_answer() -> None:
    """When the year's file comes, dates are recomputed and no longer provisional."""
    year_2027 = {date(2027, 1, 1): True, date(2027, 1, 4): True}
    with_file = WorkCalendar({**first_published_to(2026).years, 2027: year_2027})
    assert add_working_days(with_file, date(2026, 12, 25), 5) == Due(date(2027, 1, 5), provisional=False)


def test_an_empty_year_is_not_covered() -> None:
    """An empty year means not published, and so does a file that names only a neighbour's days."""
    assert is_provisional(WorkCalendar({2027: {}}), date(2027, 5, 4))
    assert is_provisional(WorkCalendar({2027: {date(2026, 12, 31): True}}), date(2027, 5, 4))
    assert not is_working_day(WorkCalendar({2027: {}}), date(2027, 5, 1))


def test_a_neighbouring_file_decides_only_what_the_own_file_leaves_open() -> None:
    """A notice may name days of the December before: its own year's file goes first."""
    silvester, sunday = date(2026, 12, 31), date(2026, 12, 27)
    year_2027 = {silvester: True, sunday: False, date(2027, 1, 1): True}
    silent = WorkCalendar({2026: {date(2026, 1, 1): True}, 2027: year_2027})
    assert not is_working_day(silent, silvester)
    assert is_working_day(silent, sunday)
    speaking = WorkCalendar({2026: {silvester: False, sunday: True}, 2027: year_2027})
    assert is_working_day(speaking, silvester)
    assert not is_working_day(speaking, sunday)
    ahead = WorkCalendar({2026: {date(2026, 1, 1): True, date(2027, 1, 4): True}})
    assert not is_working_day(ahead, date(2027, 1, 4))
    assert is_provisional(ahead, date(2027, 1, 4))


def test_edges_of_counting() -> None:
    """Nought days is the day itself; backwards and negative are no counts; the calendar ends with the year 9999."""
    sunday = date(2026, 11, 22)
    assert add_working_days(PUBLISHED, sunday, 0) == Due(sunday, provisional=False)
    assert working_days_between(PUBLISHED, sunday, sunday) == 0
    assert working_days_between(PUBLISHED, sunday, date(2026, 11, 1)) == 0
    with pytest.raises(ValueError):
        add_working_days(PUBLISHED, sunday, -1)
    with pytest.raises(OverflowError):
        add_working_days(EMPTY, date(9999, 12, 1), 50)


@given(start=DAYS, days=st.integers(1, 600))
@settings(max_examples=60, deadline=None)
def test_adding_and_counting_agree(start: date, days: int) -> None:
    """The n-th working day after a start is a working day with n working days up to it."""
    due = add_working_days(PUBLISHED, start, days)
    assert is_working_day(PUBLISHED, due.on)
    assert working_days_between(PUBLISHED, start, due.on) == days


@given(start=DAYS, length=st.integers(0, 800))
@settings(max_examples=40, deadline=None)
def test_counting_is_looking_at_each_day(start: date, length: int) -> None:
    """Counting by whole years gives what looking at every day gives."""
    each = (is_working_day(PUBLISHED, start + timedelta(days=n)) for n in range(1, length + 1))
    assert working_days_between(PUBLISHED, start, start + timedelta(days=length)) == sum(each)


@pytest.mark.parametrize("year", range(2014, 2027))
def test_the_statutory_table_against_the_published_years(year: int) -> None:
    """Each statutory day of the table is a day off by that year's notice, and named after its festival."""
    from chinese_calendar import get_holiday_detail

    details = [get_holiday_detail(day) for day in statutory_days(year)]
    assert all(off and name for off, name in details)
    overlap = year == 2020  # 中秋 fell on 国庆
    assert len(details) == (13 if year >= 2025 else 11) - overlap


def test_the_statutory_days_of_2027() -> None:
    """Decree 795: thirteen days, 除夕 among them."""
    written = "01-01 02-05 02-06 02-07 02-08 04-05 05-01 05-02 06-09 09-15 10-01 10-02 10-03"
    assert sorted(statutory_days(2027)) == [date.fromisoformat(f"2027-{day}") for day in written.split()]


def test_outside_the_table_the_fixed_days_remain() -> None:
    """No lunar dates are known for 2041: its fixed holidays are kept, and it is provisional anyway."""
    assert len(statutory_days(2041)) == 6
    assert not is_working_day(EMPTY, date(2041, 10, 1))
    assert is_provisional(EMPTY, date(2041, 10, 1))


def test_the_lunar_table_keeps_the_moon_and_the_sun() -> None:
    """New years are 12 or 13 moons apart, 初一 is a new moon, 中秋 a full one: a slip of a digit shows."""
    from itilcli.workdays import _LUNAR as table

    month = 29.530588
    new_moon = datetime(2000, 1, 6, 18, 14, tzinfo=UTC)

    def age(year: int, month_day: str) -> float:
        """The moon's mean age at that day's noon in Beijing, from -month/2 to month/2 around the new moon."""
        noon = datetime.fromisoformat(f"{year}-{month_day}T04:00:00+00:00")
        return ((noon - new_moon) / timedelta(days=1) + month / 2) % month - month / 2

    springs = []
    for year, (spring, qingming, dragon_boat, mid_autumn) in table.items():
        springs.append(date.fromisoformat(f"{year}-{spring}"))
        assert abs(age(year, spring)) < 1.2
        assert abs(age(year, dragon_boat) - 4) < 1.2
        assert abs(abs(age(year, mid_autumn)) - 14) < 1.6
        assert qingming == ("04-04" if year % 4 in (0, 1) else "04-05")
    assert list(table) == list(range(2014, 2041))
    assert {(later - earlier).days for earlier, later in pairwise(springs)} <= {353, 354, 355, 383, 384, 385}


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-20T09:00", "2026-11-20T09:30", 30),
        ("2026-11-20T11:45", "2026-11-20T13:45", 30),
        ("2026-11-20T12:00", "2026-11-20T13:30", 0),
        ("2026-11-20T17:00", "2026-11-23T08:45", 45),
        ("2026-11-20T06:00", "2026-11-20T23:00", 450),
        ("2026-11-21T09:00", "2026-11-22T17:00", 0),
        ("2026-09-30T17:00", "2026-10-08T08:31", 31),
        ("2026-10-10T08:30", "2026-10-10T09:30", 60),
        ("2026-11-20T09:30", "2026-11-20T09:00", 0),
        ("2026-11-20T09:00:30", "2026-11-20T09:01", 0.5),
    ],
)
def test_working_minutes(start: str, end: str, minutes: float) -> None:
    """Lunch, nights, weekends, the National Day week and a worked Saturday."""
    assert working_minutes(PUBLISHED, OFFICE, SHANGHAI, at(start), at(end)) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-20T09:00", 30, "2026-11-20T09:30"),
        ("2026-11-20T11:45", 30, "2026-11-20T13:45"),
        ("2026-11-20T11:45", 15, "2026-11-20T12:00"),
        ("2026-11-20T17:00", 30, "2026-11-20T17:30"),
        ("2026-11-20T17:00", 31, "2026-11-23T08:31"),
        ("2026-11-20T19:00", 450, "2026-11-23T17:30"),
        ("2026-11-21T09:00", 0, "2026-11-21T09:00"),
        ("2026-11-21T09:00", 1, "2026-11-23T08:31"),
        ("2026-09-30T17:00", 60, "2026-10-08T09:00"),
        ("2026-11-20T12:30", 1, "2026-11-20T13:31"),
    ],
)
def test_the_end_of_working_minutes(start: str, minutes: float, end: str) -> None:
    """A deadline falls in working time, and on the evening rather than on the next morning."""
    assert add_working_minutes(PUBLISHED, OFFICE, SHANGHAI, at(start), minutes) == at(end)


def test_times_of_other_zones_are_read_by_the_desks_clock() -> None:
    """16:30Z on a Friday is Saturday in Shanghai; 01:00Z is nine in the morning."""
    friday = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert add_working_minutes(PUBLISHED, OFFICE, SHANGHAI, friday, 10) == at("2026-11-23T08:40")
    early = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    assert working_minutes(PUBLISHED, OFFICE, SHANGHAI, early, friday) == 420


def test_around_the_clock() -> None:
    """Every minute counts, nights and holidays as well, and a change of the clocks is not lost."""
    start, end = at("2026-09-30T17:00"), at("2026-10-02T17:00")
    assert working_minutes(PUBLISHED, ROUND_THE_CLOCK, SHANGHAI, start, end) == 2880
    assert add_working_minutes(PUBLISHED, ROUND_THE_CLOCK, SHANGHAI, start, 2880) == end
    berlin = ZoneInfo("Europe/Berlin")
    before, after = datetime(2026, 10, 25, 0, 0, tzinfo=berlin), datetime(2026, 10, 26, 0, 0, tzinfo=berlin)
    assert working_minutes(PUBLISHED, ROUND_THE_CLOCK, berlin, before, after) == 25 * 60


def test_a_time_without_an_offset_is_a_fault_of_the_program() -> None:
    """Naive times would be read by the machine's zone."""
    with pytest.raises(ValueError):
        working_minutes(PUBLISHED, OFFICE, SHANGHAI, datetime(2026, 11, 20, 9), at("2026-11-20T10:00"))
    with pytest.raises(ValueError):
        add_working_minutes(PUBLISHED, OFFICE, SHANGHAI, at("2026-11-20T10:00"), -1)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda moment: moment.replace(tzinfo=SHANGHAI))


@given(start=MOMENTS, minutes=st.integers(1, 200_000))
@settings(max_examples=80, deadline=None)
def test_adding_and_measuring_agree(start: datetime, minutes: int) -> None:
    """From a start to its deadline lie exactly the minutes asked for, and a moment earlier they do not."""
    end = add_working_minutes(PUBLISHED, OFFICE, SHANGHAI, start, minutes)
    assert working_minutes(PUBLISHED, OFFICE, SHANGHAI, start, end) == pytest.approx(minutes)
    earlier = end - timedelta(seconds=1)
    assert working_minutes(PUBLISHED, OFFICE, SHANGHAI, start, earlier) < minutes


@given(moments=st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
@settings(max_examples=60, deadline=None)
def test_working_time_adds_up(moments: list[datetime]) -> None:
    """Two stretches end to end are as long as the whole."""
    one, two, three = moments
    parts = [working_minutes(PUBLISHED, OFFICE, SHANGHAI, a, b) for a, b in ((one, two), (two, three))]
    assert sum(parts) == pytest.approx(working_minutes(PUBLISHED, OFFICE, SHANGHAI, one, three))


@pytest.mark.parametrize(
    ("periods", "sound"),
    [
        ([("08:30", "12:00"), ("13:30", "17:30")], True),
        ([("08:00", "12:00"), ("12:00", "00:00")], True),
        ([("00:00", "00:00")], True),
        ([], False),
        ([("12:00", "08:30")], False),
        ([("08:30", "08:30")], False),
        ([("13:30", "17:30"), ("08:30", "12:00")], False),
        ([("08:30", "12:00"), ("11:00", "17:30")], False),
        ([("08:30", "00:00"), ("22:00", "23:00")], False),
    ],
)
def test_periods_that_can_be_working_hours(periods: list[tuple[str, str]], sound: bool) -> None:
    """In order, without overlap; midnight may end a day."""
    read = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in periods)
    assert periods_are_sound(read) is sound
    if sound:
        assert WorkingHours(read).day_length > timedelta()
    else:
        with pytest.raises(ValueError):
            WorkingHours(read)
