"""§5.9 before the solution: the plan told to the customer, the time agreed, the backup (F22, F23, B10, B11)."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.errors import Kind, Problem
from itilcli.model.case import ONSITE, Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.incident import Agreed, Backup, Plan, Waiver
from itilcli.procedure.clause import Done, Request, World, before, broken, by_time, missing, past
from itilcli.procedure.reading import NONE
from itilcli.text import t

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


def afterwards(case: Case, fields: str) -> str:
    """The command that still records what came before the solution; from the archiving on for a reason."""
    return f"itil correct {case.id} {fields}" + (" --reason …" if case.state.stage in FILED else "")
