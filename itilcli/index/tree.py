"""One work tree in the index: what has changed is found, read, and written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from itilcli.index import look
from itilcli.index.file import Store
from itilcli.index.folders import is_day
from itilcli.index.look import FOLDER, Entry, within
from itilcli.model.case import CASE_ID
from itilcli.store.cases import RECORDS, SUFFIX

MANY = 500
"""So many files are asked for one by one sooner than all of them are gone through."""


class Voucher(Protocol):
    """Git, which looks at all tracked files at once."""

    flags: str
    """Git's index, where it was found to flag no path; else empty."""

    def start(self, base: str, flags: str, paths: Sequence[str]) -> None:
        """Begins to compare the files with a commit: those at or below these paths, all where there are none."""

    def doubtful(self) -> set[str] | None:
        """The paths that are not surely as that commit holds them; None where git cannot tell."""

    def contents(self, commit: str) -> dict[str, str]:
        """The files that a commit holds, each with the digest of its content."""

    def end(self) -> None:
        """Ends what still runs."""


class Changes(NamedTuple):
    """What a look found: folders to be listed anew, and single files changed in others."""

    folders: list[str]
    files: dict[str, dict[str, Entry | None]]

    def __bool__(self) -> bool:
        return bool(self.folders or self.files)


class Lately(NamedTuple):
    """A day (2026-08-25): cases that were completed before it are looked at by their folders alone; the desk's parts."""

    day: str
    parts: tuple[str, ...]


