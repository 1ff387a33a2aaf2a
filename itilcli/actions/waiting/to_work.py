"""What waits for those who work on an open case, and for its owner, who tracks it until it closes (L132). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from itilcli.actions.waiting.deadlines import PROMISED, deadlines
from itilcli.actions.waiting.suggest import code, next_command
from itilcli.actions.waiting.task import Task, holder
from itilcli.model.case import Case
from itilcli.model.codes import HOLD, SOLVED_STAGES
from itilcli.model.onsite import Onsite
from itilcli.model.work_order import WorkOrder
from itilcli.procedure.clause import INTAKE, World, entries
from itilcli.procedure.naming import standing
from itilcli.procedure.s5_05_hands import ROLES_OF_TIER
from itilcli.procedure.s5_07_visit import away, current, going
from itilcli.text import Text, t
from itilcli.values import value
from itilcli.workdays import add_working_days

STILL_DAYS = 3
"""The working days without a step after which an owner asks how it goes."""


def work(case: Case, world: World) -> Iterator[Task]:
    """An open case in somebody's hands, with the nearest time it stands under; nobody's is for all of its tier."""
    state = case.state
    if state.status != "open" or state.hold or (state.stage == "dispatch_pending" and state.waiting):
        return
    if state.stage == "dispatched" or (state.stage == "onsite" and state.visit):
        return
    under = deadlines(case, world)
    nearest = under[0] if under else None
    stage = standing(case)
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
        next_command(case, world),
        holder(case),
        since=state.reported_at,
        due=nearest.at if nearest else None,
        waits=False,
    )


@value
class Time:
    """A time at which somebody looks at an open case again: what has come then, and the command for it."""

    at: datetime
    text: Text
    command: str


def times(case: Case, world: World) -> list[Time]:
    """The end of the hold and what was promised, the nearest first; of a held case only what was not known when it was held."""
    state, short = case.state, code(case)
    found = []
    on_hold = t("on hold: {why}", why=HOLD.label(state.hold)) if state.hold else None
    if on_hold and state.hold_until:
        found.append(Time(state.hold_until, on_hold, f"itil resume {short}"))
    set_at = max((entry.at for entry in entries(case, "hold") if entry.at), default=None) if state.hold else None
    for row in deadlines(case, world):
        if row.kind in PROMISED and not (set_at and row.at <= set_at):
            text = t("{stage}; {deadline}", stage=on_hold or standing(case), deadline=row.label)
            found.append(Time(row.at, text, command_at(case, world, row.kind)))
    return sorted(found, key=lambda one: one.at.timestamp())


def command_at(case: Case, world: World, kind: str) -> str:
    """What to type when a promised time has come: another is agreed, or the wait for the supplier is recorded."""
    if kind == "agreed":
        return f"itil agree {code(case)} --until … --reason …"
    if kind == "contract":
        return f"itil hold {code(case)} --on supplier --until … --reason …"
    return next_command(case, world)


def holds(case: Case, world: World) -> Iterator[Task]:
    """A case on hold comes back to its holder when the hold ends, or when a promised time comes before that."""
    state = case.state
    if state.hold and state.status == "open":
        first = next(iter(times(case, world)), None)
        text = first.text if first else t("on hold: {why}", why=HOLD.label(state.hold))
        yield Task(
            "hold", case, text, f"itil resume {code(case)}", holder(case), since=state.hold_since,
            due=first.at if first else None, waits=False,
        )  # fmt: skip


def tracking(case: Case, world: World) -> Iterator[Task]:
    """L132: the owner tracks what others work on: a time that has come, or at tier 2 and 3 no step for long."""
    state = case.state
    if state.status != "open" or state.stage in SOLVED_STAGES or not state.owner or state.owner in at_work(case):
        return
    come = next((one for one in times(case, world) if world.day(one.at) <= world.day(world.now)), None)
    still = still_since(case, world)
    if come:
        text, command, since, due = come.text, come.command, state.reported_at, come.at
    elif still:
        text, since, due = t("no step since {day}", day=world.day(still)), still, None
        command = f"itil note {code(case)} …"
    else:
        return
    words = t("tracking ({person} works on it): {what}", person=state.assignee or "–", what=text)
    yield Task("track", case, words, command, (state.owner,), since=since, due=due)


def at_work(case: Case) -> tuple[str, ...]:
    """Whose own rows show how the case stands; nobody's while it waits for a manager's word."""
    form = (current(case) or ("", Onsite()))[1]
    present = (session.who for session in form.sessions if session.who)
    return () if case.state.stage == "dispatch_pending" else (*holder(case), *going(case), *present)


def still_since(case: Case, world: World) -> datetime | None:
    """The last step of a case of tier 2 or 3 with which nothing was done for long; None where that is as it should be.

    A hold with an end explains the silence until then.
    """
    state = case.state
    last = max((entry.at for entry in entries(case) if entry.at), default=None)
    if state.tier < 2 or last is None or (state.hold and state.hold_until):
        return None
    until = add_working_days(world.calendar, world.day(last), STILL_DAYS)
    return last if world.day(world.now) > until.on else None


def visits(case: Case, world: World) -> Iterator[Task]:
    """B7, B9: an approved work order waits for those whom it sends, to be planned, begun, gone on with and finished."""
    state, short = case.state, code(case)
    if state.status != "open" or (state.stage != "dispatched" and not (state.stage == "onsite" and state.visit)):
        return
    form = (current(case) or ("", Onsite()))[1]
    gone = away(case)
    present = (session.who for session in form.sessions if session.who and (gone or not session.left_at))
    people = tuple(dict.fromkeys([*going(case), *present, *holder(case)]))
    place = (form.appointment.place if form.appointment else None) or "?"
    planned = form.appointment.at if form.appointment else None
    since: datetime | None = None
    if state.stage == "onsite":
        under = deadlines(case, world)
        text = t("back on site: {place}", place=place) if gone else t("on site: {place}", place=place)
        since = min((session.arrived_at for session in form.sessions if session.arrived_at), default=None)
        again = planned if planned and gone and gone.left_at and planned > gone.left_at else None
        back = (again or gone.back_at) if gone else None
        due = back or (under[0].at if under else None)
        command = next_command(case, world)
    elif planned:
        text, command, due = t("visit: {place}", place=place), f"itil visit start {short}", planned
    else:
        order = case.forms.get(state.waiting or "")
        approved = order.approved if isinstance(order, WorkOrder) else None
        text, command = t("plan the visit"), f"itil visit plan {short} --appointment … --ready"
        since, due = state.reported_at, approved.planned_from if approved else None
    yield Task("visit", case, text, command, people, since=since, due=due, waits=False)
