"""Questions of anybody in SQL: nothing can be done with them but to ask, and they can be stopped."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import monotonic

from itilcli.index.file import Connection

_STEPS = 10_000
"""So many steps of SQLite's machine take about a millisecond."""
_SHORT = 1.0
"""Seconds: so long a question may keep others from writing the index, who wait for no more than twice that."""
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_NOT_THE_QUESTION = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR)
_WRITING = ("cannot modify", "cannot VACUUM")
"""What SQLite says of a question that would change something."""
_BUILT_IN = ("json_each('[]')", "json_tree('[]')", "pragma_table_info('x')", "pragma_table_list")
_TELLING = frozenset({"table_info", "table_xinfo", "table_list"})


class Wrong(Exception):
    """A question that cannot be answered, in SQLite's words; ``forbidden``: it would have done something."""

    def __init__(self, message: str, forbidden: bool = False) -> None:
        super().__init__(message)
        self.forbidden = forbidden


class _Long(Exception):
    """A question takes long."""


class Reader:
    """A connection on which nothing can be done but to ask.

    ``path`` is the file that is asked; None for an index in memory. A question that takes long goes on in a copy of it.
    """

    def __init__(self, db: Connection, path: Path | None = None) -> None:
        self._db, self._refused, self._path = db, False, path
        self._views: tuple[str, ...] = ()
        self._until: float | None = None
        self._stopped: BaseException | None = None

    def begin(self, tree: int) -> str | None:
        """The index stays as it is now until this is closed; the digest of a work tree in it."""
        self._db.execute("BEGIN")
        row = self._db.execute("SELECT digest FROM trees WHERE tree = ?", (tree,)).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Others may write the index again."""
        self._db.close()

    def limit(self, views: Iterable[str]) -> None:
        """Makes these fleeting views; from then on there are only questions."""
        self._views = tuple(views)
        for view in self._views:
            self._db.execute(view)
        for table in _BUILT_IN:  # SQLite makes them at their first use, which nobody may do later
            self._db.execute(f"SELECT 1 FROM {table}").close()
        self._db.execute("PRAGMA trusted_schema = OFF")
        self._db.execute("PRAGMA query_only = ON")
        self._db.set_authorizer(self._allowed)
        self._db.set_progress_handler(self._going_on, _STEPS)

    def ask(self, question: str) -> tuple[list[str], list[tuple[object, ...]]]:
        """The names of the columns, and the rows. Raises Wrong, and Error where the index is damaged."""
        self._refused = False
        self._until = monotonic() + _SHORT if self._path else None
        try:
            names, rows = self._answer(question)
        except _Long:
            self._step_aside()
            names, rows = self._answer(question)
        if names is None:
            raise Wrong("")
        return names, rows

    def _answer(self, question: str) -> tuple[list[str] | None, list[tuple[object, ...]]]:
        with self._asked():
            found = self._db.execute(question)
            rows = found.fetchall()
        return None if found.description is None else [column[0] for column in found.description], rows

    def _step_aside(self) -> None:
        """Goes on in a copy of the file as it is now, which nobody else knows, so that others may write the index again.

        Where there is no room for one the file itself is asked on.
        """
        from shutil import copyfile
        from tempfile import mkdtemp

        path, self._path, self._until = self._path, None, None
        assert path is not None
        try:
            folder = Path(mkdtemp(prefix="itil-asked-", dir=path.parent))
        except OSError:
            return
        try:
            copied = Path(copyfile(path, folder / path.name))
            db = sqlite3.connect(f"{copied.as_uri()}?mode=ro&immutable=1", isolation_level=None, uri=True)
            db.execute("BEGIN")
            db.execute("SELECT 1 FROM trees").close()
        except (OSError, sqlite3.Error):
            return
        finally:  # what is open stays readable without its name
            with contextlib.suppress(OSError):
                os.unlink(folder / path.name)
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        self._db.close()
        self._db = db
        self.limit(self._views)

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, UnicodeError, OverflowError) as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            if self._stopped is None and self._late() and code == sqlite3.SQLITE_INTERRUPT:
                raise _Long from None
            if self._stopped is not None or code == sqlite3.SQLITE_INTERRUPT:
                raise self._stopped or KeyboardInterrupt from None
            if code in _NOT_THE_QUESTION:
                raise
            raise Wrong(str(error), self._refused or any(one in str(error) for one in _WRITING)) from error

    def _allowed(self, action: int, first: str | None, second: str | None, *_: object) -> int:
        """What a question may do: read, and call functions that only reckon."""
        allowed = action in _READING
        allowed = allowed or (action == sqlite3.SQLITE_FUNCTION and second != "load_extension")
        allowed = allowed or (action == sqlite3.SQLITE_PRAGMA and first in _TELLING)
        self._refused = self._refused or not allowed
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def _going_on(self) -> int:
        """Asked now and then while a query runs, so that Ctrl-C ends it: an error raised in here would be lost."""
        try:
            return int(self._late())
        except KeyboardInterrupt as stopped:
            self._stopped = stopped
            return 1

    def _late(self) -> bool:
        return self._until is not None and monotonic() > self._until
