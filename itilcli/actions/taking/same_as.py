"""B27: one more caller of the same outage: a child of the case that is known."""

from __future__ import annotations

from typing import Any

from itilcli.actions.family import alike, completed, parent_of
from itilcli.actions.taking.models import filled, taken_over, with_model
from itilcli.actions.taking.models import notes as model_notes
from itilcli.desk import Desk, refuse
from itilcli.errors import Problem, Refused
from itilcli.model.case import REMOTE, Case
from itilcli.procedure.s5_02_classify import JUDGED
from itilcli.text import Text, t

TAKEN = ("title", "symptom", "business_impact", "configuration_items", "project", "model")


def with_same(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    """The answers with those of the case named by ``same_as``; what was typed counts.

    The new case becomes a child of that case, or of that case's own parent. Supplier, contract and whether it is a
    major incident stay the parent's business; a time expected that has passed is asked for anew.

    :raises Refused: when the parent is completed, or its files cannot be read.
    """
    if values.get("same_as") is None:
        return values
    stored = desk.case(values["same_as"])
    refuse(list(stored.errors))
    known = stored.case
    parent = parent_of(desk, known) or known
    for one in (known, parent):
        if one.state.stage in ("void", "merged") or (one is parent and one.state.status != "open"):
            raise Refused([completed(one)])
    offered = {name: getattr(known.incident, name) for name in (*TAKEN, *JUDGED)}
    form = known.forms.get(f"{REMOTE.name}-1")
    offered["guidance"] = getattr(form, "guidance", None)
    if "expected_by" not in values and "no_expected" not in values:
        expected = known.incident.expected_by
        offered["expected_by"] = expected if expected and expected > desk.now else None
        offered["no_expected"] = known.incident.expected_by_none
        offered["expected_as_said"] = known.incident.expected_as_said
    if values.get("incomplete"):
        offered.pop("guidance")
    offered = {name: given for name, given in offered.items() if given not in (None, (), False)}
    return {**filled(values, offered), "parent": parent.id}


def notes(desk: Desk, typed: dict[str, Any], case_id: str) -> tuple[Text, ...]:
    """What was filled in besides what was typed: from a model, and from the case that is known.

    :param case_id: the case that came of it.
    """
    modelled = with_model(desk, typed)
    said = model_notes(desk, typed, modelled, case_id)
    source = str(typed.get("same_as") or "").rpartition("-")[2]
    return (*said, *taken_over(source, modelled, with_same(desk, modelled))) if source else said


def same_customer(desk: Desk, case: Case) -> tuple[Problem, ...]:
    """B27: a child of the same customer as its parent is rather a note on the parent, or merged with it."""
    parent = parent_of(desk, case)
    if parent is None or not alike(parent, case):
        return ()
    message = t("{id} is of the same customer already", id=parent.id)
    hint = t("rather note it there: itil note {id} --from-customer …; or merge the two", id=parent.id)
    return (Problem("W-5-same-customer", message, hint, "5", "incident:parent"),)
