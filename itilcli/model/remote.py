"""RT2 远程服务记录单 remote service record, JQ-ITSMS-04-01-02 (F14, F15, F21): every intake is written on one (§5.2, L183)."""

from __future__ import annotations

from datetime import datetime

from itilcli.model.codes import CONFIRM_METHOD, DIAGNOSIS
from itilcli.model.conflict import Conflict
from itilcli.model.incident import Archived
from itilcli.model.shape import code, flag, moment, part, parts, text, texts
from itilcli.values import value


@value
class Consent:
    """F15, B5: the customer's consent to a remote session."""

    given_by: str | None = text()
    at: datetime | None = moment()
    method: str | None = code(CONFIRM_METHOD)


@value
class Diagnosis:
    """F21: how the cause was looked for, what it is, and the attachments that show it."""

    method: str | None = code(DIAGNOSIS)
    cause: str | None = text()
    evidence: tuple[str, ...] = texts()


@value
class Remote:
    """RT2: guidance by phone, then at most one remote session; each later session is a form of its own."""

    id: str | None = text()
    form_no: str | None = text()
    serial: str | None = text()
    responded_at: datetime | None = moment()
    responded_by: str | None = text()
    knowledge_consulted: tuple[str, ...] = texts()
    none_found: bool | None = flag()
    guidance: str | None = text()
    consent: Consent | None = part(Consent)
    tool: str | None = text()
    started_at: datetime | None = moment()
    ended_at: datetime | None = moment()
    operator: str | None = text()
    actions: str | None = text()
    solved: bool | None = flag()
    diagnosis: Diagnosis | None = part(Diagnosis)
    archived: Archived | None = part(Archived)
    retracted: bool | None = flag()
    conflicts: tuple[Conflict, ...] = parts(Conflict)
