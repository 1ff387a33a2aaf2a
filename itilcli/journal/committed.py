"""The history read back: the last commit, others that a user names, and what lies there that none holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from itilcli.journal import state
from itilcli.journal.repository import Repository

if TYPE_CHECKING:
    from itilcli.journal.history import Entry
    from itilcli.journal.revisions import Revision
    from itilcli.journal.step_back import Recent, Touched


class Committed(Repository):
    """What the last commit and others hold, and what lies there that is not as the last one has it."""

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

    def unshared(self) -> list[str] | None:
        """The paths that commits of this branch changed which no other repository is known to have; None without one."""
        if self.head() is None or not state.knows_others(self._place):
            return None
        said = self._git.run(
            "log", "--format=", "--name-only", "-z", "--no-renames", "HEAD", "--not", "--remotes", "--"
        )
        return sorted({path.strip("\n") for path in said.decode("utf-8", "surrogateescape").split("\0")} - {""})

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

    def tag_commit(self, name: str) -> str | None:
        """The commit that a tag marks, None where there is no such tag."""
        from itilcli.journal import tags

        return tags.tag_commit(self._git, name)
