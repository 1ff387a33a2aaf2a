"""K10, K11: what was unresolved when the month began and ended, how old it was, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from itilcli.figures.facts import Facts
from itilcli.figures.measures import Figure, counts, rate, valid
from itilcli.figures.month import Month
from itilcli.procedure.clause import World

AGES = (("up_to_7_days", 7), ("8_to_30_days", 30), ("31_to_90_days", 90))
OLDEST = "over_90_days"


def unresolved(row: Facts, at: datetime) -> bool:
    """Whether an incident had been reported before a moment and was not resolved at it."""
    if row.reported_at is None or row.reported_at >= at:
        return False
    return not any(span.resolved_at < at and (span.undone_at is None or span.undone_at >= at) for span in row.spans)


def backlog_start(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K10: unresolved at the first moment of the month."""
    return {"value": sum(1 for row in valid(rows, world.now) if unresolved(row, month.start))}


def backlog_end(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K10 月末未解决: unresolved at the month's end, by age since the report (in a running month: by now).

    backlog_end = backlog_start + incidents_total − resolutions + reopenings, over the incidents valid at the cut-off.
    """
    at = min(month.end, world.now)
    left = [row for row in valid(rows, world.now) if unresolved(row, month.end)]
    ages = [at - row.reported_at for row in left if row.reported_at is not None]
    oldest = max(ages, default=None)
    return {
        "value": len(left),
        "ageing": counts((*(name for name, _ in AGES), OLDEST), map(age_group, ages)),
        "oldest_days": max(oldest, timedelta()).days if oldest is not None else None,
    }


def age_group(age: timedelta) -> str:
    """The group of an age; a group ends with its last day."""
    return next((name for name, days in AGES if age <= timedelta(days=days)), OLDEST)


def resolutions(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K11: how often something was resolved in the month, those solutions included that were undone later."""
    return {"value": sum(month.has(span.resolved_at) for row in valid(rows, world.now) for span in row.spans)}


def reopenings(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K11: how often something was reopened in the month, whenever it had been resolved."""
    return {"value": sum(month.has(span.undone_at) for row in valid(rows, world.now) for span in row.spans)}


def reopen_rate(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K11 重开率: reopenings over resolutions in the month; above 1 when more comes back than is solved."""
    return rate(reopenings(rows, month, world)["value"], resolutions(rows, month, world)["value"])
