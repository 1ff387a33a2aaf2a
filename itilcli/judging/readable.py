"""What every command reads first (people, settings, the calendar): after no commit may it refuse to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.judging import areas
from itilcli.judging.ground import YEAR
from itilcli.model.people import People
from itilcli.model.settings import Settings, check_settings
from itilcli.model.shape import decode
from itilcli.store import yaml
from itilcli.store.calendar import examine
from itilcli.store.people import check_people


def unreadable(kind: str, path: str, data: bytes) -> Iterator[Problem]:
    """Everything for which the commands would refuse to read such a file; nothing of any other kind."""
    year = YEAR.fullmatch(path)
    if kind not in (areas.PEOPLE, areas.SETTINGS) and not (kind == areas.CALENDAR and year):
        return
    found: list[Problem] = []
    try:
        raw = yaml.read(data, path)
    except Refused as refused:
        yield from (replace(one, where=path) for one in refused.problems)
        return
    if kind == areas.CALENDAR and year:
        found += examine(raw, path, int(year[1]))[1]
    elif kind == areas.PEOPLE:
        people: Any = decode(People, raw, found.append)
        found += check_people(people)
    else:
        settings: Any = decode(Settings, raw, found.append)
        check_settings(settings, found.append)
    yield from (replace(one, where=path) for one in found if one.level == "error")
