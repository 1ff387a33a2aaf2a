"""One case as two clones have it, brought together: the steps of both, once each, and what follows from them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.errors import Problem
from itilcli.merging.attachments import alike
from itilcli.merging.plain import Clash, joined, keys_of, same
from itilcli.merging.serials import without_new_serials
from itilcli.model.case import Case, kind_of
from itilcli.model.conflict import HISTORY, Conflict
from itilcli.model.history import Entry, State
from itilcli.model.incident import Incident
from itilcli.model.shape import decode, encode, parse_moment
from itilcli.procedure.replay import replay
from itilcli.store.cases import assemble
from itilcli.values import value

Plain = Mapping[str, Any]
Parts = Mapping[str, Plain]
"""The files of a case as parsed, by part: ``incident``, ``remote-1`` …"""
INCIDENT, CONFLICTS = "incident", "conflicts"
SUMMED_UP = (
    "status", "stage", "tier", "priority", "owner", "assignee", "due_on", "hold", "first_response_at", "type", "category",
    "severity", "importance", "urgency", "reported_at",
)  # fmt: skip
"""What an incident file repeats of its history."""
Broken = Callable[[Case], set[tuple[str, str]]]
"""What a case breaks as it stands, by code and place."""
GROWING = (HISTORY, "notes", "told", "chased", "attachments", "corrections", "conflicts")
DECIDED = ("type", "category", "severity", "importance", "urgency", "owner", "assignee", "hold")
"""What steps set: two clones that set one of them to different values do not agree."""


@value
class Merged:
    """What came of it: the parts as plain data, the references that ours got anew, and the conflicts that were found.

    ``kept``: one side took the whole case back, the other one went on with it; it stays.
    """

    parts: dict[str, dict[str, Any]]
    renamed: dict[str, str]
    conflicts: tuple[Conflict, ...]
    kept: bool = False


def merged(
    base: Parts,
    ours: Parts,
    theirs: Parts,
    new_id: Callable[[], str],
    broken: Broken = lambda case: set(),
    files: Mapping[str, str] | None = None,
) -> Merged:
    """The case that both sides' steps add up to.

    :param base: as it was when the two parted; empty where it was not there.
    :param new_id: makes the id of a conflict.
    :param files: our attachments that got another name, each with its new one.
    :param broken: what rules a case breaks: where it breaks one that neither side broke, the steps do not fit together.
    """
    if INCIDENT in base and (INCIDENT not in ours or INCIDENT not in theirs):  # taken back there, gone on with here
        here = ours if INCIDENT in ours else theirs
        return Merged({part: dict(held) for part, held in here.items()}, {}, (), kept=True)
    renamed = _doubled(base, ours, theirs)
    ours = _under_new_names(without_new_serials(base, ours), renamed, files or {})
    states = [_state(side) for side in (base, ours, theirs)]
    who = _last_hand(base, ours), _last_hand(base, theirs)
    parts, clashes = _joined(base, ours, theirs)
    steps = list(_of_steps(base, ours, theirs, parts, states, broken))
    if steps and (_taken_out(base, ours) or _taken_out(base, theirs)):  # what was taken back there is stood on here
        kept = _with_all(base, ours), _with_all(base, theirs)
        parts, clashes = _joined(base, *kept)
        steps = [_between(base, ours, theirs)]
    conflicts = [*_of_clashes(clashes, ours, theirs, parts), *_of_states(*states), *steps]
    named = tuple(replace(one, id=new_id(), ours_by=who[0], theirs_by=who[1]) for one in _unlike(conflicts, parts))
    if named:
        standing = parts[INCIDENT].get("conflicts") or []
        parts[INCIDENT]["conflicts"] = [*standing, *(encode(one) for one in named)]
    return Merged(parts, renamed, named)


def _joined(base: Parts, ours: Parts, theirs: Parts) -> tuple[dict[str, dict[str, Any]], list[Clash]]:
    """The files of both sides, and the values on which they do not agree."""
    clashes: list[Clash] = []
    parts = {
        part: _part(part, base.get(part), ours.get(part), theirs.get(part), clashes) for part in keys_of(theirs, ours)
    }
    return {part: held for part, held in parts.items() if held}, clashes


# ── forms that both sides added under one name


def _doubled(base: Parts, ours: Parts, theirs: Parts) -> dict[str, str]:
    """Our new forms whose names are taken over there, each with the next free one."""
    taken, renamed = {*base, *ours, *theirs}, {}
    for part in ours:
        kind = kind_of(part)
        if part in theirs and part not in base and kind and not same(ours[part], theirs[part]):
            number = 1
            while f"{kind.name}-{number}" in taken:
                number += 1
            renamed[part] = f"{kind.name}-{number}"
            taken.add(renamed[part])
    return renamed


def _under_new_names(ours: Parts, renamed: Mapping[str, str], files: Mapping[str, str]) -> Parts:
    """Our parts with every mention of a renamed form or attachment changed: nothing of the base can have mentioned it."""
    if not renamed and not files:
        return ours
    case_id = str(ours.get(INCIDENT, {}).get("id"))
    names = {**files, **renamed, **{f"{case_id}/{old}": f"{case_id}/{new}" for old, new in renamed.items()}}

    def anew(held: Any) -> Any:
        if isinstance(held, Mapping):
            return {key: anew(one) for key, one in held.items()}
        if isinstance(held, list):
            return [anew(one) for one in held]
        return names.get(held, held) if isinstance(held, str) else held

    return {renamed.get(part, part): anew(held) for part, held in ours.items()}


# ── part by part


def _part(
    part: str, base: Plain | None, ours: Plain | None, theirs: Plain | None, clashes: list[Clash]
) -> dict[str, Any]:
    """One file; the incident's history is put together step by step, what repeats it is left to be made anew."""
    if ours is None or theirs is None:
        here = ours if theirs is None else theirs
        return dict(here) if here is not None and (base is None or not same(here, base)) else {}
    found: list[Clash] = []
    if part != INCIDENT:
        made = joined(base or {}, ours, theirs, "", found)
    else:
        ours = alike(base or {}, ours, theirs)
        made = joined(_answers(base or {}), _answers(ours), _answers(theirs), "", found)
        made[HISTORY] = _history(base or {}, ours, theirs, found)
        summed = {key: theirs.get(key, ours.get(key)) for key in keys_of(theirs, ours) if key in SUMMED_UP}
        made = {key: {**made, **summed}[key] for key in keys_of(theirs, ours) if key in made or key in summed}
    clashes += [replace(one, path=f"{part}:{one.path}") for one in found]
    return dict(made)


