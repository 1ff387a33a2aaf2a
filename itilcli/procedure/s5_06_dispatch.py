"""§5.6 派单: the project manager decides, a work order is written, the technical director approves people and time (L213)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import WORK_ORDER, Case
from itilcli.model.history import Entry, State
from itilcli.model.incident import ModeException
from itilcli.model.work_order import Approval, Decided, Engineer, Schedule, Withdrawn, WorkOrder
from itilcli.procedure import s5_06_verbal
from itilcli.procedure.clause import (
    SUPPORT,
    Clause,
    Done,
    Move,
    Request,
    Rule,
    World,
    broken,
    entries,
    forbidden,
    missing,
    who_may,
)
from itilcli.procedure.s5_06_verbal import named_or, needs_reason
from itilcli.text import Label, Listing, t

DISPATCHERS = SUPPORT | {"project_manager"}
DIRECTOR = frozenset({"technical_director"})


def tier_of(world: World, person: str, day: date) -> int:
    """The lowest tier a person works in on a day; 0 for someone of none."""
    roles = world.people.roles(person, day)
    return next((tier for tier in (1, 2, 3) if f"tier{tier}" in roles), 1 if "incident_manager" in roles else 0)


def schedule(request: Request, world: World, asked: Schedule | None = None) -> Schedule:
    """Who goes and when, as asked or as approved; what an approval leaves out stays as asked."""
    asked = asked or Schedule()
    names = request.get("engineer")
    day = world.day(request.at)
    engineers = tuple(Engineer(name, tier_of(world, name, day) or None) for name in names) if names else asked.engineers
    alone = engineers[0].name if len(engineers) == 1 else None
    lead = request.get("lead") or (alone if names or asked.lead is None else asked.lead)
    return Schedule(
        engineers, lead, request.get("from_time", asked.planned_from), request.get("until", asked.planned_until)
    )


def with_exception(case: Case, request: Request) -> Case:
    """The case with the recorded exception to the mode (B1), when one was given."""
    reason = request.get("mode_exception")
    return case.set(mode_exception=ModeException(reason, request.actor)) if reason else case


def dispatch(case: Case, request: Request, world: World) -> Done:
    """A work order is written and waits for the technical director."""
    day = world.day(request.at)
    is_manager = "project_manager" in world.people.roles(request.actor, day)
    decided_by = request.get("decided_by", request.actor if is_manager else None)
    decision = Decided(
        by=decided_by,
        at=request.get("decided_at", request.at),
        reason=request.get("reason"),
        recorded_by=None if decided_by == request.actor else request.actor,
    )
    project = request.get("project", case.incident.project)
    ref, form = case.new_form(
        WORK_ORDER,
        project=project,
        requested_by=request.actor,
        requested_at=request.at,
        decision=decision,
        asked=schedule(request, world),
    )
    return Done(with_exception(case.set(project=project), request).put(ref, form), None, ref)


def pending(state: State, entry: Entry) -> dict[str, Any]:
    """The stage waits for the approval; where it returns to is remembered."""
    asked_from = state.asked_from if state.stage == "dispatch_pending" else state.stage
    return {"stage": "dispatch_pending", "waiting": entry.form, "approved": False, "asked_from": asked_from}


def may_dispatch(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B1, B7: phone comes before a visit, and the project manager's decision before the work order."""
    day = world.day(request.at)
    decided_by = request.get("decided_by")
    if case.state.stage == "dispatch_pending" and case.state.waiting:
        yield broken("E-5.6-waiting", "5.6", "work_order", t("a work order waits for its approval already"),
                     t("have it decided, or withdraw it: itil withdraw {id}/{ref} --reason …",
                       id=case.id, ref=case.state.waiting))  # fmt: skip
    if not decided_by and "project_manager" not in world.people.roles(request.actor, day):
        yield missing(
            "E-5.6-decision", "5.6", "decided_by", t("the project manager who decided it is missing"), "--decided-by"
        )


def decide(case: Case, request: Request, world: World) -> Done:
    """The technical director's approval; what was asked and what is approved are both kept."""
    ref, form = open_order(case, request)
    if form is None:
        return Done(case)
    approval = Approval(
        "signed",
        request.actor,
        request.at,
        "approved",
        request.get("comment"),
        for_=s5_06_verbal.for_director(request, world),
    )
    return Done(
        case.put(ref, replace(form, approval=approval, approved=schedule(request, world, form.asked))), None, ref
    )


