"""The one door to git: each writing command becomes exactly one commit, and history is read back.

A commit is whole or not at all. It takes along nothing the user staged or edited, leaves the user's index in step, and
a command killed at any moment is finished or undone by the next one that writes. ``intent`` has the order of things,
``ways`` the two ways of committing, docs/decisions/committing.md the reasons and figures.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from itilcli.errors import Refused
from itilcli.journal import settings, state
from itilcli.journal.committed import Committed
from itilcli.journal.running import Git, find
from itilcli.journal.settings import Identity
from itilcli.text import Text

if TYPE_CHECKING:
    from itilcli.journal.history import Entry
    from itilcli.journal.making import init
    from itilcli.journal.past import PastJournal
    from itilcli.journal.revisions import Revision
    from itilcli.journal.shared import Joined, Shared
    from itilcli.journal.signatures import Signature
    from itilcli.journal.signing import SigningKey
    from itilcli.journal.step_back import Recent, Touched
    from itilcli.journal.ways import Order
    from itilcli.journal.wording import message
    from itilcli.journal.worktree import Progress
    from itilcli.store.change import Change

__all__ = ["Change", "Entry", "Identity", "Journal", "Recent", "Touched", "init", "message"]

_ELSEWHERE = {
    "Change": "itilcli.store.change", "Entry": "itilcli.journal.history", "Recent": "itilcli.journal.step_back",
    "Touched": "itilcli.journal.step_back", "init": "itilcli.journal.making", "message": "itilcli.journal.wording",
}  # fmt: skip
"""Where what is needed only by commands that write, or that read the history, is to be had."""
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _ELSEWHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_ELSEWHERE[name]), name)


PATIENCE = 3.0
"""Seconds to wait for a lock of git's own, which an editor or a prompt may hold for a moment."""


