"""What waits in a case, for whom, and until when: one small function for each sort of thing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time

from itilcli.actions.deadlines import deadlines
from itilcli.actions.suggest import code, next_command
from itilcli.model.case import FOLLOW_UP, ONSITE, WORK_ORDER, Case
from itilcli.model.codes import ESCALATE_TO, ESCALATION_REASON, HOLD, SOLVED_STAGES, STAGE
from itilcli.model.onsite import Onsite
from itilcli.model.work_order import WorkOrder
from itilcli.procedure.clause import INTAKE, World, entries
from itilcli.procedure.s5_05_escalate import ROLES_OF_TIER
from itilcli.procedure.s5_07_visit import current, going
from itilcli.procedure.s5_11_archive import RECEIPT_DAYS
from itilcli.procedure.s5_14_follow_up import done_on
from itilcli.procedure.s5_14_follow_up import due as follow_up_due
from itilcli.text import Listing, Text, t
from itilcli.values import value
from itilcli.workdays import add_working_days

REVIEW_DAYS = 5
MANAGERS = ("department_manager", "top_management")
"""To whom an escalation is an event: roles and targets have one name."""


@value
class Task:
    """One thing to do: for these ``people``, or for whoever holds one of these ``roles`` but is not ``barred``.

    ``due`` is its last moment and ``whole_day`` says that only its day counts; ``waits`` is False for what may be done
    at any time until then, and for a case that is merely in somebody's hands.
    """

    kind: str
    case: Case
    text: Text
    command: str
    people: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    since: datetime | None = None
    due: datetime | None = None
    whole_day: bool = False
    provisional: bool = False
    barred: str | None = None
    waits: bool = True

    def late(self, now: datetime) -> bool:
        """Whether its time has passed."""
        return self.due is not None and self.due < now

    def pressing(self, world: World) -> bool:
        """Whether it is due: it waits for somebody, or its time comes today or has passed."""
        return self.waits or self.today(world)

    def today(self, world: World) -> bool:
        """Whether its time comes today or has passed."""
        return self.due is not None and world.day(self.due) <= world.day(world.now)


def tasks(case: Case, world: World) -> Iterator[Task]:
    """Everything that waits in one case, whoever's it is; an imported case that is completed waits for nobody."""
    if case.imported and case.state.status == "completed":
        return
    for find in FINDERS:
        for task in find(case, world):
            yield task if task.people or task.roles else replace(task, roles=tier_of(case))


def tier_of(case: Case) -> frozenset[str]:
    """Who is to look after what nobody holds: the tier that has the case, and from the solution on tier 1."""
    state = case.state
    return INTAKE if state.stage in SOLVED_STAGES else ROLES_OF_TIER.get(state.tier, INTAKE)


def end_of(day: date, world: World) -> datetime:
    """The last second of a day in the desk's zone."""
    return datetime.combine(day, time(23, 59, 59), world.zone)


def holder(case: Case) -> tuple[str, ...]:
    """Who is to move the case: its assignee, and from the solution on its owner."""
    state = case.state
    one = state.owner if state.stage in SOLVED_STAGES else state.assignee
    return (one,) if one else ()


def approvals(case: Case, world: World) -> Iterator[Task]:
    """B7: a work order waits for the technical director, who did not ask for it."""
    order = case.forms.get(case.state.waiting or "")
    if case.state.stage == "dispatch_pending" and isinstance(order, WorkOrder):
        asked = order.asked
        yield Task(
            "approval", case, t("work order to approve, asked for by {person}", person=order.requested_by or "?"),
            f"itil approve {code(case)}/{case.state.waiting}", roles=frozenset({"technical_director"}),
            since=order.requested_at, due=asked.planned_from if asked else None, barred=order.requested_by,
        )  # fmt: skip


def receipts(case: Case, world: World) -> Iterator[Task]:
    """B15: work orders handed over wait for the archivist."""
    for ref, form in case.of(WORK_ORDER):
        if form.archived and form.archived.at and not (form.received and form.received.location):
            when = add_working_days(world.calendar, world.day(form.archived.at), RECEIPT_DAYS)
            yield Task(
                "receipt", case, t("work order to receive"), f"itil receive {code(case)}/{ref} --location …",
                roles=frozenset({"archivist"}), since=form.archived.at, due=end_of(when.on, world), whole_day=True,
                provisional=when.provisional, waits=False,
            )  # fmt: skip


