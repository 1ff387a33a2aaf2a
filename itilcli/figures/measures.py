"""What figures are made of: rates with both their numbers, counts, spreads, the desk's working clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from itilcli.errors import Kind, Problem, Refused
from itilcli.model.settings import Settings
from itilcli.procedure.clause import World
from itilcli.text import t
from itilcli.workdays import WorkCalendar, WorkingHours, add_working_minutes, periods_are_sound, working_minutes

Figure = dict[str, Any]
UNKNOWN = "unknown"
UNCLASSIFIED = "unclassified"
NOT_APPLICABLE = "not_applicable"


def rate(numerator: int, denominator: int) -> Figure:
    """A share with both its numbers; the value is null where nothing was counted."""
    return {
        "value": numerator / denominator if denominator else None,
        "numerator": numerator,
        "denominator": denominator,
    }


def share(rows: Sequence[Any], holds: Callable[[Any], object]) -> Figure:
    """The share of rows of which something holds."""
    return rate(sum(1 for row in rows if holds(row)), len(rows))


def counts(codes: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    """How often each code was found: those of the list always and in its order, then any other that occurred."""
    counted, beside = dict.fromkeys(codes, 0), Counter[str]()
    for code in found:
        if code in counted:
            counted[code] += 1
        else:
            beside[code] += 1
    return counted | {code: beside[code] for code in sorted(beside)}


def spread(values: Iterable[float]) -> Figure:
    """Mean, P50 and P90 of durations, rounded to a tenth of a minute; null of none. Percentiles by nearest rank."""
    ordered = sorted(values)
    mean = round(sum(ordered) / len(ordered), 1) if ordered else None
    return {"mean": mean, "p50": percentile(ordered, 50), "p90": percentile(ordered, 90)}


def percentile(ordered: Sequence[float], hundredths: int) -> float | None:
    """The nearest-rank percentile of ascending values: the smallest that so many hundredths do not exceed.

    It is always a duration that occurred, and needs no interpolation. None of no values.
    """
    if not ordered:
        return None
    rank = max(1, -(-hundredths * len(ordered) // 100))
    return round(ordered[rank - 1], 1)


@dataclass(frozen=True, slots=True)
class Clock:
    """The desk's working time."""

    calendar: WorkCalendar
    hours: WorkingHours
    zone: ZoneInfo

    def worked(self, begin: datetime, end: datetime) -> float:
        """Working minutes from one time to another; 0 when the second comes first."""
        return working_minutes(self.calendar, self.hours, self.zone, begin, end)

    def deadline(self, begin: datetime, minutes: float) -> datetime:
        """When so many working minutes have passed."""
        return add_working_minutes(self.calendar, self.hours, self.zone, begin, minutes)


def passed(begin: datetime, end: datetime) -> float:
    """Calendar minutes from one time to another; 0 when the second comes first."""
    return max((end - begin).total_seconds() / 60, 0.0)


def clock(world: World) -> Clock:
    """The working clock of a desk.

    :raises Refused: E-desk-hours when the periods of ``desk.yaml`` overlap or are out of order.
    """
    return Clock(world.calendar, hours_of(world.settings), cast(ZoneInfo, world.zone))


def hours_of(settings: Settings) -> WorkingHours:
    """The working hours that ``desk.yaml`` sets."""
    if not settings.around_the_clock and not periods_are_sound(settings.periods):
        message = t("the working hours overlap or are out of order")
        raise Refused([Problem("E-desk-hours", message, None, where="working_hours.periods", kind=Kind.DESK)])
    return WorkingHours(settings.periods, settings.around_the_clock)
