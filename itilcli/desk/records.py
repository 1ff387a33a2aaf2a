"""The cases of a desk: read, found, at a glance, and the IDs of new ones."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from itilcli.desk.surroundings import Surroundings
from itilcli.model.case import ALPHABET
from itilcli.store import cases
from itilcli.store.cases import Stored

if TYPE_CHECKING:
    from itilcli.procedure.glance import Glance
    from itilcli.store.open_cases import Unparsed


LATELY = 90
"""So many days back an open case is looked for during a call; older ones stand in their holders' `due`."""


class Records(Surroundings):
    """A desk with its cases."""

    def case(self, case_id: str) -> Stored:
        """One case, by its full ID."""
        return cases.load(self.root, case_id, self.read if self._unfinished else None)

    def cases(self) -> Iterator[Stored]:
        """Every case, newest day first; one that a killed command began and never committed is left out."""
        for folder in cases.folders(self.root):
            for _, stored in self.cases_of(folder):
                yield stored

    def cases_of(self, folder: Path) -> Iterator[tuple[str, Stored]]:
        """The cases of one day's folder as :meth:`cases` gives them, by the ID that their files are named after."""
        for case_id, stored in cases.load_day(self.root, folder, self.read if self._unfinished else None):
            if not (self._unfinished and self._only_begun(stored)):
                yield case_id, stored

    def unshared(self) -> frozenset[str] | None:
        """The IDs of the cases of which something was recorded that nobody else is known to have; None without others."""
        paths = self.journal.unshared()
        if paths is None:
            return None
        found = (cases.PLACE.match(path) for path in paths)
        return frozenset(one[0].rpartition("/")[2] for one in found if one)

    def ids(self, part: str = "", whole: bool = False) -> Iterable[str]:
        """The ID of every case that has an incident file, newest day first; of those only that hold ``part``, where O is
        read as 0, I and L as 1.

        :param whole: whether ``part`` is the whole code, the four characters after the day.
        """
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                return self.index.ids(part, whole)
        spoken = str.maketrans("OIL", "011")

        def fits(one: str) -> bool:
            return one.endswith(f"-{part}") if whole else part in one

        return (one for one in cases.all_ids(self.root) if fits(one.translate(spoken)))

    def beginning(self, code: str, most: int) -> list[tuple[str, str]]:
        """The cases whose code begins so, newest first, so many at most, each with its title.

        :param code: the beginning of the four characters after the day, as they are written.
        """
        found: list[tuple[str, str | None]] | None = None
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                found = self.index.beginning(code, most)
        if found is None:
            fitting = (one for one in cases.all_ids(self.root) if one.rpartition("-")[2].startswith(code))
            found = [(one, None) for one, _ in zip(fitting, range(most), strict=False)]
        return [(one, self.case(one).case.incident.title or "" if title is None else title) for one, title in found]

    def glances(self, unread: list[str], narrow: Mapping[str, frozenset[str]] | None = None) -> Iterable[Glance]:
        """Every case whose incident can be read, at a glance, newest day first; the paths of what cannot be read go to
        ``unread``.

        :param narrow: values that a column of the glance must have one of; others may be left out, and need not be.
        """
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                found = self.index.glances(narrow or {})
                unread += self.index.unread()
                return found
        return self._glances(unread)

    def picked(
        self, wanted: Callable[[Glance], bool], narrow: Mapping[str, frozenset[str]] | None = None
    ) -> Iterator[Stored]:
        """The cases that are wanted by a glance, whole, newest day first, and all that cannot be read whole.

        Without an index every case is given: whoever asks looks again.
        """
        if self.index is None:
            yield from self.cases()
            return
        unread: list[str] = []
        places = {one.place or cases.place_of(one.id) for one in self.glances(unread, narrow) if wanted(one)}
        places |= {found[0] for path in unread if (found := cases.PLACE.search(path))}
        for place in sorted(places, reverse=True):
            folder, _, case_id = place.rpartition("/")
            yield self.stored(folder, case_id)

    def stored(self, folder: str, case_id: str) -> Stored:
        """The case whose files lie in a day's folder, named after an ID."""
        return cases.load(self.root, case_id, self.read if self._unfinished else None, self.root / folder)

    def _glances(self, unread: list[str]) -> Iterator[Glance]:
        for folder in cases.folders(self.root):
            day = folder.relative_to(self.root).as_posix()
            for case_id, stored in self.cases_of(folder):
                if stored.errors:
                    unread.append(stored.errors[0].where)
                if stored.case.id:
                    yield cases.at_a_glance(stored.case, day, case_id)

    def _only_begun(self, stored: Stored) -> bool:
        path = next((one for one in stored.files if one.endswith(f".incident{cases.SUFFIX}")), "")
        return path in self._unfinished and self.journal.committed_bytes(path) is None

    @cached_property
    def open_lately(self) -> list[Unparsed]:
        """The open cases of the last :data:`LATELY` days, by the day in their ID, newest first; unparsed."""
        from itilcli.store.open_cases import open_since

        day = (self.now.date() - timedelta(days=LATELY)).isoformat()
        return list(open_since(self.root, day, self._maybe_open(day)))

    def _maybe_open(self, day: str) -> list[str] | None:
        """The incident files from a day on that may be of open cases, newest first; None where the index cannot tell."""
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                found = self.index.maybe_open(f"{cases.RECORDS}/{day.replace('-', '/')}")
                return [f"{folder}/{case_id}.incident{cases.SUFFIX}" for folder, case_id in found]
        return None

    def may_name(
        self, case_id: str, since: str = "", until: str = "9", edited: bool = True
    ) -> Iterator[tuple[Path, str]]:
        """The cases that may name another one as their parent or as what they were merged into, by folder and ID.

        :param since: the first day whose folder is looked into (2026-11-20), ``until`` the last one.
        :param edited: whether those whose file was changed in place, of all there, are among them.
        """
        first, last = (f"{cases.RECORDS}/{day.replace('-', '/')}" for day in (since, until))
        if self.index is not None:
            from itilcli.index import Unusable

            with contextlib.suppress(Unusable):
                yield from [
                    (self.root / folder, one) for folder, one in self.index.naming(case_id, first, last, edited)
                ]
                return
        for folder in cases.folders(self.root):
            if first <= folder.relative_to(self.root).as_posix() <= last:
                for one, parts in cases.names_in(folder).items():
                    if "incident" in parts:
                        yield folder, one

    def new_id(self, reported_at: datetime) -> str:
        """A fresh case ID: the day in the desk's zone and four characters, at least one a letter, unique in the desk."""
        import secrets

        day = reported_at.astimezone(self.zone)
        while True:
            code = "".join(secrets.choice(ALPHABET) for _ in range(4))
            case_id = f"INC-{day:%Y%m%d}-{code}"
            taken = (self.root / cases.path_of(case_id, "incident")).exists()
            if not code.isdigit() and not taken:
                return case_id


def new_entry_id() -> str:
    """The id of a history entry, unique within its case."""
    import secrets

    return "".join(secrets.choice(ALPHABET) for _ in range(8))
