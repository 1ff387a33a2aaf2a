"""What ``desk.yaml`` decides: organisation, language, time zone, targets, working hours, thresholds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field
from datetime import time
from typing import Any

from itilcli.errors import Problem
from itilcli.model.codes import CHANNEL, SEVERITY, SHARING, SIGNING
from itilcli.model.shape import Report, Shape, code, flag, part, shapes, text, texts, whole
from itilcli.text import t
from itilcli.values import value

FORMAT = 1
WHOLE_DAY = 24 * 60
"""Minutes."""


@value
class Targets:
    """Response targets by severity, in minutes written like ``30m`` or ``2h``; absent ones make no target."""

    high: str | None = text()
    medium: str | None = text()
    low: str | None = text()
    consultation: str | None = text()


@value
class Target:
    """What was agreed for a figure of the report: at least, or at most, ``value``; a rate lies in [0, 1]."""

    value: float
    at_least: bool = True

    def met(self, value: float) -> bool:
        """Whether a figure keeps to it."""
        return value >= self.value if self.at_least else value <= self.value


def _goal(value: Any, where: str, report: Report) -> Any:
    if type(value) in (str, int, float):
        return value
    report(_no_goal(value, where))
    return None


def goal() -> Any:
    """A field holding the target of a figure, as it was written."""
    return field(default=None, metadata={"shape": Shape(_goal)})


@value
class Goals:
    """Targets of the report's figures by their names there; absent ones make no target."""

    response_rate: str | float | None = goal()
    first_contact_rate: str | float | None = goal()
    tier1_rate: str | float | None = goal()
    resolution_on_time: str | float | None = goal()
    satisfaction: str | float | None = goal()
    follow_up_on_time: str | float | None = goal()
    reopen_rate: str | float | None = goal()
    nonconformity: str | float | None = goal()
    backlog_end: str | float | None = goal()


AT_MOST = frozenset({"reopen_rate", "nonconformity", "backlog_end"})
"""Figures of which less is better."""
COUNTS = frozenset({"backlog_end"})
"""Figures that are whole numbers; all others are rates."""


@value
class Hours:
    """The desk's working hours: periods of a working day, or around the clock."""

    periods: tuple[str, ...] = texts()
    around_the_clock: bool | None = flag()


@value
class Recurrence:
    """B13: how many alike faults within how many days suggest a problem."""

    count: int | None = whole()
    days: int | None = whole()


@value
class Settings:
    """``desk.yaml``; ``format`` is the version of the desk's files, ``mailboxes`` the desk's own e-mail addresses."""

    format: int | None = whole()
    organisation: str | None = text()
    language: str | None = text()
    timezone: str | None = text()
    intake_channel: str | None = code(CHANNEL)
    mailboxes: tuple[str, ...] = texts()
    response_targets: Targets | None = part(Targets)
    working_hours: Hours | None = part(Hours)
    recurrence: Recurrence | None = part(Recurrence)
    article_review_months: int | None = whole()
    major_when: str | None = text()
    targets: Goals | None = part(Goals)
    signing: str | None = code(SIGNING)
    sync: str | None = code(SHARING)

    def target(self, name: str) -> Target | None:
        """What was agreed for a figure, by its name in the report (``tier1_rate`` for that of tier 1); None without."""
        written = getattr(self.targets, name, None) if name in shapes(Goals) else None
        wanted = goal_value(name, written) if written is not None else None
        return None if wanted is None else Target(wanted, name not in AT_MOST)

    @property
    def recurrence_count(self) -> int:
        """B13: alike faults that suggest a problem; 3 unless set."""
        return (self.recurrence.count if self.recurrence else None) or 3

    @property
    def recurrence_days(self) -> int:
        """B13: the days within which faults count as alike; 90 unless set."""
        return (self.recurrence.days if self.recurrence else None) or 90

    def target_minutes(self, severity: str | None) -> int | None:
        """K2: the response target of a severity in minutes, ``None`` standing for a consultation; None without a target."""
        targets = self.response_targets
        if targets is None:
            return None
        written = getattr(targets, severity if severity and severity in SEVERITY else "consultation")
        return duration_minutes(written, self.day_minutes) if written else None

    @property
    def day_minutes(self) -> int:
        """The minutes of one day on the clock of the response targets: of a working day, or 24 hours around the clock."""
        if self.around_the_clock:
            return WHOLE_DAY
        return sum((end.hour - begin.hour) * 60 + end.minute - begin.minute for begin, end in self.periods) or WHOLE_DAY

    @property
    def periods(self) -> tuple[tuple[time, time], ...]:
        """The working periods of a day; 09:00–12:00 and 13:30–18:00 unless set."""
        written = (self.working_hours.periods if self.working_hours else ()) or ("09:00-12:00", "13:30-18:00")
        return tuple(period for text_ in written if (period := parse_period(text_)) is not None)

    @property
    def around_the_clock(self) -> bool:
        """Whether response targets run day and night."""
        return bool(self.working_hours and self.working_hours.around_the_clock)


