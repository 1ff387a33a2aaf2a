"""The narrow row of one case that every figure needs, derived from its history by replay and from its forms.

A row depends on the case, the people, the settings and the zone, never on the clock or the working calendar: what falls
due is kept as a :class:`Deadline` and counted when a figure asks, so that an index can keep rows across days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from itilcli.figures.breaches import breaches
from itilcli.model.case import FOLLOW_UP, ONSITE, REMOTE, WORK_ORDER, Case
from itilcli.model.codes import priority
from itilcli.model.history import Entry, State, in_order
from itilcli.model.incident import Incident, Resolution
from itilcli.procedure.clause import World
from itilcli.procedure.engine import fold
from itilcli.procedure.s5_04_remote import had_session
from itilcli.procedure.s5_09_resolve import root_cause_pending
from itilcli.procedure.s5_14_follow_up import WITHIN_DAYS, done_on
from itilcli.workdays import WorkCalendar, add_working_days

COUNTERSIGN_DAYS = 1
LEFT_OUT = frozenset({"void", "merged"})


@dataclass(frozen=True, slots=True)
class Span:
    """One solution: when, by which tier, of which kind, and when a reopening undid it; ``derived`` from the closing."""

    resolved_at: datetime
    tier: int | None = None
    kind: str | None = None
    derived: bool = False
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold: what the case waited for, since when, until when (None: it lasts)."""

    kind: str
    begin: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One follow-up call: when, with which result, and the score 1 to 5 where one was given."""

    at: datetime
    result: str | None = None
    satisfaction: int | None = None


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
    """One case as the figures see it; codes as in the files, times aware, None for what is not known.

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
    follow_up: Deadline | None = None
    countersignatures: tuple[Deadline, ...] = ()
    root_cause_pending: bool = False
    broken: tuple[str, ...] = ()

    @property
    def solution(self) -> Span | None:
        """The last solution that no reopening undid."""
        return self.spans[-1] if self.spans and self.spans[-1].undone_at is None else None

    @property
    def resolved_at(self) -> datetime | None:
        """t2: when the last solution that no reopening undid was reached."""
        return self.spans[-1].resolved_at if self.spans and self.spans[-1].undone_at is None else None


@dataclass(slots=True)
class Trail:
    """What is gathered while a history is walked."""

    state: State = field(default_factory=State)
    spans: list[Span] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    tiers: set[int] = field(default_factory=lambda: {1})
    ended_at: datetime | None = None


def facts_of(case: Case, world: World) -> Facts:
    """The row of a case; of the world only people, settings and zone are asked."""
    incident = case.incident
    trail = walk(incident.history)
    state = trail.state
    case = Case(incident, case.forms, state)
    spans = tuple(solutions(incident, trail))
    solved = bool(spans) and spans[-1].undone_at is None
    calls = tuple(
        sorted((Call(form.at, form.result, form.satisfaction) for _, form in case.of(FOLLOW_UP) if form.at), key=_at)
    )
    return Facts(
        id=case.id,
        title=incident.title,
        organisation=incident.customer.organisation if incident.customer else None,
        project=incident.project,
        supplier=incident.supplier,
        parent=incident.parent,
        imported=case.imported,
        type=state.type,
        category=state.category,
        channel=incident.channel,
        severity=state.severity,
        importance=state.importance,
        urgency=state.urgency,
        priority=priority(state.importance, state.urgency),
        major=state.major,
        stage=state.stage,
        status=state.status,
        tier=state.tier,
        owner=state.owner,
        assignee=state.assignee,
        reported_at=state.reported_at,
        first_response_at=state.first_response_at,
        closed_at=state.closed_at,
        ended_at=trail.ended_at,
        expected_by=incident.expected_by,
        due_at=incident.due_at,
        agreed=tuple(row.until for row in sorted(incident.agreed, key=_at) if row.until) if incident.agreed else (),
        spans=spans,
        holds=tuple(trail.holds),
        tiers=tuple(sorted(trail.tiers | {span.tier for span in spans if span.tier})),
        visited=any(form.sessions for _, form in case.of(ONSITE)),
        remote=any(had_session(form) for _, form in case.of(REMOTE)),
        calls=calls,
        follow_up=follow_up(case, spans[-1].resolved_at, calls, world) if solved else None,
        countersignatures=tuple(countersignatures(case, world)),
        root_cause_pending=solved and root_cause_pending(case),
        broken=breaches(case, world) if solved else (),
    )


