"""K13: which rules a case breaks, by the numbers in the procedure's own table.

A breach counts under the numbers of the rule that found it (``Rule.numbers`` in CLAUSES); nothing is listed by hand
but the rules that the requirements name for K13.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from itilcli.model.case import Case
from itilcli.procedure import CLAUSES
from itilcli.procedure.clause import Find, World

COUNTED = frozenset({"B4", "B8", "B13", "B16", "B19", "B21", "B22"})
"""Rules that warn and are counted; every other one blocks, so that a case of this tool cannot break it."""
BY_THE_DAY = frozenset({"B19"})
"""Counted from a deadline instead (see ``Facts.follow_up``), because the day decides."""
LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


def b_numbers(numbers: tuple[str, ...]) -> frozenset[str]:
    """The rules B1…B27 among a rule's numbers, less those counted from a deadline."""
    return frozenset(number for number in numbers if number.startswith("B")) - BY_THE_DAY


EVERY: tuple[tuple[frozenset[str], Find], ...] = tuple(
    (numbers, rule.find) for clause in CLAUSES for rule in clause.rules if (numbers := b_numbers(rule.numbers))
)
OURS = tuple((numbers & COUNTED, find) for numbers, find in EVERY if numbers & COUNTED)


def breaches(case: Case, world: World) -> tuple[str, ...]:
    """The numbers of the rules this case breaks, in order: every B of an imported case, else what K13 counts.

    Only what is so on any day: the rules are asked with a clock so early that nothing is overdue.
    """
    world = World(world.people, world.settings, world.calendar, world.zone, LONG_AGO)
    found: frozenset[str] = frozenset()
    if case.imported:
        for numbers, find in EVERY:
            if next(find(case, world), None) is not None:
                found |= numbers
    else:
        for numbers, find in OURS:
            if any(problem.level == "warning" for problem in find(case, world)):
                found |= numbers
    return in_order(found)


@cache
def in_order(numbers: frozenset[str]) -> tuple[str, ...]:
    """B4 before B13, B21 before B21b."""
    return tuple(sorted(numbers, key=lambda number: (int("".join(filter(str.isdigit, number)) or 0), number)))
