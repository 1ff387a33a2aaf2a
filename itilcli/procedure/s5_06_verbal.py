"""§5.6 口头批准与补签: the technical director's word by phone lets a visit start; she signs within one working day (L213)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import WORK_ORDER, Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.history import Entry, State
from itilcli.model.work_order import Approval, WorkOrder
from itilcli.procedure.clause import (
    SUPPORT,
    Done,
    Move,
    Request,
    Rule,
    World,
    broken,
    forbidden,
    missing,
    stays,
    who_may,
)
from itilcli.text import Label, t
from itilcli.workdays import Due, add_working_days

COUNTERSIGN_DAYS = 1
AS_SAID = ("engineer", "lead", "from_time", "until")


def waits_for_signature(form: WorkOrder) -> bool:
    """Whether a verbal approval has not been countersigned, nor refused, yet; one withdrawn needs no signature."""
    spoken = form.approval is not None and form.approval.kind == "verbal"
    return spoken and form.countersigned is None and form.withdrawn is None


def to_countersign(case: Case, ref: str | None) -> str | None:
    """The work order whose verbal approval is to be countersigned: the one named, else the first there is."""
    found = [one for one, form in case.of(WORK_ORDER) if waits_for_signature(form)]
    if ref is not None:
        return ref if ref in found else None
    return found[0] if found else None


def countersign_due(form: WorkOrder, world: World) -> Due | None:
    """B7: the day by which a verbal approval is to be countersigned; None where none was given."""
    approval = form.approval
    if approval is None or approval.kind != "verbal" or approval.at is None:
        return None
    return add_working_days(world.calendar, world.day(approval.at), COUNTERSIGN_DAYS)


def named_or(case: Case, request: Request, waiting: str | None) -> tuple[str, WorkOrder | None]:
    """The work order meant, with its reference: the one that the request names, else the one that waits."""
    ref = request.get("form") or waiting or ""
    form = case.forms.get(ref)
    return (ref, form) if isinstance(form, WorkOrder) else (ref, None)


def approve_verbally(case: Case, request: Request, world: World) -> Done:
    """What the technical director said, written down by the requester: who, when, how."""
    ref, form = named_or(case, request, case.state.waiting)
    director = request.get("verbal_approval")
    if form is None:
        return Done(case)
    approval = Approval(
        "verbal",
        director,
        request.at,
        "approved",
        request.get("comment"),
        request.get("approval_via"),
        request.get("evidence"),
        request.actor,
    )
    return Done(case.put(ref, replace(form, approval=approval, approved=form.asked)), None, ref, by=director)


def was_said(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B7: a verbal approval is of the order that waits, and is recorded by the requester."""
    ref, form = named_or(case, request, case.state.waiting)
    if form is None or ref != case.state.waiting:
        yield broken("E-5.6-no-order", "5.6", "work_order", t("no work order {ref} waits here", ref=ref or "?"),
                     t("those that wait: itil due --all"))  # fmt: skip
    elif form.requested_by != request.actor:
        yield forbidden(
            "E-5.6-verbal-recorder", "5.6",
            t("{person} asked for this work order and records what the director said", person=form.requested_by or "?"),
            t("ask one of them: {people}", people=form.requested_by or "?"),
        )  # fmt: skip


def for_director(request: Request, world: World) -> str | None:
    """The director whose deputy decides; None where it is a director himself."""
    day = world.day(request.at)
    known = world.people.get(request.actor)
    if known is None or known.roles_on(day) & DIRECTOR:
        return None
    return next((one.person for one in world.people.acting(request.actor, day) if one.roles & DIRECTOR), None)


def signed_later(decision: str) -> Any:
    """The record of a countersignature (补签), or of its refusal."""

    def record(case: Case, request: Request, world: World) -> Done:
        ref, form = named_or(case, request, to_countersign(case, None))
        if form is None:
            return Done(case)
        said = request.get("comment") or request.get("reason")
        found = Approval("signed", request.actor, request.at, decision, said, for_=for_director(request, world))
        return Done(case.put(ref, replace(form, countersigned=found)), None, ref, request.get("reason"))

    return record


def refused(state: State, entry: Entry) -> dict[str, Any]:
    """She says no after all: before the visit nobody goes; afterwards it stands as a nonconformity."""
    if state.stage == "dispatched" and state.waiting == entry.form:
        back = state.asked_from or f"tier{state.tier}"
        return {"stage": back, "waiting": None, "approved": False, "visit": None}
    return {}


