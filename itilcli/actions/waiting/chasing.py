"""F34, 催办: how often the customer has asked since the last word to him. Pure."""

from __future__ import annotations

from datetime import datetime

from itilcli.model.case import Case
from itilcli.model.incident import Note
from itilcli.procedure.clause import World
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


def chasing(case: Case) -> Chasing | None:
    """What an open case's customer waits to hear; None where he was told since he last asked, or never asked."""
    incident = case.incident
    if case.state.status != "open" or not incident.chased:
        return None
    places = {entry.id: place for place, entry in enumerate(incident.history)}

    def told(row: Note) -> tuple[float, int]:
        return (row.at.timestamp() if row.at else 0.0), places.get(row.id, -1)

    since = max((told(row) for row in incident.told if not row.retracted), default=(0.0, -1))
    asked = [row.at for row in incident.chased if row.at and not row.retracted and told(row) > since]
    return Chasing(len(asked), max(asked)) if asked else None
