"""A merge, judged by its result: every step of both sides is there once, and nothing is that neither side had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.judging.breaches import errors_of
from itilcli.judging.cases import deleted, named
from itilcli.judging.papers import papers
from itilcli.judging.steps import SYNC
from itilcli.judging.touched import SUMMED_UP
from itilcli.judging.version import Version
from itilcli.merging.plain import Clash, same
from itilcli.merging.plain import joined as joined_data
from itilcli.model.history import Entry
from itilcli.procedure.clause import World
from itilcli.procedure.signed import GOVERNING
from itilcli.store import yaml
from itilcli.store.cases import SUFFIX
from itilcli.text import t

LISTS = ("notes", "told", "chased", "escalations", "corrections")
FREE = SUMMED_UP | {"conflicts", "id"}


def joined(
    place: str,
    sides: Sequence[Version | None],
    new: Version | None,
    person: str,
    world: World,
    base: Callable[[], Version | None],
    anew: Mapping[str, str] | None = None,
) -> Iterator[Problem]:
    """Everything wrong with what a merge made of a case that at least one side has.

    :param anew: attachments that got another name, since both sides had one of it: the new name, and the one they had.
    :param base: the case as it was when the two parted. What it had and one side has no more was taken back there (`undo`),
        by a commit that is judged itself.
    """
    there = [one for one in sides if one is not None]
    if new is None or not there:
        yield deleted(f"{place}.incident{SUFFIX}") if there else _not_theirs("incident:id")
        return
    yield from named(place, new)
    lost = [*steps_of(there, new, person), *(found for one in there for found in kept(one, new))]
    if lost and len(there) > 1:
        taken_back = _taken_back(there, base())
        lost = [(what, problem) for what, problem in lost if what not in taken_back]
    yield from (problem for _, problem in lost)
    yield from provenance(there, new, anew or {})
    if not new.case.incident.conflicts:
        found = errors_of(new, world)
        for one in there if found else ():
            found = {key: problem for key, problem in found.items() if key not in errors_of(one, world)}
        yield from found.values()


Lost = tuple[str, Problem]
"""What is lost, by what names it in a file, and how that is told."""


def _taken_back(sides: Sequence[Version], base: Version | None) -> set[str]:
    """What stood in the case when the two parted, and does not stand in one of them any more."""
    if base is None:
        return set()
    named_ = [_names(one) for one in (base, *sides)]
    return {name for name in named_[0] if any(name not in one for one in named_[1:])}


def _names(version: Version) -> set[str]:
    """The ids, digests, serials and form references that a case holds."""
    found = {str(value) for raw in version.raw.values() for _, value in _named_in(raw)}
    return found | {*version.raw}


def _named_in(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in ("id", "sha256", "serial") and not isinstance(inner, Mapping | list):
                yield name, inner
            else:
                yield from _named_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named_in(inner)


def steps_of(sides: Sequence[Version], new: Version, person: str) -> Iterator[Lost]:
    """F33: each step of either side stands in the history, once and unaltered; only the merge itself may add one."""
    made = {entry.id: entry for entry in new.case.incident.history}
    theirs: dict[str | None, Entry] = {}
    for one in sides:
        for entry in one.case.incident.history:
            theirs[entry.id] = entry
            now = made.get(entry.id)
            if now is None or replace(now, form=None) != replace(entry, form=None):
                message = t(
                    "the merge lost or changed the step {id} of {person}", id=entry.id, person=entry.recorded_by or "?"
                )
                problem = Problem("E-gate-history", message, _hint(), "5", f"incident:history#{entry.id}")
                yield (entry.id or "" if now is None else ""), problem
    for entry in made.values():
        if entry.id not in theirs and not (entry.action == SYNC and entry.recorded_by == person):
            message = t("the merge adds the step {id}, which neither side had", id=entry.id)
            yield "", Problem("E-gate-joined", message, _hint(), "5", f"incident:history#{entry.id}")


def kept(side: Version, new: Version) -> Iterator[Lost]:
    """No form, no remark, no attachment and no serial of a side is lost; what is to be settled stands in the conflict."""
    for ref in side.raw.keys() - new.raw.keys():
        yield ref, deleted(f"{ref}{SUFFIX}")
    held = _names(new)
    for name in LISTS:
        for row in getattr(side.case.incident, name):
            if row.id not in held:
                yield row.id or "", _lost(f"incident:{name}")
    for page in side.case.incident.attachments:
        if page.sha256 not in held:
            yield page.sha256 or "", _lost("incident:attachments")
    for ref, form in side.case.forms.items():
        if form.serial and form.serial not in held:
            message = t("the merge lost the serial {serial}", serial=form.serial)
            yield form.serial, Problem("E-gate-serial", message, _hint(), "5.11", f"{ref}:serial")


def _lost(where: str) -> Problem:
    return Problem("E-gate-joined", t("the merge lost what stood there"), _hint(), "5", where)


def provenance(sides: Sequence[Version], new: Version, anew: Mapping[str, str]) -> Iterator[Problem]:
    """Every value of the result stood on one side, a name among the attachments perhaps as another one."""
    known: dict[tuple[str, str], set[Any]] = defaultdict(set)
    for one in sides:
        for part, raw in one.raw.items():
            for name, value in raw.items():
                known[_kind(part), name].update(leaves(value))
    for part, raw in new.raw.items():
        for name, value in raw.items():
            if name in FREE or name == "history":
                continue
            before = known[_kind(part), name]
            if not before.issuperset(_as_before(leaves(value), anew)):
                yield _not_theirs(f"{part}:{name}")
    recorded = {(file, digest) for one in sides for _, file, digest in papers(one.case)}
    for where, file, digest in papers(new.case):
        if (anew.get(file, file), digest) not in recorded:
            yield _not_theirs(where)


def _as_before(found: Iterator[Any], anew: Mapping[str, str]) -> Iterator[Any]:
    """Plain values with the names that attachments had."""
    return (_plain_as_before(one, anew) for one in found) if anew else found


def _plain_as_before(one: Any, anew: Mapping[str, str]) -> Any:
    name, held = one
    if isinstance(held, tuple):
        return name, _plain_as_before(held, anew)
    return name, anew.get(held, held) if isinstance(held, str) else held


def _kind(part: str) -> str:
    return part.rstrip("0123456789")


def leaves(value: Any) -> Iterator[Any]:
    """The plain values within a value, each with the kind it is of."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from ((name, one) for one in leaves(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield type(value).__name__, value


