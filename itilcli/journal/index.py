"""The user's index, kept in step with a commit made beside it: locked, copied, prepared, put in place.

Part of the journal's room. Everything the user staged stays; so do the flags set on a path.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from itilcli.errors import Refused
from itilcli.journal.intent import read
from itilcli.journal.running import LOCK_MARK, Git, Place, disk_problem, locked_problem
from itilcli.values import value

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


def index_entries(git: Git, paths: Sequence[str]) -> dict[str, Held]:
    """What the user's index holds at ``paths`` (from the desk's root); a conflict is an entry that equals nothing."""
    some = ["--", *paths] if len(paths) <= MANY else []
    wanted, found = set(paths), {}
    for line in git.run("ls-files", "-v", "-s", "-z", *some).decode("utf-8", "surrogateescape").split("\0"):
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
            handle = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            break
        except FileExistsError:
            if time.monotonic() >= until:
                raise Refused([locked_problem(str(lock))]) from None
            time.sleep(0.05)
        except OSError as error:
            raise Refused([disk_problem(error)]) from None
    try:
        os.write(handle, LOCK_MARK + str(os.getpid()).encode())
        os.close(handle)
        yield lock
    finally:
        remove_stale(place)


def remove_stale(place: Place) -> None:
    """Remove a killed command's lock, private indexes and unfinished intent; call only under the desk's lock."""
    lock = place.git_dir / "index.lock"
    if (read(lock) or b"").startswith(LOCK_MARK):
        lock.unlink(missing_ok=True)
    for name in ("itil-index", "itil-commit-index", "itil-intent.new"):
        for file in (place.git_dir / name, place.git_dir / f"{name}.lock"):
            file.unlink(missing_ok=True)


def prepare_index(git: Git, paths: Sequence[str], entries: Mapping[str, Held]) -> Path:
    """A copy of the user's index with ``paths`` as they are in the work tree; flags the user set stay."""
    private = _copied(git.place)
    _mark(git, private, "no-", entries)
    _update(git, private, ["--info-only", "--add", "--remove"], paths)
    _mark(git, private, "", entries)
    return private


def _copied(place: Place) -> Path:
    private = place.git_dir / "itil-index"
    with contextlib.suppress(FileNotFoundError):
        shutil.copyfile(place.git_dir / "index", private)
    return private


def _mark(git: Git, index: Path, no: str, entries: Mapping[str, Held]) -> None:
    """Take away (``no-``) or give back the flags the user set; a file that is gone has none."""
    there = [path for path in entries if no or (git.place.root / path).exists()]
    skipped = [path for path in there if entries[path].tag in "Ss"]
    assumed = [path for path in there if entries[path].tag.islower()]
    for flag, paths in (("skip-worktree", skipped), ("assume-unchanged", assumed)):
        if paths:
            _update(git, index, [f"--{no}{flag}"], paths)


def _update(git: Git, index: Path, options: Sequence[str], paths: Sequence[str]) -> None:
    git.run("update-index", *options, "-z", "--stdin", stdin="\0".join(paths), extra={"GIT_INDEX_FILE": str(index)})


def place_index(place: Place, private: Path) -> None:
    """Put a prepared index in the user's place; the lock ends with it."""
    lock = place.git_dir / "index.lock"
    private.replace(lock)
    lock.replace(place.git_dir / "index")


def point_index(git: Git, commit: str, paths: Sequence[str], entries: Mapping[str, Held]) -> Path:
    """A copy of the user's index with ``paths`` as ``commit`` holds them, whatever the work tree holds."""
    private = _copied(git.place)
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
