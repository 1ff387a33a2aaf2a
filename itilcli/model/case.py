"""A case: the incident and its forms, the unit of work, of archiving and of audit; and KINDS, one row per form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import lru_cache
from typing import Any

from itilcli.model.follow_up import FollowUp
from itilcli.model.history import State
from itilcli.model.incident import Incident
from itilcli.model.onsite import Onsite
from itilcli.model.remote import Remote
from itilcli.model.work_order import WorkOrder
from itilcli.text import Label
from itilcli.values import pattern, value

Form = Onsite | Remote | WorkOrder | FollowUp


@value
class Kind:
    """One form of the procedure: its record number, file infix, form number, dataclass, name and where it goes."""

    number: str
    name: str
    form_no: str
    form: type
    label: Label
    goes_to: Label


ONSITE = Kind(
    "RT1", "onsite", "JQ-ITSMS-04-01-01", Onsite,
    Label("onsite", "现场服务记录单", "onsite service record"),
    Label("archive", "技术服务部归档", "technical service department, archive"),
)  # fmt: skip
REMOTE = Kind(
    "RT2", "remote", "JQ-ITSMS-04-01-02", Remote,
    Label("remote", "远程服务记录单", "remote service record"),
    Label("archive", "技术服务部归档", "technical service department, archive"),
)  # fmt: skip
WORK_ORDER = Kind(
    "RT3", "work-order", "JQ-ITSMS-04-01-03", WorkOrder,
    Label("work-order", "项目技术支持工单", "project technical-support work order"),
    Label("archivist", "项目档案管理员", "project archivist"),
)  # fmt: skip
FOLLOW_UP = Kind(
    "RT5", "follow-up", "JQ-ITSMS-04-01-05", FollowUp,
    Label("follow-up", "电话回访记录单", "phone follow-up record"),
    Label("archive", "归档", "archive"),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.name: kind for kind in (ONSITE, REMOTE, WORK_ORDER, FOLLOW_UP)}
ARTICLE_FORM_NO = "JQ-ITSMS-04-01-04"
REPORT_FORM_NO = "JQ-ITSMS-04-01-06"
PROCEDURE_VERSION = "1/0"

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CASE_ID = pattern(rf"INC-(\d{{4}})(\d{{2}})(\d{{2}})-[{ALPHABET}]{{4}}")
FORM_REF = pattern(r"(onsite|remote|work-order|follow-up)-([1-9]\d{0,3})")
ARTICLE_ID = pattern(rf"KB-[{ALPHABET}]{{4}}")
PRINTED = pattern(r"([^@]+)[@＠]([0-9a-fA-F]{7,64})")


@lru_cache(maxsize=4096)
def kind_of(ref: str) -> Kind | None:
    """The kind of a form by its reference within the case (``onsite-1``), None for anything else."""
    found = FORM_REF.fullmatch(ref)
    return KINDS[found[1]] if found else None


def _number(ref: str) -> int:
    return int(ref.rpartition("-")[2])


@value
class Case:
    """An incident, its forms by reference (``remote-1``), and the state its history adds up to."""

    incident: Incident
    forms: Mapping[str, Form] = field(default_factory=dict)
    state: State = field(default_factory=State)

    @property
    def id(self) -> str:
        """The case's ID."""
        return self.incident.id or ""

    @property
    def imported(self) -> bool:
        """Whether the case came from a foreign log; rules it could not have known are reported, not blocking."""
        return bool(self.incident.imported)

    @property
    def began(self) -> tuple[float, float, str]:
        """Where the case stands among others, the oldest first: by report, then by record; the ID decides last."""
        first = self.incident.history[0].recorded_at if self.incident.history else None
        reported = self.state.reported_at or self.incident.reported_at
        return reported.timestamp() if reported else 0.0, first.timestamp() if first else 0.0, self.id

    def set(self, **values: Any) -> Case:
        """This case with other values in its incident."""
        return replace(self, incident=replace(self.incident, **values))

    def put(self, ref: str, form: Form) -> Case:
        """This case with ``form`` under ``ref``."""
        return replace(self, forms={**self.forms, ref: form})

    def of(self, kind: Kind) -> Iterator[tuple[str, Any]]:
        """The forms of one kind with their references, in order; without those taken back by a correction."""
        found = [ref for ref in self.forms if kind_of(ref) is kind and not getattr(self.forms[ref], "retracted", None)]
        if len(found) > 1:
            found.sort(key=_number)
        for ref in found:
            yield ref, self.forms[ref]

    def last(self, kind: Kind) -> tuple[str, Any] | None:
        """The newest form of one kind with its reference, or None."""
        found = list(self.of(kind))
        return found[-1] if found else None

    def next_ref(self, kind: Kind) -> str:
        """The reference the next form of this kind gets."""
        taken = [_number(ref) for ref in self.forms if kind_of(ref) is kind]
        return f"{kind.name}-{max(taken, default=0) + 1}"

    def last_follow_up_reached(self) -> bool:
        """Whether the customer was reached since the last solution."""
        since = self.state.resolved_at
        return any(
            form.result in ("reached", "refused") and not (since and form.at and form.at < since)
            for _, form in self.of(FOLLOW_UP)
        )

    def new_form(self, kind: Kind, **values: Any) -> tuple[str, Any]:
        """A fresh form of this kind with its reference, not yet put into the case."""
        ref = self.next_ref(kind)
        return ref, kind.form(id=f"{self.id}/{ref}", form_no=kind.form_no, **values)


def off_paper(text: str) -> tuple[str, str | None]:
    """What the code on a paper names (``INC-20261123-7K3Q/onsite-1@1a2b3c4d5e6f``): the record, and the commit that it was
    printed of; any other text as it is, with None."""
    found = PRINTED.fullmatch(text.strip())
    return (found[1].strip(), found[2].lower()) if found else (text, None)
