"""One thing that waits in a case: for whom, until when, and what to type."""

from __future__ import annotations

from datetime import date, datetime, time

from itilcli.model.case import Case
from itilcli.model.codes import SOLVED_STAGES
from itilcli.procedure.clause import World
from itilcli.text import Text
from itilcli.values import value


@value
class Task:
    """One thing to do: for these ``people``, or for whoever holds one of these ``roles`` but is not ``barred``.

    ``due`` is its last moment and ``whole_day`` says that only its day counts; ``waits`` is False for what may be done
    at any time until then, and for a case that is merely in somebody's hands. ``lies_with`` is who can no longer hold it.
    """

    kind: str
    case: Case
    text: Text
    command: str
    people: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    since: datetime | None = None
    due: datetime | None = None
    whole_day: bool = False
    provisional: bool = False
    barred: str | None = None
    waits: bool = True
    lies_with: str | None = None

    def late(self, now: datetime) -> bool:
        """Whether its time has passed."""
        return self.due is not None and self.due < now

    def pressing(self, world: World) -> bool:
        """Whether it is due: it waits for somebody, or its time comes today or has passed."""
        return self.waits or self.today(world)

    def today(self, world: World) -> bool:
        """Whether its time comes today or has passed."""
        return self.due is not None and world.day(self.due) <= world.day(world.now)


def end_of(day: date, world: World) -> datetime:
    """The last second of a day in the desk's zone."""
    return datetime.combine(day, time(23, 59, 59), world.zone)


def holder(case: Case) -> tuple[str, ...]:
    """Who is to move the case: its assignee, and from the solution on its owner."""
    state = case.state
    one = state.owner if state.stage in SOLVED_STAGES else state.assignee
    return (one,) if one else ()
