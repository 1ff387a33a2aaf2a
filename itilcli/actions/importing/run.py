"""`itil import`: a foreign log becomes cases in one commit; a second run adds nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from itilcli.actions.importing.cases import make
from itilcli.actions.importing.incoming import Maker
from itilcli.actions.importing.known import Known
from itilcli.actions.importing.map import Map
from itilcli.actions.importing.map_file import read_map, unknown_columns
from itilcli.actions.importing.rows import NO_KEY, Sheet, Times, header, read_rows
from itilcli.actions.writing.apart import not_permitted
from itilcli.actions.writing.writing import commit_message
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import translator
from itilcli.model.case import Case
from itilcli.store import cases
from itilcli.store.change import Change
from itilcli.text import Text, t

Progress = Callable[[int, Text], AbstractContextManager[Callable[..., None]]]
"""Told how much there is to do (0: not known) and what; gives what is to be called after each, or with how many."""
SHOWN = 100
"""So many refused rows are listed when nothing is imported; the dry run lists all."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked: the log, its map, whether to show only, and whether incidents with faults may stay out."""

    file: Path
    map: Path
    dry_run: bool = False
    skip_refused: bool = False


@dataclass(slots=True)
class Counts:
    """The new cases, counted; ``clauses`` are those that their histories walk."""

    by_month: Counter[str] = field(default_factory=Counter)
    by_severity: Counter[str] = field(default_factory=Counter)
    by_tier: Counter[str] = field(default_factory=Counter)
    by_stage: Counter[str] = field(default_factory=Counter)
    derived: int = 0
    reopened: int = 0
    clauses: set[str] = field(default_factory=set)

    def add(self, case: Case) -> None:
        """One more case, by the month of its report, its severity, the tier that solved or has it, and its stage."""
        state = case.state
        self.by_month[f"{state.reported_at:%Y-%m}"] += 1
        self.by_severity[state.severity or ("not_applicable" if state.type == "consultation" else "unclassified")] += 1
        self.by_tier[str(state.resolved_tier or state.tier)] += 1
        self.by_stage[state.stage] += 1
        self.derived += bool(case.incident.resolution and case.incident.resolution.derived)
        self.reopened += state.reopened > 0
        self.clauses.update(entry.clause or "" for entry in case.incident.history)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import, or would: rows, incidents, those known before, those refused, the new ones."""

    file: str
    map: str
    rows: int
    incidents: int
    known: int
    refused: tuple[Problem, ...]
    refused_incidents: int
    new: Counts
    commit: str | None = None
    message: str = ""
    mended: tuple[Text, ...] = ()

    @property
    def imported(self) -> int:
        """How many cases are new."""
        return sum(self.new.by_month.values())


def quiet(total: int, label: Text) -> AbstractContextManager[Callable[..., None]]:
    """No progress to show."""
    return nullcontext(lambda count=1: None)


def import_log(desk: Desk, wish: Wish, progress: Progress = quiet) -> Imported:
    """A foreign log brought into the desk in one commit.

    :raises Refused: for a map or a file that cannot be used; unless ``skip_refused``, for any incident at fault; when
        the actor is not the incident manager. Nothing is written then.
    :raises KeyboardInterrupt: when the user stops it, with a text that says what became of it.
    """
    before = desk.journal.head()
    try:
        return _imported(desk, wish, progress)
    except KeyboardInterrupt as stop:
        stop.args = (stopped(desk, wish, before),)
        raise


def stopped(desk: Desk, wish: Wish, before: str | None) -> Text:
    """What became of an import that was stopped: nothing, unless its commit was made already."""
    made = desk.journal.head()
    if made == before or wish.dry_run:
        return t("Interrupted; nothing was imported.")
    return t("Interrupted, but the import was done already: commit {commit}", commit=(made or "")[:12])


def _imported(desk: Desk, wish: Wish, progress: Progress) -> Imported:
    """As :func:`import_log`."""
    refuse(not_permitted(desk, ("incident_manager",), "5.1", t("import a log")))
    found, sheet = read(wish, progress)
    mended: tuple[Text, ...] = ()
    if not wish.dry_run:
        with desk.journal.lock():
            mended = tuple(desk.journal.mend())
    known = Known(desk, found.name)
    bad = {key: problems for key, problems in sheet.bad.items() if key not in known.keys}
    taken = [key for key in sheet.rows if key not in bad and key not in known.keys]
    keys = sum(not key.startswith(NO_KEY) for key in sheet.rows.keys() | sheet.bad.keys())
    counts, changes = Counts(), list[Change]()
    maker = maker_of(desk, found, sheet, known)
    with progress(len(taken), t("reading incidents")) as step:
        for key in taken:
            case, written, problems = written_of(*make(maker, key, sheet.rows.pop(key)))
            if case is None:
                bad[key] = problems
            else:
                counts.add(case)
                changes += () if wish.dry_run else written
            step()
    refused = tuple(problem for problems in bad.values() for problem in problems)
    here = sum(key in known.keys for key in sheet.rows.keys() | sheet.bad.keys())
    made = Imported(sheet.file, found.name, sheet.count, keys, here, refused, len(bad), counts, mended=mended)
    return finish(desk, wish, made, changes, progress)


def read(wish: Wish, progress: Progress) -> tuple[Map, Sheet]:
    """The map and the rows; everything wrong in the map and all columns that the file lacks are told together."""
    found, problems = read_map(wish.map)
    names: tuple[str, ...] = ()
    if not any(problem.code in ("E-import-map-encoding", "E-import-map-delimiter") for problem in problems):
        try:
            names = header(wish.file, found)
            problems += unknown_columns(wish.map, found, names)
        except Refused as refused:
            problems += refused.problems
    refuse(problems)
    with progress(0, t("reading the log")) as step:
        return found, read_rows(wish.file, found, names, step)


def maker_of(desk: Desk, found: Map, sheet: Sheet, known: Known) -> Maker:
    """What the cases are made with."""

    @cache
    def person(name: str) -> str:
        people = desk.people.find(name)
        return people[0].id or name if len(people) == 1 else name

    columns = tuple(sheet.columns)
    implied = t("not in the log; a later step of it needs this one").render(translator(desk.settings.language or "zh"))
    return Maker(
        found,
        sheet,
        Times(found, desk.zone),
        desk.world(),
        desk.actor,
        person,
        known.new_id,
        found.kept(columns),
        implied,
    )


def written_of(case: Case | None, problems: list[Problem]) -> tuple[Case | None, list[Change], list[Problem]]:
    """A case with its files; what cannot be written speaks against it."""
    if case is None:
        return None, [], problems
    try:
        return case, cases.changes(None, case), problems
    except Refused as refused:
        return None, [], [*problems, *refused.problems]


def finish(desk: Desk, wish: Wish, made: Imported, changes: list[Change], progress: Progress) -> Imported:
    """The one commit, or what it would be."""
    from dataclasses import replace

    translate = translator(desk.settings.language or "zh")
    subject = t("import {count} incidents from {file}", count=made.imported, file=made.file).render(translate)
    walked = sorted(made.new.clauses, key=lambda number: [int(part) for part in number.split(".")])
    trailers = [("Itil-Action", "import"), *(("Itil-Clause", number) for number in walked)]
    said = commit_message(desk, subject, trailers, desk.actor)
    if wish.dry_run:
        return replace(made, message=said if made.imported else "")
    if made.refused and not wish.skip_refused:
        raise Refused(shown(made.refused))
    if not changes:
        return made
    with desk.journal.lock(), ExitStack() as showing:
        step = showing.enter_context(progress(len(changes), t("writing files")))

        def written(done: int, total: int) -> None:
            step()
            if done == total:  # git has the rest to do, and does not say how far it is
                showing.close()
                showing.enter_context(progress(0, t("making the commit")))(0)

        commit = desk.journal.commit(changes, said, desk.now if desk.rehearsed else None, written)
    return replace(made, commit=commit, message=said)


def shown(problems: Iterable[Problem]) -> list[Problem]:
    """The problems as a refusal lists them, with what else there is to know."""
    found = list(problems)
    listed = found[:SHOWN]
    hint = t(
        "mend the file or the map; itil import … --dry-run lists every row, --skip-refused leaves these incidents out"
    )
    message = t("nothing was imported: {count} faults in the log", count=len(found))
    return [*listed, Problem("E-import-refused", message, hint, "5.1", kind=Kind.RULE)]
