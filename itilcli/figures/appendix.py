"""§5.15: every incident of a period as a row that holds what the figures depend on, so that counts can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.breaches import in_order
from itilcli.figures.conformity import broken_rules
from itilcli.figures.facts import Facts
from itilcli.figures.measures import UNKNOWN
from itilcli.figures.named import named, written
from itilcli.figures.period import Period
from itilcli.figures.satisfaction import counted, is_valid
from itilcli.figures.tiers import tier_of
from itilcli.figures.times import promised

GRADED = ("project", "type", "category", "severity", "importance", "urgency", "priority", "channel")


def incidents(book: Book, period: Period) -> list[dict[str, Any]]:
    """The incidents of the period by their report: reported, solved, reopened or called in it, with a follow-up due in
    it, or unresolved at its end.

    The columns of a row are always there; what follows them only where it applies: ``major``, ``imported``, ``kind`` of
    the solution, ``derived``, ``solutions`` (all of them, where one was undone), ``handled`` by which tiers, ``visited``,
    ``remote``, ``holds``, ``promised``, ``scores`` of the period, ``followed_up_on``, ``root_cause_pending``.
    """
    found = {row.id: row for row in _concerned(book, period)}
    ordered = sorted(found.values(), key=lambda row: (row.reported_at, row.id))
    return [{**_columns(row, book, period), **_beside(row, book, period)} for row in ordered]


def _concerned(book: Book, period: Period) -> Iterator[Facts]:
    yield from book.reported(period)
    yield from book.called_in(period)
    yield from (row for row, _ in book.due(period))
    start = period.start
    for row in book.valid:
        resolved_at = row.resolved_at
        if resolved_at is not None and resolved_at < start:
            continue
        if row.unresolved(period.end) or any(
            period.has(span.resolved_at) or period.has(span.undone_at) for span in row.spans
        ):
            yield row


def _columns(row: Facts, book: Book, period: Period) -> dict[str, Any]:
    zone, solution = period.zone, row.solution
    scores = [call.satisfaction for call in row.calls if is_valid(call)]
    return {
        **named(row),
        "reported_at": written(row.reported_at, zone),
        **{name: getattr(row, name) for name in GRADED},
        "tier": tier_of(solution) if solution else None,
        "stage": row.stage,
        "first_response_at": written(row.first_response_at, zone),
        "resolved_at": written(row.resolved_at, zone),
        "closed_at": written(row.closed_at, zone),
        "satisfaction": scores[-1] if scores else None,
        "broken": list(in_order(frozenset(broken_rules(row, book.world)))) if solution else [],
    }


def _beside(row: Facts, book: Book, period: Period) -> dict[str, Any]:
    zone, solution = period.zone, row.solution
    done_on = row.follow_up.done_on if row.follow_up else None
    facts = {
        "major": row.major,
        "imported": row.imported,
        "kind": solution.kind if solution else None,
        "derived": solution.derived if solution else False,
        "solutions": _solutions(row, period) if len(row.spans) > 1 or (row.spans and solution is None) else None,
        "handled": list(row.tiers) if row.tiers != (1,) else None,
        "visited": row.visited,
        "remote": row.remote,
        "holds": [[hold.kind, written(hold.begin, zone), written(hold.end, zone)] for hold in row.holds],
        "promised": {kind: written(until, zone) for kind, until in promised(row)},
        "scores": [call.satisfaction for call in counted(row, period)],
        "followed_up_on": done_on.isoformat() if done_on else None,
        "root_cause_pending": row.root_cause_pending,
    }
    return {name: value for name, value in facts.items() if value}


def _solutions(row: Facts, period: Period) -> list[list[str | None]]:
    """Each solution: when, when a reopening undid it, by which tier."""
    zone = period.zone
    return [
        [written(span.resolved_at, zone), written(span.undone_at, zone), str(span.tier) if span.tier else UNKNOWN]
        for span in row.spans
    ]
