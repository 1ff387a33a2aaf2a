"""§5.9 确定解决方案: plan, agreed time, backup, change, problem, and the resolution itself (L233–237)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.model.case import ONSITE, REMOTE, Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.history import Entry, State
from itilcli.model.incident import Agreed, Backup, Plan, Resolution, Waiver
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
    before,
    broken,
    by_time,
    entries,
    missing,
    past,
    plain_time,
)
from itilcli.procedure.reading import NONE
from itilcli.procedure.s5_06_dispatch import with_exception
from itilcli.procedure.s5_12_configuration import submitted
from itilcli.text import Label, t

NO_BACKUP = NONE | {
    "免",
    "免备份",
    "免备",
    "不用",
    "无需",
    "未备份",
    "不备份",
    "没备份",
    "无备份",
    "不涉及",
    "n/a",
    "-",
}
AT_WORK = OPEN_STAGES - {"logged", "confirmed", "archived"}
FILED = frozenset({"archived", "closed"})


def plan(case: Case, request: Request, world: World) -> Done:
    """F22: what will be done, whether it can be, how long it takes, and when the customer was told."""
    known = case.incident.solution or Plan()
    return Done(
        case.set(
            solution=Plan(
                plan=request.get("solution", known.plan),
                feasibility=request.get("feasibility", known.feasibility),
                estimated_duration=request.get("duration", known.estimated_duration),
                told_customer_at=request.get("told_at", known.told_customer_at),
            )
        )
    )


def planned(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F22: a plan says all of it."""
    wanted = (
        ("solution", "--solution"),
        ("feasibility", "--feasibility"),
        ("duration", "--duration"),
        ("told_at", "--told-at"),
    )
    known = case.incident.solution or Plan()
    have = {
        "solution": known.plan,
        "feasibility": known.feasibility,
        "duration": known.estimated_duration,
        "told_at": known.told_customer_at,
    }
    for name, flag in wanted:
        if request.get(name) is None and have[name] is None:
            yield missing("E-5.9-plan", "5.9", name, t("{flag} of the plan is missing", flag=flag), flag)


def agree(case: Case, request: Request, world: World) -> Done:
    """F22, B11: a time agreed with the customer; earlier ones are kept."""
    contact = case.incident.customer.contact if case.incident.customer else None
    agreed = Agreed(request.get("until"), request.get("with_whom", contact), request.at, request.get("reason"))
    return Done(case.set(agreed=(*case.incident.agreed, agreed)), reason=request.get("reason"))


