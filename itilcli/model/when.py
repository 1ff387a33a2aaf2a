"""Times and durations as people type them on the phone, read in the desk's time zone after NFKC."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo

from itilcli.model.shape import parse_moment
from itilcli.values import value
from itilcli.workdays import WorkCalendar, add_working_days

DAYS = {
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "yesterday": -1,
    "今天": 0,
    "今日": 0,
    "today": 0,
    "明天": 1,
    "明日": 1,
    "tomorrow": 1,
    "后天": 2,
}
PERIODS = {"凌晨": 0, "早上": 0, "上午": 0, "中午": 12, "下午": 12, "晚上": 12}
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?|(\d{1,2})(?:点|时)(?:(\d{1,2})分?|(半))?")
DURATION = re.compile(r"([+-]?)((?:\d{1,4}(?:wd|工作日|d|天|h|小时|min|m|分钟|分))+)")
UNIT = re.compile(r"(\d{1,4})(wd|工作日|d|天|h|小时|min|m|分钟|分)")
MINUTES = {"d": 1440, "天": 1440, "h": 60, "小时": 60, "min": 1, "m": 1, "分钟": 1, "分": 1}


@value
class Clock:
    """What times are read against: the desk's clock, its zone and its calendar."""

    now: datetime
    zone: tzinfo
    calendar: WorkCalendar


def read_time(typed: str, clock: Clock) -> datetime | None:
    """The moment that was typed, with the desk's offset; None when it is none.

    RFC 3339; ``2026-11-20 09:12``, ``11-20 09:12``, ``09:12`` (today); ``昨天 16:30``; ``-15m`` and ``+2h`` from now,
    ``3wd`` for working days. A day without a time is its end.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    moment = parse_moment(text.replace(" ", "T", 1)) or parse_moment(text)
    if moment is not None:
        return moment.replace(microsecond=0)
    shifted = shift(text, clock)
    if shifted is not None:
        return shifted
    return on_a_day(text, clock)


def shift(text: str, clock: Clock) -> datetime | None:
    """``-15m``, ``2h``, ``3wd``: so much from now; None when it is no duration."""
    found = DURATION.fullmatch(text)
    if not found:
        return None
    sign = -1 if found[1] == "-" else 1
    units = UNIT.findall(found[2])
    minutes = sum(int(count) * MINUTES[unit] for count, unit in units if unit in MINUTES)
    working = sum(int(count) for count, unit in units if unit not in MINUTES)
    now = clock.now.astimezone(clock.zone)
    if working and sign < 0:
        return None
    try:
        if working:
            on = add_working_days(clock.calendar, now.date(), working).on
            now = now.replace(year=on.year, month=on.month, day=on.day)
        return (now + sign * timedelta(minutes=minutes)).replace(microsecond=0)
    except OverflowError:
        return None


def on_a_day(text: str, clock: Clock) -> datetime | None:
    """``昨天 16:30``, ``11-20 09:12``, ``09:12``; a day alone is its last second."""
    today = clock.now.astimezone(clock.zone).date()
    day, rest = read_day(text, today)
    at = read_clock(rest) if rest else time(23, 59, 59)
    if day is None or at is None or (not rest and day == today and not text):
        return None
    return datetime.combine(day, at, clock.zone)


def read_day(text: str, today: date) -> tuple[date | None, str]:
    """The day that ``text`` begins with (today when it begins with none), and what follows it."""
    for word, offset in DAYS.items():
        if text.lower().startswith(word):
            return today + timedelta(days=offset), text[len(word) :].strip()
    found = re.match(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/月](\d{1,2})日?(?=$|[ T上下中早晚凌])", text)
    if not found:
        return today, text
    try:
        return date(int(found[1] or today.year), int(found[2]), int(found[3])), text[found.end() :].strip(" T")
    except ValueError:
        return None, ""


def read_clock(text: str) -> time | None:
    """``09:12``, ``9:12:30``, ``下午3点半``; None when it is no time of day."""
    add = 0
    for word, hours in PERIODS.items():
        if text.startswith(word):
            add, text = hours, text[len(word) :].strip()
            break
    found = CLOCK.fullmatch(text)
    if not found:
        return None
    hour = int(found[1] or found[4])
    minute = int(found[2] or found[5] or (30 if found[6] else 0))
    try:
        return time(hour + add if hour < 12 else hour, minute, int(found[3] or 0))
    except ValueError:
        return None


def read_duration(typed: str) -> timedelta | None:
    """``7m``, ``2h``, ``1h30m``, ``20分钟``; None for anything else, working days included."""
    found = DURATION.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if not found or found[1] == "-":
        return None
    units = UNIT.findall(found[2])
    if any(unit not in MINUTES for _, unit in units):
        return None
    return timedelta(minutes=sum(int(count) * MINUTES[unit] for count, unit in units))
