"""Until when an unsolved case must be answered and solved, and what of that has passed. Pure."""

from __future__ import annotations

from datetime import datetime

from itilcli.model.case import Case
from itilcli.model.codes import Codes
from itilcli.model.history import State
from itilcli.procedure.clause import World
from itilcli.procedure.glance import Glance, agreed_until
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


def deadlines(case: Case | Glance, world: World) -> list[Deadline]:
    """The times an open, unsolved case stands under, the nearest first (K2, F6, F11, F22); none once it is solved."""
    return sorted((Deadline(kind, at) for kind, at in _times(case, world)), key=lambda row: row.at.timestamp())


def _times(case: Case | Glance, world: World) -> list[tuple[str, datetime]]:
    """The same by their kinds, in the order of DEADLINE."""
    state = case if isinstance(case, Glance) else case.state
    if state.status != "open" or state.resolved_at:
        return []
    one = case if isinstance(case, Glance) else case.incident
    found = (
        ("response", response_deadline(state, world)),
        ("agreed", one.agreed_until if isinstance(one, Glance) else agreed_until(one)),
        ("contract", one.due_at),
        ("expected", one.expected_by),
    )
    return [(kind, at) for kind, at in found if at]


def response_deadline(state: State | Glance, world: World) -> datetime | None:
    """K2: until when the case must be answered; None once it was, or where the desk has no target for it.

    One not yet graded has the longest target that the desk sets.
    """
    settings = world.settings
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


def overdue(case: Case | Glance, world: World) -> list[Deadline]:
    """The promises that have passed unkept, the oldest first: response, agreed time, contract."""
    late = [Deadline(kind, at) for kind, at in _times(case, world) if kind in PROMISED and at < world.now]
    return sorted(late, key=lambda row: row.at.timestamp()) if late else late
