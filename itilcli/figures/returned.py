"""§5.9, §5.15: what came back in the period, and what is solved by a workaround whose root cause nobody has found."""

from __future__ import annotations

from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.named import named, written
from itilcli.figures.period import Period
from itilcli.figures.trail import Span

PROBLEM = "problem"


def reopened(book: Book, period: Period) -> list[dict[str, Any]]:
    """The reopenings of the period, which K11 counts, in their order: what had been solved when, why it came back."""
    found = [(span, row) for row in book.valid for span in row.spans if period.has(span.undone_at)]
    rows = [{**named(row), **_reopening(row, span, period)} for span, row in found]
    return sorted(rows, key=lambda one: (one["reopened_at"], one["id"]))


def _reopening(row: Facts, span: Span, period: Period) -> dict[str, Any]:
    reasons = {one.at: one.reason for one in row.particulars.reopened}
    return {
        "resolved_at": written(span.resolved_at, period.zone),
        "reopened_at": written(span.undone_at, period.zone),
        "reason": reasons.get(span.undone_at) if span.undone_at else None,
    }


def workarounds(book: Book, period: Period) -> list[dict[str, Any]]:
    """B22: what a workaround solved by the period's end and whose root cause is still not found, the oldest first.

    ``in_period`` tells those of S from older ones; ``problem`` is the reference of the problem, where there is one.
    """
    found = sorted(
        (row.resolved_at, row.id, row)
        for row in book.valid
        if row.root_cause_pending and row.resolved_at is not None and row.resolved_at < period.end
    )
    return [
        {
            **named(row),
            "resolved_at": written(at, period.zone),
            "problem": next((one.ref for one in row.particulars.hand_offs if one.process == PROBLEM), None),
            "in_period": period.has(at),
        }
        for at, _, row in found
    ]
