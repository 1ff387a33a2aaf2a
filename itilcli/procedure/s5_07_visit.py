"""§5.7 现场服务响应: the appointment with the customer, the checklist, the way there and back (L219–221)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import ONSITE, Case
from itilcli.model.codes import CHECKLIST_ITEM
from itilcli.model.history import Entry, State
from itilcli.model.onsite import Appointment, Checked, Checklist, Onsite, Session
from itilcli.model.remote import Diagnosis
from itilcli.model.work_order import WorkOrder
from itilcli.procedure.clause import (
    ANY_TIER,
    Clause,
    Done,
    Move,
    Request,
    Rule,
    World,
    broken,
    by_time,
    entries,
    missing,
)
from itilcli.procedure.s5_03_respond import first_response
from itilcli.procedure.s5_10_confirm import signature
from itilcli.text import Label, Listing, t

ITEMS = tuple(CHECKLIST_ITEM)


def current(case: Case) -> tuple[str, Onsite] | None:
    """The visit under way or planned, with its reference."""
    form = case.forms.get(case.state.visit or "")
    return (case.state.visit or "", form) if isinstance(form, Onsite) else None


def checklist(form: Onsite, request: Request) -> Checklist:
    """F20: what was said of each item; ``rest`` and ``all`` stand for those not named."""
    said: dict[str, Checked] = {}
    for item, value in request.get("checklist", {}).items():
        for name in ITEMS if item == "all" else (item,):
            said[name] = value
    known = form.checklist or Checklist()
    rest = said.pop("rest", None)
    if rest is not None:
        said |= {name: rest for name in ITEMS if name not in said and getattr(known, name) is None}
    return replace(known, **said)


def plan(case: Case, request: Request, world: World) -> Done:
    """F19, F20: the appointment (an earlier one is kept), the customer's part, the checklist, who else is invited."""
    found = current(case)
    ref, form = found or case.new_form(ONSITE, work_order=case.state.waiting)
    was = form.appointment
    customer = case.incident.customer
    appointment = Appointment(
        at=request.get("appointment", was.at if was else None),
        place=request.get("place", was.place if was else (customer.address if customer else None)),
        customer_contact=request.get(
            "visit_contact", was.customer_contact if was else (customer.contact if customer else None)
        ),
    )
    form = replace(
        moved(form, appointment),
        customer_cooperation=(*form.customer_cooperation, *request.get("cooperation", ())),
        checklist=checklist(form, request),
        invited=(*form.invited, *request.get("invite", ())),
        invited_tiers=(*form.invited_tiers, *request.get("invited_tiers", ())),
    )
    return Done(case.put(ref, form), None, ref, request.get("reason"))


def start(case: Case, request: Request, world: World) -> Done:
    """The arrival at the customer's."""
    found = current(case)
    if found is None:
        return Done(case)
    ref, form = found
    who = arriving(case, request)
    sessions = (*form.sessions, *(Session(who=name, arrived_at=request.at) for name in who))
    return Done(case.put(ref, replace(form, sessions=sessions)), first_response(case, request.at), ref)


def arriving(case: Case, request: Request) -> tuple[str, ...]:
    """Who arrives: those named; else those whom the order sends and who are not there yet, or who records it."""
    named = request.get("performed_by")
    return tuple(named) if named else tuple(one for one in going(case) or (request.actor,) if one not in there(case))


def there(case: Case) -> set[str]:
    """Who is at the site: has arrived and not left."""
    found = current(case)
    return {one.who for one in found[1].sessions if one.who and not one.left_at} if found else set()


