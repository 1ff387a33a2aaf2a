"""§5.15: which incidents broke which rule, and what the records of the period do not tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.breaches import in_order
from itilcli.figures.conformity import broken_rules
from itilcli.figures.facts import Facts
from itilcli.figures.measures import UNCLASSIFIED
from itilcli.figures.period import Period
from itilcli.figures.times import promised
from itilcli.figures.volume import category

REPORTED: dict[str, Callable[[Facts], object]] = {
    "type": lambda row: row.type is None,
    "category": lambda row: category(row) == UNCLASSIFIED,
    "severity": lambda row: row.severity is None and row.type != "consultation",
    "priority": lambda row: row.priority is None,
    "channel": lambda row: row.channel is None,
    "customer": lambda row: not row.organisation,
    "first_response": lambda row: row.first_response_at is None,
    "imported": lambda row: row.imported,
}
"""What is asked of A."""
SOLVED: dict[str, Callable[[Facts], object]] = {
    "tier": lambda row: row.spans[-1].tier is None,
    "derived": lambda row: row.spans[-1].derived,
    "no_promise": lambda row: not promised(row),
}
"""What is asked of S: no tier, a time of solution taken from the closing, no time promised that K9 could judge by."""


def nonconformities(book: Book, period: Period) -> dict[str, list[str]]:
    """K13 by rule, in the order of their numbers: the incidents of S that broke it."""
    found: dict[str, list[str]] = defaultdict(list)
    for row, _ in book.resolved(period):
        for number in broken_rules(row, book.world):
            found[number].append(row.id)
    return {number: sorted(found[number]) for number in in_order(frozenset(found))}


def data_quality(book: Book, period: Period) -> dict[str, Any]:
    """What is missing in the records of the period.

    ``gaps``: for each kind how many incidents, out of how many, and which. ``late_entries``: the steps that happened in
    the period and were recorded more than a day later (补录), and the incidents. ``calendar_missing``: the years that a
    working day was counted through and that no file of the desk decides.
    """
    reported, solved = book.reported(period), [row for row, _ in book.resolved(period)]
    late = {
        row.id: count
        for row in book.valid
        if row.particulars.late_entries and (count := sum(map(period.has, row.particulars.late_entries)))
    }
    return {
        "gaps": [*_gaps(REPORTED, reported), *_gaps(SOLVED, solved)],
        "late_entries": {"count": sum(late.values()), "incidents": sorted(late)},
        "calendar_missing": calendar_missing(book, period),
    }


def _gaps(asked: dict[str, Callable[[Facts], object]], rows: list[Facts]) -> Iterable[dict[str, Any]]:
    for name, holds in asked.items():
        found = sorted(row.id for row in rows if holds(row))
        yield {"name": name, "count": len(found), "of": len(rows), "incidents": found}


def calendar_missing(book: Book, period: Period) -> list[int]:
    """The years without a file among those of the period, of its incidents' reports and of its follow-ups."""
    world = book.world
    years = {index // 12 for index in period.indices}
    rows = [*book.reported(period), *(row for row, _ in book.resolved(period))]
    years |= {row.reported_at.astimezone(world.zone).year for row in rows if row.reported_at is not None}
    days = {row.follow_up.since: row.follow_up for row, _ in book.resolved(period) if row.follow_up is not None}
    years |= {one.due_on(world.calendar).year for one in days.values()}
    return sorted(year for year in years if not world.calendar.covers(year))
