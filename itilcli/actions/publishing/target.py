"""The folder that the pages are written to: what in it is ours, what has changed, what is needed no longer.

A list of our files (:data:`LIST`) lies beside them; a file that is not on it is never touched. Before a new file is
written its name is put down (:data:`BEGUN`), so that the next build knows what one that was cut off had made. Every file
appears whole: it is written beside the others and renamed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.store import files
from itilcli.text import Text, t

LIST, BEGUN, UNFINISHED = ".itil-site.json", ".itil-site.begun", ".itil-site.tmp"
FORMAT = 1
LARGEST = 1 << 30
Made = tuple[bytes, Mapping[str, Callable[[], bytes]]]
"""A page, and the files that go with it, each read when it is written."""


@dataclass(slots=True)
class Entry:
    """One of our pages: what it was made from, its size, and the files that go with it with theirs."""

    key: str
    size: int
    beside: dict[str, int] = field(default_factory=dict)


class Target:
    """The folder of one site while it is built."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.before = _listed(out)
        self.now: dict[str, Entry] = {}
        self.written: list[str] = []
        self.removed: list[str] = []
        self.kept = 0
        self._ours = {one for path, entry in self.before.items() for one in (path, *entry.beside)} | _begun(out)
        self._folders: set[Path] = set()
        self._begun: TextIO | None = None

    def unchanged(self, path: str, key: str) -> bool:
        """Whether a page was made from the same before and still lies there whole; it is kept then."""
        entry = self.before.get(path)
        if entry is None or not key or entry.key != key or not self._lies(path, entry.size):
            return False
        if not all(self._lies(one, size) for one, size in entry.beside.items()):
            return False
        self.now[path] = entry
        self.kept += 1 + len(entry.beside)
        return True

    def put(self, path: str, key: str, make: Callable[[], Made]) -> None:
        """The page at ``path``, made only where it was made from something else before, written only where it differs."""
        if self.unchanged(path, key):
            return
        data, beside = make()
        sizes = {}
        for one, read in beside.items():
            content = read()
            self._write(one, content)
            sizes[one] = len(content)
        self._write(path, data)
        self.now[path] = Entry(key, len(data), sizes)

    def finish(self) -> None:
        """Takes away our files that are needed no longer, and lists those that are."""
        needed = {one for path, entry in self.now.items() for one in (path, *entry.beside)}
        for path in sorted(self._ours - needed, reverse=True):
            place = self._place(path)
            with suppress(FileNotFoundError):
                place.unlink()
                self.removed.append(path)
            for folder in place.parents:
                if folder == self.out or not _emptied(folder):
                    break
        self.removed.sort()
        pages = {
            path: [one.key, one.size, *([one.beside] if one.beside else [])] for path, one in sorted(self.now.items())
        }
        data = json.dumps({"itil_site": FORMAT, "pages": pages}, ensure_ascii=False, separators=(",", ":")).encode()
        if not (self.out / LIST).is_file() or (self.out / LIST).read_bytes() != data:
            files.write_atomically(self.out / LIST, data)
        self.close()
        (self.out / BEGUN).unlink(missing_ok=True)

    def close(self) -> None:
        """Ends a build, done or not."""
        if self._begun is not None:
            self._begun.close()
            self._begun = None
        with suppress(OSError):
            (self.out / UNFINISHED).unlink(missing_ok=True)

    # ── one file

    def _place(self, path: str) -> Path:
        place = self.out.joinpath(*path.split("/"))
        if place.parent not in self._folders:
            files.inside(self.out, path)
            self._folders.add(place.parent)
        return place

    def _lies(self, path: str, size: int) -> bool:
        try:
            return os.lstat(self.out / path).st_size == size
        except OSError:
            return False

    def _write(self, path: str, data: bytes) -> None:
        place = self._place(path)
        if place.is_symlink() or place.is_dir() or (place.exists() and path not in self._ours):
            raise refused("taken", t("{path} lies there and is none of our pages", path=str(place)),
                          t("move it away, or name another folder"))  # fmt: skip
        if self._lies(path, len(data)) and place.read_bytes() == data:
            self.kept += 1
            return
        with _told(place):
            if path not in self._ours:
                self._put_down(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self.out / UNFINISHED
            unfinished.write_bytes(data)
            unfinished.replace(place)
        self.written.append(path)

    def _put_down(self, path: str) -> None:
        if self._begun is None:
            self.out.mkdir(parents=True, exist_ok=True)
            self._begun = (self.out / BEGUN).open("a", encoding="utf-8")
        self._begun.write(path + "\n")
        self._begun.flush()
        self._ours.add(path)


def open_target(asked: str, root: Path) -> Target:
    """The folder to write to.

    :raises Refused: E-site-folder for what is no folder, E-site-inside for one in the desk, E-site-foreign for one that
        holds something and no pages of ours.
    """
    out = Path(asked).expanduser().absolute()
    real, desk = out.resolve(), root.resolve()
    if real == desk or real.is_relative_to(desk):
        text = t("{path} lies in the desk, among its records", path=str(out))
        raise refused("inside", text, t("name a folder outside the desk"))
    if out.exists() and not out.is_dir():
        raise refused("folder", t("{path} is not a folder", path=str(out)), t("name another folder"))
    if out.is_dir() and not _is_ours(out) and any(out.iterdir()):
        text = t("{path} holds something else than our pages", path=str(out))
        raise refused("foreign", text, t("name a new or empty folder"))
    return Target(real)


def refused(slug: str, message: Text, hint: Text) -> Refused:
    """A folder that cannot be written to."""
    return Refused([Problem(f"E-site-{slug}", message, hint, where="OUT", kind=Kind.MISSING)])


@contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = t("{path} cannot be written: {reason}", path=str(place), reason=reason_of(error))
        raise Refused(
            [Problem("E-site-write", message, t("see whether the disk is full"), where="OUT", kind=Kind.DESK)]
        ) from error


def _is_ours(out: Path) -> bool:
    return any((out / name).is_file() and not (out / name).is_symlink() for name in (LIST, BEGUN))


def _listed(out: Path) -> dict[str, Entry]:
    """Our pages as the last build left them; none where their list cannot be read."""
    try:
        found: Any = json.loads(files.read_bytes(out / LIST, LARGEST))
        if found["itil_site"] != FORMAT:
            return {}
        rows = {
            path: Entry(row[0], row[1], dict(row[2]) if len(row) > 2 else {}) for path, row in found["pages"].items()
        }
    except (Refused, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return {}
    return {path: row for path, row in rows.items() if all(map(_plain, (path, *row.beside)))}


def _begun(out: Path) -> set[str]:
    with suppress(Refused, ValueError):
        lines = files.read_bytes(out / BEGUN, LARGEST).decode().split("\n")
        return {line for line in lines[:-1] if _plain(line)}
    return set()


def _plain(path: object) -> bool:
    """Whether a path can be one that we made."""
    return isinstance(path, str) and bool(path) and not any(part in ("", ".", "..") for part in path.split("/"))


def _emptied(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True
