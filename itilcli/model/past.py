"""A month from before the tool, as ``history.csv`` brings it."""

from __future__ import annotations

from itilcli.values import value


@value
class Past:
    """The figures of one month from before the tool; ``month`` counts the months since the year 0; None: not known."""

    month: int
    incidents_total: int
    resolved: int | None = None
    resolved_tier1: int | None = None
    resolved_tier2: int | None = None
    resolved_tier3: int | None = None
    high: int | None = None
    medium: int | None = None
    low: int | None = None
    backlog_end: int | None = None
    satisfied: int | None = None
    scored: int | None = None
