"""The narrow row of one case that every figure needs, derived from its history by replay and from its forms.

A row depends on the case, the people, the settings and the zone, never on the clock or the working calendar: what falls
due is kept as a :class:`Deadline` and counted when a figure asks, so that an index can keep rows across days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from itilcli.figures.breaches import breaches
from itilcli.figures.particulars import Particulars, particulars
from itilcli.figures.trail import LEFT_OUT, Hold, Span, solutions, utc, walk
from itilcli.model.case import FOLLOW_UP, Case, Form
from itilcli.model.codes import priority
from itilcli.model.follow_up import FollowUp
from itilcli.model.incident import Agreed
from itilcli.model.onsite import Onsite
from itilcli.model.remote import Remote
from itilcli.model.work_order import WorkOrder
from itilcli.procedure.clause import World
from itilcli.procedure.s5_04_remote import had_session
from itilcli.procedure.s5_09_workaround import root_cause_pending
from itilcli.procedure.s5_14_follow_up import WITHIN_DAYS, done_on
from itilcli.workdays import WorkCalendar, add_working_days

COUNTERSIGN_DAYS = 1
NO_PARTICULARS = Particulars()
AS_STATED = (
    "type", "category", "severity", "importance", "urgency", "major", "stage", "status", "tier", "owner", "assignee",
)  # fmt: skip
AS_RECORDED = ("title", "project", "supplier", "parent", "channel")


@dataclass(frozen=True, slots=True)
class Call:
    """One follow-up call: when, with which result, the score 1 to 5 where one was given, and what the customer said."""

    at: datetime
    result: str | None = None
    satisfaction: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Complained:
    """One complaint: when it was recorded, what of, when it was answered (None: not yet), and how it ended."""

    at: datetime
    text: str | None = None
    answered_at: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is due ``days`` working days after the day ``since``; done on a day, or not yet."""

    since: date
    days: int
    done_on: date | None = None

    def due_on(self, calendar: WorkCalendar) -> date:
        """The day it is due on."""
        return add_working_days(calendar, self.since, self.days).on

    def broken(self, calendar: WorkCalendar, today: date) -> bool:
        """Whether it was done late, or is not done by ``today`` though due before."""
        return (self.done_on or today) > self.due_on(calendar)


@dataclass(frozen=True, slots=True)
class Facts:
    """One case as the figures see it; codes as in the files, times in UTC, None for what is not known.

    ``spans`` are its solutions in order; ``agreed`` the times agreed with the customer, in order; ``tiers`` those that
    ever held it; ``broken`` the numbers of the rules that K13 counts and that the case breaks whatever the day.
    """

    id: str
    title: str | None = None
    organisation: str | None = None
    project: str | None = None
    supplier: str | None = None
    parent: str | None = None
    imported: bool = False
    type: str | None = None
    category: str | None = None
    channel: str | None = None
    severity: str | None = None
    importance: str | None = None
    urgency: str | None = None
    priority: str | None = None
    major: bool | None = None
    stage: str = ""
    status: str = "open"
    tier: int = 1
    owner: str | None = None
    assignee: str | None = None
    reported_at: datetime | None = None
    first_response_at: datetime | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None
    expected_by: datetime | None = None
    due_at: datetime | None = None
    agreed: tuple[datetime, ...] = ()
    spans: tuple[Span, ...] = ()
    holds: tuple[Hold, ...] = ()
    tiers: tuple[int, ...] = (1,)
    visited: bool = False
    remote: bool = False
    calls: tuple[Call, ...] = ()
    complaints: tuple[Complained, ...] = ()
    follow_up: Deadline | None = None
    countersignatures: tuple[Deadline, ...] = ()
    root_cause_pending: bool = False
    broken: tuple[str, ...] = ()
    particulars: Particulars = NO_PARTICULARS

    def unresolved(self, at: datetime) -> bool:
        """Whether it had been reported before a moment and was not resolved at it."""
        if self.reported_at is None or self.reported_at >= at:
            return False
        for span in self.spans:  # noqa: SIM110  (twice as fast as any(…), and asked of every row)
            if span.resolved_at < at and (span.undone_at is None or span.undone_at >= at):
                return False
        return True

    @property
    def solution(self) -> Span | None:
        """The last solution that no reopening undid."""
        return self.spans[-1] if self.spans and self.spans[-1].undone_at is None else None

    @property
    def resolved_at(self) -> datetime | None:
        """t2: when the last solution that no reopening undid was reached."""
        return self.spans[-1].resolved_at if self.spans and self.spans[-1].undone_at is None else None


