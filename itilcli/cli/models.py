"""Incident models on the command line."""

from __future__ import annotations

import sys
from collections.abc import Hashable
from shlex import quote
from typing import Any, cast

from itilcli.actions.taking import models
from itilcli.cli.desks import wrote
from itilcli.cli.screen import document, safe
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind
from itilcli.model import codes as c
from itilcli.model.incident_model import IncidentModel
from itilcli.model.labels import field_label
from itilcli.model.shape import shapes
from itilcli.store.models import StoredModel
from itilcli.text import Label, render, t

CALLED = {
    "description": Label("description", "适用场景", "when to use it"),
    "consulted": field_label("knowledge_consulted"),
    "solution": field_label("steps"),
    "approved_by": Label("approved_by", "批准人", "approved by"),
    "approved_at": Label("approved_at", "批准时间", "approved"),
}
"""What the fields of a model are called where the forms call them otherwise."""


def new(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil model new``."""
    from itilcli.actions.taking.model_making import new_model

    desk = Desk.open(invocation.desk)
    written = new_model(desk, answers, invocation.at, invocation.dry_run)
    name = str(written.extra["name"])
    name = name if name.isalnum() else quote(name)
    made = t("incident model {name} is approved; use it with: itil new --model {name}", name=name)
    wrote(invocation, written, made, f"itil model show {name}")


def show(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil model show``: what a model fills in."""
    desk = Desk.open(invocation.desk)
    stored = models.find_model(desk, answers["name"], Kind.NOT_FOUND)
    refuse(stored.errors)
    if invocation.json:
        sys.stdout.write(document(models.view(stored), sys.stdout) + "\n")
        return
    sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
    fields: list[tuple[object, str]] = []
    for key, shape in shapes(cast(Hashable, IncidentModel)).items():
        value = getattr(stored.model, key)
        if value not in (None, ()):
            fields.append((CALLED.get(key) or field_label(key), sheet.value(key, shape, value)))
    rank = c.priority(stored.model.importance, stored.model.urgency)
    fields += [(field_label("priority"), sheet.say(c.PRIORITY.label(rank)))] if rank else []
    invocation.screen.page("\n".join([sheet.heading(stored.name), *sheet.rows(fields)]))


def listing(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil model list``."""
    desk = Desk.open(invocation.desk)
    found = list(models.all_models(desk))
    if invocation.json:
        sys.stdout.write(document([models.view(one) for one in found], sys.stdout) + "\n")
        return
    screen, translate = invocation.screen, invocation.translate
    if not found:
        hint = t("No incident model yet; the incident manager makes one with: itil model new NAME --from ID")
        screen.note(safe(render(hint, translate)))
        return
    headings = [render(text, translate) for text in (t("model"), *map(field_label, ("type", "severity", "priority")))]
    rows = [[render(cell, translate) for cell in row(one)] for one in found]
    screen.page(screen.table(rows, [*headings, render(t("what for"), translate)]))


def row(stored: StoredModel) -> list[object]:
    """A model on one line; a file that cannot be read says so."""
    model = stored.model
    if stored.errors:
        return [stored.name, "", "", "", t("cannot be read: itil check says why")]
    rank = c.priority(model.importance, model.urgency)
    about = model.description or model.symptom or model.title or ""
    return [
        stored.name,
        c.TYPE.label(model.type) if model.type else "–",
        c.SEVERITY.label(model.severity) if model.severity else "–",
        c.PRIORITY.label(rank) if rank else "–",
        " ".join(about.split()),
    ]
