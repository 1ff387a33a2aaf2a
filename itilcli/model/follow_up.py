"""RT5 电话回访记录单 phone follow-up record, JQ-ITSMS-04-01-05 (F32): one per attempt."""

from __future__ import annotations

from datetime import date, datetime

from itilcli.model.codes import FOLLOW_UP_RESULT
from itilcli.model.conflict import Conflict
from itilcli.model.incident import Archived
from itilcli.model.shape import code, day, flag, moment, part, parts, text, whole
from itilcli.values import value


@value
class Complaint:
    """F32: what the customer complains of; open until it is answered."""

    text_: str | None = text()
    handler: str | None = text()
    closed_at: datetime | None = moment()
    outcome: str | None = text()


@value
class FollowUp:
    """RT5: one call to the customer after the solution. ``satisfaction`` is 5 (very satisfied) to 1, never defaulted."""

    id: str | None = text()
    form_no: str | None = text()
    serial: str | None = text()
    due_on: date | None = day()
    at: datetime | None = moment()
    by: str | None = text()
    result: str | None = code(FOLLOW_UP_RESULT)
    satisfaction: int | None = whole()
    solved_confirmed: bool | None = flag()
    comment: str | None = text()
    complaint: Complaint | None = part(Complaint)
    archived: Archived | None = part(Archived)
    retracted: bool | None = flag()
    conflicts: tuple[Conflict, ...] = parts(Conflict)
