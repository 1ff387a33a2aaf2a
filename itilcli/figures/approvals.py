"""§5.6, B7: the work orders of a period, how long their approval took, and which were approved by word of mouth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.facts import COUNTERSIGN_DAYS, Deadline, Facts
from itilcli.figures.measures import Figure, passed, spread
from itilcli.figures.named import named, written
from itilcli.figures.particulars import Approved
from itilcli.figures.period import Period

KINDS = ("signed", "verbal")


def work_orders(book: Book, period: Period) -> dict[str, Any]:
    """What was asked for, approved, rejected and withdrawn in the period, and what waited for a decision at its end.

    ``time`` is from the request to the decision, of those decided in the period: in writing, and by word of mouth.
    """
    orders = [order for _, order in _orders(book)]
    decided = [order for order in orders if period.has(order.decided_at)]
    return {
        "asked": sum(period.has(order.asked_at) for order in orders),
        "approved": sum(order.decision == "approved" for order in decided),
        "rejected": sum(order.decision == "rejected" for order in decided),
        "withdrawn": sum(period.has(order.withdrawn_at) for order in orders),
        "waiting": sum(_waited(order, period.end) for order in orders),
        "time": {kind: _time([order for order in decided if order.kind == kind], book) for kind in KINDS},
    }


def verbal_approvals(book: Book, period: Period) -> list[dict[str, Any]]:
    """Approvals by word of mouth, given in the period or earlier and still not countersigned, in that order.

    ``state`` at the cut-off: ``on_time`` or ``late`` countersigned, ``refused``, ``waiting`` or ``overdue``;
    ``withdrawn`` where the work order was taken back before, which needs no signature.
    """
    found = []
    for row, order in _orders(book):
        if order.kind == "verbal" and order.decided_at is not None and order.decided_at < period.end:
            due, state = _countersigned(order, order.decided_at, book)
            if period.has(order.decided_at) or state in ("waiting", "overdue"):
                found.append((order.decided_at, row, order, due, state))
    return [
        {
            **named(row),
            "form": order.form,
            "approved_at": written(at, period.zone),
            "due_on": due.isoformat(),
            "countersigned_at": written(order.countersigned_at, period.zone),
            "state": state,
        }
        for at, row, order, due, state in sorted(found, key=lambda one: (one[0], one[1].id, one[2].form))
    ]


def _orders(book: Book) -> Iterator[tuple[Facts, Approved]]:
    return ((row, order) for row in book.valid for order in row.particulars.approvals)


def _waited(order: Approved, at: datetime) -> bool:
    """Whether an order that had been asked for waited for its decision at a moment."""
    ended = order.decided_at or order.withdrawn_at
    return order.asked_at < at and (ended is None or ended >= at)


def _time(orders: Sequence[Approved], book: Book) -> Figure:
    times = [(order.asked_at, order.decided_at) for order in orders if order.decided_at is not None]
    return {
        "count": len(times),
        "calendar_minutes": spread(passed(begin, end) for begin, end in times),
        "working_minutes": spread(book.clock.worked(begin, end) for begin, end in times),
    }


def _countersigned(order: Approved, approved_at: datetime, book: Book) -> tuple[date, str]:
    """The day by which a verbal approval is to be countersigned, and how that stands at the cut-off."""
    world = book.world
    signed = world.day(order.countersigned_at) if order.countersigned_at else None
    deadline = Deadline(world.day(approved_at), COUNTERSIGN_DAYS, signed)
    due, broken = deadline.due_on(world.calendar), deadline.broken(world.calendar, world.day(world.now))
    if order.countersigned == "rejected":
        return due, "refused"
    if signed is not None:
        return due, "late" if broken else "on_time"
    if order.withdrawn_at is not None:
        return due, "withdrawn"
    return due, "overdue" if broken else "waiting"