def reject(case: Case, request: Request, world: World) -> Done:
    """The technical director's refusal (驳回): the case returns to the tier that asked."""
    ref, form = open_order(case, request)
    if form is None:
        return Done(case, reason=request.get("reason"))
    approval = Approval(
        "signed",
        request.actor,
        request.at,
        "rejected",
        request.get("reason"),
        for_=s5_06_verbal.for_director(request, world),
    )
    return Done(case.put(ref, replace(form, approval=approval)), None, ref, request.get("reason"))


def withdraw(case: Case, request: Request, world: World) -> Done:
    """A work order taken back (撤单) before the visit."""
    ref, form = open_order(case, request)
    if form is None:
        return Done(case, reason=request.get("reason"))
    withdrawn = Withdrawn(request.at, request.actor, request.get("reason"))
    return Done(case.put(ref, replace(form, withdrawn=withdrawn)), None, ref, request.get("reason"))


def open_order(case: Case, request: Request) -> tuple[str, WorkOrder | None]:
    """The work order meant: the one named, else the one that waits."""
    return named_or(case, request, case.state.waiting)


def named_order(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """A decision is about the work order that waits."""
    ref, form = open_order(case, request)
    if form is None or ref != case.state.waiting:
        yield broken("E-5.6-no-order", "5.6", "work_order", t("no work order {ref} waits here", ref=ref or "?"),
                     t("those that wait: itil due --all"))  # fmt: skip


def other_eyes(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B7: nobody approves the work order he asked for."""
    form = open_order(case, request)[1]
    if form and form.requested_by == request.actor:
        yield forbidden(
            "E-5.6-own-order", "5.6", t("who asked for a work order does not approve it"),
            t("another technical director decides it"),
        )  # fmt: skip


def may_withdraw(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """The requester withdraws any time before the visit; so does the one who approved."""
    form = open_order(case, request)[1]
    mine = form and request.actor in (form.requested_by, form.approval.by if form.approval else None)
    if form and not mine and "incident_manager" not in world.people.roles(request.actor, world.day(request.at)):
        approver = form.approval.by if form.approval else None
        hint = t(
            "ask one of them: {people}", people=Listing(tuple(filter(None, (form.requested_by, approver))) or ("?",))
        )
        yield forbidden(
            "E-5.6-withdraw", "5.6", t("only who asked for the work order or approved it withdraws it"), hint
        )


def handed_down(state: State, entry: Entry) -> dict[str, Any]:
    """Back to the tier that asked; nothing waits any more."""
    return {"stage": state.asked_from or f"tier{state.tier}", "waiting": None, "approved": False, "visit": None}


def ordered(case: Case, world: World) -> Iterator[Problem]:
    """F18, B7: decision, engineers, schedule; an approval by the technical director, who did not ask for it."""
    for ref, form in case.of(WORK_ORDER):
        if not (form.decision and form.decision.by):
            yield missing(
                "E-5.6-decision",
                "5.6",
                f"{ref}:decision.by",
                t("the project manager who decided it is missing"),
                "--decided-by",
            )
        elif form.decision.at and "project_manager" not in world.people.roles(
            form.decision.by, world.day(form.decision.at)
        ):
            yield broken(
                "E-5.6-not-manager",
                "5.6",
                f"{ref}:decision.by",
                t("{person} is not a project manager", person=form.decision.by),
                who_may(world.people, ("project_manager",), world.day(form.decision.at or world.now)),
            )
        yield from scheduled(ref, form)
        yield from approved(ref, form, world)


def scheduled(ref: str, form: WorkOrder) -> Iterator[Problem]:
    """F18: who is to go, under whom, from when until when."""
    asked = form.asked or Schedule()
    if not asked.engineers:
        yield missing(
            "E-5.6-engineers", "5.6", f"{ref}:asked.engineers", t("the engineers to go are missing"), "--engineer"
        )
    if asked.engineers and not asked.lead:
        yield missing("E-5.6-lead", "5.6", f"{ref}:asked.lead", t("who leads the visit is missing"), "--lead")
    if not asked.planned_from:
        yield missing(
            "E-5.6-from", "5.6", f"{ref}:asked.planned_from", t("when the visit is to begin is missing"), "--from"
        )
    if not asked.planned_until:
        yield missing(
            "E-5.6-until", "5.6", f"{ref}:asked.planned_until", t("when the visit is to end is missing"), "--until"
        )
    for plan, name in ((asked, "asked"), (form.approved, "approved")):
        if plan and plan.planned_from and plan.planned_until and plan.planned_until < plan.planned_from:
            yield broken("E-5.6-schedule", "5.6", f"{ref}:{name}.planned_until", t("the visit ends before it begins"),
                         t("give a later end with --until, or an earlier begin with --from"))  # fmt: skip


def own_people(case: Case, world: World) -> Iterator[Problem]:
    """B8: those who go on site are of tier 1 or 2; tier 3 comes by invitation."""
    for ref, form in case.of(WORK_ORDER):
        for plan, name in ((form.asked, "asked"), (form.approved, "approved")):
            for engineer in plan.engineers if plan else ():
                if engineer.tier not in (1, 2):
                    yield broken(
                        "W-5.6-engineer", "5.6", f"{ref}:{name}.engineers",
                        t("{person} is not of tier 1 or 2; tier 3 goes on site by invitation", person=engineer.name),
                    )  # fmt: skip


def approved(ref: str, form: WorkOrder, world: World) -> Iterator[Problem]:
    """B7: an approval names its approver, a technical director other than the requester."""
    approval = form.approval
    if approval is None:
        return
    if not approval.by or not approval.at or not approval.decision:
        yield broken("E-5.6-approver", "5.6", f"{ref}:approval.by", t("an approval names who decided what, and when"))
    elif "technical_director" not in world.people.roles(approval.by, world.day(approval.at)):
        yield broken(
            "E-5.6-not-director",
            "5.6",
            f"{ref}:approval.by",
            t("{person} is not a technical director", person=approval.by),
            who_may(world.people, ("technical_director",), world.day(approval.at)),
        )
    if approval.by and approval.by == form.requested_by:
        yield broken(
            "E-5.6-own-order", "5.6", f"{ref}:approval.by", t("who asked for a work order does not approve it")
        )
    if approval.decision == "approved" and not (
        form.approved and form.approved.engineers and form.approved.planned_from
    ):
        yield broken("E-5.6-approved", "5.6", f"{ref}:approved", t("an approval says who goes and when"),
                     t("say it with: itil approve ID/{ref} --engineer … --from TIME --until TIME", ref=ref))  # fmt: skip


def phone_first(case: Case, world: World) -> Iterator[Problem]:
    """B1, L213: a dispatch comes after an attempt by phone, and should after a remote one."""
    done: set[str] = set()
    for entry in entries(case):
        done.add(entry.action or "")
        if entry.action == "dispatch":
            if not done & {"respond", "remote"}:
                yield broken(
                    "E-5.6-phone-first", "5.6", f"{entry.form}:requested_at",
                    t("a dispatch comes after an attempt by phone"),
                    t("record it with: itil respond {id} --guidance …", id=case.id),
                )  # fmt: skip
            elif "remote" not in done:
                yield broken(
                    "W-5.6-remote-first", "5.6", f"{entry.form}:requested_at", t("dispatched without a remote attempt")
                )
            return


def low_stays_remote(case: Case, world: World) -> Iterator[Problem]:
    """B1, L39: a low fault is solved remotely; a visit for one is a recorded exception."""
    exception = case.incident.mode_exception
    if case.state.severity == "low" and any(entries(case, "dispatch")) and not (exception and exception.reason):
        yield missing(
            "E-5.6-low",
            "5.6",
            "incident:mode_exception",
            t("a low fault is solved remotely; a visit needs a reason"),
            "--mode-exception",
        )


CLAUSE = Clause(
    "5.6",
    Label("dispatch", "派单", "dispatch"),
    "L211-213",
    moves=(
        Move(
            "dispatch",
            Label("dispatch", "派单申请", "ask for a dispatch"),
            frozenset({"tier1", "tier2", "tier3", "dispatch_pending"}),
            DISPATCHERS,
            dispatch,
            pending,
            guards=(may_dispatch,),
            times=("form:requested_at", "form:decision.at"),
        ),
        Move(
            "approve",
            Label("approve", "审批工单", "approve"),
            frozenset({"dispatch_pending"}),
            DIRECTOR,
            decide,
            lambda state, entry: {"stage": "dispatched", "approved": True},
            guards=(named_order, other_eyes),
            times=None,
        ),
        Move(
            "reject",
            Label("reject", "驳回工单", "reject"),
            frozenset({"dispatch_pending"}),
            DIRECTOR,
            reject,
            handed_down,
            guards=(named_order, other_eyes, needs_reason),
            times=None,
        ),
        Move(
            "withdraw",
            Label("withdraw", "撤单", "withdraw"),
            frozenset({"dispatch_pending", "dispatched"}),
            DISPATCHERS | DIRECTOR,
            withdraw,
            handed_down,
            guards=(named_order, may_withdraw, needs_reason),
            times=("form:withdrawn.at",),
        ),
        *s5_06_verbal.MOVES,
    ),
    rules=(
        Rule(("B7", "F18"), ordered),
        Rule(("B8",), own_people),
        Rule(("B1",), phone_first),
        Rule(("B1",), low_stays_remote),
        *s5_06_verbal.RULES,
    ),
    forms=(WORK_ORDER,),
)
