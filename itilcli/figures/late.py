"""The incidents that spoil the response rate (K2), one by one."""

from __future__ import annotations

from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.named import by_report, named, written
from itilcli.figures.period import Period
from itilcli.figures.response import has_targets, in_time, target_of


def late_responses(book: Book, period: Period) -> list[dict[str, Any]]:
    """Those of A that count against K2, by the report: answered late or not in time yet; without targets not answered.

    They are as many as the rate's denominator less its numerator. ``waited_minutes`` are the working minutes from the
    report to the answer, or to the cut-off where there is none.
    """
    found = book.reported(period)
    targeted = has_targets(book.world.settings)
    if targeted:
        late = [row for row, verdict in in_time(found, book) if verdict is False]
    else:
        late = [row for row in found if row.first_response_at is None]
    return [_late(row, book, period, targeted) for row in sorted(late, key=by_report)]


def _late(row: Facts, book: Book, period: Period, targeted: bool) -> dict[str, Any]:
    begin, end = row.reported_at, row.first_response_at or book.world.now
    return {
        **named(row),
        "severity": row.severity,
        "reported_at": written(begin, period.zone),
        "first_response_at": written(row.first_response_at, period.zone),
        "target_minutes": target_of(row, book.world.settings) if targeted else None,
        "waited_minutes": round(book.clock.worked(begin, end), 1) if begin is not None else None,
    }
