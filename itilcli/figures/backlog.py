"""K10, K11: what was unresolved when the month began and ended, how old it was, and what came back."""

from __future__ import annotations

from datetime import timedelta

from itilcli.figures.book import Book
from itilcli.figures.measures import Figure, counts, rate
from itilcli.figures.period import Period

AGES = (("up_to_7_days", 7), ("8_to_30_days", 30), ("31_to_90_days", 90))
OLDEST = "over_90_days"


def backlog_start(book: Book, period: Period) -> Figure:
    """K10: unresolved at the first moment of the month."""
    return {"value": len(book.unresolved(period.start))}


def backlog_end(book: Book, period: Period) -> Figure:
    """K10 月末未解决: unresolved at the month's end, by age since the report (in a running month: by now).

    backlog_end = backlog_start + incidents_total − resolutions + reopenings, over the incidents valid at the cut-off.
    """
    at = min(period.end, book.world.now)
    left = book.unresolved(period.end)
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


def resolutions(book: Book, period: Period) -> Figure:
    """K11: how often something was resolved in the month, those solutions included that were undone later."""
    return {"value": sum(book.resolutions[index] for index in period.indices)}


def reopenings(book: Book, period: Period) -> Figure:
    """K11: how often something was reopened in the month, whenever it had been resolved."""
    return {"value": sum(book.reopenings[index] for index in period.indices)}


def reopen_rate(book: Book, period: Period) -> Figure:
    """K11 重开率: reopenings over resolutions in the month; above 1 when more comes back than is solved."""
    return rate(reopenings(book, period)["value"], resolutions(book, period)["value"])