def facts_of(case: Case, world: World) -> Facts:
    """The row of a case; of the world only people, settings and zone are asked."""
    incident = case.incident
    trail = walk(incident.history)
    state = trail.state
    case = Case(incident, case.forms, state)
    spans = tuple(solutions(incident, trail))
    solved = bool(spans) and spans[-1].undone_at is None
    forms = tuple(case.forms.values())
    calls = calls_of(form for _, form in case.of(FOLLOW_UP))
    return Facts(
        id=case.id,
        organisation=incident.customer.organisation if incident.customer else None,
        imported=case.imported,
        priority=priority(state.importance, state.urgency),
        reported_at=utc(state.reported_at),
        first_response_at=utc(state.first_response_at),
        closed_at=utc(state.closed_at),
        ended_at=trail.ended_at,
        expected_by=utc(incident.expected_by),
        due_at=utc(incident.due_at),
        agreed=tuple(row.until.astimezone(UTC) for row in sorted(incident.agreed, key=happened) if row.until),
        spans=spans,
        holds=tuple(trail.holds),
        tiers=tuple(sorted(trail.tiers.union(span.tier for span in spans if span.tier))),
        visited=any(isinstance(form, Onsite) and form.sessions for form in forms),
        remote=any(isinstance(form, Remote) and had_session(form) for form in forms),
        calls=calls,
        complaints=complaints_of(form for _, form in case.of(FOLLOW_UP)),
        follow_up=follow_up(case, spans[-1].resolved_at, calls, world) if solved else None,
        countersignatures=tuple(countersignatures(forms, world)),
        root_cause_pending=solved and root_cause_pending(case),
        broken=breaches(case, world) if solved else (),
        particulars=particulars(case),
        **{name: getattr(incident, name) for name in AS_RECORDED},
        **{name: getattr(state, name) for name in AS_STATED},
    )


def happened(row: Agreed | Call) -> float:
    """When an agreement was made or a call placed, to sort by."""
    return row.at.timestamp() if row.at is not None else 0.0


def calls_of(forms: Iterable[Form]) -> tuple[Call, ...]:
    """The follow-up calls in the order they were made."""
    calls = [
        Call(form.at.astimezone(UTC), form.result, form.satisfaction, form.comment)
        for form in forms
        if isinstance(form, FollowUp) and form.at
    ]
    return tuple(sorted(calls, key=happened)) if calls else ()


def complaints_of(forms: Iterable[Form]) -> tuple[Complained, ...]:
    """The complaints that the follow-up calls brought."""
    return tuple(
        Complained(form.at.astimezone(UTC), form.complaint.text_, utc(form.complaint.closed_at), form.complaint.outcome)
        for form in forms
        if isinstance(form, FollowUp) and form.at and form.complaint
    )


def follow_up(case: Case, resolved_at: datetime, calls: tuple[Call, ...], world: World) -> Deadline | None:
    """B19: the follow-up of the last solution; none is due for a case left out or imported without a call."""
    if case.state.stage in LEFT_OUT or (case.imported and not calls):
        return None
    return Deadline(world.day(resolved_at), WITHIN_DAYS, done_on(case, world))


def countersignatures(forms: Iterable[Form], world: World) -> Iterator[Deadline]:
    """B7: what a verbal approval leaves to be countersigned within one working day; a refusal never counts as done."""
    for form in forms:
        if not isinstance(form, WorkOrder):
            continue
        approval, signed = form.approval, form.countersigned
        if approval is None or approval.kind != "verbal" or approval.at is None:
            continue
        if signed is None and form.withdrawn is not None:
            continue
        refused = signed is not None and signed.decision == "rejected"
        done = date.max if refused else world.day(signed.at) if signed and signed.at else None
        yield Deadline(world.day(approval.at), COUNTERSIGN_DAYS, done)
