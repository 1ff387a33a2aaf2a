"""The desk: its root, settings, people, calendar, journal, actor and clock. Built once a command and handed down."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from itilcli.desk.opening import clock, find_root, refuse
from itilcli.desk.records import LATELY, Records, new_entry_id
from itilcli.desk.surroundings import AHEAD, SHARED, WATCH, Watch
from itilcli.errors import Refused

if TYPE_CHECKING:
    from itilcli.journal.revisions import Revision

__all__ = [
    "LATELY",
    "SETTLED",
    "Desk",
    "Watch",
    "ahead",
    "clock",
    "find_root",
    "new_entry_id",
    "refuse",
    "shares_at_once",
    "watched",
]

SETTLED = 90
"""So many days after its end a case is settled: what goes by open and recent cases looks at its folder, and at no file."""


class Desk(Records):
    """One desk during one command."""

    @classmethod
    def open(cls, asked: str | None = None, environ: Mapping[str, str] | None = None, here: Path | None = None) -> Desk:
        """The desk that a command means. Raises ``Refused`` when there is none or ``desk.yaml`` cannot be read."""
        environ = os.environ if environ is None else environ
        desk = cls(find_root(asked, environ, here or Path.cwd()), environ)
        desk.settings  # noqa: B018  (now, and not in the midst of something)
        return desk

    def is_settled(self, completed: datetime | None) -> bool:
        """Whether what was completed then is so long over that no edit in place is looked for in it every day."""
        return completed is not None and completed < self.opened_at - timedelta(days=SETTLED)

    @contextlib.contextmanager
    def at(self, revision: Revision) -> Iterator[Desk]:
        """The desk as a commit holds it, by the same clock: it can be read, and refuses to be written (E-desk-past).

        Its files lie in a folder that is removed at the end; attachments are not among them. Raises ``Refused``:
        E-desk-revision where the commit holds no desk here, E-desk-path for a tree that leads out of the desk.
        """
        with self.journal.at(revision) as journal:
            then = self.elsewhere(journal.root)
            then.journal, then.rehearsed = journal, self.rehearsed
            then.settings  # noqa: B018  (what cannot be read is refused before anything is asked)
            yield then

    def elsewhere(self, root: Path) -> Desk:
        """The desk whose files lie in another folder, by the same clock."""
        return Desk(root, {**self._environ, "ITIL_NOW": self.now.astimezone(UTC).isoformat()})

    def anew(self) -> Desk:
        """This desk, of which nothing is known yet: after its files were changed. The lock that is held stays held."""
        found = Desk(self.root, self._environ)
        found.opened_at, found.journal = self.opened_at, self.journal
        return found


@contextlib.contextmanager
def ahead(
    asked: str | None, watch: Watch, whole: bool, personal: bool, lately: bool = False, differing: bool = False
) -> Iterator[None]:
    """While a command is loaded and runs, git does what will be asked of it, and the reader sees by ``watch`` how far long
    reading has come.

    :param whole: whether the command goes by all that lies in the desk: what has changed is looked for from now on.
    :param lately: whether it goes by what is open or recent alone, so that no file of a case completed long ago is looked at.
    :param differing: whether it tells what is not as the last commit has it.
    :param personal: whether it goes by what git is configured for, who asks being a part of that.
    """
    before = WATCH.set(watch), AHEAD.set(None)
    with contextlib.ExitStack() as begun:
        begun.callback(WATCH.reset, before[0])
        begun.callback(AHEAD.reset, before[1])
        with contextlib.suppress(Refused, FileNotFoundError):  # no desk, or a folder that is gone: the command will say
            if whole or personal:
                desk = Desk(find_root(asked, os.environ, Path.cwd()), os.environ)
                begun.callback(desk.journal.end)
                if personal:
                    desk.journal.begin()
                if differing:
                    desk.journal.dirty_early()
                if whole and desk.index is not None:
                    begun.callback(desk.index.close)
                    desk.index.begin((desk.opened_at - timedelta(days=SETTLED)).date().isoformat() if lately else None)
                AHEAD.set(desk)
        yield


@contextlib.contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Whoever looks on sees by ``watch`` how far the reading of a desk has come that is opened meanwhile."""
    before = WATCH.set(watch)
    try:
        yield
    finally:
        WATCH.reset(before)


def shares_at_once() -> bool:
    """Whether the desk that was opened last asks for what is recorded to be shared at once (``sync: auto``)."""
    return SHARED.get()
