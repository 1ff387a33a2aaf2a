"""`show`: one case as it stands, like its paper."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from itilcli.actions.deadlines import overdue
from itilcli.actions.finding import find
from itilcli.actions.story import action_label, is_late
from itilcli.actions.views import form_view, whole
from itilcli.cli.screen import document, safe
from itilcli.cli.sheet import LIKE, Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.model import codes as c
from itilcli.model.case import FOLLOW_UP, ONSITE, REMOTE, WORK_ORDER, Case, kind_of
from itilcli.model.history import Entry, in_order
from itilcli.model.incident import Escalation, Incident, Note
from itilcli.model.labels import field_label
from itilcli.model.shape import shapes
from itilcli.procedure.clause import World
from itilcli.procedure.s5_14_follow_up import due
from itilcli.store.cases import Stored
from itilcli.text import Label, Text, t

SECTIONS: tuple[tuple[Label, tuple[str, ...]], ...] = (
    (
        Label("accept", "受理", "the call"),
        (
            "channel",
            "channel_detail",
            "reported_at",
            "received_by",
            "recorded_at",
            "symptom",
            "business_impact",
            "expected_by",
            "expected_by_none",
            "incomplete",
            "imported",
            "source",
        ),
    ),
    (
        Label("classify", "分类", "classification"),
        (
            "type",
            "category",
            "severity",
            "importance",
            "urgency",
            "priority",
            "model",
            "project",
            "configuration_items",
            "supplier",
            "contract",
            "supplier_ref",
            "due_at",
            "major",
            "manager_notified",
            "parent",
            "related",
            "merged_into",
        ),
    ),
    (
        Label("work", "处理", "the work"),
        ("first_response_at", "escalations", "solution", "agreed", "backup", "mode_exception", "earlier_rounds"),
    ),
    (
        Label("solution", "解决与关闭", "solution and closing"),
        (
            "resolution",
            "change",
            "problem",
            "confirmation",
            "confirmation_attempts",
            "archived",
            "configuration_update",
            "knowledge",
        ),
    ),
)
HISTORY, FORMS, NOTES, ATTACHMENTS = (
    field_label("history"), Label("forms", "表单", "forms"), field_label("notes"), field_label("attachments")
)  # fmt: skip
UNSERIALLED = Label("unserialled", "待编号", "no serial yet")


def show(invocation: Invocation, answers: dict[str, Any]) -> int:
    """One case, or one form of it."""
    desk = Desk.open(invocation.desk)
    case_id, form = find(desk, answers["id"], phones=True)
    stored = desk.case(case_id)
    told_state(invocation, desk, stored)
    case, world = stored.case, desk.world()
    if invocation.json:
        made = {"id": case.id, **form_view(case, form)} if form else whole(case, world)
        sys.stdout.write(document(made, sys.stdout) + "\n")
        return 0
    sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
    lines = (
        one_form(sheet, case, form)
        if form
        else [*header(sheet, case, world), *sections(sheet, case, world), *after(sheet, case)]
    )
    invocation.screen.page("\n".join(lines).rstrip())
    return 0


def told_state(invocation: Invocation, desk: Desk, stored: Stored | None = None) -> None:
    """What a reader must know of the files: a killed command's work, and what could not be read.

    :raises Refused: when the incident file itself could not be read, for then there is nothing to tell of the case.
    """
    if stored and stored.errors and not stored.case.incident.id:
        raise Refused(stored.errors)
    for text in desk.unfinished():
        invocation.screen.note(safe(text.render(invocation.translate)))
    for problem in stored.errors if stored else ():
        message = f"{problem.where}: {problem.message.render(invocation.translate)}"
        invocation.screen.note(safe(f"{invocation.translate('warning:')} {message}"))


def header(sheet: Sheet, case: Case, world: World) -> list[str]:
    """The case in three lines: what, where it stands, what is pressing."""
    state, say = case.state, sheet.say
    facts = [say(c.STAGE.label(state.stage)), say(c.STATUS.label(state.status)), say(c.TIER.label(str(state.tier)))]
    people = [
        f"{say(field_label(name))} {getattr(state, name)}" for name in ("owner", "assignee") if getattr(state, name)
    ]
    lines = [
        sheet.screen.style(safe(f"{case.id}  {case.incident.title or ''}"), "bold"),
        safe(" · ".join([*facts, *people])),
    ]
    marks = [sheet.screen.style(safe(say(mark)), colour) for mark, colour in pressing(sheet, case, world)]
    return [*lines, *([" · ".join(marks)] if marks else []), ""]


def pressing(sheet: Sheet, case: Case, world: World) -> list[tuple[object, str]]:
    """What should catch the eye, each with its colour."""
    state = case.state
    marks: list[tuple[object, str]] = []
    if state.major:
        marks.append((field_label("major"), "red"))
    marks += [
        (t("overdue: {what} {time}", what=row.label, time=sheet.when(row.at)), "red") for row in overdue(case, world)
    ]
    if state.hold:
        until = t("until {time}", time=sheet.when(state.hold_until)) if state.hold_until else t("without an end")
        marks.append((t("on hold: {why}, {until}", why=c.HOLD.label(state.hold), until=until), "yellow"))
    if state.reopened:
        marks.append((t("reopened: {count}", count=state.reopened), "yellow"))
    when = due(case, world)
    if when and not case.last_follow_up_reached():
        text = (
            t("follow-up due {day} (provisional)", day=when.on)
            if when.provisional
            else t("follow-up due {day}", day=when.on)
        )
        marks.append((text, "dim"))
    return marks


def sections(sheet: Sheet, case: Case, world: World) -> list[str]:
    """Customer, call, classification, work, solution: each with what is known of it."""
    lines: list[str] = []
    customer = case.incident.customer
    if customer:
        lines += [sheet.heading(field_label("customer")), *sheet.rows(sheet.fields(customer)), ""]
    for title, names in SECTIONS:
        rows = sheet.rows(sheet.fields(case.incident, names))
        lines += [sheet.heading(title), *rows, ""] if rows else []
    return lines


def after(sheet: Sheet, case: Case) -> list[str]:
    """The forms, the history, the notes and the attachments."""
    lines: list[str] = []
    for ref in ordered_forms(case):
        lines += [*one_form(sheet, case, ref), ""]
    escalated = by_entry(case)
    steps = [step_line(sheet, entry, escalated) for entry in in_order(case.incident.history)]
    lines += [sheet.heading(HISTORY), *steps, ""] if steps else []
    incident = case.incident
    for name in ("notes", "told", "chased"):
        rows: tuple[Note, ...] = getattr(incident, name)
        said = [(f"{sheet.when(row.at)} {row.by or ''}", row.text_ or "") for row in rows]
        lines += [sheet.heading(field_label(name)), *sheet.rows(said), ""] if said else []
    files = [
        (row.file or "?", f"{row.size or 0:,} B · {sheet.when(row.at)} · {row.by or ''}")
        for row in incident.attachments
    ]
    lines += [sheet.heading(ATTACHMENTS), *sheet.rows(files), ""] if files else []
    return lines


def ordered_forms(case: Case) -> list[str]:
    """The references of a case's forms in the order of the procedure."""
    return [ref for kind in (REMOTE, WORK_ORDER, ONSITE, FOLLOW_UP) for ref, _ in case.of(kind)]


