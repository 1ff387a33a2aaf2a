"""`show`: one case as it stands, like its paper."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from itilcli.actions.family import likely_children, likely_members, parent_of
from itilcli.actions.family import view as member
from itilcli.actions.looking.finding import find
from itilcli.actions.looking.views import form_view, whole
from itilcli.cli.header import header, told_state
from itilcli.cli.history import TAKEN_BACK, step_lines
from itilcli.cli.screen import document
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.model.case import FOLLOW_UP, ONSITE, REMOTE, WORK_ORDER, Case, kind_of
from itilcli.model.history import told
from itilcli.model.incident import Incident, Note
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.procedure.naming import standing
from itilcli.text import Label

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
            "expected_as_said",
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
PARENT, CHILDREN = field_label("parent"), Label("children", "子事件", "children")
MERGED = Label("merged", "并入的事件", "merged into this")
UNSERIALLED = Label("unserialled", "待编号", "no serial yet")


def show(invocation: Invocation, answers: dict[str, Any]) -> int:
    """One case, or one form of it."""
    desk = Desk.open(invocation.desk)
    case_id, form = find(desk, answers["id"], phones=True)
    stored = desk.case(case_id)
    told_state(invocation, desk, stored)
    case, world = stored.case, desk.world()
    if invocation.json:
        children = [] if form else [member(one) for one in likely_children(desk, case)]
        made = {"id": case.id, **form_view(case, form)} if form else whole(case, world, desk.vips, children)
        sys.stdout.write(document(made, sys.stdout) + "\n")
        return 0
    sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
    lines = (
        one_form(sheet, case, form)
        if form
        else [
            *header(sheet, case, world, desk.vips),
            *sections(sheet, case, world),
            *family(sheet, desk, case),
            *after(sheet, case, world),
        ]
    )
    invocation.screen.page("\n".join(lines).rstrip())
    return 0


def sections(sheet: Sheet, case: Case, world: World) -> list[str]:
    """Customer, call, classification, work, solution: each with what is known of it."""
    lines: list[str] = []
    customer = case.incident.customer
    if customer:
        lines += [sheet.heading(field_label("customer")), *sheet.rows(sheet.fields(customer)), ""]
    for title, names in SECTIONS:
        rows = sheet.rows(sheet.fields(said(case.incident), names))
        lines += [sheet.heading(title), *rows, ""] if rows else []
    return lines


def said(incident: Incident) -> Incident:
    """The incident as it is shown: who wants it soon, or named a time since, is not said to expect nothing."""
    spoken = incident.expected_as_said or incident.expected_by
    return replace(incident, expected_by_none=None) if spoken else incident


def family(sheet: Sheet, desk: Desk, case: Case) -> list[str]:
    """The parent of a case, its children and what was merged into it, each with its customer and where it stands (B27)."""
    parent = parent_of(desk, case)
    lines: list[str] = []
    below, merged = likely_members(desk, case)
    for label, members in ((PARENT, [parent] if parent else []), (CHILDREN, below), (MERGED, merged)):
        rows = [(one.id, f"{_named(one)}  {sheet.say(standing(one))}{_caller(one)}") for one in members]
        lines += [sheet.heading(label), *sheet.rows(rows), ""] if rows else []
    return lines


def _caller(case: Case) -> str:
    """Whom to call back as well, of a case merged into another."""
    customer = case.incident.customer
    known = " ".join(filter(None, (customer.contact, customer.phone))) if customer else ""
    return f"  {known}" if case.state.stage == "merged" and known else ""


def _named(case: Case) -> str:
    customer = case.incident.customer
    return f"{customer.organisation or '?' if customer else '?'}·{case.incident.title or ''}"


def after(sheet: Sheet, case: Case, world: World) -> list[str]:
    """The forms, the history, the notes and the attachments."""
    lines: list[str] = []
    for ref in ordered_forms(case):
        lines += [*one_form(sheet, case, ref), ""]
    steps = [line for row in told(case.incident.history) for line in step_lines(sheet, row, case, world)]
    lines += [sheet.heading(HISTORY), *steps, ""] if steps else []
    incident = case.incident
    for name in ("notes", "told", "chased"):
        rows: tuple[Note, ...] = getattr(incident, name)
        said = [(f"{sheet.when(row.at)} {row.by or ''}", told_note(sheet, row)) for row in rows]
        lines += [sheet.heading(field_label(name)), *sheet.rows(said), ""] if said else []
    files = [
        (row.file or "?", f"{row.size or 0:,} B · {sheet.when(row.at)} · {row.by or ''}")
        for row in incident.attachments
    ]
    lines += [sheet.heading(ATTACHMENTS), *sheet.rows(files), ""] if files else []
    return lines


def told_note(sheet: Sheet, row: Note) -> str:
    """A remark; one that a correction took back is marked."""
    return f"{sheet.say(TAKEN_BACK)} {row.text_ or ''}" if row.retracted else row.text_ or ""


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