def configuration(case: Case, world: World) -> Iterator[Task]:
    """B16: changed configuration items wait for the configuration manager."""
    update = case.incident.configuration_update
    if update and not update.none and not update.done_at and case.state.stage not in ("void", "merged"):
        items = Listing(tuple(f"{row.item}.{row.attribute}" for row in update.items))
        yield Task(
            "configuration", case, t("configuration items to update: {items}", items=items),
            f"itil item {code(case)} --done --commit …",
            roles=frozenset({"configuration_manager"}), since=case.state.closed_at or case.state.resolved_at,
        )  # fmt: skip


def work(case: Case, world: World) -> Iterator[Task]:
    """An open case in somebody's hands, with the nearest time it stands under; nobody's is for all of its tier."""
    state = case.state
    if state.status != "open" or state.hold or (state.stage == "dispatch_pending" and state.waiting):
        return
    if state.stage == "dispatched" or (state.stage == "onsite" and state.visit):
        return
    under = deadlines(case, world)
    nearest = under[0] if under else None
    stage = STAGE.label(state.stage)
    text = t("{stage}; {deadline}", stage=stage, deadline=nearest.label) if nearest else t("{stage}", stage=stage)
    if not holder(case):
        yield Task(
            "unassigned", case, t("nobody has taken it: {stage}", stage=stage), f"itil assign {code(case)}",
            roles=ROLES_OF_TIER.get(state.tier, INTAKE), since=state.reported_at, due=nearest.at if nearest else None,
        )  # fmt: skip
        return
    yield Task(
        "work",
        case,
        text,
        next_command(case),
        holder(case),
        since=state.reported_at,
        due=nearest.at if nearest else None,
        waits=False,
    )


def holds(case: Case, world: World) -> Iterator[Task]:
    """A case on hold comes back to its holder when the hold ends."""
    state = case.state
    if state.hold and state.status == "open":
        yield Task(
            "hold", case, t("on hold: {why}", why=HOLD.label(state.hold)), f"itil resume {code(case)}", holder(case),
            since=state.hold_since, due=state.hold_until, waits=False,
        )  # fmt: skip


def visits(case: Case, world: World) -> Iterator[Task]:
    """B7, B9: an approved work order waits for those whom it sends, to be planned, begun and finished."""
    state, short = case.state, code(case)
    if state.status != "open" or (state.stage != "dispatched" and not (state.stage == "onsite" and state.visit)):
        return
    form = (current(case) or ("", Onsite()))[1]
    present = (session.who for session in form.sessions if session.who and not session.left_at)
    people = tuple(dict.fromkeys([*going(case), *present, *holder(case)]))
    place = form.appointment.place if form.appointment else None
    planned = form.appointment.at if form.appointment else None
    if state.stage == "onsite":
        under = deadlines(case, world)
        since = min((session.arrived_at for session in form.sessions if session.arrived_at), default=None)
        text, command, due = (
            t("on site: {place}", place=place or "?"),
            next_command(case),
            under[0].at if under else None,
        )
    elif planned:
        text, command, since, due = t("visit: {place}", place=place or "?"), f"itil visit start {short}", None, planned
    else:
        order = case.forms.get(state.waiting or "")
        approved = order.approved if isinstance(order, WorkOrder) else None
        text, command = t("plan the visit"), f"itil visit plan {short} --appointment … --ready"
        since, due = state.reported_at, approved.planned_from if approved else None
    yield Task("visit", case, text, command, people, since=since, due=due, waits=False)


def managers(case: Case, world: World) -> Iterator[Task]:
    """B21b: an open case escalated to a manager is in his sight until it closes, under the latest escalation to him."""
    if case.state.status != "open":
        return
    for row in {row.to: row for row in case.incident.escalations if row.to in MANAGERS}.values():
        reason = ESCALATION_REASON.label(row.reason or "?")
        yield Task(
            "escalation", case, t("escalated to {to}: {reason}", to=ESCALATE_TO.label(row.to or ""), reason=reason),
            f"itil show {code(case)}", roles=frozenset({row.to or ""}), since=row.at, waits=False,
        )  # fmt: skip


