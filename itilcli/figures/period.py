"""The months of a report: [1st 00:00, the 1st 00:00 after the last) in the desk's time zone (§6)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from itilcli.errors import Kind, Problem, Refused
from itilcli.text import t

YEARS = range(1900, 9999)
LONGEST = 60
"""Months of one report."""
LAST = frozenset({"last", "上月", "上个月"})
THIS = frozenset({"本月", "这个月", "this"})


@dataclass(frozen=True, slots=True)
class Period:
    """One calendar month by the clock of ``zone``, or several in a row; ``start`` is its first moment, ``end`` the
    first one after it. Both are kept in UTC, which compares faster.
    """

    year: int
    number: int
    zone: tzinfo
    months: int = 1
    start: datetime = field(init=False, compare=False, repr=False)
    end: datetime = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        following = divmod(self.index + self.months, 12)
        object.__setattr__(self, "start", datetime(self.year, self.number, 1, tzinfo=self.zone).astimezone(UTC))
        object.__setattr__(self, "end", datetime(following[0], following[1] + 1, 1, tzinfo=self.zone).astimezone(UTC))

    def __str__(self) -> str:
        first = f"{self.year:04}-{self.number:02}"
        return first if self.months == 1 else f"{first}..{self.last()}"

    @property
    def index(self) -> int:
        """The months since the year 0 up to the first of this period, so that months can be counted and compared."""
        return self.year * 12 + self.number - 1

    @property
    def indices(self) -> range:
        """The indices of its months, in order."""
        return range(self.index, self.index + self.months)

    def has(self, moment: datetime | None) -> bool:
        """Whether a moment lies in this period; None lies in none."""
        return moment is not None and self.start <= moment < self.end

    def has_day(self, day: date) -> bool:
        """Whether a day of the desk lies in this period."""
        return self.index <= month_index(day) < self.index + self.months

    def last(self) -> Period:
        """Its last month."""
        return by_index(self.index + self.months - 1, self.zone)

    def previous(self) -> Period:
        """As many months just before this period."""
        return by_index(self.index - self.months, self.zone, self.months)

    def year_before(self) -> Period:
        """The same months of the year before."""
        return by_index(self.index - 12, self.zone, self.months)


def month_index(day: date) -> int:
    """The index of the month that a day, or a time of the desk's zone, lies in."""
    return day.year * 12 + day.month - 1


def by_index(index: int, zone: tzinfo, months: int = 1) -> Period:
    """The ``months`` months from the one that is ``index`` months after January of the year 0."""
    return Period(index // 12, index % 12 + 1, zone, months)


def between(first: Period, last: Period) -> Period:
    """From the first of one period to the last of another.

    :raises Refused: E-5.15-months when they come in the wrong order, or are more than five years.
    """
    months = last.last().index - first.index + 1
    if not 1 <= months <= LONGEST:
        message = t("from {first} to {last} is no period", first=str(first), last=str(last.last()))
        hint = t("the first month comes first, and it may be up to {months} months", months=LONGEST)
        raise Refused([Problem("E-5.15-months", message, hint, "5.15", "--from", Kind.MISSING)])
    return by_index(first.index, first.zone, months)


def month_of(moment: datetime, zone: tzinfo) -> Period:
    """The month that a moment lies in."""
    local = moment.astimezone(zone)
    return Period(local.year, local.month, zone)


def cut_off(period: Period, committed_at: datetime, now: datetime) -> datetime:
    """``as_of``: the later of the commit's time and the period's end, once the clock has passed that.

    In a period that still runs it is the commit's time.
    """
    later = max(committed_at, period.end)
    return later if now >= later else committed_at


def parse_month(written: str, now: datetime, zone: tzinfo) -> Period:
    """The month that ``2026-10`` or ``last`` (the one before that of ``now``) names.

    ``11`` and ``11月`` are that month of this year, or of the last one where this year's has not begun; ``本月`` is
    the month of ``now``.

    :raises Refused: E-5.15-month for anything else.
    """
    spelled = unicodedata.normalize("NFKC", written).strip().lower()
    if spelled in LAST:
        return month_of(now, zone).previous()
    this = month_of(now, zone)
    if spelled in THIS:
        return this
    bare = re.fullmatch(r"([0-9]{1,2})月?份?", spelled)
    if bare and 1 <= int(bare[1]) <= 12:
        return Period(this.year - (int(bare[1]) > this.number), int(bare[1]), zone)
    found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})月?", spelled)
    if found and int(found[1]) in YEARS and 1 <= int(found[2]) <= 12:
        return Period(int(found[1]), int(found[2]), zone)
    message = t("{month} is not a month", month=repr(written))
    raise Refused(
        [Problem("E-5.15-month", message, t('write it like "2026-10", or "last"'), "5.15", "month", Kind.MISSING)]
    )
