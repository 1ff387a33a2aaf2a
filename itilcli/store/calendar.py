"""The door to a desk's ``calendar/YYYY.yaml`` and to the package that knows the published days of past years.

A file has the schema of the public holiday-cn data: ``{year, days: [{name, date, isOffDay}]}``, the exceptional days
alone. A year without days, and a file in which anything is wrong, leave their year uncovered: its dates come out
provisional and never silently wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.store import yaml as door
from itilcli.text import Text, t
from itilcli.values import pattern
from itilcli.workdays import WorkCalendar

FOLDER = "calendar"
_FILE_NAME = pattern(r"[0-9]{4}\.yaml")

_HEADER = """\
Exceptional days only: a weekday off (isOffDay: true), a weekend worked (isOffDay: false).
From the State Council's yearly notice, in the schema of the public holiday-cn data; this file decides,
edit it where the desk works otherwise. With `days: []` the year counts as not published:
Monday to Friday less the statutory holidays, and dates are provisional (暂定)."""

Days = Mapping[date, bool]


class CalendarFiles(Mapping[int, Days]):
    """The years of a desk's calendar folder; each file is read when its year is first asked for."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._read: dict[int, tuple[Days, list[Problem]]] = {}

    def __getitem__(self, year: int) -> Days:
        if year not in self._read:
            self._read[year] = _read_year(self._folder, year)
        days, _ = self._read[year]
        if not days:
            raise KeyError(year)
        return days

    def __iter__(self) -> Iterator[int]:
        return (year for year in self._years() if year in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def problems(self) -> list[Problem]:
        """What was wrong in the files read so far, by year."""
        return [problem for year in sorted(self._read) for problem in self._read[year][1]]

    def _years(self) -> list[int]:
        return sorted(int(path.stem) for path in _yaml_files(self._folder) if _FILE_NAME.fullmatch(path.name))


def calendar_of(root: Path) -> WorkCalendar:
    """The calendar of the desk at ``root``. Nothing is read yet; a faulty file's year counts as not covered."""
    return WorkCalendar(CalendarFiles(root))


def read_calendar(root: Path) -> tuple[WorkCalendar, list[Problem]]:
    """The calendar of the desk at ``root`` with every file read, and all that is wrong in them; never raises for it."""
    files = CalendarFiles(root)
    len(files)
    named = [
        Problem(
            "E-calendar-filename",
            t("a calendar file is named after its year"),
            t("rename it, for example {name}", name="2026.yaml"),
            where=f"{FOLDER}/{path.name}",
        )
        for path in _yaml_files(root / FOLDER)
        if not _FILE_NAME.fullmatch(path.name)
    ]
    return WorkCalendar(files), [*files.problems, *named]


def examine(data: object, where: str, year: int | None = None) -> tuple[Days, list[Problem]]:
    """The exceptional days of one year's file (True for off), and all that is wrong in it.

    ``data`` is the parsed file, ``where`` its path for the problems, ``year`` the year it must be of, if that is known.
    With any problem the days are empty. Unknown keys are left alone: the public files carry some.
    """
    if not isinstance(data, Mapping):
        return {}, [_problem("schema", t("not a calendar file: year and days expected"), where)]
    stated = data.get("year")
    if type(stated) is not int or not 1 <= stated <= 9999 or (year is not None and stated != year):
        expected = t("the year of the file is {year}", year=year) if year else t("year must be a year in digits")
        return {}, [_problem("year", expected, where)]
    entries = data.get("days")
    if not isinstance(entries, list):
        return {}, [_problem("schema", t("days must be a list; an empty one means the year is not published"), where)]
    days: dict[date, bool] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(entries, 1):
        day = _day(entry, stated)
        if isinstance(day, date) and day in days:
            day = ("twice", t("{day} is listed twice", day=day))
        if isinstance(day, date):
            days[day] = entry["isOffDay"]
        else:
            slug, message = day
            problems.append(_problem(slug, t("day {number}: {message}", number=number, message=message), where))
    return ({}, problems) if problems else (days, [])


def packaged_years() -> list[int]:
    """The years whose published days the package knows, ascending.

    A year counts once its National Day is there: a notice may also name days of the neighbouring December.
    """
    from chinese_calendar import Holiday, holidays

    return sorted({day.year for day, name in holidays.items() if name == Holiday.national_day.value})


def year_from_package(year: int) -> dict[str, Any]:
    """A year's exceptional days by the package, as the content of a calendar file: weekdays off and weekends worked.

    Raises Refused (``E-calendar-not-packaged``, not found) for a year the package does not know.
    """
    from chinese_calendar import Holiday, get_holiday_detail

    known = packaged_years()
    if year not in known:
        raise Refused([_not_packaged(year, known)])
    days = []
    for day in (date(year, 1, 1) + timedelta(days=n) for n in range(366)):
        if day.year != year:
            break
        off, name = get_holiday_detail(day)
        if off != (day.weekday() >= 5):
            days.append({"name": Holiday(name).chinese, "date": day.isoformat(), "isOffDay": off})
    return {"year": year, "days": days}


def render_year(data: Mapping[str, Any]) -> str:
    """The text of a calendar file from its content, as :func:`year_from_package` gives it or :func:`examine` passed it.

    Keys beyond the schema are left out. Raises Refused for control characters in a name.
    """
    kept = [{key: day[key] for key in ("name", "date", "isOffDay")} for day in data["days"]]
    from itilcli.store.emit import emit

    return emit({"year": data["year"], "days": kept}, comments={"year": _HEADER})


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(path for suffix in ("yaml", "yml") for path in folder.glob(f"[!.]*.{suffix}"))


def _read_year(folder: Path, year: int) -> tuple[Days, list[Problem]]:
    where = f"{FOLDER}/{year:04}.yaml"
    try:
        data = door.read((folder / f"{year:04}.yaml").read_bytes(), where)
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [_problem("unreadable", t("cannot be read: {reason}", reason=reason_of(error)), where)]
    except Refused as refused:
        return {}, list(refused.problems)
    return examine(data, where, year)


def _day(entry: object, year: int) -> date | tuple[str, Text]:
    """The date of one entry of a year's file, or the slug and the message of what is wrong with it."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        return "schema", t("name, date and isOffDay expected")
    if not isinstance(entry.get("isOffDay"), bool):
        return "schema", t("isOffDay must be true or false")
    written = entry.get("date")
    day = _iso(written)
    if day is None:
        return "date", t("{written} is not a date such as 2026-10-01", written=written)
    if day.year != year and (day.year, day.month) not in ((year - 1, 12), (year + 1, 1)):
        return "other-year", t("{day} is neither of this year nor of the December before or the January after", day=day)
    return day


def _iso(written: object) -> date | None:
    try:
        day = date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return day if day and day.isoformat() == written else None


def _problem(slug: str, message: Text, where: str) -> Problem:
    hint = t("correct it; until then dates in this year are provisional")
    return Problem(f"E-calendar-{slug}", message, hint, where=where)


def _not_packaged(year: int, known: list[int]) -> Problem:
    return Problem(
        "E-calendar-not-packaged",
        t(
            "the installed chinesecalendar knows {first} to {last}, not {year}",
            first=known[0],
            last=known[-1],
            year=year,
        ),
        t("once the State Council has published {year}, update the package or import a file of its days", year=year),
        where=f"{FOLDER}/{year:04}.yaml",
        kind=Kind.NOT_FOUND,
    )
