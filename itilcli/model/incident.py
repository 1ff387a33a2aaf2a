"""RT0 事件 incident: what a case gathers around its forms (F1–F16b, F22–F30, F33, F34)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from itilcli.model.codes import (
    CATEGORY,
    CHANGE_CLASS,
    CHANNEL,
    CONFIRM_METHOD,
    ESCALATE_TO,
    ESCALATION_KIND,
    ESCALATION_REASON,
    HOLD,
    IMPORTANCE,
    PRIORITY,
    PROBLEM_REASON,
    SEVERITY,
    SOLUTION_KIND,
    STAGE,
    STATUS,
    TYPE,
    UNSIGNED,
    URGENCY,
)
from itilcli.model.conflict import Conflict
from itilcli.model.history import Entry
from itilcli.model.shape import answer, anything, code, day, flag, moment, part, parts, text, texts, whole
from itilcli.values import value


@value
class Customer:
    """F3: who calls, and how to reach them. Kept in the incident file alone."""

    organisation: str | None = text()
    contact: str | None = text()
    phone: str | None = text()
    email: str | None = text()
    address: str | None = text()


@value
class Review:
    """F12: the review after a major incident, due five working days after its resolution."""

    at: datetime | None = moment()
    by: str | None = text()
    findings: str | None = text()
    actions: str | None = text()


@value
class Major:
    """F12: whether the incident is a major one (重大事件), its named manager and its review."""

    declared: bool | None = flag()
    manager: str | None = text()
    review: Review | None = part(Review)


@value
class Notice:
    """F12, B3: the department manager told; or not reached, and who was told instead."""

    at: datetime | None = moment()
    by: str | None = text()
    to: str | None = text()
    unreachable: bool | None = flag()
    instead: str | None = text()


@value
class Escalation:
    """F16: one escalation; ``id`` is that of its history entry."""

    id: str | None = text()
    at: datetime | None = moment()
    by: str | None = text()
    from_: str | None = text()
    to: str | None = code(ESCALATE_TO)
    kind: str | None = code(ESCALATION_KIND)
    reason: str | None = code(ESCALATION_REASON)
    tried: str | None = text()
    retracted: bool | None = flag()


@value
class Plan:
    """F22: the solution told to the customer before it is carried out."""

    plan: str | None = text()
    feasibility: str | None = text()
    estimated_duration: str | None = text()
    told_customer_at: datetime | None = moment()


@value
class Agreed:
    """F22, B11: one time agreed with the customer; all of them are kept."""

    until: datetime | None = moment()
    with_: str | None = text()
    at: datetime | None = moment()
    reason: str | None = text()


@value
class Waiver:
    """F23: the backup waived, by whom and why."""

    by: str | None = text()
    reason: str | None = text()


@value
class Backup:
    """F23, B10: the backup made before a high or medium fault is worked on, or its waiver."""

    at: datetime | None = moment()
    by: str | None = text()
    location: str | None = text()
    verified: bool | None = flag()
    waived: Waiver | None = part(Waiver)


@value
class ModeException:
    """B1: why the procedure's mode (on site for high and medium, remote for low) was not followed, and who decided."""

    reason: str | None = text()
    by: str | None = text()


@value
class Change:
    """F24, B12: the change the fix needs, or none."""

    class_: str | None = code(CHANGE_CLASS)
    ref: str | None = text()
    none: bool = False


@value
class ProblemRef:
    """F25, B13: the hand-over to problem management, or none."""

    reason: str | None = code(PROBLEM_REASON)
    ref: str | None = text()
    decided_by: str | None = text()
    none: bool = False


@value
class Resolution:
    """F26: when, by whom, by which tier and how it was solved. ``derived`` marks a time taken from the closing (imports)."""

    at: datetime | None = moment()
    by: str | None = text()
    tier: int | None = whole()
    kind: str | None = code(SOLUTION_KIND)
    steps: str | None = text()
    derived: bool | None = flag()


@value
class Confirmation:
    """F27, B14: the customer's confirmation, or why there is none and who accepted that."""

    by: str | None = text()
    at: datetime | None = moment()
    method: str | None = code(CONFIRM_METHOD)
    outcome: str | None = code(UNSIGNED)
    reason: str | None = text()
    witness: str | None = text()
    evidence: str | None = text()
    accepted_by: str | None = text()


@value
class Attempt:
    """B14: one vain attempt to reach the customer for the confirmation."""

    at: datetime | None = moment()
    by: str | None = text()
    retracted: bool | None = flag()


@value
class Archived:
    """F28: filed when, by whom, under which serial of its form number in the year."""

    at: datetime | None = moment()
    by: str | None = text()
    serial: str | None = text()


@value
class ItemUpdate:
    """F29: one attribute of one configuration item that must change."""

    item: str | None = text()
    attribute: str | None = text()
    value: str | None = text()
    before: str | None = text()


@value
class Rejected:
    """F29: the configuration manager does not make the change: when, who, why."""

    at: datetime | None = moment()
    by: str | None = text()
    reason: str | None = text()


