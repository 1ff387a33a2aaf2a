"""Contents of a repository as judging needs them: read for many commits at once, the last ones kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from itilcli.journal.walked import Walk, Walked
from itilcli.judging.plan import Task
from itilcli.judging.sizes import LARGE, PAGES, wanted
from itilcli.judging.terms import Look
from itilcli.processes import meanwhile

SMALL, MANY = 64 * 1024, 32 * 1024 * 1024
"""What is read ahead: no content of more bytes, and no more bytes together."""
_BYTES = 64 * 1024 * 1024
_SIZES = 50_000
"""So many sizes are remembered."""


class Shelf:
    """Contents read of the repository for some commits at a time; the last ones are kept."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._data: OrderedDict[str, bytes] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._held = 0
        self._ahead: dict[str, bytes] = {}
        self.parted = lru_cache(maxsize=4096)(walk.parted)

    def ahead(self, some: Sequence[Walked], others: Iterable[str] = ()) -> Callable[[], None]:
        """Reads what these commits hold anew, while this goes on: who judges them finds most of it at hand.

        :return: waits for it, and puts it in the place of what was read ahead before.
        """
        names = {new[1] for one in some for side in one.changes for _, _, new in side if new and new[0][:3] == "100"}
        wanted = [*names.union(others)]

        def read() -> tuple[dict[str, int], dict[str, bytes]]:
            sizes = self._walk.sizes(wanted)
            small = []
            left = MANY
            for name in wanted:
                if 0 <= sizes.get(name, -1) <= min(SMALL, left):
                    small.append(name)
                    left -= sizes[name]
            return sizes, self._walk.contents(small)

        reading = meanwhile(read)

        def done() -> None:
            self._sizes, self._ahead = reading()

        return done

    def fetch(self, tasks: Sequence[Task]) -> None:
        """Reads what judging these takes, but nothing that is too large."""
        asked: set[str] = set()
        read: set[str] = set()
        for task in tasks:
            some, others = wanted(task)
            asked |= some
            read |= others
        unknown = [one for one in asked if not self._has(one) and one not in self._sizes]
        if len(self._sizes) > _SIZES:
            self._sizes.clear()
        self._sizes |= self._walk.sizes(unknown)
        fit = {one for one in asked if self._sizes.get(one, 0) <= LARGE}
        missing = [one for one in read | fit if not self._has(one)]
        while self._held > _BYTES and self._data:
            self._held -= len(self._data.popitem(last=False)[1])
        found = self._walk.contents(missing)
        self._data |= found
        self._held += sum(map(len, found.values()))
        self._sizes |= {name: len(data) for name, data in found.items()}

    def look(self) -> Look:
        """Where a judge finds contents."""
        return Look(self._read, self._size, self._parted)

    def _has(self, blob: str) -> bool:
        return blob in self._ahead or blob in self._data

    def _read(self, blob: str) -> bytes:
        found = self._ahead.get(blob)
        if found is None:
            found = self._data.get(blob)
        if found is None:
            if blob not in self._sizes:
                self._sizes |= self._walk.sizes([blob])
            found = self._walk.contents([blob]).get(blob, b"") if self._sizes.get(blob, 0) <= PAGES else b""
            self._data[blob] = found
            self._held += len(found)
        return found

    def _size(self, blob: str) -> int:
        if blob not in self._sizes:
            self._sizes |= self._walk.sizes([blob])
        return self._sizes.get(blob, 0)

    def _parted(self, one: str, other: str, path: str) -> str | None:
        base = self.parted(one, other)
        return self._walk.blob(base, path) if base else None