def her_own_word(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B7: who gave her word signs for it, or who deputises for her; as it was given."""
    ref, form = named_or(case, request, to_countersign(case, None))
    if form is None or not waits_for_signature(form):
        return
    day, spoke = world.day(request.at), form.approval.by if form.approval else None
    mine = request.actor == spoke or world.people.deputises(request.actor, spoke, day)
    if not mine and "technical_director" in world.people.roles(spoke, day):
        yield forbidden(
            "E-5.6-countersign-whose",
            "5.6",
            t("{person} gave this approval and signs for it", person=spoke or "?"),
            t("ask one of them: {people}", people=spoke or "?"),
        )
    if any(request.get(name) is not None for name in AS_SAID):
        yield broken(
            "E-5.6-as-said", "5.6", "approved", t("a countersignature confirms what was said; it changes nobody and no time"),
            t("to change them, withdraw the order first: itil withdraw {id}/{form} --reason …", id=case.id, form=ref),
        )  # fmt: skip


def needs_reason(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """A refusal or withdrawal says why."""
    if not request.get("reason"):
        yield missing("E-5.6-reason", "5.6", "reason", t("the reason is missing"), "--reason")


def countersigned(case: Case, world: World) -> Iterator[Problem]:
    """B7, K13: a verbal approval is countersigned within one working day, by a technical director."""
    for ref, form in case.of(WORK_ORDER):
        approval, signed = form.approval, form.countersigned
        if approval is None or approval.kind != "verbal":
            continue
        if not approval.method:
            yield missing(
                "E-5.6-verbal-via", "5.6", f"{ref}:approval.method",
                t("how the approval was given is missing: by phone, by WeChat"), "--approval-via",
            )  # fmt: skip
        if not approval.recorded_by:
            yield broken(
                "E-5.6-verbal", "5.6", f"{ref}:approval.recorded_by", t("who recorded the verbal approval is missing")
            )
        if signed and not (signed.by and signed.at and signed.decision):
            yield broken(
                "E-5.6-countersigned", "5.6", f"{ref}:countersigned",
                t("a countersignature names who decided what, and when"),
            )  # fmt: skip
        elif signed and signed.at and "technical_director" not in world.people.roles(signed.by, world.day(signed.at)):
            yield broken(
                "E-5.6-not-director", "5.6", f"{ref}:countersigned.by",
                t("{person} is not a technical director", person=signed.by or "?"),
                who_may(world.people, ("technical_director",), world.day(signed.at or world.now)),
            )  # fmt: skip
        if signed and signed.decision == "rejected":
            yield broken(
                "W-5.6-countersign-refused", "5.6", f"{ref}:countersigned",
                t("{person} does not countersign the verbal approval", person=signed.by or "?"), person=approval.by or "",
            )  # fmt: skip
            continue
        if form.withdrawn:
            continue
        when = countersign_due(form, world)
        done = world.day(signed.at) if signed and signed.at else None
        if when and (done or world.day(world.now)) > when.on:
            yield broken(
                "W-5.6-countersign-late", "5.6", f"{ref}:countersigned",
                t("the verbal approval was to be countersigned by {day}", day=when.on),
                None if done else t("itil approve {ref}", ref=f"{case.id}/{ref}"), person=approval.by or "",
            )  # fmt: skip


DIRECTOR = frozenset({"technical_director"})
SIGNED_IN = OPEN_STAGES | {"closed"}
MOVES = (
    Move(
        "approve-verbal",
        Label("approve-verbal", "口头批准", "record a verbal approval"),
        frozenset({"dispatch_pending"}),
        SUPPORT | {"project_manager"},
        approve_verbally,
        lambda state, entry: {"stage": "dispatched", "approved": True},
        guards=(was_said,),
        times=None,
    ),
    Move(
        "countersign",
        Label("countersign", "补签", "countersign"),
        SIGNED_IN,
        DIRECTOR,
        signed_later("approved"),
        stays,
        guards=(her_own_word,),
        free=True,
        times=None,
    ),
    Move(
        "countersign-refuse",
        Label("countersign-refuse", "拒绝补签", "refuse to countersign"),
        SIGNED_IN,
        DIRECTOR,
        signed_later("rejected"),
        refused,
        guards=(her_own_word, needs_reason),
        free=True,
        times=None,
    ),
)
RULES = (Rule(("B7",), countersigned),)
