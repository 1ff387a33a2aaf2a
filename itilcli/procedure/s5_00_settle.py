"""§5, at any stage: what two clones recorded of one case and cannot both be true, and how it is settled (F33)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.model.case import Case, kind_of
from itilcli.model.codes import OPEN_STAGES, SIDE
from itilcli.model.conflict import Conflict
from itilcli.model.history import CORRECT, DROPPED, SETTLE, SYNC, Entry
from itilcli.model.incident import Incident
from itilcli.model.labels import path_label
from itilcli.model.shape import decode, encode
from itilcli.procedure.clause import EVERYONE, SUPPORT, Done, Move, Request, Rule, World, missing
from itilcli.text import Label, Text, t

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
    rows = []
    chosen = settled_by(case, request)
    for one in chosen:
        value = one.ours if taken == "ours" else one.theirs
        rows.append({"field": one.field, "ours": one.ours, "theirs": one.theirs, "taken": taken})
        if one.of_steps:
            set_[DROPPED] = list(one.theirs if taken == "ours" else one.ours)
            case = _with_the_steps_of(case, one, taken, set_[DROPPED])
            continue
        part, _, key = (one.field or "").partition(":")
        if part == INCIDENT and key in DECIDED:
            set_[key] = bool(value.get("declared")) if isinstance(value, Mapping) else value
        if part != INCIDENT or key not in DECIDED or key == "major":
            case = _with(case, part, key, value)
    if ends_closed(case, set_.get(DROPPED, ())):
        set_["digest"] = ""  # the engine seals the case anew
    kept = tuple(one for one in case.incident.conflicts if one.id not in {two.id for two in chosen})
    return Done(case.set(conflicts=kept), {"conflicts": rows, **set_}, reason=request.get("reason"))


def ends_closed(case: Case, dropped: Collection[str]) -> bool:
    """Whether the steps that still count leave the case closed."""
    from itilcli.procedure.replay import replay

    return replay([entry for entry in case.incident.history if entry.id not in dropped]).stage == "closed"


def settled_by(case: Case, request: Request) -> list[Conflict]:
    """The conflicts that a request settles: the one of the field that it names, else all."""
    named = request.get("conflict")
    return [one for one in case.incident.conflicts if named in (None, one.field, one.id)]


def _with(case: Case, part: str, key: str, value: Any) -> Case:
    """The case with one field at the top of one of its files holding a plain value."""
    kind = kind_of(part)
    held: Any = case.incident if part == INCIDENT else case.forms.get(part)
    if held is None or (part != INCIDENT and kind is None):
        return case
    if key in NUMBERED and getattr(held, "serial", None):
        return case  # F28: a number that was shared stays given, whichever steps count
    plain = {**encode(held), key: value}
    if value is None:
        plain.pop(key)
    made: Any = decode(Incident if kind is None else kind.form, plain, lambda problem: None)
    return replace(case, incident=made) if kind is None else case.put(part, made)


def _with_the_steps_of(case: Case, conflict: Conflict, taken: str | None, dropped: list[Any]) -> Case:
    """The case as one side's steps left it; forms that the other side's steps made stay, marked as taken back."""
    for row in conflict.values or ():
        if isinstance(row, Mapping):
            part, _, key = str(row.get("field")).partition(":")
            case = _with(case, part, key, row.get(taken or ""))
    made = [entry for entry in case.incident.history if entry.id in dropped and entry.form]
    for entry in made:
        others = [one for one in case.incident.history if one.form == entry.form and one.id not in dropped]
        form = case.forms.get(entry.form or "")
        if form is not None and not others:
            case = case.put(entry.form or "", replace(form, retracted=True))
    return case


def may_settle(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """There is something to settle, and it is said whose word counts."""
    conflicts = case.incident.conflicts
    if not conflicts:
        message = t("nothing is to be settled: the clones of the desk agree about this case")
        yield Problem("E-5-settle-none", message, t("what is to be settled: itil sync"), "5", "settle")
    elif not settled_by(case, request):
        fields = ", ".join(one.field or "?" for one in conflicts)
        hint = t("what is to be settled: {fields}", fields=fields)
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


def still_standing(before: Case, after: Case, entry: Entry) -> tuple[Conflict, ...]:
    """The conflicts that a step leaves: those whose question it answers are over."""
    return tuple(one for one in after.incident.conflicts if one.of_steps or not answered(one, before, after, entry))


def answered(conflict: Conflict, before: Case, after: Case, entry: Entry) -> bool:
    """Whether a step gives an answer of its own to what a conflict is about."""
    part, _, key = (conflict.field or "").partition(":")
    if part == INCIDENT and key in DECIDED:
        return entry.value(key) is not None
    was, now = (case.incident if part == INCIDENT else case.forms.get(part) for case in (before, after))
    if entry.action == CORRECT and any(
        row.id == entry.id and (row.form or INCIDENT) == part and (row.field or "").partition(".")[0] == key
        for row in after.incident.corrections
    ):
        return True
    return getattr(was, key, None) != getattr(now, key, None)


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


def told(case: Case, conflict: Conflict) -> Problem:
    """A conflict, and how it is settled."""
    id_ = case.id.rpartition("-")[2]
    who = {"ours_by": conflict.ours_by or "?", "theirs_by": conflict.theirs_by or "?"}
    hint = t(
        "say whose word counts: itil settle {id} --take ours ({ours_by}) or --take theirs ({theirs_by})", id=id_, **who
    )
    if conflict.of_steps:
        message = t(
            "{ours_by} and {theirs_by} recorded steps that cannot both stand: {ours} / {theirs}",
            ours=_steps(case, conflict.ours), theirs=_steps(case, conflict.theirs), **who,
        )  # fmt: skip
        return Problem(UNSETTLED, message, hint, "5", "incident:history")
    message = t(
        "{ours_by} and {theirs_by} recorded different values of {field}: {ours} / {theirs}",
        field=_name(conflict.field or ""), ours=_value(conflict, conflict.ours), theirs=_value(conflict, conflict.theirs), **who,
    )  # fmt: skip
    return Problem(UNSETTLED, message, hint, "5", conflict.field or "incident:conflicts")


def _name(field: str) -> Label | Text:
    part, _, key = field.partition(":")
    return path_label(key) if part == INCIDENT else t("{form} {field}", form=part, field=path_label(key))


def _value(conflict: Conflict, value: Any) -> object:
    """A value in a line, a code by its label."""
    from itilcli.procedure.fields import correctable

    part, _, key = (conflict.field or "").partition(":")
    codes = correctable(Incident)[key].codes if part == INCIDENT and key in correctable(Incident) else None
    return codes.label(value) if codes and isinstance(value, str) else shown(value)


def shown(value: Any) -> str:
    """A plain value in a line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {shown(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    return "—" if value is None else str(value)


def _steps(case: Case, ids: Any) -> Text | str:
    from itilcli.procedure.naming import entry_label
    from itilcli.text import Listing

    wanted: Iterable[Any] = ids if isinstance(ids, list) else ()
    found = [entry_label(entry) for one in wanted for entry in case.incident.history if entry.id == one]
    return Listing(tuple(found)) if found else "—"  # type: ignore[return-value]


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
