"""§5.14 客户回访: tier 1 calls the customer within five working days after the solution (L267)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from itilcli.errors import Problem
from itilcli.model.case import FOLLOW_UP, Case
from itilcli.model.codes import SOLVED_STAGES
from itilcli.model.follow_up import Complaint, FollowUp
from itilcli.model.history import Entry
from itilcli.procedure.clause import INTAKE, SUPPORT, Clause, Done, Move, Request, Rule, World, broken, missing
from itilcli.procedure.s5_11_archive import file_form
from itilcli.text import Label, t
from itilcli.workdays import Due, add_working_days

WITHIN_DAYS, ATTEMPTS, ON_DAYS = 5, 3, 2


def due(case: Case, world: World) -> Due | None:
    """F32, B19: the day by which the customer is called; provisional where the year's calendar is not known yet."""
    return due_of(case.state.resolved_at, case.state.stage, world)


def due_of(resolved_at: datetime | None, stage: str, world: World) -> Due | None:
    """The same by the time of the solution and the stage alone."""
    if resolved_at is None or stage in ("void", "merged"):
        return None
    return add_working_days(world.calendar, world.day(resolved_at), WITHIN_DAYS)


def done_on(case: Case, world: World) -> date | None:
    """K7: when the follow-up of the last solution was done: reached, refused, or three attempts on two days."""
    resolved = case.state.resolved_at
    days: list[date] = []
    for _, form in case.of(FOLLOW_UP):
        if form.at is None or (resolved and form.at < resolved):
            continue
        if form.result in ("reached", "refused"):
            return world.day(form.at)
        days.append(world.day(form.at))
        if len(days) >= ATTEMPTS and len(set(days)) >= ON_DAYS:
            return days[-1]
    return None


def follow_up(case: Case, request: Request, world: World) -> Done:
    """F32: one call, on a form of its own; a call to an archived case is filed at once."""
    text = request.get("complaint")
    when = due(case, world)
    ref, form = case.new_form(
        FOLLOW_UP,
        due_on=when.on if when else None,
        at=request.at,
        by=request.actor,
        result=request.get("result"),
        satisfaction=int(request.answers["satisfaction"]) if request.get("satisfaction") else None,
        solved_confirmed=request.get("solved"),
        comment=request.get("comment"),
        complaint=Complaint(text, request.get("handler", case.state.owner)) if text else None,
    )
    if case.state.stage in ("archived", "closed"):
        form = file_form(form, FOLLOW_UP.form_no, request, world)
    return Done(case.put(ref, form), None, ref)


def not_called(case: Case, entry: Entry) -> Case:
    """B25: a call recorded on the wrong case stays readable, and counts no more."""
    form = case.forms.get(entry.form or "")
    return case.put(entry.form or "", replace(form, retracted=True)) if isinstance(form, FollowUp) else case


def answer_complaint(case: Case, request: Request, world: World) -> Done:
    """F32: a complaint is answered: what was agreed with the customer, by whom, when."""
    ref, form = open_complaint(case, request.get("form"))
    if form is None or form.complaint is None:
        return Done(case)
    answered_ = replace(
        form.complaint,
        handler=request.get("handler", request.actor),
        closed_at=request.at,
        outcome=request.get("outcome"),
    )
    return Done(case.put(ref, replace(form, complaint=answered_)), None, ref)


def hand_complaint(case: Case, request: Request, world: World) -> Done:
    """F32: another looks after the open complaint."""
    ref, form = open_complaint(case, request.get("form"))
    if form is None or form.complaint is None:
        return Done(case)
    given = replace(form.complaint, handler=request.get("handler", form.complaint.handler))
    return Done(case.put(ref, replace(form, complaint=given)), None, ref, request.get("comment"))


def open_complaint(case: Case, wanted: str | None = None) -> tuple[str, FollowUp | None]:
    """The follow-up whose complaint is not answered yet: the one named, else the newest."""
    found = [
        (ref, form)
        for ref, form in case.of(FOLLOW_UP)
        if form.complaint and not form.complaint.closed_at and wanted in (None, ref)
    ]
    return found[-1] if found else (wanted or "", None)


