"""`list`: many cases on one table, as CSV or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from itilcli.actions.family import noting
from itilcli.actions.looking.listing import Wanted, as_csv, chosen, wanted
from itilcli.actions.looking.views import summary
from itilcli.actions.waiting.chasing import chasing
from itilcli.actions.waiting.deadlines import overdue
from itilcli.cli.columns import fitted
from itilcli.cli.customers import marked
from itilcli.cli.form_list import list_forms
from itilcli.cli.look import told_state
from itilcli.cli.screen import document, safe
from itilcli.cli.screen import table as in_columns
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.model import codes as c
from itilcli.model.case import Case
from itilcli.model.customer import Customers
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.procedure.naming import standing
from itilcli.text import Label, Listing, t

NARROW = 100
"""Below so many columns the four characters of an ID stand for it, which carries the day that stands beside them."""
LEVEL = Label("level", "等级/优先级", "severity/priority")
CUT = (3, 2)
"""The columns that give way on a narrow screen, the first first: title, organisation."""
OMITTED = (4, 6, 7, 2, 5, 3)
"""The columns left out where even those do not help: level, assignee, mark, organisation, stage, title."""
HEADINGS = ("id", "reported_at", "organisation", "title", LEVEL, "stage", "assignee", "mark")


def list_cases(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The cases that all filters fit; none is no failure."""
    desk = Desk.open(invocation.desk)
    wish, world = wanted(desk, answers), desk.world()
    told_state(invocation, desk)
    unread: list[str] = []
    told_sample(invocation, wish)
    if wish.kind is not None:
        ended = list_forms(invocation, desk, readable(desk, unread), wish, world, answers.get("format") == "csv")
        told_unread(invocation, unread)
        return ended
    children: dict[str, list[dict[str, object]]] = {}
    found = chosen(noting(readable(desk, unread), children), wish, world)
    told_unread(invocation, unread)
    if invocation.json:
        rows = as_data(found, world, desk.vips, children)
        sys.stdout.write(document(rows, sys.stdout) + "\n")
    elif answers.get("format") == "csv":
        text_ = as_csv(flat(case, world, desk.vips) for case in found)
        sys.stdout.write(safe(text_, lines=True) if sys.stdout.isatty() else text_)
    elif not found:
        invocation.screen.note(invocation.translate("No case fits."))
    else:
        sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
        invocation.screen.page(table(sheet, found, world, desk.vips))
    return 0


def told_sample(invocation: Invocation, wish: Wanted) -> None:
    """A note on how to get the same sample again, where one was asked for."""
    if wish.sample is not None:
        note = t(
            "a sample of {count}; the same again with: --sample {count} --seed {seed}",
            count=wish.sample,
            seed=wish.seed,
        )
        invocation.screen.note(safe(note.render(invocation.translate)))


def as_data(
    found: list[Case], world: World, vips: Customers, children: dict[str, list[dict[str, object]]]
) -> list[dict[str, Any]]:
    """`list --json`: a summary a case, with the cases that belong to it."""
    return [{**summary(case, world, vips), "children": children.get(case.id, [])[::-1]} for case in found]


def readable(desk: Desk, unread: list[str]) -> Iterator[Case]:
    """The cases whose incident can be read; the others' paths go to ``unread``."""
    for stored in desk.cases():
        if stored.errors:
            unread.append(stored.errors[0].where)
        if stored.case.incident.id:
            yield stored.case


def told_unread(invocation: Invocation, unread: list[str]) -> None:
    """A note on how many cases could not be read, if any."""
    if unread:
        text = t("{count} cases could not be read whole; see: itil check", count=len(unread))
        invocation.screen.note(safe(text.render(invocation.translate)))


def flat(case: Case, world: World, vips: Customers) -> dict[str, Any]:
    """A case as a row of CSV: lists in one cell."""
    made = summary(case, world, vips)
    return {**made, "overdue": " ".join(made["overdue"])}


def table(sheet: Sheet, found: list[Case], world: World, vips: Customers) -> str:
    """The table; only titles and organisations are ever cut, and only on a terminal."""
    narrow = (sheet.screen.columns or NARROW) < NARROW
    rows = [row(sheet, case, world, vips, narrow) for case in found]
    headings = [sheet.say(field_label(name) if isinstance(name, str) else name) for name in HEADINGS]
    lines = in_columns(fitted([headings, *rows], sheet.screen.columns, CUT, OMITTED)).split("\n")
    lines[0] = sheet.screen.style(lines[0], "bold")
    return "\n".join(
        [lines[0], *(coloured(sheet, line, case, world) for line, case in zip(lines[1:], found, strict=True))]
    )


def coloured(sheet: Sheet, line: str, case: Case, world: World) -> str:
    """A late case in red, one on hold in yellow, a completed one dimmed."""
    if case.state.status != "open":
        return sheet.screen.style(line, "dim")
    if overdue(case, world):
        return sheet.screen.style(line, "red")
    return sheet.screen.style(line, "yellow") if case.state.hold else line


def row(sheet: Sheet, case: Case, world: World, vips: Customers, narrow: bool) -> list[str]:
    """One case on one line."""
    state, incident = case.state, case.incident
    local = state.reported_at.astimezone(sheet.zone) if state.reported_at else None
    rank = c.priority(state.importance, state.urgency)
    levels = (c.SEVERITY.label(state.severity) if state.severity else "–", c.PRIORITY.label(rank) if rank else "–")
    return [
        case.id.rpartition("-")[2] if narrow else case.id,
        f"{local:%m-%d %H:%M}" if local else "–",
        (incident.customer.organisation if incident.customer else None) or "–",
        marked(incident.title or "–", vips.vip(incident.customer)),
        "/".join(sheet.say(level) for level in levels),
        sheet.say(standing(case)),
        state.assignee or "–",
        sheet.say(Listing(tuple(marks(case, world)))),
    ]


def marks(case: Case, world: World) -> Iterator[object]:
    """What is special about a case: major, on hold, late, chased."""
    if case.state.major:
        yield field_label("major")
    if case.state.hold:
        yield c.HOLD.label(case.state.hold)
    for late in overdue(case, world):
        yield t("overdue: {what}", what=late.label)
    asked = chasing(case)
    if asked:
        yield asked.words(world)
