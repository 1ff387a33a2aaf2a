"""The index on disk: one SQLite file in git's own folder, made anew whenever anything about it is not as it was left.

With ``reader`` the only door to sqlite3. A file is believed only while it has the very time of change that its last writer gave it
(the *seal*): whoever else writes into it, or cuts it short, leaves another one. Nothing of worth is in it, so that a
file in doubt is thrown away. Where it cannot be written, a copy in memory takes its place.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from itilcli.index.tables import SCHEMA, VERSION

if TYPE_CHECKING:
    from itilcli.index.reader import Reader

NAME = "itil-index.sqlite"
Error = sqlite3.Error
Connection = sqlite3.Connection
_PATIENCE = 2.0
"""Seconds to wait for another process that writes the index."""
_A_MOMENT = 0.004
_TIMES = 5


class Glimpse(NamedTuple):
    """The index as it lies there: ``absent``, ``sound``, ``older`` (of another version) or ``damaged``; its bytes."""

    state: str
    size: int
    sqlite: str = sqlite3.sqlite_version


def glimpse(path: Path) -> Glimpse:
    """How the index stands; nothing is changed, and nothing made."""
    try:
        found = os.stat(path)
    except OSError:
        return Glimpse("absent", 0)
    try:
        db = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, timeout=_PATIENCE)
        with contextlib.closing(db):
            if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                return Glimpse("older", found.st_size)
            row = db.execute("SELECT value FROM meta WHERE name = 'seal'").fetchone()
            sound = row is not None and int(row[0]) == found.st_mtime_ns
            return Glimpse("sound" if sound else "damaged", found.st_size)
    except (sqlite3.Error, ValueError, TypeError):
        return Glimpse("damaged", found.st_size)


class Locked(Exception):
    """Another process writes the index for longer than it is worth waiting for."""


class Store:
    """The opened index: on disk where it can be believed, else in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lasting = True
        """Whether what is written here is still there the next time."""
        self._began = False
        self._absent = not os.path.lexists(path)
        """Whether there is no file yet: it is made when there is something to keep."""
        self.db = _in_memory() if self._absent else self._opened()

    def _opened(self) -> Connection:
        """The index as it was left; an empty one in its place where it cannot be believed."""
        try:
            with contextlib.suppress(NotAnIndex):
                found = _connect(self.path)
                if self._sealed(found):
                    return found
                found.close()
            self._remove()
            found = _connect(self.path)
            _make(found)
            self._seal(found)
            return found
        except (sqlite3.Error, OSError):
            self.lasting = False
            return _in_memory()

    def _sealed(self, db: Connection) -> bool:
        """Whether the file is of this version and as its last writer left it."""
        for turn in range(_TIMES):
            if turn:
                time.sleep(_A_MOMENT)  # a writer may stand between its last write and the seal
            try:
                if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                    return False
                row = db.execute("SELECT value FROM meta WHERE name = 'seal'").fetchone()
                if row is not None and int(row[0]) == os.stat(self.path).st_mtime_ns:
                    return True
            except (sqlite3.DatabaseError, ValueError, TypeError) as error:
                if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                    raise
                return False
        return False

    def _remove(self) -> None:
        for name in (self.path, self.path.with_name(NAME + "-journal")):
            with contextlib.suppress(FileNotFoundError):
                name.unlink()

    def _seal(self, db: Connection) -> None:
        """Writes down the time of change that the file is about to be given, and gives it."""
        now = time.time_ns()
        seal = now - now % 1000 + int.from_bytes(os.urandom(2)) % 1000
        db.execute("INSERT OR REPLACE INTO meta VALUES ('seal', ?)", (str(seal),))
        db.execute("COMMIT")
        os.utime(self.path, ns=(seal, seal))

    @property
    def version(self) -> int:
        """A number that is another one as soon as somebody else has written."""
        return int(self.db.execute("PRAGMA data_version").fetchone()[0])

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing. It goes to memory where the disk does not take it."""
        self.begin()
        try:
            yield self.db
            self.commit()
        except BaseException:
            self.roll_back()
            raise

    def begin(self) -> None:
        """Begins a transaction, in a copy in memory where the file cannot be written.

        :raises Locked: where another process has been writing for long.
        """
        if self._absent:
            self._absent = False
            self.db.close()
            self.db = self._opened()
        if self.lasting:
            try:
                self._mtime = os.stat(self.path).st_mtime_ns
                self.db.execute("BEGIN IMMEDIATE")
                if not self._sealed(self.db):
                    self.db.execute("ROLLBACK")
                    raise sqlite3.DatabaseError("the index was changed by someone else")
                self.db.execute(
                    "UPDATE meta SET value = value WHERE name = 'seal'"
                )  # whether the folder takes a journal
                self._began = True
                return
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise Locked from error
                with contextlib.suppress(sqlite3.Error):
                    self.db.execute("ROLLBACK")
            except OSError:
                pass
            self.to_memory()
        self.db.execute("BEGIN")
        self._began = True

    def commit(self) -> None:
        """Ends the transaction and keeps what was written."""
        if self.lasting:
            self._seal(self.db)
        else:
            self.db.execute("COMMIT")
        self._began = False

    def roll_back(self) -> None:
        """Ends the transaction as if it had not been; harmless where there is none."""
        if not self._began:
            return
        self._began = False
        with contextlib.suppress(sqlite3.Error):
            self.db.execute("ROLLBACK")
            if self.lasting:  # the file is what it was, to the last byte
                os.utime(self.path, ns=(self._mtime, self._mtime))

    def to_memory(self) -> None:
        """Goes on in a copy of the index in memory."""
        copy = sqlite3.connect(":memory:", isolation_level=None)
        self.db.backup(copy)
        self.db.close()
        self.db, self.lasting = copy, False

    def show(self, views: Iterable[tuple[str, str]]) -> None:
        """Makes these views in the file, by name, where they are not there as they should be."""
        known = dict(self.db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
        if wanted := {name: made for name, made in views if known.get(name) != made}:
            with self.writing() as db:
                for name, made in wanted.items():
                    db.execute(f"DROP VIEW IF EXISTS {name}")
                    db.execute(made)

    def reader(self) -> Reader:
        """The index for questions of anybody; one in memory answers nothing else from then on.

        :raises Error: where it cannot be opened.
        """
        from itilcli.index.reader import Reader

        if self.lasting:
            uri = f"{self.path.as_uri()}?mode=ro"
            return Reader(sqlite3.connect(uri, timeout=_PATIENCE, isolation_level=None, uri=True))
        return Reader(self.db)

    def forget(self) -> None:
        """Throws the index away, so that the next command makes it anew."""
        with contextlib.suppress(sqlite3.Error):
            self.db.close()
        with contextlib.suppress(OSError):
            self._remove()

    def close(self) -> None:
        """Ends the connection."""
        self.roll_back()
        self.db.close()


class NotAnIndex(Exception):
    """What lies in the place of the index is no SQLite file, or no whole one."""


def _connect(path: Path) -> Connection:
    """A connection to the file. Raises NotAnIndex; sqlite3.OperationalError where it cannot be opened, or is locked."""
    db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA trusted_schema = OFF")
    except sqlite3.OperationalError:
        db.close()
        raise
    except sqlite3.DatabaseError as error:
        db.close()
        raise NotAnIndex from error
    return db


def _make(db: Connection) -> None:
    """Makes the tables and views; the transaction stays open."""
    from itilcli.index.sql import views

    db.execute("BEGIN IMMEDIATE")
    for statement in (*SCHEMA, *(view for _, view in views(1))):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


def _in_memory() -> Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statement in SCHEMA:
        db.execute(statement)
    return db
