"""K10: the incidents that were not solved when the period ended, one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.named import by_report, named, written
from itilcli.figures.period import Period


def open_incidents(book: Book, period: Period) -> list[dict[str, Any]]:
    """Every incident of ``backlog_end``, the oldest first, with its full days since the report.

    Stage, tier, hold and owner are those of the cut-off: an incident may have been solved since the period's end.
    """
    at = min(period.end, book.world.now)
    left = sorted(book.unresolved(period.end), key=by_report)
    return [
        {
            **named(row),
            "type": row.type,
            "severity": row.severity,
            "priority": row.priority,
            "reported_at": written(row.reported_at, period.zone),
            "age_days": max(at - row.reported_at, timedelta()).days if row.reported_at else None,
            "stage": row.stage,
            "tier": row.tier,
            "hold": _hold(row, period),
            "owner": row.owner,
        }
        for row in left
    ]


def _hold(row: Facts, period: Period) -> dict[str, Any] | None:
    """What a case waits for now; None where it is not on hold."""
    hold = row.holds[-1] if row.holds and row.holds[-1].end is None else None
    if hold is None:
        return None
    return {
        "kind": hold.kind,
        "since": written(hold.begin, period.zone),
        "until": written(row.particulars.held_until, period.zone),
        "reason": row.particulars.held_for,
    }
