"""The steps that a commit adds to a case: by its author, within his rights, at that stage, at the time it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from itilcli import procedure
from itilcli.errors import Kind, Problem
from itilcli.model.case import Case
from itilcli.model.history import Entry, State
from itilcli.model.incident import Incident
from itilcli.procedure.clause import Request, World, clock_time
from itilcli.procedure.engine import permitted
from itilcli.procedure.naming import action_label
from itilcli.procedure.replay import replay
from itilcli.text import t
from itilcli.values import made_of

AHEAD, BEHIND = timedelta(minutes=10), timedelta(hours=2)
"""How much earlier, and how much later, than its steps say a commit may be made: clocks differ, and commands wait for people."""
BY_OTHERS = frozenset({"new", "resolve", "approve-verbal"})
"""What one records that another did."""
ENFORCED = frozenset({
    "E-5.5-upwards", "E-5.5-stage", "E-5.5-waiting", "E-5.5-assignee", "E-5.5-owner", "E-5.5-why", "E-5.6-waiting",
    "E-5.6-no-order", "E-5.6-reason", "E-5.7-reason", "E-5.7-over", "E-5.7-on-site", "E-5.9-on-site", "E-5.10-confirmed",
    "E-5.10-attempts", "E-5.11-received", "E-5.12-nothing", "E-5-not-held", "E-5-reason", "E-5.2-not-major",
})  # fmt: skip
"""What guards find that can be asked of a step without its answers; all that concerns rights is asked besides."""
NAMED: dict[str, tuple[str, str]] = {
    "approve": ("form", "approval.by"), "reject": ("form", "approval.by"), "approve-verbal": ("form", "approval.recorded_by"),
    "countersign": ("form", "countersigned.by"), "countersign-refuse": ("form", "countersigned.by"),
    "dispatch": ("form", "requested_by"), "withdraw": ("form", "withdrawn.by"), "receive": ("form", "received.by"),
    "follow-up": ("form", "by"), "archive": ("incident", "archived.by"), "notify": ("incident", "manager_notified.by"),
    "review": ("incident", "major.review.by"), "backup": ("incident", "backup.by"),
}  # fmt: skip
"""Where the files repeat who took a step."""
SYNC = "sync"


def recorded(
    old: Case | None, new: Case, added: Sequence[Entry], person: str, at: datetime, world: World
) -> Iterator[Problem]:
    """Everything wrong with the new steps of a case.

    :param person: the author of the commit, :param at: when it was made.
    """
    known = len(new.incident.history) - len(added)
    for place, entry in enumerate(added, known):
        where = f"incident:history#{entry.id}"
        found = procedure.MOVES.get(entry.action or "")
        if found is None or entry.at is None or entry.recorded_at is None:
            continue  # said by the replay, and by what every entry needs
        if entry.recorded_by != person:
            yield _of(
                entry, "recorder", t("the step says that {other} recorded it", other=entry.recorded_by or "?"), where
            )
            continue
        if entry.by != person and entry.action not in BY_OTHERS:
            yield _of(entry, "by", t("the step says that {other} took it", other=entry.by or "?"), where)
        if entry.clause != found[0].number:
            yield _of(entry, "clause", t("the step names the clause {clause}", clause=entry.clause or "?"), where)
        yield from timely(new, place, at, where)
        state = old.state if old is not None and place == known else replay(new.incident.history[:place])
        yield from may(old, new, state, entry, place, world, old is not None and place == known)
        yield from signed(new, entry, where)


def timely(new: Case, place: int, at: datetime, where: str) -> Iterator[Problem]:
    """F2: a step says when it was recorded, and that is when its commit was made."""
    entry, before = new.incident.history[place], new.incident.history[:place]
    said = entry.recorded_at
    if said is None or (before and before[-1].recorded_at == said):
        return
    if said > at + AHEAD or said < at - BEHIND:
        message = t(
            "the step says that it was recorded at {time}, the commit was made at {commit}",
            time=clock_time(said), commit=clock_time(at.astimezone(said.tzinfo)),
        )  # fmt: skip
        hint = t("what happened earlier is recorded late, with --at TIME; the time of recording is the clock's")
        yield Problem("E-gate-recorded", message, hint, "5", where)


def may(
    old: Case | None, new: Case, state: State, entry: Entry, place: int, world: World, first: bool
) -> Iterator[Problem]:
    """§2.5: whether the person might take this step, on the day it was taken, with the case as it stood then.

    :param first: whether it is the first step after those of ``old``.
    """
    clause, move = procedure.MOVES[entry.action or ""]
    base = (old if old is not None else new).incident
    if not first:
        base = made_of(Incident, {**vars(base), "id": new.id, "history": new.incident.history[:place]})
    forms = {**new.forms, **old.forms} if old else new.forms
    case = made_of(Case, {"incident": base, "forms": forms, "state": state})
    assert entry.at is not None and entry.recorded_at is not None
    request = made_of(Request, {
        "action": entry.action or "", "actor": entry.recorded_by or "", "at": entry.at, "now": entry.recorded_at,
        "answers": _answers(new, entry), "entry_id": entry.id or "",
    })  # fmt: skip
    where = f"incident:history#{entry.id}"
    for problem in permitted(case, move, request, world, clause):
        yield replace(problem, where=where)
    for guard in move.guards:
        for problem in guard(case, request, world):
            if problem.kind is Kind.PERMISSION or problem.code in ENFORCED:
                yield replace(problem, where=where)


def _answers(new: Case, entry: Entry) -> dict[str, Any]:
    """What can be told of the answers that a step was recorded with."""
    found: dict[str, Any] = {
        name: value for name, value in (entry.set or {}).items() if name not in ("at", "hold_until")
    }
    found |= {"reason": entry.reason, "form": entry.form}
    if entry.action == "assign":
        found["to_person"] = found.pop("assignee", None)
    if entry.action == "escalate":
        row = next((one for one in new.incident.escalations if one.id == entry.id), None)
        if row is not None:
            found |= {"to": row.to, "escalation_reason": row.reason, "tried": row.tried}
        found["assignee"] = None  # who follows it up where the tier has nobody is none of the tier
    if entry.action == "confirm-unsigned" and new.incident.confirmation:
        found["unsigned"] = new.incident.confirmation.outcome
    return {name: value for name, value in found.items() if value is not None}


def signed(new: Case, entry: Entry, where: str) -> Iterator[Problem]:
    """B7, B15: the files name as the one who asked, approved, signed or received him who recorded that."""
    part, path = NAMED.get(entry.action or "", ("", ""))
    value: Any = new.incident if part == "incident" else new.forms.get(entry.form or "") if part else None
    for name in path.split(".") if path else ():
        value = getattr(value, name, None)
    later = [one for one in new.incident.history if one.action == entry.action and one.form == entry.form]
    if part and value is not None and value != entry.recorded_by and later[-1:] == [entry]:
        yield _of(entry, "signed", t("the record names {other} for it", other=value), where)


def _of(entry: Entry, slug: str, why: object, where: str) -> Problem:
    message = t("{action} ({id}): {why}", action=action_label(entry.action), id=entry.id or "?", why=why)
    hint = t("everybody records their own steps with the verbs, under their own name in git")
    return Problem(f"E-gate-{slug}", message, hint, "5", where)
