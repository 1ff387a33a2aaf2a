"""§5.15: what a month's report names one by one: its major incidents and the complaints it brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from itilcli.figures.facts import Complained, Facts
from itilcli.figures.measures import reported, valid
from itilcli.figures.month import Month
from itilcli.procedure.clause import World


def major_incidents(rows: Sequence[Facts], month: Month, world: World) -> list[dict[str, Any]]:
    """The major incidents reported in the month, in that order; ``state`` is resolved or open at the cut-off."""
    found = sorted((row for row in reported(rows, month, world) if row.major), key=_reported_at)
    return [{**_named(row), "state": "resolved" if _solved(row, world.now) else "open"} for row in found]


def complaints(rows: Sequence[Facts], month: Month, world: World) -> list[dict[str, Any]]:
    """The complaints recorded in the month, in that order; ``state`` is answered or open at the cut-off."""
    found = sorted(
        ((one, row) for row in valid(rows, world.now) for one in row.complaints if month.has(one.at)),
        key=lambda pair: pair[0].at,
    )
    return [{**_named(row), "text": one.text, "state": _answered(one, world.now)} for one, row in found]


def _named(row: Facts) -> dict[str, Any]:
    return {"id": row.id, "customer": row.organisation, "title": row.title}


def _reported_at(row: Facts) -> float:
    return row.reported_at.timestamp() if row.reported_at else 0.0


def _solved(row: Facts, at: datetime) -> bool:
    """Whether a solution of the case stood at a moment."""
    return any(span.resolved_at <= at and (span.undone_at is None or span.undone_at > at) for span in row.spans)


def _answered(one: Complained, at: datetime) -> str:
    return "answered" if one.answered_at is not None and one.answered_at <= at else "open"
