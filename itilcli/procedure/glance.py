"""A case at a glance: what a list shows, filters and sorts by, as one flat row. Pure.

A glance follows from the content of a case's files alone; whatever also depends on the clock, on people, on the calendar
or on settings is a function of a glance and the world.
"""

from datetime import datetime
from typing import Any, NamedTuple

from itilcli.model.case import Case
from itilcli.model.codes import priority
from itilcli.model.history import State
from itilcli.model.incident import Incident, Note
from itilcli.procedure.exceptions import exceptions
from itilcli.procedure.s5_09_workaround import root_cause_pending

WRITTEN = ("type", "category", "severity", "importance", "urgency", "priority", "reported_at")
"""What an incident file repeats of its history for people to read."""


class Glance(NamedTuple):
    """A case at a glance. Codes are those of the files; times carry their own offset.

    What a history adds up to is that, and not what the file repeats of it; ``as_written`` holds the latter where the two
    differ: the values of :data:`WRITTEN`, empty texts for none.
    """

    id: str
    title: str | None
    status: str
    """open or completed."""
    stage: str
    tier: int
    type: str | None
    category: str | None
    severity: str | None
    importance: str | None
    urgency: str | None
    major: bool | None
    channel: str | None
    organisation: str | None
    contact: str | None
    phone: str | None
    project: str | None
    supplier: str | None
    parent: str | None
    merged_into: str | None
    owner: str | None
    assignee: str | None
    began_at: datetime | None
    """When it was reported, by its history or else by its file: cases stand in this order."""
    recorded_at: datetime | None
    """When its first step was recorded; of two cases reported at once, this one decides."""
    reported_at: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    hold: str | None
    hold_since: datetime | None
    hold_until: datetime | None
    agreed_until: datetime | None
    """The last time agreed with the customer."""
    due_at: datetime | None
    expected_by: datetime | None
    waiting: bool
    """Whether a work order is neither decided nor visited yet."""
    unaccepted: str | None
    """Why there is no confirmation, where nobody has accepted that yet: a code of UNSIGNED."""
    root_cause_pending: bool
    exceptions: tuple[str, ...]
    """Codes of EXCEPTION."""
    chased: int
    """How often the customer of an open case has asked since the last word to him."""
    chased_last: datetime | None
    reopened: int
    imported: bool
    forms: tuple[str, ...]
    """The references of its forms, without those taken back by a correction."""
    as_written: tuple[str, ...]
    conflict: bool = False
    """Whether something that two clones recorded differently is to be settled: a case that is, is not completed."""
    place: str = ""
    """Where its files lie and what they are named after (``records/2026/11/23/INC-20261123-7K3Q``), if its ID does not say."""

    @property
    def priority(self) -> str | None:
        """F10: the priority that importance and urgency make."""
        return priority(self.importance, self.urgency)

    @property
    def began(self) -> tuple[float, float, str]:
        """Where the case stands among others, as :attr:`Case.began`."""
        return (
            self.began_at.timestamp() if self.began_at else 0.0,
            self.recorded_at.timestamp() if self.recorded_at else 0.0,
            self.id,
        )


def glance_of(case: Case, place: str = "") -> Glance:
    """The case at a glance.

    A value of the history that is no text where one belongs, as only a hand edit makes it, is told as text.

    :param place: see :attr:`Glance.place`; it is known to whoever read the case.
    """
    incident, state = case.incident, case.state
    customer, history = incident.customer, incident.history
    chased, last = unanswered(case)
    return Glance(
        id=incident.id or "",
        title=incident.title,
        status="open" if incident.conflicts else state.status,
        stage=state.stage,
        tier=state.tier,
        type=_text(state.type),
        category=_text(state.category),
        severity=_text(state.severity),
        importance=_text(state.importance),
        urgency=_text(state.urgency),
        major=None if state.major is None else bool(state.major),
        channel=incident.channel,
        organisation=customer.organisation if customer else None,
        contact=customer.contact if customer else None,
        phone=customer.phone if customer else None,
        project=incident.project,
        supplier=incident.supplier,
        parent=incident.parent,
        merged_into=incident.merged_into,
        owner=_text(state.owner),
        assignee=_text(state.assignee),
        began_at=state.reported_at or incident.reported_at,
        recorded_at=history[0].recorded_at if history else None,
        reported_at=state.reported_at,
        first_response_at=state.first_response_at,
        resolved_at=state.resolved_at,
        closed_at=state.closed_at,
        hold=_text(state.hold),
        hold_since=state.hold_since,
        hold_until=state.hold_until,
        agreed_until=agreed_until(incident),
        due_at=incident.due_at,
        expected_by=incident.expected_by,
        waiting=bool(state.waiting),
        unaccepted=unaccepted(incident),
        root_cause_pending=root_cause_pending(case),
        exceptions=exceptions(case),
        chased=chased,
        chased_last=last,
        reopened=state.reopened,
        imported=case.imported,
        forms=tuple([ref for ref, form in case.forms.items() if not getattr(form, "retracted", None)]),
        as_written=as_written(incident, state),
        conflict=bool(incident.conflicts),
        place=place,
    )


def _text(given: Any) -> str | None:
    return given if given is None or type(given) is str else str(given)


def agreed_until(incident: Incident) -> datetime | None:
    """F22, B11: the time agreed with the customer; of several the one agreed last."""
    return next((row.until for row in reversed(incident.agreed) if row.until), None)


def unaccepted(incident: Incident) -> str | None:
    """B14: why there is no confirmation, as long as nobody has accepted that; a code of UNSIGNED."""
    found = incident.confirmation
    return found.outcome if found and not found.accepted_by else None


def unanswered(case: Case) -> tuple[int, datetime | None]:
    """F34: how often the customer of an open case has asked since the last word to him, and when last."""
    incident = case.incident
    if not incident.chased or case.state.status != "open":
        return 0, None
    places = {entry.id: place for place, entry in enumerate(incident.history)}

    def told(row: Note) -> tuple[float, int]:
        return (row.at.timestamp() if row.at else 0.0), places.get(row.id, -1)

    since = max((told(row) for row in incident.told if not row.retracted), default=(0.0, -1))
    asked = [row.at for row in incident.chased if row.at and not row.retracted and told(row) > since]
    return len(asked), max(asked, default=None)


def as_written(incident: Incident, state: State) -> tuple[str, ...]:
    """What the file says of :data:`WRITTEN`; nothing where it says what its history adds up to."""
    made = (state.type, state.category, state.severity, state.importance, state.urgency)
    said = (incident.type, incident.category, incident.severity, incident.importance, incident.urgency)
    reported, written = state.reported_at, incident.reported_at
    if (
        said == made
        and incident.priority == priority(state.importance, state.urgency)
        and (reported is written or (reported and reported.isoformat()) == (written and written.isoformat()))
    ):
        return ()
    return *(one or "" for one in said), incident.priority or "", written.isoformat() if written else ""
