"""The user's index, kept in step with a commit made beside it: locked, copied, prepared, put in place.

Part of the journal's room. Everything the user staged stays; so do the flags set on a path.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from itilcli.errors import Refused
from itilcli.journal.intent import read
from itilcli.journal.running import LOCK_MARK, Git, Place, disk_problem, locked_problem
from itilcli.values import value

NEW_LOCK = "itil-index-lock.new"
MANY = 200
"""More paths than this are not given as arguments: the whole index is listed instead."""


@value
class Held:
    """A path as a commit or the index has it; tag (index only): S is skip-worktree, lower case assume-unchanged."""

    mode: str
    object: str
    tag: str = "H"

    @property
    def known(self) -> tuple[str, str]:
        """Mode and object, to compare the index with a commit."""
        return self.mode, self.object


LISTED = ("ls-files", "-v", "-s", "-z", "--")
"""The git command that tells what the index holds, to be followed by paths or folders."""


def index_entries(git: Git, paths: Sequence[str]) -> dict[str, Held]:
    """What the user's index holds at ``paths`` (from the desk's root); a conflict is an entry that equals nothing."""
    return read_entries(git.run(*LISTED, *(paths if len(paths) <= MANY else ())), paths)


def read_entries(listed: bytes, paths: Iterable[str]) -> dict[str, Held]:
    """What a list of the index says of ``paths``."""
    wanted, found = set(paths), {}
    for line in listed.decode("utf-8", "surrogateescape").split("\0"):
        facts, _, path = line.partition("\t")
        if path in wanted:
            tag, mode, name, stage = facts.split(" ")
            found[path] = Held(mode if stage == "0" else "conflict", name, tag)
    return found


@contextlib.contextmanager
def index_locked(place: Place, wait: float) -> Iterator[Path]:
    """Hold git's own lock of the index, so that no git command changes it. Raises Refused: E-desk-locked."""
    lock = place.git_dir / "index.lock"
    until = time.monotonic() + wait
    while True:
        try:
            _take(place, lock)
            break
        except FileExistsError:
            if time.monotonic() >= until:
                raise Refused([locked_problem(str(lock))]) from None
            time.sleep(0.05)
        except OSError as error:
            raise Refused([disk_problem(error)]) from None
    try:
        yield lock
    finally:
        remove_stale(place)


def _take(place: Place, lock: Path) -> None:
    """Make the lock, with our mark in it from its first moment on: one without it is another's. Raises OSError."""
    mark, beside = LOCK_MARK + str(os.getpid()).encode(), place.git_dir / NEW_LOCK
    try:
        with beside.open("wb") as file:
            file.write(mark)
            file.flush()
            os.fsync(file.fileno())  # else the power may fail and leave a lock that nobody knows
        try:
            os.link(beside, lock)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with lock.open("xb", buffering=0) as new:
                new.write(mark)
    finally:
        beside.unlink(missing_ok=True)


def remove_stale(place: Place) -> None:
    """Remove a killed command's lock, private indexes and unfinished intent; call only under the desk's lock."""
    lock = place.git_dir / "index.lock"
    if (read(lock) or b"").startswith(LOCK_MARK):
        lock.unlink(missing_ok=True)
    for name in ("itil-index", "itil-commit-index", "itil-intent.new", NEW_LOCK):
        for file in (place.git_dir / name, place.git_dir / f"{name}.lock"):
            file.unlink(missing_ok=True)


def prepare_index(git: Git, paths: Sequence[str], entries: Mapping[str, Held]) -> Path:
    """A copy of the user's index with ``paths`` as they are in the work tree; flags the user set stay."""
    private = copied(git.place)
    _mark(git, private, "no-", entries)
    _update(git, private, TAKEN_UP, paths)
    _mark(git, private, "", entries)
    return private


def is_flagged(entries: Mapping[str, Held]) -> bool:
    """Whether the user set a flag on one of the paths."""
    return any(held.tag in "Ss" or held.tag.islower() for held in entries.values())


def copied(place: Place) -> Path:
    """The user's index under a name of its own. Git replaces an index and never writes into one, so a link will do.

    It keeps the index's own time, by which git tells what may have been edited unseen just before.
    """
    private = place.git_dir / "itil-index"
    private.unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        try:
            os.link(place.git_dir / "index", private)
        except FileNotFoundError:
            raise
        except OSError:  # a file system without links
            shutil.copy2(place.git_dir / "index", private)
    return private


def _mark(git: Git, index: Path, no: str, entries: Mapping[str, Held]) -> None:
    """Take away (``no-``) or give back the flags the user set; a file that is gone has none."""
    there = [path for path in entries if no or (git.place.root / path).exists()]
    skipped = [path for path in there if entries[path].tag in "Ss"]
    assumed = [path for path in there if entries[path].tag.islower()]
    for flag, paths in (("skip-worktree", skipped), ("assume-unchanged", assumed)):
        if paths:
            _update(git, index, [f"--{no}{flag}"], paths)


TAKEN_UP = ("--info-only", "--add", "--remove")
"""How ``update-index`` takes files up: their hashes alone, the commit itself writes the objects."""


def _update(git: Git, index: Path, options: Sequence[str], paths: Sequence[str]) -> None:
    git.run("update-index", *options, "-z", "--stdin", stdin="\0".join(paths), extra={"GIT_INDEX_FILE": str(index)})


def place_index(place: Place, private: Path) -> None:
    """Put a prepared index in the user's place, under git's lock, which is given up later."""
    private.replace(place.git_dir / "index")
    private.unlink(missing_ok=True)  # still there where nothing had changed: two names of one file


def point_index(git: Git, commit: str, paths: Sequence[str], entries: Mapping[str, Held]) -> Path:
    """A copy of the user's index with ``paths`` as ``commit`` holds them, whatever the work tree holds."""
    private = copied(git.place)
    tree = git.run("ls-tree", "-r", "-z", commit).decode("utf-8", "surrogateescape").split("\0")
    held = {path: facts for facts, _, path in (line.partition("\t") for line in tree)}
    gone = "0 " + "0" * len(commit)
    prefix = git.place.prefix
    lines = [f"{held.get(path, gone).replace(' blob', '')}\t{prefix}{path}" for path in paths]
    extra = {"GIT_INDEX_FILE": str(private)}
    git.run("update-index", "--add", "-z", "--index-info", stdin="\0".join(lines), extra=extra)
    git.run("update-index", "-q", "--refresh", extra=extra, allowed=(0, 1))
    _mark(git, private, "", entries)
    return private
