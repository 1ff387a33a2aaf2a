"""A world that notes whether the time was asked for: what was found without asking holds at any time."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, time, timedelta

from itilcli.procedure.clause import World


class Watched(World):
    """What the rules may know, which notes in ``asked`` whether they asked for the time."""

    def __init__(self, known: World, now: datetime | None = None) -> None:
        given = {row.name: getattr(known, row.name) for row in fields(known) if row.name != "now"}
        self.__dict__.update(given, _now=now or known.now, asked=False)

    def unasked(self) -> Watched:
        """This, to be asked anew."""
        self.__dict__["asked"] = False
        return self

    @property
    def was_asked(self) -> bool:
        """Whether the time was asked for."""
        return bool(self.__dict__["asked"])

    @property
    def now(self) -> datetime:
        """The time, which was asked for by this."""
        self.__dict__["asked"] = True
        moment: datetime = self.__dict__["_now"]
        return moment


def last_second(world: World) -> datetime:
    """The last second of the day that it is at the desk."""
    tomorrow = datetime.combine(world.day(world.now) + timedelta(days=1), time(), world.zone)
    return datetime.fromtimestamp(int(tomorrow.timestamp()) - 1, world.zone)
