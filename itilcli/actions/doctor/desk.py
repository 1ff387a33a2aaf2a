"""The desk's own files: found, read, covered by calendars, with templates that fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from itilcli.actions.doctor.finding import Finding, fault, fine, of_problem, warning
from itilcli.actions.doctor.patient import Patient
from itilcli.errors import Problem
from itilcli.store.people import PEOPLE, SETTINGS, read_people, read_settings
from itilcli.text import t

TEMPLATES = "templates"
NOVEMBER = 11
"""The month from which a calendar of the next year may be expected."""
MOST = 3
"""So many problems of one file are told; `itil check` tells all."""


def place(patient: Patient) -> Iterator[Finding]:
    """Whether there is a desk, and what says so."""
    if patient.root is None:
        if patient.named:
            said = t("{path} is not a desk", path=patient.named)
            yield fault(said, hint=t("correct --desk or ITIL_DESK, or make a desk there: itil init PATH"))
        else:
            said = t("there is no desk here or above: only the installation was looked at")
            yield warning(said, hint=t("go to one, name it with --desk PATH, or make one with: itil init PATH"))
        return
    by = (
        t("by --desk") if patient.asked
        else t("by ITIL_DESK") if patient.environ.get("ITIL_DESK")
        else t("found from the folder you are in")
    )  # fmt: skip
    yield fine(t("{path}, {by}", path=patient.root, by=by))


def settings(patient: Patient) -> Iterator[Finding]:
    """Whether ``desk.yaml`` can be read, and is of this program's format."""
    assert patient.root
    found, problems = read_settings(patient.root)
    if problems:
        yield from _told(problems, SETTINGS)
        return
    from itilcli.actions.migrate import Files, format_of
    from itilcli.model.settings import FORMAT

    if format_of(Files(patient.root), FORMAT) < FORMAT:
        yield warning(t("the desk's files are of an older format"), "itil migrate")
    yield fine(t("{file} is read: {organisation}", file=SETTINGS, organisation=found.organisation or "—"))


def people(patient: Patient) -> Iterator[Finding]:
    """Whether ``people.yaml`` and ``customers.yaml`` can be read, and somebody manages incidents."""
    from itilcli.store.customers import read_customers

    assert patient.root
    found, problems = read_people(patient.root)
    _, _, others = read_customers(patient.root)
    yield from _told([*problems, *others], PEOPLE)
    if problems or others:
        return
    today = patient.desk.now.date() if patient.desk else patient.time.date()
    if not found.holders("incident_manager", today):
        yield warning(
            t("nobody is incident manager today"),
            hint=t("edit people.yaml by hand and commit it: nobody else may change people"),
        )
    yield fine(t("{file} is read: {count} people", file=PEOPLE, count=len(found.people)))


def calendar(patient: Patient) -> Iterator[Finding]:
    """Whether this year's and the next one's working days are known."""
    from itilcli.actions.calendars import years
    from itilcli.store.calendar import read_calendar

    assert patient.desk and patient.root
    wrong = read_calendar(patient.root)[1]
    yield from _told(wrong, "calendar")
    now = patient.desk.now
    for row in years(patient.desk):
        year = row["year"]
        if year < now.year or row["covered"] or any(f"{year}" in problem.where for problem in wrong):
            continue
        said = t(
            "the working days of {year} are not in the desk: deadlines by working day are provisional", year=str(year)
        )
        if row["packaged"]:
            yield warning(said, f"itil calendar update {year}")
        elif year == now.year or now.month >= NOVEMBER:
            hint = t(
                "published each November: install a newer chinesecalendar, or bring in a file: itil calendar import FILE"
            )
            yield warning(said, hint=hint)
    covered = ", ".join(str(row["year"]) for row in years(patient.desk) if row["covered"])
    if str(now.year) in covered:
        yield fine(t("working days are known of {years}", years=covered))


def templates(patient: Patient) -> Iterator[Finding]:
    """Whether the desk's own templates fit this program."""
    from itilcli.paper import built_in, foreign_names

    assert patient.root
    folder = patient.root / TEMPLATES
    own = sorted(path for path in folder.rglob("*.j2") if path.is_file()) if folder.is_dir() else []
    if folder.is_dir() and folder.samefile(built_in()):
        own = []
    for path in own:
        yield from _template(path, path.relative_to(folder).as_posix(), built_in(), foreign_names)
    if not own:
        yield fine(t("the templates that come with itil are used"))


def _template(path: Path, name: str, standard: Path, foreign_names: object) -> Iterator[Finding]:
    shown = f"{TEMPLATES}/{name}"
    if not (standard / name).is_file():
        names = ", ".join(sorted(one.relative_to(standard).as_posix() for one in standard.rglob("*.j2")))
        yield warning(
            t("{file} is never used: itil has no template of that name", file=shown),
            hint=t("it has these: {names}", names=names),
        )
        return
    assert callable(foreign_names)
    unknown = foreign_names(path, standard / name)
    if isinstance(unknown, Problem):
        yield of_problem(unknown)
    elif unknown:
        said = t(
            "{file} goes by what this version of itil does not give it: {names}", file=shown, names=", ".join(unknown)
        )
        yield warning(said, hint=t("compare it with the one that comes with itil: {path}", path=standard / name))
    else:
        yield fine(t("{file} is the desk's own", file=shown))


def _told(problems: list[Problem], what: str) -> Iterator[Finding]:
    """The first few problems, each with its place."""
    for problem in problems[:MOST]:
        found = of_problem(problem)
        where, file = problem.where or what, (problem.where or what).partition("#")[0].partition(":")[0]
        hint = problem.hint or t(
            "mend the file in an editor; what was committed last: {command}", command=f"git show HEAD:./{file}"
        )
        yield Finding(found.state, t("{where}: {said}", where=where, said=problem.message), (), hint, problem.code)
    if len(problems) > MOST:
        yield fault(t("{count} more in {file}", count=len(problems) - MOST, file=what), "itil check")
