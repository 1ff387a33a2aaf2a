"""The desk's own files: settings, people, calendars, counters, registers, and the templates it overrides."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.report import Reporter
from itilcli.actions.checking.selection import Selection
from itilcli.actions.checking.tree import entries, link, reports
from itilcli.errors import Problem, Refused
from itilcli.figures.period import month_index
from itilcli.model.action import Actions, nobodies
from itilcli.paper import built_in
from itilcli.store import models, yaml
from itilcli.store.calendar import FOLDER as CALENDAR
from itilcli.store.calendar import read_calendar
from itilcli.store.customers import CUSTOMERS, read_customers
from itilcli.store.improvements import ACTIONS, read_improvements
from itilcli.store.names import unfit
from itilcli.store.past import PAST, read_past
from itilcli.store.people import PEOPLE, SETTINGS
from itilcli.text import t
from itilcli.values import pattern

REGISTERS = ("suppliers.yaml",)
MOST = 100
"""The most problems of the register of customers told of at once: a script's mistake is in every line."""
SERIALS, TEMPLATES, MODELS, STANDARDS = "records/serials", "templates", models.FOLDER, "records/configuration"
_COUNTERS = pattern(r"(\d{4})\.yaml")


def check(desk: Examined, wanted: Selection, reporter: Reporter) -> None:
    """Every file of the desk that is wanted and is neither a case nor an article."""
    for path, problems in ((SETTINGS, desk.read_settings[1]), (PEOPLE, desk.read_people[1])):
        if wanted.takes(path):
            told(desk, path, problems, reporter)
    if wanted.takes(SETTINGS) and (desk.root / SETTINGS).exists():
        nameless(desk, reporter)
    if (desk.root / CUSTOMERS).exists() and wanted.takes(CUSTOMERS):
        customers(desk, reporter)
    if os.path.lexists(desk.root / ACTIONS) and wanted.takes(ACTIONS):
        improvements(desk, reporter)
    if os.path.lexists(desk.root / PAST) and wanted.takes(PAST):
        told(desk, PAST, read_past(desk.root, month_index(desk.now.date()))[1], reporter)
    calendars(desk, wanted, reporter)
    for name in REGISTERS:
        if (desk.root / name).exists() and wanted.takes(name):
            plain(desk, name, reporter)
    for folder in (MODELS, STANDARDS):
        if (desk.root / folder).is_symlink() and wanted.takes(folder):
            reporter.add(link(), folder)
    for folder, checked in ((SERIALS, counters), (MODELS, model), (STANDARDS, standard)):
        for one in entries(desk, folder, reporter) if wanted.leads(folder) else ():
            path = f"{folder}/{one.name}"
            if one.name != "README.md" and wanted.takes(path):
                checked(desk, path, reporter)
    reports(desk, wanted, reporter)
    templates(desk, wanted, reporter)


def told(desk: Examined, path: str, problems: list[Problem], reporter: Reporter) -> None:
    """The problems of one file, each with its line."""
    data = content(desk, path)
    reporter.read(data is not None)
    for problem in problems:
        reporter.add(problem, path, data)


def nameless(desk: Examined, reporter: Reporter) -> None:
    """The settings name the organisation whose desk this is: it stands on every form and report."""
    settings, problems = desk.read_settings
    if not problems and not (settings.organisation or "").strip():
        message = t("the organisation of the desk is empty; it stands on forms and reports")
        hint = t("write it into desk.yaml, or: itil init . --organisation NAME")
        problem = Problem("W-desk-organisation", message, hint, where=f"{SETTINGS}#organisation")
        reporter.add(problem, SETTINGS, content(desk, SETTINGS))


def customers(desk: Examined, reporter: Reporter) -> None:
    """F3: the register of customers."""
    _, data, problems = read_customers(desk.root)
    reporter.read(1)
    for problem in problems[:MOST]:
        reporter.add(problem, CUSTOMERS, data)


def improvements(desk: Examined, reporter: Reporter) -> None:
    """5.15: the improvements that reports name; who sees to an open one is at the desk."""
    stored = read_improvements(desk.root, desk.read)
    problems = list(stored.problems)
    if not desk.read_people[1]:
        absent = nobodies(Actions(stored.actions), desk.people, desk.now.date())
        problems += [replace(one, where=f"{ACTIONS}#{one.where}") for one in absent]
    told(desk, ACTIONS, problems, reporter)


def content(desk: Examined, path: str) -> bytes | None:
    """A file's bytes, or None where it cannot be read."""
    try:
        return desk.read(path)
    except Refused:
        return None


