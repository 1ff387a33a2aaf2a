"""A git process that is begun before anything else is loaded, and that only tells something. Part of the journal's room.

The standard library's ``subprocess`` does all of this and more; to load it takes as long as git does.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from itilcli.journal.running import Git, environment

_CHUNK = 1 << 20


class Spawned:
    """``git WORDS`` in the desk's folder: it is told nothing, what it complains of goes nowhere."""

    def __init__(self, git: Git, *words: str) -> None:
        """Begins it. Raises OSError where it cannot be begun."""
        self._pipe, theirs = os.pipe()
        try:
            self._process = os.posix_spawnp(
                "git",
                ["git", "-C", str(git.place.root), *words],
                environment(),
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, theirs, 1),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
            )
        except OSError:
            os.close(self._pipe)
            raise
        finally:
            os.close(theirs)
        self._runs = True

    def said(self) -> bytes | None:
        """All that it says, once; None where it failed."""
        said = []
        while part := os.read(self._pipe, _CHUNK):
            said.append(part)
        return b"".join(said) if self._ended() == 0 else None

    def end(self) -> None:
        """Nobody waits for the rest; harmless when it has ended."""
        if self._runs:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            self._ended()

    def _ended(self) -> int:
        """How it ended: 0 where all was well."""
        self._runs = False
        os.close(self._pipe)
        try:
            return os.waitpid(self._process, 0)[1]
        except ChildProcessError:  # somebody else has waited for it
            return 1
