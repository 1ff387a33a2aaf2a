"""F34, 催办: how often the customer has asked since the last word to him. Pure."""

from __future__ import annotations

from datetime import datetime

from itilcli.model.case import Case
from itilcli.procedure.clause import World
from itilcli.procedure.glance import Glance, unanswered
from itilcli.text import Text, t
from itilcli.values import value


@value
class Chasing:
    """How often a customer has chased, and when last, without an answer yet."""

    count: int
    last: datetime

    def words(self, world: World) -> Text:
        """The same for people, with the time by the desk's clock."""
        time = f"{self.last.astimezone(world.zone):%m-%d %H:%M}"
        return t("chased {count} times ({time})", count=self.count, time=time)

    def data(self) -> dict[str, object]:
        """The same for programs."""
        return {"count": self.count, "last": self.last.isoformat()}


def chasing(case: Case | Glance) -> Chasing | None:
    """What an open case's customer waits to hear; None where he was told since he last asked, or never asked."""
    count, last = (case.chased, case.chased_last) if isinstance(case, Glance) else unanswered(case)
    return Chasing(count, last) if last else None
