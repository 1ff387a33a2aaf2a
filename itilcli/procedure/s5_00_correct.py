"""§5, at any stage: a correction keeps old and new; the step corrected stays in the history as it was recorded (B25, F33)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.model.case import Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.history import CORRECT, effective
from itilcli.model.incident import Correction
from itilcli.model.labels import path_label
from itilcli.procedure.clause import (
    SUPPORT,
    Done,
    Move,
    Request,
    World,
    broken,
    clock_time,
    forbidden,
    missing,
    stays,
    who_may,
)
from itilcli.procedure.fields import STATED, Change, correctable, form_type, held, with_value, written
from itilcli.text import Label, t

JUDGED = frozenset({"type", "category", "severity", "importance", "urgency", "major.declared"})
FILED = frozenset({"archived", "closed"})
MANAGER = "incident_manager"
DECIDED = {"problem": "problem.decided_by", "mode_exception": "mode_exception.by"}
"""Who stands for an answer that was corrected, by the part that holds it."""


def correct(case: Case, request: Request, world: World) -> Done:
    """The fields with their new values; old and new are kept. Of a step, its entry says what now counts."""
    changes: tuple[Change, ...] = implied(case, request.get("fields", ()), request)
    rows = [
        Correction(request.entry_id, one.form, one.path, written(held(case, one.form, one.path)), written(one.value))
        for one in changes
    ]
    said: dict[str, Any] = {}
    for one in changes:
        case = with_value(case, one)
        if one.form is None and one.path in STATED:
            said[STATED[one.path]] = one.value.isoformat() if isinstance(one.value, datetime) else one.value
    if request.get("step"):
        target = next(entry for entry in case.incident.history if entry.id == request.answers["step"])
        said["step"] = target.id
        if request.get("retract"):
            said["retracted"] = True
            rows.append(Correction(request.entry_id, target.form, target.action, written(target.at), None))
        else:
            to = request.get("step_at")
            said["at"] = written(to)
            rows.append(
                Correction(request.entry_id, target.form, f"{target.action}.at", written(target.at), written(to))
            )
    if case.state.stage == "closed":
        said["digest"] = ""  # the engine seals the case anew
    case = case.set(corrections=(*case.incident.corrections, *rows))
    forms = {one.form for one in changes}
    return Done(case, said or None, forms.pop() if len(forms) == 1 else None, request.get("reason"))


def implied(case: Case, changes: tuple[Change, ...], request: Request) -> tuple[Change, ...]:
    """The corrections with what follows from them: details end a "none"; who decides is who records, unless known."""
    further: dict[str, Change] = {}
    for one in changes:
        part, _, name = one.path.rpartition(".")
        if one.form or not one.value:
            continue
        if part in ("problem", "change", "knowledge") and held(case, None, f"{part}.none"):
            further[f"{part}.none"] = Change(None, f"{part}.none", False)
        decider = DECIDED.get(part)
        if decider and name != decider.rpartition(".")[2] and not held(case, None, decider):
            further[decider] = Change(None, decider, request.actor)
    given = {one.path for one in changes if one.form is None}
    return (*changes, *(one for path, one in further.items() if path not in given))


def may_correct(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B25: after the archiving only the incident manager corrects; what is judged or sealed is corrected for a reason."""
    changes: tuple[Change, ...] = request.get("fields", ())
    stage = case.state.stage
    if stage in FILED and MANAGER not in world.people.roles(request.actor, world.day(request.at)):
        hint = who_may(world.people, (MANAGER,), world.day(request.at))
        yield forbidden("E-5-correct-filed", "5", t("after the archiving only the incident manager corrects"), hint)
    if not changes and not request.get("step"):
        yield missing(
            "E-5-correct-what", "5", "fields", t("what is to be corrected is missing"), "FIELD=VALUE / --step N",
        )  # fmt: skip
    weighty = any(one.form is None and one.path in JUDGED for one in changes) or request.get("step")
    if (weighty or stage in FILED) and not request.get("reason"):
        yield missing("E-5-reason", "5", "reason", t("the reason is missing"), "--reason")
    to = request.get("step_at")
    if to and to > request.now:
        yield Problem(
            "E-5-future", t("{time} lies in the future", time=clock_time(to)),
            t("what is recorded has happened; give the right time with --set at=TIME"), "5", "set", Kind.MISSING,
        )  # fmt: skip
    target = next((entry for entry in effective(case.incident.history) if entry.id == request.get("step")), None)
    if to and target and target.at == to:
        hint = t("the steps: itil log {id}", id=case.id.rpartition("-")[2])
        yield Problem(
            "E-5-correct-same", t("the step has this time already: {time}", time=clock_time(to)), hint, "5", "set"
        )
    for one in changes:
        if held(case, one.form, one.path) == one.value:
            name = path_label(one.path)
            message = t("{field} holds this already: {value}", field=name, value=shown(one))
            hint = t("leave it out; what is there says: itil show {id}", id=case.id)
            yield Problem("E-5-correct-same", message, hint, "5", one.path, Kind.RULE)


def shown(change: Change) -> object:
    """The new value of a field, for people."""
    known_as: Any = form_type(change.form)
    codes = correctable(known_as)[change.path].codes
    if isinstance(change.value, datetime):
        return clock_time(change.value)
    return codes.label(str(change.value)) if codes and change.value else written(change.value) or "—"


def grounds(case: Case, world: World) -> Iterator[Problem]:
    """B25, F33: each correction has its entry in the history, and each correcting entry a step that stands before it."""
    known = {entry.id for entry in case.incident.history if entry.action == CORRECT}
    for place, row in enumerate(case.incident.corrections):
        if row.id not in known:
            yield broken(
                "E-5-correction", "5", f"incident:corrections.{place}", t("no entry of the history tells of this correction"),
                t("corrections are made with: itil correct {id} FIELD=VALUE", id=case.id),
            )  # fmt: skip
    seen: set[str | None] = set()
    for entry in case.incident.history:
        target = entry.value("step")
        if entry.action == CORRECT and target is not None and target not in seen:
            yield broken(
                "E-5-correction-step", "5", f"incident:history#{entry.id}",
                t("the correction names a step that does not stand before it"),
                t("corrections are made with: itil correct {id} FIELD=VALUE", id=case.id),
            )  # fmt: skip
        seen.add(entry.id)


MOVE = Move(
    CORRECT,
    Label("correct", "更正", "correct"),
    OPEN_STAGES | {"closed"},
    SUPPORT,
    correct,
    stays,
    frozenset({*STATED.values(), "step", "at", "retracted", "digest"}),
    (may_correct,),
    free=True,
    times=None,
)