def _answers(incident: Plain) -> Plain:
    """An incident without its history and what repeats it."""
    return {key: held for key, held in incident.items() if key != HISTORY and key not in SUMMED_UP}


def _history(base: Plain, ours: Plain, theirs: Plain, clashes: list[Clash]) -> list[Any]:
    """The entries of both sides, each once, in the order of recording."""
    was, mine, yours = (list(side.get(HISTORY) or []) for side in (base, ours, theirs))
    entries: list[Any] = joined(was, mine, yours, HISTORY, clashes)
    return sorted(entries, key=_recorded) if all(isinstance(one, Mapping) for one in entries) else entries


def _recorded(entry: Any) -> float:
    moment = parse_moment(str(entry.get("recorded_at")))
    return moment.timestamp() if isinstance(moment, datetime) else 0.0


# ── what cannot both be true


def _case(parts: Parts) -> Case:
    return assemble({part: dict(held) for part, held in parts.items()}, "", [])


def _state(parts: Parts) -> State:
    return _case({INCIDENT: parts[INCIDENT]}).state if INCIDENT in parts else State()


def entries_of(parts: Parts) -> list[Entry]:
    """The history of a case in its parsed files."""
    return list(decode(Incident, dict(parts.get(INCIDENT, {})), lambda problem: None).history)


def _added(base: Parts, side: Parts) -> list[Entry]:
    known = {entry.id for entry in entries_of(base)}
    return [entry for entry in entries_of(side) if entry.id not in known]


def _last_hand(base: Parts, side: Parts) -> str | None:
    """Who recorded the last step of a side."""
    return next((entry.recorded_by or entry.by for entry in reversed(_added(base, side))), None)