def one_form(sheet: Sheet, case: Case, ref: str) -> list[str]:
    """One form like its paper: name, number, serial, and every field that was answered."""
    form, kind = case.forms[ref], kind_of(ref)
    assert kind is not None
    serial = form.serial or (UNSERIALLED if form.archived else "")
    head = " ".join(filter(None, (sheet.say(kind.label), f"{case.id}/{ref}", kind.form_no, sheet.say(serial))))
    return [
        sheet.heading(head),
        *sheet.rows((label, value) for label, value in sheet.fields(form) if value != form.serial),
    ]


def by_entry(case: Case) -> dict[str, Escalation]:
    """The escalations of a case by the history entry of each."""
    return {row.id: row for row in case.incident.escalations if row.id}


def step_line(sheet: Sheet, entry: Entry, escalated: Mapping[str, Escalation]) -> str:
    """One step on one line: when, clause, what, who, why; to which manager; recorded late where it was."""
    words = [sheet.when(entry.at), f"§{entry.clause}", sheet.say(action_label(entry.action)), entry.by or "?"]
    if entry.recorded_by and entry.recorded_by != entry.by:
        words.append(sheet.say(t("(recorded by {person})", person=entry.recorded_by)))
    words += [entry.form] if entry.form else []
    words += [" ".join(entry.reason.split())] if entry.reason else []
    row = escalated.get(entry.id or "")
    if row and row.kind == "hierarchical" and row.to:
        words.append(f"→ {sheet.say(c.ESCALATE_TO.label(row.to))}")
    words += [sheet.say(c.ESCALATION_REASON.label(row.reason))] if row and row.reason else []
    values = set_values(sheet, entry)
    line = safe(f"  {'  '.join(words)}") + (f"  {sheet.screen.style(safe(values), 'dim')}" if values else "")
    if is_late(entry):
        late = t("recorded late, after {delay}", delay=length(entry.delay_minutes))
        line += "  " + sheet.screen.style(safe(sheet.say(late)), "yellow")
    return line


def set_values(sheet: Sheet, entry: Entry) -> str:
    """What a step set, but times and digests, which stand elsewhere."""
    known = shapes(Incident)
    words = []
    for name, value in (entry.set or {}).items():
        if name.endswith("_at") or name in ("digest", "hold_until"):
            continue
        lists = known[name].codes if name in known else None
        words.append(joined(sheet.say(field_label(name)), sheet.one(value, lists or LIKE.get(name))))
    return ", ".join(words)


def joined(label: str, value: str) -> str:
    """A label before its value; a word that ends the one and begins the other stands once ("solved by tier 1")."""
    head, _, last = label.rpartition(" ")
    return f"{head} {value}".lstrip() if value.startswith(f"{last} ") else f"{label} {value}"


def length(minutes: int) -> Text:
    """A delay in the largest units that say enough."""
    if minutes < 60:
        return t("{minutes} min", minutes=minutes)
    if minutes < 48 * 60:
        return t("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    return t("{days} days", days=minutes // 1440)
