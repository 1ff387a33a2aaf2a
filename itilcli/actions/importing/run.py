"""`itil import`: a foreign log becomes cases in one commit, or is refused row by row; a second run adds nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from itilcli.actions.importing.cases import Maker, make
from itilcli.actions.importing.known import Known
from itilcli.actions.importing.map import Map
from itilcli.actions.importing.map_file import read_map, refuse, unknown_columns
from itilcli.actions.importing.rows import Sheet, Times, header, read_rows
from itilcli.actions.writing import commit_message
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal import Change
from itilcli.language import translator
from itilcli.model.case import Case
from itilcli.store import cases
from itilcli.text import Text, t

Progress = Callable[[int, Text], AbstractContextManager[Callable[[], None]]]
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
    """What came of an import, or would: how many rows and incidents, those known before, those refused, the new ones."""

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


def quiet(total: int, label: Text) -> AbstractContextManager[Callable[[], None]]:
    """No progress to show."""
    return nullcontext(lambda: None)


def import_log(desk: Desk, wish: Wish, progress: Progress = quiet) -> Imported:
    """A foreign log brought into the desk in one commit.

    :raises Refused: for a map or a file that cannot be used; unless ``skip_refused``, for any incident at fault; when
        the actor is not the incident manager. Nothing is written then.
    """
    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    if not wish.dry_run:
        permit(desk)
    found, sheet = read(wish)
    mended: tuple[Text, ...] = ()
    if not wish.dry_run:
        with desk.journal.lock():
            mended = tuple(desk.journal.mend())
    known = Known(desk, found.name)
    counts, changes, bad = Counts(), [], dict(sheet.bad)
    taken = [key for key in sheet.rows if key not in bad and key not in known.keys]
    maker = maker_of(desk, found, sheet, known)
    with progress(len(taken), t("reading incidents")) as step:
        for key in taken:
            case, problems = make(maker, key, sheet.rows.pop(key))
            written, problems = written_of(case, problems, sheet)
            if problems or case is None:
                bad[key] = problems
            else:
                counts.add(case)
                if not wish.dry_run:
                    changes += written
            step()
    refused = tuple(problem for key in bad for problem in bad[key])
    rest = len(taken) + len(sheet.rows) + sum(key not in sheet.rows for key in sheet.bad)
    made = Imported(
        file=sheet.file, map=found.name, rows=sheet.count, incidents=rest, known=sum(key in known.keys for key in sheet.rows),
        refused=refused, refused_incidents=len(bad), new=counts, mended=mended,
    )  # fmt: skip
    return finish(desk, wish, made, changes, progress)


def permit(desk: Desk) -> None:
    """An import is the incident manager's."""
    if "incident_manager" not in desk.people.roles(desk.actor, desk.now.date()):
        message = t("{person} may not import a log: that is the incident manager's", person=desk.actor)
        raise Refused([Problem("E-import-role", message, None, "2.5", kind=Kind.PERMISSION)])


def read(wish: Wish) -> tuple[Map, Sheet]:
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
    return found, read_rows(wish.file, found, names)


def maker_of(desk: Desk, found: Map, sheet: Sheet, known: Known) -> Maker:
    """What the cases are made with."""

    @cache
    def person(name: str) -> str:
        people = desk.people.find(name)
        return people[0].id or name if len(people) == 1 else name

    columns = tuple(sheet.columns)
    implied = t("not in the log; a later step of it needs this one").render(translator(desk.settings.language or "zh"))
    return Maker(
        found, sheet, Times(found, desk.zone), desk.world(), desk.actor, person, known.new_id, found.kept(columns), implied
    )


def written_of(case: Case | None, problems: list[Problem], sheet: Sheet) -> tuple[list[Change], list[Problem]]:
    """The files of a case; what cannot be written speaks against it."""
    if case is None:
        return [], problems
    try:
        return cases.changes(None, case), problems
    except Refused as refused:
        return [], [*problems, *refused.problems]


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
    with desk.journal.lock(), progress(len(changes), t("writing files")) as step:
        commit = desk.journal.commit(changes, said, desk.now if desk.rehearsed else None, lambda done, total: step())
    return replace(made, commit=commit, message=said)


def shown(problems: Iterable[Problem]) -> list[Problem]:
    """The problems as a refusal lists them, with what else there is to know."""
    found = list(problems)
    listed = found[:SHOWN]
    hint = t("mend the file or the map; itil import … --dry-run lists every row, --skip-refused leaves these incidents out")
    message = t("nothing was imported: {count} faults in the log", count=len(found))
    return [*listed, Problem("E-import-refused", message, hint, "5.1", kind=Kind.RULE)]


def as_document(made: Imported, describe: Callable[[Problem], Mapping[str, object]]) -> dict[str, object]:
    """The JSON of an import."""
    new = made.new
    return {
        "file": made.file,
        "map": made.map,
        "rows": made.rows,
        "incidents": made.incidents,
        "imported": made.imported,
        "known": made.known,
        "refused": made.refused_incidents,
        "problems": [describe(problem) for problem in made.refused],
        "by_month": dict(sorted(new.by_month.items())),
        "by_severity": dict(sorted(new.by_severity.items())),
        "by_tier": dict(sorted(new.by_tier.items())),
        "by_stage": dict(sorted(new.by_stage.items())),
        "derived": new.derived,
        "reopened": new.reopened,
        "commit": made.commit,
    }