def _of_clashes(
    clashes: list[Clash], ours: Parts, theirs: Parts, parts: dict[str, dict[str, Any]]
) -> Iterator[Conflict]:
    """One conflict for each field at the top of a file; the file holds theirs, whole, and nothing mixed of both."""
    for place in dict.fromkeys(one.path.partition(".")[0] for one in clashes):
        part, _, key = place.partition(":")
        mine, yours = (side.get(part, {}).get(key) for side in (ours, theirs))
        if key != HISTORY:
            parts[part][key] = mine if yours is None else yours
        yield Conflict(field=place, ours=mine, theirs=yours)


def _of_states(base: State, ours: State, theirs: State) -> Iterator[Conflict]:
    """One question that steps of both sides answered, each otherwise."""
    for name in DECIDED:
        was, mine, yours = (getattr(state, name) for state in (base, ours, theirs))
        if mine != was and yours != was and mine != yours:
            yield Conflict(field=f"{INCIDENT}:{name}", ours=mine, theirs=yours)


def _of_steps(
    base: Parts, ours: Parts, theirs: Parts, parts: Parts, states: list[State], broken: Broken
) -> Iterator[Conflict]:
    """Steps that the procedure does not allow one after the other, or the end of a case here and more work on it there."""
    was, mine, yours = states
    ended = [state.status == "completed" and was.status == "open" for state in (mine, yours)]
    moved = [(state.stage, state.tier) != (was.stage, was.tier) for state in (mine, yours)]
    both = all(moved) and any(ended) and (mine.stage, mine.tier) != (yours.stage, yours.tier)
    known = [side for side in (ours, theirs) if not _standing(side)]  # where something is open, anything may be wrong
    misfit = _unlawful(parts).difference(*map(_unlawful, known))
    misfit |= broken(_case(parts)).difference(*(broken(_case(side)) for side in known))
    if both or (misfit and not _standing(parts)):
        yield _between(base, ours, theirs)


def _between(base: Parts, ours: Parts, theirs: Parts) -> Conflict:
    """The steps of each side; what the other one took back out of the history counts as its own."""
    rows = [[entry.id for entry in _added(base, side) if entry.id] for side in (ours, theirs)]
    mine, yours = [*_taken_out(base, theirs), *rows[0]], [*_taken_out(base, ours), *rows[1]]
    return Conflict(field=HISTORY, ours=mine, theirs=yours, values=_changed(base, ours, theirs) or None)


def _taken_out(base: Parts, side: Parts) -> list[str]:
    """The steps that a side took back out of the history, by their ids."""
    kept = {entry.id for entry in entries_of(side)}
    return [entry.id for entry in entries_of(base) if entry.id and entry.id not in kept]


def _with_all(base: Parts, side: Parts) -> Parts:
    """A side's files with the entries back in the history that it took out."""
    gone = set(_taken_out(base, side))
    rows = [
        row for row in base.get(INCIDENT, {}).get(HISTORY) or [] if isinstance(row, Mapping) and row.get("id") in gone
    ]
    held = side[INCIDENT]
    return {**side, INCIDENT: {**held, HISTORY: sorted([*rows, *(held.get(HISTORY) or [])], key=_recorded)}}


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


def _standing(parts: Parts) -> bool:
    """Whether it is open which steps of a case count."""
    rows = parts.get(INCIDENT, {}).get(CONFLICTS)
    return isinstance(rows, list) and any(isinstance(row, Mapping) and row.get("field") == HISTORY for row in rows)


def _unlawful(parts: Parts) -> set[tuple[str, str]]:
    found: list[Problem] = []
    replay(entries_of(parts), found.append)
    return {(problem.code, problem.where) for problem in found}


def _unlike(conflicts: list[Conflict], parts: Parts) -> list[Conflict]:
    """The conflicts without those that say the same of one question."""
    held = {one.get("field") for one in parts.get(INCIDENT, {}).get("conflicts") or [] if isinstance(one, Mapping)}
    return list({one.field: one for one in conflicts if one.field not in held}.values())
