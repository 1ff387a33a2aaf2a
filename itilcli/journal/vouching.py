"""Which files of the desk are not as a commit holds them, told by one git process that looks at all of them at once.

Part of the journal's room. Git compares size, times and inode with its own index, and reads what was written in the
same second. What it was told not to look at (assume-unchanged, sparse), it does not vouch for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from itilcli.errors import Refused
from itilcli.journal import settings
from itilcli.journal.running import Git
from itilcli.journal.spawned import Spawned
from itilcli.journal.state import PARTS
from itilcli.values import pattern

_STRICT = (
    "-c", "core.trustctime=true", "-c", "core.checkStat=default", "-c", "core.fsmonitor=false",
    "-c", "core.ignoreStat=false", "-c", "core.preloadIndex=true",
)  # fmt: skip
STATUS = (
    "status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=all", "--no-renames", "--", *PARTS,
)  # fmt: skip
"""What git is asked for all that is not as the last commit has it, new files included."""
_FLAGGED = pattern(rb"(?:\A|\0)[a-zS] ([^\0]*)")
_NO_FLAGS = ""


class Vouching:
    """Git's look at one desk, which goes on while this process does something else."""

    def __init__(
        self,
        git: Git,
        ask: Callable[[], None],
        config: Callable[[], Mapping[str, str]],
        head: Callable[[], str | None] | None = None,
    ) -> None:
        """A look by ``git``; ``ask`` begins to find out how it is configured, ``config`` tells.

        :param head: tells the last commit, where :meth:`differing` will be asked, too: one look then serves for both.
        """
        self._git, self._ask, self._config, self._head = git, ask, config, head
        self.flags = _NO_FLAGS
        """Git's index, where it was found to flag no path; else empty."""
        self._before = _NO_FLAGS
        self._base = ""
        self._status: Spawned | None = None
        self._rows: list[str] | None = None
        self._differing: Spawned | None = None
        self._flagged: Spawned | None = None

    def start(self, base: str, flags: str, paths: Sequence[str] = ()) -> None:
        """Begins to compare with the commit ``base``; ``flags`` is git's index as :meth:`state` named it when no path
        in it was flagged. Where there are ``paths``, only files at or below them are looked at."""
        self._ask()
        self._base = base
        if self._head is not None and not paths and self._head() == base:
            self._status = self._begin(*_STRICT, *STATUS)
        self._differing = None if self._status else self._begin(
            *_STRICT, "diff-index", "-z", "--name-only", "--relative", "--no-renames", "--ignore-submodules", base, "--",
            *paths,
        )  # fmt: skip
        self._flagged = None if flags == self.state() else self._begin("ls-files", "-v", "-z")
        self._before = self.state()

    def doubtful(self) -> set[str] | None:
        """The paths that git does not vouch for, from the desk's root; None where it cannot tell."""
        differing, flagged = self._not_the_same(), b"" if self._flagged is None else self._said(self._flagged)
        if differing is None or flagged is None or self._converts():
            return None
        found = _FLAGGED.findall(flagged)
        self.flags = _NO_FLAGS if found else self._before
        return {*differing, *(name.decode("utf-8", "surrogateescape") for name in found)}

    @property
    def tells(self) -> bool:
        """Whether :meth:`differing` has been asked of git."""
        return self._status is not None

    def differing(self) -> list[str] | None:
        """The paths that work tree or index do not hold as the last commit does, new ones included, sorted; None where git
        was not asked, or failed."""
        if self._status is not None and self._rows is None and (said := self._status.said()) is not None:
            self._rows = paths_in(said, self._git.place.prefix)
        return self._rows

    def _not_the_same(self) -> list[str] | None:
        """The paths that differ from the commit that was named; None where git failed."""
        if self._status is None:
            said = self._said(self._differing)
            return None if said is None else [name for name in _text(said).split("\0") if name]
        found = self.differing()
        return found if self._head is not None and self._head() == self._base else None

    def state(self) -> str:
        """Git's index as it is now, by its stat data."""
        try:
            found = (self._git.place.git_dir / "index").stat()
        except OSError:
            return _NO_FLAGS
        return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"

    def contents(self, commit: str) -> dict[str, str]:
        """The files of the desk that a commit holds, each with the id of its content."""
        said = self._git.run("ls-tree", "-r", "-z", commit).decode("utf-8", "surrogateescape").split("\0")
        return {
            path: about[12:] for about, _, path in (line.partition("\t") for line in said) if about.startswith("100")
        }

    def end(self) -> None:
        """Ends what still runs."""
        for process in (self._status, self._differing, self._flagged):
            if process is not None:
                process.end()

    def _converts(self) -> bool:
        """Whether git may hold a file the same whose bytes are others."""
        try:
            config = self._config()
        except Refused:
            return True
        return settings.may_convert(self._git.place, config, ("records/x", "knowledge/x"), (b"\r",))

    def _begin(self, *words: str) -> Spawned | None:
        try:
            return Spawned(self._git, *words)
        except OSError:
            return None

    @staticmethod
    def _said(process: Spawned | None) -> bytes | None:
        return process.said() if process is not None else None


def paths_in(said: bytes, prefix: str) -> list[str]:
    """The paths that git's answer to :data:`STATUS` names, from the desk's root, sorted."""
    return sorted(row[3:].removeprefix(prefix) for row in _text(said).split("\0") if row)


def _text(said: bytes) -> str:
    return said.decode("utf-8", "surrogateescape")


def algorithm(head: str | None) -> str:
    """What names contents in this repository, by the length of a commit's id."""
    return "sha256" if head is not None and len(head) == 64 else "sha1"
