"""Working days and working hours over a given calendar. Pure: no clock, no disk, no library.

A desk's own files say which days are exceptional (``itilcli.store.calendar`` reads them). For a year without a file
the days are Monday to Friday less the statutory holidays below, and what comes out is provisional (暂定).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from itilcli.values import value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SATURDAY = 5

# 全国年节及纪念日放假办法, article 2. From 2025 (State Council Decree 795 of 2024-11-10): 元旦 1 day,
# 春节 4 (除夕 to 初三), 清明 1, 劳动节 2, 端午 1, 中秋 1, 国庆 3. From 2014 (Decree 644 of 2013-12-11):
# 春节 3 (初一 to 初三), 劳动节 1, the rest alike.
_DECREE_795_FROM = 2025

# Year: 春节 (正月初一), 清明, 端午 (五月初五), 中秋 (八月十五), as month-day. The Chinese calendar by the rules of
# GB/T 33661-2017; how the table was computed and cross-checked is in docs/decisions/working-days.md.
_LUNAR = {
    2014: ("01-31", "04-05", "06-02", "09-08"),
    2015: ("02-19", "04-05", "06-20", "09-27"),
    2016: ("02-08", "04-04", "06-09", "09-15"),
    2017: ("01-28", "04-04", "05-30", "10-04"),
    2018: ("02-16", "04-05", "06-18", "09-24"),
    2019: ("02-05", "04-05", "06-07", "09-13"),
    2020: ("01-25", "04-04", "06-25", "10-01"),
    2021: ("02-12", "04-04", "06-14", "09-21"),
    2022: ("02-01", "04-05", "06-03", "09-10"),
    2023: ("01-22", "04-05", "06-22", "09-29"),
    2024: ("02-10", "04-04", "06-10", "09-17"),
    2025: ("01-29", "04-04", "05-31", "10-06"),
    2026: ("02-17", "04-05", "06-19", "09-25"),
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2031: ("01-23", "04-05", "06-24", "10-01"),
    2032: ("02-11", "04-04", "06-12", "09-19"),
    2033: ("01-31", "04-04", "06-01", "09-08"),
    2034: ("02-19", "04-05", "06-20", "09-27"),
    2035: ("02-08", "04-05", "06-10", "09-16"),
    2036: ("01-28", "04-04", "05-30", "10-04"),
    2037: ("02-15", "04-04", "06-18", "09-24"),
    2038: ("02-04", "04-05", "06-07", "09-13"),
    2039: ("01-24", "04-05", "05-27", "10-02"),
    2040: ("02-12", "04-04", "06-14", "09-20"),
}


@value
class WorkCalendar:
    """Which days are exceptional: for each year the days of its file, each with True for off and False for worked.

    A year that is missing, or whose file names no day of that year, is not covered. A year's file may also name days
    of a neighbouring year; a day is decided by its own year's file first, then by the neighbour's.
    """

    years: Mapping[int, Mapping[date, bool]] = field(default_factory=dict)

    @cached_property
    def _working(self) -> dict[int, tuple[int, ...]]:
        return {}

    @cached_property
    def _counted(self) -> dict[tuple[date, int], Due]:
        return {}

    def covers(self, year: int) -> bool:
        """Whether the desk's own file decides this year."""
        return any(day.year == year for day in self.years.get(year, ()))

    def working_ordinals(self, year: int) -> tuple[int, ...]:
        """The working days of a year as ordinals of ``date``, ascending; worked out once per calendar."""
        if year not in self._working:
            self._working[year] = tuple(sorted(_worked(self, year)))
        return self._working[year]


@value
class Due:
    """A day something is due on; provisional (暂定) while a year it was counted through has no file."""

    on: date
    provisional: bool


@cache
def statutory_days(year: int) -> frozenset[date]:
    """The statutory holidays of a year (全国年节及纪念日放假办法); outside 2014–2040 only those of fixed date."""
    fixed = [(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)]
    if year >= _DECREE_795_FROM:
        fixed.append((5, 2))
    days = {date(year, month, day) for month, day in fixed}
    if year in _LUNAR:
        spring, *others = (date.fromisoformat(f"{year}-{month_day}") for month_day in _LUNAR[year])
        first = -1 if year >= _DECREE_795_FROM else 0
        days.update(others, (spring + offset * _DAY for offset in range(first, 3)))
    return frozenset(days)


def is_working_day(calendar: WorkCalendar, day: date) -> bool:
    """Whether ``day`` is worked."""
    worked = calendar.working_ordinals(day.year)
    index = bisect_left(worked, day.toordinal())
    return index < len(worked) and worked[index] == day.toordinal()


def is_provisional(calendar: WorkCalendar, day: date) -> bool:
    """Whether ``day`` lies in a year that no file of the desk decides yet."""
    return not calendar.covers(day.year)


def add_working_days(calendar: WorkCalendar, start: date, days: int) -> Due:
    """The ``days``-th working day after ``start``, which is day 0 and not counted; ``start`` itself for 0 days.

    Provisional if any day walked over lies in a year that is not covered. Raises ValueError for a negative number
    and OverflowError past the year 9999.
    """
    found = calendar._counted.get((start, days))
    if found is None:
        found = calendar._counted[start, days] = _counted_on(calendar, start, days)
    return found


def _counted_on(calendar: WorkCalendar, start: date, days: int) -> Due:
    if days < 0:
        raise ValueError("a number of working days is not negative")
    if days == 0:
        return Due(start, False)
    first = start + _DAY
    on = _nth_working_day(calendar, first, days - 1)
    return Due(on, not all(calendar.covers(year) for year in range(first.year, on.year + 1)))


