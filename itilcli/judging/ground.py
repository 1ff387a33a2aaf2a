"""What a commit is judged by: people, settings and calendar as they stood before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import TypeVar

from itilcli.errors import Problem, Refused
from itilcli.model.people import People
from itilcli.model.settings import Settings
from itilcli.model.shape import decode
from itilcli.procedure.clause import World
from itilcli.store import yaml
from itilcli.store.calendar import examine
from itilcli.values import made_of, pattern, value
from itilcli.workdays import WorkCalendar

Form = TypeVar("Form")
YEAR = pattern(r"calendar/(\d{4})\.yaml")


@value
class Ground:
    """The people, the settings, the calendar and the time zone of a desk at one commit."""

    people: People
    settings: Settings
    calendar: WorkCalendar
    zone: tzinfo

    def world(self, now: datetime) -> World:
        """What the rules may know at a moment."""
        return made_of(World, {**vars(self), "now": now})

    def day(self, moment: datetime) -> date:
        """The day of a moment at the desk."""
        return moment.astimezone(self.zone).date()


def ground_of(people: bytes | None, settings: bytes | None, calendar: Mapping[str, bytes]) -> Ground:
    """The ground that these files make, as far as they can be read; ``calendar`` has its files by path."""
    from zoneinfo import ZoneInfo

    said = _form(settings, Settings)
    try:
        zone: tzinfo = ZoneInfo(said.timezone or "Asia/Shanghai")
    except (ValueError, OSError, KeyError):
        zone = ZoneInfo("Asia/Shanghai")
    years: dict[int, Mapping[date, bool]] = {}
    for path, data in calendar.items():
        found = YEAR.fullmatch(path)
        if found:
            days, _ = examine(_plain(data, path), path, int(found[1]))
            years |= {int(found[1]): days} if days else {}
    return Ground(_form(people, People), said, WorkCalendar(years), zone)


def _plain(data: bytes | None, where: str) -> dict[str, object]:
    try:
        return yaml.read(data or b"{}\n", where)
    except Refused:
        return {}


def _form(data: bytes | None, form: type[Form]) -> Form:
    ignored: list[Problem] = []
    return decode(form, _plain(data, ""), ignored.append)
