"""What a commit needs of git's index, begun while the command still reads and judges. Part of the journal's room.

A large index takes long to read, and git reads it whole. So two processes read it early: one tells what the index holds
of a folder, the other waits for the paths that are to be brought up to date in a copy. Nothing of the user's is touched.
Should the index have been replaced when its lock is taken, both begin again.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from itilcli.errors import Refused
from itilcli.journal import index
from itilcli.journal.index import Held
from itilcli.journal.running import Git, Place, failure

_PATIENCE = 600.0
"""Seconds to wait for one git process."""

Running = subprocess.Popen[bytes]


class Ahead:
    """One commit's readers of the index; begun under the desk's lock, ended before that is given up."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._folders: dict[str, Running] = {}
        self._rest: Running | None = None
        self._writer: Running | None = None
        self._private: Path | None = None
        self._open()

    def _open(self) -> None:
        self._seen = _stamp(self._git.place)
        self._private = index.copied(self._git.place)
        self._extra = {"GIT_INDEX_FILE": str(self._private)}
        self._writer = self._git.begin("update-index", *index.TAKEN_UP, "-z", "--stdin", extra=self._extra)

    def foresee(self, folder: str) -> None:
        """That the commit will likely be of files in ``folder``."""
        if folder not in self._folders:
            self._folders[folder] = self._git.begin(*index.LISTED, folder, extra=self._extra)

    def ask(self, paths: Sequence[str]) -> None:
        """Begin to find out what the index holds at ``paths``. Call under git's lock of the index."""
        if _stamp(self._git.place) != self._seen:
            self.end()
            self._open()
        others = [path for path in paths if path.rpartition("/")[0] not in self._folders]
        if others:
            some = others if len(others) <= index.MANY else []
            self._rest = self._git.begin(*index.LISTED, *some, extra=self._extra)

    def entries(self, paths: Sequence[str]) -> dict[str, Held]:
        """What the index holds at the ``paths`` that were asked for. Raises Refused."""
        listing = [*self._folders.values(), *([self._rest] if self._rest else [])]
        self._folders, self._rest = {}, None
        return index.read_entries(b"".join(_ended(one) for one in listing), paths)

    def write(self, paths: Sequence[str], entries: Mapping[str, Held]) -> None:
        """Begin to bring ``paths`` up to date in the copy; call when their files are written."""
        if self._writer is None or index.is_flagged(entries):  # a flag must be taken away first
            self.end()
            self._private = index.prepare_index(self._git, paths, entries)
            return
        assert self._writer.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # what it died of is said when it is waited for
            self._writer.stdin.write(os.fsencode("\0".join(paths)))
            self._writer.stdin.flush()
            self._writer.stdin.close()
        self._writer.stdin = None

    def written(self) -> Path:
        """The copy, when it is up to date. Raises Refused."""
        if self._writer is not None:
            _ended(self._writer)
            self._writer = None
        assert self._private is not None
        return self._private

    def end(self) -> None:
        """End what still runs; harmless when nothing does."""
        for one in (*self._folders.values(), self._rest, self._writer):
            if one is not None:
                _stop(one)
        if self._private is not None:
            for file in (self._private, self._private.with_name(f"{self._private.name}.lock")):
                file.unlink(missing_ok=True)
        self._folders, self._rest, self._writer, self._private = {}, None, None, None


def _stamp(place: Place) -> tuple[int, ...] | None:
    """What tells one index from the next: git never writes into one that is there."""
    try:
        found = (place.git_dir / "index").stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _ended(process: Running) -> bytes:
    """What a process said. Raises Refused where it failed."""
    try:
        said, complaint = process.communicate(timeout=_PATIENCE)
    except BaseException:
        _stop(process)
        raise
    if process.returncode:
        raise Refused([failure(complaint, said)])
    return said


def _stop(process: Running) -> None:
    process.terminate()
    try:
        process.communicate(timeout=_PATIENCE)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        process.kill()
        process.wait()
