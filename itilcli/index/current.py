"""The index kept up to date with the files: once a command, and thrown away where anything is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itilcli.index.file import NAME, Error, Locked, Store
from itilcli.index.kinds import Kind
from itilcli.index.tree import Lately, Tree, Voucher
from itilcli.values import value

if TYPE_CHECKING:
    from itilcli.index.derive import Maker
    from itilcli.index.keeping import Keeper
    from itilcli.index.memos import Kept

Watch = Callable[[int, int], None]
MANY = 1_000_000
"""More cases than any one process would read alone."""
TROUBLE = (Error, Locked, OSError, UnicodeError, OverflowError)


class Unusable(Exception):
    """The index cannot answer; the files can."""


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


class Current:
    """The index of one desk, as up to date as its files."""

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

    def begin(self, lately: str | None = None) -> None:
        """Begins to look for what has changed, where git does that, while there is something else to do.

        :param lately: a day (2026-08-25), where open and recent cases alone are asked for: of those completed before it,
            and reported in an earlier month, git then looks at no file. Their folders are looked at all the same.
        """
        if not self._place.overlay:
            self._tree.lately = Lately(lately, self._place.parts) if lately else None
            with suppress(*TROUBLE):
                self._tree.begin(self._voucher)

    def close(self) -> None:
        """Ends what has been begun and was not needed, and the use of the index."""
        self._voucher.end()
        with suppress(*TROUBLE):
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

    @property
    def lasting(self) -> bool:
        """Whether what is kept now is still there for the next command."""
        return self._store.lasting

    def digest(self, kinds: Iterable[Kind] = ()) -> str:
        """A digest of everything that lies in the desk; what must be read for it is kept under these kinds as well.

        Raises Unusable.
        """
        with self._guarded():
            self.refresh(kinds)
            return self._tree.digest

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
        except TROUBLE as error:
            self._store.forget()
            raise Unusable from error
