"""`list --form KIND`: one line for each form, or CSV, or JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from itilcli.actions.waiting.suggest import code
from itilcli.cli.columns import fitted
from itilcli.cli.screen import document, safe
from itilcli.cli.screen import table as in_columns
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.model import codes as c
from itilcli.model.case import FOLLOW_UP, ONSITE, REMOTE, WORK_ORDER
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.procedure.glance import Glance
from itilcli.text import Label, t

if TYPE_CHECKING:
    from itilcli.actions.looking.form_list import Row
    from itilcli.actions.looking.listing import Wanted

REF = Label("ref", "表单", "form")
STATE = {
    WORK_ORDER.name: Label("receipt", "接收归档", "received"),
    ONSITE.name: Label("signature", "客户签字", "signed"),
    REMOTE.name: Label("session", "远程会话", "session"),
    FOLLOW_UP.name: Label("result", "回访结果", "result"),
}
CUT = (3, 2)
"""The columns that give way on a narrow screen, the first first: title, customer."""
OMITTED = (4, 3, 2, 5)
"""The columns left out where even those do not help: done, title, customer, archived."""
NUMBERED = "JQ-ITSMS-"
DONE = Label("done", "办理", "done")
UNSERIALLED = Label("unserialled", "待编号", "no serial yet")


def list_forms(
    invocation: Invocation, desk: Desk, rows: Iterable[Glance], wish: Wanted, world: World, as_csv: bool
) -> int:
    """The forms that all filters fit; none is no failure."""
    from itilcli.actions.looking import form_list
    from itilcli.actions.looking.views import summary

    assert wish.kind is not None
    found = form_list.chosen_forms(desk, rows, wish, wish.kind, world)
    if invocation.json:
        made = [form_list.as_data(row, summary(row.case, world, desk.vips)) for row in found]
        sys.stdout.write(document(made, sys.stdout) + "\n")
    elif as_csv:
        text_ = form_list.as_csv(found, wish.kind)
        sys.stdout.write(safe(text_, lines=True) if sys.stdout.isatty() else text_)
    elif not found:
        invocation.screen.note(invocation.translate("No form fits."))
    else:
        sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
        shown = [headings(sheet, wish.kind.name), *(line(sheet, row) for row in found)]
        lines = in_columns(fitted(shown, sheet.screen.columns, CUT, OMITTED))
        head, _, rest = lines.partition("\n")
        invocation.screen.page("\n".join([sheet.screen.style(head, "bold"), rest]))
    return 0


def headings(sheet: Sheet, kind: str) -> list[str]:
    """What the columns are called."""
    names = (REF, field_label("serial"), field_label("organisation"), field_label("title"), DONE)
    return [sheet.say(name) for name in (*names, field_label("archived"), STATE[kind])]


def line(sheet: Sheet, row: Row) -> list[str]:
    """One form; on a terminal its case and its serial are shortened, both as they may be typed."""
    customer, archived = row.case.incident.customer, row.form.archived
    terminal = sheet.screen.columns is not None
    serial = row.form.serial or (sheet.say(UNSERIALLED) if archived else "–")
    return [
        f"{code(row.case)}/{row.ref}" if terminal else row.name,
        serial.removeprefix(NUMBERED) if terminal else serial,
        (customer.organisation if customer else None) or "–",
        row.case.incident.title or "–",
        told(sheet, row.done.at, row.done.by),
        told(sheet, archived.at, archived.by) if archived else "–",
        sheet.say(STATES[row.ref.rpartition("-")[0]](sheet, row.form)),
    ]


def told(sheet: Sheet, *facts: Any) -> str:
    """Times and words beside each other; an en dash for none at all."""
    shown = (sheet.when(fact) if isinstance(fact, datetime) else str(fact) for fact in facts if fact)
    return " ".join(shown) or "–"


def receipt(sheet: Sheet, form: Any) -> object:
    """Where the paper lies since when, that it waits, or why it was sent back."""
    found = form.received
    if found and found.location:
        return told(sheet, found.location, found.at, found.by)
    if found and found.refused:
        return t("sent back: {reason}", reason=found.refused)
    if form.archived:
        return t("waits for its receipt")
    return t("withdrawn: {reason}", reason=form.withdrawn.reason or "?") if form.withdrawn else "–"


def signature(sheet: Sheet, form: Any) -> object:
    """Who signed and how many pages are kept, or why nobody did."""
    found = form.signature
    if found is None:
        return t("not signed")
    who = c.UNSIGNED.label(found.outcome) if found.outcome else (found.name or "?")
    return t("{who}, {count} pages", who=who, count=len(found.files))


def session(sheet: Sheet, form: Any) -> object:
    """The tool and whether the session solved it; a call by phone alone has none."""
    if not form.started_at:
        return t("by phone alone")
    solved = {True: t("solved"), False: t("not solved")}.get(form.solved, "–")
    return t("{tool}: {solved}", tool=form.tool or "–", solved=solved)


def result(sheet: Sheet, form: Any) -> object:
    """What came of the call, and how content the customer is."""
    found = c.FOLLOW_UP_RESULT.label(form.result) if form.result else "–"
    if form.satisfaction is None:
        return found
    return t("{result}, {satisfaction}", result=found, satisfaction=c.SATISFACTION.label(str(form.satisfaction)))


STATES: Mapping[str, Callable[[Sheet, Any], object]] = {
    WORK_ORDER.name: receipt,
    ONSITE.name: signature,
    REMOTE.name: session,
    FOLLOW_UP.name: result,
}
