"""The month of a report: [1st 00:00, next 1st 00:00) in the desk's time zone (§6)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from itilcli.errors import Kind, Problem, Refused
from itilcli.text import t

YEARS = range(1900, 9999)
LAST = frozenset({"last", "上月", "上个月"})
THIS = frozenset({"本月", "这个月", "this"})


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month by the clock of ``zone``; ``start`` is its first moment, ``end`` the first of the next.

    Both are kept in UTC, which compares faster.
    """

    year: int
    number: int
    zone: tzinfo
    start: datetime = field(init=False, compare=False, repr=False)
    end: datetime = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        following = divmod(self.index + 1, 12)
        object.__setattr__(self, "start", datetime(self.year, self.number, 1, tzinfo=self.zone).astimezone(UTC))
        object.__setattr__(self, "end", datetime(following[0], following[1] + 1, 1, tzinfo=self.zone).astimezone(UTC))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def index(self) -> int:
        """The months since the year 0, so that months can be counted and compared."""
        return self.year * 12 + self.number - 1

    def has(self, moment: datetime | None) -> bool:
        """Whether a moment lies in this month; None lies in no month."""
        return moment is not None and self.start <= moment < self.end

    def has_day(self, day: date) -> bool:
        """Whether a day of the desk lies in this month."""
        return (day.year, day.month) == (self.year, self.number)

    def previous(self) -> Month:
        """The month before this one."""
        return by_index(self.index - 1, self.zone)

    def year_before(self) -> Month:
        """The same month of the year before."""
        return by_index(self.index - 12, self.zone)


def month_index(day: date) -> int:
    """The index of the month that a day, or a time of the desk's zone, lies in."""
    return day.year * 12 + day.month - 1


def by_index(index: int, zone: tzinfo) -> Month:
    """The month that is ``index`` months after January of the year 0."""
    return Month(index // 12, index % 12 + 1, zone)


def month_of(moment: datetime, zone: tzinfo) -> Month:
    """The month that a moment lies in."""
    local = moment.astimezone(zone)
    return Month(local.year, local.month, zone)


def parse_month(written: str, now: datetime, zone: tzinfo) -> Month:
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
        return Month(this.year - (int(bare[1]) > this.number), int(bare[1]), zone)
    found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})月?", spelled)
    if found and int(found[1]) in YEARS and 1 <= int(found[2]) <= 12:
        return Month(int(found[1]), int(found[2]), zone)
    message = t("{month} is not a month", month=repr(written))
    raise Refused(
        [Problem("E-5.15-month", message, t('write it like "2026-10", or "last"'), "5.15", "month", Kind.MISSING)]
    )
