"""Which fields of a case each step may change: what changes without a step that changes it was changed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

from itilcli import procedure
from itilcli.errors import Problem
from itilcli.judging.by_hand import is_text, may_edit
from itilcli.model.case import Case
from itilcli.model.history import CORRECT, Entry
from itilcli.model.labels import path_label
from itilcli.model.shape import parse_moment
from itilcli.procedure.clause import World
from itilcli.procedure.fields import correctable, form_type, held, written
from itilcli.text import Listing, t

ANSWERS = "change problem configuration_update knowledge"
_SUPPLIER = "supplier contract supplier_ref due_at"
INCIDENT: dict[str, str] = {
    "new": "procedure_version title channel channel_detail reported_at received_by recorded_at customer symptom business_impact "
    "expected_by expected_by_none expected_as_said incomplete model parent imported source",
    "classify": "title channel channel_detail customer symptom business_impact expected_by expected_by_none expected_as_said "
    f"incomplete model project configuration_items type category severity importance urgency major {_SUPPLIER}",
    "notify": "manager_notified", "review": "major", "escalate": f"escalations {_SUPPLIER}", "merge": "merged_into",
    "link": "parent related", "note": "notes told chased", "attach": "attachments", "correct": "corrections",
    "reopen": f"earlier_rounds confirmation_attempts resolution confirmation archived {ANSWERS}",
    "dispatch": "project mode_exception", "plan": "solution", "agree": "agreed", "backup": "backup", "change": "change",
    "problem": "problem", "resolve": f"resolution mode_exception {ANSWERS}", "confirm": f"confirmation {ANSWERS}",
    "confirm-unsigned": f"confirmation {ANSWERS}", "confirm-accept": f"confirmation {ANSWERS}",
    "confirm-attempt": "confirmation_attempts", "archive": "archived", "item": "configuration_update",
    "item-done": "configuration_update", "item-reject": "configuration_update", "compare": "attachments", "close": ANSWERS,
}  # fmt: skip
"""By action: the fields of the incident."""
FORM: dict[str, str] = {
    "respond": "responded_at responded_by knowledge_consulted none_found guidance",
    "remote": "consent tool started_at ended_at operator actions solved", "diagnose": "diagnosis",
    "dispatch": "project requested_by requested_at decision asked", "approve": "approval approved", "reject": "approval",
    "approve-verbal": "approval approved", "countersign": "countersigned", "countersign-refuse": "countersigned",
    "withdraw": "withdrawn",
    "visit-plan": "work_order appointment earlier_appointments customer_cooperation checklist invited invited_tiers",
    "visit-start": "sessions", "visit-leave": "sessions appointment earlier_appointments",
    "compare": "diagnosis",
    "visit-finish": "sessions diagnosis performed_by solved signature", "visit-cancel": "appointment earlier_appointments",
    "sign": "signature", "sign-unsigned": "signature", "confirm-unsigned": "signature",
    "receive": "received earlier_receipts", "hand-in": "handed_in", "complaint-answer": "complaint",
    "complaint-handler": "complaint",
    "follow-up": "due_on at by result satisfaction solved_confirmed comment complaint archived serial",
}  # fmt: skip
"""By action: the fields of the form that the step is about."""
FORMS: dict[str, str] = {"archive": "archived serial", "confirm-accept": "signature"}
"""By action: the fields of every form."""
RETRACTED: dict[str, tuple[str, str]] = {
    "escalate": ("escalations", ""), "note": ("notes told chased", ""), "follow-up": ("", "retracted"),
    "confirm-attempt": ("confirmation_attempts", ""),
}  # fmt: skip
"""By action: what a correction that takes the step back changes, of the incident and of the step's form."""
SUMMED_UP = frozenset({
    "history", "status", "stage", "tier", "priority", "owner", "assignee", "due_on", "hold", "first_response_at",
})  # fmt: skip
"""What the incident file repeats of its history; whether it does so truly is asked elsewhere."""
BORN = frozenset({"id", "form_no"})
SERIAL = frozenset({"serial", "archived"})
SETTLE = "settle"
CONFLICTS = "conflicts"
RULING = frozenset({"none", "expected_by_none", "decided_by", "by"})
"""What follows from another correction, and is none by itself."""


