"""§5.4, §5.8: the visits and remote sessions that took place in a period, whenever the incident is solved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.named import named, written
from itilcli.figures.period import Period


def service(book: Book, period: Period) -> dict[str, int]:
    """How many visits and remote sessions there were, and to how many incidents."""
    went = [row for row, _ in visited(book, period)]
    sessions = [row for row in book.valid for at in row.particulars.sessions if period.has(at)]
    return {
        "visits": len(went),
        "visited_incidents": len({row.id for row in went}),
        "remote_sessions": len(sessions),
        "remote_incidents": len({row.id for row in sessions}),
    }


def visits(book: Book, period: Period) -> list[dict[str, Any]]:
    """The visits in the order of arrival."""
    return [{**named(row), "arrived_at": written(at, period.zone)} for row, at in visited(book, period)]


def visited(book: Book, period: Period) -> list[tuple[Facts, datetime]]:
    """Each visit with its first arrival: however many go, one incident is visited once a day of the desk."""
    return sorted(_visited(book, period), key=lambda pair: (pair[1], pair[0].id))


def _visited(book: Book, period: Period) -> Iterator[tuple[Facts, datetime]]:
    for row in book.valid:
        days: dict[date, datetime] = {}
        for at in row.particulars.visits:
            days.setdefault(book.world.day(at), at)
        yield from ((row, at) for at in days.values() if period.has(at))
