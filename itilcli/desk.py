"""The desk: its root, settings, people, calendar, journal, actor and clock. Built once a command and handed down."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from itilcli.errors import Kind, Problem, Refused
from itilcli.journal import Journal
from itilcli.model.case import ALPHABET
from itilcli.model.customer import Customers
from itilcli.model.people import People
from itilcli.model.settings import Settings
from itilcli.model.shape import parse_moment
from itilcli.model.when import Clock
from itilcli.procedure.clause import World
from itilcli.store import cases, files
from itilcli.store.calendar import calendar_of
from itilcli.store.cases import Stored
from itilcli.store.people import PEOPLE, SETTINGS, read_people, read_settings
from itilcli.text import Text, t
from itilcli.workdays import WorkCalendar

if TYPE_CHECKING:
    from itilcli.index import Index
    from itilcli.journal.revisions import Revision
    from itilcli.procedure.glance import Glance
    from itilcli.store.open_cases import Unparsed

SETTLED = 90
"""So many days after its end a case is settled: what goes by open and recent cases looks at its folder, and at no file."""
_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)
_SHARED: ContextVar[bool] = ContextVar("shared", default=False)
_AHEAD: ContextVar[Desk | None] = ContextVar("ahead", default=None)
LATELY = 90
"""So many days back an open case is looked for during a call; older ones stand in their holders' `due`."""


Watch = Callable[[int, int], None]
"""Told while much is read how many folders are done, and of how many."""


def find_root(asked: str | None, environ: Mapping[str, str], here: Path) -> Path:
    """The desk's folder: the one asked for, ITIL_DESK, or the nearest one upward that holds ``desk.yaml``.

    :raises Refused: when there is none (``E-desk-none``).
    """
    named = asked or environ.get("ITIL_DESK")
    candidates = [Path(named)] if named else [here, *here.parents]
    for folder in candidates:
        if (folder / SETTINGS).is_file():
            return folder.resolve()
    raise Refused(
        [
            Problem(
                "E-desk-none",
                t("{path} is not a desk", path=named) if named else t("there is no desk here or above"),
                t("go to one, name it with --desk PATH, or make one with: itil init PATH"),
                kind=Kind.DESK,
            )
        ]
    )


def clock(environ: Mapping[str, str]) -> tuple[datetime, bool]:
    """The time now, to the second, and whether ITIL_NOW sets it (rehearsals and tests).

    :raises Refused: when ITIL_NOW is no RFC 3339 time (``E-desk-clock``).
    """
    rehearsed = environ.get("ITIL_NOW")
    if not rehearsed:
        return datetime.now(UTC).replace(microsecond=0), False
    moment = parse_moment(rehearsed.strip())
    if moment is None:
        raise Refused(
            [
                Problem(
                    "E-desk-clock",
                    t("ITIL_NOW is not a time with an offset: {value}", value=rehearsed),
                    t('write it like "2026-11-23T09:12:00+08:00"'),
                    kind=Kind.MISSING,
                )
            ]
        )
    return moment.replace(microsecond=0), True


