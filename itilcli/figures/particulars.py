"""What a report says of single incidents beyond what it counts: approvals, visits, reopenings, hand-offs, knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from itilcli.figures.trail import utc
from itilcli.model.case import Case, Form
from itilcli.model.history import Entry, effective
from itilcli.model.onsite import Onsite
from itilcli.model.remote import Remote
from itilcli.model.work_order import WorkOrder
from itilcli.procedure.clause import escalations

REOPEN, HOLD = "reopen", "hold"
A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Approved:
    """One work order: asked for, decided by the technical director or not yet; ``kind`` written or verbal.

    A verbal one is countersigned later, which ``countersigned`` approves or rejects.
    """

    form: str
    asked_at: datetime
    decided_at: datetime | None = None
    decision: str | None = None
    kind: str | None = None
    countersigned_at: datetime | None = None
    countersigned: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reopened:
    """One reopening and why."""

    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class HandOff:
    """What went to another process: ``process`` is problem, change or configuration; its class or reason and reference.

    ``done`` tells of a configuration change whether the configuration manager has made it.
    """

    process: str
    kind: str | None = None
    ref: str | None = None
    done: bool | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One knowledge article as the report counts it."""

    id: str
    title: str | None = None
    status: str | None = None
    created_at: datetime | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Particulars:
    """Of one case: everything in the order it happened; times in UTC; texts as recorded, None for what is not known.

    ``told_at`` is when the department manager was told of it (B3), or ``told_instead`` in his place; ``held_for`` and
    ``held_until`` say why the case is on hold now, and until when. ``late_entries`` counts the steps recorded more than
    a day after they happened (补录), by the month's figures of data quality.
    """

    approvals: tuple[Approved, ...] = ()
    visits: tuple[datetime, ...] = ()
    sessions: tuple[datetime, ...] = ()
    reopened: tuple[Reopened, ...] = ()
    hand_offs: tuple[HandOff, ...] = ()
    consulted: tuple[str, ...] = ()
    article: str | None = None
    cause: str | None = None
    solution: str | None = None
    told_at: datetime | None = None
    told_instead: str | None = None
    held_for: str | None = None
    held_until: datetime | None = None
    reviewed_at: datetime | None = None
    late_entries: tuple[datetime, ...] = ()


def particulars(case: Case) -> Particulars:
    """The particulars of a case, from its incident file, its history and its forms."""
    incident, forms = case.incident, tuple(case.forms.items())
    history = effective(incident.history)
    major = incident.major
    return Particulars(
        approvals=tuple(sorted(approvals(forms), key=lambda row: (row.asked_at, row.form))),
        visits=moments(
            session.arrived_at for _, form in forms if isinstance(form, Onsite) for session in form.sessions
        ),
        sessions=moments(form.started_at for _, form in forms if isinstance(form, Remote)),
        reopened=tuple(
            Reopened(entry.at.astimezone(UTC), entry.reason) for entry in history if entry.action == REOPEN and entry.at
        ),
        hand_offs=tuple(hand_offs(case)),
        consulted=consulted(form for _, form in forms),
        article=incident.knowledge.ref if incident.knowledge else None,
        cause=cause(form for _, form in forms),
        solution=incident.resolution.steps if incident.resolution else None,
        told_at=told_at(case),
        told_instead=incident.manager_notified.instead if incident.manager_notified else None,
        held_for=held_for(case, history),
        held_until=utc(case.state.hold_until) if case.state.hold else None,
        reviewed_at=utc(major.review.at) if major and major.review else None,
        late_entries=late(history),
    )


def moments(found: Iterable[datetime | None]) -> tuple[datetime, ...]:
    """The times there are, in order."""
    return tuple(sorted(moment.astimezone(UTC) for moment in found if moment is not None))


def approvals(forms: Iterable[tuple[str, Form]]) -> Iterator[Approved]:
    """The work orders that were asked for, those withdrawn too."""
    for name, form in forms:
        if isinstance(form, WorkOrder) and form.requested_at:
            word, signed = form.approval, form.countersigned
            yield Approved(
                name,
                form.requested_at.astimezone(UTC),
                utc(word.at) if word else None,
                word.decision if word else None,
                word.kind if word else None,
                utc(signed.at) if signed else None,
                signed.decision if signed else None,
                utc(form.withdrawn.at) if form.withdrawn else None,
            )


def told_at(case: Case) -> datetime | None:
    """B3: when the department manager, or another in his place, was first told: by word or by an escalation to him."""
    notice = case.incident.manager_notified
    told = [notice.at] if notice and notice.at and (notice.to or notice.instead) else []
    told += [row.at for row in escalations(case) if row.to == "department_manager" and row.at]
    return utc(min(told, default=None))


def held_for(case: Case, history: Iterable[Entry]) -> str | None:
    """What was said of the hold that lasts; None of a case that is not on hold."""
    said = [entry.reason for entry in history if entry.action == HOLD]
    return said[-1] if said and case.state.hold else None


def hand_offs(case: Case) -> Iterator[HandOff]:
    """What went to problem, change and configuration management."""
    incident = case.incident
    if incident.problem and not incident.problem.none:
        yield HandOff("problem", incident.problem.reason, incident.problem.ref)
    if incident.change and not incident.change.none:
        yield HandOff("change", incident.change.class_, incident.change.ref)
    update = incident.configuration_update
    if update and not update.none:
        items = dict.fromkeys(item.item for item in update.items if item.item)
        yield HandOff("configuration", None, " ".join(items) or None, update.done_at is not None)


def consulted(forms: Iterable[Form]) -> tuple[str, ...]:
    """The articles that were consulted, each once."""
    found = (ref for form in forms if isinstance(form, Remote) for ref in form.knowledge_consulted)
    return tuple(dict.fromkeys(found))


def cause(forms: Iterable[Form]) -> str | None:
    """The last cause that a diagnosis named."""
    named = [
        form.diagnosis.cause
        for form in forms
        if isinstance(form, Onsite | Remote) and form.diagnosis and form.diagnosis.cause
    ]
    return named[-1] if named else None


def late(history: Iterable[Entry]) -> tuple[datetime, ...]:
    """When the steps happened that were recorded more than a day later."""
    return moments(entry.at for entry in history if entry.delay_minutes > A_DAY)
