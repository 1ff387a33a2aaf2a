"""One case as two clones have it, brought together: the steps of both, once each, and what follows from them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from itilcli.merging.attachments import alike
from itilcli.merging.leaves import leaves
from itilcli.merging.parts import CONFLICTS, INCIDENT, Parts, Plain, once, put_at, recorded, state_of
from itilcli.merging.plain import Clash, joined, keys_of, same
from itilcli.merging.serials import without_new_serials
from itilcli.merging.settled import DECIDED, Settled, put_back, settled_by_both, without
from itilcli.merging.steps import SUMMED_UP, Broken, between, last_hand, of_steps, taken_out, with_all
from itilcli.model.case import kind_of
from itilcli.model.conflict import HISTORY, Conflict
from itilcli.model.history import State
from itilcli.model.shape import encode
from itilcli.values import value


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
    settled = settled_by_both(base, ours, theirs)
    states = [state_of(without(base, settled.agreed)), state_of(ours), state_of(theirs)]
    parts, clashes = _joined(base, ours, theirs)
    steps = list(of_steps(base, ours, theirs, parts, states, broken))
    if steps and (taken_out(base, ours) or taken_out(base, theirs)):  # what was taken back there is stood on here
        parts, clashes = _joined(base, with_all(base, ours), with_all(base, theirs))
        steps = [between(base, ours, theirs)]
    conflicts = [*_of_clashes(clashes, base, ours, theirs, parts), *_of_states(*states), *steps]
    conflicts += _settled_otherwise(settled, base, ours, theirs, parts)
    who = last_hand(base, ours), last_hand(base, theirs)
    named = tuple(replace(one, id=new_id(), ours_by=who[0], theirs_by=who[1]) for one in _unlike(conflicts, parts))
    if named:
        standing = parts[INCIDENT].get(CONFLICTS) or []
        parts[INCIDENT][CONFLICTS] = [*standing, *(encode(one) for one in named)]
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
        if isinstance(made.get(CONFLICTS), list):
            made[CONFLICTS] = once(made[CONFLICTS])
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
    return sorted(entries, key=recorded) if all(isinstance(one, Mapping) for one in entries) else entries


# ── what cannot both be true


def _of_clashes(
    clashes: list[Clash], base: Parts, ours: Parts, theirs: Parts, parts: dict[str, dict[str, Any]]
) -> Iterator[Conflict]:
    """One conflict for each leaf that both sides changed; the file holds theirs there, and what only one side changed."""
    for part in dict.fromkeys(one.path.partition(":")[0] for one in clashes):
        inside = [replace(one, path=rest) for one in clashes if (rest := one.path.removeprefix(f"{part}:")) != one.path]
        for one in leaves(base.get(part, {}), ours.get(part, {}), theirs.get(part, {}), inside):
            field = f"{part}:{one.path}"
            if one.path != HISTORY:
                put_at(parts, field, one.ours if one.theirs is None else one.theirs)
            yield Conflict(field=field, ours=one.ours, theirs=one.theirs)


def _of_states(base: State, ours: State, theirs: State) -> Iterator[Conflict]:
    """One question that steps of both sides answered, each otherwise."""
    for name in DECIDED:
        was, mine, yours = (getattr(state, name) for state in (base, ours, theirs))
        if mine != was and yours != was and mine != yours:
            yield Conflict(field=f"{INCIDENT}:{name}", ours=mine, theirs=yours)


def _settled_otherwise(
    settled: Settled, base: Parts, ours: Parts, theirs: Parts, parts: dict[str, dict[str, Any]]
) -> Iterator[Conflict]:
    """What both sides settled, each otherwise: a field holds theirs again, and no step is dropped meanwhile."""
    for one in settled.fields:
        if one.field not in {f"{INCIDENT}:{name}" for name in DECIDED}:
            put_at(parts, one.field or "", one.ours if one.theirs is None else one.theirs)
        yield one
    if settled.steps:
        put_back(parts, base, ours, theirs, settled.steps)
        yield between(base, ours, theirs)


def _unlike(conflicts: list[Conflict], parts: Parts) -> list[Conflict]:
    """The conflicts without those that say the same of one question, or of a part of it."""
    held = {str(one.get("field")) for one in parts.get(INCIDENT, {}).get(CONFLICTS) or [] if isinstance(one, Mapping)}
    fresh = {one.field or "": one for one in conflicts if one.field not in held}
    asked = held | fresh.keys()
    return [one for field, one in fresh.items() if not any(field.startswith(f"{other}.") for other in asked)]
