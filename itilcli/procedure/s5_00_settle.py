"""§5, at any stage: what two clones recorded of one case and cannot both be true, and how it is settled (F33)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.model.case import Case, kind_of
from itilcli.model.codes import OPEN_STAGES, SIDE
from itilcli.model.conflict import Conflict, value_at, with_value_at
from itilcli.model.history import CORRECT, DROPPED, SETTLE, SYNC, Entry, effective
from itilcli.model.incident import Incident
from itilcli.model.labels import path_label
from itilcli.model.shape import decode, encode, parse_moment
from itilcli.procedure.clause import EVERYONE, SUPPORT, Done, Move, Request, Rule, World, clock_time, missing
from itilcli.text import Label, Listing, Text, t

UNSETTLED = "E-5-conflict"
EVER = OPEN_STAGES | {"closed", "void", "merged"}
INCIDENT = "incident"
DECIDED = frozenset({"type", "category", "severity", "importance", "urgency", "major", "owner", "assignee", "hold"})
"""What steps set, and not the file: settled by what the settling step sets."""
NUMBERED = frozenset({"serial", "archived"})
"""What a form was filed under; with its number it stays, as it does when a case is reopened."""
MEANWHILE = frozenset({SETTLE, "note", "attach"})
"""What can be recorded of a case while it is open which of its steps count."""


def settle(case: Case, request: Request, world: World) -> Done:
    """One side's answer counts from now on; both stay in the history."""
    taken, set_ = request.get("take"), dict[str, Any]()
    rows, gone = [], list[Any]()
    chosen = settled_by(case, request)
    for one in chosen:
        value = one.ours if taken == "ours" else one.theirs
        rows.append({"field": one.field, "ours": one.ours, "theirs": one.theirs, "taken": taken})
        if one.of_steps:
            gone += one.theirs if taken == "ours" else one.ours
            case = _with_the_values_of(case, one, taken)
            continue
        part, _, key = (one.field or "").partition(":")
        decided = decided_by(one)
        if decided:
            set_[decided] = bool(value.get("declared")) if isinstance(value, Mapping) else value
        if decided in (None, "major"):
            case = _with(case, part, key, value)
    if gone:
        set_[DROPPED] = list(dict.fromkeys(gone))
        case = with_standing_forms(case, gone)
    if ends_closed(case, gone):
        set_["digest"] = ""  # the engine seals the case anew
    kept = tuple(one for one in case.incident.conflicts if one.id not in {two.id for two in chosen})
    return Done(case.set(conflicts=kept), {"conflicts": rows, **set_}, reason=request.get("reason"))


def decided_by(conflict: Conflict) -> str | None:
    """What of the case's state a conflict is about, where steps set it; None where its files alone hold it."""
    part, _, key = (conflict.field or "").partition(":")
    name = "major" if key == "major.declared" else key
    return name if part == INCIDENT and name in DECIDED else None


def ends_closed(case: Case, dropped: Collection[str]) -> bool:
    """Whether the steps that still count leave the case closed."""
    from itilcli.procedure.replay import replay

    return replay([entry for entry in case.incident.history if entry.id not in dropped]).stage == "closed"


def settled_by(case: Case, request: Request) -> list[Conflict]:
    """The conflicts that a request settles: the one of the field that it names, as the file or as people call it, else all."""
    conflicts, named = list(case.incident.conflicts), request.get("conflict")
    if named is None:
        return conflicts
    for names in (_written, _spoken, _last):
        found = [one for one in conflicts if str(named).strip().lower() in names(one)]
        if found:
            return found if len({one.field for one in found}) == 1 else []
    return []


def _written(conflict: Conflict) -> set[str]:
    field = (conflict.field or "").lower()
    return {
        (conflict.id or "").lower(),
        field,
        field.removeprefix(f"{INCIDENT}:"),
        field.replace(":", " "),
        field.replace(":", "/"),
    }


def _spoken(conflict: Conflict) -> set[str]:
    label = path_label((conflict.field or "").rpartition(":")[2])
    return {label.zh.lower(), label.en.lower()}


def _last(conflict: Conflict) -> set[str]:
    return {(conflict.field or "").rpartition(":")[2].rpartition(".")[2].lower()}


