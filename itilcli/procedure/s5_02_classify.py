"""§5.2 请求记录和分类: type, category, severity and priority; a supplier's fault; a major incident and its notice (L181–185)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.model.case import REMOTE, Case
from itilcli.model.codes import OPEN_STAGES, SOLVED_STAGES
from itilcli.model.history import Entry, State
from itilcli.model.incident import Customer, Major, Notice, Review
from itilcli.procedure.clause import (
    INTAKE,
    SUPPORT,
    Clause,
    Done,
    Move,
    Request,
    Rule,
    World,
    broken,
    entries,
    escalations,
    missing,
)
from itilcli.text import Label, t
from itilcli.workdays import add_working_days

JUDGED = ("type", "category", "severity", "importance", "urgency")
INTAKE_FIELDS = ("title", "channel", "channel_detail", "symptom", "business_impact", "expected_by", "project", "model")
TAKEN_BACK = ("none", "无")
SUPPLIER_FIELDS = ("supplier", "contract", "supplier_ref", "due_at")


def classify(case: Case, request: Request, world: World) -> Done:
    """Classifies or regrades; a type without severity or category gives them up."""
    incident = case.incident
    customer = incident.customer or Customer()
    known = {name: request.get(name) for name in ("organisation", "contact", "phone", "email", "address")}
    values = {name: request.get(name, getattr(incident, name)) for name in (*JUDGED, *INTAKE_FIELDS, *SUPPLIER_FIELDS)}
    if values["supplier"] in TAKEN_BACK:
        values |= dict.fromkeys(SUPPLIER_FIELDS)
    if values["type"] == "consultation":
        values["severity"] = None
    if values["type"] in ("consultation", "security"):
        values["category"] = request.get("category") if values["type"] == "security" else None
    if request.get("no_expected"):
        values |= {"expected_by": None, "expected_by_none": True, "expected_as_said": request.get("expected_as_said")}
    elif request.get("expected_by"):
        values |= {"expected_by_none": None, "expected_as_said": None}
    if request.get("configuration_items"):
        values["configuration_items"] = tuple(request.answers["configuration_items"])
    judged = {name: values[name] for name in JUDGED if values[name] != getattr(incident, name) or not case.state.type}
    case = case.set(
        **values,
        customer=replace(customer, **{name: value for name, value in known.items() if value}),
        incomplete=None,
    )
    known_major = incident.major or Major()
    if request.get("major") is not None or request.get("major_manager"):
        declared, manager = (
            request.get("major", known_major.declared),
            request.get("major_manager", known_major.manager),
        )
        case = case.set(major=replace(known_major, declared=declared, manager=manager))
    if request.get("major") is not None:
        judged["major"] = request.answers["major"]
    return Done(
        case,
        {name: value for name, value in judged.items() if value is not None or case.state.type},
        reason=request.get("reason"),
    )


def classified(state: State, entry: Entry) -> dict[str, Any]:
    """A logged case becomes a classified one; later the stage stays."""
    return {"stage": "classified"} if state.stage == "logged" else {}


def regrading(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F33: what was judged once is judged anew only with a reason."""
    changes = any(
        request.get(name) is not None and getattr(case.incident, name) not in (None, request.answers[name])
        for name in JUDGED
    )
    if changes and case.state.stage not in ("", "logged") and not request.get("reason"):
        yield missing("E-5.2-reason", "5.2", "reason", t("regrading needs a reason"), "--reason")


def notify(case: Case, request: Request, world: World) -> Done:
    """F12, B3: the department manager is told, or another instead of him."""
    managers = world.people.own_holders("department_manager", world.day(request.at))
    to = request.get("to", managers[0] if len(managers) == 1 else None)
    notice = Notice(
        at=request.at,
        by=request.actor,
        to=to,
        unreachable=True if request.get("unreachable") else None,
        instead=request.get("instead"),
    )
    return Done(case.set(manager_notified=notice))


