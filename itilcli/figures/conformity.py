"""K13 不符合项: solved incidents in which a rule of the procedure was not kept."""

from __future__ import annotations

from collections import Counter

from itilcli.figures.book import Book
from itilcli.figures.breaches import in_order
from itilcli.figures.facts import Facts
from itilcli.figures.measures import Figure, rate
from itilcli.figures.period import Period
from itilcli.procedure.clause import World


def nonconformity(book: Book, period: Period) -> Figure:
    """K13: over S, those with a broken rule at the cut-off, and how many broke each rule."""
    found = book.resolved(period)
    broken = [rules for row, _ in found if (rules := broken_rules(row, book.world))]
    times = Counter(number for rules in broken for number in rules)
    return {
        **rate(len(broken), len(found)),
        "by_rule": {number: times[number] for number in in_order(frozenset(times))},
    }


def broken_rules(row: Facts, world: World) -> set[str]:
    """The rules an incident breaks: on any day, and by a late follow-up (B19) or countersignature (B7)."""
    today, found = world.day(world.now), set(row.broken)
    if row.follow_up is not None and row.follow_up.broken(world.calendar, today):
        found.add("B19")
    if any(deadline.broken(world.calendar, today) for deadline in row.countersignatures):
        found.add("B7")
    return found
