"""§5.3 热线电话尝试解决: the knowledge base first, then guidance by phone (L191)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import REMOTE, Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.history import Entry, State
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
    escalations,
    plain_time,
)
from itilcli.text import Label, t


def respond(case: Case, request: Request, world: World) -> Done:
    """The first answer and each later guidance, written on the newest remote form."""
    found = case.last(REMOTE)
    ref, form = found or case.new_form(REMOTE)
    guidance = "\n".join(part for part in (form.guidance, request.get("guidance")) if part) or None
    consulted = tuple(request.get("consulted", ()))
    form = replace(
        form,
        responded_at=form.responded_at or request.at,
        responded_by=form.responded_by or request.actor,
        knowledge_consulted=(*form.knowledge_consulted, *(ref_ for ref_ in consulted if ref_ != "none")),
        none_found=True if "none" in consulted else form.none_found,
        guidance=guidance,
    )
    return Done(case.put(ref, form), first_response(case, request.at), ref)


def first_response(case: Case, at: datetime) -> dict[str, Any]:
    """F14: the earliest answer is the first; a step recorded late may move it earlier, none moves it later."""
    known = case.state.first_response_at
    return {"first_response_at": plain_time(at)} if known is None or at < known else {}


def taken_up(state: State, entry: Entry) -> dict[str, Any]:
    """A classified case is now worked on by tier 1; elsewhere the stage stays."""
    return {"stage": "tier1"} if state.stage == "classified" else {}


def answered(case: Case, world: World) -> Iterator[Problem]:
    """F14: what is solved has been responded to."""
    if case.state.resolved_at and not case.state.first_response_at:
        yield broken("E-5.3-response", "5.3", "incident:first_response_at", t("the first response is missing"),
                     t("record it with: itil respond {id} --guidance … --at TIME", id=case.id))  # fmt: skip
    first, reported = case.state.first_response_at, case.state.reported_at
    if first and reported and first < reported:
        yield broken(
            "E-5.3-response-early",
            "5.3",
            "incident:first_response_at",
            t("the first response lies before the report"),
            by_time(case),
        )


def attempted(case: Case, world: World) -> Iterator[Problem]:
    """B4: an attempt by phone comes before an escalation, unless the reason makes it pointless."""
    tried = False
    reasons = {row.id: row.reason for row in escalations(case)}
    for entry in entries(case):
        tried = tried or entry.action in ("respond", "remote")
        if entry.action == "escalate" and entry.value("tier") and not tried:
            if reasons.get(entry.id) not in ("supplier", "beyond_capability", "major"):
                yield broken(
                    "W-5.3-no-attempt", "5.3", "incident:escalations",
                    t("escalated without an attempt by phone against the knowledge base"),
                )  # fmt: skip
            return


CLAUSE = Clause(
    "5.3",
    Label("respond", "热线电话尝试解决", "solving by phone"),
    "L189-191",
    moves=(
        Move(
            "respond",
            Label("respond", "电话指导", "guide by phone"),
            OPEN_STAGES - {"resolved", "confirmed", "archived"},
            ANY_TIER,
            respond,
            taken_up,
            frozenset({"first_response_at"}),
            times=("form:responded_at",),
        ),
    ),
    rules=(Rule(("F14",), answered), Rule(("B4",), attempted)),
    forms=(REMOTE,),
)