def working_days_between(calendar: WorkCalendar, start: date, end: date) -> int:
    """How many working days lie after ``start``, up to and including ``end``; 0 if ``end`` is not after ``start``."""
    if end <= start:
        return 0
    low, high = start.toordinal(), end.toordinal()
    years = (calendar.working_ordinals(year) for year in range(start.year, end.year + 1))
    return sum(bisect_right(worked, high) - bisect_right(worked, low) for worked in years)


@value
class WorkingHours:
    """The hours of a working day as periods of local clock time, or every hour of every day.

    Periods are in order and do not overlap; each ends after it begins, and 00:00 as the end of the last is midnight.
    Raises ValueError if they are otherwise (:func:`periods_are_sound` asks first).
    """

    periods: tuple[tuple[time, time], ...]
    around_the_clock: bool = False

    def __post_init__(self) -> None:
        if not self.around_the_clock and not periods_are_sound(self.periods):
            raise ValueError("working hours are periods in order that do not overlap")

    @cached_property
    def spans(self) -> tuple[tuple[timedelta, timedelta], ...]:
        """The periods as begin and end, counted from midnight."""
        return _spans(self.periods)

    @cached_property
    def day_length(self) -> timedelta:
        """The time worked on a whole working day."""
        return sum((end - begin for begin, end in self.spans), timedelta())

    def worked_by(self, clock: timedelta) -> timedelta:
        """The time worked on a working day from midnight until ``clock``, counted from midnight."""
        return sum((min(clock, end) - begin for begin, end in self.spans if clock > begin), timedelta())

    def clock_at(self, worked: timedelta) -> timedelta:
        """The earliest clock, counted from midnight, by which ``worked`` (up to the day's length) has been worked."""
        for begin, end in self.spans:
            if worked <= end - begin:
                return begin + worked
            worked -= end - begin
        raise ValueError("longer than a working day")


def periods_are_sound(periods: tuple[tuple[time, time], ...]) -> bool:
    """Whether these can be working hours: one period or more, each ends after it begins, in order, none overlaps."""
    spans = _spans(periods)
    rising = all(begin < end for begin, end in spans)
    return bool(spans) and rising and all(one[1] <= next_one[0] for one, next_one in pairwise(spans))


def working_minutes(calendar: WorkCalendar, hours: WorkingHours, tz: ZoneInfo, start: datetime, end: datetime) -> float:
    """The minutes of working time from ``start`` to ``end``, two aware times, by the clock of ``tz``.

    0 if ``end`` is not after ``start``; every minute counts around the clock. Raises ValueError for a naive time.
    """
    since, until = _local(start, tz), _local(end, tz)
    if end <= start:
        return 0.0
    if hours.around_the_clock:
        return (end.astimezone(UTC) - start.astimezone(UTC)) / _MINUTE
    worked = working_days_between(calendar, since.date(), until.date()) * hours.day_length
    worked += _left_of_day(calendar, hours, since) - _left_of_day(calendar, hours, until)
    return max(worked / _MINUTE, 0.0)


def add_working_minutes(
    calendar: WorkCalendar, hours: WorkingHours, tz: ZoneInfo, start: datetime, minutes: float
) -> datetime:
    """The time, in ``tz``, by which ``minutes`` of working time have passed since ``start``, an aware time.

    The earliest such time: what fills a day to its last minute ends that evening, not on the next morning; 0 minutes
    end at ``start``. Raises ValueError for a naive time or negative minutes, OverflowError past the year 9999.
    """
    if minutes < 0:
        raise ValueError("a number of working minutes is not negative")
    since = _local(start, tz)
    wanted = minutes * _MINUTE
    if not wanted or hours.around_the_clock:
        return (start.astimezone(UTC) + wanted).astimezone(tz)
    if is_working_day(calendar, since.date()):
        wanted += hours.worked_by(_clock(since))
    whole_days = -(-wanted // hours.day_length) - 1
    day = _nth_working_day(calendar, since.date(), whole_days)
    clock = hours.clock_at(wanted - whole_days * hours.day_length)
    return (datetime.combine(day, time()) + clock).replace(tzinfo=tz)


def _worked(calendar: WorkCalendar, year: int) -> set[int]:
    """The working days of a year as ordinals: weekdays, less the statutory days without a file, then what files say."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    worked = {ordinal for ordinal in range(first, last + 1) if date.fromordinal(ordinal).weekday() < _SATURDAY}
    if not calendar.covers(year):
        worked -= {day.toordinal() for day in statutory_days(year)}
    for source in (year - 1, year + 1, year):  # the year's own file comes last, so that it decides
        for day, is_off_day in calendar.years.get(source, {}).items():
            if day.year == year:
                (worked.discard if is_off_day else worked.add)(day.toordinal())
    return worked


def _nth_working_day(calendar: WorkCalendar, first: date, number: int) -> date:
    """The working day with ``number`` others before it, counted from ``first``, which may be one itself."""
    low = first.toordinal()
    for year in range(first.year, 10_000):
        worked = calendar.working_ordinals(year)
        index = bisect_left(worked, low) + number
        if index < len(worked):
            return date.fromordinal(worked[index])
        number = index - len(worked)
    raise OverflowError("past the year 9999")


def _left_of_day(calendar: WorkCalendar, hours: WorkingHours, moment: datetime) -> timedelta:
    """The working time from ``moment`` to the end of its day."""
    if not is_working_day(calendar, moment.date()):
        return timedelta()
    return hours.day_length - hours.worked_by(_clock(moment))


def _spans(periods: tuple[tuple[time, time], ...]) -> tuple[tuple[timedelta, timedelta], ...]:
    return tuple((_clock(begin), _clock(end) or _DAY) for begin, end in periods)


def _clock(moment: time | datetime) -> timedelta:
    """Clock time counted from midnight."""
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


def _local(moment: datetime, tz: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    return moment.astimezone(tz)
