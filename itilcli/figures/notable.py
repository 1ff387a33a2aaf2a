"""§5.15: what a month's report names one by one: its major incidents and the complaints it brought."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.facts import Complained, Deadline, Facts
from itilcli.figures.measures import passed
from itilcli.figures.named import by_report, named, solved, written
from itilcli.figures.period import Period

REVIEW_DAYS = 5
"""Working days that the review of a major incident has after the solution (F12)."""


def major_incidents(book: Book, period: Period) -> list[dict[str, Any]]:
    """The major incidents reported in the month, in that order; ``state`` is resolved or open at the cut-off."""
    return [_major(row, book, period) for row in sorted(book.reported(period), key=by_report) if row.major]


def major_carried(book: Book, period: Period) -> list[dict[str, Any]]:
    """The major incidents reported before the month that were not solved when it began, in the same shape."""
    found = (row for row in book.valid if row.major and row.unresolved(period.start))
    return [_major(row, book, period) for row in sorted(found, key=by_report)]


def _major(row: Facts, book: Book, period: Period) -> dict[str, Any]:
    """One major incident; ``minutes`` are the calendar minutes to the solution, or to the cut-off while it is open."""
    known, now = row.particulars, book.world.now
    done = solved(row, now)
    resolved_at = row.resolved_at if done else None
    return {
        **named(row),
        "state": "resolved" if done else "open",
        "severity": row.severity,
        "importance": row.importance,
        "urgency": row.urgency,
        "reported_at": written(row.reported_at, period.zone),
        "first_response_at": written(row.first_response_at, period.zone),
        "told_at": written(known.told_at, period.zone),
        "told_instead": known.told_instead,
        "tier": (row.solution.tier if done and row.solution else None) or row.tier,
        "resolved_at": written(resolved_at, period.zone),
        "minutes": round(passed(row.reported_at, resolved_at or now), 1) if row.reported_at else None,
        "cause": known.cause,
        "cause_pending": row.root_cause_pending,
        "solution": known.solution if done else None,
        **_review(row, resolved_at, book, period),
    }


def _review(row: Facts, resolved_at: datetime | None, book: Book, period: Period) -> dict[str, Any]:
    """F12: when it was reviewed, or by which day it is to be, and whether that day has passed."""
    world, reviewed_at = book.world, row.particulars.reviewed_at
    if resolved_at is None:
        return {"reviewed_at": written(reviewed_at, period.zone), "review_due_on": None, "review_late": False}
    deadline = Deadline(world.day(resolved_at), REVIEW_DAYS, world.day(reviewed_at) if reviewed_at else None)
    return {
        "reviewed_at": written(reviewed_at, period.zone),
        "review_due_on": deadline.due_on(world.calendar).isoformat(),
        "review_late": deadline.broken(world.calendar, world.day(world.now)),
    }


def complaints(book: Book, period: Period) -> list[dict[str, Any]]:
    """The complaints recorded in the month, in that order; ``state`` is answered or open at the cut-off."""
    found = [(one, row) for row in book.valid for one in row.complaints if period.has(one.at)]
    return _complaints(found, book, period)


def complaints_carried(book: Book, period: Period) -> list[dict[str, Any]]:
    """The complaints recorded before the month that are open at the cut-off, in the same shape."""
    now = book.world.now
    found = [
        (one, row)
        for row in book.valid
        for one in row.complaints
        if one.at < period.start and _answered(one, now) == "open"
    ]
    return _complaints(found, book, period)


def _complaints(found: list[tuple[Complained, Facts]], book: Book, period: Period) -> list[dict[str, Any]]:
    return [
        {
            **named(row),
            "text": one.text,
            "state": _answered(one, book.world.now),
            "recorded_at": written(one.at, period.zone),
            "answered_at": written(one.answered_at, period.zone),
            "outcome": one.outcome,
        }
        for one, row in sorted(found, key=lambda pair: (pair[0].at, pair[1].id))
    ]


def _answered(one: Complained, at: datetime) -> str:
    return "answered" if one.answered_at is not None and one.answered_at <= at else "open"