def review(case: Case, request: Request, world: World) -> Done:
    """F12: what the review of a major incident found, and what is to be done."""
    if not case.state.major:
        return Done(case)
    found = Review(request.at, request.actor, request.get("findings"), request.get("review_actions"))
    return Done(case.set(major=replace(case.incident.major or Major(), review=found)))


def needs_review(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F12: only a major incident is reviewed; the review says what was found and what is to be done."""
    if not case.state.major:
        yield broken("E-5.2-not-major", "5.2", "major", t("this is not a major incident"),
                     t("declare it first: itil classify {id} --major", id=case.id))  # fmt: skip
    if not request.get("findings"):
        yield missing("E-5.2-findings", "5.2", "findings", t("what the review found is missing"), "--findings")
    if not request.get("review_actions"):
        yield missing("E-5.2-actions", "5.2", "actions", t("what is to be done is missing"), "--actions")


def judged(case: Case, world: World) -> Iterator[Problem]:
    """F7–F10: nothing judged is ever defaulted; a logged case may wait for it."""
    incident, stage = case.incident, case.state.stage
    if stage in ("", "logged", "void", "merged"):
        return
    if not incident.type:
        yield missing("E-5.2-type", "5.2", "incident:type", t("the type is missing"), "--type")
    if incident.type == "fault" and not incident.category:
        yield missing(
            "E-5.2-category", "5.2", "incident:category", t("the category of the fault is missing"), "--category"
        )
    if incident.type in ("fault", "security") and not incident.severity:
        yield missing("E-5.2-severity", "5.2", "incident:severity", t("the severity is missing"), "--severity")
    if incident.type == "consultation" and incident.severity:
        yield broken("E-5.2-severity-na", "5.2", "incident:severity", t("a consultation has no severity"),
                     t("leave out {flag}, or say --type fault", flag="--severity"))  # fmt: skip
    if incident.type == "consultation" and incident.category:
        yield broken("E-5.2-category-na", "5.2", "incident:category", t("a consultation has no category"),
                     t("leave out {flag}, or say --type fault", flag="--category"))  # fmt: skip
    if not incident.importance:
        yield missing("E-5.2-importance", "5.2", "incident:importance", t("the importance is missing"), "--importance")
    if not incident.urgency:
        yield missing("E-5.2-urgency", "5.2", "incident:urgency", t("the urgency is missing"), "--urgency")


def supplier(case: Case, world: World) -> Iterator[Problem]:
    """B2: a supplier's fault goes straight to tier 3: neither tier 2 nor a visit nor a solution comes before."""
    if not case.incident.supplier:
        return
    hint = t(
        "escalate it to tier 3, or take the supplier back with: itil classify {id} --supplier none --reason …",
        id=case.id,
    )
    reached = False
    for entry in entries(case):
        reached = reached or (entry.action == "escalate" and entry.value("tier") == 3)
        if not reached and (entry.action == "dispatch" or (entry.action == "escalate" and entry.value("tier") == 2)):
            yield broken(
                "E-5.2-supplier", "5.2", "incident:supplier", t("a supplier's fault goes straight to tier 3"), hint
            )
            return
    if case.state.resolved_at and not reached:
        yield broken(
            "E-5.2-supplier", "5.2", "incident:supplier", t("a supplier's fault goes straight to tier 3"), hint
        )


def contract(case: Case, world: World) -> Iterator[Problem]:
    """F11: a fault with a supplier names him and his contract; the contract's time should be known."""
    held = any(entry.value("tier") == 3 for entry in entries(case, "escalate"))
    reasons = {row.reason for row in escalations(case) if row.to == "tier3"}
    if not held or (
        reasons and reasons <= {"beyond_capability", "unresolved", "major", "dispute"} and not case.incident.supplier
    ):
        return
    if not case.incident.supplier:
        yield missing("E-5.2-supplier-name", "5.2", "incident:supplier", t("the supplier is missing"), "--supplier")
    if not case.incident.contract:
        yield missing(
            "E-5.2-contract", "5.2", "incident:contract", t("the supplier's contract is missing"), "--contract"
        )
    if not case.incident.due_at:
        yield broken(
            "W-5.2-contract-time", "5.2", "incident:due_at", t("the time the contract gives the supplier is not known"),
            t("record it with: {command}", command=f"itil correct {case.id} due_at=… --reason …"),
        )  # fmt: skip


def notified(case: Case, world: World) -> Iterator[Problem]:
    """B3: a major, important and urgent incident is reported to the department manager before it moves on."""
    state, notice = case.state, case.incident.manager_notified
    if not (state.major and state.importance == "important" and state.urgency == "urgent"):
        return
    told = [notice.at] if notice and notice.at and (notice.to or notice.instead) else []
    told += [row.at for row in escalations(case) if row.to == "department_manager" and row.at]
    waits = [
        entry
        for entry in entries(case, "escalate", "resolve", "close")
        if entry.at and (entry.action != "escalate" or entry.value("tier"))
    ]
    if waits and not (told and min(told) <= min(entry.at for entry in waits if entry.at)):
        yield missing(
            "E-5.2-not-notified", "5.2", "incident:manager_notified",
            t("a major incident that is important and urgent is first reported to the department manager"),
            "--notified",
        )  # fmt: skip
    if notice and not notice.to and not notice.instead:
        yield missing(
            "E-5.2-notice-to",
            "5.2",
            "incident:manager_notified.to",
            t("who was notified is missing"),
            "--to / --instead",
        )


def major(case: Case, world: World) -> Iterator[Problem]:
    """F12: whether it is major is a judgement; unanswered on a grave case it warns. The review has five working days.

    A case with a parent is judged with its parent (B27).
    """
    incident, state = case.incident, case.state
    grave = state.severity == "high" or (state.importance == "important" and state.urgency == "urgent")
    if grave and state.major is None and not incident.parent and state.stage not in ("void", "merged"):
        yield Problem(
            "W-5.2-major-unjudged",
            t("whether this is a major incident has not been judged"),
            t("say so with: itil classify {id} --major (or --not-major)", id=case.id)
            if state.stage not in SOLVED_STAGES
            else t("say so with: itil correct {id} major.declared=yes --reason … (or =no)", id=case.id),
            "5.2",
            "incident:major",
            Kind.MISSING,
        )
    review = incident.major.review if incident.major else None
    if state.major and state.resolved_at and not (review and review.at):
        due = add_working_days(world.calendar, world.day(state.resolved_at), 5)
        if world.day(world.now) > due.on:
            yield broken(
                "W-5.2-review", "5.2", "incident:major.review",
                t("the review of the major incident was due on {day}", day=due.on),
                t("record it with: {command}", command=f"itil review {case.id} --findings … --actions …"),
            )  # fmt: skip


CLAUSE = Clause(
    "5.2",
    Label("classify", "请求记录和分类", "recording and classifying"),
    "L181-185",
    moves=(
        Move(
            "classify",
            Label("classify", "分类", "classify"),
            OPEN_STAGES - {"resolved", "confirmed", "archived"},
            SUPPORT,
            classify,
            classified,
            frozenset({*JUDGED, "major"}),
            (regrading,),
        ),
        Move(
            "review",
            Label("review", "重大事件评审", "review"),
            frozenset({"resolved", "confirmed", "archived", "closed"}),
            SUPPORT,
            review,
            guards=(needs_review,),
            times=("incident:major.review.at",),
        ),
        Move(
            "notify",
            Label("notify", "报告部门经理", "notify the manager"),
            OPEN_STAGES,
            INTAKE | SUPPORT,
            notify,
            times=("incident:manager_notified.at",),
        ),
    ),
    rules=(
        Rule(("F7", "F8", "F9", "F10"), judged),
        Rule(("B2",), supplier),
        Rule(("F11",), contract),
        Rule(("B3", "F12"), notified),
        Rule(("F12",), major),
    ),
    forms=(REMOTE,),
)
