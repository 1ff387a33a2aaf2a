"""§5.2, F5: a new incident model, by hand or out of a case; the incident manager makes and approves it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from itilcli.actions.looking.finding import find
from itilcli.actions.taking.models import plain, view
from itilcli.actions.writing.apart import Apart, moment, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import REMOTE, Case
from itilcli.model.history import State
from itilcli.model.incident import Customer, Incident
from itilcli.model.incident_model import FIELDS, IncidentModel
from itilcli.model.labels import field_label
from itilcli.model.shape import encode
from itilcli.procedure.s5_02_classify import JUDGED, judged
from itilcli.store import models
from itilcli.store.change import Change
from itilcli.store.models import StoredModel
from itilcli.store.names import unfit
from itilcli.text import t

Made = TypeVar("Made")
FLAGS = {"title": "--title", "symptom": "--symptom", "guidance": "--guidance", "solution": "--solution"}
"""The texts that come out of a case, and what says them otherwise."""


def new_model(desk: Desk, given: Mapping[str, Any], at: str | None = None, dry_run: bool = False) -> Written:
    """A new model, in one commit; approved by the incident manager who makes it, at ``at`` (now).

    ``given``: ``name``, ``source`` (a part of the ID of a case), ``description``, and answers of the procedure by their
    names; what is typed goes before what the case says. Nothing of the customer is taken, nor impact nor times.

    :raises Refused: with everything wrong at once; 4 for anyone but the incident manager.
    """

    def prepare() -> Apart:
        problems = not_permitted(desk, ["incident_manager"], "5.2", t("make incident models"))
        name = unicodedata.normalize("NFC", given["name"]).strip()
        problems += unusable(desk, name)
        typed = gathered(problems, lambda: answers_of(desk, given))
        case = gathered(problems, lambda: source_of(desk, given.get("source")))
        known = fitting({**(out_of(case) if case else {}), **(typed or {})}, typed or {})
        model = IncidentModel(**known)
        if typed is not None and (case or not given.get("source")):
            problems += judged(classified(model), desk.world())
            problems += customer_named(case, known, typed) if case else ()
        refuse(problems)
        model = replace(model, approved_by=desk.actor, approved_at=moment(desk, at))
        path = models.new_path(desk.root, name)
        subject = t("incident model made: {name}", name=name)
        extra = view(StoredModel(name, path, model))
        from itilcli.store import emit

        change = Change(path, None, emit.emit(encode(model)).encode())
        return Apart((change,), subject, "model-new", "5.2", "", (), extra)

    return write_apart(desk, dry_run, prepare)


def gathered(problems: list[Problem], make: Callable[[], Made]) -> Made | None:
    """What ``make`` gives; where it refuses, its problems are kept to be told with all others."""
    try:
        return make()
    except Refused as refused:
        problems += refused.problems
        return None


def unusable(desk: Desk, name: str) -> Iterator[Problem]:
    """A name that no file can have, or that a model has already."""
    wrong = unfit(name)
    if wrong:
        hint = t("name it after the fault, with letters, digits or Chinese characters")
        yield Problem("E-5.2-model-name", wrong, hint, "5.2", "NAME", Kind.MISSING)
    for known, path in models.all_names(desk.root).items():
        if plain(known) == plain(name):
            message = t("there is an incident model {name} already", name=known)
            hint = t("give another name, or edit {path} and commit it", path=path)
            yield Problem("E-5.2-model-exists", message, hint, "5.2", "NAME", Kind.MISSING)


def answers_of(desk: Desk, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, read as the answers of a step are; articles stand by their full IDs."""
    from itilcli.actions.writing.advance import read, references_exist

    values, _ = read(desk, {name: one for name, one in given.items() if name not in ("name", "source")}, None)
    references_exist(desk, values)
    if given.get("description"):
        values["description"] = given["description"]
    return {name: one for name, one in values.items() if name in FIELDS}


def source_of(desk: Desk, typed: str | None) -> Case | None:
    """The case that the model is made of."""
    if not typed:
        return None
    stored = desk.case(find(desk, typed)[0])
    refuse(list(stored.errors))
    return stored.case


def out_of(case: Case) -> dict[str, Any]:
    """What a case teaches: symptom, classification, supplier, guidance, articles and solution; nothing of its customer."""
    incident = case.incident
    forms = [form for _, form in case.of(REMOTE)]
    articles = [one for form in forms for one in form.knowledge_consulted]
    articles += [incident.knowledge.ref] if incident.knowledge and incident.knowledge.ref else []
    nothing = ("none",) if any(form.none_found for form in forms) else ()
    found = {name: getattr(incident, name) for name in ("title", "symptom", *JUDGED, "supplier", "contract")}
    found |= {
        "guidance": "\n".join(form.guidance for form in forms if form.guidance),
        "consulted": tuple(dict.fromkeys(articles)) or nothing,
        "solution": incident.resolution.steps if incident.resolution else None,
        "kind": incident.resolution.kind if incident.resolution else None,
    }
    return {name: one for name, one in found.items() if one}


def fitting(known: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, less what the case says of a type that was typed otherwise."""
    gone: set[str] = {"category", "severity"} if known.get("type") == "consultation" else set()
    gone |= {"category"} if known.get("type") == "security" else set()
    gone |= {"contract"} if "supplier" in typed else set()
    return {name: one for name, one in known.items() if name in typed or name not in gone}


def classified(model: IncidentModel) -> Case:
    """A case as this model would classify it, for the rules of §5.2 to judge."""
    return Case(Incident(**{name: getattr(model, name) for name in JUDGED}), state=State(stage="classified"))


def customer_named(case: Case, known: Mapping[str, Any], typed: Mapping[str, Any]) -> Iterator[Problem]:
    """Customer data stand in the incident file alone: a text that names the customer does not go into a model."""
    marks = [plain(one) for one in vars(case.incident.customer or Customer()).values() if one and len(one) > 1]
    for name, flag in FLAGS.items():
        if name not in typed and any(mark in plain(known.get(name) or "") for mark in marks):
            message = t("{field} of the case names its customer", field=field_label(name))
            hint = t("say it without: give it with {flag}", flag=flag)
            yield Problem("E-5.2-model-customer", message, hint, "5.2", flag, Kind.MISSING)
