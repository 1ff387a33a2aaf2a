"""§5.2, F5: incident models (``models/NAME.yaml``) in use: found by a part of their name, filled into a call's answers."""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.codes import priority
from itilcli.model.incident_model import FIELDS
from itilcli.model.labels import field_label
from itilcli.model.shape import encode
from itilcli.procedure.s5_02_classify import JUDGED
from itilcli.store import models
from itilcli.store.models import StoredModel
from itilcli.text import Label, Listing, Text, t

TOLD_ON = frozenset({"hotline", "in_person"})
"""Channels on which the customer is there to be told the guidance while the case is recorded."""
ANSWERING = ("solution", "guidance", "consulted", "responded_at")
RECORDED = ("title", "symptom", "project", "configuration_items", "supplier", "contract")
"""What a case has said already and no model says anew."""
CLASSIFICATION = Label("classification", "分类", "classification")
CALLED = {"no_expected": "expected_by", "consulted": "knowledge_consulted"}
SILENT = frozenset({"model", "parent"})


def plain(text: str) -> str:
    """A name as it is compared: NFKC, in no case, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


# ── finding


def all_models(desk: Desk) -> Iterator[StoredModel]:
    """Every model of the desk, by name."""
    for name, path in models.all_names(desk.root).items():
        yield models.load(name, path, desk.read)


def find_model(desk: Desk, typed: str, kind: Kind = Kind.MISSING) -> StoredModel:
    """The one model of whose name ``typed`` is a part; the whole name goes before a part.

    :param kind: what it means that there is none: an answer to mend, or a record not found.
    :raises Refused: nothing or several fit; the hint lists what there is.
    """
    known, wanted = models.all_names(desk.root), plain(typed)
    exact = [name for name in known if name == unicodedata.normalize("NFC", typed).strip()]
    found = (
        exact
        or [name for name in known if plain(name) == wanted]
        or [name for name in known if wanted and wanted in plain(name)]
    )
    if len(found) == 1:
        return models.load(found[0], known[found[0]], desk.read)
    hint = t("one of: {models}", models=Listing(tuple(found or known)))
    if not known:
        hint = t("the incident manager makes one with: itil model new NAME --from ID")
    if found:
        message = t("several incident models are called {name}", name=repr(typed))
        raise Refused([Problem("E-5.2-model-several", message, hint, "5.2", "--model", kind)])
    message = t("there is no incident model {name}", name=repr(typed))
    raise Refused([Problem("E-5.2-model", message, hint, "5.2", "--model", kind)])


def view(stored: StoredModel) -> dict[str, object]:
    """A model as programs see it; a file that cannot be read says why."""
    model = stored.model
    found = {"name": stored.name, "path": stored.path, **encode(model)}
    found["priority"] = priority(model.importance, model.urgency)
    return {**found, "problems": [one.code for one in stored.errors]} if stored.errors else found


# ── filling in


def with_model(desk: Desk, values: dict[str, Any], case: Case | None = None) -> dict[str, Any]:
    """The answers with those of the model named; what was typed counts, and what ``case`` has said already.

    A case that waits to be classified remembers the model it was taken with. The model's guidance counts as told only
    where the customer is on the line, or is answered by this very command; its solution is never recorded as done.

    :raises Refused: when there is no such model, or its file cannot be used.
    """
    typed = values.get("model")
    if typed is None and case and case.state.stage == "logged" and case.incident.model in models.all_names(desk.root):
        typed = case.incident.model
    if typed is None:
        return values
    stored = find_model(desk, typed)
    refuse(stored.errors)
    offered = {name: given for name, given in vars(stored.model).items() if given not in (None, ())}
    if case or not answering(desk, values):
        offered = {name: given for name, given in offered.items() if name not in ("guidance", "consulted")}
    return {**filled(values, offered, case), "model": stored.name}


def answering(desk: Desk, values: Mapping[str, Any]) -> bool:
    """Whether what is recorded as guidance has been said: the customer is on the line, or is answered in writing now."""
    if values.get("incomplete"):
        return False
    channel = values.get("channel") or desk.settings.intake_channel
    return channel in TOLD_ON or any(values.get(name) for name in ANSWERING)


def filled(values: Mapping[str, Any], offered: Mapping[str, Any], case: Case | None = None) -> dict[str, Any]:
    """The answers with what is offered for those not typed, nor said by the case before.

    A category comes only with its type, a contract with its supplier, the kind of a solution with a solution.
    """
    known = {**values} if case is None else {**recorded(case), **values}
    barred = {"solution", "description", "approved_by", "approved_at"}
    barred |= {"category"} if known.get("type") not in (None, offered.get("type")) else set()
    barred |= {"contract"} if known.get("supplier") else set()
    barred |= set() if known.get("solution") else {"kind"}
    return {**{name: given for name, given in offered.items() if name not in known and name not in barred}, **values}


def recorded(case: Case) -> dict[str, Any]:
    """What a case has said already, by the names of the answers; classification is judged anew."""
    found = {name: getattr(case.incident, name) for name in RECORDED}
    found["major"] = case.state.major
    return {name: given for name, given in found.items() if given not in (None, ())}


# ── telling


def notes(desk: Desk, before: Mapping[str, Any], after: Mapping[str, Any], case_id: str) -> tuple[Text, ...]:
    """What a model filled in, and what it offers beyond: guidance not recorded as told, and its solution.

    :param before: the answers without the model, :param after: those with it.
    """
    if after.get("model") is None:
        return ()
    if "solution" in after:
        return taken_over(after["model"], before, after)
    model = find_model(desk, after["model"]).model
    said = list(taken_over(after["model"], before, after))
    if model.guidance and "guidance" not in before:
        was_told = "guidance" in after
        said.append(
            t("recorded as told to the customer: {text}", text=model.guidance)
            if was_told
            else t("guidance of the model: {text}", text=model.guidance)
        )
    if model.solution:
        solve = f"itil resolve {case_id.rpartition('-')[2]} --solution {shlex.quote(model.solution)}"
        said.append(t("if the model's solution helps: {command}", command=solve))
    return tuple(said)


def taken_over(source: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Text, ...]:
    """The line that says what was filled in; none where nothing was."""
    names = [name for name in (*FIELDS, *after) if name in after and name not in before]
    labels = dict.fromkeys(
        CLASSIFICATION if name in JUDGED else field_label(CALLED.get(name, name))
        for name in names
        if name not in SILENT
    )
    return (t("filled in from {source}: {fields}", source=source, fields=Listing(tuple(labels))),) if labels else ()
