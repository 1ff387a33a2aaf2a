"""The index: what was read of the desk's files before, kept in git's own folder so that it need not be read again.

Derived and disposable. Every answer is that of the files themselves: before one is given, whatever changed is found by
the stat data of files and folders and read anew (``look``). Where the index cannot be used, there is none, and the
files are read; nobody is told, for nothing is wrong. docs/decisions/index.md has the reasons, the promises and figures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from itilcli.index.file import NAME, Error, Locked, Reader, Store
from itilcli.index.kinds import Kind, Memo
from itilcli.index.look import UNSURE, stamp_of
from itilcli.index.tree import Lately, Tree, Voucher
from itilcli.values import value

__all__ = ["NAME", "Index", "Kept", "Kind", "Memo", "Place", "Unusable", "open_index"]

if TYPE_CHECKING:
    from itilcli.index.derive import Maker
    from itilcli.index.keeping import Keeper
    from itilcli.procedure.glance import Glance

Watch = Callable[[int, int], None]
MANY = 1_000_000
"""More cases than any one process would read alone."""
_TURNS = 3
_DATA = "m.folder, m.name, m.data"
_TROUBLE = (Error, Locked, OSError, UnicodeError, OverflowError)


class Unusable(Exception):
    """The index cannot answer; the files can."""


class Kept(NamedTuple):
    """What is kept of a case under a kind: its day's folder, the ID that its files are named after, the text."""

    folder: str
    name: str
    data: str | None


@value
class Place:
    """Where a desk and its index lie, and what its files are.

    ``parts`` are the names at its top that count, ``algorithm`` names files as its repository does (sha1 or sha256),
    ``head`` is its last commit, ``overlay`` are the committed contents of files that a command is writing at this moment.
    """

    root: Path
    folder: Path
    parts: tuple[str, ...]
    algorithm: str = "sha1"
    head: str | None = None
    overlay: Mapping[str, bytes | None] = field(default_factory=dict)


def open_index(place: Place, voucher: Voucher, watch: Watch) -> Index | None:
    """The index of a desk; None where none can be used.

    :param voucher: git, which looks at the files of a large desk.
    """
    if any((place.root / part).is_symlink() for part in place.parts):
        return None
    try:
        return Index(place, voucher, watch)
    except _TROUBLE:
        return None


