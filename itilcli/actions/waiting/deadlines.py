"""Until when an unsolved case must be answered and solved, and what of that has passed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from itilcli.model.case import Case
from itilcli.model.codes import Codes
from itilcli.procedure.clause import World
from itilcli.text import Label
from itilcli.values import value

DEADLINE = Codes(
    "deadline",
    ("response", "响应时限", "response"),
    ("agreed", "约定时间", "agreed time"),
    ("contract", "合同时限", "contract time"),
    ("expected", "期望时间", "expected time"),
)
PROMISED = ("response", "agreed", "contract")
"""What counts as overdue: the customer's wish alone is no promise."""


@value
class Deadline:
    """One time by which something must have happened; ``kind`` is a code of DEADLINE."""

    kind: str
    at: datetime

    @property
    def label(self) -> Label:
        """What people call it."""
        return DEADLINE.label(self.kind)


def deadlines(case: Case, world: World) -> list[Deadline]:
    """The times an open, unsolved case stands under, the nearest first (K2, F6, F11, F22); none once it is solved."""
    if case.state.status != "open" or case.state.resolved_at:
        return []
    return sorted(_deadlines(case, world), key=lambda row: row.at.timestamp())


def _deadlines(case: Case, world: World) -> Iterator[Deadline]:
    incident = case.incident
    response = response_deadline(case, world)
    if response:
        yield Deadline("response", response)
    agreed = [row.until for row in incident.agreed if row.until]
    if agreed:
        yield Deadline("agreed", agreed[-1])
    if incident.due_at:
        yield Deadline("contract", incident.due_at)
    if incident.expected_by:
        yield Deadline("expected", incident.expected_by)


def response_deadline(case: Case, world: World) -> datetime | None:
    """K2: until when the case must be answered; None once it was, or where the desk has no target for it.

    One not yet graded has the longest target that the desk sets.
    """
    state, settings = case.state, world.settings
    if state.first_response_at or not state.reported_at or not settings.response_targets:
        return None
    if state.severity or state.type == "consultation":
        minutes = settings.target_minutes(state.severity)
    else:
        targets = [settings.target_minutes(severity) for severity in ("high", "medium", "low", None)]
        minutes = max((known for known in targets if known is not None), default=None)
    if minutes is None:
        return None
    from itilcli.figures.measures import clock

    return clock(world).deadline(state.reported_at, minutes)


def overdue(case: Case, world: World) -> list[Deadline]:
    """The promises that have passed unkept: response, agreed time, contract."""
    return [row for row in deadlines(case, world) if row.kind in PROMISED and row.at < world.now]
