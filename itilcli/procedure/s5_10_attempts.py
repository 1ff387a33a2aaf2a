"""§5.10, B14: the vain attempts to have a solution confirmed; three on two working days stand for unreachable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.history import Entry
from itilcli.model.incident import Attempt
from itilcli.procedure.clause import Done, Request, World, broken
from itilcli.text import t
from itilcli.workdays import is_working_day

ATTEMPTS, ON_DAYS = 3, 2


def no_answer(case: Case, request: Request, world: World) -> Done:
    """B14: one vain attempt; three on two working days stand for unreachable."""
    attempt = Attempt(request.at, request.actor)
    return Done(case.set(confirmation_attempts=(*case.incident.confirmation_attempts, attempt)))


def not_tried(case: Case, entry: Entry) -> Case:
    """B25: an attempt taken back is marked."""
    rows = (replace(row, retracted=True) if row.at == entry.at else row for row in case.incident.confirmation_attempts)
    return case.set(confirmation_attempts=tuple(rows))


def attempts(case: Case) -> tuple[Attempt, ...]:
    """The vain attempts that no correction took back."""
    return tuple(row for row in case.incident.confirmation_attempts if not row.retracted)


def one_more_day(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B14: three attempts, this one with them, are not enough where they are all of one working day."""
    made = case.set(confirmation_attempts=(*case.incident.confirmation_attempts, Attempt(request.at, request.actor)))
    if len(since_solution(made)) >= ATTEMPTS and not enough_attempts(made, world):
        yield broken(
            "W-5.10-one-day", "5.10", "confirmation_attempts",
            t("enough attempts, but of one working day only: try once more on another working day"),
            t("then record it with: itil confirm {id} --no-answer", id=case.id),
        )  # fmt: skip


def enough_attempts(case: Case, world: World) -> bool:
    """B14: whether the customer was tried three times since the solution, on two working days of the calendar."""
    days: set[date] = {world.day(row.at) for row in since_solution(case) if row.at}
    working = {day for day in days if is_working_day(world.calendar, day)}
    return len(since_solution(case)) >= ATTEMPTS and len(working) >= ON_DAYS


def since_solution(case: Case) -> tuple[Attempt, ...]:
    """The vain attempts to have this solution confirmed; those for a solution that a reopening undid count no more."""
    solved = case.state.resolved_at
    return tuple(row for row in attempts(case) if not (solved and row.at and row.at < solved))