def calendars(desk: Examined, wanted: Selection, reporter: Reporter) -> None:
    """Every year of the calendar."""
    taken = (
        [one.name for one in entries(desk, CALENDAR, reporter) if wanted.takes(f"{CALENDAR}/{one.name}")]
        if wanted.leads(CALENDAR)
        else []
    )
    if not taken:
        return
    _, problems = read_calendar(desk.root)
    for name in taken:
        path = f"{CALENDAR}/{name}"
        if name.endswith((".yaml", ".yml")):
            told(desk, path, [problem for problem in problems if problem.where.partition(":")[0] == path], reporter)


def plain(desk: Examined, path: str, reporter: Reporter) -> dict[str, object] | None:
    """A file of which only the YAML is looked at."""
    try:
        data = desk.read(path)
        reporter.read(1)
        return yaml.read(data, path)
    except Refused as refused:
        for problem in refused.problems:
            reporter.add(problem, path)
    return None


def model(desk: Examined, path: str, reporter: Reporter) -> None:
    """F5: a model has a name that commands find, fields that are read, and articles that are there."""
    name = unicodedata.normalize("NFC", path.rpartition("/")[2])
    wrong = unfit(name.removesuffix(models.SUFFIX))
    if wrong or not name.endswith(models.SUFFIX):
        message = wrong or t("a model's file ends with {suffix}", suffix=models.SUFFIX)
        hint = t("rename it, or keep it elsewhere: no command finds it here")
        reporter.add(Problem("E-5.2-model-name", message, hint, "5.2", path), path)
        return
    stored = models.load(name, path, desk.read)
    dead = [one for one in enumerate(stored.model.consulted) if one[1] != "none" and one[1] not in desk.articles]
    hint = t("see what there is with: itil kb list")
    gone = [
        Problem("W-5.2-model-article", t("there is no article {id}", id=one), hint, "5.2", f"{path}#consulted.{place}")
        for place, one in dead
    ]
    told(desk, path, [*stored.problems, *gone], reporter)


def standard(desk: Examined, path: str, reporter: Reporter) -> None:
    """§5.8, §5.12: a standard configuration is named after its project, and its items have attributes and an owner at the desk."""
    from itilcli.store import configuration

    name = unicodedata.normalize("NFC", path.rpartition("/")[2])
    project = name.removesuffix(configuration.SUFFIX)
    wrong = unfit(project)
    if wrong or not name.endswith(configuration.SUFFIX):
        message = wrong or t("the file of a standard configuration ends with {suffix}", suffix=configuration.SUFFIX)
        hint = t("rename it, or keep it elsewhere: no command finds it here")
        reporter.add(Problem("E-5.12-standard-name", message, hint, "5.12", path), path)
        return
    stored = configuration.load(project, path, desk.read)
    owner = stored.standard.owner
    gone = []
    if owner and not desk.read_people[1] and desk.people.get(owner) is None:
        message = t("{person} is nobody in people.yaml", person=owner)
        hint = t("write the name of somebody at the desk, or leave the owner out")
        gone = [Problem("W-5.12-standard-owner", message, hint, "5.12", f"{path}#owner")]
    told(desk, path, [*stored.problems, *gone], reporter)


def counters(desk: Examined, path: str, reporter: Reporter) -> None:
    """F28: a year's counters are whole numbers, by form number."""
    if not _COUNTERS.fullmatch(path.rpartition("/")[2]):
        reporter.add(Problem("E-5.11-serials-name", t("the counters of a year are named after it"), None, "5.11"), path)
        return
    for key, value in (plain(desk, path, reporter) or {}).items():
        if type(value) is not int or value < 0:
            data = content(desk, path)
            reporter.add(
                Problem(
                    "E-5.11-serials", t("{field} must be a whole number", field=key), None, "5.11", f"{path}#{key}"
                ),
                path,
                data,
            )


def templates(desk: Examined, wanted: Selection, reporter: Reporter) -> None:
    """A template of the desk's own takes the place of one of the program's, and so has its name."""
    own = desk.root / TEMPLATES
    if not wanted.leads(TEMPLATES) or not own.is_dir() or own.resolve() == built_in().resolve():
        return
    known = {path.name for path in built_in().rglob("*.j2")}
    for path in sorted(own.rglob("*")):
        relative = path.relative_to(desk.root).as_posix()
        if hidden(path, own) or path.is_dir() or path.name == "README.md" or not wanted.takes(relative):
            continue
        if path.is_symlink():
            reporter.add(link(), relative)
            continue
        reporter.read(1)
        if path.name not in known and not (built_in() / path.relative_to(own)).exists():
            hint = t("the program looks for these names: {names}", names=", ".join(sorted(known)))
            reporter.add(
                Problem("W-template-unknown", t("no form or report uses a template of this name"), hint), relative
            )


def hidden(path: Path, own: Path) -> bool:
    """Whether any part of the path below the folder begins with a dot."""
    return any(part.startswith(".") for part in path.relative_to(own).parts)
