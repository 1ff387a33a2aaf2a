"""What is left after the work: signed paper, archive, configuration, the call to the customer, the review. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.actions.waiting.suggest import code, sign_command
from itilcli.actions.waiting.task import Task, end_of, holder
from itilcli.model.case import FOLLOW_UP, WORK_ORDER, Case
from itilcli.procedure.clause import INTAKE, World
from itilcli.procedure.s5_10_unsigned import unsigned_yet
from itilcli.procedure.s5_11_archive import RECEIPT_DAYS, handed_over, sent_back
from itilcli.procedure.s5_14_follow_up import done_on
from itilcli.procedure.s5_14_follow_up import due as follow_up_due
from itilcli.text import Listing, t
from itilcli.workdays import add_working_days

REVIEW_DAYS = 5


def scans(case: Case, world: World) -> Iterator[Task]:
    """B14, F27: a signed form whose scan is still missing before the archiving."""
    if case.state.status != "open":
        return
    for ref in unsigned_yet(case):
        other = f"itil sign {code(case)}/{ref} --unsigned … --reason …"
        yield Task(
            "scan", case, t("scan of the signed form {form} is missing; if nobody signed: {command}", form=ref, command=other),
            sign_command(case, ref), holder(case),
        )  # fmt: skip


def receipts(case: Case, world: World) -> Iterator[Task]:
    """B15: work orders handed over wait for the archivist."""
    for ref, form in case.of(WORK_ORDER):
        since = handed_over(form)
        if since and not (form.received and form.received.location) and not sent_back(case, ref):
            when = add_working_days(world.calendar, world.day(since), RECEIPT_DAYS)
            again = form.handed_in[-1].comment if form.handed_in else None
            text = t("work order to receive, mended: {comment}", comment=again) if again else t("work order to receive")
            yield Task(
                "receipt", case, text, f"itil receive {code(case)}/{ref} --location …",
                roles=frozenset({"archivist"}), since=since, due=end_of(when.on, world), whole_day=True,
                provisional=when.provisional, waits=False,
            )  # fmt: skip


def sent_back_orders(case: Case, world: World) -> Iterator[Task]:
    """B15: a work order that the archivist sent back waits for who handed it over, and for the owner; else for tier 1."""
    for ref, form in case.of(WORK_ORDER):
        back = sent_back(case, ref)
        if back:
            last = form.handed_in[-1] if form.handed_in else form.archived
            meant = dict.fromkeys(one for one in (last.by if last else None, case.state.owner) if one)
            here = (world.people.get(one) for one in meant)
            yield Task(
                "sent_back", case, t("work order sent back: {reason}", reason=back.refused or "?"),
                f"itil hand-in {code(case)}/{ref} --comment …",
                tuple(one.id or "" for one in here if one and not one.gone_on(world.day(world.now))), since=back.at,
            )  # fmt: skip


def configuration(case: Case, world: World) -> Iterator[Task]:
    """B16: changed configuration items wait for the configuration manager."""
    update = case.incident.configuration_update
    if update is None or update.none or update.done_at or case.state.stage in ("void", "merged"):
        return
    if update.rejected:
        if case.state.stage != "closed":
            reason = t("configuration change rejected: {reason}", reason=update.rejected.reason or "?")
            who = (case.state.assignee,) if case.state.assignee else ()
            yield Task(
                "configuration_rejected", case, reason, f"itil item {code(case)} none", who, since=update.rejected.at
            )
    else:
        items = Listing(tuple(f"{row.item}.{row.attribute}" for row in update.items))
        yield Task(
            "configuration", case, t("configuration items to update: {items}", items=items),
            f"itil config apply {code(case)}",
            roles=frozenset({"configuration_manager"}), since=case.state.closed_at or case.state.resolved_at,
        )  # fmt: skip


def follow_ups(case: Case, world: World) -> Iterator[Task]:
    """B19: the customer is called within five working days after the solution; by tier 1, its owner first."""
    when = follow_up_due(case, world)
    if when is None or case.imported or done_on(case, world):
        return
    if case.state.stage == "closed" or when.on <= world.day(world.now):
        solved = case.state.resolved_at
        attempts = sum(1 for _, form in case.of(FOLLOW_UP) if not (solved and form.at and form.at < solved))
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
                "complaint", case, text, f"itil follow-up {code(case)}/{ref} --outcome …", (handler,) if handler else (),
                frozenset({"top_management", "incident_manager"}), form.at,
            )  # fmt: skip
        closed = case.state.closed_at
        if form.solved_confirmed is False and case.state.stage == "closed" and form.at and closed and form.at > closed:
            yield Task(
                "unsolved", case, t("the customer says it is not solved"), f"itil reopen {code(case)} --reason …",
                (case.state.owner,) if case.state.owner else (), INTAKE, form.at,
            )  # fmt: skip


def reviews(case: Case, world: World) -> Iterator[Task]:
    """F12: the review of a major incident, within five working days after its solution."""
    state, incident = case.state, case.incident
    review = incident.major.review if incident.major else None
    if state.major and state.resolved_at and not (review and review.at) and state.stage not in ("void", "merged"):
        when = add_working_days(world.calendar, world.day(state.resolved_at), REVIEW_DAYS)
        manager = incident.major.manager if incident.major else None
        yield Task(
            "review", case, t("review of the major incident"), f"itil review {code(case)} --findings … --actions …",
            (manager,) if manager else (), frozenset() if manager else frozenset({"incident_manager"}),
            state.resolved_at, end_of(when.on, world), True, when.provisional, waits=False,
        )  # fmt: skip
