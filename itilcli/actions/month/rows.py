"""The row of figures of one case as the index keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from itilcli.desk import Desk
from itilcli.index import Kind, Memo
from itilcli.procedure.clause import World
from itilcli.procedure.watched import Watched
from itilcli.store.cases import Stored

KIND = "facts"
LAYOUT = 1
"""Raised whenever a row of facts, or which cases have one, changes its meaning."""
CLOCKS = (datetime(1970, 1, 2, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC))
"""Before and after anything that a desk does: what is in fault on neither or on both days is so on any."""


def in_fault(stored: Stored, world: World) -> bool:
    """Whether a case has errors, so that no figure counts it."""
    from itilcli.procedure.checks import check_case

    return bool(stored.errors) or any(
        problem.level == "error" for problem in check_case(stored.case, world, None, stored.unlawful)
    )


def facts_kind(desk: Desk) -> Kind:
    """The kind under which the row of a case is kept: its text, or nothing of a case in fault.

    A row does not depend on the clock. Whether a case is in fault may: that is asked on the first and the last of all
    days too, and holds at this very second only where it is not the same.
    """
    world = desk.world()
    early, late = (replace(world, now=clock) for clock in CLOCKS)
    second = int(desk.now.timestamp())

    def make(folder: str, case_id: str, stored: Stored) -> Memo:
        from itilcli.figures.facts import facts_of
        from itilcli.figures.packed import packed

        watched = Watched(world)
        fault = in_fault(stored, watched)
        data = None if fault else packed(facts_of(stored.case, world))
        if not watched.was_asked or fault == in_fault(stored, early) == in_fault(stored, late):
            return Memo(data)
        return Memo(data, second, second)

    return Kind(KIND, f"{LAYOUT} {desk.surroundings}", make)
