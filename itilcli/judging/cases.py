"""A case before and after a commit: only added to, by steps that its author might take, and no rule broken by it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import cache
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.judging import reread
from itilcli.judging.deed import Held
from itilcli.judging.reread import Blocks
from itilcli.judging.steps import recorded, timely
from itilcli.judging.touched import corrections, touched
from itilcli.model.case import ONSITE, Case, kind_of
from itilcli.model.history import Entry, State, effective
from itilcli.model.incident import Incident
from itilcli.model.shape import decode
from itilcli.procedure.checks import check_case, derived, entries_whole, identity, intact
from itilcli.procedure.clause import World, forbidden, who_may
from itilcli.procedure.replay import effects, findings, replay
from itilcli.procedure.s5_02_classify import major
from itilcli.procedure.s5_03_respond import attempted
from itilcli.procedure.s5_05_escalate import disputes, in_contract
from itilcli.procedure.s5_05_hands import in_hands
from itilcli.procedure.s5_06_dispatch import own_people
from itilcli.procedure.s5_09_prepare import told
from itilcli.procedure.s5_09_resolve import by_mode
from itilcli.procedure.s5_09_workaround import root_cause
from itilcli.procedure.s5_11_archive import received
from itilcli.procedure.s5_13_close import sealed
from itilcli.procedure.s5_14_follow_up import due, in_time
from itilcli.store.cases import SUFFIX, assemble
from itilcli.text import t
from itilcli.values import made_of, value

INCIDENT, FILES = "incident", "files/"
ADVISING = frozenset({
    attempted, by_mode, disputes, in_contract, in_hands, in_time, major, own_people, received, root_cause, told,
})  # fmt: skip
"""The rules that warn, and forbid nothing."""
ADVISING_SEALED = ADVISING | {sealed}
MANAGER = "incident_manager"
Parts = Mapping[str, Held]
Read = Callable[[str], bytes]


@value
class Version:
    """A case as a commit holds it: what its files say, and everything wrong in reading and replaying them.

    ``blobs`` and ``blocks`` are what each file is known by, for the version after it; ``last`` is when its last step happened.
    """

    case: Case
    raw: Mapping[str, dict[str, Any]]
    problems: tuple[Problem, ...]
    unlawful: tuple[Problem, ...]
    blobs: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, Blocks | None] = field(default_factory=dict)
    last: float | None = None


def version_of(place: str, parts: Parts, read: Read, before: Version | None = None) -> Version | None:
    """The case that lies at ``place``; None where nothing of it is there.

    :param before: another version of it: what it holds alike is neither read nor made again.
    """
    found = {part: held.blob for part, held in parts.items() if not part.startswith(FILES)}
    if not found:
        return None
    raw: dict[str, dict[str, Any]] = {}
    blocks: dict[str, Blocks | None] = {}
    problems: list[Problem] = []
    for part in sorted(found, key=lambda part: (part != INCIDENT, part)):
        was = before.raw.get(part) if before is not None else None
        known = before.blocks.get(part) if before is not None else None
        if before is not None and was is not None and before.blobs.get(part) == found[part]:
            raw[part], blocks[part] = was, known
            continue
        path = f"{place}.{part}{SUFFIX}"
        try:
            raw[part], blocks[part] = reread.read(read(found[part]), path, (known, was) if known and was else None)
        except Refused as refused:
            problems += refused.problems
    unlawful: list[Problem] = []
    if before is not None and not before.problems and not problems:
        case = grown(before, raw, unlawful)
        if case is not None:
            return _version(case, raw, (), unlawful, found, blocks, before)
    case = assemble(raw, f"{place}.", problems, True, unlawful)
    return _version(case, raw, tuple(problems), unlawful, found, blocks)


def _version(
    case: Case,
    raw: dict[str, dict[str, Any]],
    problems: tuple[Problem, ...],
    unlawful: list[Problem],
    blobs: dict[str, str],
    blocks: dict[str, Blocks | None],
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
        "blocks": blocks,
    }
    return made_of(Version, {**made, "last": max(moments, default=None)})


def grown(before: Version, raw: Mapping[str, dict[str, Any]], unlawful: list[Problem]) -> Case | None:
    """The case that these files make, as :func:`itilcli.store.cases.assemble` has it, with the values that it had before;
    None where its history did not just grow, and where anything is wrong, which is told by whoever makes all of it."""
    old, new = before.raw.get(INCIDENT, {}).get("history"), raw.get(INCIDENT, {}).get("history")
    if type(old) is not list or type(new) is not list or new[: len(old)] != old or before.raw.keys() - raw.keys():
        return None
    history = before.case.incident.history
    added: tuple[Entry, ...] = ()
    forms: dict[str, Any] = {}
    met: list[Problem] = []
    if len(new) > len(old):
        added = decode(Incident, {"history": new[len(old) :]}, met.append).history
    same = {**before.raw[INCIDENT], "history": new}
    incident = _likewise(Incident, before.case.incident, same, raw[INCIDENT], met)
    for part, data in raw.items():
        kind = kind_of(part)
        if part != INCIDENT and kind is None:
            return None
        if kind is not None and part != INCIDENT:
            was = before.case.forms.get(part)
            forms[part] = (
                _likewise(kind.form, was, before.raw[part], data, met) if was else decode(kind.form, data, met.append)
            )
    if met:
        return None
    whole = history + added if added else history
    incident = made_of(Incident, {**vars(incident), "history": whole})
    return made_of(Case, {"incident": incident, "forms": forms, "state": _state(before, whole, added, unlawful)})


def _likewise(form: Any, made: Any, old: Mapping[str, Any], new: Mapping[str, Any], met: list[Problem]) -> Any:
    """The form that ``new`` makes, by the one that ``old`` made: only what differs is decoded."""
    if old is new:
        return made
    differs = {key: given for key, given in new.items() if key not in old or old[key] is not given}
    gone = old.keys() - new.keys()
    if not differs and not gone:
        return made
    names = _names(form)
    values = dict(vars(made))
    for key in (*differs, *gone):
        values.pop(names.get(key, ""), None)
    fresh_ = vars(decode(form, differs, met.append)) if differs else {}
    for key in differs:
        name = names.get(key)
        if name in fresh_:
            values[name] = fresh_[name]
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


def errors_of(version: Version, world: World) -> dict[tuple[str, str], Problem]:
    """Everything that forbids this version, by code and place."""
    found = [*version.problems, *_breaches(version, world)]
    return {(one.code, one.where): one for one in found if one.level == "error"} if found else {}


def _breaches(version: Version, world: World) -> list[Problem]:
    """What :func:`itilcli.procedure.checks.check_case` finds, without the rules that only warn. A case that anything is
    found in is asked again, with all of them."""
    case = version.case
    if case.imported or case.incident.conflicts or version.unlawful:
        return check_case(case, world, version.raw, version.unlawful)
    known = ADVISING_SEALED if intact(case, version.raw) else ADVISING
    for look in (entries_whole(case), derived(case, world), identity(case), findings(case, world, known)):
        if any(one.level == "error" for one in look):
            return check_case(case, world, version.raw, version.unlawful)
    return []


def added_to(old: Version | None, new: Version) -> Sequence[Entry]:
    """The entries that the history has beyond those before."""
    return new.case.incident.history[len(old.case.incident.history) if old else 0 :]


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


@cache
def fields_of(form: Any) -> frozenset[str]:
    """The keys that a form has in a file."""
    return frozenset(_names(form))


@cache
def _names(form: Any) -> dict[str, str]:
    """The name of each field by its key in a file."""
    return {name.rstrip("_"): name for name in form.__value_names__}


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


# ── attachments


def attachments(
    place: str, was: Parts, now: Parts, old: Version | None, new: Version | None, read: Read
) -> Iterator[Problem]:
    """F27, F34: each new page or attachment is there and is what the record says; what is there is never changed."""
    for part, held in was.items():
        if part.startswith(FILES):
            path = f"{place}.{part}"
            if part not in now:
                yield deleted(path)
            elif now[part].blob != held.blob:
                message = t("the attachment {file} was changed", file=part[len(FILES) :])
                hint = t("attach the better one beside it: itil attach {id} FILE", id=place[-4:])
                yield Problem("E-gate-attachment", message, hint, "5", path)
    recorded_ = set(papers(new.case)) if new else set()
    if not recorded_ and not any(part.startswith(FILES) for part in now):
        return
    known = set(papers(old.case)) if old else set()
    for where, name, digest in sorted(recorded_ - known, key=str):
        page = now.get(f"{FILES}{name}")
        if page is None:
            message = t("the attachment {file} is not in the commit", file=name)
            yield Problem("E-gate-attachment-missing", message, t("attach it with: itil attach ID FILE"), "5", where)
        elif hashlib.sha256(read(page.blob)).hexdigest() != digest:
            message = t("the attachment {file} is not what was recorded", file=name)
            hint = t("bring back the file that was attached, for example with git")
            yield Problem("E-gate-attachment", message, hint, "5", where)
    names = {name for _, name, _ in recorded_} | (set(mentioned(new.case)) if new else set())
    for part in now.keys() - was.keys():
        if part.startswith(FILES) and part[len(FILES) :] not in names:
            message = t("{file} lies among the attachments, but no step recorded it", file=part[len(FILES) :])
            hint = t("attach it with: itil attach {id} FILE", id=place[-4:])
            yield Problem("E-gate-attachment-unrecorded", message, hint, "5", f"{place}.{part}")


def papers(case: Case) -> Iterator[tuple[str, str, str]]:
    """The files that a case records: the field, the name, the digest."""
    for row in case.incident.attachments:
        if row.file and row.sha256:
            yield "incident:attachments", row.file, row.sha256
    for ref, form in case.of(ONSITE):
        for page in form.signature.files if form.signature else ():
            if page.file and page.sha256:
                yield f"{ref}:signature.files", page.file, page.sha256


def mentioned(case: Case) -> Iterator[str]:
    """Files named as evidence, without a digest."""
    rounds = [case.incident.confirmation, *(one.confirmation for one in case.incident.earlier_rounds)]
    said = [one.evidence for one in rounds if one]
    for form in case.forms.values():
        said += [one.evidence for one in (getattr(form, "approval", None), getattr(form, "countersigned", None)) if one]
    for names in said:
        yield from (names or "").split(", ")