def scans(case: Case, world: World) -> Iterator[Task]:
    """B14, F27: a signed form whose scan is still missing before the archiving."""
    if case.state.status != "open":
        return
    finished = {entry.form for entry in entries(case, "visit-finish")}
    for ref, form in case.of(ONSITE):
        signature = form.signature
        if ref in finished and not (signature and (signature.files or signature.outcome)):
            yield Task(
                "scan",
                case,
                t("scan of the signed form {form} is missing", form=ref),
                f"itil sign {code(case)}/{ref} --signature …",
                holder(case),
            )


def acceptances(case: Case, world: World) -> Iterator[Task]:
    """B14: a missing confirmation waits for the incident manager."""
    found = case.incident.confirmation
    if found and found.outcome and not found.accepted_by and case.state.status == "open":
        yield Task(
            "acceptance", case, t("missing confirmation to accept: {reason}", reason=found.reason or "?"),
            f"itil confirm {code(case)} --accept", roles=frozenset({"incident_manager"}), since=found.at,
        )  # fmt: skip


def judgements(case: Case, world: World) -> Iterator[Task]:
    """F12, B3: a grave case not yet judged, a major one not yet reported to the department manager, its review."""
    state, incident = case.state, case.incident
    owner = (state.owner,) if state.owner else ()
    square = state.importance == "important" and state.urgency == "urgent"
    if state.status == "open" and (state.severity == "high" or square) and state.major is None:
        yield Task(
            "major",
            case,
            t("major or not has not been judged"),
            f"itil classify {code(case)} --major",
            owner,
            since=state.reported_at,
        )
    notice = incident.manager_notified
    told = (notice and (notice.to or notice.instead)) or any(
        row.to == "department_manager" for row in incident.escalations
    )
    if state.status == "open" and state.major and square and not told:
        yield Task(
            "notify",
            case,
            t("the department manager has not been told"),
            f"itil notify {code(case)}",
            owner,
            since=state.reported_at,
        )
    review = incident.major.review if incident.major else None
    if state.major and state.resolved_at and not (review and review.at) and state.stage not in ("void", "merged"):
        when = add_working_days(world.calendar, world.day(state.resolved_at), REVIEW_DAYS)
        manager = incident.major.manager if incident.major else None
        yield Task(
            "review", case, t("review of the major incident"), f"itil show {code(case)}", (manager,) if manager else (),
            frozenset() if manager else frozenset({"incident_manager"}), state.resolved_at,
            end_of(when.on, world), True, when.provisional,
            waits=False,
        )  # fmt: skip


def follow_ups(case: Case, world: World) -> Iterator[Task]:
    """B19: the customer is called within five working days after the solution; by tier 1, its owner first."""
    when = follow_up_due(case, world)
    if when is None or case.imported or done_on(case, world):
        return
    if case.state.stage == "closed" or when.on <= world.day(world.now):
        attempts = sum(1 for _ in case.of(FOLLOW_UP))
        text = t("follow-up call, {count} attempts so far", count=attempts) if attempts else t("follow-up call")
        yield Task(
            "follow_up", case, text, f"itil follow-up {code(case)} --result reached --satisfaction … --solved",
            (case.state.owner,) if case.state.owner else (), INTAKE, case.state.resolved_at,
            end_of(when.on, world), True, when.provisional, waits=False,
        )  # fmt: skip


def complaints(case: Case, world: World) -> Iterator[Task]:
    """F32: a complaint is open until it is answered; and who says that nothing is solved is heard."""
    for ref, form in case.of(FOLLOW_UP):
        handler = (form.complaint.handler if form.complaint else None) or case.state.owner
        if form.complaint and not form.complaint.closed_at:
            text = t("complaint to answer: {text}", text=form.complaint.text_ or "?")
            yield Task(
                "complaint", case, text, f"itil show {code(case)}/{ref}", (handler,) if handler else (), since=form.at
            )
        closed = case.state.closed_at
        if form.solved_confirmed is False and case.state.stage == "closed" and form.at and closed and form.at > closed:
            yield Task(
                "unsolved", case, t("the customer says it is not solved"), f"itil reopen {code(case)} --reason …",
                (case.state.owner,) if case.state.owner else (), INTAKE, form.at,
            )  # fmt: skip


FINDERS: tuple[Callable[[Case, World], Iterator[Task]], ...] = (
    approvals, receipts, configuration, work, holds, visits, managers, scans, acceptances, judgements, follow_ups,
    complaints,
)  # fmt: skip
