"""`show`: one case as it stands, like its paper."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.actions.family import likely_children, likely_members, parent_of
from itilcli.actions.family import view as member
from itilcli.actions.looking.finding import find
from itilcli.actions.looking.shown import (
    ATTACHMENTS,
    CHILDREN,
    HISTORY,
    MERGED,
    PARENT,
    SECTIONS,
    UNSERIALLED,
    ordered_forms,
    said,
)
from itilcli.actions.looking.views import form_view, whole
from itilcli.cli.header import header, told_state
from itilcli.cli.history import TAKEN_BACK, step_lines
from itilcli.cli.screen import document
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.model.case import ARTICLE_ID, Case, kind_of, off_paper
from itilcli.model.history import told
from itilcli.model.incident import Note
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.procedure.naming import standing


def show(invocation: Invocation, answers: dict[str, Any]) -> int:
    """One case, or one form of it; an article by its ID."""
    typed, printed_of = off_paper(answers["id"])
    if ARTICLE_ID.fullmatch(typed.strip().upper()):
        from itilcli.cli import kb

        kb.show(invocation, answers)
        return 0
    desk = Desk.open(invocation.desk)
    case_id, form = find(desk, typed, phones=True)
    stored = desk.case(case_id)
    told_state(invocation, desk, stored)
    printed: dict[str, Any] = {}
    if printed_of:
        from itilcli.cli.printed import told_since

        printed = told_since(invocation, desk, printed_of, stored.files)
    case, world = stored.case, desk.world()
    if invocation.json:
        children = [] if form else [member(one) for one in likely_children(desk, case)]
        made = {"id": case.id, **form_view(case, form)} if form else whole(case, world, desk.vips, children)
        sys.stdout.write(document({**made, **printed}, sys.stdout) + "\n")
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
