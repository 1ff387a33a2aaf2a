"""What two clones settled, each for itself: what they settled otherwise is to be settled again. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itilcli.merging.parts import INCIDENT, Parts, conflicts_of, entries_of, held_at, put_at, state_of
from itilcli.merging.plain import same
from itilcli.model.conflict import HISTORY, Conflict
from itilcli.model.history import dropped
from itilcli.values import value

DECIDED = ("type", "category", "severity", "importance", "urgency", "owner", "assignee", "hold")
"""What steps set, and not the file."""


@value
class Settled:
    """What stood in the base and is settled on both sides.

    ``fields`` are those settled to two different values, with both; ``steps`` the conflicts of which each side let other
    steps count; ``agreed`` the ids of the steps that both sides dropped.
    """

    fields: tuple[Conflict, ...]
    steps: tuple[Conflict, ...]
    agreed: frozenset[str]


def settled_by_both(base: Parts, ours: Parts, theirs: Parts) -> Settled:
    """What both sides settled of what stood before they parted."""
    still = conflicts_of(ours).keys() | conflicts_of(theirs).keys()
    over = [one for id_, one in conflicts_of(base).items() if id_ not in still]
    gone = [dropped(entries_of(side)) for side in (ours, theirs)]
    fields, steps, agreed = [], [], set[str]()
    for one in over:
        if one.of_steps:
            contested = {*_ids(one.ours), *_ids(one.theirs)}
            if contested & gone[0] == contested & gone[1]:
                agreed |= contested & gone[0]
            else:
                steps.append(one)
        elif one.field:
            mine, yours = (_answer(side, one.field) for side in (ours, theirs))
            if not same(mine, yours):
                fields.append(Conflict(field=one.field, ours=mine, theirs=yours))
    return Settled(tuple(fields), tuple(steps), frozenset(agreed))


def without(parts: Parts, gone: frozenset[str]) -> Parts:
    """The files of a case with these steps taken out of its history."""
    if not gone:
        return parts
    held = parts[INCIDENT]
    return {**parts, INCIDENT: {**held, HISTORY: [row for row in held[HISTORY] if row.get("id") not in gone]}}


def put_back(
    parts: dict[str, dict[str, Any]], base: Parts, ours: Parts, theirs: Parts, steps: tuple[Conflict, ...]
) -> None:
    """What one of two differing settlements had put aside stands again, until it is settled once more."""
    for field in dict.fromkeys(_changed_by(steps)):
        was, mine, yours = (held_at(side, field) for side in (base, ours, theirs))
        if same(mine, was) != same(yours, was):
            put_at(parts, field, was)


def _changed_by(steps: tuple[Conflict, ...]) -> Iterator[str]:
    for one in steps:
        for row in one.values if isinstance(one.values, list | tuple) else ():
            if isinstance(row, dict) and isinstance(row.get("field"), str):
                yield row["field"]


def _answer(side: Parts, field: str) -> Any:
    """What a side says of a field: by its history where steps set it, else by its files."""
    part, _, key = field.partition(":")
    return getattr(state_of(side), key) if part == INCIDENT and key in DECIDED else held_at(side, field)


def _ids(held: Any) -> list[str]:
    return [one for one in held if isinstance(one, str)] if isinstance(held, list | tuple) else []
