"""A case as a commit holds it, made of what its files say; by the version before it where there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cache
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.judging import reread
from itilcli.judging.deed import Held
from itilcli.judging.reread import Known
from itilcli.model.case import Case, kind_of
from itilcli.model.history import Entry, State, effective
from itilcli.model.incident import Incident
from itilcli.model.shape import decode
from itilcli.procedure.replay import effects, replay
from itilcli.store.cases import SUFFIX, assemble
from itilcli.values import made_of, value

INCIDENT, FILES = "incident", "files/"
Parts = Mapping[str, Held]
Read = Callable[[str], bytes]


@value
class Version:
    """A case as a commit holds it: what its files say, and everything wrong in reading and replaying them.

    ``blobs`` and ``known`` are what each file is known by, for the version after it; ``last`` is when its last step happened.
    """

    case: Case
    raw: Mapping[str, dict[str, Any]]
    problems: tuple[Problem, ...]
    unlawful: tuple[Problem, ...]
    blobs: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Known] = field(default_factory=dict)
    last: float | None = None


def version_of(place: str, parts: Parts, read: Read, before: Version | None = None) -> Version | None:
    """The case that lies at ``place``; None where nothing of it is there.

    :param before: another version of it: what it holds alike is neither read nor made again.
    """
    found = {part: held.blob for part, held in parts.items() if not part.startswith(FILES)}
    if not found:
        return None
    known: dict[str, Known] = {}
    problems: list[Problem] = []
    for part in sorted(found, key=_order) if len(found) > 1 else found:
        was = before.known.get(part) if before is not None else None
        if before is not None and was is not None and before.blobs.get(part) == found[part]:
            known[part] = was
            continue
        try:
            known[part] = reread.read(read(found[part]), f"{place}.{part}{SUFFIX}", was)
        except Refused as refused:
            problems += refused.problems
    raw = {part: one.held for part, one in known.items()}
    unlawful: list[Problem] = []
    if before is not None and not before.problems and not problems:
        case = grown(before, known, unlawful)
        if case is not None:
            return _version(case, raw, (), unlawful, found, known, before)
    case = assemble(raw, f"{place}.", problems, True, unlawful)
    return _version(case, raw, tuple(problems), unlawful, found, known)


def _order(part: str) -> tuple[bool, str]:
    return part != INCIDENT, part


def _version(
    case: Case,
    raw: dict[str, dict[str, Any]],
    problems: tuple[Problem, ...],
    unlawful: list[Problem],
    blobs: dict[str, str],
    known_by: dict[str, Known],
    before: Version | None = None,
) -> Version:
    history = case.incident.history
    known: tuple[Entry, ...] = ()
    last = None
    if before is not None and history[: len(before.case.incident.history)] == before.case.incident.history:
        known, last = before.case.incident.history, before.last
    moments = [entry.at.timestamp() for entry in history[len(known) :] if entry.at is not None]
    moments += [] if last is None else [last]
    made = {
        "case": case,
        "raw": raw,
        "problems": problems,
        "unlawful": tuple(unlawful),
        "blobs": blobs,
        "known": known_by,
    }
    return made_of(Version, {**made, "last": max(moments, default=None)})


def grown(before: Version, known: Mapping[str, Known], unlawful: list[Problem]) -> Case | None:
    """The case that these files make, as :func:`itilcli.store.cases.assemble` has it, with the values that it had before;
    None where its history did not just grow, and where anything is wrong, which is told by whoever makes all of it."""
    if INCIDENT not in known or INCIDENT not in before.raw or before.raw.keys() - known.keys():
        return None
    old, new = before.raw[INCIDENT].get("history"), known[INCIDENT].held.get("history")
    if type(old) is not list or type(new) is not list or new[: len(old)] != old:
        return None
    history = before.case.incident.history
    added: tuple[Entry, ...] = ()
    forms: dict[str, Any] = {}
    met: list[Problem] = []
    if len(new) > len(old):
        added = decode(Incident, {"history": new[len(old) :]}, met.append).history
    whole = history + added if added else history
    incident = _likewise(Incident, before.case.incident, before.known[INCIDENT], known[INCIDENT], met, whole)
    for part, data in known.items():
        if part == INCIDENT:
            continue
        kind = kind_of(part)
        if kind is None:
            return None
        was = before.case.forms.get(part)
        forms[part] = (
            _likewise(kind.form, was, before.known[part], data, met)
            if was
            else decode(kind.form, data.held, met.append)
        )
    if met:
        return None
    return made_of(Case, {"incident": incident, "forms": forms, "state": _state(before, whole, added, unlawful)})


def _likewise(
    form: Any, made: Any, old: Known, new: Known, met: list[Problem], history: tuple[Entry, ...] | None = None
) -> Any:
    """The form that ``new`` makes, by the one that ``old`` made: only what differs is decoded; ``history`` is known, if given."""
    if old is new:
        return made
    changed = new.changed
    if changed is None:
        changed = frozenset(
            key for key in old.held.keys() | new.held.keys() if old.held.get(key) is not new.held.get(key)
        )
    if not changed:
        return made
    names = _names(form)
    values = dict(vars(made))
    for key in changed:
        values.pop(names.get(key, ""), None)
    differs = {
        key: new.held[key] for key in changed if key in new.held and not (key == "history" and history is not None)
    }
    fresh_ = vars(decode(form, differs, met.append)) if differs else {}
    for key in differs:
        name = names.get(key)
        if name in fresh_:
            values[name] = fresh_[name]
    if history is not None:
        values["history"] = history
    return made_of(form, values)


def _state(before: Version, whole: Sequence[Entry], added: Sequence[Entry], unlawful: list[Problem]) -> State:
    """What a history adds up to that has more steps than before: those alone are replayed where they happened last."""
    if not added and not before.unlawful:
        return before.case.state
    moments = [one.at.timestamp() for one in added if one.at is not None]
    if (
        before.unlawful
        or before.last is None
        or moments != sorted([before.last, *moments])[1:]
        or effective(whole) is not whole
    ):
        return replay(whole, unlawful.append)
    state = before.case.state
    for entry in added:
        if entry.at is not None:
            state = made_of(State, {**vars(state), **effects(state, entry, unlawful.append)})
    return state


@cache
def fields_of(form: Any) -> frozenset[str]:
    """The keys that a form has in a file."""
    return frozenset(_names(form))


@cache
def _names(form: Any) -> dict[str, str]:
    """The name of each field by its key in a file."""
    return {name.rstrip("_"): name for name in form.__value_names__}


def added_to(old: Version | None, new: Version) -> Sequence[Entry]:
    """The entries that the history has beyond those before."""
    return new.case.incident.history[len(old.case.incident.history) if old else 0 :]