def _at(row: object) -> float:
    moment = getattr(row, "at", None)
    return moment.timestamp() if moment is not None else 0.0


def walk(history: Iterable[Entry]) -> Trail:
    """The history folded step by step in the order of happening (B23), with what changed on the way."""
    trail = Trail()
    for entry in in_order(history):
        before, trail.state = trail.state, fold(trail.state, entry)
        if trail.state is not before and entry.at is not None:
            note(trail, before, trail.state, entry.at)
    return trail


def note(trail: Trail, before: State, after: State, at: datetime) -> None:
    """Solutions, reopenings, holds, tiers and the end without a solution, as one step changed them."""
    trail.tiers.add(after.tier)
    if before.resolved_at != after.resolved_at:
        if before.resolved_at is not None and trail.spans:
            undone = replace(trail.spans.pop(), undone_at=at)
            if after.resolved_at is None:
                trail.spans.append(undone)
        if after.resolved_at is not None:
            trail.spans.append(Span(after.resolved_at, after.resolved_tier))
    if (before.hold, before.hold_since) != (after.hold, after.hold_since):
        if before.hold is not None and trail.holds:
            trail.holds.append(replace(trail.holds.pop(), end=at))
        if after.hold is not None:
            trail.holds.append(Hold(after.hold, at))
    if after.stage in LEFT_OUT and before.stage != after.stage:
        trail.ended_at = at


def solutions(incident: Incident, trail: Trail) -> Iterator[Span]:
    """The spans with the kind that each solution's record names; none lies before the report.

    An imported case that was closed and never resolved is taken as resolved at its closing, and marked derived.
    """
    state, records = trail.state, {record.at: record for record in resolutions(incident)}
    spans = trail.spans
    if (
        incident.imported
        and state.closed_at
        and state.stage == "closed"
        and not (spans and spans[-1].undone_at is None)
    ):
        record = incident.resolution or Resolution()
        spans = [*spans, Span(state.closed_at, record.tier, record.kind, derived=True)]
    earliest = state.reported_at
    for span in spans:
        known = records.get(span.resolved_at)
        if known is not None:
            span = replace(
                span, tier=span.tier or known.tier, kind=known.kind, derived=span.derived or bool(known.derived)
            )
        if earliest is not None and span.resolved_at < earliest:
            undone_at = max(span.undone_at, earliest) if span.undone_at else None
            span = replace(span, resolved_at=earliest, undone_at=undone_at)
        yield span


def resolutions(incident: Incident) -> Iterator[Resolution]:
    """Every recorded resolution, those that a reopening undid first."""
    yield from (row.resolution for row in incident.earlier_rounds if row.resolution)
    if incident.resolution:
        yield incident.resolution


def follow_up(case: Case, resolved_at: datetime, calls: tuple[Call, ...], world: World) -> Deadline | None:
    """B19: the follow-up of the last solution; none is due for a case left out or imported without a call."""
    if case.state.stage in LEFT_OUT or (case.imported and not calls):
        return None
    return Deadline(world.day(resolved_at), WITHIN_DAYS, done_on(case, world))


def countersignatures(case: Case, world: World) -> Iterator[Deadline]:
    """B7: what a verbal approval leaves to be countersigned within one working day; a refusal never counts as done."""
    for _, form in case.of(WORK_ORDER):
        approval, signed = form.approval, form.countersigned
        if approval is None or approval.kind != "verbal" or approval.at is None:
            continue
        refused = signed is not None and signed.decision == "rejected"
        done = date.max if refused else world.day(signed.at) if signed and signed.at else None
        yield Deadline(world.day(approval.at), COUNTERSIGN_DAYS, done)
