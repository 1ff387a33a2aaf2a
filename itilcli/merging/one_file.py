"""One file of a case as git's own merge sees it: without the others. What needs them waits in the file, under a name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from itilcli.merging.case import merged
from itilcli.merging.leaves import leaves
from itilcli.merging.parts import CONFLICTS, INCIDENT, Plain
from itilcli.merging.plain import Clash, joined
from itilcli.model.case import FORM_REF, kind_of
from itilcli.model.conflict import WHOLE, with_value_at


def merged_file(part: str, base: Plain | None, ours: Plain, theirs: Plain, new_id: Callable[[], str]) -> dict[str, Any]:
    """The file that both sides' changes add up to; what does not stands under ``conflicts`` until the next sync.

    A form that both sides added is theirs, with ours whole among its conflicts.
    """
    if part == INCIDENT:
        names = _doubled(base or {}, ours, theirs)
        parts = {INCIDENT: base} if base else {}
        return dict(merged(parts, {INCIDENT: _renamed(ours, names)}, {INCIDENT: theirs}, new_id).parts[INCIDENT])
    if base is None:
        return {**theirs, CONFLICTS: [*_held(theirs), {"id": new_id(), "field": WHOLE, "ours": dict(ours)}]}
    clashes: list[Clash] = []
    made = joined(base, ours, theirs, "", clashes)
    rows = []
    for one in leaves(base, ours, theirs, clashes):
        made = with_value_at(made, one.path, one.ours if one.theirs is None else one.theirs)
        rows.append({"id": new_id(), "field": f"{part}:{one.path}", "ours": one.ours, "theirs": one.theirs})
    told = [{name: held for name, held in row.items() if held is not None} for row in rows]
    return {**made, **({CONFLICTS: [*_held(made), *told]} if told else {})}


def taken_apart(parts: Mapping[str, Plain], who: str) -> dict[str, dict[str, Any]] | None:
    """A case whose forms hold no conflicts any more: forms added twice each in a file, the rest named in the incident.

    :param who: the person whose clone it is: ours is theirs. None where there is nothing to take apart.
    """
    if INCIDENT not in parts or not any(_held(held) for part, held in parts.items() if part != INCIDENT):
        return None
    made = {part: dict(held) for part, held in parts.items()}
    mentioned = _mentioned(made[INCIDENT])
    for part in [part for part in parts if part != INCIDENT]:
        rows = made[part].pop(CONFLICTS, None) or []
        for row in rows:
            if isinstance(row, Mapping) and row.get("field") == WHOLE and isinstance(row.get("ours"), Mapping):
                name = _free(part, mentioned, made)
                made[name] = {**row["ours"], "id": f"{made[INCIDENT].get('id')}/{name}"}
            elif isinstance(row, Mapping):
                made[INCIDENT].setdefault(CONFLICTS, [])
                named = {"ours_by": who, "theirs_by": _other(made[INCIDENT], who), **row}
                made[INCIDENT][CONFLICTS] = [*made[INCIDENT][CONFLICTS], named]
    return made


def _other(incident: Plain, who: str) -> str:
    """Who else recorded the last step."""
    rows = [row for row in incident.get("history") or [] if isinstance(row, Mapping)]
    return next((str(row["recorded_by"]) for row in reversed(rows) if row.get("recorded_by") not in (None, who)), who)


def _held(held: Plain) -> list[Any]:
    found = held.get(CONFLICTS)
    return list(found) if isinstance(found, list) else []


def _mentioned(incident: Plain) -> list[str]:
    """The forms that the steps name, in the order of the history."""
    rows = incident.get("history")
    found = [row.get("form") for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return list(dict.fromkeys(one for one in found if isinstance(one, str) and FORM_REF.fullmatch(one)))


def _free(part: str, mentioned: list[str], made: Mapping[str, Any]) -> str:
    """The name that the steps of ours have for a form whose own is taken: one without a file; else the next."""
    kind = kind_of(part)
    assert kind is not None
    waiting = [one for one in mentioned if kind_of(one) is kind and one not in made]
    return waiting[0] if waiting else next(one for one in _numbered(kind.name) if one not in made)


def _numbered(kind: str) -> Iterator[str]:
    number = 1
    while True:
        yield f"{kind}-{number}"
        number += 1


def _doubled(base: Plain, ours: Plain, theirs: Plain) -> dict[str, str]:
    """The forms that steps of both sides added under one name, each with the name that ours gets."""
    was, mine, yours = (_mentioned(side) for side in (base, ours, theirs))
    taken = {*was, *mine, *yours}
    names: dict[str, str] = {}
    for one in mine:
        kind = kind_of(one)
        if one in yours and one not in was and kind is not None and not _same_step(one, ours, theirs):
            names[one] = next(name for name in _numbered(kind.name) if name not in taken)
            taken.add(names[one])
    return names


def _same_step(ref: str, ours: Plain, theirs: Plain) -> bool:
    """Whether both sides know the form by the same step."""
    ids = [{row.get("id") for row in side.get("history") or [] if row.get("form") == ref} for side in (ours, theirs)]
    return bool(ids[0] & ids[1])


def _renamed(held: Any, names: Mapping[str, str]) -> Any:
    if isinstance(held, Mapping):
        return {key: _renamed(one, names) for key, one in held.items()}
    if isinstance(held, list):
        return [_renamed(one, names) for one in held]
    return names.get(held, held) if isinstance(held, str) else held
