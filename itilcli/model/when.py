"""Times and durations as people type them on the phone, read in the desk's time zone after NFKC."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo

from itilcli.model.shape import parse_moment
from itilcli.values import pattern, value
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
PERIODS = {"凌晨": 0, "早上": 0, "早晨": 0, "上午": 0, "中午": 12, "下午": 12, "傍晚": 12, "晚上": 12}
ENDS = {
    "凌晨": time(6),
    "早上": time(9),
    "早晨": time(9),
    "上午": time(12),
    "中午": time(13),
    "下午": time(18),
    "傍晚": time(19),
    "晚上": time(22),
    "下班": time(18),
}
"""When a part of a day is over, where no clock time was said."""
SHORT = {"早": "早上", "晚": "晚上"}
WEEKS = {"": 0, "本": 0, "这": 0, "这个": 0, "上": -1, "上个": -1, "上上": -2, "下": 1, "下个": 1, "下下": 2}
WEEKDAY = pattern(r"(上上|上个?|下下|下个?|这个?|本|)(?:周|星期|礼拜)([一二三四五六日天1-7])(?!\d)")
WEEKDAYS = {**{name: place for place, name in enumerate("一二三四五六日")}, "天": 6}
MONTH_END = pattern(r"(上个?|下个?|这个?|本|)月(?:底|末)")
CLOCK = pattern(r"(\d{1,2}):(\d{2})(?::(\d{2}))?|(\d{1,2})(?:点钟?|时)(?:(\d{1,2})分?|(半)|(一刻)|(三刻))?")
NUMERAL = pattern(r"([二三四五]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])(?!刻)")
NUMERALS = {**{name: place for place, name in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
DURATION = pattern(r"([+-]?)((?:\d{1,4}(?:wd|工作日|d|天|h|小时|min|m|分钟|分))+)")
UNIT = pattern(r"(\d{1,4})(wd|工作日|d|天|h|小时|min|m|分钟|分)")
MINUTES = {"d": 1440, "天": 1440, "h": 60, "小时": 60, "min": 1, "m": 1, "分钟": 1, "分": 1}


@value
class Clock:
    """What times are read against: the desk's clock, its zone and its calendar."""

    now: datetime
    zone: tzinfo
    calendar: WorkCalendar


def read_time(typed: str, clock: Clock) -> datetime | None:
    """The moment that was typed, with the desk's offset; None when it is none.

    RFC 3339; ``2026-11-20 09:12``, ``11-20 09:12``, ``09:12`` (today); ``昨天 16:30``, ``今晚8点``; ``-15m`` and ``+2h``
    from now, ``3wd`` for working days. ``上周五``, ``本周三``, ``下周一``, with 周, 星期 or 礼拜, in weeks from Monday to
    Sunday; ``周五`` alone is this week's, also where it has passed. ``月底`` is the last day of this month, as are
    ``上月底`` and ``下月底`` of those beside it. A day without a time is its end, its last second. A part of a day
    without a clock time is the end of that part: 凌晨 06:00, 早上 09:00, 上午 12:00, 中午 13:00, 下午 18:00, 傍晚 19:00,
    晚上 22:00; ``下班前`` is 18:00. 前 may follow a clock time, a part of a day or 月底 (``明天下午5点前``); 周五前 is not
    read, since it may or may not mean the Friday.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    moment = parse_moment(text.replace(" ", "T", 1)) or parse_moment(text)
    if moment is not None:
        return moment.replace(microsecond=0)
    shifted = shift(text, clock)
    if shifted is not None:
        return shifted
    return on_a_day(text, clock)


def hour_lacks(typed: str, clock: Clock) -> bool:
    """Whether ``typed`` names a day without a time of day: ``前天``, ``2026/11/30``, ``周五``, ``月底``."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text or parse_moment(text.replace(" ", "T", 1)) or shift(text, clock):
        return False
    day, rest = read_day(text, clock.now.astimezone(clock.zone).date())
    return day is not None and not rest


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
    found = re.match(r"([前昨今明后])([早晚])上?", text)
    if found:
        text = f"{found[1]}天{SHORT[found[2]]}{text[found.end() :]}"
    for word, offset in DAYS.items():
        if text.lower().startswith(word):
            return today + timedelta(days=offset), text[len(word) :].strip()
    if week := WEEKDAY.match(text):
        monday = today - timedelta(days=today.weekday())
        day = WEEKDAYS[week[2]] if week[2] in WEEKDAYS else int(week[2]) - 1
        return monday + timedelta(weeks=WEEKS[week[1]], days=day), text[week.end() :].strip()
    if month := MONTH_END.match(text):
        return month_end(today, WEEKS[month[1]]), text[month.end() :].removeprefix("前").strip()
    found = re.match(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/月](\d{1,2})日?(?=$|[ T上下中早晚凌])", text)
    if not found:
        return today, text
    try:
        return date(int(found[1] or today.year), int(found[2]), int(found[3])), text[found.end() :].strip(" T")
    except ValueError:
        return None, ""


def month_end(today: date, months: int) -> date:
    """The last day of the month that many months from today's."""
    place = today.year * 12 + today.month + months
    return date(place // 12, place % 12 + 1, 1) - timedelta(days=1)


def read_clock(text: str) -> time | None:
    """``09:12``, ``9:12:30``, ``下午3点半``, ``下午五点一刻``, ``下午`` (its end), ``下班前``; None when it is no time of day."""
    text = re.sub(r"[之以]?前$", "", text)
    if text in ENDS:
        return ENDS[text]
    add = 0
    for word, hours in PERIODS.items():
        if text.startswith(word):
            add, text = hours, text[len(word) :].strip()
            break
    found = CLOCK.fullmatch(NUMERAL.sub(in_digits, text))
    if not found:
        return None
    hour = int(found[1] or found[4])
    minute = int(found[2] or found[5] or (30 if found[6] else 15 if found[7] else 45 if found[8] else 0))
    try:
        return time(hour + add if hour < 12 else hour, minute, int(found[3] or 0))
    except ValueError:
        return None


def in_digits(found: re.Match[str]) -> str:
    """``五``, ``十一`` and ``二十`` in digits."""
    tens, ten, ones = found[1].rpartition("十")
    return str((NUMERALS[tens] if tens else 1) * 10 * bool(ten) + (NUMERALS[ones] if ones else 0))


def read_duration(typed: str) -> timedelta | None:
    """``7m``, ``2h``, ``1h30m``, ``20分钟``; None for anything else, working days included."""
    found = DURATION.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if not found or found[1] == "-":
        return None
    units = UNIT.findall(found[2])
    if any(unit not in MINUTES for _, unit in units):
        return None
    return timedelta(minutes=sum(int(count) * MINUTES[unit] for count, unit in units))