def _not_theirs(where: str) -> Problem:
    return Problem("E-gate-joined", t("the merge holds what neither side had"), _hint(), "5", where)


def _hint() -> Any:
    return t("undo the merge and bring the two together with: itil sync")


def table_joined(path: str, base: bytes | None, sides: Sequence[bytes | None], new: bytes | None) -> bool:
    """Whether a file that is none of a case follows from what both sides did to it: the one that changed it, or line by line."""
    ours, theirs = sides
    if ours == theirs:
        return new == ours
    if base in (ours, theirs):
        return new == (theirs if base == ours else ours)
    if new is None or ours is None or theirs is None:
        return False
    if path in GOVERNING:
        return _as_sync_joins(path, base, ours, theirs, new)
    known = {*ours.splitlines(), *theirs.splitlines()}
    made = new.splitlines()
    both = {*ours.splitlines()} & {*theirs.splitlines()}
    return known.issuperset(made) and both.issubset(made)


def _as_sync_joins(path: str, base: bytes | None, ours: bytes, theirs: bytes, new: bytes) -> bool:
    """Whether a register holds what the program makes of both sides; which of them is ours does not matter."""
    try:
        was, mine, yours, made = (yaml.read(data, path) if data else {} for data in (base, ours, theirs, new))
    except Refused:
        return False
    for one, other in ((mine, yours), (yours, mine)):
        clashes: list[Clash] = []
        if same(joined_data(was, one, other, "", clashes), made) and not clashes:
            return True
    return False
