"""RT1 现场服务记录单 onsite service record, JQ-ITSMS-04-01-01 (F19–F21, F27)."""

from __future__ import annotations

from datetime import datetime

from itilcli.model.codes import CHECKLIST_STATE, UNSIGNED
from itilcli.model.conflict import Conflict
from itilcli.model.incident import Archived
from itilcli.model.remote import Diagnosis
from itilcli.model.shape import code, flag, moment, part, parts, text, texts
from itilcli.values import value


@value
class Appointment:
    """F19: when and where the customer expects the visit, and whom to ask for; ``cancelled`` keeps why it was given up."""

    at: datetime | None = moment()
    place: str | None = text()
    customer_contact: str | None = text()
    cancelled: str | None = text()


@value
class Checked:
    """F20: one item of the checklist: ready with its version, or not needed with a reason."""

    state: str | None = code(CHECKLIST_STATE)
    version: str | None = text()
    reason: str | None = text()


@value
class Checklist:
    """F20: what an engineer takes along, in its latest version."""

    installer: Checked | None = part(Checked)
    user_manual: Checked | None = part(Checked)
    patches: Checked | None = part(Checked)
    record_form: Checked | None = part(Checked)


@value
class Session:
    """F21: one person's stay at the site."""

    who: str | None = text()
    arrived_at: datetime | None = moment()
    left_at: datetime | None = moment()
    back_at: datetime | None = moment()
    reason: str | None = text()


@value
class Signed:
    """F27: one page of the signed paper, with its digest."""

    file: str | None = text()
    sha256: str | None = text()


@value
class Signature:
    """F27, B14: the customer's signature on this form, or why there is none."""

    name: str | None = text()
    at: datetime | None = moment()
    files: tuple[Signed, ...] = parts(Signed)
    outcome: str | None = code(UNSIGNED)
    reason: str | None = text()
    witness: str | None = text()
    accepted_by: str | None = text()


@value
class Onsite:
    """RT1: one visit, from the appointment to the customer's signature; several days and people under one work order."""

    id: str | None = text()
    form_no: str | None = text()
    serial: str | None = text()
    work_order: str | None = text()
    appointment: Appointment | None = part(Appointment)
    earlier_appointments: tuple[Appointment, ...] = parts(Appointment)
    customer_cooperation: tuple[str, ...] = texts()
    checklist: Checklist | None = part(Checklist)
    invited: tuple[str, ...] = texts()
    invited_tiers: tuple[str, ...] = texts()
    sessions: tuple[Session, ...] = parts(Session)
    diagnosis: Diagnosis | None = part(Diagnosis)
    performed_by: tuple[str, ...] = texts()
    solved: bool | None = flag()
    signature: Signature | None = part(Signature)
    archived: Archived | None = part(Archived)
    retracted: bool | None = flag()
    conflicts: tuple[Conflict, ...] = parts(Conflict)