def needs_until(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F22: an agreement names its time and its reason."""
    until = request.get("until")
    if not until:
        yield missing("E-5.9-until", "5.9", "until", t("the agreed time is missing"), "--until")
    elif until < request.at:
        yield past("E-5.9-until-past", "5.9", until)
    if not request.get("reason"):
        yield missing("E-5.9-agreed-reason", "5.9", "reason", t("the reason is missing"), "--reason")


def backup(case: Case, request: Request, world: World) -> Done:
    """F23: a backup and where it lies, or who waived it and why."""
    if request.get("backup_waived") or request.get("waived_by"):
        waiver = Waiver(request.get("waived_by", request.actor), request.get("backup_waived", request.get("reason")))
        return Done(case.set(backup=Backup(at=request.at, by=request.actor, waived=waiver)))
    made = Backup(request.at, request.actor, request.get("backup"), True if request.get("verified") else None)
    return Done(case.set(backup=made))


def needs_location(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F23: a backup lies somewhere; a waiver has a reason."""
    waived = request.get("waived_by") or request.get("backup_waived")
    if waived and not request.get("backup_waived") and not request.get("reason"):
        yield missing("E-5.9-waiver", "5.9", "reason", t("why the backup is waived is missing"), "--reason")
    if not waived and no_place(request.get("backup")):
        said = t("{value} is no place where a backup lies", value=repr(request.get("backup")))
        placed = request.get("location") is not None
        flag = "--waived-by WHO --reason WHY" if placed else "--backup-waived WHY"
        hint = t("where there is none, say why with {flag}", flag=flag)
        where = "--location" if placed else "--backup"
        yield Problem("E-5.9-backup-none", said, hint, "5.9", where, Kind.MISSING)
    elif not waived and not request.get("backup"):
        yield missing("E-5.9-backup-location", "5.9", "location", t("where the backup lies is missing"), "--location")


def no_place(said: str | None) -> bool:
    """Whether these words tell that there is no backup, instead of where it lies."""
    return (said or "").strip().strip("。.").lower() in NO_BACKUP


def change(case: Case, request: Request, world: World) -> Done:
    """F24: the change the fix needs, or none."""
    return Done(case.set(change=request.get("change")))


def problem(case: Case, request: Request, world: World) -> Done:
    """F25: the hand-over to problem management, or none."""
    return Done(case.set(problem=request.get("problem")))


def needs_answer(name: str, flags: str) -> Any:
    """A guard: the question is answered, if only with none."""

    def guard(case: Case, request: Request, world: World) -> Iterator[Problem]:
        if request.get(name) is None:
            yield missing(f"E-5.9-{name}", "5.9", name, t("say none, or give its details"), flags)

    return guard


def with_answers(case: Case, request: Request, world: World) -> Case:
    """The case with the answers of 5.9 to 5.13 that came along: change, problem, configuration items, knowledge."""
    given = {name: request.get(name) for name in ("change", "problem", "knowledge") if request.get(name) is not None}
    if request.get("item_update") is not None:
        given["configuration_update"] = submitted(case, request.answers["item_update"], request, world)
    return case.set(**given)


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


def backed_up(case: Case, world: World) -> Iterator[Problem]:
    """B10: a high or medium fault is backed up, or the backup waived, before it is resolved."""
    state, made = case.state, case.incident.backup
    if state.resolved_at is None or state.severity not in ("high", "medium"):
        return
    done = made is not None and bool(made.location or (made.waived and made.waived.reason and made.waived.by))
    if not done:
        yield missing(
            "E-5.9-backup", "5.9", "incident:backup",
            t("a high or medium fault needs a backup before it is resolved"), "--backup LOCATION / --backup-waived WHY",
        )  # fmt: skip
    elif made is not None and made.at and made.at > state.resolved_at:
        yield broken("E-5.9-backup-late", "5.9", "incident:backup.at", t("the backup came after the solution"),
                     by_time(case))  # fmt: skip


def by_mode(case: Case, world: World) -> Iterator[Problem]:
    """B1, L39: a high or medium fault is solved on site; solved otherwise it is reported, unless an exception says why."""
    if case.state.resolved_at and case.state.severity in ("high", "medium") and case.state.type == "fault":
        exception = case.incident.mode_exception
        if not any(form.sessions for _, form in case.of(ONSITE)) and not (exception and exception.reason):
            yield broken(
                "W-5.9-mode", "5.9", "incident:mode_exception", t("a high or medium fault was solved without a visit"),
                t("record it with: {command}", command=afterwards(case, "mode_exception.reason=…")),
            )  # fmt: skip


def afterwards(case: Case, fields: str) -> str:
    """The command that still records what came before the solution; from the archiving on for a reason."""
    return f"itil correct {case.id} {fields}" + (" --reason …" if case.state.stage in FILED else "")


def told(case: Case, world: World) -> Iterator[Problem]:
    """F22: before work on site the customer is told the plan and how long it takes."""
    visited = any(form.sessions for _, form in case.of(ONSITE))
    found = case.incident.solution or Plan()
    if (
        visited
        and case.state.resolved_at
        and not (found.plan and found.feasibility and found.estimated_duration and found.told_customer_at)
    ):
        fields = "solution.plan=… solution.feasibility=… solution.estimated_duration=… solution.told_customer_at=…"
        yield before(
            "W-5.9-plan", "5.9", "incident:solution", t("the plan told to the customer is not recorded"),
            f"itil plan {case.id} --solution … --feasibility … --duration … --told-at …"
            if case.state.stage in AT_WORK
            else afterwards(case, fields),
        )  # fmt: skip


def agreed(case: Case, world: World) -> Iterator[Problem]:
    """B11: a hold until an agreed date rests on a time agreed with the customer."""
    if case.state.hold == "agreed_date" and not any(row.until for row in case.incident.agreed):
        yield before(
            "E-5.9-agreed", "5.9", "incident:agreed", t("no time has been agreed with the customer"),
            f"itil agree {case.id} --until … --reason …",
        )  # fmt: skip
    for row in case.incident.agreed:
        if not row.until or not row.at:
            yield missing("E-5.9-until", "5.9", "incident:agreed", t("the agreed time is missing"), "--until")


def change_answered(case: Case, world: World) -> Iterator[Problem]:
    """B12, F24: whether a change was needed is answered before closing; one that was has class and reference."""
    found = case.incident.change
    if found is None and case.state.stage == "closed":
        yield missing(
            "E-5.9-change",
            "5.9",
            "incident:change",
            t("whether a change was needed is not answered"),
            "--change none|CLASS:REF",
        )
    elif found and not found.none and not (found.class_ and found.ref):
        yield missing(
            "E-5.9-change-ref",
            "5.9",
            "incident:change",
            t("a change has a class and a reference"),
            "--change CLASS:REF",
        )


def problem_answered(case: Case, world: World) -> Iterator[Problem]:
    """B13, F25: whether problem management takes it is answered before closing; what it takes has reason and reference."""
    found = case.incident.problem
    if found is None and case.state.stage == "closed":
        yield missing(
            "E-5.9-problem",
            "5.9",
            "incident:problem",
            t("whether problem management takes it is not answered"),
            "--problem none|REASON:REF",
        )
    elif found and not found.none and not (found.reason and found.ref):
        yield missing(
            "E-5.9-problem-ref",
            "5.9",
            "incident:problem",
            t("a problem has a reason and a reference"),
            "--problem REASON:REF",
        )


def root_cause(case: Case, world: World) -> Iterator[Problem]:
    """B22, L110: a workaround leaves a root cause to be found; a cause, a problem or an article ends the search."""
    if not root_cause_pending(case):
        return
    yield broken(
        "W-5.9-root-cause", "5.9", "incident:resolution.kind", t("a workaround leaves the root cause to be found")
    )


def root_cause_pending(case: Case) -> bool:
    """B22: solved by a workaround, and neither cause nor problem nor article recorded since."""
    found, incident = case.incident.resolution, case.incident
    if not (case.state.resolved_at and found and found.kind == "workaround"):
        return False
    causes = [form.diagnosis for kind in (REMOTE, ONSITE) for _, form in case.of(kind)]
    return not (
        (incident.problem and incident.problem.ref)
        or (incident.knowledge and incident.knowledge.ref)
        or any(diagnosis and diagnosis.cause for diagnosis in causes)
    )


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
