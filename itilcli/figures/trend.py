"""The trend: the figures of the last complete months (§5.15, L280). The running month never enters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.measures import rate
from itilcli.figures.period import Period, by_index, month_index
from itilcli.figures.satisfaction import satisfaction
from itilcli.figures.tiers import resolved_by_tier
from itilcli.figures.volume import by_severity
from itilcli.model.codes import SEVERITY

LONGEST = 24
PAST = "history.csv"


def last_complete(book: Book, period: Period) -> int:
    """The index of the last month up to the period's end that is over at the cut-off."""
    last = period.last()
    return last.index if last.end <= book.world.now else month_index(book.world.now.astimezone(period.zone)) - 1


def series(book: Book, period: Period) -> tuple[int, list[int | None]]:
    """The totals of every complete month that is known up to the period, with the index of the first; None for a gap."""
    last = last_complete(book, period)
    known = [index for index in (book.first, min(book.past, default=None)) if index is not None and index <= last]
    if not known:
        return last + 1, []
    return min(known), [book.month_total(index) for index in range(min(known), last + 1)]


def trend(book: Book, period: Period) -> dict[str, Any]:
    """The figures of up to 24 complete months up to the period, from the first that is known; oldest first.

    A month in which some incidents were imported says how many; one that ``history.csv`` brings says so in ``source``,
    and null stands for what that does not tell.
    """
    begin, totals = series(book, period)
    months, flow = [], Flow(book, period)
    for index in range(begin, begin + len(totals)):
        month = by_index(index, period.zone)
        if book.first is not None and index >= book.first:
            months.append((month, flow.month(index)))
        else:
            months.append((month, before(book, index)))
    return {"months": [{"month": str(month), **row} for month, row in months[-LONGEST:]]}


class Flow:
    """What came in, was resolved and came back, month after month from the desk's first."""

    def __init__(self, book: Book, period: Period) -> None:
        zone = period.zone

        def by_month(moments: Iterable[datetime | None]) -> Counter[int]:
            return Counter(month_index(moment.astimezone(zone)) for moment in moments if moment is not None)

        self.book, self.zone = book, zone
        self.imported = by_month(row.reported_at for row in book.valid if row.imported)
        self.resolutions, self.reopenings = book.resolutions, book.reopenings
        self.backlog = 0

    def month(self, index: int) -> dict[str, Any]:
        """The row of the next month; the backlog goes on from the month before."""
        accepted = len(self.book.accepted.get(index, ()))
        self.backlog += accepted - self.resolutions[index] + self.reopenings[index]
        period = by_index(index, self.zone)
        scores = satisfaction(self.book, period)
        return {
            "incidents_total": accepted,
            "resolved": len(self.book.solved.get(index, ())),
            "resolutions": self.resolutions[index],
            "reopenings": self.reopenings[index],
            "backlog_end": self.backlog,
            "by_severity": by_severity(self.book, period),
            "resolved_by_tier": resolved_by_tier(self.book, period),
            "satisfaction": {name: scores[name] for name in ("value", "numerator", "denominator")},
            "coverage": rate(scores["coverage_numerator"], scores["coverage_denominator"]),
            "imported": self.imported[index],
        }


def before(book: Book, index: int) -> dict[str, Any]:
    """The row of a month from before the tool; of a gap in ``history.csv`` nothing is known."""
    past = book.past.get(index)
    tiers = {tier: getattr(past, f"resolved_tier{tier}", None) for tier in ("1", "2", "3")}
    satisfied, scored = (getattr(past, name, None) for name in ("satisfied", "scored"))
    known = satisfied is not None and scored is not None
    return {
        "incidents_total": past.incidents_total if past else None,
        "resolved": past.resolved if past else None,
        "resolutions": past.resolved if past else None,
        "reopenings": None,
        "backlog_end": past.backlog_end if past else None,
        "by_severity": {code: getattr(past, code, None) for code in SEVERITY},
        "resolved_by_tier": tiers,
        "satisfaction": rate(satisfied or 0, scored or 0) if known else None,
        "coverage": None,
        "imported": past.incidents_total if past else None,
        "source": PAST,
    }
