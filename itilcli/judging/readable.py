"""Files that nobody could read any more: conflict markers, no YAML, people or settings that every command would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.judging import areas
from itilcli.judging.cases import FILES, Parts, Read, Version
from itilcli.judging.ground import YEAR
from itilcli.judging.remedy import MARKERS
from itilcli.merging.markers import is_marked
from itilcli.model.configuration import read_standard
from itilcli.model.people import People
from itilcli.model.settings import Settings, check_settings
from itilcli.model.shape import decode
from itilcli.store import yaml
from itilcli.store.calendar import examine
from itilcli.store.cases import SUFFIX
from itilcli.store.people import check_people
from itilcli.text import t


def unreadable(kind: str, path: str, data: bytes) -> Iterator[Problem]:
    """Everything for which the commands would refuse to read a file that is none of a case."""
    if path.endswith((".yaml", ".md")) and is_marked(data):
        yield marked(path)
        return
    year = YEAR.fullmatch(path)
    if kind not in (areas.PEOPLE, areas.SETTINGS, areas.CONFIGURATION) and not (kind == areas.CALENDAR and year):
        return
    found: list[Problem] = []
    try:
        raw = yaml.read(data, path)
    except Refused as refused:
        yield from (replace(one, where=path) for one in refused.problems)
        return
    if kind == areas.CALENDAR and year:
        found += examine(raw, path, int(year[1]))[1]
    elif kind == areas.CONFIGURATION:
        found += read_standard(raw, path.rpartition("/")[2].removesuffix(SUFFIX), path)[1]
    elif kind == areas.PEOPLE:
        people: Any = decode(People, raw, found.append)
        found += check_people(people)
    else:
        settings: Any = decode(Settings, raw, found.append)
        check_settings(settings, found.append)
    yield from (replace(one, where=path) for one in found if one.level == "error")


def unread(place: str, parts: Parts, version: Version, read: Read) -> Iterator[Problem]:
    """The files of a case that cannot be read, each once and with the first thing that is wrong; all else follows from that."""
    for part, held in parts.items():
        if part.startswith(FILES) or part in version.raw:
            continue
        path = f"{place}.{part}{SUFFIX}"
        if is_marked(read(held.blob)):
            yield marked(path)
        else:
            yield from [replace(one, where=path) for one in version.problems if one.where.startswith(path)][:1]


def marked(path: str) -> Problem:
    """Git's conflict markers were committed."""
    hint = t("mend it with: itil sync; what is then in the file counts, and this commit no more")
    return Problem(MARKERS, t("git's conflict markers stand in the file"), hint, "5", path)
