"""The trend: the totals of the last complete months (§5.15, L280). The running month never enters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from itilcli.figures.facts import Facts
from itilcli.figures.measures import valid
from itilcli.figures.month import Month, by_index, month_index
from itilcli.procedure.clause import World

LONGEST = 24


def trend(rows: Sequence[Facts], month: Month, world: World) -> dict[str, Any]:
    """The totals of up to 24 complete months up to ``month``, from the first one that has an incident; oldest first.

    ``world.now`` is the cut-off. A month in which some incidents were imported says how many.
    """
    found = valid(rows, world.now)
    zone = month.zone

    def by_month(moments: Iterable[datetime | None]) -> Counter[int]:
        return Counter(month_index(moment.astimezone(zone)) for moment in moments if moment is not None)

    accepted = by_month(row.reported_at for row in found)
    imported = by_month(row.reported_at for row in found if row.imported)
    solved = by_month(row.resolved_at for row in found)
    resolutions = by_month(span.resolved_at for row in found for span in row.spans)
    reopenings = by_month(span.undone_at for row in found for span in row.spans)
    last = month.index if month.end <= world.now else month_index(world.now.astimezone(zone)) - 1
    months, backlog = [], 0
    for index in range(min(accepted, default=last + 1), last + 1):
        backlog += accepted[index] - resolutions[index] + reopenings[index]
        months.append(
            {
                "month": str(by_index(index, zone)),
                "incidents_total": accepted[index],
                "resolved": solved[index],
                "resolutions": resolutions[index],
                "reopenings": reopenings[index],
                "backlog_end": backlog,
                "imported": imported[index],
            }
        )
    return {"months": months[-LONGEST:]}
