"""`export`: cases for people to go on with elsewhere, a row each. What stands in the columns; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from itilcli.actions.looking.views import summary
from itilcli.actions.waiting.deadlines import DEADLINE
from itilcli.formats import csv, xlsx
from itilcli.model import codes as c
from itilcli.model.case import FOLLOW_UP, Case
from itilcli.model.codes import Codes
from itilcli.model.customer import Customers
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.report.pages import Cell, Column, Table
from itilcli.text import Label, Translate, language_of, render

FORMATS = ("csv", "xlsx", "json")
CONTACT = ("contact", "phone", "email", "address")
"""What tells of a person at the customer's."""
TIMES = frozenset({"reported_at", "first_response_at", "resolved_at", "closed_at", "hold_until", "due_at"})
DAYS = frozenset({"follow_up_due_on"})
COLUMNS = (
    "id", "title", "organisation", *CONTACT, "vip", "project", "type", "category", "severity", "importance", "urgency",
    "priority", "major", "channel", "symptom", "status", "stage", "tier", "owner", "assignee", "received_by", "reported_at",
    "first_response_at", "resolved_at", "resolved_tier", "solution_kind", "steps", "closed_at", "hold", "hold_until",
    "reopened", "supplier", "supplier_ref", "due_at", "parent", "overdue", "follow_up_due_on", "result", "satisfaction",
)  # fmt: skip
CODES: dict[str, Codes] = {
    "type": c.TYPE, "category": c.CATEGORY, "severity": c.SEVERITY, "importance": c.IMPORTANCE, "urgency": c.URGENCY,
    "priority": c.PRIORITY, "channel": c.CHANNEL, "status": c.STATUS, "stage": c.STAGE, "tier": c.TIER,
    "resolved_tier": c.TIER, "solution_kind": c.SOLUTION_KIND, "hold": c.HOLD, "overdue": DEADLINE,
    "result": c.FOLLOW_UP_RESULT,
}  # fmt: skip
HEADINGS = {
    "vip": Label("vip", "VIP", "VIP"), "solution_kind": Label("solution_kind", "解决方式", "kind of solution"),
    "reopened": Label("reopened", "重新打开次数", "reopened"), "overdue": Label("overdue", "超时", "overdue"),
    "follow_up_due_on": field_label("due_on"), "due_at": field_label("due_at"),
}  # fmt: skip
CASES, YES, NO = Label("cases", "事件", "cases"), Label("yes", "是", "yes"), Label("no", "否", "no")
NUMBERS = frozenset({"reopened", "satisfaction"})


def table(
    found: Iterable[Case], world: World, vips: Customers, translate: Translate, *, codes: bool, contact: bool
) -> Table:
    """The cases as rows: times by the desk's clock, codes as their labels in the language of ``translate``.

    :param codes: codes and names of fields as the files have them, for programs.
    :param contact: whether the columns of CONTACT are there.
    """
    names = [name for name in COLUMNS if contact or name not in CONTACT]
    headings = [name if codes else render(HEADINGS.get(name) or field_label(name), translate) for name in names]
    labels = {} if codes else {name: labelled(CODES[name], translate) for name in CODES}
    columns = tuple(Column(title, right=name in NUMBERS) for name, title in zip(names, headings, strict=True))
    rows = []
    for case in found:
        flat = flattened(case, world, vips)
        rows.append(
            tuple(cell(flat.get(name), name, world, labels.get(name), None if codes else translate) for name in names)
        )
    return Table("cases", columns, tuple(rows), render(CASES, translate))


def flattened(case: Case, world: World, vips: Customers) -> dict[str, Any]:
    """What `list --json` tells of a case, and its solution and last follow-up, without parts inside parts."""
    made = summary(case, world, vips)
    resolution = case.incident.resolution
    calls = [form for _, form in case.of(FOLLOW_UP)]
    scores = [form.satisfaction for form in calls if form.satisfaction is not None]
    return {
        **made,
        **(made["customer"] or {}),
        "resolved_tier": resolution.tier if resolution else None,
        "solution_kind": resolution.kind if resolution else None,
        "steps": resolution.steps if resolution else None,
        "result": calls[-1].result if calls else None,
        "satisfaction": scores[-1] if scores else None,
    }


def labelled(known: Codes, translate: Translate) -> dict[str, str]:
    """The labels of a list by code, in the language of ``translate``."""
    return {code: render(known.label(code), translate) for code in known}


def cell(held: Any, name: str, world: World, labels: Mapping[str, str] | None, translate: Translate | None) -> Cell:
    """A value as a cell: an empty text for none; codes and truths as labels, or as they are without ``translate``."""
    if held is None or held == []:
        return ""
    if name in TIMES:
        return datetime.fromisoformat(held).astimezone(world.zone)
    if name in DAYS:
        return date.fromisoformat(held)
    if name in CODES:
        shown = [(labels or {}).get(str(one), str(one)) for one in (held if isinstance(held, list) else [held])]
        return shown[0] if len(shown) == 1 else (translate(", ") if translate else " ").join(shown)
    if isinstance(held, bool):
        return render(YES if held else NO, translate) if translate else str(held).lower()
    return held if isinstance(held, int) else str(held)


def as_csv(made: Table, *, codes: bool) -> bytes:
    """A table as CSV with a byte order mark and CRLF; times to the minute, with ``codes`` as ISO 8601 with their offset."""
    headings: Sequence[object] = [column.title for column in made.columns]
    return csv.written([headings, *([_worded(cell, codes) for cell in row] for row in made.rows)])


def _worded(cell: Cell, codes: bool) -> object:
    if isinstance(cell, datetime) and not codes:
        return f"{cell:%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, date) else cell


def as_xlsx(made: Table, translate: Translate) -> bytes:
    """A table as a workbook: text stays text, also what looks like a number; times are real ones.

    :raises Refused: ``E-report-office`` (``Kind.DESK``) where XlsxWriter is not installed.
    """
    return xlsx.one_table(made, language_of(translate))


def nameless(row: Mapping[str, Any]) -> dict[str, Any]:
    """A case of `list --json` without what CONTACT names, also where it stands alone in another field."""
    customer = row.get("customer") or {}
    personal = frozenset(customer[name] for name in CONTACT if customer.get(name))
    return {**row, **{name: _without(held, personal) for name, held in row.items() if name not in ("id", "children")}}


def _without(held: Any, personal: frozenset[str]) -> Any:
    if isinstance(held, str):
        return None if held in personal else held
    if isinstance(held, dict):
        return {name: None if name in CONTACT else _without(inner, personal) for name, inner in held.items()}
    return [_without(inner, personal) for inner in held] if isinstance(held, list) else held
