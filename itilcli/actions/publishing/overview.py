"""The pages that tell where the desk stands: at a glance, the board, what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itilcli.actions.publishing.cases import row_of
from itilcli.actions.publishing.teller import Teller, name_of
from itilcli.actions.waiting.due import due_words, waiting, whom
from itilcli.desk import Desk
from itilcli.model import codes as c
from itilcli.model.case import Case
from itilcli.procedure.clause import World
from itilcli.procedure.glance import glance_of
from itilcli.report.pages import Chart, Series
from itilcli.site.shape import DueRow, Row
from itilcli.store import cases
from itilcli.text import Listing, t

ON_BOARD = 60
"""So many cases of a stage and tier stand on the board; more are on the list."""
PRESSING = 6
MONTHS = 12
TIERS = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the first page and where it leads."""

    figure: int
    name: str
    href: str
    kind: str = ""
    about: str = ""


def due_rows(desk: Desk, survey: Iterable[Case], teller: Teller, world: World) -> list[DueRow]:
    """What waits for anybody, the most urgent first."""
    found = []
    for task in waiting(survey, world, None, desk.vips):
        glance = glance_of(task.case)
        name = name_of(glance.id, cases.place_of(task.case.id))
        if not name:
            continue
        found.append(
            DueRow(
                text=teller.clean(teller.say(task.text)),
                when=teller.say(due_words(task, world, teller.when)),
                due=teller.stamp(task.due) if task.due else None,
                late=task.late(world.now),
                today=task.today(world),
                people=teller.say(Listing(whom(task))),
                row=row_of(glance, name, teller, world),
            )
        )
    return found


def board(rows: Sequence[Row], say: Callable[[object], str]) -> list[dict[str, Any]]:
    """The open cases by tier and, within one, by stage in the order of the procedure."""
    columns = []
    for tier in TIERS:
        here = [row for row in rows if str(row.tier) == tier]
        stages = []
        for stage in _stages(here):
            some = sorted((row for row in here if row.stage == stage), key=_rank)
            stages.append({"name": _stage(stage, say), "rows": some[:ON_BOARD], "more": max(len(some) - ON_BOARD, 0)})
        columns.append({"number": tier, "name": say(c.TIER.label(tier)), "count": len(here), "stages": stages})
    return columns


def matrix(rows: Sequence[Row], say: Callable[[object], str]) -> list[tuple[str, list[int], int]]:
    """How many open cases stand in which stage, by tier."""
    found = []
    for stage in _stages(rows):
        counts = [sum(row.stage == stage and str(row.tier) == tier for row in rows) for tier in TIERS]
        found.append((_stage(stage, say), counts, sum(counts)))
    return found


def tiles(rows: Sequence[Row], due: Sequence[DueRow], say: Callable[[object], str]) -> list[Tile]:
    """The figures that say at a glance how the desk does."""
    late, today = sum(one.late for one in due), sum(one.today and not one.late for one in due)
    high = sum(row.priority == "high" for row in rows)
    held = sum(any(mark.kind == "warn" for mark in row.marks) for row in rows)
    return [
        Tile(len(rows), say(t("open cases")), "board.html"),
        Tile(late, say(t("overdue")), "due.html", "late" if late else "calm", say(t("their time has passed"))),
        Tile(today, say(t("due today")), "due.html", "warn" if today else "calm"),
        Tile(high, say(t("of high priority")), "board.html", "late" if high else "calm", say(t("among the open ones"))),
        Tile(held, say(t("on hold or reopened")), "board.html", "warn" if held else "calm"),
    ]


def year(counted: Mapping[str, tuple[int, int]], now: datetime, say: Callable[[object], str]) -> Chart:
    """How many cases were reported and how many closed in each of the last twelve months."""
    months, at = list[str](), now.year * 12 + now.month - 1
    for index in range(at - MONTHS + 1, at + 1):
        months.append(f"{index // 12:04d}-{index % 12 + 1:02d}")
    reported, closed = ([float(counted.get(one, (0, 0))[side]) for one in months] for side in (0, 1))
    caption = say(t("Cases reported and closed, by month"))
    series = (Series(say(t("reported")), tuple(map(int, reported))), Series(say(t("closed")), tuple(map(int, closed))))
    return Chart("year", caption, "bars", tuple(months), series, caption=caption)


def _stages(rows: Iterable[Row]) -> list[str]:
    order = {stage: place for place, stage in enumerate(c.STAGE)}
    return sorted({row.stage for row in rows}, key=lambda one: (order.get(one, len(order)), one))


def _stage(stage: str, say: Callable[[object], str]) -> str:
    return say(c.STAGE.label(stage))


def _rank(row: Row) -> tuple[int, str, str]:
    return ({"high": 0, "medium": 1, "low": 2}.get(row.priority, 3), row.reported.iso if row.reported else "", row.id)
