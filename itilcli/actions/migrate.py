"""`itil migrate`: a desk of an older format is brought to this program's, in one commit.

A desk's format is the number in ``desk.yaml``; without one it is 0. Each row of MIGRATIONS brings a desk from its
number to the next; the number itself is written afterwards, by nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from itilcli.actions.writing.writing import diff
from itilcli.desk import clock
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal import Journal, message
from itilcli.language import translator
from itilcli.model.settings import FORMAT
from itilcli.procedure.clause import who_may
from itilcli.store import files, rewrite, yaml
from itilcli.store.change import Change
from itilcli.store.people import SETTINGS, read_people
from itilcli.text import Text, t


@dataclass(slots=True)
class Files:
    """A desk's files while they are migrated: read from the disk, changed here."""

    root: Path
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """A file as it stands after the migrations so far."""
        if path not in self.before:
            self.before[path] = files.read_bytes(self.root / path)
        return self.after.get(path, self.before[path])

    def write(self, path: str, data: bytes) -> None:
        """What a file, which has been read, shall hold."""
        self.after[path] = data

    def changes(self) -> list[Change]:
        """What is to be written."""
        return [Change(path, self.before[path], data) for path, data in self.after.items() if data != self.before[path]]


Migration = Callable[[Files], None]


def numbered(desk: Files) -> None:
    """From no number to format 1: the number is all that was missing."""


MIGRATIONS: Mapping[int, Migration] = {0: numbered}


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did, or would: the format found, the one reached, the commit, and what to say of it."""

    found: int
    format: int
    paths: tuple[str, ...] = ()
    commit: str | None = None
    message: str = ""
    diff: str = ""
    mended: tuple[Text, ...] = ()


def migrate_desk(
    root: Path,
    environ: Mapping[str, str],
    dry_run: bool = False,
    migrations: Mapping[int, Migration] = MIGRATIONS,
    wanted: int = FORMAT,
) -> Migrated:
    """The desk at ``root`` brought to format ``wanted``; nothing is done to one that has it.

    :raises Refused: for a desk of a newer format, for anyone but the incident manager, and all that the journal raises.
    """
    found = format_of(Files(root), wanted)
    if found == wanted:
        return Migrated(found, wanted)
    journal = Journal.open(root)
    now, rehearsed = clock(environ)
    actor = permitted(root, journal, now.date())
    if dry_run:
        return _migrated(root, migrations, wanted, actor, [("Itil-Clock", now.isoformat())] if rehearsed else [])[0]
    from dataclasses import replace

    with journal.lock():
        mended = tuple(journal.mend())
        made, changes = _migrated(
            root, migrations, wanted, actor, [("Itil-Clock", now.isoformat())] if rehearsed else []
        )
        commit = journal.commit(changes, made.message, now if rehearsed else None)
        return replace(made, commit=commit, mended=mended)


def _migrated(
    root: Path, migrations: Mapping[int, Migration], wanted: int, actor: str, clocked: list[tuple[str, str]]
) -> tuple[Migrated, list[Change]]:
    desk = Files(root)
    found = format_of(desk, wanted)
    for number in range(found, wanted):
        migrations[number](desk)
        set_format(desk, number + 1)
    changes = desk.changes()
    language = yaml.read(desk.read(SETTINGS), SETTINGS).get("language")
    subject = t("bring the desk from format {old} to {new}", old=found, new=wanted)
    trailers = [("Itil-Action", "migrate"), ("Itil-Actor", actor), *clocked]
    said = message(subject.render(translator(language if language in ("zh", "en") else "zh")), "", trailers)
    return Migrated(found, wanted, tuple(change.path for change in changes), None, said, diff(changes)), changes


def format_of(desk: Files, known: int) -> int:
    """The format that ``desk.yaml`` names, 0 without one.

    :raises Refused: for a number that is none, or one that this program does not know.
    """
    found = yaml.read(desk.read(SETTINGS), SETTINGS).get("format")
    if found is None:
        return 0
    if type(found) is not int or found < 1:
        hint = t("write format: {number}", number=known)
        raise _refused("E-desk-format-number", t("{value} is no format of a desk", value=repr(found)[:60]), hint)
    if found > known:
        hint = t("install a newer itil; nothing was changed")
        raise _refused(
            "E-desk-format-newer",
            t("this desk has format {found}, this program knows up to {known}", found=found, known=known),
            hint,
        )
    return found


def set_format(desk: Files, number: int) -> None:
    """Writes the number, at the top of ``desk.yaml`` where there was none; comments stay."""
    data = desk.read(SETTINGS)
    desk.write(
        SETTINGS, rewrite.rewrite(data, {"format": number} | yaml.read(data, SETTINGS) | {"format": number}, SETTINGS)
    )


def permitted(root: Path, journal: Journal, today: date) -> str:
    """The incident manager, whose desk it is.

    :raises Refused: for anyone else.
    """
    people, problems = read_people(root)
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise Refused(errors)
    email = journal.identity().email
    person = people.by_email(email)
    if person is None or not person.id:
        message_ = t("{email} is nobody in people.yaml", email=email)
        raise Refused([Problem("E-actor-unknown", message_, None, "2.5", kind=Kind.PERMISSION)])
    if "incident_manager" not in person.roles_on(today):
        said = t("{person} may not {action}", person=person.id, action=t("migrate the desk"))
        hint = who_may(people, ("incident_manager",), today)
        raise Refused([Problem("E-2.5-role", said, hint, "2.5", kind=Kind.PERMISSION)])
    return person.id


def _refused(code: str, said: Text, hint: Text) -> Refused:
    return Refused([Problem(code, said, hint, where=f"{SETTINGS}#format", kind=Kind.DESK)])
