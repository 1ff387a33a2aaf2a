"""Questions of anybody in SQL: nothing can be done with them but to ask, and they can be stopped."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator

from itilcli.index.file import Connection

_STEPS = 10_000
"""So many steps of SQLite's machine take about a millisecond."""
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


class Reader:
    """A connection on which nothing can be done but to ask."""

    def __init__(self, db: Connection) -> None:
        self._db, self._refused = db, False
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
        for view in views:
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
        with self._asked():
            found = self._db.execute(question)
            rows = found.fetchall()
        if found.description is None:
            raise Wrong("")
        return [column[0] for column in found.description], rows

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, UnicodeError, OverflowError) as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
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
            return 0
        except KeyboardInterrupt as stopped:
            self._stopped = stopped
            return 1
