"""F5 事件模型 incident model: an approved classification and guidance for a usual fault, kept by the incident manager."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from itilcli.model.codes import CATEGORY, IMPORTANCE, SEVERITY, SOLUTION_KIND, TYPE, URGENCY
from itilcli.model.shape import code, flag, moment, text, texts
from itilcli.values import value


@value
class IncidentModel:
    """F5: what a file of ``models/`` says of a usual fault. Everything is optional; nothing in it is a customer's.

    ``consulted`` holds IDs of articles, or ``none`` where the knowledge base is known to have nothing.
    """

    description: str | None = text()
    title: str | None = text()
    symptom: str | None = text()
    type: str | None = code(TYPE)
    category: str | None = code(CATEGORY)
    severity: str | None = code(SEVERITY)
    importance: str | None = code(IMPORTANCE)
    urgency: str | None = code(URGENCY)
    major: bool | None = flag()
    supplier: str | None = text()
    contract: str | None = text()
    project: str | None = text()
    configuration_items: tuple[str, ...] = texts()
    consulted: tuple[str, ...] = texts()
    guidance: str | None = text()
    solution: str | None = text()
    kind: str | None = code(SOLUTION_KIND)
    approved_by: str | None = text()
    approved_at: datetime | None = moment()


FIELDS = tuple(row.name for row in fields(IncidentModel))
"""The names of a model's fields, in order."""
