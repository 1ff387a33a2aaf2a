"""RT3 项目技术支持工单 project technical-support work order, JQ-ITSMS-04-01-03 (F18, F28)."""

from __future__ import annotations

from datetime import datetime

from itilcli.model.codes import APPROVAL_KIND, DECISION
from itilcli.model.conflict import Conflict
from itilcli.model.incident import Archived
from itilcli.model.shape import code, flag, moment, part, parts, text, whole
from itilcli.values import value


@value
class Engineer:
    """F18: one person to go, and of which tier."""

    name: str | None = text()
    tier: int | None = whole()


@value
class Decided:
    """F18, B7: the project manager's decision to go on site; ``recorded_by`` is set when another reports it (口头请示)."""

    by: str | None = text()
    at: datetime | None = moment()
    reason: str | None = text()
    recorded_by: str | None = text()


@value
class Schedule:
    """F18: who goes and when; one for what is asked, one for what is approved."""

    engineers: tuple[Engineer, ...] = parts(Engineer)
    lead: str | None = text()
    planned_from: datetime | None = moment()
    planned_until: datetime | None = moment()


@value
class Approval:
    """F18, B7: the technical director's word on a work order; a verbal one is recorded by another and countersigned later.

    ``for_`` is whose deputy gave it.
    """

    kind: str | None = code(APPROVAL_KIND)
    by: str | None = text()
    at: datetime | None = moment()
    decision: str | None = code(DECISION)
    comment: str | None = text()
    method: str | None = text()
    evidence: str | None = text()
    recorded_by: str | None = text()
    for_: str | None = text()


@value
class Withdrawn:
    """A work order taken back (撤单): when, by whom, why."""

    at: datetime | None = moment()
    by: str | None = text()
    reason: str | None = text()


@value
class Receipt:
    """F28, B15: the archivist's receipt, or the refusal (退回补正) with its reason."""

    at: datetime | None = moment()
    by: str | None = text()
    location: str | None = text()
    refused: str | None = text()


@value
class HandedIn:
    """F28, B15: the paper that the archivist had sent back, mended and handed over again: when, by whom, what was mended."""

    at: datetime | None = moment()
    by: str | None = text()
    comment: str | None = text()


@value
class WorkOrder:
    """RT3: one dispatch, from the project manager's decision to the archivist's receipt."""

    id: str | None = text()
    form_no: str | None = text()
    serial: str | None = text()
    project: str | None = text()
    requested_by: str | None = text()
    requested_at: datetime | None = moment()
    decision: Decided | None = part(Decided)
    asked: Schedule | None = part(Schedule)
    approved: Schedule | None = part(Schedule)
    approval: Approval | None = part(Approval)
    countersigned: Approval | None = part(Approval)
    withdrawn: Withdrawn | None = part(Withdrawn)
    archived: Archived | None = part(Archived)
    retracted: bool | None = flag()
    conflicts: tuple[Conflict, ...] = parts(Conflict)
    received: Receipt | None = part(Receipt)
    earlier_receipts: tuple[Receipt, ...] = parts(Receipt)
    handed_in: tuple[HandedIn, ...] = parts(HandedIn)