def goal_value(name: str, written: str | float) -> float | None:
    """The number that a target means: 0.95 of ``95%`` or ``0.95``, 20 of ``20`` for a count; None when it means none."""
    spelled = unicodedata.normalize("NFKC", str(written)).strip()
    found = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{1,9}))?\s*(%?)", spelled)
    if found is None:
        return None
    fraction = found[2] or ""
    number = int(found[1] + fraction) / (10 ** len(fraction) * (100 if found[3] else 1))
    if name in COUNTS:
        return number if number.is_integer() and not found[3] else None
    return number if number <= 1 else None


def _no_goal(value: object, where: str) -> Problem:
    message = t("{target} is no target for {figure}", target=repr(value)[:60], figure=where.rpartition(".")[2])
    hint = t('write a share like "95%" or 0.95')
    if where.rpartition(".")[2] in COUNTS:
        hint = t("write a whole number like 20")
    return Problem("E-desk-goal", message, hint, where=where)


def duration_minutes(written: str, day: int = WHOLE_DAY) -> int | None:
    """Minutes of a duration like ``30m``, ``2h``, ``1h30m``, ``1d``; None when it is none. ``day`` is a day's minutes."""
    found = re.fullmatch(r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m(?:in)?)?", written.strip().lower())
    if not found or not any(found.groups()):
        return None
    days, hours, minutes = (int(group or 0) for group in found.groups())
    return days * day + hours * 60 + minutes


def parse_period(written: str) -> tuple[time, time] | None:
    """The two times of ``09:00-12:00``, or None when it is no such period."""
    start, dash, end = written.partition("-")
    try:
        period = (time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
    except ValueError:
        return None
    return period if dash and period[0] < period[1] else None


def check_settings(settings: Settings, report: Report) -> None:
    """Reports what a hand edit of ``desk.yaml`` got wrong beyond the types of its fields."""
    from zoneinfo import ZoneInfo

    if settings.format not in (None, FORMAT):
        report(
            Problem(
                "E-desk-format",
                t("this desk has format {found}, this program knows {known}", found=settings.format, known=FORMAT),
                t("run: itil migrate, or install a newer itil"),
                where="format",
            )
        )
    try:
        ZoneInfo(settings.timezone or "Asia/Shanghai")
    except (ValueError, OSError, KeyError):
        report(
            Problem(
                "E-desk-timezone",
                t("{zone} is not a time zone", zone=repr(settings.timezone)),
                t('write one like "Asia/Shanghai"'),
                where="timezone",
            )
        )
    if settings.language not in (None, "zh", "en"):
        report(Problem("E-desk-language", t("language must be zh or en"), where="language"))
    for written in settings.working_hours.periods if settings.working_hours else ():
        if parse_period(written) is None:
            report(
                Problem(
                    "E-desk-hours",
                    t("{period} is not a period of the day", period=repr(written)),
                    t('write it like "09:00-12:00"'),
                    where="working_hours.periods",
                )
            )
    for severity in ("high", "medium", "low", "consultation"):
        target = getattr(settings.response_targets, severity, None)
        if target is not None and duration_minutes(target) is None:
            report(
                Problem(
                    "E-desk-target",
                    t("{target} is not a duration", target=repr(target)),
                    t('write it like "30m" or "2h"'),
                    where=f"response_targets.{severity}",
                )
            )
    for name in shapes(Goals):
        wanted = getattr(settings.targets, name, None)
        if wanted is not None and goal_value(name, wanted) is None:
            report(_no_goal(wanted, f"targets.{name}"))