def _with(case: Case, part: str, path: str, value: Any) -> Case:
    """The case with one field of one of its files, at a dotted path, holding a plain value."""
    kind = kind_of(part)
    held: Any = case.incident if part == INCIDENT else case.forms.get(part)
    if held is None or (part != INCIDENT and kind is None):
        return case
    if path.partition(".")[0] in NUMBERED and getattr(held, "serial", None):
        return case  # F28: a number that was shared stays given, whichever steps count
    plain = with_value_at(encode(held), path, value)
    made: Any = decode(Incident if kind is None else kind.form, plain, lambda problem: None)
    return replace(case, incident=made) if kind is None else case.put(part, made)


def _with_the_values_of(case: Case, conflict: Conflict, taken: str | None) -> Case:
    """The case with the fields as one side's steps left them."""
    for row in conflict.values or ():
        if isinstance(row, Mapping):
            part, _, key = str(row.get("field")).partition(":")
            case = _with(case, part, key, row.get(taken or ""))
    return case


def with_standing_forms(case: Case, gone: Collection[str] = ()) -> Case:
    """The case with the forms marked as taken back all of whose steps were dropped when conflicts were settled, and those
    of them whose steps count again marked so no more.

    :param gone: steps that a settlement is about to drop.
    """
    history = case.incident.history
    rulings = [entry.value(DROPPED) or () for entry in history if entry.action == SETTLE]
    ever = {*gone, *(one for ids in rulings for one in ids if isinstance(one, str))}
    if not ever:
        return case
    counting = {entry.id for entry in effective([entry for entry in history if entry.id not in gone])}
    for ref, form in case.forms.items():
        own = {entry.id for entry in history if entry.form == ref}
        stands = not counting.isdisjoint(own)
        if not ever.isdisjoint(own) and bool(form.retracted) == stands:
            case = case.put(ref, replace(form, retracted=None if stands else True))
    return case