class Desk:
    """One desk during one command."""

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self.root = root
        self._environ = environ
        self.opened_at, self.rehearsed = clock(environ)

    @classmethod
    def open(cls, asked: str | None = None, environ: Mapping[str, str] | None = None, here: Path | None = None) -> Desk:
        """The desk that a command means. Raises ``Refused`` when there is none or ``desk.yaml`` cannot be read."""
        environ = os.environ if environ is None else environ
        desk = cls(find_root(asked, environ, here or Path.cwd()), environ)
        desk.settings  # noqa: B018  (now, and not in the midst of something)
        return desk

    @cached_property
    def now(self) -> datetime:
        """The desk's clock, to the second, as it stood when the desk was opened."""
        return self.opened_at.astimezone(self.zone)

    @cached_property
    def settings(self) -> Settings:
        """``desk.yaml``. Raises ``Refused`` with everything wrong in it."""
        settings, problems = read_settings(self.root)
        refuse(problems)
        _SHARED.set(settings.sync == "auto")
        return settings

    @cached_property
    def zone(self) -> tzinfo:
        """The desk's time zone."""
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.settings.timezone or "Asia/Shanghai")

    @cached_property
    def people(self) -> People:
        """``people.yaml``. Raises ``Refused`` with everything wrong in it."""
        people, problems = read_people(self.root)
        refuse(problems)
        return people

    @cached_property
    def customers(self) -> Customers:
        """``customers.yaml``; nobody where there is none. Raises ``Refused`` with everything wrong in it."""
        from itilcli.store.customers import read_customers

        customers, _, problems = read_customers(self.root)
        refuse(problems)
        return customers

    @cached_property
    def vips(self) -> Customers:
        """Of ``customers.yaml``, who is a VIP; nobody where that cannot be read."""
        from itilcli.store.customers import Book

        try:
            return Book(self.root).vips()
        except Refused:
            return Customers()

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The desk's calendar; a year's file is read when a date needs it."""
        return calendar_of(self.root)

    @cached_property
    def journal(self) -> Journal:
        """The git repository."""
        begun = self._begun()
        return begun.journal if begun else Journal.open(self.root)

    def _begun(self) -> Desk | None:
        """This desk, where something of it was begun before the command was loaded."""
        begun = _AHEAD.get()
        return begun if begun is not None and begun is not self and begun.root == self.root else None

    @cached_property
    def actor(self) -> str:
        """Who acts: git's author identity, looked up in ``people.yaml``. Raises ``Refused`` for an unknown author."""
        identity = self.journal.identity()
        person = self.people.by_email(identity.email)
        if person is None or not person.id:
            raise Refused(
                [
                    Problem(
                        "E-actor-unknown",
                        t("{email} is nobody in people.yaml", email=identity.email),
                        t(
                            "the incident manager adds you with: itil people add NAME --email {email} --role …",
                            email=identity.email,
                        ),
                        "2.5",
                        kind=Kind.PERMISSION,
                    )
                ]
            )
        return person.id

    @property
    def clock(self) -> Clock:
        """What typed times are read against."""
        return Clock(self.now, self.zone, self.calendar)

    def world(self, serial: Callable[[str, int], str | None] = lambda form_no, year: None) -> World:
        """What the rules may know besides a case."""
        return World(self.people, self.settings, self.calendar, self.zone, self.now, serial)

    @cached_property
    def _unfinished(self) -> frozenset[str]:
        try:
            return frozenset(self.journal.in_flight())
        except Refused:  # a desk's files without their repository can still be read
            return frozenset()

    def unfinished(self) -> list[Text]:
        """What to tell a reader when a killed command left work half done: the committed records are shown."""
        if not self._unfinished or not self.journal.pending():
            return []
        return [
            t(
                "a command was killed while it wrote; what is committed is shown, the next writing command mends the rest"
            ),
        ]

    def read(self, path: str) -> bytes:
        """A file of the desk; as committed while a killed or running command's work lies there."""
        if path in self._unfinished:
            committed = self.journal.committed_bytes(path)
            if committed is not None:
                return committed
        return files.read_bytes(self.root / path)

    def case(self, case_id: str) -> Stored:
        """One case, by its full ID."""
        return cases.load(self.root, case_id, self.read if self._unfinished else None)

    @property
    def unfinished_paths(self) -> frozenset[str]:
        """The files that a command is writing, or that a killed one left half done."""
        return self._unfinished

    def cases(self) -> Iterator[Stored]:
        """Every case, newest day first; one that a killed command began and never committed is left out."""
        for folder in cases.folders(self.root):
            for _, stored in self.cases_of(folder):
                yield stored

    def cases_of(self, folder: Path) -> Iterator[tuple[str, Stored]]:
        """The cases of one day's folder as :meth:`cases` gives them, by the ID that their files are named after."""
        for case_id, stored in cases.load_day(self.root, folder, self.read if self._unfinished else None):
            if not (self._unfinished and self._only_begun(stored)):
                yield case_id, stored

    # ── the index

    def is_settled(self, completed: datetime | None) -> bool:
        """Whether what was completed then is so long over that no edit in place is looked for in it every day."""
        return completed is not None and completed < self.opened_at - timedelta(days=SETTLED)

    @cached_property
    def index(self) -> Index | None:
        """What was read of the files before; None where there is none, or none is wanted (ITIL_NO_INDEX)."""
        begun = self._begun()
        return begun.index if begun else self.open_index()

    def open_index(self) -> Index | None:
        """:attr:`index`, which looks at the files anew; whoever opens it closes it."""
        if self._environ.get("ITIL_NO_INDEX"):
            return None
        from itilcli.index import Place, open_index
        from itilcli.journal.state import PARTS

        try:
            journal = self.journal
            if not journal.is_of_today:
                return None
            head = journal.head()
            overlay = {path: journal.committed_bytes(path) for path in self._unfinished}
        except Refused:
            return None
        place = Place(self.root, journal.common_dir, PARTS, journal.algorithm, head, overlay)
        return open_index(place, journal.vouching(), self.watch)

    @cached_property
    def watch(self) -> Watch:
        """To be told how far long work has come: how much is done, and of how much."""
        return _WATCH.get() or _unwatched

    def unshared(self) -> frozenset[str] | None:
        """The IDs of the cases of which something was recorded that nobody else is known to have; None without others."""
        paths = self.journal.unshared()
        if paths is None:
            return None
        found = (cases.PLACE.match(path) for path in paths)
        return frozenset(one[0].rpartition("/")[2] for one in found if one)

    @cached_property
    def surroundings(self) -> str:
        """A digest of what the rules know besides a case: the settings, the people and the calendar as their files are."""
        folder, years = self.root / "calendar", list[Path]()
        with contextlib.suppress(OSError):
            years = sorted(folder / name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208
        paths = (self.root / SETTINGS, self.root / PEOPLE, *years)
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                return self.index.of_files("surroundings", map(os.fspath, paths), lambda: _digest_of(paths))
        return _digest_of(paths)

    def ids(self, part: str = "", whole: bool = False) -> Iterable[str]:
        """The ID of every case that has an incident file, newest day first; of those only that hold ``part``, where O is
        read as 0, I and L as 1.

        :param whole: whether ``part`` is the whole code, the four characters after the day.
        """
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                return self.index.ids(part, whole)
        spoken = str.maketrans("OIL", "011")

        def fits(one: str) -> bool:
            return one.endswith(f"-{part}") if whole else part in one

        return (one for one in cases.all_ids(self.root) if fits(one.translate(spoken)))

    def beginning(self, code: str, most: int) -> list[tuple[str, str]]:
        """The cases whose code begins so, newest first, so many at most, each with its title.

        :param code: the beginning of the four characters after the day, as they are written.
        """
        found: list[tuple[str, str | None]] | None = None
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                found = self.index.beginning(code, most)
        if found is None:
            fitting = (one for one in cases.all_ids(self.root) if one.rpartition("-")[2].startswith(code))
            found = [(one, None) for one, _ in zip(fitting, range(most), strict=False)]
        return [(one, self.case(one).case.incident.title or "" if title is None else title) for one, title in found]

    def glances(self, unread: list[str], narrow: Mapping[str, frozenset[str]] | None = None) -> Iterable[Glance]:
        """Every case whose incident can be read, at a glance, newest day first; the paths of what cannot be read go to
        ``unread``.

        :param narrow: values that a column of the glance must have one of; others may be left out, and need not be.
        """
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                found = self.index.glances(narrow or {})
                unread += self.index.unread()
                return found
        return self._glances(unread)

    def picked(
        self, wanted: Callable[[Glance], bool], narrow: Mapping[str, frozenset[str]] | None = None
    ) -> Iterator[Stored]:
        """The cases that are wanted by a glance, whole, newest day first, and all that cannot be read whole.

        Without an index every case is given: whoever asks looks again.
        """
        if self.index is None:
            yield from self.cases()
            return
        unread: list[str] = []
        places = {one.place or cases.place_of(one.id) for one in self.glances(unread, narrow) if wanted(one)}
        places |= {found[0] for path in unread if (found := cases.PLACE.search(path))}
        for place in sorted(places, reverse=True):
            folder, _, case_id = place.rpartition("/")
            yield self.stored(folder, case_id)

    def stored(self, folder: str, case_id: str) -> Stored:
        """The case whose files lie in a day's folder, named after an ID."""
        return cases.load(self.root, case_id, self.read if self._unfinished else None, self.root / folder)

    def _glances(self, unread: list[str]) -> Iterator[Glance]:
        for folder in cases.folders(self.root):
            day = folder.relative_to(self.root).as_posix()
            for case_id, stored in self.cases_of(folder):
                if stored.errors:
                    unread.append(stored.errors[0].where)
                if stored.case.id:
                    yield cases.at_a_glance(stored.case, day, case_id)

    def _only_begun(self, stored: Stored) -> bool:
        path = next((one for one in stored.files if one.endswith(f".incident{cases.SUFFIX}")), "")
        return path in self._unfinished and self.journal.committed_bytes(path) is None

    @contextlib.contextmanager
    def at(self, revision: Revision) -> Iterator[Desk]:
        """The desk as a commit holds it, by the same clock: it can be read, and refuses to be written (E-desk-past).

        Its files lie in a folder that is removed at the end; attachments are not among them. Raises ``Refused``:
        E-desk-revision where the commit holds no desk here, E-desk-path for a tree that leads out of the desk.
        """
        with self.journal.at(revision) as journal:
            then = self.elsewhere(journal.root)
            then.journal, then.rehearsed = journal, self.rehearsed
            then.settings  # noqa: B018  (what cannot be read is refused before anything is asked)
            yield then

    def elsewhere(self, root: Path) -> Desk:
        """The desk whose files lie in another folder, by the same clock."""
        return Desk(root, {**self._environ, "ITIL_NOW": self.now.astimezone(UTC).isoformat()})

    @property
    def environment(self) -> dict[str, str]:
        """What the desk was opened with."""
        return dict(self._environ)

    def anew(self) -> Desk:
        """This desk, of which nothing is known yet: after its files were changed. The lock that is held stays held."""
        found = Desk(self.root, self._environ)
        found.opened_at, found.journal = self.opened_at, self.journal
        return found

    @cached_property
    def open_lately(self) -> list[Unparsed]:
        """The open cases of the last :data:`LATELY` days, by the day in their ID, newest first; unparsed."""
        from itilcli.store.open_cases import open_since

        day = (self.now.date() - timedelta(days=LATELY)).isoformat()
        return list(open_since(self.root, day, self._maybe_open(day)))

    def _maybe_open(self, day: str) -> list[str] | None:
        """The incident files from a day on that may be of open cases, newest first; None where the index cannot tell."""
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                found = self.index.maybe_open(f"{cases.RECORDS}/{day.replace('-', '/')}")
                return [f"{folder}/{case_id}.incident{cases.SUFFIX}" for folder, case_id in found]
        return None

    def may_name(
        self, case_id: str, since: str = "", until: str = "9", edited: bool = True
    ) -> Iterator[tuple[Path, str]]:
        """The cases that may name another one as their parent or as what they were merged into, by folder and ID.

        :param since: the first day whose folder is looked into (2026-11-20), ``until`` the last one.
        :param edited: whether those whose file was changed in place, of all there, are among them.
        """
        first, last = (f"{cases.RECORDS}/{day.replace('-', '/')}" for day in (since, until))
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                yield from [
                    (self.root / folder, one) for folder, one in self.index.naming(case_id, first, last, edited)
                ]
                return
        for folder in cases.folders(self.root):
            if first <= folder.relative_to(self.root).as_posix() <= last:
                for one, parts in cases.names_in(folder).items():
                    if "incident" in parts:
                        yield folder, one

    def new_id(self, reported_at: datetime) -> str:
        """A fresh case ID: the day in the desk's zone and four characters, at least one a letter, unique in the desk."""
        import secrets

        day = reported_at.astimezone(self.zone)
        while True:
            code = "".join(secrets.choice(ALPHABET) for _ in range(4))
            case_id = f"INC-{day:%Y%m%d}-{code}"
            taken = (self.root / cases.path_of(case_id, "incident")).exists()
            if not code.isdigit() and not taken:
                return case_id


@contextlib.contextmanager
def ahead(
    asked: str | None, watch: Watch, whole: bool, personal: bool, lately: bool = False, differing: bool = False
) -> Iterator[None]:
    """While a command is loaded and runs, git does what will be asked of it, and the reader sees by ``watch`` how far long
    reading has come.

    :param whole: whether the command goes by all that lies in the desk: what has changed is looked for from now on.
    :param lately: whether it goes by what is open or recent alone, so that no file of a case completed long ago is looked at.
    :param differing: whether it tells what is not as the last commit has it.
    :param personal: whether it goes by what git is configured for, who asks being a part of that.
    """
    before = _WATCH.set(watch), _AHEAD.set(None)
    with contextlib.ExitStack() as begun:
        begun.callback(_WATCH.reset, before[0])
        begun.callback(_AHEAD.reset, before[1])
        with contextlib.suppress(Refused, FileNotFoundError):  # no desk, or a folder that is gone: the command will say
            if whole or personal:
                desk = Desk(find_root(asked, os.environ, Path.cwd()), os.environ)
                begun.callback(desk.journal.end)
                if personal:
                    desk.journal.begin()
                if differing:
                    desk.journal.dirty_early()
                if whole and desk.index is not None:
                    begun.callback(desk.index.close)
                    desk.index.begin((desk.opened_at - timedelta(days=SETTLED)).date().isoformat() if lately else None)
                _AHEAD.set(desk)
        yield


@contextlib.contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Whoever looks on sees by ``watch`` how far the reading of a desk has come that is opened meanwhile."""
    before = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(before)


def shares_at_once() -> bool:
    """Whether the desk that was opened last asks for what is recorded to be shared at once (``sync: auto``)."""
    return _SHARED.get()


def _digest_of(paths: Iterable[Path]) -> str:
    """A digest of the names and contents of some files, of the error where one cannot be read."""
    import hashlib

    made = hashlib.blake2b(digest_size=16)
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError as error:
            data = str(error.errno).encode()
        made.update(b"%s\0%d\0%s" % (os.fsencode(path.name), len(data), data))
    return made.hexdigest()


def _unwatched(done: int, total: int) -> None:
    """Nobody looks on."""


def new_entry_id() -> str:
    """The id of a history entry, unique within its case."""
    import secrets

    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def refuse(problems: list[Problem]) -> None:
    """Raises ``Refused`` when any of the problems is an error."""
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise Refused(errors)
