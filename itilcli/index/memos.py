"""What is made of every case and kept, and the answers given before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from itilcli.index.current import Current
from itilcli.index.file import Locked
from itilcli.index.kinds import Kind
from itilcli.index.look import UNSURE, stamp_of

_DATA = "m.folder, m.name, m.data"


class Kept(NamedTuple):
    """What is kept of a case under a kind: its day's folder, the ID that its files are named after, the text."""

    folder: str
    name: str
    data: str | None


class Memos(Current):
    """What is kept of every case, kind by kind."""

    def kept(self, kind: Kind, now: int, filled: bool = False) -> list[Kept]:
        """What is kept of every case under a kind, newest day first; what is not kept yet, or holds no more, is made.

        :param now: the desk's clock, in seconds since 1970.
        :param filled: only what is not None. Raises Unusable.
        """
        with self._guarded():
            self.refresh((kind,))
            self._complete(kind, now)
            known = self._so_far.get(kind.name)
            if known is None:
                return self._kept(kind.name, filled, _DATA)
            rows = self._kept(kind.name, filled, "m.folder, m.name, m.key, m.env, m.since")
            return [known.get(row) or self._again(kind.name, row) for row in rows]

    def kept_so_far(self, kind: str) -> list[Kept]:
        """What was kept that is not None when somebody looked last, while git still looks at the files: what is made of it
        meanwhile need not be made again where it is still kept then. Nothing where nobody is waited for. Raises Unusable.
        """
        with self._guarded():
            if not self._tree.begun or self._fresh:
                return []
            rows = self._kept(kind, True, f"{_DATA}, m.key, m.env, m.since")
            self._so_far[kind] = {(row[0], row[1], *row[3:]): Kept(*row[:3]) for row in rows}
            return list(self._so_far[kind].values())

    def _again(self, kind: str, row: tuple[Any, ...]) -> Kept:
        """What is kept of a case that was not kept so before."""
        asked = f"SELECT {_DATA} FROM memos m WHERE tree = ? AND kind = ? AND folder = ? AND name = ?"
        return Kept(*self._tree.rows(asked, kind, row[0], row[1])[0])

    def _kept(self, kind: str, filled: bool, columns: str) -> list[Any]:
        # the kind is spelled out, so that its own index serves; it is a word of ours
        asked = (
            f"SELECT {columns} FROM memos m CROSS JOIN cases c"
            " ON c.tree = m.tree AND c.folder = m.folder AND c.name = m.name"
            f" WHERE m.tree = ? AND m.kind = '{kind}' {'AND m.data IS NOT NULL' if filled else ''}"
            " ORDER BY m.folder DESC, m.name DESC"
        )
        found = self._tree.rows(asked)
        return [Kept(*row) for row in found] if columns == _DATA else found

    def holding(self, kind: Kind, now: int, texts: Iterable[str]) -> list[Kept]:
        """As :meth:`kept`, but only of the cases of which any of the texts is kept, or nothing at all. Raises Unusable."""
        with self._guarded():
            self.keep(kind, now)
            wanted = [text for text in texts if text] or [""]
            any_ = " OR ".join(["instr(m.data, ?)"] * len(wanted))
            asked = (
                "SELECT c.folder, c.name, m.data FROM cases c JOIN memos m"
                " ON m.tree = c.tree AND m.kind = ? AND m.folder = c.folder AND m.name = c.name"
                f" WHERE c.tree = ? AND (m.data IS NULL OR {any_}) ORDER BY c.folder DESC, c.name DESC"
            )
            given = (kind.name, self._tree.number, *wanted)
            return [Kept(*row) for row in self._store.db.execute(asked, given).fetchall()]

    def keep(self, kind: Kind, now: int) -> None:
        """Makes what is not kept yet under a kind, or holds no more. Raises Unusable."""
        with self._guarded():
            self.refresh((kind,))
            self._complete(kind, now)

    def span(self, kind: str) -> tuple[int | None, int | None]:
        """From and until when all that is kept under a kind holds (seconds since 1970); None: at any time.

        Raises Unusable.
        """
        with self._guarded():
            return self._span(kind)

    def answer(
        self, kind: str, key: str, make: Callable[[], str], holds: Callable[[str], bool] = lambda data: True
    ) -> str:
        """An answer given before to the same question about the same content; else the one that is made now, and kept.

        :param key: everything the answer depends on, the digest of the content among it.
        :param holds: whether the answer given before, as it was kept, is still one. Raises Unusable.
        """
        with self._guarded():
            rows = self._tree.rows("SELECT data FROM answers WHERE tree = ? AND kind = ? AND key = ?", kind, key)
        if rows and holds(str(rows[0][0])):
            return str(rows[0][0])
        data = make()
        with self._guarded(), self._store.writing() as db:
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", (self._tree.number, kind, key, data))
        return data

    def of_files(self, kind: str, paths: Iterable[str], make: Callable[[], str]) -> str:
        """What was made of the content of some files, while they are as they were by their stat data; else made anew.

        Raises Unusable.
        """
        seen = time.time_ns()
        stamps = [(path, found and found.as_of(seen)) for path in paths for found in [stamp_of(path)]]
        if any(stamp and stamp.mtime_ns == UNSURE for _, stamp in stamps):
            return make()
        return self.answer(kind, repr([(path, stamp and tuple(stamp)) for path, stamp in stamps]), make)

    def _complete(self, kind: Kind, now: int) -> None:
        """Makes what is not kept of some cases under a kind, or holds no more."""
        digest = self._tree.digest
        seen = (self._store.version, digest)
        known = self._tree.rows("SELECT digest, env, since, until FROM kinds WHERE tree = ? AND kind = ?", kind.name)
        if known and known[0][:2] == (digest, kind.env):
            since, until = known[0][2:]
            if (since is None or since <= now) and (until is None or now <= until):
                return
        lacking = self._store.db.execute(
            "SELECT c.folder, c.name FROM cases c LEFT JOIN memos m"
            " ON m.tree = c.tree AND m.kind = ? AND m.folder = c.folder AND m.name = c.name"
            " WHERE c.tree = ? AND (m.key IS NULL OR m.key <> c.key OR m.env <> ? OR m.since > ? OR m.until < ?)",
            (kind.name, self._tree.number, kind.env, now, now),
        ).fetchall()
        if lacking:
            self._keeper().complete(lacking, self._maker((kind,)))
        since, until = self._span(kind.name)
        with suppress(Locked), self._store.writing() as db:
            row = (self._tree.number, kind.name, digest, kind.env, since, until)
            if (
                self._store.version,
                self._tree.digest,
            ) == seen:  # no file was changed meanwhile, nothing kept by others
                db.execute("INSERT OR REPLACE INTO kinds VALUES (?, ?, ?, ?, ?, ?)", row)

    def _span(self, kind: str) -> tuple[int | None, int | None]:
        asked = "SELECT max(since), min(until) FROM memos WHERE tree = ? AND kind = ? AND until IS NOT NULL"
        since, until = self._tree.rows(asked, kind)[0]
        return since, until
