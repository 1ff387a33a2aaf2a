"""What of the desk is no longer as the index knows it: folders by their times, files by their stat data.

A folder's names are believed while the folder has the same times and inode, a file's content while the file has the
same size, times and inode. What was as young as the look itself is not believed the next time: it may change once more
within the same tick of the disk's clock. On a large desk one git process looks at the files instead (``by_git``).
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

SLACK = 30_000_000
"""Nanoseconds: more than a tick of any clock that stamps files finely."""
COARSE = 2_100_000_000
"""Nanoseconds: the tick of disks that count in seconds, or in two."""
UNSURE = -1
FILE, LINK, FOLDER, OTHER = "file", "link", "folder", "other"


class Stamp(NamedTuple):
    """What the disk says of a file or folder without opening it; an ``mtime_ns`` of -1 equals nothing."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, found: os.stat_result) -> Stamp:
        """The stamp of a stat result."""
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def as_of(self, seen_ns: int) -> Stamp:
        """This stamp as it may be believed later, when it was taken at ``seen_ns``: unsure where it is as young."""
        newest = max(self.mtime_ns, self.ctime_ns)
        slack = SLACK if self.mtime_ns % 1_000_000 or self.ctime_ns % 1_000_000 else COARSE
        return self if newest < seen_ns - slack else self._replace(mtime_ns=UNSURE)


class Entry(NamedTuple):
    """One name in a folder: what it is, and its stamp."""

    kind: str
    stamp: Stamp


class Listed(NamedTuple):
    """A folder as it was listed: its own stamp, and what lies in it."""

    stamp: Stamp
    entries: dict[str, Entry]


def stamp_of(path: str) -> Stamp | None:
    """The stamp of what lies at a path; None where nothing does, or it cannot be asked."""
    try:
        return Stamp.of(os.stat(path, follow_symlinks=False))
    except OSError:
        return None


def kind_of(mode: int) -> str:
    """What a file's mode says it is."""
    if stat.S_ISREG(mode):
        return FILE
    if stat.S_ISDIR(mode):
        return FOLDER
    return LINK if stat.S_ISLNK(mode) else OTHER


def listed(root: Path, folder: str, parts: Iterable[str]) -> Listed | None:
    """A folder of the desk with what lies in it, hidden names left out; None where it is none, or cannot be listed.

    At the top of the desk only its ``parts`` count. The stamps are as they may be believed later.
    """
    path = f"{root}/{folder}" if folder else str(root)
    seen = time.time_ns()
    own = stamp_of(path)
    if own is None:
        return None
    found = Listed(own.as_of(seen), {})
    wanted = frozenset(parts)
    try:
        with os.scandir(path) as names:
            for one in names:
                if one.name.startswith(".") or (not folder and one.name not in wanted):
                    continue
                try:
                    facts = one.stat(follow_symlinks=False)
                except OSError:
                    continue
                found.entries[one.name] = Entry(kind_of(facts.st_mode), Stamp.of(facts).as_of(seen))
    except OSError:
        return None
    return found


def within(folder: str, name: str) -> str:
    """The path of a name in a folder of the desk; the folder's is empty at the top."""
    return f"{folder}/{name}" if folder else name


def changed_folders(root: Path, known: Iterable[tuple[str, int, int, int]]) -> list[str]:
    """Of the folders known by path, time of change, time of status change and inode, those that are so no more."""
    changed = []
    base = f"{root}/"
    for folder, mtime_ns, ctime_ns, inode in known:
        try:
            found = os.stat(base + folder, follow_symlinks=False)
        except OSError:
            changed.append(folder)
            continue
        if (found.st_mtime_ns, found.st_ctime_ns, found.st_ino) != (mtime_ns, ctime_ns, inode):
            changed.append(folder)
    return changed


def changed_files(
    root: Path, known: Iterable[tuple[str, str, int, int, int, int]]
) -> Iterator[tuple[str, str, Entry | None]]:
    """Of the files known by folder, name, size, times and inode, those that are so no more, each as it is now."""
    base = f"{root}/"
    for folder, name, size, mtime_ns, ctime_ns, inode in known:
        path = f"{base}{folder}/{name}" if folder else base + name
        seen = time.time_ns() if mtime_ns == UNSURE else 0
        try:
            found = os.stat(path, follow_symlinks=False)
        except OSError:
            yield folder, name, None
            continue
        if (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino) != (size, mtime_ns, ctime_ns, inode):
            yield folder, name, Entry(kind_of(found.st_mode), Stamp.of(found).as_of(seen or time.time_ns()))