def may_settle(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """There is something to settle, and it is said whose word counts."""
    conflicts = case.incident.conflicts
    if not conflicts:
        message = t("nothing is to be settled: the clones of the desk agree about this case")
        yield Problem("E-5-settle-none", message, t("what is to be settled: itil sync"), "5", "settle")
    elif not settled_by(case, request):
        hint = t("what is to be settled: {fields}", fields=", ".join(map(typed, conflicts)))
        yield Problem(
            "E-5-settle-field", t("there is no conflict of {field}", field=repr(request.get("conflict"))), hint,
            "5", "field", Kind.MISSING,
        )  # fmt: skip
    if request.get("take") not in ("ours", "theirs"):
        yield missing("E-5-settle-take", "5", "take", t("whose word counts is missing"), "--take", SIDE)


def sync(case: Case, request: Request, world: World) -> Done:
    """What clones recorded is brought together; a closed case is sealed anew with all of it."""
    return Done(case)


def barring(case: Case, move: Move) -> Iterator[Problem]:
    """Nothing goes on while it is open which steps of a case count."""
    if move.action in MEANWHILE:
        return
    yield from doubled(case)
    for one in case.incident.conflicts:
        if one.of_steps:
            yield told(case, one)


def contested(case: Case) -> bool:
    """Whether it is open which steps of a case count, so that only what is in :data:`MEANWHILE` can be recorded."""
    return any(one.of_steps for one in case.incident.conflicts) or any(form.conflicts for form in case.forms.values())


def still_standing(before: Case, after: Case, entry: Entry) -> tuple[Conflict, ...]:
    """The conflicts that a step leaves: those whose question it answers are over."""
    return tuple(one for one in after.incident.conflicts if one.of_steps or not answered(one, before, after, entry))


def answered(conflict: Conflict, before: Case, after: Case, entry: Entry) -> bool:
    """Whether a step gives an answer of its own to what a conflict is about."""
    part, _, key = (conflict.field or "").partition(":")
    if decided := decided_by(conflict):
        return entry.value(decided) is not None
    if entry.action == CORRECT and any(
        row.id == entry.id and (row.form or INCIDENT) == part and f"{row.field}.".startswith(f"{key}.")
        for row in after.incident.corrections
    ):
        return True
    was, now = (case.incident if part == INCIDENT else case.forms.get(part) for case in (before, after))
    return bool(value_at(was and encode(was), key) != value_at(now and encode(now), key))


def unsettled(case: Case, world: World) -> Iterator[Problem]:
    """F33: two clones recorded what cannot both be true; somebody says what counts."""
    for one in case.incident.conflicts:
        yield told(case, one)
    yield from doubled(case)


def doubled(case: Case) -> Iterator[Problem]:
    """A form that git's own merge made of two, or in which it found two values."""
    for ref, form in case.forms.items():
        if form.conflicts:
            message = t("two clones' versions stand in one file: {form}", form=ref)
            hint = t("take them apart with: itil sync")
            yield Problem(UNSETTLED, message, hint, "5", f"{ref}:conflicts")


def typed(conflict: Conflict) -> str:
    """What a conflict is called where it is to be settled by itself."""
    return (conflict.field or "?").removeprefix(f"{INCIDENT}:")


def told(case: Case, conflict: Conflict) -> Problem:
    """A conflict, and how it is settled."""
    who = {"ours_by": conflict.ours_by or "?", "theirs_by": conflict.theirs_by or "?"}
    words = {"id": case.id.rpartition("-")[2], **who}
    hint = t("say whose word counts: itil settle {id} --take ours ({ours_by}) or --take theirs ({theirs_by})", **words)
    if len(case.incident.conflicts) > 1:
        hint = t(
            "say whose word counts: itil settle {id} --field {field} --take ours ({ours_by}) or --take theirs ({theirs_by})",
            field=typed(conflict), **words,
        )  # fmt: skip
    if conflict.of_steps:
        message = t(
            "{ours_by} and {theirs_by} recorded steps that cannot both stand: {ours} / {theirs}",
            ours=words_of(case, conflict, conflict.ours), theirs=words_of(case, conflict, conflict.theirs), **who,
        )  # fmt: skip
        return Problem(UNSETTLED, message, hint, "5", "incident:history")
    message = t(
        "{ours_by} and {theirs_by} recorded different values of {field}: {ours} / {theirs}", field=name_of(conflict),
        ours=words_of(case, conflict, conflict.ours), theirs=words_of(case, conflict, conflict.theirs), **who,
    )  # fmt: skip
    return Problem(UNSETTLED, message, hint, "5", conflict.field or "incident:conflicts")


def name_of(conflict: Conflict) -> Label | Text:
    """The field that a conflict is about, as people call it."""
    part, _, key = (conflict.field or "").rpartition(":")
    return path_label(key) if part in (INCIDENT, "") else t("{form} {field}", form=part, field=path_label(key))


def words_of(case: Case, conflict: Conflict, answer: Any) -> object:
    """One of the answers to what a conflict is about, in a line: a code by its label, steps by what they are called."""
    from itilcli.procedure.naming import entry_label

    if not conflict.of_steps:
        part, _, key = (conflict.field or "").partition(":")
        return _value(part, key, answer)
    known = {entry.id: entry for entry in case.incident.history}
    found: list[Any] = []
    for entry in (known[one] for one in answer or () if one in known):
        rulings = [row for row in entry.value("conflicts") or () if isinstance(row, Mapping)]
        taken = [row.get(str(row.get("taken"))) for row in rulings if row.get("field") == conflict.field]
        step: object = entry_label(entry)
        if entry.action == SETTLE and taken:
            step = t("{step} ({what})", step=step, what=words_of(case, conflict, taken[0]))
        elif entry.form:
            step = t("{step} ({what})", step=step, what=entry.form)
        found.append(step)
    return Listing(tuple(found)) if found else "—"


def _value(part: str, path: str, value: Any) -> Any:
    from itilcli.procedure.fields import correctable

    if isinstance(value, Mapping):
        rows = ((path_label(f"{path}.{key}"), _value(part, f"{path}.{key}", one)) for key, one in value.items())
        return Listing(tuple(t("{label}: {value}", label=label, value=one) for label, one in rows))
    if isinstance(value, list | tuple):
        return Listing(tuple(_value(part, path, one) for one in value)) if value else "—"
    kind = kind_of(part)
    shape = correctable(kind.form if kind else Incident).get(path)
    if isinstance(value, str) and shape is not None and shape.codes is not None:
        return shape.codes.label(value)
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    moment = parse_moment(value) if isinstance(value, str) and "T" in value else None
    return clock_time(moment) if moment else "—" if value is None else str(value)


MOVES = (
    Move(
        SETTLE, Label("settle", "裁定冲突", "settle a conflict"), EVER, SUPPORT, settle,
        sets=DECIDED | {"conflicts", DROPPED, "digest"}, guards=(may_settle,), free=True, times=None,
    ),
    Move(
        SYNC, Label("sync", "同步", "sync"), EVER, EVERYONE, sync,
        sets=frozenset({"digest"}), free=True, times=None,
    ),
)  # fmt: skip
RULES = (Rule(("F33",), unsettled),)
