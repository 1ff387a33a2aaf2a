"""The second half of K8, and K9: how long solutions took, and whether they came when promised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.measures import Clock, Figure, counts, passed, rate, spread
from itilcli.figures.period import Period
from itilcli.figures.trail import Hold
from itilcli.model.codes import HOLD

TAKEN_OUT = frozenset({"customer", "agreed_date"})
HOUR, DAY = 60, 24 * 60
BANDS = (
    ("up_to_1_hour", HOUR), ("up_to_4_hours", 4 * HOUR), ("up_to_8_hours", 8 * HOUR), ("up_to_1_day", DAY),
    ("up_to_3_days", 3 * DAY), ("up_to_7_days", 7 * DAY),
)  # fmt: skip
LONGER = "over_7_days"


def time_to_resolve(book: Book, period: Period) -> Figure:
    """K8 解决时间: from t0 to t2 over S, in calendar and in working minutes, less holds on customer and agreed date.

    ``waiting`` tells for each kind of hold in how many incidents it occurred and how long they waited together;
    waiting for suppliers, changes and problems counts against the desk. ``derived`` counts the imported incidents
    whose t2 is their closing time. ``histogram`` counts the calendar times by bands, adding up to |S|.
    """
    working, found = book.clock, book.resolved(period)
    waiting = {kind: {"count": 0, "calendar_minutes": 0.0, "working_minutes": 0.0} for kind in HOLD}
    calendar_minutes: list[float] = []
    working_minutes: list[float] = []
    for row, span in found:
        begin, end = row.reported_at or span.resolved_at, span.resolved_at
        whole, worked = passed(begin, end), working.worked(begin, end)
        for kind, (held, held_working) in waited(row, begin, end, working).items():
            add(waiting[kind], held, held_working)
            if kind in TAKEN_OUT:
                whole, worked = whole - held, worked - held_working
        calendar_minutes.append(max(whole, 0.0))
        working_minutes.append(max(worked, 0.0))
    return {
        "count": len(found),
        "derived": sum(span.derived for _, span in found),
        "calendar_minutes": spread(calendar_minutes),
        "working_minutes": spread(working_minutes),
        "waiting": {kind: {name: round(value, 1) for name, value in row.items()} for kind, row in waiting.items()},
        "histogram": counts((*(name for name, _ in BANDS), LONGER), map(band, calendar_minutes)),
    }


def band(minutes: float) -> str:
    """The band of a duration; a band ends with its last minute."""
    return next((name for name, longest in BANDS if minutes <= longest), LONGER)


def add(total: dict[str, float], held: float, held_working: float) -> None:
    """One incident's waiting added to the total of its kind."""
    total["count"] += 1
    total["calendar_minutes"] += held
    total["working_minutes"] += held_working


def waited(row: Facts, begin: datetime, end: datetime, working: Clock) -> dict[str, tuple[float, float]]:
    """Calendar and working minutes that an incident was on hold between two times, by kind."""
    found: dict[str, tuple[float, float]] = {}
    for kind, since, until in within(row.holds, begin, end):
        held, held_working = found.get(kind, (0.0, 0.0))
        found[kind] = (held + passed(since, until), held_working + working.worked(since, until))
    return found


def within(holds: Sequence[Hold], begin: datetime, end: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """The parts of holds that lie between two times."""
    for hold in holds:
        since, until = max(hold.begin, begin), min(hold.end or end, end)
        if since < until:
            yield hold.kind, since, until


def resolution_on_time(book: Book, period: Period) -> Figure:
    """K9 按时解决率: t2 by the promised time, over those of S that have one; by what was promised beside it."""
    judged = [(kind, span.resolved_at <= until) for row, span in book.resolved(period) for kind, until in promised(row)]
    return {
        **rate(sum(good for _, good in judged), len(judged)),
        "by_promise": {kind: by_promise(judged, kind) for kind in ("contract", "agreed", "expected")},
    }


def by_promise(judged: Sequence[tuple[str, bool]], kind: str) -> Figure:
    """K9 of the incidents that one kind of promise decides."""
    own = [good for found, good in judged if found == kind]
    return rate(sum(own), len(own))


def promised(row: Facts) -> tuple[tuple[str, datetime], ...]:
    """The time that decides: the contract's, else the first agreed one, else the customer's expectation; or none."""
    if row.due_at is not None:
        return (("contract", row.due_at),)
    if row.agreed:
        return (("agreed", row.agreed[0]),)
    return (("expected", row.expected_by),) if row.expected_by is not None else ()
