"""What waits for somebody's word: approvals, signatures, judgements, and who is to have a case. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.actions.waiting.suggest import code, next_command
from itilcli.actions.waiting.task import Task, end_of
from itilcli.model.case import WORK_ORDER, Case
from itilcli.model.codes import ESCALATE_TO, ESCALATION_REASON
from itilcli.model.onsite import Onsite, Signature
from itilcli.model.work_order import WorkOrder
from itilcli.procedure.clause import World
from itilcli.procedure.s5_00_settle import unsettled
from itilcli.procedure.s5_05_hands import orphaned
from itilcli.procedure.s5_06_verbal import countersign_due, waits_for_signature
from itilcli.procedure.s5_10_unsigned import to_accept
from itilcli.text import t

MANAGERS = ("department_manager", "top_management")
"""To whom an escalation is an event: roles and targets have one name."""


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


def countersignatures(case: Case, world: World) -> Iterator[Task]:
    """B7: a verbal approval waits for the signature of who gave it, within one working day."""
    for ref, form in case.of(WORK_ORDER):
        when = countersign_due(form, world) if waits_for_signature(form) else None
        if when:
            spoke = form.approval.by
            still = spoke and "technical_director" in world.people.roles(spoke, world.day(world.now))
            text = t("verbal approval to countersign, recorded by {person}", person=form.approval.recorded_by or "?")
            yield Task(
                "countersignature", case, text,
                f"itil approve {code(case)}/{ref}", (spoke,) if still else (),
                frozenset() if still else frozenset({"technical_director"}), form.approval.at, end_of(when.on, world),
                True, when.provisional,
            )  # fmt: skip


def dispatches(case: Case, world: World) -> Iterator[Task]:
    """B7: a visit that did not solve it waits for the project manager, who decides on the next."""
    if case.state.stage == "dispatch_pending" and not case.state.waiting and not case.state.hold:
        yield Task(
            "dispatch", case, t("another visit to decide"), next_command(case, world), roles=frozenset({"project_manager"}),
            since=case.state.reported_at,
        )  # fmt: skip


def conflicts(case: Case, world: World) -> Iterator[Task]:
    """F33: what two clones recorded differently waits for whoever follows the case."""
    for problem in unsettled(case, world):
        owner = (case.state.owner,) if case.state.owner else ()
        yield Task("conflict", case, problem.message, next_command(case, world), owner, since=case.state.reported_at)


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


def acceptances(case: Case, world: World) -> Iterator[Task]:
    """B14: a missing confirmation waits for the incident manager."""
    found = case.incident.confirmation
    if found and found.outcome and not found.accepted_by and case.state.status == "open":
        yield Task(
            "acceptance", case, t("missing confirmation to accept: {reason}", reason=found.reason or "?"),
            f"itil confirm {code(case)} --accept", roles=frozenset({"incident_manager"}), since=found.at,
        )  # fmt: skip
        return
    for ref in to_accept(case) if case.state.status == "open" else ():
        form = case.forms[ref]
        paper = (form.signature if isinstance(form, Onsite) else None) or Signature()
        yield Task(
            "acceptance", case, t("nobody signed for {form}, to accept: {reason}", form=ref, reason=paper.reason or "?"),
            f"itil confirm {code(case)}/{ref} --accept", roles=frozenset({"incident_manager"}), since=paper.at,
        )  # fmt: skip


def judgements(case: Case, world: World) -> Iterator[Task]:
    """F12, B3: a grave case not yet judged, a major one not yet reported to the department manager, or led by nobody."""
    state, incident = case.state, case.incident
    owner = (state.owner,) if state.owner else ()
    square = state.importance == "important" and state.urgency == "urgent"
    if state.status == "open" and (state.severity == "high" or square) and state.major is None and not incident.parent:
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
    if state.status == "open" and state.major and not (incident.major and incident.major.manager):
        yield Task(
            "major_manager", case, t("nobody leads the major incident yet"),
            f"itil classify {code(case)} --major-manager …", roles=frozenset({"incident_manager"}), since=state.reported_at,
        )  # fmt: skip


def orphans(case: Case, world: World) -> Iterator[Task]:
    """§2.5: an open case with somebody who has left, is unknown or lost the role waits for the incident manager."""
    for person, why in {person: why for _, person, why in orphaned(case, world)}.items():
        flags = {"owner": "--owner …", "assignee": "--to …"}
        words = " ".join(flags[field] for field, one, _ in orphaned(case, world) if one == person)
        yield Task(
            "orphan", case, t("in the hands of somebody who cannot move it: {why}", why=why),
            f"itil assign {code(case)} {words} --reason …", roles=frozenset({"incident_manager"}),
            since=case.state.reported_at, lies_with=person,
        )  # fmt: skip
