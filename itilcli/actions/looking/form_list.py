"""`list --form KIND`: one row for each form, as the archivist's hand-over list of a month wants it (F28)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from itilcli.actions.looking.listing import Wanted, fitting, sampled, whole
from itilcli.actions.looking.views import form_view
from itilcli.desk import Desk
from itilcli.figures.period import Period
from itilcli.formats.formula import harmless
from itilcli.model.case import FOLLOW_UP, ONSITE, REMOTE, WORK_ORDER, Case, Kind, kind_of
from itilcli.model.follow_up import FollowUp
from itilcli.model.onsite import Onsite
from itilcli.model.remote import Remote
from itilcli.model.work_order import WorkOrder
from itilcli.procedure.clause import World
from itilcli.procedure.glance import Glance
from itilcli.values import value


@value
class Done:
    """When the work that a form records was done, and by whom."""

    at: datetime | None = None
    by: str | None = None


@value
class Row:
    """One form of a case."""

    case: Case
    ref: str
    form: Any

    @property
    def name(self) -> str:
        """The form as it is called: ``INC-…/work-order-1``."""
        return f"{self.case.id}/{self.ref}"

    @property
    def done(self) -> Done:
        """When it was done, by whom."""
        return DONE[type(self.form)](self.form)

    @property
    def archived_at(self) -> datetime | None:
        """When it was filed."""
        return self.form.archived.at if self.form.archived else None


def _visited(form: Onsite) -> Done:
    arrived = min((one.arrived_at for one in form.sessions if one.arrived_at), default=None)
    planned = form.appointment.at if form.appointment else None
    people = dict.fromkeys(one.who for one in form.sessions if one.who)
    return Done(arrived or planned, ", ".join(form.performed_by or people) or None)


DONE: Mapping[type, Callable[[Any], Done]] = {
    WorkOrder: lambda form: Done(form.requested_at, form.requested_by),
    Onsite: _visited,
    Remote: lambda form: Done(form.started_at or form.responded_at, form.operator or form.responded_by),
    FollowUp: lambda form: Done(form.at, form.by),
}


def chosen_forms(desk: Desk, glances: Iterable[Glance], wish: Wanted, kind: Kind, world: World) -> list[Row]:
    """The forms that a list shows: by serial, then those without one by date; a sample of them; at most so many.

    A month means the forms archived in it, and those not archived that were done in it.
    """
    holding = [row for row in fitting(glances, wish, world) if any(kind_of(ref) is kind for ref in row.forms)]
    rows = [Row(case, ref, form) for case in whole(desk, holding) for ref, form in case.of(kind)]
    rows = [row for row in rows if wish.month is None or in_month(row, wish.month)]
    rows = sampled(sorted(rows, key=_place), wish, lambda row: row.name)
    return rows[: wish.limit]


def in_month(row: Row, month: Period) -> bool:
    """Whether a form belongs to a month: by its archiving, else by its own date, else by the call."""
    return month.has(row.archived_at or row.done.at or row.case.state.reported_at)


def _place(row: Row) -> tuple[bool, str, float, str]:
    when = row.archived_at or row.done.at
    return row.form.serial is None, row.form.serial or "", when.timestamp() if when else 0, row.name


# ── for programs and spreadsheets

COLUMNS = ("ref", "serial", "form_no", "organisation", "title", "at", "by", "archived_at", "archived_by")
OF_KIND: Mapping[str, tuple[str, ...]] = {
    WORK_ORDER.name: ("engineers", "approved_by", "received_at", "received_by", "location", "refused", "withdrawn"),
    ONSITE.name: ("work_order", "signed_by", "signed_at", "pages", "solved"),
    REMOTE.name: ("consent_by", "tool", "ended_at", "solved"),
    FOLLOW_UP.name: ("due_on", "result", "satisfaction", "solved_confirmed", "complaint"),
}


def as_data(row: Row, summary: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of one row: the incident as `list` gives it, and ``form``, the form as `show` gives it."""
    return {**summary, "form": form_view(row.case, row.ref)}


def cells(row: Row) -> dict[str, Any]:
    """A row by column name: codes, times with their offset."""
    customer, archived = row.case.incident.customer, row.form.archived
    common = {
        "ref": row.name,
        "serial": row.form.serial,
        "form_no": row.form.form_no,
        "organisation": customer.organisation if customer else None,
        "title": row.case.incident.title,
        "at": row.done.at,
        "by": row.done.by,
        "archived_at": archived.at if archived else None,
        "archived_by": archived.by if archived else None,
    }
    return {**common, **_own(row.form)}


def _own(form: Any) -> dict[str, Any]:
    """The columns that only this kind of form has."""
    if isinstance(form, WorkOrder):
        receipt, sent = form.received, form.approved or form.asked
        return {
            "engineers": ", ".join(one.name for one in sent.engineers if one.name) if sent else None,
            "approved_by": form.approval.by if form.approval and form.approval.decision == "approved" else None,
            "received_at": receipt.at if receipt and receipt.location else None,
            "received_by": receipt.by if receipt and receipt.location else None,
            "location": receipt.location if receipt else None,
            "refused": receipt.refused if receipt else None,
            "withdrawn": form.withdrawn.reason if form.withdrawn else None,
        }
    if isinstance(form, Onsite):
        signature = form.signature
        return {
            "work_order": form.work_order,
            "signed_by": (signature.name or signature.outcome) if signature else None,
            "signed_at": signature.at if signature else None,
            "pages": len(signature.files) if signature else 0,
            "solved": form.solved,
        }
    if isinstance(form, Remote):
        consent = form.consent.given_by if form.consent else None
        return {"consent_by": consent, "tool": form.tool, "ended_at": form.ended_at, "solved": form.solved}
    complaint = form.complaint.text_ if form.complaint else None
    names = ("due_on", "result", "satisfaction", "solved_confirmed")
    return {**{name: getattr(form, name) for name in names}, "complaint": complaint}


def as_csv(rows: Iterable[Row], kind: Kind) -> str:
    """The rows as CSV with a row of headings."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = (*COLUMNS, *OF_KIND[kind.name])
    writer.writerow(columns)
    for row in rows:
        found = cells(row)
        writer.writerow([harmless(_plain(found[name])) for name in columns])
    return out.getvalue()


def _plain(cell: object) -> object:
    return cell.isoformat() if isinstance(cell, date) else cell
