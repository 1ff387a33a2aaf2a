"""A case before and after a commit: only added to, by steps that its author might take, and no rule broken by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.errors import Problem
from itilcli.judging.breaches import errors_of
from itilcli.judging.steps import recorded, timely
from itilcli.judging.touched import corrections, touched
from itilcli.judging.version import INCIDENT, Version, added_to, fields_of
from itilcli.model.history import Entry
from itilcli.procedure.clause import World, forbidden, who_may
from itilcli.procedure.s5_14_follow_up import due
from itilcli.store.cases import SUFFIX
from itilcli.text import t

MANAGER = "incident_manager"


def changed(
    place: str, old: Version | None, new: Version | None, person: str, at: datetime, world: World
) -> Iterator[Problem]:
    """Everything wrong with what a commit did to a case.

    :param place: where the case lies, and what its files are named after.
    :param person: the author, :param at: when the commit was made, :param world: the desk as it stood before.
    """
    if new is None or (old is not None and old.raw.keys() - new.raw.keys()):
        gone = [] if old is None else sorted(old.raw.keys() - (new.raw.keys() if new else set()))
        yield deleted(f"{place}.{gone[0] if gone else INCIDENT}{SUFFIX}")
        return
    yield from named(place, new)
    history = old.case.incident.history if old else ()
    if new.case.incident.history[: len(history)] != history:
        message = t("a step of the history was changed or taken out")
        hint = t(
            "a history is only added to; what was wrong is put right with: itil correct {id} --step N", id=new.case.id
        )
        yield Problem("E-gate-history", message, hint, "5", "incident:history")
        return
    added = added_to(old, new)
    if old is None and new.case.imported:
        yield from imported(new, added, person, at, world)
    else:
        yield from recorded(old.case if old else None, new.case, added, person, at, world)
        yield from touched(old.case if old else None, new.case, added, person, world.day(at), world)
        yield from corrections(old.case if old else None, new.case, added)
    yield from unknown_fields(old, new)
    yield from fresh(old, new, world)
    yield from follow_up_day(old, new, world)


def fresh(old: Version | None, new: Version, world: World) -> Iterator[Problem]:
    """What forbids the case now and did not before."""
    found = errors_of(new, world)
    if found:
        known = errors_of(old, world) if old else {}
        yield from (one for key, one in found.items() if key not in known)


def named(place: str, new: Version) -> Iterator[Problem]:
    """A case calls itself as its files are named."""
    wanted = place.rpartition("/")[2]
    if INCIDENT not in new.raw:
        hint = t("bring back {file}, for example with git", file=f"{wanted}.incident{SUFFIX}")
        yield Problem("E-record-no-incident", t("the case has no incident file"), hint, "5.1", "incident:id")
    elif new.case.id != wanted:
        hint = t("the ID stands in the name and in the file; commands go by the name")
        yield Problem(
            "E-5.1-file-id", t("the file calls itself {id}", id=repr(new.case.id)), hint, "5.1", "incident:id"
        )


def deleted(path: str) -> Problem:
    """A record is never deleted."""
    hint = t("a case that is none is taken out with: itil void ID --reason …; your own last step with: itil undo")
    return Problem("E-gate-deleted", t("{path} was deleted; no record ever is", path=path), hint, "5", path)


def imported(new: Version, added: Sequence[Entry], person: str, at: datetime, world: World) -> Iterator[Problem]:
    """A case of a foreign log is brought in by the incident manager, who records all its steps."""
    if MANAGER not in world.people.roles(person, world.day(at)):
        hint = who_may(world.people, (MANAGER,), world.day(at))
        problem = forbidden("E-gate-import", "5.1", t("{person} may not import a log", person=person), hint)
        yield replace(problem, where="incident:imported")
    for place, entry in enumerate(added):
        where = f"incident:history#{entry.id}"
        if entry.recorded_by != person:
            message = t("the step says that {other} recorded it", other=entry.recorded_by or "?")
            yield Problem("E-gate-recorder", message, t("a log is imported with: itil import"), "5.1", where)
        yield from timely(new.case, place, at, where)


def unknown_fields(old: Version | None, new: Version) -> Iterator[Problem]:
    """What a file holds beyond the fields of its form stays as it is."""
    for part, raw in new.raw.items():
        before = old.raw.get(part, {}) if old else {}
        if raw is before:
            continue
        form: Any = new.case.incident if part == INCIDENT else new.case.forms.get(part)
        kind: Any = type(form)
        known = fields_of(kind) if form is not None else frozenset()
        if known >= raw.keys() and known >= before.keys():
            continue
        for name in (raw.keys() | before.keys()) - known:
            if raw.get(name) != before.get(name):
                message = t("{field} is no field of this form", field=repr(name))
                yield Problem(
                    "E-gate-field", message, t("take it out, or bring it back as it was"), "5", f"{part}:{name}"
                )


def follow_up_day(old: Version | None, new: Version, world: World) -> Iterator[Problem]:
    """F33: the day of the follow-up is counted, never typed."""
    said = new.case.incident.due_on
    if new.case.imported or said == (old.case.incident.due_on if old else None):
        return
    counted = due(new.case, world)
    if said != (counted.on if counted else None):
        message = t(
            "the follow-up is due on {day}; the file says {stored}",
            day=counted.on if counted else "—",
            stored=said or "—",
        )
        hint = t("the verbs count it anew; steps are never typed into the file")
        yield Problem("E-gate-due", message, hint, "5.14", "incident:due_on")