def complained(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F32: only an open complaint is answered."""
    if open_complaint(case, request.get("form"))[1] is None:
        yield broken("E-5.14-no-complaint", "5.14", "complaint", t("no complaint waits for its answer here"),
                     t("record one with: itil follow-up {id} --complaint …", id=case.id))  # fmt: skip


def filled_in(case: Case, world: World) -> Iterator[Problem]:
    """F32: a call has its result; a customer who was reached has answered; a score is 1 to 5 and never made up."""
    calls = list(case.of(FOLLOW_UP))
    answered_last = [ref for ref, form in calls if form.solved_confirmed is not None][-1:]
    for ref, form in calls:
        if not form.result:
            yield missing("E-5.14-result", "5.14", f"{ref}:result", t("the result of the call is missing"), "--result")
        if not form.at or not form.by:
            yield missing("E-5.14-call", "5.14", f"{ref}:at", t("who called, and when, is missing"))
        if form.result == "reached":
            if form.satisfaction is None:
                yield missing(
                    "E-5.14-satisfaction",
                    "5.14",
                    f"{ref}:satisfaction",
                    t("the customer's satisfaction is missing"),
                    "--satisfaction",
                )
            if form.solved_confirmed is None:
                yield missing(
                    "E-5.14-solved",
                    "5.14",
                    f"{ref}:solved_confirmed",
                    t("whether the customer finds it solved is missing"),
                    "--solved / --unsolved",
                )
        elif form.result and form.satisfaction is not None:
            yield broken("E-5.14-score", "5.14", f"{ref}:satisfaction", t("who was not reached gave no score"),
                         t("leave out --satisfaction, or say --result reached"))  # fmt: skip
        if form.satisfaction is not None and form.satisfaction not in (1, 2, 3, 4, 5):
            yield broken("E-5.14-range", "5.14", f"{ref}:satisfaction", t("satisfaction is a number from 1 to 5"),
                         t("correct it with: itil correct {id}/{ref} satisfaction=… --reason …", id=case.id, ref=ref))  # fmt: skip
        yield from answered(case, ref, form, ref in answered_last)


def answered(case: Case, ref: str, form: FollowUp, last: bool) -> Iterator[Problem]:
    """B21b: an unhappy customer is heard: reopened when unsolved, a complaint answered."""
    if form.complaint and not form.complaint.closed_at:
        yield broken(
            "W-5.14-complaint",
            "5.14",
            f"{ref}:complaint",
            t("a complaint waits for its answer"),
            t("answer it with: itil follow-up {id} --outcome …", id=case.id),
            person=form.complaint.handler or "",
        )
    if (
        last
        and form.solved_confirmed is False
        and case.state.stage == "closed"
        and form.at
        and case.state.closed_at
        and form.at >= case.state.closed_at
    ):
        yield broken(
            "W-5.14-unsolved", "5.14", f"{ref}:solved_confirmed", t("the customer says it is not solved"),
            t("reopen it with: itil reopen {id} --reason …", id=case.id),
        )  # fmt: skip


def in_time(case: Case, world: World) -> Iterator[Problem]:
    """B19: the call is made within five working days."""
    when = due(case, world)
    if when is None or case.imported:
        return
    done = done_on(case, world)
    if (done or world.day(world.now)) > when.on:
        yield broken(
            "W-5.14-late", "5.14", "incident:due_on", t("the follow-up was due on {day}", day=when.on),
            None if done else t("itil follow-up {id} --result …", id=case.id),
            person=case.state.owner or "",
        )  # fmt: skip


CLAUSE = Clause(
    "5.14",
    Label("follow-up", "客户回访", "follow-up"),
    "L265-267",
    moves=(
        Move(
            "follow-up",
            Label("follow-up", "回访", "follow up"),
            frozenset({"resolved", "confirmed", "archived", "closed"}),
            INTAKE,
            follow_up,
            times=("form:at",),
            retract=not_called,
        ),
        Move(
            "complaint-answer",
            Label("complaint-answer", "投诉答复", "answer a complaint"),
            SOLVED_STAGES | {"tier1", "tier2", "tier3"},
            SUPPORT,
            answer_complaint,
            guards=(complained,),
            free=True,
            times=("form:complaint.closed_at",),
        ),
        Move(
            "complaint-handler",
            Label("complaint-handler", "转交投诉", "hand over a complaint"),
            SOLVED_STAGES | {"tier1", "tier2", "tier3"},
            SUPPORT,
            hand_complaint,
            guards=(complained,),
            free=True,
        ),
    ),
    rules=(Rule(("F32", "RT5"), filled_in), Rule(("B19",), in_time)),
    forms=(FOLLOW_UP,),
)
