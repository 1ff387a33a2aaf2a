"""B25: what a correction of a step does to the files: its times move along, or what it left is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli import procedure
from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.history import Entry, effective
from itilcli.procedure.clause import Request, broken
from itilcli.text import t


def target_of(case: Case, request: Request) -> Entry | None:
    """The step that a request corrects, as corrections before left it; None where it corrects none."""
    wanted = request.get("step")
    return next((entry for entry in effective(case.incident.history) if entry.id == wanted), None) if wanted else None


def amendable(case: Case, request: Request) -> Iterator[Problem]:
    """Whether the step can be corrected so: an approval keeps its time, and only some steps leave nothing behind."""
    target = target_of(case, request)
    found = procedure.MOVES.get(target.action or "") if target else None
    if target is None or found is None:
        yield broken("E-5-correct-gone", "5", "step", t("this step has been taken back already"),
                     t("what counts now: itil log {id}", id=case.id))  # fmt: skip
        return
    label = found[1].label
    if request.get("retract") and found[1].retract is None:
        yield broken(
            "E-5-correct-retract", "5", "step", t("{action} cannot be taken back by a correction", action=label),
            t("if it is your last step: itil undo {id}; else record the step that mends it, such as reopen, return or withdraw",
              id=case.id),
        )  # fmt: skip
    elif not request.get("retract") and found[1].times is None:
        yield broken(
            "E-5-correct-never", "5", "step", t("the time of {action} stands as it was recorded", action=label),
            t("add a remark: itil note {id} …", id=case.id),
        )  # fmt: skip


def amended(case: Case, request: Request) -> Case:
    """The case whose files say what the correction of a step makes of them."""
    target = target_of(case, request)
    found = procedure.MOVES.get(target.action or "") if target else None
    if target is None or found is None or target.at is None:
        return case
    move = found[1]
    if request.get("retract"):
        return move.retract(case, target) if move.retract else case
    to = request.get("step_at")
    for place in move.times or ():
        part, _, path = place.partition(":")
        refs: list[str | None] = [*case.forms] if part == "forms" else [target.form if part == "form" else None]
        for ref in refs:
            case = _moved(case, ref, path.split("."), target.at, to)
    return case


def _moved(case: Case, ref: str | None, names: list[str], old: datetime, new: datetime) -> Case:
    if ref is None:
        return replace(case, incident=_shift(case.incident, names, old, new))
    form = case.forms.get(ref)
    return case if form is None else case.put(ref, _shift(form, names, old, new))


def _shift(part: Any, names: list[str], old: datetime, new: datetime) -> Any:
    """A part in which the field that holds the old moment holds the new one."""
    if part is None:
        return None
    if isinstance(part, tuple):
        return tuple(_shift(one, names, old, new) for one in part)
    if not names:
        return new if part == old else part
    found = getattr(part, names[0], None)
    shifted = _shift(found, names[1:], old, new)
    return part if shifted == found else replace(part, **{names[0]: shifted})