class Journal(Committed):
    """The git repository of a desk, seen from the desk's root."""

    @classmethod
    def open(cls, root: Path) -> Journal:
        """The journal of the desk at ``root``; starts no process. Raises Refused: E-desk-no-git, E-desk-bare."""
        return cls(find(root))

    @property
    def is_of_today(self) -> bool:
        """Whether this is the desk as it lies there, and not as a commit holds it."""
        return type(self) is Journal

    def at(self, revision: Revision) -> AbstractContextManager[PastJournal]:
        """The journal of the desk as it stood, with its files in a folder of their own. Raises Refused."""
        from itilcli.journal import past

        return past.opened(self._place, revision, self)

    def tag(self, name: str, commit: str, message: str, when: datetime | None = None, key: str | None = None) -> None:
        """Mark a commit with an annotated tag, dated ``when`` (None: now), unless it is marked so already.

        It is signed with the SSH key ``key`` (:meth:`signing_key`), else not. Raises Refused: E-desk-tag,
        E-desk-revision, E-actor-identity.
        """
        from itilcli.journal import tags

        tagger = settings.identity(self._git, self._settings(), "committer")
        tags.tag(self._git, name, commit, message, tagger, when, key)

    # ── writing

    @contextlib.contextmanager
    def lock(self, wait: float = 30.0) -> Iterator[None]:
        """Hold the desk's lock; may be nested. Raises Refused: E-desk-busy after ``wait`` seconds, E-desk-read-only."""
        if self._git.hold is not None:
            yield
            return
        from itilcli.journal import intent

        with intent.locked(self._place, wait) as held:
            self._git = Git(self._place, held)
            try:
                yield
            finally:
                self._end_ahead()
                self._git = Git(self._place)

    def _end_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.end()
        self._ahead = None

    def foresee(self, folder: str) -> None:
        """That files of this folder will likely be committed: git's index, which takes long to read, is read meanwhile.

        Nothing depends on it. Call under the lock, after mending.
        """
        from itilcli.journal.ahead import Ahead

        if self._git.hold is not None:
            self._ahead = self._ahead or Ahead(self._git)
            self._ahead.foresee(folder)

    def mend(self) -> list[Text]:
        """Finish or undo what a killed command left, and say so. Call under the lock.

        A file that no longer holds what the command wrote was edited since: it is left alone. Raises Refused:
        E-desk-locked while another git command has the index.
        """
        from itilcli.journal import commit, index, intent

        self._end_ahead()
        index.remove_stale(self._place)
        standing = intent.read_intent(self._place)
        if standing is None:
            return []
        with index.index_locked(self._place, PATIENCE):
            return commit.settle(self._git, standing)

    def commit(
        self,
        changes: Sequence[Change],
        message: str,
        when: datetime | None = None,
        progress: Progress | None = None,
        bulk: bool = False,
        joined: Joined | None = None,
        key: str | None = None,
    ) -> str:
        """Write the files and make one commit of them; its id. All of it happens, or nothing.

        ``when`` dates the commit (None: now). ``bulk`` says that very many files are to be expected; it changes
        nothing today, one way suits both. ``joined`` is what it brings together with the last commit. ``key`` is the SSH
        key that it is signed with (:meth:`signing_key`); None: as git's own settings have it.

        Raises Refused: E-desk-changed (a file no longer holds ``before``),
        E-desk-uncommitted (it has edits, staged or not, that were never committed), E-desk-path, E-desk-hook,
        E-desk-hook-changed, E-desk-signing, E-actor-identity, and all that :meth:`check_state` finds.
        """
        from itilcli.journal import commit, index
        from itilcli.journal.ahead import Ahead

        with self.lock():
            if self._ahead is None:
                self.mend()
            order = replace(self._order(changes, message, when), key=key)
            if joined is not None:
                order = replace(order, others=joined.others, forward=joined.forward, modes=joined.modes)
            with index.index_locked(self._place, PATIENCE):
                self._ahead = self._ahead or Ahead(self._git)
                try:
                    made = commit.commit(self._git, self._ahead, order, self._settings(), progress)
                finally:
                    self._end_ahead()
        self._tidy()
        return made

    def _order(self, changes: Sequence[Change], message: str, when: datetime | None) -> Order:
        """The commit to be made, once nothing forbids one."""
        until = time.monotonic() + PATIENCE
        while problems := self.check_state():
            if time.monotonic() >= until or any(problem.code != "E-desk-locked" for problem in problems):
                raise Refused(problems)
            time.sleep(0.05)
        from itilcli.journal.ways import Order

        ref, head = state.head(self._place)
        assert ref is not None, "a detached HEAD was refused"
        committer = settings.identity(self._git, self._settings(), "committer")
        moment = when or datetime.fromtimestamp(time.time()).astimezone()
        aware = moment if moment.tzinfo else moment.astimezone()
        return Order(tuple(changes), message, ref, head, self.identity(), committer, aware)

    # ── signatures

    def signing_key(self) -> SigningKey | None:
        """The SSH key that git is to sign with on this machine; None where git knows of none."""
        from itilcli.journal import signing

        return signing.signing_key(self._place, self._settings())

    def signatures(self, commits: Iterable[str]) -> dict[str, Signature]:
        """What git says of the signature of each of these commits; those it does not know are left out. Raises Refused."""
        from itilcli.journal import signatures

        return signatures.signatures(self._git, commits)

    def allow(self, lines: bytes) -> Path:
        """Keeps a file of allowed signers beside the repository, for whoever asks git itself; its path. Raises Refused."""
        from itilcli.journal import signing

        return signing.allow(self._place, lines)

    # ── other clones

    def drafted(self, changes: Sequence[Change], message: str, when: datetime | None = None) -> str:
        """A commit of these files on top of the last one, on no branch; the desk's files stay as they are. Its id."""
        from itilcli.journal.drafting import drafted

        return drafted(
            self._git, self._order(changes, message, when), settings.is_on(self._settings(), "commit.gpgsign")
        )

    def sharing(self) -> AbstractContextManager[None]:
        """While this lasts git may be told to fetch, push and remember; what a killed sync locked is free again."""
        from itilcli.journal import left

        return left.noted(self._place)

    @property
    def shared(self) -> Shared:
        """The repository that the clones of this desk share their commits through."""
        from itilcli.journal.shared import Shared

        return Shared(self._git, self._settings())

    def _tidy(self) -> None:
        """Let git pack loose objects now and then, in the background, as ``git commit`` does."""
        sample = self._place.common_dir / "objects" / "17"
        if sample.is_dir() and len(list(sample.iterdir())) > _LOOSE:
            self._git.start("maintenance", "run", "--auto", "--quiet")


_LOOSE = 26
"""More files than this in one of the 256 object folders: git's own sign that packing is due (gc.auto / 256)."""
