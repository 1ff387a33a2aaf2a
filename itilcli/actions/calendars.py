"""The desk's working calendar: a year's published days brought in, from the installed package or from a file.

Only what is in the desk decides, so that a package's next release never changes an old date; each year brought in is
one commit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.store import calendar, files, yaml
from itilcli.store.change import Change
from itilcli.text import Text, t
from itilcli.values import pattern

MANAGERS = ("incident_manager",)
YEAR = pattern(r"[0-9]{4}")


def update(desk: Desk, year: str, dry_run: bool = False) -> Written:
    """The days of a year as the installed ``chinesecalendar`` knows them.

    :raises Refused: 4 for anyone but the incident manager; E-calendar-not-packaged for a year it does not know.
    """
    return _bring(desk, lambda: calendar.year_from_package(_year(year)), dry_run)


def import_file(desk: Desk, path: Path, dry_run: bool = False) -> Written:
    """The days of a year from a file of the public holiday-cn data, JSON or YAML; keys beyond its schema are left out.

    :raises Refused: 4 for anyone but the incident manager; for everything wrong in the file, and for a year without
        days, which would not be covered.
    """

    def read() -> Mapping[str, Any]:
        where, data = path.name, files.read_bytes(path)
        try:
            found: Any = json.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            found = yaml.read(data, where)
        days, problems = calendar.examine(found, where)
        if not problems and not days:
            hint = t("bring it in once its days are published; until then dates of that year are provisional")
            problems = [Problem("E-calendar-empty", t("the file names no days"), hint, where=where)]
        refuse(problems)
        return found  # type: ignore[no-any-return]

    return _bring(desk, read, dry_run)


def _year(written: str) -> int:
    if not YEAR.fullmatch(written.strip().removesuffix("年")):
        hint = t("write it like 2027")
        raise Refused(
            [Problem("E-calendar-which", t("{year} is not a year", year=repr(written)), hint, kind=Kind.MISSING)]
        )
    return int(written.strip().removesuffix("年"))


def _bring(desk: Desk, find: Any, dry_run: bool) -> Written:
    """One year's file written as it is to be; nothing where the desk has it so already."""

    def prepare() -> Apart:
        refuse(not_permitted(desk, MANAGERS, "5.14", t("change the working calendar")))
        data = find()
        year = int(data["year"])
        path = f"{calendar.FOLDER}/{year:04}.yaml"
        made = calendar.render_year(data).encode()
        before = files.read_bytes(desk.root / path) if (desk.root / path).is_file() else None
        changes = () if before == made else (Change(path, before, made),)
        subject = t("working calendar of {year}", year=str(year))
        extra = {"year": year, "path": path, "days": len(data["days"]), "changed": bool(changes)}
        return Apart(changes, subject, "calendar", "5.14", extra=extra)

    return write_apart(desk, dry_run, prepare)


def years(desk: Desk) -> list[dict[str, Any]]:
    """The years the desk has a calendar of, and this and the next one in any case: whether covered, and how many days."""
    known = calendar.CalendarFiles(desk.root)
    wanted = sorted({*known, desk.now.year, desk.now.year + 1})
    packaged = calendar.packaged_years()
    return [
        {
            "year": year,
            "covered": desk.calendar.covers(year),
            "days": len(known[year]) if year in set(known) else 0,
            "packaged": year in packaged,
        }
        for year in wanted
    ]


def says(row: Mapping[str, Any]) -> Text:
    """One year in words."""
    year = str(row["year"])
    if row["covered"]:
        return t("{year}: {count} days differ from Monday to Friday", year=year, count=row["days"])
    if row["packaged"]:
        return t("{year}: missing, dates are provisional; bring it in with: itil calendar update {year}", year=year)
    return t("{year}: not published to this program yet, dates are provisional", year=year)
