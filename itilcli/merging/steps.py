"""The steps that two clones recorded of one case, and whether they can stand one after the other. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from itilcli.errors import Problem
from itilcli.merging.parts import INCIDENT, Parts, case_of, entries_of, recorded, steps_contested
from itilcli.merging.plain import keys_of, same
from itilcli.model.case import Case
from itilcli.model.conflict import HISTORY, Conflict
from itilcli.model.history import Entry, State, in_order
from itilcli.procedure.replay import fold, replay

SUMMED_UP = (
    "status", "stage", "tier", "priority", "owner", "assignee", "due_on", "hold", "first_response_at", "type", "category",
    "severity", "importance", "urgency", "reported_at",
)  # fmt: skip
"""What an incident file repeats of its history."""
GROWING = (HISTORY, "notes", "told", "chased", "attachments", "corrections", "conflicts")
OF_ORDER = ("approve", "approve-verbal", "reject", "withdraw")
"""What decides about the work order in turn."""
Broken = Callable[[Case], set[tuple[str, str]]]
"""What a case breaks as it stands, by code and place."""


def of_steps(
    base: Parts, ours: Parts, theirs: Parts, parts: Parts, states: list[State], broken: Broken
) -> Iterator[Conflict]:
    """Steps that the procedure does not allow one after the other, or the end of a case here and more work on it there."""
    was, mine, yours = states
    ended = [state.status == "completed" and was.status == "open" for state in (mine, yours)]
    moved = [(state.stage, state.tier) != (was.stage, was.tier) for state in (mine, yours)]
    both = all(moved) and any(ended) and (mine.stage, mine.tier) != (yours.stage, yours.tier)
    known = [side for side in (ours, theirs) if not steps_contested(side)]  # where that is open, anything may be wrong
    misfit = unlawful(parts).difference(*map(unlawful, known))
    misfit |= broken(case_of(parts)).difference(*(broken(case_of(side)) for side in known))
    if both or (misfit and not steps_contested(parts)):
        yield between(base, ours, theirs)


def between(base: Parts, ours: Parts, theirs: Parts) -> Conflict:
    """The steps of each side; what the other one took back out of the history counts as its own."""
    rows = [[entry.id for entry in added(base, side) if entry.id] for side in (ours, theirs)]
    mine, yours = [*taken_out(base, theirs), *rows[0]], [*taken_out(base, ours), *rows[1]]
    return Conflict(field=HISTORY, ours=mine, theirs=yours, values=_changed(base, ours, theirs) or None)


def added(base: Parts, side: Parts) -> list[Entry]:
    """The steps that a side recorded."""
    known = {entry.id for entry in entries_of(base)}
    return [entry for entry in entries_of(side) if entry.id not in known]


def last_hand(base: Parts, side: Parts) -> str | None:
    """Who recorded the last step of a side."""
    return next((entry.recorded_by or entry.by for entry in reversed(added(base, side))), None)


def taken_out(base: Parts, side: Parts) -> list[str]:
    """The steps that a side took back out of the history, by their ids."""
    kept = {entry.id for entry in entries_of(side)}
    return [entry.id for entry in entries_of(base) if entry.id and entry.id not in kept]


def with_all(base: Parts, side: Parts) -> Parts:
    """A side's files with the entries back in the history that it took out."""
    gone = set(taken_out(base, side))
    rows = [
        row for row in base.get(INCIDENT, {}).get(HISTORY) or [] if isinstance(row, Mapping) and row.get("id") in gone
    ]
    held = side[INCIDENT]
    return {**side, INCIDENT: {**held, HISTORY: sorted([*rows, *(held.get(HISTORY) or [])], key=recorded)}}


def unlawful(parts: Parts) -> set[tuple[str, str]]:
    """What is wrong with the order of a case's steps, by code and place."""
    found: list[Problem] = []
    entries = entries_of(parts)
    replay(entries, found.append)
    return {(problem.code, problem.where) for problem in found} | set(_crossed(entries))


def _crossed(entries: list[Entry]) -> Iterator[tuple[str, str]]:
    """B7: work orders asked for while another one is not decided, and words about an order that is not the one in turn."""
    state = State()
    for entry in in_order(entries):
        another = entry.form != state.waiting
        waits = state.waiting is not None and state.stage in ("dispatch_pending", "dispatched")
        if waits and another and entry.action in ("dispatch", *OF_ORDER):
            yield "E-5.6-waiting", f"{INCIDENT}:history#{entry.id}"
        state = fold(state, entry)


def _changed(base: Parts, ours: Parts, theirs: Parts) -> list[dict[str, Any]]:
    """The fields that either side changed in the files that were there before, lists that only grow left out."""
    found = []
    for part, was in base.items():
        mine, yours = ours.get(part, {}), theirs.get(part, {})
        for key in keys_of(keys_of(yours, mine), was):
            sides = was.get(key), mine.get(key), yours.get(key)
            if (part == INCIDENT and key in (*GROWING, *SUMMED_UP)) or all(same(one, sides[0]) for one in sides):
                continue
            row = {"field": f"{part}:{key}", "base": sides[0], "ours": sides[1], "theirs": sides[2]}
            found.append({name: held for name, held in row.items() if held is not None})
    return found
