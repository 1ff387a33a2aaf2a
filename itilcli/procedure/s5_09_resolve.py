"""§5.9 确定解决方案: plan, agreed time, backup, change, problem, and the resolution itself (L233–237)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import ONSITE, Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.history import Entry, State
from itilcli.model.incident import Resolution
from itilcli.model.labels import field_label
from itilcli.procedure.clause import (
    ANY_TIER,
    SUPPORT,
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
    plain_time,
)
from itilcli.procedure.s5_06_dispatch import with_exception
from itilcli.procedure.s5_09_consequences import (
    change,
    change_answered,
    needs_answer,
    problem,
    problem_answered,
    with_answers,
)
from itilcli.procedure.s5_09_prepare import (
    AT_WORK,
    afterwards,
    agree,
    agreed,
    backed_up,
    backup,
    needs_location,
    needs_until,
    plan,
    planned,
    told,
)
from itilcli.procedure.s5_09_workaround import root_cause
from itilcli.text import Label, t


def resolve(case: Case, request: Request, world: World) -> Done:
    """F26: solved; permanent unless said, by the tier that holds the case unless said."""
    performed = request.get("performed_by") or ()
    by = performed[0] if performed else request.get("resolved_by", request.actor)
    tier = int(request.get("tier", case.state.tier))
    at = request.at
    resolution = Resolution(at, by, tier, request.get("kind", "permanent"), request.get("solution"))
    case = with_answers(with_exception(case, request), request, world)
    return Done(case.set(resolution=resolution), {"resolved_at": plain_time(at), "resolved_tier": tier}, by=by)


def solved(state: State, entry: Entry) -> dict[str, Any]:
    """The stage is resolved; a hold ends with it."""
    return {"stage": "resolved", "hold": None, "hold_since": None, "hold_until": None}


def visit_is_over(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """A visit under way is finished before the case is resolved."""
    if case.state.stage == "onsite" and case.state.visit:
        yield broken(
            "E-5.9-on-site", "5.9", "visit", t("the visit is not finished"),
            t("finish it with: itil visit finish {id} --solved …", id=case.id),
        )  # fmt: skip


def resolution(case: Case, world: World) -> Iterator[Problem]:
    """F26: what was done, when, by whom, of which tier, for good or around it."""
    if not case.state.resolved_at:
        return
    found = case.incident.resolution or Resolution()
    if not found.steps:
        yield missing("E-5.9-solution", "5.9", "incident:resolution.steps", t("the solution is missing"), "--solution")
    if found.tier not in (1, 2, 3):
        yield broken("E-5.9-tier", "5.9", "incident:resolution.tier", t("the tier that solved it is 1, 2 or 3"))
    for name in ("at", "by", "kind"):
        if not getattr(found, name):
            yield missing(
                "E-5.9-resolution",
                "5.9",
                f"incident:resolution.{name}",
                t("{field} of the resolution is missing", field=field_label(name)),
            )


def by_mode(case: Case, world: World) -> Iterator[Problem]:
    """B1, L39: a high or medium fault is solved on site; solved otherwise it is reported, unless an exception says why."""
    if case.state.resolved_at and case.state.severity in ("high", "medium") and case.state.type == "fault":
        exception = case.incident.mode_exception
        if not any(form.sessions for _, form in case.of(ONSITE)) and not (exception and exception.reason):
            yield broken(
                "W-5.9-mode", "5.9", "incident:mode_exception", t("a high or medium fault was solved without a visit"),
                t("record it with: {command}", command=afterwards(case, "mode_exception.reason=…")),
            )  # fmt: skip


def backup_before(case: Case, world: World) -> Iterator[Problem]:
    """F26: nothing is resolved before it was reported."""
    state = case.state
    if state.resolved_at and state.reported_at and state.resolved_at < state.reported_at:
        yield broken("E-5.9-too-early", "5.9", "incident:resolution.at", t("the solution lies before the report"),
                     by_time(case))  # fmt: skip
    if any(entries(case, "resolve")) and case.incident.resolution is None and state.resolved_at:
        yield broken("E-5.9-resolution", "5.9", "incident:resolution", t("the resolution is missing"))


CLAUSE = Clause(
    "5.9",
    Label("resolve", "确定解决方案", "the solution"),
    "L231-237",
    moves=(
        Move("plan", Label("plan", "方案告知", "plan"), AT_WORK, ANY_TIER, plan, guards=(planned,)),
        Move(
            "agree",
            Label("agree", "约定时间", "agree on a time"),
            AT_WORK,
            SUPPORT,
            agree,
            guards=(needs_until,),
            times=("incident:agreed.at",),
        ),
        Move(
            "backup",
            Label("backup", "数据备份", "back up"),
            AT_WORK,
            ANY_TIER,
            backup,
            guards=(needs_location,),
            times=("incident:backup.at",),
        ),
        Move(
            "change",
            Label("change", "变更", "change"),
            OPEN_STAGES - {"logged"},
            SUPPORT,
            change,
            guards=(needs_answer("change", "none / --class CLASS --ref REF"),),
        ),
        Move(
            "problem",
            Label("problem", "问题", "problem"),
            OPEN_STAGES - {"logged"},
            SUPPORT,
            problem,
            guards=(needs_answer("problem", "none / --reason CODE --ref REF"),),
        ),
        Move(
            "resolve",
            Label("resolve", "解决", "resolve"),
            frozenset({"tier1", "tier2", "tier3", "onsite"}),
            ANY_TIER,
            resolve,
            solved,
            frozenset({"resolved_at", "resolved_tier"}),
            (visit_is_over,),
            times=("incident:resolution.at",),
        ),
    ),
    rules=(
        Rule(("F26",), resolution),
        Rule(("F26",), backup_before),
        Rule(("B10", "F23"), backed_up),
        Rule(("B1",), by_mode),
        Rule(("F22",), told),
        Rule(("B11", "F22"), agreed),
        Rule(("B12", "F24"), change_answered),
        Rule(("B13", "F25"), problem_answered),
        Rule(("B22",), root_cause),
    ),
)
