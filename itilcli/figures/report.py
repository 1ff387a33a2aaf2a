"""§5.15 服务报告: the month's figures as one document; pure, so that a draft and an issued report are the same path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.figures.facts import Facts
from itilcli.figures.month import Month
from itilcli.figures.notable import complaints, major_incidents
from itilcli.figures.table import FIGURES
from itilcli.figures.trend import trend
from itilcli.procedure.clause import World


def cut_off(month: Month, committed_at: datetime, now: datetime) -> datetime:
    """``as_of``: the later of the commit's time and the month's end, once the desk's clock has passed that.

    In a month that still runs it is the commit's time.
    """
    later = max(committed_at, month.end)
    return later if now >= later else committed_at


def monthly(rows: Sequence[Facts], month: Month, world: World, as_of: datetime) -> dict[str, Any]:
    """The report of a month as plain data: every figure by its name, the trend, and places for what is issued.

    The clock of ``world`` is not asked; what is late or due is judged at ``as_of``. Raises Refused: E-desk-hours.
    """
    world = replace(world, now=as_of)
    figures = {figure.name: figure.compute(rows, month, world) for figure in FIGURES}
    return {
        "month": str(month),
        "as_of": as_of.astimezone(month.zone).isoformat(),
        "figures": figures,
        "major_incidents": major_incidents(rows, month, world),
        "complaints": complaints(rows, month, world),
        "trend": trend(rows, month, world),
        "forecast": None,
        "corrections": [],
    }