class Tree:
    """The rows of one work tree."""

    def __init__(self, store: Store, root: Path) -> None:
        self.store, self.root = store, root
        row = store.db.execute("SELECT tree, digest, base, flags FROM trees WHERE root = ?", (str(root),)).fetchone()
        self.number: int = row[0] if row else 0
        self.total = int(row[1], 16) if row else 0
        """The sum that the digest of all content is written from."""
        self.begun = False
        """Whether git looks at the files, or has done so."""
        self.lately: Lately | None = None
        """What is looked at where only open cases and recent ones are asked for; None: everything."""
        self.base: str | None = row[2] if row else None
        self.flags: str = (row[3] if row else None) or ""

    @property
    def digest(self) -> str:
        """A digest of all content, as far as it was looked at, by whoever did so last."""
        return f"{int(self.rows('SELECT digest FROM trees WHERE tree = ?')[0][0], 16):032x}"

    def rows(self, asked: str, *values: object) -> list[Any]:
        """The rows of a query whose first value is the tree."""
        return self.store.db.execute(asked, (self.number, *values)).fetchall()

    def knows(self, folder: str) -> bool:
        """Whether a folder has ever been listed."""
        return bool(self.rows("SELECT 1 FROM folders WHERE tree = ? AND path = ?", folder))

    # ── looking

    def changed_folders(self) -> list[str]:
        """The folders whose names may not be as the index knows them; the top among them until all was listed once."""
        known = self.rows("SELECT path, mtime_ns, ctime_ns, inode FROM folders WHERE tree = ?")
        unlisted = [] if self.knows("") else [""]  # the first look was cut off, or there was none
        return unlisted + look.changed_folders(self.root, known)

    def begin(self, voucher: Voucher) -> None:
        """Git begins to look at the files, where it does that for this tree and has not begun."""
        if self.base is not None and not self.begun:
            voucher.start(self.base, self.flags, self._asked_for())
            self.begun = True

    def _asked_for(self) -> list[str]:
        """The paths that git is to look at; none where it looks at all."""
        if self.lately is None:
            return []
        since = f"{RECORDS}/{self.lately.day[:7].replace('-', '/')}"
        months = "SELECT DISTINCT substr(path, 1, ?2) FROM folders WHERE tree = ?1 AND path BETWEEN ?3 AND ?4"
        older = (
            "SELECT folder FROM cases INDEXED BY cases_open WHERE tree = ?1 AND status = 'open' AND folder < ?2"
            " UNION SELECT folder FROM cases INDEXED BY cases_closed WHERE tree = ?1 AND closed_at >= ?3 AND folder < ?2"
        )
        found = [*self.rows(months, len(since), since, f"{RECORDS}/~"), *self.rows(older, since, self.lately.day)]
        return [*(part for part in self.lately.parts if part != RECORDS), *(row[0] for row in found)]

    def look(self, voucher: Voucher | None = None) -> Changes:
        """Everything that is not as the index knows it. On a large desk git looks at the files meanwhile."""
        asked = voucher if self.base is not None else None
        if asked is not None:
            self.begin(asked)
        found = Changes(self.changed_folders(), {})
        listed = set(found.folders)
        for folder, name, entry in look.changed_files(self.root, self._to_ask(asked)):
            if folder not in listed:
                found.files.setdefault(folder, {})[name] = entry
        return found

    def _to_ask(self, voucher: Voucher | None) -> Iterable[tuple[str, str, int, int, int, int]]:
        """The files to be looked at one by one: all, or those that git does not vouch for."""
        columns = "folder, name, size, mtime_ns, ctime_ns, inode"
        doubtful = voucher.doubtful() if voucher else None
        if doubtful is None:
            return self.rows(f"SELECT {columns} FROM files WHERE tree = ? AND kind <> 'folder'")
        found = self.rows(
            f"SELECT {columns} FROM files INDEXED BY files_loose WHERE tree = ? AND loose AND kind <> 'folder'"
        )
        if self.rows("SELECT base FROM trees WHERE tree = ?") != [
            (self.base,)
        ]:  # another process compares with another one
            return self.rows(f"SELECT {columns} FROM files WHERE tree = ? AND kind <> 'folder'")
        more = doubtful - {within(row[0], row[1]) for row in found}
        if len(more) > MANY:
            known = self.rows(f"SELECT {columns} FROM files WHERE tree = ? AND kind <> 'folder'")
            return found + [row for row in known if within(row[0], row[1]) in more]
        for path in more:
            folder, _, name = path.rpartition("/")
            asked = f"SELECT {columns} FROM files WHERE tree = ? AND folder = ? AND name = ? AND kind <> 'folder'"
            found += self.rows(asked, folder, name)
        return found

    def edited(self, since: str, until: str) -> Iterator[tuple[str, str]]:
        """The cases in the days' folders from one to another whose incident file is not as the index knows it."""
        ending = f".incident{SUFFIX}"
        known = self.rows(
            "SELECT folder, name, size, mtime_ns, ctime_ns, inode FROM files"
            " WHERE tree = ? AND folder BETWEEN ? AND ? AND substr(name, ?) = ?",
            since, until, -len(ending), ending,
        )  # fmt: skip
        for folder, name, _ in look.changed_files(self.root, known):
            yield folder, name.removesuffix(ending)

    def is_as_known(self, folder: str, case_id: str) -> bool:
        """Whether a case's incident file is as the index knows it."""
        known = self.rows(
            "SELECT size, mtime_ns, ctime_ns, inode FROM files WHERE tree = ? AND folder = ? AND name = ?",
            folder, f"{case_id}.incident{SUFFIX}",
        )  # fmt: skip
        return bool(known) and known[0] == look.stamp_of(f"{self.root}/{folder}/{case_id}.incident{SUFFIX}")

    def listed_now(self, changed: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The cases with an incident file in the days' folders that have changed or are new, by folder and ID."""
        days: set[str] = set()
        for folder in changed:
            days |= {folder} if is_day(folder) else set(self._new_days(folder))
        ending = f".incident{SUFFIX}"
        for day in days:
            found = look.listed(self.root, day, ())
            for name in found.entries if found else ():
                if name.endswith(ending) and CASE_ID.fullmatch(name.removesuffix(ending)):
                    yield day, name.removesuffix(ending)

    def _new_days(self, folder: str) -> Iterator[str]:
        """The days' folders below a changed one that the index has never listed."""
        found = look.listed(self.root, folder, ()) if folder.startswith(RECORDS) else None
        for name, entry in found.entries.items() if found else ():
            below = within(folder, name)
            if entry.kind == FOLDER and not self.knows(below):
                if is_day(below):
                    yield below
                else:
                    yield from self._new_days(below)
