"""§5.14: how the follow-ups of a period went, and what dissatisfied customers said."""

from __future__ import annotations

from collections import Counter
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.measures import counts
from itilcli.figures.named import named, written
from itilcli.figures.period import Period
from itilcli.figures.satisfaction import counted
from itilcli.model.codes import FOLLOW_UP_RESULT

DISSATISFIED = frozenset({1, 2})


def follow_ups(book: Book, period: Period) -> dict[str, Any]:
    """The follow-ups due in the period by how they stand at the cut-off, adding up to ``due``; ``calls`` by result.

    ``not_reached``: called without reaching anybody; ``not_called``: no call yet. ``calls`` are those of the period,
    whenever their follow-up is due.
    """
    due = book.due(period)
    ended = Counter(_outcome(row) for row, _ in due)
    calls = [call for row in book.called_in(period) for call in row.calls if period.has(call.at)]
    return {
        "due": len(due),
        **{name: ended[name] for name in ("reached", "refused", "not_reached", "not_called")},
        "calls": counts(FOLLOW_UP_RESULT, (call.result for call in calls if call.result)),
    }


def _outcome(row: Facts) -> str:
    """What the calls since the last solution came to."""
    results = {call.result for call in row.calls if row.resolved_at is None or call.at >= row.resolved_at}
    if not results:
        return "not_called"
    return next((name for name in ("reached", "refused") if name in results), "not_reached")


def dissatisfied(book: Book, period: Period) -> list[dict[str, Any]]:
    """The scores of 1 and 2 that K6 counts in the period, by the time of the call, with what the customer said."""
    found = [
        (call, row)
        for row in book.called_in(period)
        for call in counted(row, period)
        if call.satisfaction in DISSATISFIED
    ]
    return [
        {
            **named(row),
            "score": str(call.satisfaction),
            "comment": call.comment,
            "called_at": written(call.at, period.zone),
            "complaint": any(one.at == call.at for one in row.complaints),
        }
        for call, row in sorted(found, key=lambda pair: (pair[0].at, pair[1].id))
    ]