def not_there_yet(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F21: nobody arrives where he is already; another may join."""
    who, known = arriving(case, request), there(case)
    twice = [one for one in who if one in known] if who else sorted(known)
    if twice:
        yield broken(
            "E-5.7-there-already", "5.7", "performed_by", t("on site already: {people}", people=Listing(tuple(twice))),
            t("who joins them is named: itil visit start {id} --performed-by …; who goes: itil visit leave {id} --reason …",
              id=case.id),
        )  # fmt: skip


def going(case: Case) -> tuple[str, ...]:
    """Those whom the approved work order sends."""
    order = case.forms.get(case.state.waiting or "")
    sent = order.approved if isinstance(order, WorkOrder) else None
    return tuple(engineer.name for engineer in sent.engineers if engineer.name) if sent else ()


def leave(case: Case, request: Request, world: World) -> Done:
    """F21: away before the visit is over; several days under one work order."""
    found = current(case)
    if found is None:
        return Done(case, reason=request.get("reason"))
    ref, form = found
    form = replace(form, sessions=left(form, request))
    if request.get("back"):
        form = moved(form, replace(form.appointment or Appointment(), at=request.answers["back"]))
    return Done(case.put(ref, form), None, ref, request.get("reason"))


def moved(form: Onsite, to: Appointment) -> Onsite:
    """The visit with another appointment; the one before is kept (F19)."""
    was = form.appointment
    earlier = (was,) if was is not None and was.at is not None and was != to else ()
    return replace(form, appointment=to, earlier_appointments=(*form.earlier_appointments, *earlier))


def away(case: Case) -> Session | None:
    """F21: the last session of a visit that everybody has left and that is not over; None while somebody is there."""
    found = current(case)
    sessions = found[1].sessions if found and case.state.stage == "onsite" else ()
    return sessions[-1] if sessions and all(session.left_at for session in sessions) else None


def left(form: Onsite, request: Request) -> tuple[Session, ...]:
    """The sessions with the open ones ended."""
    at, back, reason = request.get("left", request.at), request.get("back"), request.get("reason")
    return tuple(
        session if session.left_at else replace(session, left_at=at, back_at=back, reason=reason)
        for session in form.sessions
    )


def finish(case: Case, request: Request, world: World) -> Done:
    """F21, F27: what was found, who did it, whether it is solved, and the customer's signature."""
    found = current(case)
    if found is None:
        return Done(case)
    ref, form = found
    sessions = left(form, request)
    if request.get("arrived") and sessions:
        sessions = (*sessions[:-1], replace(sessions[-1], arrived_at=request.answers["arrived"]))
    known = form.diagnosis or Diagnosis()
    diagnosis = replace(known, method=request.get("diagnosis", known.method), cause=request.get("cause", known.cause))
    present = tuple(dict.fromkeys(session.who for session in sessions if session.who))
    form = replace(
        form,
        sessions=sessions,
        diagnosis=diagnosis,
        performed_by=request.get("performed_by", form.performed_by or present),
        solved=request.get("solved"),
        signature=signature(form.signature, request),
    )
    return Done(case.put(ref, form), {"solved": request.get("solved")}, ref, request.get("reason"))


def finished(state: State, entry: Entry) -> dict[str, Any]:
    """A solved visit waits for its resolution on site; an unsolved one returns to dispatching, tier 2 or tier 3."""
    over: dict[str, Any] = {"visit": None, "waiting": None, "approved": False}
    if entry.value("solved"):
        return over
    return {**over, "stage": state.asked_from if state.asked_from in ("tier2", "tier3") else "dispatch_pending"}


def needs_outcome(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """A visit ends with a plain yes or no."""
    if request.get("solved") is None:
        yield missing(
            "E-5.7-outcome", "5.7", "solved", t("whether the visit solved it is missing"), "--solved / --unsolved"
        )


def cancel(case: Case, request: Request, world: World) -> Done:
    """The appointment is given up; the work order stays approved."""
    found = current(case)
    if found is None:
        return Done(case, reason=request.get("reason"))
    ref, form = found
    gone = replace(form.appointment or Appointment(), cancelled=request.get("reason"))
    form = replace(form, appointment=None, earlier_appointments=(*form.earlier_appointments, gone))
    return Done(case.put(ref, form), None, ref, request.get("reason"))


def needs_reason(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """Why the engineers leave early or stay away is recorded."""
    if not request.get("reason"):
        yield missing("E-5.7-reason", "5.7", "reason", t("the reason is missing"), "--reason")


def must_be_planned(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B9: a visit is planned before it begins, is left, finished or given up."""
    if current(case) is None:
        yield missing(
            "E-5.7-no-plan", "5.7", "appointment", t("the visit has not been planned"),
            "--appointment",
        )  # fmt: skip


def between_days(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F19, F21: once begun, a visit is planned anew only while everybody is away."""
    if case.state.stage != "onsite" or away(case):
        return
    if current(case) is None:
        yield broken(
            "E-5.7-over", "5.7", "appointment", t("the visit is over"),
            t("record the solution with: itil resolve {id} --solution …", id=case.id),
        )  # fmt: skip
        return
    yield broken(
        "E-5.7-on-site", "5.7", "appointment", t("on site now: {people}", people=Listing(tuple(sorted(there(case))))),
        t("who goes until another day says so first: itil visit leave {id} --back … --reason …", id=case.id),
    )  # fmt: skip


def prepared(case: Case, world: World) -> Iterator[Problem]:
    """B9, F19, F20: leaving for the site needs the appointment and every item of the checklist."""
    started = {entry.form for entry in entries(case, "visit-start")}
    for ref, form in case.of(ONSITE):
        if ref not in started and not form.sessions:
            continue
        appointment, said = form.appointment or Appointment(), form.checklist or Checklist()
        if not appointment.at:
            yield missing(
                "E-5.7-appointment", "5.7", f"{ref}:appointment.at", t("the appointment is missing"), "--appointment"
            )
        if not appointment.place:
            yield missing(
                "E-5.7-place",
                "5.7",
                f"{ref}:appointment.place",
                t("the place of the appointment is missing"),
                "--place",
            )
        if not appointment.customer_contact:
            yield missing(
                "E-5.7-contact", "5.7", f"{ref}:appointment.customer_contact",
                t("whom to ask for at the customer's is missing"), "--contact",
            )  # fmt: skip
        if not form.customer_cooperation:
            yield broken(
                "W-5.7-cooperation", "5.7", f"{ref}:customer_cooperation",
                t("what the customer is asked to prepare is not recorded"),
                t("record it with: {command}", command=f"itil correct {case.id}/{ref} customer_cooperation=…"),
            )  # fmt: skip
        for item in ITEMS:
            yield from checked(ref, item, getattr(said, item))


def checked(ref: str, item: str, said: Checked | None) -> Iterator[Problem]:
    """F20: an item is ready, or not needed for a reason."""
    label = CHECKLIST_ITEM.label(item)
    if said is None or not said.state:
        yield missing(
            "E-5.7-checklist", "5.7", f"{ref}:checklist.{item}", t("{item} of the checklist is not answered", item=label),
            "--ready / --not-needed ITEM:REASON",
        )  # fmt: skip
    elif said.state == "not_needed" and not said.reason:
        yield missing(
            "E-5.7-not-needed", "5.7", f"{ref}:checklist.{item}.reason", t("why {item} is not needed is missing", item=label),
            "--not-needed ITEM:REASON",
        )  # fmt: skip


def sent(case: Case, world: World) -> Iterator[Problem]:
    """B7: a visit stands on a work order approved before it began."""
    for ref, form in case.of(ONSITE):
        order = case.forms.get(form.work_order or "")
        began = min((session.arrived_at for session in form.sessions if session.arrived_at), default=None)
        if began is None:
            continue
        approval = order.approval if isinstance(order, WorkOrder) else None
        if approval is None or approval.decision != "approved" or not approval.at:
            yield broken("E-5.7-not-approved", "5.7", f"{ref}:work_order", t("the visit has no approved work order"),
                         t("an order is asked for with itil dispatch {id} and approved with itil approve", id=case.id))  # fmt: skip
        elif approval.at > began:
            yield broken(
                "E-5.7-approved-late",
                "5.7",
                f"{ref}:sessions",
                t("the visit began before the work order was approved"),
                by_time(case),
            )


CLAUSE = Clause(
    "5.7",
    Label("visit", "现场服务响应", "on-site response"),
    "L217-221",
    moves=(
        Move(
            "visit-plan",
            Label("visit-plan", "预约上门", "plan the visit"),
            frozenset({"dispatch_pending", "dispatched", "onsite"}),
            ANY_TIER,
            plan,
            lambda state, entry: {"visit": entry.form},
            guards=(between_days,),
        ),
        Move(
            "visit-start",
            Label("visit-start", "到达现场", "arrive on site"),
            frozenset({"dispatched", "onsite"}),
            ANY_TIER,
            start,
            lambda state, entry: {"stage": "onsite"},
            frozenset({"first_response_at"}),
            (must_be_planned, not_there_yet),
            times=("form:sessions.arrived_at",),
        ),
        Move(
            "visit-leave",
            Label("visit-leave", "离开现场", "leave the site"),
            frozenset({"onsite"}),
            ANY_TIER,
            leave,
            guards=(must_be_planned, needs_reason),
            times=("form:sessions.left_at",),
        ),
        Move(
            "visit-finish",
            Label("visit-finish", "现场结束", "finish the visit"),
            frozenset({"onsite"}),
            ANY_TIER,
            finish,
            finished,
            frozenset({"solved"}),
            (must_be_planned, needs_outcome),
            times=("form:sessions.left_at", "form:signature.at"),
        ),
        Move(
            "visit-cancel",
            Label("visit-cancel", "取消上门", "cancel the appointment"),
            frozenset({"dispatch_pending", "dispatched"}),
            ANY_TIER,
            cancel,
            guards=(must_be_planned, needs_reason),
        ),
    ),
    rules=(Rule(("B9", "F19", "F20"), prepared), Rule(("B7",), sent)),
    forms=(ONSITE,),
)
