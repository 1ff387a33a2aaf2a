"""B23, B25: a step that would stand where it may not, told once and by the numbers that `itil log` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from itilcli import procedure
from itilcli.errors import Kind, Problem
from itilcli.model.case import Case
from itilcli.model.history import Entry, State, effective, in_order
from itilcli.procedure.clause import Request, World, clock_time, stays
from itilcli.procedure.naming import entry_label
from itilcli.text import Label, Text, t
from itilcli.values import pattern

Run = Callable[[Sequence[Entry]], State]
OF_ENTRY = pattern(r"incident:history#(.+)")
VERBS = {
    "confirm-attempt": "confirm", "confirm-unsigned": "confirm", "confirm-accept": "confirm", "sign-unsigned": "sign",
    "complaint-answer": "follow-up", "complaint-handler": "follow-up", "item-done": "item", "item-reject": "config reject",
    "approve-verbal": "dispatch", "countersign": "approve", "countersign-refuse": "reject",
}  # fmt: skip
"""The verbs of the actions that have another name."""


def told_once(
    problems: Sequence[Problem], case: Case, request: Request, world: World, run: Run, stored: int
) -> list[Problem]:
    """The problems of a replay; of all that are out of order only the first, in plain words.

    :param case: the case with the history that ``request`` would make; its last entry is the request's.
    :param run: replays a history.
    :param stored: how many entries the case had before the command.
    """
    stages = [problem for problem in problems if problem.code.endswith("-stage")]
    rest = [problem for problem in problems if problem not in stages]
    return [misplaced(stages[0], case, request, world, run, stored), *rest] if stages else rest


def without_consequences(problems: Sequence[Problem]) -> list[Problem]:
    """Where a step stands out of order, that alone, and what is missing or not permitted: all else may follow from it."""
    order = next((one for one in problems if one.code.endswith("-stage") and OF_ENTRY.match(one.where)), None)
    if order is None:
        return list(problems)
    return [one for one in problems if one is order or one.kind is not Kind.RULE]


def misplaced(found: Problem, case: Case, request: Request, world: World, run: Run, stored: int) -> Problem:
    """Which two steps would stand in the wrong order, by their numbers; for a step taken back, what stands on it."""
    history = case.incident.history
    numbers: dict[str | None, int] = {entry.id: number for number, entry in enumerate(history, 1)}
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
    beside = unlawful if unlawful != moved else in_the_way(list(now.values()), moved, earlier, run)
    message = said(earlier, step_values(now[moved], numbers, world), step_values(now[beside], numbers, world))
    if request.get("step"):
        hint = t("give a time that fits the order with --set at=TIME; the steps: itil log {id}", id=id_)
    elif earlier and numbers[beside] <= stored and procedure.MOVES[now[beside].action or ""][1].times is not None:
        hint = t(
            "if {other} was earlier in truth, put that right first: itil correct {id} --step {place} --set at=TIME --reason …; "
            "else give the time of this step with --at",
            other=label(now[beside]), id=id_, place=numbers[beside],
        )  # fmt: skip
    elif not stored:
        hint = t("give the times at which it happened with --at, --responded-at or --resolved-at")
    else:
        hint = t("give the time at which it happened with --at; the steps: itil log {id}", id=id_)
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


def in_the_way(order: Sequence[Entry], moved: str | None, earlier: bool, run: Run) -> str | None:
    """The step that a moved one would stand on the wrong side of; remarks, corrections and the like are never it.

    Of those that come after it, the first that makes it lawful; else the nearest.
    """
    place = next(number for number, entry in enumerate(order) if entry.id == moved)
    own, others = order[place], order[place + 1 :] if earlier else order[:place][::-1]
    weighty = [entry for entry in others if not _weightless(entry)]
    if earlier and place:  # what would come before the call itself is told so
        for entry in weighty:
            before = [one for one in order[: order.index(entry) + 1] if one.id != moved]
            if run(before).stage in procedure.MOVES[own.action or ""][1].stages:
                return entry.id
    nearest = weighty or [entry for entry in order if entry.id != moved and not _weightless(entry)][-1:]
    return nearest[0].id if nearest else moved


def _weightless(entry: Entry) -> bool:
    """Whether a step leaves the stage as it is."""
    found = procedure.MOVES.get(entry.action or "")
    return found is None or found[1].free or found[1].fold is stays


def label(entry: Entry) -> Label:
    """What a step is called."""
    return entry_label(entry)


def verb_of(action: str) -> str:
    """The words of the command that takes a step."""
    return VERBS.get(action, action.replace("-", " ", 1) if action.startswith("visit-") else action)


def ended(case: Case, request: Request, found: Problem) -> Problem:
    """A step on a case that has ended, with where to go instead."""
    into, id_ = case.incident.merged_into, case.id.rpartition("-")[2]
    if case.state.stage == "merged" and into:
        other = into.rpartition("-")[2]
        message = t("{id} was merged into {other}", id=id_, other=other)
        verb = verb_of(request.action)
        return replace(found, message=message, hint=t("record it there: itil {verb} {id}", verb=verb, id=other))
    if case.state.stage == "void":
        return replace(found, hint=t("a void case takes nothing more; a new call is taken with: itil new"))
    if case.state.stage == "closed":
        remark = request.action in ("note", "attach")
        hint = (
            t("a closed case takes no remarks: what the customer says now: itil follow-up {id} …; what was recorded wrongly: "
              "itil correct {id} FIELD=VALUE --reason …; the fault is back: itil reopen {id} --reason …", id=id_)
            if remark
            else t("the fault is back: itil reopen {id} --reason …; what was recorded wrongly: "
                   "itil correct {id} FIELD=VALUE --reason …", id=id_)
        )  # fmt: skip
        return replace(found, hint=hint)
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
