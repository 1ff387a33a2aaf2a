"""Questions that the names of files answer, for which only folders are looked at."""

from __future__ import annotations

from functools import cached_property

from itilcli.index.current import Current, Unusable


class ByFolder(Current):
    """Which cases there are, by their IDs."""

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