def touched(
    old: Case | None, new: Case, added: Iterable[Entry], person: str, day: date, world: World
) -> Iterator[Problem]:
    """Every field that differs although no step recorded with it changes that field.

    :param person: the author, who may type what they may correct, as long as nothing else is recorded with it; on which ``day``.
    """
    steps = list(added)
    changed = _fields_changed(old, new)
    if not changed:
        return
    allowed = _allowed(old, new, steps)
    free = not steps and may_edit(old, person, day, world)
    typed: list[str] = []
    for part, name in changed:
        if part and name in BORN and (old is None or part not in old.forms):
            continue
        if (part, name) in allowed or (("*", name) in allowed and part):
            continue
        if part and name in SERIAL and _serial_alone(old, new, part):
            continue
        if free and old is not None and is_text(old, new, part, name):
            typed.append(name)
            continue
        where = f"{part or 'incident'}:{name}"
        message = t("{field} was changed without a step that changes it", field=path_label(name))
        yield Problem("E-gate-no-step", message, None, "5", where)
    if typed:
        fields = Listing(tuple(map(path_label, dict.fromkeys(typed))))
        message = t("changed in the file and not by a verb: {fields}", fields=fields)
        hint = t("a verb keeps old and new, and why: itil correct {id} FIELD=VALUE --reason …", id=new.id)
        yield Problem("W-gate-by-hand", message, hint, "5", "incident:history")


def _fields_changed(old: Case | None, new: Case) -> list[tuple[str, str]]:
    """Each field that differs, by part (empty: the incident) and name as in the file."""
    found: list[tuple[str, str]] = []
    for part, was, now in _parts(old, new):
        if was is now:
            continue
        blank = vars(type(now))
        before, after = vars(was) if was is not None else {}, vars(now)
        differ = [name for name, value in after.items() if name not in before or before[name] is not value]
        for name in (*differ, *(name for name in before if name not in after)):
            one = before[name] if name in before else blank.get(name)
            other = after[name] if name in after else blank.get(name)
            if one != other and not (part == "" and name in SUMMED_UP):
                found.append((part, name.rstrip("_")))
    return [one for one in found if one != ("", "id") or old is not None]


def _parts(old: Case | None, new: Case) -> Iterator[tuple[str, Any, Any]]:
    yield "", old.incident if old else None, new.incident
    for ref, form in new.forms.items():
        yield ref, old.forms.get(ref) if old else None, form


@cache
def _always(action: str) -> frozenset[tuple[str, str]]:
    """The fields of the incident and of all forms that a step changes."""
    of_forms = (("*", name) for name in FORMS.get(action, "").split())
    return frozenset([*(("", name) for name in INCIDENT.get(action, "").split()), *of_forms])


