"""`list`: many cases on one table, as CSV or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from itilcli.actions.family import noting
from itilcli.actions.looking.flat import as_csv
from itilcli.actions.looking.listing import Wanted, chosen, wanted, whole
from itilcli.actions.looking.views import summary
from itilcli.actions.waiting.chasing import chasing
from itilcli.actions.waiting.deadlines import Deadline, overdue
from itilcli.cli.columns import fitted
from itilcli.cli.customers import marked
from itilcli.cli.form_list import list_forms
from itilcli.cli.header import told_state, told_unread
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
from itilcli.procedure.glance import Glance
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
        ended = list_forms(
            invocation, desk, desk.glances(unread, wish.narrow), wish, world, answers.get("format") == "csv"
        )
        told_unread(invocation, unread)
        return ended
    children: dict[str, list[dict[str, object]]] = {}
    narrow = None if invocation.json else wish.narrow  # JSON shows the children of each, whatever they are
    rows = desk.glances(unread, narrow)
    found = chosen(noting(rows, children) if invocation.json else rows, wish, world)
    told_unread(invocation, unread)
    if invocation.json:
        data = as_data(whole(desk, found), world, desk.vips, children, desk.unshared())
        sys.stdout.write(document(data, sys.stdout) + "\n")
    elif answers.get("format") == "csv":
        text_ = as_csv(found, world)
        sys.stdout.write(safe(text_, lines=True) if sys.stdout.isatty() else text_)
    elif not found:
        invocation.screen.note(invocation.translate("No case fits."))
    else:
        sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
        invocation.screen.page(table(sheet, found, world, desk.vips, desk.unshared()))
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
    found: Iterable[Case],
    world: World,
    vips: Customers,
    children: dict[str, list[dict[str, object]]],
    unshared: frozenset[str] | None,
) -> list[dict[str, Any]]:
    """`list --json`: a summary a case, with the cases that belong to it, and, where the desk is shared, whether others have it all."""
    return [
        {
            **summary(case, world, vips),
            "children": children.get(case.id, [])[::-1],
            **({} if unshared is None else {"shared": case.id not in unshared}),
        }
        for case in found
    ]


def table(
    sheet: Sheet, found: list[Glance], world: World, vips: Customers, unshared: frozenset[str] | None = None
) -> str:
    """The table; only titles and organisations are ever cut, and only on a terminal."""
    shown = Row(sheet, world, vips, unshared)
    late = [overdue(row, world) for row in found]
    rows = [shown.cells(row, passed) for row, passed in zip(found, late, strict=True)]
    headings = [sheet.say(field_label(name) if isinstance(name, str) else name) for name in HEADINGS]
    lines = in_columns(fitted([headings, *rows], sheet.screen.columns, CUT, OMITTED)).split("\n")
    lines[0] = sheet.screen.style(lines[0], "bold")
    if not sheet.screen.coloured():
        return "\n".join(lines)
    colours = {name: sheet.screen.style("\0", name).split("\0") for name in ("dim", "red", "yellow")}
    for place, (row, passed) in enumerate(zip(found, late, strict=True), 1):
        name = colour_of(row, passed)
        if name and lines[place]:
            before, after = colours[name]
            lines[place] = before + lines[place] + after
    return "\n".join(lines)


def colour_of(row: Glance, passed: list[Deadline]) -> str:
    """A late case in red, one on hold in yellow, a completed one dimmed."""
    if row.status != "open":
        return "dim"
    return "red" if passed else "yellow" if row.hold else ""


class Row:
    """What makes the lines of a table; what many cases share is put into words once."""

    def __init__(self, sheet: Sheet, world: World, vips: Customers, unshared: frozenset[str] | None = None) -> None:
        self._sheet, self._world, self._vips, self._unshared = sheet, world, vips, unshared
        self._narrow = (sheet.screen.columns or NARROW) < NARROW
        self._levels = cache(self._levels_said)
        self._standing: dict[tuple[object, ...], str] = {}

    def cells(self, row: Glance, passed: list[Deadline]) -> list[str]:
        """One case on one line."""
        local = row.reported_at.astimezone(self._sheet.zone) if row.reported_at else None
        marked_with = (
            *marks(row, passed, self._world),
            *((t("not shared yet"),) if row.id in (self._unshared or ()) else ()),
        )
        return [
            row.id.rpartition("-")[2] if self._narrow else row.id,
            f"{local.month:02}-{local.day:02} {local.hour:02}:{local.minute:02}" if local else "–",
            row.organisation or "–",
            marked(row.title or "–", self._vips.vip(row)),
            self._levels(row.severity, row.priority),
            self._stands(row),
            row.assignee or "–",
            self._sheet.say(Listing(marked_with)) if marked_with else "",
        ]

    def _levels_said(self, severity: str | None, rank: str | None) -> str:
        levels = (c.SEVERITY.label(severity) if severity else "–", c.PRIORITY.label(rank) if rank else "–")
        return "/".join(self._sheet.say(level) for level in levels)

    def _stands(self, row: Glance) -> str:
        key = row.stage, row.waiting, row.unaccepted
        if key not in self._standing:
            self._standing[key] = self._sheet.say(standing(row))
        return self._standing[key]


def marks(row: Glance, passed: list[Deadline], world: World) -> Iterator[object]:
    """What is special about a case: to be settled, major, on hold, late, chased."""
    if row.conflict:
        yield field_label("conflicts")
    if row.major:
        yield field_label("major")
    if row.hold:
        yield c.HOLD.label(row.hold)
    for late in passed:
        yield t("overdue: {what}", what=late.label)
    asked = chasing(row) if row.chased else None
    if asked:
        yield asked.words(world)
