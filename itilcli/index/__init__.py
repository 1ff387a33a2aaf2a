"""The index: what was read of the desk's files before, kept in git's own folder so that it need not be read again.

Derived and disposable. Every answer is that of the files themselves: before one is given, whatever changed is found by
the stat data of files and folders and read anew (``look``). Where the index cannot be used, there is none, and the
files are read; nobody is told, for nothing is wrong. docs/decisions/index.md has the reasons, the promises and figures.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from itilcli.index.by_folder import ByFolder
from itilcli.index.current import TROUBLE, Place, Unusable, Watch
from itilcli.index.file import NAME
from itilcli.index.kinds import Kind, Memo
from itilcli.index.memos import Kept, Memos
from itilcli.index.tree import Voucher

__all__ = ["NAME", "Index", "Kept", "Kind", "Memo", "Place", "Unusable", "open_index"]

if TYPE_CHECKING:
    from itilcli.index.reader import Reader
    from itilcli.procedure.glance import Glance

_TURNS = 3


def open_index(place: Place, voucher: Voucher, watch: Watch) -> Index | None:
    """The index of a desk; None where none can be used.

    :param voucher: git, which looks at the files of a large desk.
    """
    if any((place.root / part).is_symlink() for part in place.parts):
        return None
    try:
        return Index(place, voucher, watch)
    except TROUBLE:
        return None


class Index(ByFolder, Memos):
    """The index of one desk during one command."""

    # ── what the desk holds

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

    # ── keeping up
