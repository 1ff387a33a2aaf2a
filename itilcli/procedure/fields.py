"""B25: which fields of a case a correction may name, and how what was typed for one is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields as declared
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from itilcli.model.case import Case, kind_of
from itilcli.model.incident import Incident
from itilcli.model.labels import field_label, path_label
from itilcli.model.shape import Shape, parse_moment, shapes
from itilcli.values import value

ALSO = {
    "solution": "resolution.steps", "performed-by": "resolution.by", "kind": "resolution.kind", "tier": "resolution.tier",
    "confirmed-by": "confirmation.by", "method": "confirmation.method", "backup": "backup.location",
    "impact": "business_impact", "item": "configuration_items", "due": "due_at", "change": "change.ref",
    "problem": "problem.ref", "cause": "diagnosis.cause", "consent-by": "consent.given_by",
}  # fmt: skip
"""Flags of the verbs that are spelled otherwise than the field they fill."""
LOCKED = frozenset((
    "id", "form_no", "serial", "procedure_version", "status", "stage", "tier", "priority", "owner", "assignee", "due_on",
    "hold", "imported", "source", "reported_at", "recorded_at", "merged_into", "parent", "model", "incomplete",
    "manager_notified", "archived", "confirmation.accepted_by", "confirmation.outcome", "major.review", "retracted",
    "decision", "asked", "approved", "approval", "countersigned", "received", "withdrawn", "requested_by", "requested_at",
    "at", "by", "responded_at", "consent.at", "confirmation.at", "resolution.at", "resolution.derived", "backup.at",
    "backup.by", "signature", "work_order", "appointment.cancelled", "complaint.closed_at", "configuration_update",
    "knowledge.none", "change.none", "problem.none", "expected_by_none",
))  # fmt: skip
"""What no correction touches: derived fields, times of steps (corrected by the step), and who approved, signed or filed."""
STATED = {
    "type": "type", "category": "category", "severity": "severity", "importance": "importance", "urgency": "urgency",
    "major.declared": "major", "first_response_at": "first_response_at", "resolution.tier": "resolved_tier",
}  # fmt: skip
"""The fields of the incident that the history sets as well."""


@value
class Change:
    """One field to be corrected: the form's reference (None: the incident), the path of the field, its new value."""

    form: str | None
    path: str
    value: Any


@cache
def correctable(form: type) -> dict[str, Shape]:
    """The fields of a form that may be corrected, by dotted path, with their shapes."""
    return dict(_leaves(form, ""))


def _leaves(form: type, prefix: str) -> Iterator[tuple[str, Shape]]:
    lists = {row.name.rstrip("_") for row in declared(form) if row.default == ()}
    for name, shape in shapes(form).items():
        path = prefix + name
        if path in LOCKED or shape.plain is dict:
            continue
        if shape.part is None:
            yield path, shape
        elif name not in lists:
            part: Any = shape.part
            yield from _leaves(part, f"{path}.")


def meant(form: type, typed: str) -> list[str]:
    """The paths that a typed name means: a path, a flag's name, the last part of a path, or a label."""
    plain = unicodedata.normalize("NFKC", typed).strip().lower().replace("_", "-")
    known_as: Any = form
    paths = correctable(known_as)
    for path in (plain.replace("-", "_"), ALSO.get(plain, "")):
        if path in paths:
            return [path]
    ends = [path for path in paths if path.rpartition(".")[2].replace("_", "-") == plain]
    return ends or [path for path in paths if plain in _labels(path)]


@cache
def _labels(path: str) -> frozenset[str]:
    labels = (field_label(path.rpartition(".")[2]), path_label(path))
    return frozenset(text.lower() for label in labels for text in (label.zh, label.en) if text)


def held(case: Case, form: str | None, path: str) -> Any:
    """What a field holds now."""
    found: Any = case.incident if form is None else case.forms[form]
    for name in path.split("."):
        found = getattr(found, name, getattr(found, f"{name}_", None)) if found is not None else None
    return found


def with_value(case: Case, change: Change) -> Case:
    """The case with one field changed."""
    names = change.path.split(".")
    if change.form is None:
        return replace(case, incident=_put(case.incident, names, change.value))
    return case.put(change.form, _put(case.forms[change.form], names, change.value))


def _put(part: Any, names: list[str], given: Any) -> Any:
    name, rest = names[0], names[1:]
    own = name if hasattr(part, name) else f"{name}_"
    if rest:
        known_as: Any = type(part)
        inner = shapes(known_as)[name].part
        assert inner is not None
        given = _put(getattr(part, own) or inner(), rest, given)
    return replace(part, **{own: given})


def written(given: Any) -> str | None:
    """A value as a correction keeps it."""
    if given is None or given == ():
        return None
    if isinstance(given, tuple):
        return ", ".join(given)
    if isinstance(given, bool):
        return str(given).lower()
    return given.isoformat() if isinstance(given, date | datetime) else str(given)


def kind_of_value(shape: Shape) -> str:
    """How a typed value of this shape is read: text, number, flag, code, texts, moment or day."""
    if shape.plain is not None:
        return {str: "text", int: "number", bool: "flag"}[shape.plain]
    if shape.codes is not None:
        return "code"
    if shape.write is list:
        return "texts"
    return "moment" if shape.quick is parse_moment else "day"


def forms_with(case: Case, typed: str) -> Mapping[str, list[str]]:
    """The forms that have a field of this name, the newest of each kind first, with the paths meant."""
    found = {}
    for ref in sorted(case.forms, key=lambda one: int(one.rpartition("-")[2]), reverse=True):
        kind = kind_of(ref)
        if kind and (paths := meant(kind.form, typed)):
            found[ref] = paths
    return found


def form_type(ref: str | None) -> type:
    """The dataclass of a form, or of the incident."""
    kind = kind_of(ref) if ref else None
    return kind.form if kind else Incident
