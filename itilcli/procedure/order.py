"""B23, B25: a step that would stand where it may not, told once and by the numbers that `itil log` shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.history import Entry, effective, in_order
from itilcli.procedure import MOVES
from itilcli.procedure.clause import Request, World, clock_time
from itilcli.text import Label, Text, t

OF_ENTRY = re.compile(r"incident:history#(.+)")
VERBS = {
    "confirm-attempt": "confirm", "confirm-unsigned": "confirm", "complaint-answer": "follow-up", "item-done": "item",
    "approve-verbal": "dispatch", "countersign": "approve", "countersign-refuse": "reject",
}  # fmt: skip
"""The verbs of the actions that have another name."""


def told_once(problems: Sequence[Problem], case: Case, request: Request, world: World) -> list[Problem]:
    """The problems of a replay; of all that are out of order only the first, in plain words.

    :param case: the case with the history that ``request`` would make; its last entry is the request's.
    """
    stages = [problem for problem in problems if problem.code.endswith("-stage")]
    rest = [problem for problem in problems if problem not in stages]
    return [misplaced(stages[0], case, request, world), *rest] if stages else rest


def misplaced(found: Problem, case: Case, request: Request, world: World) -> Problem:
    """Which two steps would stand in the wrong order, by their numbers; for a step taken back, what stands on it."""
    history = case.incident.history
    numbers = {entry.id: number for number, entry in enumerate(history, 1)}
    moved = request.get("step") or request.entry_id
    unlawful = (OF_ENTRY.fullmatch(found.where) or ["", ""])[1]
    recorded = {entry.id: entry for entry in history}
    id_ = case.id.rpartition("-")[2]
    if request.get("retract"):
        values = {"action": label(recorded[unlawful]), "number": numbers[unlawful]}
        message = t(
            "{action} (step {number}) stands on {other} (step {place}), which would be taken back",
            **values, other=label(recorded[moved]), place=numbers[moved],
        )  # fmt: skip
        hint = t("take that back first: itil correct {id} --step {number} --retract --reason …", id=id_, **values)
        return replace(found, message=message, hint=hint, where=f"incident:history#{values['number']}")
    was = next((entry for entry in effective(history[:-1]) if entry.id == moved), None)
    now = {entry.id: entry for entry in in_order(history)}
    earlier = was is None or was.at is None or (to := now[moved].at) is None or to < was.at
    beside = unlawful if unlawful != moved else neighbour(list(now), moved, earlier)
    message = said(earlier, step_values(now[moved], numbers, world), step_values(now[beside], numbers, world))
    hint = (
        t("give a time that fits the order with --set at=TIME; the steps: itil log {id}", id=id_)
        if request.get("step")
        else t("give the time at which it happened with --at; the steps: itil log {id}", id=id_)
    )
    return replace(found, message=message, hint=hint, where=f"incident:history#{numbers[moved]}")


def said(earlier: bool, moved: dict[str, object], other: dict[str, object]) -> Text:
    """That one step would come before, or after, another."""
    values = {**moved, "other": other["action"], "place": other["number"], "when": other["time"]}
    if earlier:
        return t(
            "{action} (step {number}, {time}) would come before {other} (step {place}, {when}), where it may not",
            **values,
        )
    return t(
        "{action} (step {number}, {time}) would come after {other} (step {place}, {when}), where it may not", **values
    )


def step_values(entry: Entry, numbers: dict[str | None, int], world: World) -> dict[str, object]:
    """A step as it is told."""
    time = clock_time(entry.at.astimezone(world.zone)) if entry.at else "?"
    return {"action": label(entry), "number": numbers[entry.id], "time": time}


def neighbour(ids: Sequence[str | None], moved: str, earlier: bool) -> str | None:
    """The step that a moved one would stand beside: the next one, or the one before."""
    place = ids.index(moved) + (1 if earlier else -1)
    return ids[min(max(place, 0), len(ids) - 1)]


def label(entry: Entry) -> Label:
    """What a step is called."""
    return MOVES[entry.action or ""][1].label


def ended(case: Case, request: Request, found: Problem) -> Problem:
    """A step on a case that has ended for good, with where to go instead."""
    into, verb = case.incident.merged_into, VERBS.get(request.action, request.action.replace("-", " "))
    if case.state.stage == "merged" and into:
        other = into.rpartition("-")[2]
        message = t("{id} was merged into {other}", id=case.id.rpartition("-")[2], other=other)
        return replace(found, message=message, hint=t("record it there: itil {verb} {id}", verb=verb, id=other))
    if case.state.stage == "void":
        return replace(found, hint=t("a void case takes nothing more; a new call is taken with: itil new"))
    return found


def numbered(problems: Iterable[Problem], case: Case) -> list[Problem]:
    """The problems with the number of a step, as `itil log` shows it, in place of its id."""
    numbers = {entry.id: number for number, entry in enumerate(case.incident.history, 1)}
    made = []
    for problem in problems:
        found = OF_ENTRY.fullmatch(problem.where)
        number = numbers.get(found[1]) if found else None
        made.append(replace(problem, where=f"incident:history#{number}") if number else problem)
    return made
