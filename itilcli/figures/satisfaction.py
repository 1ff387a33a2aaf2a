"""K6, K7: what customers say when they are called, and whether they are called in time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta

from itilcli.figures.facts import Call, Deadline, Facts
from itilcli.figures.measures import Figure, rate, valid
from itilcli.figures.month import Month
from itilcli.model.codes import SATISFACTION
from itilcli.procedure.clause import World

SATISFIED = 4
SCORES = frozenset(int(code) for code in SATISFACTION)
LONGEST_WAIT = timedelta(days=60)
"""No five working days are spread over more than this; it only spares the counting of days."""


def satisfaction(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K6 客户满意度: scores of 4 and 5 over valid scores, of the calls made in the month; mean and coverage beside it.

    One solution has one score: the last that was given in the month. Coverage is taken over the follow-ups due in the
    month: those that have a valid score by the cut-off.
    """
    scores = [score for row in valid(rows, world.now) for score in scores_in(row, month)]
    expected = due_in(rows, month, world)
    covered = sum(1 for row, _ in expected if scored(row))
    return {
        **rate(sum(1 for score in scores if score >= SATISFIED), len(scores)),
        "mean": sum(scores) / len(scores) if scores else None,
        "coverage": covered / len(expected) if expected else None,
        "coverage_numerator": covered,
        "coverage_denominator": len(expected),
        "by_score": {code: sum(1 for score in scores if str(score) == code) for code in SATISFACTION},
    }


def is_valid(call: Call) -> bool:
    """Whether a call brought a score: the customer was reached and gave 1 to 5."""
    return call.result == "reached" and call.satisfaction in SCORES


def scores_in(row: Facts, month: Month) -> list[int]:
    """The scores of the month's calls, the last one of each solution."""
    if not row.calls:
        return []
    solved = [span.resolved_at for span in row.spans]
    last = {
        bisect_right(solved, call.at): call.satisfaction for call in row.calls if is_valid(call) and month.has(call.at)
    }
    return [score for score in last.values() if score is not None]


def scored(row: Facts) -> bool:
    """Whether the last solution has a valid score."""
    since = row.resolved_at
    return any(is_valid(call) and (since is None or call.at >= since) for call in row.calls)


def follow_up_on_time(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K7 按时回访率: over the follow-ups due in the month, done by the day they were due.

    Done is: reached, refused, or three attempts on two days. One whose day has not passed at the cut-off and that is
    not done yet is not counted yet.
    """
    today = world.day(world.now)
    found = [follow_up for _, follow_up in due_in(rows, month, world)]
    judged = [row for row in found if row.done_on is not None or row.due_on(world.calendar) < today]
    return rate(sum(1 for row in judged if not row.broken(world.calendar, today)), len(judged))


def due_in(rows: Sequence[Facts], month: Month, world: World) -> list[tuple[Facts, Deadline]]:
    """The incidents of I whose follow-up falls due in the month."""
    first, last = (month.start - LONGEST_WAIT).date(), month.end.date()
    return [
        (row, row.follow_up)
        for row in valid(rows, world.now)
        if row.follow_up is not None
        and first <= row.follow_up.since <= last
        and month.has_day(row.follow_up.due_on(world.calendar))
    ]
