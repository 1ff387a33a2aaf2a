"""§5.5 二线支持: to R&D, to suppliers, to managers; back again; and from hand to hand (L203–207, L132)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.codes import ESCALATE_TO, ESCALATION_REASON, OPEN_STAGES, TIER
from itilcli.model.history import Entry, State
from itilcli.model.incident import Escalation
from itilcli.procedure.clause import (
    ANY_TIER,
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
    forbidden,
    missing,
    nothing_left,
)
from itilcli.procedure.s5_05_hands import ROLES_OF_TIER as ROLES_OF_TIER
from itilcli.procedure.s5_05_hands import holding, in_hands, quoted, staffed
from itilcli.text import Label, Listing, Text, t

TARGET_TIER = {"tier2": 2, "tier3": 3}


def escalate(case: Case, request: Request, world: World) -> Done:
    """An escalation: to a tier it hands the case over, to a manager it is an event; the owner stays."""
    to = request.get("to")
    tier = TARGET_TIER.get(to or "")
    assignee = request.get("assignee") or (taker(case, world, request, tier) if tier else None)
    row = Escalation(
        id=request.entry_id,
        at=request.at,
        by=request.actor,
        from_=f"tier{case.state.tier}",
        to=to,
        kind="functional" if tier else "hierarchical",
        reason=request.get("escalation_reason"),
        tried=request.get("tried"),
    )
    supplier = {name: request.get(name) for name in ("supplier", "contract", "supplier_ref", "due_at")}
    case = case.set(
        escalations=(*case.incident.escalations, row),
        **{name: value for name, value in supplier.items() if value is not None},
    )
    return Done(case, {"tier": tier, "assignee": assignee} if tier else None)


def not_escalated(case: Case, entry: Entry) -> Case:
    """B25: an escalation taken back stays readable, and is marked."""
    rows = (replace(row, retracted=True) if row.id == entry.id else row for row in case.incident.escalations)
    return case.set(escalations=tuple(rows))


def taker(case: Case, world: World, request: Request, tier: int) -> str | None:
    """Who takes an escalated case over unless named: the only one there; where the tier has nobody, the owner follows it up."""
    if not staffed(tier, world, world.day(request.at)):
        return case.state.owner
    return only_one(world, request, tier)


def nobody_there(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """L132: a tier without people of this desk, such as a supplier's: the owner follows the case up and is told so."""
    tier, owner = TARGET_TIER.get(request.get("to") or ""), case.state.owner
    if tier and owner and not request.get("assignee") and not staffed(tier, world, world.day(request.at)):
        yield broken(
            "W-5.5-nobody", "5.5", "assignee",
            t("nobody of this desk is of {tier}: {owner} follows it up", tier=TIER.label(str(tier)), owner=owner),
            t("wait for the supplier with: itil hold {id} --on supplier --until … --reason …", id=case.id),
        )  # fmt: skip


def only_one(world: World, request: Request, tier: int | None) -> str | None:
    """The one person whose own role it is to be of a tier, when there is just one."""
    found = world.people.own_holders(f"tier{tier}", world.day(request.at))
    return found[0] if len(found) == 1 else None


def escalated(state: State, entry: Entry) -> dict[str, Any]:
    """The stage follows the tier; the tier it came from is remembered for the way back."""
    tier = entry.value("tier")
    if tier not in (2, 3):
        return {}
    return {"stage": f"tier{tier}", "returns": (*state.returns, state.tier)}


