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
from itilcli.values import pattern

_STRICT = (
    "-c", "core.trustctime=true", "-c", "core.checkStat=default", "-c", "core.fsmonitor=false",
    "-c", "core.ignoreStat=false", "-c", "core.preloadIndex=true",
)  # fmt: skip
_FLAGGED = pattern(rb"(?:\A|\0)[a-zS] ([^\0]*)")
_NO_FLAGS = ""


class Vouching:
    """Git's look at one desk, which goes on while this process does something else."""

    def __init__(self, git: Git, ask: Callable[[], None], config: Callable[[], Mapping[str, str]]) -> None:
        """A look by ``git``; ``ask`` begins to find out how it is configured, ``config`` tells."""
        self._git, self._ask, self._config = git, ask, config
        self.flags = _NO_FLAGS
        """Git's index, where it was found to flag no path; else empty."""
        self._before = _NO_FLAGS
        self._differing: Spawned | None = None
        self._flagged: Spawned | None = None

    def start(self, base: str, flags: str, paths: Sequence[str] = ()) -> None:
        """Begins to compare with the commit ``base``; ``flags`` is git's index as :meth:`state` named it when no path
        in it was flagged. Where there are ``paths``, only files at or below them are looked at."""
        self._ask()
        self._differing = self._begin(
            *_STRICT, "diff-index", "-z", "--name-only", "--relative", "--no-renames", "--ignore-submodules", base, "--",
            *paths,
        )  # fmt: skip
        self._flagged = None if flags == self.state() else self._begin("ls-files", "-v", "-z")
        self._before = self.state()

    def doubtful(self) -> set[str] | None:
        """The paths that git does not vouch for, from the desk's root; None where it cannot tell."""
        differing, flagged = self._said(self._differing), b"" if self._flagged is None else self._said(self._flagged)
        if differing is None or flagged is None or self._converts():
            return None
        found = _FLAGGED.findall(flagged)
        self.flags = _NO_FLAGS if found else self._before
        return {name.decode("utf-8", "surrogateescape") for name in (*differing.split(b"\0"), *found) if name}

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
        for process in (self._differing, self._flagged):
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


def algorithm(head: str | None) -> str:
    """What names contents in this repository, by the length of a commit's id."""
    return "sha256" if head is not None and len(head) == 64 else "sha1"
