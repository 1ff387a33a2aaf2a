"""What stands around the cases: settings, people, customers, calendar, journal, index, actor and clock."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from itilcli.desk.opening import clock, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal import Journal
from itilcli.model.customer import Customers
from itilcli.model.people import People
from itilcli.model.settings import Settings
from itilcli.model.when import Clock
from itilcli.procedure.clause import World
from itilcli.store import files
from itilcli.store.calendar import calendar_of
from itilcli.store.people import PEOPLE, SETTINGS, read_people, read_settings
from itilcli.text import Text, t
from itilcli.workdays import WorkCalendar

if TYPE_CHECKING:
    from itilcli.index import Index

Watch = Callable[[int, int], None]
"""Told while much is read how many folders are done, and of how many."""
WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)
SHARED: ContextVar[bool] = ContextVar("shared", default=False)
AHEAD: ContextVar[Surroundings | None] = ContextVar("ahead", default=None)


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


class Surroundings:
    """A desk without its cases."""

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self.root = root
        self._environ = environ
        self.opened_at, self.rehearsed = clock(environ)

    @cached_property
    def now(self) -> datetime:
        """The desk's clock, to the second, as it stood when the desk was opened."""
        return self.opened_at.astimezone(self.zone)

    @cached_property
    def settings(self) -> Settings:
        """``desk.yaml``. Raises ``Refused`` with everything wrong in it."""
        settings, problems = read_settings(self.root)
        refuse(problems)
        SHARED.set(settings.sync == "auto")
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

    def _begun(self) -> Surroundings | None:
        """This desk, where something of it was begun before the command was loaded."""
        begun = AHEAD.get()
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
        return WATCH.get() or _unwatched

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

    @property
    def environment(self) -> dict[str, str]:
        """What the desk was opened with."""
        return dict(self._environ)

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

    @property
    def unfinished_paths(self) -> frozenset[str]:
        """The files that a command is writing, or that a killed one left half done."""
        return self._unfinished

    def read(self, path: str) -> bytes:
        """A file of the desk; as committed while a killed or running command's work lies there."""
        if path in self._unfinished:
            committed = self.journal.committed_bytes(path)
            if committed is not None:
                return committed
        return files.read_bytes(self.root / path)
