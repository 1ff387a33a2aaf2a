"""What ``desk.yaml`` decides: organisation, language, time zone, targets, working hours, thresholds."""

from __future__ import annotations

import re
from datetime import time

from itilcli.errors import Problem
from itilcli.model.codes import CHANNEL, SEVERITY
from itilcli.model.shape import Report, code, flag, part, text, texts, whole
from itilcli.text import t
from itilcli.values import value

FORMAT = 1


@value
class Targets:
    """Response targets by severity, in minutes written like ``30m`` or ``2h``; absent ones make no target."""

    high: str | None = text()
    medium: str | None = text()
    low: str | None = text()
    consultation: str | None = text()


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
    """``desk.yaml``; ``format`` is the version of the desk's files."""

    format: int | None = whole()
    organisation: str | None = text()
    language: str | None = text()
    timezone: str | None = text()
    intake_channel: str | None = code(CHANNEL)
    response_targets: Targets | None = part(Targets)
    working_hours: Hours | None = part(Hours)
    recurrence: Recurrence | None = part(Recurrence)
    major_when: str | None = text()

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
        return duration_minutes(written) if written else None

    @property
    def periods(self) -> tuple[tuple[time, time], ...]:
        """The working periods of a day; 09:00–12:00 and 13:30–18:00 unless set."""
        written = (self.working_hours.periods if self.working_hours else ()) or ("09:00-12:00", "13:30-18:00")
        return tuple(period for text_ in written if (period := parse_period(text_)) is not None)

    @property
    def around_the_clock(self) -> bool:
        """Whether response targets run day and night."""
        return bool(self.working_hours and self.working_hours.around_the_clock)


def duration_minutes(written: str) -> int | None:
    """Minutes of a duration like ``30m``, ``2h``, ``1h30m``, ``1d``; None when it is none. Working days are not minutes."""
    found = re.fullmatch(r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m(?:in)?)?", written.strip().lower())
    if not found or not any(found.groups()):
        return None
    days, hours, minutes = (int(group or 0) for group in found.groups())
    return days * 1440 + hours * 60 + minutes


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