class Index:
    """The index of one desk during one command."""

    def __init__(self, place: Place, voucher: Voucher, watch: Watch) -> None:
        self._place, self._voucher, self._watch = place, voucher, watch
        self._store = Store(place.folder / NAME)
        if place.overlay:
            self._store.to_memory()
        self._tree = Tree(self._store, place.root)
        self._fresh = False
        self._so_far: dict[str, dict[tuple[Any, ...], Kept]] = {}

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self._store.path

    # ── what the desk holds

    def ids(self, part: str = "", whole: bool = False) -> list[str]:
        """The IDs of the cases that have an incident file, newest day first; those that hold ``part``, where O is 0 and I
        and L are 1, or whose code it is.

        Only the names of files are asked for, so that only folders are looked at. Raises Unusable.
        """
        with self._guarded():
            changed = self._changed
            fits = "substr(name, 14) = ?" if whole else "instr(replace(name, 'INC-', '1NC-'), ?)"
            rows = self._tree.rows(
                f"SELECT folder, name FROM cases INDEXED BY cases_code WHERE tree = ? AND {fits}", part
            )
            found = [(folder, name) for folder, name in rows if folder not in changed]
            for folder, name in self._tree.listed_now(changed):
                spoken = name.replace("INC-", "1NC-")
                if spoken.endswith(f"-{part}") if whole else part in spoken:
                    found.append((folder, name))
            return [name for _, name in sorted(found, reverse=True)]

    def beginning(self, code: str, most: int) -> list[tuple[str, str | None]]:
        """The cases whose code, the four characters after the day, begins so, newest first, so many at most; each with its
        title, or None where its file is not as the index knows it.

        Only folders are looked at, and the files of these cases. Raises Unusable.
        """
        with self._guarded():
            changed = self._changed
            asked = "SELECT folder, name, title FROM cases INDEXED BY cases_code WHERE tree = ? AND substr(name, 14) BETWEEN ? AND ?"
            if not code:
                asked = (
                    "SELECT folder, name, title FROM cases WHERE tree = ? AND ?2 < ?3 ORDER BY folder DESC, name DESC"
                    f" LIMIT {most}"
                )
            rows = self._tree.rows(asked, code, f"{code}~")
            found = {(row[0], row[1]): row[2] or "" for row in rows if row[0] not in changed}
            found |= {one: None for one in self._tree.listed_now(changed) if one[1][13:].startswith(code)}
            wanted = sorted(found, reverse=True)[:most]
            return [(one[1], found[one] if self._tree.is_as_known(*one) else None) for one in wanted]

    def maybe_open(self, since: str) -> list[tuple[str, str]]:
        """The cases in the days' folders from ``since`` on that were open when they were last read, and all in folders
        that have changed since, newest first, by folder and ID.

        Only folders are looked at: an edit by hand that reopens a case in its old file is not seen. Raises Unusable.
        """
        with self._guarded():
            changed = self._changed
            rows = self._tree.rows(
                "SELECT folder, name FROM cases INDEXED BY cases_open WHERE tree = ? AND status = 'open' AND folder >= ?",
                since,
            )
            found = [(row[0], row[1]) for row in rows if row[0] not in changed]
            found += [one for one in self._tree.listed_now(changed) if one[0] >= since]
            return sorted(found, reverse=True)

    def naming(self, case_id: str, since: str, until: str, edited: bool = True) -> list[tuple[str, str]]:
        """The cases in the days' folders from ``since`` to ``until`` that named another one as their parent, or as what
        they were merged into, when they were last read, and all there that may have changed since, by folder and ID.

        Only these days are looked at.

        :param edited: whether a file that was changed in place counts as changed, and not its folder alone.
            Raises Unusable.
        """
        with self._guarded():
            changed = self._changed
            asked = " UNION ".join(
                f"SELECT folder, name FROM cases INDEXED BY {index}"
                f" WHERE tree = ?1 AND {column} = ?4 AND folder BETWEEN ?2 AND ?3"
                for index, column in (("cases_parent", "parent"), ("cases_merged", "merged_into"))
            )
            found = {(row[0], row[1]) for row in self._tree.rows(asked, since, until, case_id)}
            if edited:
                found |= set(self._tree.edited(since, until))
            found = {one for one in found if one[0] not in changed}
            found |= {one for one in self._tree.listed_now(changed) if since <= one[0] <= until}
            return sorted(found)

    @cached_property
    def _changed(self) -> set[str]:
        """The folders whose names may not be as the index knows them. Raises Unusable where it knows none."""
        changed = set() if self._fresh else set(self._tree.changed_folders())
        if "" in changed and not self._tree.knows("records"):
            raise Unusable
        return changed

    def glances(self, narrow: Mapping[str, Iterable[str]]) -> Iterator[Glance]:
        """The cases at a glance, newest day first; those only whose columns have one of the values named for them.

        Raises Unusable.
        """
        from itilcli.index.glances import NAMES, glance_in

        with self._guarded():
            self.refresh()
            asked, values = f"SELECT {NAMES} FROM cases WHERE tree = ? AND id IS NOT NULL", []
            for column, wanted in narrow.items():
                known = sorted(wanted)
                asked += (
                    f" AND {column} IN ({', '.join('?' * len(known))})" if column != "status" or len(known) > 1 else ""
                )
                if column == "status" and len(known) == 1:  # spelled out, so that the index of open cases serves
                    asked += " AND status = 'open'" if known == ["open"] else " AND status <> 'open'"
                else:
                    values += known
            rows = self._tree.rows(f"{asked} ORDER BY folder DESC, name DESC", *values)
        return map(glance_in, rows)

    def keys(self) -> dict[str, str]:
        """Of every case a digest of its files, by its place (``records/2026/11/23/INC-20261123-7K3Q``). Raises Unusable."""
        with self._guarded():
            self.refresh()
            rows = self._tree.rows("SELECT folder, name, key FROM cases WHERE tree = ?")
            return {f"{folder}/{name}": key for folder, name, key in rows}

    def unread(self) -> list[str]:
        """The places of what could not be read, one a case, newest day first. Raises Unusable."""
        with self._guarded():
            self.refresh()
            asked = "SELECT unread FROM cases WHERE tree = ? AND unread IS NOT NULL ORDER BY folder DESC, name DESC"
            return [row[0] for row in self._tree.rows(asked)]

    def any_reported(self, since: str, before: str) -> bool:
        """Whether a case that was not imported was reported between two days (2026-10-02), whatever the offset.

        Raises Unusable.
        """
        with self._guarded():
            self.refresh()
            asked = (
                "SELECT 1 FROM cases INDEXED BY cases_reported WHERE tree = ? AND imported = 0 AND as_written = ''"
                " AND reported_at >= ? AND reported_at < ? LIMIT 1"
            )
            return bool(self._tree.rows(asked, since, before))

    def reported(self) -> list[datetime]:
        """When the cases that were not imported were reported, once for each hour and offset. Raises Unusable."""
        from itilcli.model.shape import parse_moment
        from itilcli.procedure.glance import WRITTEN

        with self._guarded():
            self.refresh()
            found = self._tree.rows(
                "SELECT min(reported_at) FROM cases WHERE tree = ? AND imported = 0 AND as_written = ''"
                " GROUP BY substr(reported_at, 1, 13), substr(reported_at, 20)"
            )
            written = self._tree.rows(
                "SELECT as_written FROM cases WHERE tree = ? AND imported = 0 AND as_written > ''"
            )
        texts = [row[0] for row in found] + [row[0].split("\n")[WRITTEN.index("reported_at")] for row in written]
        return [moment for text in texts if text and (moment := parse_moment(text)) is not None]

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

    # ── questions in SQL

    def reader(self) -> Reader:
        """The index for anybody's question, up to date, with the views on this work tree. Raises Unusable."""
        from itilcli.index.sql import views

        with self._guarded():
            for _ in range(_TURNS):
                self.refresh()
                found = self._store.reader()
                if found.begin(self._tree.number) == self._tree.digest:
                    found.limit(made for _, made in views(self._tree.number, fleeting=True))
                    return found
                found.close()  # another command was quicker
                self._fresh = False
        raise Unusable

    def show(self) -> None:
        """Lets the views in the file show this work tree. Raises Unusable."""
        from itilcli.index.sql import views

        with self._guarded():
            self.refresh()
            self._store.show(views(self._tree.number))

    def keep_problems(self, rows: Collection[tuple[Any, ...]]) -> None:
        """Puts down what the check finds, for those who ask with SQL. Raises Unusable."""
        from itilcli.index.sql import FOUND

        with self._guarded():
            self.refresh()
            names = ", ".join(FOUND)
            if self._tree.rows(f"SELECT {names} FROM problems_found WHERE tree = ? ORDER BY rowid") == list(rows):
                return
            with self._store.writing() as db:
                db.execute("DELETE FROM problems_found WHERE tree = ?", (self._tree.number,))
                places = ", ".join("?" * (1 + len(FOUND)))
                given = ((self._tree.number, *row) for row in rows)
                db.executemany(f"INSERT INTO problems_found (tree, {names}) VALUES ({places})", given)

    def digest(self, kinds: Iterable[Kind] = ()) -> str:
        """A digest of everything that lies in the desk; what must be read for it is kept under these kinds as well.

        Raises Unusable.
        """
        with self._guarded():
            self.refresh(kinds)
            return self._tree.digest

    @property
    def lasting(self) -> bool:
        """Whether what is kept now is still there for the next command."""
        return self._store.lasting

    def knows_all(self) -> bool:
        """Whether the desk consists of folders and of files that can be read: a link's content is not looked at.

        Raises Unusable.
        """
        with self._guarded():
            self.refresh()
            asked = (
                "SELECT 1 FROM files WHERE tree = ?"
                " AND (kind NOT IN ('file', 'folder') OR hash LIKE 'unreadable:%') LIMIT 1"
            )
            return not self._tree.rows(asked)

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

    # ── keeping up

    def begin(self, lately: str | None = None) -> None:
        """Begins to look for what has changed, where git does that, while there is something else to do.

        :param lately: a day (2026-08-25), where open and recent cases alone are asked for: of those completed before it,
            and reported in an earlier month, git then looks at no file. Their folders are looked at all the same.
        """
        if not self._place.overlay:
            self._tree.lately = Lately(lately, self._place.parts) if lately else None
            with suppress(*_TROUBLE):
                self._tree.begin(self._voucher)

    def close(self) -> None:
        """Ends what has been begun and was not needed, and the use of the index."""
        self._voucher.end()
        with suppress(*_TROUBLE):
            self._store.close()

    def refresh(self, kinds: Iterable[Kind] = ()) -> None:
        """Brings the index up to date with the files, once a command; what is read is kept under these kinds as well."""
        if self._fresh:
            return
        voucher = None if self._place.overlay else self._voucher
        found = self._tree.look(voucher)
        for path in self._place.overlay:
            folder = path.rpartition("/")[0]
            if folder not in found.folders:
                found.folders.append(folder)
                found.files.pop(folder, None)
        if found:
            self._keeper().refresh(found, self._maker(kinds))
        self._fresh = True
        if self._store.lasting and voucher is not None:
            with suppress(Locked):  # whoever writes meanwhile, or the next command, will see to it
                if found and self._place.head is not None:
                    self._keeper().rely_on(voucher, self._place.head)
                elif voucher.flags not in ("", self._tree.flags):
                    self._keeper().remember_flags(voucher.flags)

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

    def _keeper(self) -> Keeper:
        from itilcli.index.keeping import Keeper
        from itilcli.processes import processors

        return Keeper(self._tree, processors(MANY), self._watch)

    def _maker(self, kinds: Iterable[Kind]) -> Maker:
        from itilcli.index.derive import Maker

        place = self._place
        return Maker(place.root, place.parts, place.algorithm, kinds, place.overlay)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """What goes wrong with the index throws it away, and leaves the files to answer."""
        try:
            yield
        except Locked as error:
            raise Unusable from error
        except _TROUBLE as error:
            self._store.forget()
            raise Unusable from error
