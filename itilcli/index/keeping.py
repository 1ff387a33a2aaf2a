"""Keeping a work tree's rows in step with its files: what has changed is read, and written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from itilcli.index import look
from itilcli.index.derive import Made, Maker, Unit, made_of
from itilcli.index.folders import SUMS, Known, attached_to, is_day, part_of
from itilcli.index.glances import NAMES
from itilcli.index.look import FOLDER, Stamp, within
from itilcli.index.tree import Changes, Tree, Voucher

Watch = Callable[[int, int], None]
"""Told how many folders have been read, of how many."""
CHUNK = 4000
"""After so many cases what was read is kept for good."""
MANY = 12
"""So many folders are read sooner than further processes are begun."""
FEW = 2500
"""So many files are looked at one by one sooner than a git process is begun."""


class Keeper:
    """Reads what has changed in a work tree, and writes it down.

    ``workers`` is how many processes may share the reading.
    """

    def __init__(self, tree: Tree, workers: int, watch: Watch) -> None:
        self._tree, self._store, self._workers, self._watch = tree, tree.store, workers, watch

    # ── bringing up to date

    def refresh(self, found: Changes, maker: Maker) -> None:
        """Reads what has changed and writes it down, a good many cases at a time.

        Whatever was kept when this is cut off is true: what could not be read any more is found changed again.
        """
        envs = {kind.name: kind.env for kind in maker.kinds}
        self._store.begin()
        try:
            self._register()
            units = self._first_units(found)
            later: list[Made] = []
            pending = done = 0
            while units:
                pool, total = self._workers if len(units) > MANY else 1, done + len(units)
                following: set[str] = set()
                for unit, made in zip(units, made_of(maker, units, pool), strict=True):
                    following |= self._new_folders(unit, made)
                    if is_day(made.folder):
                        self._write(unit, made, envs)
                        pending += len(made.cases)
                    else:
                        later.append(made)
                    done += 1
                    self._watch(done, total)
                    if pending >= CHUNK:
                        pending = 0
                        self._keep()
                        self._store.begin()
                units = self._units(sorted(following))
            for made in later:
                self._write(Unit(made.folder, self._known_in(made.folder)), made, envs)
            self._keep()
        except BaseException:
            self._store.roll_back()
            raise

    def _keep(self) -> None:
        self._store.db.execute(
            "UPDATE trees SET digest = ? WHERE tree = ?", (f"{self._tree.total:032x}", self._tree.number)
        )
        self._store.commit()

    def _register(self) -> None:
        db = self._store.db
        if not self._tree.number:
            db.execute("INSERT OR IGNORE INTO trees (root, digest) VALUES (?, '0')", (str(self._tree.root),))
        row = db.execute("SELECT tree, digest FROM trees WHERE root = ?", (str(self._tree.root),)).fetchone()
        self._tree.number, self._tree.total = row[0], int(row[1], 16)

    def _first_units(self, found: Changes) -> list[Unit]:
        """The folders to be read: those of days, then all others, for a case's key tells of its attachments."""
        again: dict[str, set[str]] = {}
        for folder in (*found.folders, *found.files):
            if (held := attached_to(folder)) is not None:
                again.setdefault(held[0], set()).add(held[1])
        units = self._units(found.folders, again)
        listed = set(found.folders)
        for folder in found.files.keys() | (again.keys() - listed):
            cases = frozenset(again.get(folder, ()))
            units.append(Unit(folder, self._known_in(folder), found.files.get(folder, {}), cases))
        return sorted(units, key=lambda unit: (not is_day(unit.folder), unit.folder))

    def _units(self, folders: Iterable[str], again: Mapping[str, set[str]] | None = None) -> list[Unit]:
        cases = again or {}
        return [Unit(folder, self._known_in(folder), None, frozenset(cases.get(folder, ()))) for folder in folders]

    def _new_folders(self, unit: Unit, made: Made) -> set[str]:
        """The folders in this one that the index has never listed; those that are gone are taken out with all in them."""
        gone = [within(unit.folder, name) for name in made.removed if unit.known[name].kind == FOLDER]
        for folder in gone:
            self._take_out(folder)
        if not made.folders:
            return set()
        return {
            folder
            for folder in made.folders
            if not self._tree.rows("SELECT 1 FROM folders WHERE tree = ? AND path = ?", folder)
        }

    def _take_out(self, folder: str) -> None:
        """Takes out a folder that is gone, and everything below it."""
        for inner, name, text in self._tree.rows(
            "SELECT folder, name, hash FROM files WHERE tree = ? AND (folder = ? OR substr(folder, 1, ?) = ?)",
            folder, len(folder) + 1, f"{folder}/",
        ):  # fmt: skip
            self._count(-part_of(inner, name, text))
        for table, column in (("files", "folder"), ("folders", "path"), ("cases", "folder"), ("memos", "folder")):
            self._store.db.execute(
                f"DELETE FROM {table} WHERE tree = ? AND ({column} = ? OR substr({column}, 1, ?) = ?)",
                (self._tree.number, folder, len(folder) + 1, f"{folder}/"),
            )
        self._not_whole()

    def _not_whole(self) -> None:
        """Memos were thrown away: should all content be what it was before, it is not known any more that all is kept."""
        self._store.db.execute("DELETE FROM kinds WHERE tree = ?", (self._tree.number,))

    def _known_in(self, folder: str) -> dict[str, Known]:
        rows = self._tree.rows(
            "SELECT name, kind, size, mtime_ns, ctime_ns, inode, hash FROM files WHERE tree = ? AND folder = ?", folder
        )
        return {row[0]: Known(row[1], Stamp(*row[2:6]), row[6]) for row in rows}

    def complete(self, lacking: Iterable[tuple[str, str]], maker: Maker) -> None:
        """Reads these cases, by folder and ID, once more for what is to be kept of them."""
        again: dict[str, set[str]] = {}
        for folder, case_id in lacking:
            again.setdefault(folder, set()).add(case_id)
        units = [Unit(folder, self._known_in(folder), {}, frozenset(again[folder])) for folder in sorted(again)]
        envs = {kind.name: kind.env for kind in maker.kinds}
        self._store.begin()
        try:
            self._register()
            pending = 0
            pool = self._workers if len(units) > MANY else 1
            for done, (unit, made) in enumerate(zip(units, made_of(maker, units, pool), strict=True), 1):
                self._write(unit, made, envs)
                pending += len(made.cases)
                self._watch(done, len(units))
                if pending >= CHUNK:
                    pending = 0
                    self._keep()
                    self._store.begin()
            self._keep()
        except BaseException:
            self._store.roll_back()
            raise

    # ── what git vouches for

    def rely_on(self, voucher: Voucher, head: str) -> None:
        """From now on git looks at the files that the commit ``head`` holds as the index knows them, where it is worth it."""
        tree = self._tree
        asked = "loose" if tree.base is not None else "1"
        [(some,)] = tree.rows(f"SELECT count(*) FROM (SELECT 1 FROM files WHERE tree = ? AND {asked} LIMIT ?)", FEW + 1)
        if head == tree.base or some <= FEW:
            return
        held = voucher.contents(head)
        with self._store.writing() as db:
            rows = db.execute("SELECT folder, name, hash, mtime_ns FROM files WHERE tree = ?", (tree.number,))
            loose = [row[:2] for row in rows if held.get(within(row[0], row[1])) != row[2] or row[3] == look.UNSURE]
            db.execute("UPDATE files SET loose = 0 WHERE tree = ? AND loose", (tree.number,))
            db.executemany(
                "UPDATE files SET loose = 1 WHERE tree = ? AND folder = ? AND name = ?",
                ((tree.number, *row) for row in loose),
            )
            db.execute("UPDATE trees SET base = ? WHERE tree = ?", (head, tree.number))
        tree.base = head

    def remember_flags(self, flags: str) -> None:
        """Remembers git's index, in which no path is flagged."""
        if flags != self._tree.flags:
            with self._store.writing() as db:
                db.execute("UPDATE trees SET flags = ? WHERE tree = ?", (flags, self._tree.number))
            self._tree.flags = flags

    # ── writing

    def _write(self, unit: Unit, made: Made, envs: Mapping[str, str]) -> None:
        """Writes down what was made of a folder."""
        db, tree, folder = self._store.db, self._tree.number, made.folder
        if made.gone:
            self._take_out(folder)
            return
        loose = int(
            self._tree.base is not None
        )  # git vouches for none of these; where it vouches for nothing, all are asked
        self._count(made.added)
        db.executemany(
            "DELETE FROM files WHERE tree = ? AND folder = ? AND name = ?",
            ((tree, folder, name) for name in made.removed),
        )
        db.executemany(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((tree, folder, name, one.kind, *one.stamp, one.hash, loose) for name, one in made.rows.items()),
        )
        if unit.known:
            db.executemany(
                "DELETE FROM cases WHERE tree = ? AND folder = ? AND name = ?",
                ((tree, folder, case_id) for case_id in made.touched),
            )
            kept = {row[0] for row in made.cases}
            if gone := [case_id for case_id in made.touched if case_id not in kept]:
                db.executemany(
                    "DELETE FROM memos WHERE tree = ? AND folder = ? AND name = ?",
                    ((tree, folder, case_id) for case_id in gone),
                )
                self._not_whole()
        if made.cases:
            places = ", ".join("?" * (2 + len(made.cases[0])))
            columns = f"tree, folder, name, key, unread, {NAMES}"
            db.executemany(
                f"INSERT OR REPLACE INTO cases ({columns}) VALUES ({places})",
                ((tree, folder, *row) for row in made.cases),
            )
        for kind in {memo[0] for memo in made.memos}:  # until all that is kept under it has been looked through again
            db.execute("DELETE FROM kinds WHERE tree = ? AND kind = ?", (tree, kind))
        db.executemany(
            "INSERT OR REPLACE INTO memos VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (tree, kind, folder, case_id, key, envs[kind], memo.since, memo.until, memo.data)
                for kind, case_id, key, memo in made.memos
            ),
        )
        if made.stamp is not None:
            stamp = made.stamp
            db.execute(
                "INSERT OR REPLACE INTO folders VALUES (?, ?, ?, ?, ?)",
                (tree, folder, stamp.mtime_ns, stamp.ctime_ns, stamp.inode),
            )

    def _count(self, added: int) -> None:
        """Adds to the digest of all content."""
        self._tree.total = (self._tree.total + added) % SUMS
