"""The one door to git: each writing command becomes exactly one commit, and history is read back.

A commit is whole or not at all. It takes along nothing the user staged or edited, leaves the user's index in step, and
a command killed at any moment is finished or undone by the next one that writes. ``intent`` has the order of things,
``ways`` the two ways of committing, docs/decisions/committing.md the reasons and figures.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from itilcli.errors import Problem, Refused
from itilcli.journal import settings, state
from itilcli.journal.running import Git, Place, find
from itilcli.journal.settings import Identity
from itilcli.text import Text

if TYPE_CHECKING:
    from itilcli.journal.ahead import Ahead
    from itilcli.journal.history import Entry
    from itilcli.journal.past import PastJournal
    from itilcli.journal.revisions import Revision
    from itilcli.journal.shared import Joined, Shared
    from itilcli.journal.signatures import Signature
    from itilcli.journal.signing import SigningKey
    from itilcli.journal.step_back import Recent, Touched
    from itilcli.journal.vouching import Vouching
    from itilcli.journal.ways import Order
    from itilcli.journal.wording import message
    from itilcli.journal.worktree import Progress
    from itilcli.store.change import Change

__all__ = ["Change", "Entry", "Identity", "Journal", "Recent", "Touched", "init", "message"]

_ELSEWHERE = {
    "Change": "itilcli.store.change", "Entry": "itilcli.journal.history", "Recent": "itilcli.journal.step_back",
    "Touched": "itilcli.journal.step_back", "message": "itilcli.journal.wording",
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


class Journal:
    """The git repository of a desk, seen from the desk's root."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._git = Git(place)
        self._config: dict[str, str] | None = None
        self._asked: settings.Asked | None = None
        self._ahead: Ahead | None = None
        self._asked_early = False
        self._early: Vouching | None = None

    @classmethod
    def open(cls, root: Path) -> Journal:
        """The journal of the desk at ``root``; starts no process. Raises Refused: E-desk-no-git, E-desk-bare."""
        return cls(find(root))

    @property
    def common_dir(self) -> Path:
        """The git folder all work trees share."""
        return self._place.common_dir

    @property
    def git_dir(self) -> Path:
        """The git folder of this work tree."""
        return self._place.git_dir

    def begin(self) -> None:
        """Git begins to tell how it is configured, while there is something else to do; :meth:`end` it."""
        if self._config is None and self._asked is None:
            self._asked = settings.Asked(self._git)

    def end(self) -> None:
        """Ends what was begun and is not done."""
        if self._asked:
            self._asked.end()
        self._asked = None

    def identity(self) -> Identity:
        """The author as git would write it. Raises Refused: E-actor-identity (exit code 4)."""
        return settings.identity(self._git, self._settings(), "author")

    def check_state(self) -> list[Problem]:
        """What forbids a commit now: an operation under way, no branch, a lock, an owner git does not trust."""
        return state.problems(self._place)

    def has_remote(self) -> bool:
        """Whether the repository knows another one to share its commits with."""
        return any(name.startswith("remote.") and name.endswith(".url") for name in self._settings())

    @property
    def is_of_today(self) -> bool:
        """Whether this is the desk as it lies there, and not as a commit holds it."""
        return type(self) is Journal

    @property
    def algorithm(self) -> str:
        """What names contents in this repository: sha1 or sha256."""
        from itilcli.journal.vouching import algorithm

        return algorithm(self.head())

    def vouching(self) -> Vouching:
        """Git's look at all files of the desk at once."""
        from itilcli.journal.vouching import Vouching

        if not self._asked_early:
            return Vouching(self._git, self.begin, self._settings)
        self._asked_early = False
        self._early = Vouching(self._git, self.begin, self._settings, self.head)
        return self._early

    # ── reading

    def head(self) -> str | None:
        """The id of the last commit, None before the first. Raises Refused: E-desk-head."""
        return state.head(self._place)[1]

    def head_time(self) -> datetime | None:
        """When the last commit was made, by its committer's clock."""
        if self.head() is None:
            return None
        said = self._git.run("log", "-1", "--no-show-signature", "--format=%cI", "HEAD")
        return datetime.fromisoformat(said.decode().strip())

    def begun(self) -> datetime | None:
        """When the first commit on the line of first parents was made; None before it."""
        if self.head() is None:
            return None
        said = self._git.run(
            "log", "--first-parent", "--max-parents=0", "--no-show-signature", "--format=%cI", "HEAD", "--"
        )
        return datetime.fromisoformat(said.decode().split()[-1])

    def committed_bytes(self, path: str) -> bytes | None:
        """What the last commit holds at ``path``, as it would be checked out; None where it holds nothing."""
        return state.committed(self._git, path)

    def tracked(self, prefix: str = "") -> dict[str, str]:
        """The files the last commit holds under the folder ``prefix``, each with the id of its contents."""
        if self.head() is None:
            return {}
        some = ["--", prefix] if prefix else []
        listed = self._git.run("ls-tree", "-r", "-z", "HEAD", *some).decode("utf-8", "surrogateescape").split("\0")
        facts = (line.partition("\t") for line in listed if line)
        return {path: about.split(" ")[2] for about, _, path in facts}

    def fitting(self, pattern: str) -> list[str]:
        """The desk's files whose paths fit a pattern (``records/*/*/*/a*.eml``), as git's index has them."""
        said = self._git.run("ls-files", "-z", "--", f":(glob){pattern}", extra={"GIT_LITERAL_PATHSPECS": "0"})
        return [path for path in said.decode("utf-8", "surrogateescape").split("\0") if path]

    def log(self, paths: Sequence[str] = (), limit: int | None = None) -> Iterator[Entry]:
        """The commits that touched ``paths`` (none: any file of the desk), newest first."""
        from itilcli.journal import history

        return history.log(self._place, paths, limit) if self.head() else iter(())

    def recent(self, limit: int) -> Iterator[Recent]:
        """The last ``limit`` commits of the repository, newest first, without their paths."""
        from itilcli.journal import step_back

        return step_back.recent(self._git, limit) if self.head() else iter(())

    def touched(self, commit: str) -> list[Touched]:
        """The files of the desk that a commit with one parent changed, with the ids of their contents."""
        from itilcli.journal import step_back

        return step_back.touched(self._git, commit)

    def changed_since(self, commit: str, paths: Sequence[str] = (), holding: str = "") -> list[str]:
        """The paths that the last commit holds otherwise than ``commit``; or where ``holding`` came or went."""
        from itilcli.journal import step_back

        return step_back.changed_since(self._git, commit, paths, holding)

    def contents(self, path: str, blob: str) -> bytes:
        """Contents by their id, as they would be checked out at ``path``."""
        from itilcli.journal import step_back

        return step_back.contents(self._git, path, blob)

    def additions(self, path: str) -> Iterator[tuple[str, str]]:
        """Each commit that touched ``path``, newest first, with the lines it added there."""
        from itilcli.journal import history

        return history.additions(self._place, path) if self.head() else iter(())

    # ── other commits

    def resolve(self, revision: str) -> Revision:
        """The commit a user means: ``HEAD~3``, a tag, a branch, an id. Raises Refused: E-desk-revision (exit code 3)."""
        from itilcli.journal import revisions

        return revisions.resolve(self._git, revision)

    def at_time(self, moment: datetime) -> Revision | None:
        """The first commit, back from the last by first parents, made at ``moment`` or before by its committer's clock.

        None where there is none. Raises Refused: E-desk-revision where a shallow clone ends before that is known.
        """
        from itilcli.journal import revisions

        return revisions.at_time(self._git, self.head(), moment)

    def at(self, revision: Revision) -> AbstractContextManager[PastJournal]:
        """The journal of the desk as it stood, with its files in a folder of their own. Raises Refused."""
        from itilcli.journal import past

        return past.opened(self._place, revision, self)

    def is_shallow(self) -> bool:
        """Whether older commits were left behind when this clone was made."""
        from itilcli.journal import revisions

        return bool(revisions.shallow(self._place))

    def cut(self) -> frozenset[str]:
        """The commits at which a shallow clone ends: who made what they hold it does not know."""
        from itilcli.journal import revisions

        return revisions.shallow(self._place)

    def changed_between(self, old: str, new: str) -> list[str]:
        """The paths of the desk that two commits hold otherwise, sorted. Raises Refused: E-desk-revision."""
        from itilcli.journal import revisions

        return revisions.changed_between(self._git, old, new)

    def dirty(self) -> list[str]:
        """The desk's paths that are not, in work tree and index, as the last commit has them; new files included."""
        from itilcli.journal import revisions

        return revisions.dirty(self._git)

    def dirty_early(self) -> None:
        """:meth:`dirty` will be asked: the look at all files, where one is begun by :meth:`vouching`, is to tell it, too."""
        self._asked_early = True

    def dirty_soon(self, early: bool = False) -> Callable[[], list[str]]:
        """:meth:`dirty`, for which git begins to look now, and which is had by calling what this gives.

        :param early: whether what was begun by :meth:`dirty_early` will do, be it older than anything written since.
        """

        def anew() -> Callable[[], list[str]]:
            from itilcli.journal import revisions

            return revisions.dirty_soon(self._git)

        looking = self._early
        if not early or looking is None or not looking.tells:
            return anew()

        def found() -> list[str]:
            known = looking.differing()
            return anew()() if known is None else known

        return found

    def tag_commit(self, name: str) -> str | None:
        """The commit that a tag marks, None where there is no such tag."""
        from itilcli.journal import tags

        return tags.tag_commit(self._git, name)

    def tag(self, name: str, commit: str, message: str, when: datetime | None = None, key: str | None = None) -> None:
        """Mark a commit with an annotated tag, dated ``when`` (None: now), unless it is marked so already.

        It is signed with the SSH key ``key`` (:meth:`signing_key`), else not. Raises Refused: E-desk-tag,
        E-desk-revision, E-actor-identity.
        """
        from itilcli.journal import tags

        tagger = settings.identity(self._git, self._settings(), "committer")
        tags.tag(self._git, name, commit, message, tagger, when, key)

    # ── half done

    def pending(self) -> list[str]:
        """The paths a killed command left half done. A command that is writing at this moment does not count."""
        paths = self.in_flight()
        if not paths:
            return []
        from itilcli.journal import intent

        return [] if intent.is_held(self._place) else paths

    def in_flight(self) -> list[str]:
        """The paths being written now, or left half done: read these with :meth:`committed_bytes`."""
        if not state.is_written_to(self._place):
            return []
        from itilcli.journal import intent

        standing = intent.read_intent(self._place)
        return [step.path for step in standing.steps] if standing else []

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

    def configured(self, name: str) -> str | None:
        """A value of git's configuration, by its name in lower case."""
        return self._settings().get(name)

    def configure(self, values: Mapping[str, str]) -> None:
        """Sets values in this repository's own configuration."""
        for name, value in values.items():
            self._git.run("config", "--local", name, value)
        self.end()
        self._config = None

    def stop_merge(self) -> bool:
        """Ends a merge of git's own that has not been committed, as before it began; False where none is under way.

        Raises Refused where git cannot.
        """
        if not (self._place.git_dir / "MERGE_HEAD").exists():
            return False
        self._git.run("merge", "--abort")
        return True

    def sharing(self) -> AbstractContextManager[None]:
        """While this lasts git may be told to fetch, push and remember; what a killed sync locked is free again."""
        from itilcli.journal import left

        return left.noted(self._place)

    def unshared(self) -> list[str] | None:
        """The paths that commits of this branch changed which no other repository is known to have; None without one."""
        if self.head() is None or not state.knows_others(self._place):
            return None
        said = self._git.run(
            "log", "--format=", "--name-only", "-z", "--no-renames", "HEAD", "--not", "--remotes", "--"
        )
        return sorted({path.strip("\n") for path in said.decode("utf-8", "surrogateescape").split("\0")} - {""})

    @property
    def shared(self) -> Shared:
        """The repository that the clones of this desk share their commits through."""
        from itilcli.journal.shared import Shared

        return Shared(self._git, self._settings())

    def _settings(self) -> dict[str, str]:
        if self._config is None:
            self._config = self._asked.answer() if self._asked else settings.settings(self._git)
        return self._config

    def _tidy(self) -> None:
        """Let git pack loose objects now and then, in the background, as ``git commit`` does."""
        sample = self._place.common_dir / "objects" / "17"
        if sample.is_dir() and len(list(sample.iterdir())) > _LOOSE:
            self._git.start("maintenance", "run", "--auto", "--quiet")


_LOOSE = 26
"""More files than this in one of the 256 object folders: git's own sign that packing is due (gc.auto / 256)."""

_MANY_FILES = {"core.untrackedCache": "true", "index.version": "4", "core.quotePath": "false"}


def init(root: Path, branch: str = "main") -> Journal:
    """The journal of a new desk at ``root``: a repository is made unless the folder is already in one.

    A new one is told in its own configuration that many small files are to come; an existing one is left as it is.
    ``branch`` is the first branch where the user has no ``init.defaultBranch``.
    """
    root.mkdir(parents=True, exist_ok=True)
    try:
        return Journal.open(root)
    except Refused as refused:
        if any(problem.code != "E-desk-no-git" for problem in refused.problems):
            raise
    real = root.resolve()
    git = Git(Place(real, real, real / ".git", real / ".git"))
    named = "init.defaultbranch" in settings.settings(git)
    git.run("init", "-q", *([] if named else [f"--initial-branch={branch}"]))
    for name, value in _MANY_FILES.items():
        git.run("config", "--local", name, value)
    return Journal.open(root)
