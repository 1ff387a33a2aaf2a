"""K1, K3, K14: how many incidents, of which kind, and how that changed; what was voided and merged beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from itilcli.figures.facts import Facts
from itilcli.figures.measures import NOT_APPLICABLE, UNCLASSIFIED, UNKNOWN, Figure, counts, reported, valid
from itilcli.figures.month import Month
from itilcli.model.codes import CATEGORY, CHANNEL, PRIORITY, SEVERITY, TYPE
from itilcli.procedure.clause import World


def incidents_total(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K1 事件总数: |A|, and by type, category, channel and customer, each adding up to |A|."""
    found = reported(rows, month, world)
    customers = Counter(row.organisation or UNKNOWN for row in found)
    return {
        "value": len(found),
        "by_type": counts((*TYPE, UNCLASSIFIED), (row.type or UNCLASSIFIED for row in found)),
        "by_category": counts((*CATEGORY, NOT_APPLICABLE, UNCLASSIFIED), map(category, found)),
        "by_channel": counts(CHANNEL, (row.channel or UNKNOWN for row in found)),
        "by_customer": {name: customers[name] for name in sorted(customers)},
    }


def category(row: Facts) -> str:
    """The category of a fault; a consultation or security incident need have none."""
    return row.category or (NOT_APPLICABLE if row.type in ("consultation", "security") else UNCLASSIFIED)


def by_severity(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K3 故障等级: counts over A, as graded at the cut-off; a consultation has none."""
    found = (
        row.severity or (NOT_APPLICABLE if row.type == "consultation" else UNCLASSIFIED)
        for row in reported(rows, month, world)
    )
    return counts((*SEVERITY, NOT_APPLICABLE, UNCLASSIFIED), found)


def by_priority(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K3 优先级: counts over A, as graded at the cut-off."""
    return counts((*PRIORITY, UNCLASSIFIED), (row.priority or UNCLASSIFIED for row in reported(rows, month, world)))


def change_last_month(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K14 环比: the change of K1 on the month before."""
    return change(rows, month, month.previous(), world)


def change_last_year(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K14 同比: the change of K1 on the same month of the year before."""
    return change(rows, month, month.year_before(), world)


def change(rows: Sequence[Facts], month: Month, base: Month, world: World) -> Figure:
    """K14: (this − base) / base; null when the base is 0, or lies before the first month of the desk."""
    now, then = len(reported(rows, month, world)), len(reported(rows, base, world))
    known = then > 0 or any(
        row.reported_at is not None and row.reported_at < base.start for row in valid(rows, world.now)
    )
    return {
        "value": (now - then) / then if then else None,
        "numerator": now - then if known else None,
        "denominator": then if known else None,
    }


def voided(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K10: the month's voids, which stand in no other figure."""
    return ended(rows, month, "void")


def merged(rows: Sequence[Facts], month: Month, world: World) -> Figure:
    """K10: the month's merges, which stand in no other figure."""
    return ended(rows, month, "merged")


def ended(rows: Sequence[Facts], month: Month, stage: str) -> Figure:
    """The cases that ended in a stage in the month, by ID."""
    found = sorted(row.id for row in rows if row.stage == stage and month.has(row.ended_at))
    return {"value": len(found), "incidents": found}
