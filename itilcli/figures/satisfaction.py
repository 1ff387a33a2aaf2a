"""K6, K7: what customers say when they are called, and whether they are called in time."""

from __future__ import annotations

from bisect import bisect_right

from itilcli.figures.book import Book
from itilcli.figures.facts import Call, Facts
from itilcli.figures.measures import Figure, rate
from itilcli.figures.period import Period
from itilcli.model.codes import SATISFACTION

SATISFIED = 4
SCORES = frozenset(int(code) for code in SATISFACTION)


def satisfaction(book: Book, period: Period) -> Figure:
    """K6 客户满意度: scores of 4 and 5 over valid scores, of the calls made in the month; mean and coverage beside it.

    One solution has one score: the last that was given in the month. Coverage is taken over the follow-ups due in the
    month: those that have a valid score by the cut-off.
    """
    scores = [call.satisfaction or 0 for row in book.called_in(period) for call in counted(row, period)]
    expected = book.due(period)
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


def counted(row: Facts, period: Period) -> list[Call]:
    """The period's calls whose score counts: the last valid one of each solution."""
    if not row.calls:
        return []
    solved = [span.resolved_at for span in row.spans]
    last = {bisect_right(solved, call.at): call for call in row.calls if is_valid(call) and period.has(call.at)}
    return list(last.values())


def scored(row: Facts) -> bool:
    """Whether the last solution has a valid score."""
    since = row.resolved_at
    return any(is_valid(call) and (since is None or call.at >= since) for call in row.calls)


def follow_up_on_time(book: Book, period: Period) -> Figure:
    """K7 按时回访率: over the follow-ups due in the month, done by the day they were due.

    Done is: reached, refused, or three attempts on two days. One whose day has not passed at the cut-off and that is
    not done yet is not counted yet.
    """
    today = book.world.day(book.world.now)
    found = [follow_up for _, follow_up in book.due(period)]
    judged = [row for row in found if row.done_on is not None or row.due_on(book.world.calendar) < today]
    return rate(sum(1 for row in judged if not row.broken(book.world.calendar, today)), len(judged))