@value
class ConfigurationUpdate:
    """F29, B16: the change of configuration items handed to the configuration manager, or none.

    ``project`` is whose standard configuration was changed, ``before`` of an item what it said until then; both only where
    it is kept in the desk. A request that was ``rejected`` waits for another answer.
    """

    items: tuple[ItemUpdate, ...] = parts(ItemUpdate)
    submitted_to: str | None = text()
    done_at: datetime | None = moment()
    commit: str | None = text()
    project: str | None = text()
    rejected: Rejected | None = part(Rejected)
    none: bool = False


@value
class KnowledgeRef:
    """F30, B17: the article a new solution went into, or none."""

    ref: str | None = text()
    none: bool = False


@value
class Note:
    """F34: a remark, word from the customer (催办) or word to the customer (进展)."""

    id: str | None = text()
    at: datetime | None = moment()
    by: str | None = text()
    text_: str | None = text()
    retracted: bool | None = flag()


@value
class Attachment:
    """F34: a file beside the forms, with its digest; of an e-mail also its Message-ID, by which its answers find the case."""

    file: str | None = text()
    sha256: str | None = text()
    size: int | None = whole()
    at: datetime | None = moment()
    by: str | None = text()
    message_id: str | None = text()


@value
class Round:
    """What was answered for a solution that a reopening undid; kept, so that nothing is lost."""

    resolution: Resolution | None = part(Resolution)
    confirmation: Confirmation | None = part(Confirmation)
    archived: Archived | None = part(Archived)
    change: Change | None = answer(Change)
    problem: ProblemRef | None = answer(ProblemRef)
    configuration_update: ConfigurationUpdate | None = answer(ConfigurationUpdate)
    knowledge: KnowledgeRef | None = answer(KnowledgeRef)


@value
class Correction:
    """B25: what one correction changed; ``id`` is that of its history entry, ``form`` is empty for the incident."""

    id: str | None = text()
    form: str | None = text()
    field: str | None = text()
    old: str | None = text()
    new: str | None = text()


@value
class Source:
    """Where an imported case comes from: file, its key there, and the map it was read with."""

    file: str | None = text()
    key: str | None = text()
    map: str | None = text()
    values: dict[str, Any] | None = anything()


@value
class Incident:
    """RT0: the incident file. ``history`` is the truth; the derived fields are its sum, written for people to read."""

    id: str | None = text()
    procedure_version: str | None = text()
    title: str | None = text()
    status: str | None = code(STATUS)
    stage: str | None = code(STAGE)
    tier: int | None = whole()
    priority: str | None = code(PRIORITY)
    owner: str | None = text()
    assignee: str | None = text()
    due_on: date | None = day()
    hold: str | None = code(HOLD)
    imported: bool | None = flag()
    source: Source | None = part(Source)
    channel: str | None = code(CHANNEL)
    channel_detail: str | None = text()
    reported_at: datetime | None = moment()
    received_by: str | None = text()
    recorded_at: datetime | None = moment()
    customer: Customer | None = part(Customer)
    symptom: str | None = text()
    business_impact: str | None = text()
    expected_by: datetime | None = moment()
    expected_by_none: bool | None = flag()
    expected_as_said: str | None = text()
    incomplete: str | None = text()
    model: str | None = text()
    type: str | None = code(TYPE)
    category: str | None = code(CATEGORY)
    severity: str | None = code(SEVERITY)
    importance: str | None = code(IMPORTANCE)
    urgency: str | None = code(URGENCY)
    project: str | None = text()
    configuration_items: tuple[str, ...] = texts()
    supplier: str | None = text()
    contract: str | None = text()
    supplier_ref: str | None = text()
    due_at: datetime | None = moment()
    major: Major | None = part(Major)
    manager_notified: Notice | None = part(Notice)
    parent: str | None = text()
    related: tuple[str, ...] = texts()
    merged_into: str | None = text()
    first_response_at: datetime | None = moment()
    escalations: tuple[Escalation, ...] = parts(Escalation)
    solution: Plan | None = part(Plan)
    agreed: tuple[Agreed, ...] = parts(Agreed)
    backup: Backup | None = part(Backup)
    mode_exception: ModeException | None = part(ModeException)
    resolution: Resolution | None = part(Resolution)
    change: Change | None = answer(Change)
    problem: ProblemRef | None = answer(ProblemRef)
    confirmation: Confirmation | None = part(Confirmation)
    confirmation_attempts: tuple[Attempt, ...] = parts(Attempt)
    archived: Archived | None = part(Archived)
    configuration_update: ConfigurationUpdate | None = answer(ConfigurationUpdate)
    knowledge: KnowledgeRef | None = answer(KnowledgeRef)
    earlier_rounds: tuple[Round, ...] = parts(Round)
    notes: tuple[Note, ...] = parts(Note)
    told: tuple[Note, ...] = parts(Note)
    chased: tuple[Note, ...] = parts(Note)
    attachments: tuple[Attachment, ...] = parts(Attachment)
    corrections: tuple[Correction, ...] = parts(Correction)
    conflicts: tuple[Conflict, ...] = parts(Conflict)
    history: tuple[Entry, ...] = parts(Entry)