def _allowed(old: Case | None, new: Case, steps: list[Entry]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for entry in steps:
        action = entry.action or ""
        found |= _always(action)
        if entry.form:
            found.update((entry.form, name) for name in FORM.get(action, "").split())
        if action == CORRECT:
            found |= _corrected(new, entry)
        if old is not None and old.incident.conflicts:
            found.add(("", CONFLICTS))
            found |= _settled(old) if action == SETTLE else set()
        if action == "resolve" and new.incident.parent and not (old and old.incident.backup):
            found.add(("", "backup"))  # a child is solved with its parent, and takes the parent's backup
        if action in STATED_BY:
            found |= {("", name) for name in (entry.set or {}) if name in STATED_FIELDS}
    return found


STATED_BY = frozenset({"classify", CORRECT, SETTLE})
STATED_FIELDS = frozenset({"type", "category", "severity", "importance", "urgency", "major"})


def _corrected(new: Case, entry: Entry) -> set[tuple[str, str]]:
    """What the rows of a correction name; of a corrected step the times that move along, or what it left behind."""
    found: set[tuple[str, str]] = set()
    steps = {one.id: one for one in new.incident.history}
    target = steps.get(str(entry.value("step")))
    for row in new.incident.corrections:
        if (
            row.id == entry.id
            and row.field
            and (target is None or row.field not in (target.action, f"{target.action}.at"))
        ):
            found.add((row.form or "", row.field.partition(".")[0]))
    if target is None:
        return found
    move = procedure.MOVES.get(target.action or "")
    if entry.value("retracted"):
        names, of_form = RETRACTED.get(target.action or "", ("", ""))
        found.update(("", name) for name in names.split())
        if target.form:
            found.update((target.form, name) for name in of_form.split())
        return found
    for place in (move[1].times or ()) if move else ():
        part, _, path = place.partition(":")
        of = {"incident": "", "forms": "*"}.get(part, target.form or "")
        found.add((of, path.partition(".")[0]))
    return found


def _settled(old: Case) -> set[tuple[str, str]]:
    """What a conflict is about; steps that do not count any more may have made forms, which are marked as taken back."""
    found = {("*", "retracted")}
    if any(one.of_steps for one in old.incident.conflicts):  # what the steps say that are left, asked elsewhere
        found |= {("", name) for name in (*STATED_FIELDS, "reported_at")}
    for one in old.incident.conflicts:
        rows = [row.get("field") for row in getattr(one, "values", None) or () if isinstance(row, dict)]
        for field in (one.field, *rows):
            part, _, path = str(field or "").partition(":")
            found.add(("" if part == "incident" else part, path.partition(".")[0]))
    return found


def _serial_alone(old: Case | None, new: Case, part: str) -> bool:
    """Whether only the serial came, to a form that was filed without one."""
    was, now = old.forms.get(part) if old else None, new.forms[part]
    if was is None or was.archived is None or now.archived is None or was.serial is not None or not now.serial:
        return False
    return was.archived.serial is None and (was.archived.at, was.archived.by) == (now.archived.at, now.archived.by)


# ── corrections say what they do


def corrections(old: Case | None, new: Case, added: Iterable[Entry]) -> Iterator[Problem]:
    """B25: each correction names a field that may be corrected, and its old and new value as they were and are."""
    ids = {entry.id for entry in added if entry.action == CORRECT}
    if not ids or old is None:
        return
    steps = {entry.id: entry for entry in new.incident.history}
    last: dict[tuple[str | None, str], str | None] = {}
    first: dict[tuple[str | None, str], str | None] = {}
    for row in new.incident.corrections:
        entry = steps.get(row.id)
        if (
            row.id not in ids
            or entry is None
            or not row.field
            or _of_step(row.field, steps.get(str(entry.value("step"))))
        ):
            continue
        last[row.form, row.field] = row.new
        first.setdefault((row.form, row.field), row.old)
    for (form, path), said in last.items():
        part, name = form or "incident", path.rpartition(".")[2]
        if form is not None and form not in new.forms:
            continue
        known: Any = form_type(form)
        fit = path in correctable(known) or name in RULING
        if (
            not fit
            or not _same(said, new, form, path)
            or (form in (None, *old.forms) and not _same(first[form, path], old, form, path))
        ):
            message = t("the correction of {field} does not say what was changed", field=path_label(path))
            hint = t("corrections are made with: itil correct {id} FIELD=VALUE", id=new.id)
            yield Problem("E-gate-correction", message, hint, "5", f"{part}:{path}")


def _same(said: str | None, case: Case, form: str | None, path: str) -> bool:
    value = held(case, form, path)
    if said == written(value):
        return True
    one, other = parse_moment(said or ""), parse_moment(written(value) or "")
    return one is not None and one == other


def _of_step(field: str, target: Entry | None) -> bool:
    return target is not None and field in (target.action, f"{target.action}.at")