def may_escalate(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """L96, L112: tier 1 escalates to 2, 3 and managers, tier 2 to 3 and managers; never down or sideways."""
    to, stage, tier = request.get("to"), case.state.stage, TARGET_TIER.get(request.get("to") or "")
    if not to:
        yield missing("E-5.5-to", "5.5", "to", t("where to escalate is missing"), "--to", ESCALATE_TO)
    if tier and case.state.tier >= tier and stage not in ("classified",):
        yield broken(
            "E-5.5-upwards", "5.5", "to", t("the case is with {tier} already", tier=TIER.label(str(case.state.tier))),
            t("hand it back with: itil return {id} --reason …", id=case.id),
        )  # fmt: skip
    if tier and stage not in ("classified", "tier1", "tier2", "dispatch_pending") and stage in OPEN_STAGES:
        yield broken("E-5.5-stage", "5.5", "to", t("a case cannot be escalated to a tier from here"))
    if tier and stage == "dispatch_pending" and case.state.waiting:
        yield broken(
            "E-5.5-waiting", "5.5", "to", t("a work order waits for its approval"),
            t("withdraw it first: itil withdraw {id}/{form} --reason …", id=case.id, form=case.state.waiting),
        )  # fmt: skip
    if not request.get("escalation_reason"):
        why = t("the reason of the escalation is missing")
        yield missing("E-5.5-reason", "5.5", "reason", why, "--reason", ESCALATION_REASON)
    if request.get("escalation_reason") == "unresolved" and not request.get("tried"):
        yield missing("E-5.5-tried", "5.5", "tried", t("what was tried is missing"), "--tried")
    if (
        request.get("assignee")
        and tier
        and not world.people.roles(request.answers["assignee"], world.day(request.at)) & ROLES_OF_TIER[tier]
    ):
        yield broken(
            "E-5.5-assignee",
            "5.5",
            "assignee",
            t("{person} does not belong to {tier}", person=request.answers["assignee"], tier=TIER.label(str(tier))),
            who_of(tier, world, world.day(request.at)),
        )


def hand_back(case: Case, request: Request, world: World) -> Done:
    """A case handed back (退回) to the tier it came from, to its owner when that is tier 1."""
    tier = case.state.returns[-1] if case.state.returns else 1
    holder = case.state.owner if tier == 1 else last_assignee(case, tier)
    return Done(case, {"tier": tier, "assignee": holder}, reason=request.get("reason"))


def last_assignee(case: Case, tier: int) -> str | None:
    """Who held the case when it was last with a tier."""
    held = None
    for entry in entries(case):
        if entry.value("tier") == tier:
            held = entry.value("assignee")
    return held


def handed_back(state: State, entry: Entry) -> dict[str, Any]:
    """One tier down again."""
    tier = entry.value("tier")
    return {"stage": f"tier{tier}" if tier in (1, 2) else "tier1", "returns": state.returns[:-1]}


def needs_reason(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F16b: every hand-over says why."""
    if not request.get("reason"):
        yield missing("E-5.5-why", "5.5", "reason", t("the reason is missing"), "--reason")


def assign(case: Case, request: Request, world: World) -> Done:
    """F16b: another assignee, another owner, or both; taken by oneself when nobody is named."""
    owner = request.get("owner")
    to = request.get("to_person") or (None if owner else request.actor)
    values = {name: value for name, value in (("assignee", to), ("owner", owner)) if value}
    return Done(case, values, reason=request.get("reason"))


def may_own(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """L132: the owner (跟踪人) is of tier 1; the assignee is of the tier that holds the case."""
    day, tier = world.day(request.at), case.state.tier
    owner, to = request.get("owner"), request.get("to_person")
    if owner and not world.people.roles(owner, day) & INTAKE:
        yield broken(
            "E-5.5-owner",
            "5.5",
            "owner",
            t("{person} is not of tier 1, which tracks each case until it closes", person=owner),
            who_of(1, world, day),
        )
    if to and not world.people.roles(to, day) & holding(tier, world, day):
        yield broken(
            "E-5.5-assignee",
            "5.5",
            "assignee",
            t("{person} does not belong to {tier}", person=to, tier=TIER.label(str(tier))),
            way_to(case, to, world, day),
        )
    if not owner and not to and not world.people.roles(request.actor, day) & holding(tier, world, day):
        yield forbidden(
            "E-5.5-take",
            "5.5",
            t("this case is with {tier}, to which you do not belong", tier=TIER.label(str(tier))),
            take_for(case, world, day),
        )


def way_to(case: Case, person: str, world: World, day: date) -> Text:
    """How a case comes into the hands of somebody of another tier; else who of its own tier there is."""
    tiers = [tier for tier, roles in ROLES_OF_TIER.items() if world.people.roles(person, day) & roles]
    tier = case.state.tier
    if higher := [one for one in tiers if one > tier]:
        return t(
            "escalate it: itil escalate {id} --to tier{tier} --assignee {person} --reason …",
            id=case.id, tier=higher[0], person=quoted(person),
        )  # fmt: skip
    if tiers:
        return t("hand it back with: itil return {id} --reason …", id=case.id)
    return who_of(tier, world, day)


def take_for(case: Case, world: World, day: date) -> Text:
    """How somebody of another tier gives a case to one of its own."""
    one = next(iter(world.people.holders(f"tier{case.state.tier}", day)), None)
    return t(
        "give it to somebody of that tier: itil assign {id} --to {person}",
        id=case.id.rpartition("-")[2], person=quoted(one) if one else "…",
    )  # fmt: skip


def who_of(tier: int, world: World, day: date) -> Text:
    """Who can hold a case of a tier on a day."""
    known = [one.id for one in world.people if one.id and world.people.roles(one.id, day) & ROLES_OF_TIER[tier]]
    return t("of this tier: {people}", people=Listing(tuple(known)))


def reasons(case: Case, world: World) -> Iterator[Problem]:
    """B6: an escalation has its reason, and what was tried where nothing helped."""
    rows = {row.id: row for row in escalations(case)}
    for entry in entries(case, "escalate"):
        row = rows.get(entry.id)
        if row is None or not row.reason or not row.to:
            yield missing(
                "E-5.5-reason", "5.5", "incident:escalations", t("the reason of the escalation is missing"), "--reason"
            )
        elif row.reason == "unresolved" and not row.tried:
            yield missing("E-5.5-tried", "5.5", "incident:escalations", t("what was tried is missing"), "--tried")


def disputes(case: Case, world: World) -> Iterator[Problem]:
    """B21b, L207: a dispute is a matter for top management."""
    for row in escalations(case):
        if row.reason == "dispute" and row.to != "top_management":
            yield broken(
                "W-5.5-dispute", "5.5", "incident:escalations", t("a dispute is a matter for top management"),
                t("escalate it with: itil escalate {id} --to top_management --reason dispute", id=case.id),
            )  # fmt: skip


def in_contract(case: Case, world: World) -> Iterator[Problem]:
    """B21: the supplier keeps the time of his contract."""
    due = case.incident.due_at
    if due and any(entry.value("tier") == 3 for entry in entries(case, "escalate")):
        done = case.state.resolved_at or (world.now if case.state.status == "open" else None)
        if done and done > due:
            yield broken("W-5.5-contract-late", "5.5", "incident:due_at", t("the supplier's contract time has passed"))


CLAUSE = Clause(
    "5.5",
    Label("escalate", "二线支持", "tier 2 and beyond"),
    "L201-207",
    moves=(
        Move(
            "escalate",
            Label("escalate", "升级", "escalate"),
            OPEN_STAGES - {"logged", "resolved", "confirmed", "archived"},
            SUPPORT,
            escalate,
            escalated,
            frozenset({"tier", "assignee"}),
            (may_escalate, nobody_there),
            times=("incident:escalations.at",),
            retract=not_escalated,
        ),
        Move(
            "return",
            Label("return", "退回", "hand back"),
            frozenset({"tier2", "tier3"}),
            ANY_TIER,
            hand_back,
            handed_back,
            frozenset({"tier", "assignee"}),
            (needs_reason,),
            retract=nothing_left,
        ),
        Move(
            "assign",
            Label("assign", "指派", "assign"),
            OPEN_STAGES,
            SUPPORT,
            assign,
            sets=frozenset({"assignee", "owner"}),
            guards=(may_own,),
            retract=nothing_left,
        ),
    ),
    rules=(
        Rule(("B6", "F16"), reasons),
        Rule(("B21b",), disputes),
        Rule(("B21",), in_contract),
        Rule(("F16b",), in_hands),
    ),
)
