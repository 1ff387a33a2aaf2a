"""`list --format csv`: a row for each case, codes and not labels, for programs and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache

from itilcli.actions.waiting.deadlines import overdue
from itilcli.formats.formula import harmless
from itilcli.procedure.clause import World
from itilcli.procedure.glance import WRITTEN, Glance
from itilcli.procedure.s5_14_follow_up import due_of

COLUMNS = (
    "id", "title", "status", "stage", "tier", "type", "category", "severity", "importance", "urgency", "priority",
    "major", "channel", "organisation", "contact", "phone", "project", "supplier", "owner", "assignee", "reported_at",
    "first_response_at", "resolved_at", "closed_at", "follow_up_due_on", "hold", "hold_until", "overdue",
)  # fmt: skip
REPEATED = tuple((COLUMNS.index(name), place) for place, name in enumerate(WRITTEN))
"""Where the columns stand that show what the file says, and which value of a glance's ``as_written`` that is."""


def as_csv(rows: Iterable[Glance], world: World) -> str:
    """The cases as CSV with a row of headings."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(cells(rows, world))
    return out.getvalue()


def cells(rows: Iterable[Glance], world: World) -> Iterator[list[str]]:
    """The cases as cells of CSV, none of which a spreadsheet takes for a formula."""
    known = cache(harmless)  # what many cases share: codes, customers, people
    days: dict[tuple[date, str], str] = {}
    for row in rows:
        made = [
            _text(row.id),
            _text(row.title),
            row.status,
            known(row.stage),
            str(row.tier),
            known(row.type),
            known(row.category),
            known(row.severity),
            known(row.importance),
            known(row.urgency),
            known(row.priority),
            known(row.major),
            known(row.channel),
            known(row.organisation),
            _text(row.contact),
            _text(row.phone),
            known(row.project),
            known(row.supplier),
            known(row.owner),
            known(row.assignee),
            _iso(row.reported_at),
            _iso(row.first_response_at),
            _iso(row.resolved_at),
            _iso(row.closed_at),
            _call_by(row, world, days) if row.resolved_at else "",
            known(row.hold),
            _iso(row.hold_until),
            " ".join([late.kind for late in overdue(row, world)]),
        ]
        if row.as_written:
            for column, place in REPEATED:
                made[column] = harmless(row.as_written[place])
        yield made


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _text(held: str | None) -> str:
    """As :func:`harmless`, which leaves alone what begins with a letter or a digit."""
    return (held if held[:1].isalnum() else harmless(held)) if held else ""


def _call_by(row: Glance, world: World, known: dict[tuple[date, str], str]) -> str:
    """The day of the follow-up, worked out once for all that were solved on one day."""
    assert row.resolved_at
    key = world.day(row.resolved_at), row.stage
    if key not in known:
        when = due_of(row.resolved_at, row.stage, world)
        known[key] = when.on.isoformat() if when else ""
    return known[key]
