"""The desk as it stood at a commit: its files in a folder of their own, and its journal.

Part of the journal's room. docs/decisions/snapshots.md has the reasons and figures.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from itilcli.errors import Problem, Refused
from itilcli.journal import Journal, intent
from itilcli.journal.revisions import Revision, shallow, unknown
from itilcli.journal.running import Git, Place, desk_problem, disk_problem, failure
from itilcli.journal.settings import Identity
from itilcli.journal.state import PARTS
from itilcli.journal.wording import SHORT
from itilcli.text import Text, t
from itilcli.values import value

_CHUNK = 32 * 1024 * 1024
"""So many bytes of contents are asked of git at once."""
_LARGEST = 64 * 1024 * 1024
"""No part of the program reads a larger file."""
_MEMORY, _PAGE = Path("/dev/shm"), 4096  # noqa: S108 (the folder made in it is this user's alone)
_MOST = 512 * 1024 * 1024
"""So many bytes of memory a desk may take up; a larger one goes to the disk."""
_NAME, _YOUNG = "itil-snapshot-", 3600.0
_NOWHERE = b"/dev/null/link"
_LINK, _REGULAR = "120000", "100"


class PastJournal(Journal):
    """The journal of a desk as it stood: its last commit is that one, and nothing can be written."""

    def __init__(self, place: Place, revision: Revision, today: Journal) -> None:
        super().__init__(place)
        self._revision, self._today = revision, today

    @property
    def root(self) -> Path:
        """The folder that holds the desk's files as they were."""
        return self._place.root

    def identity(self) -> Identity:
        """The author of today."""
        return self._today.identity()

    def unshared(self) -> None:
        """Of what an old commit holds that is not asked."""

    def has_remote(self) -> bool:
        """As today."""
        return self._today.has_remote()

    def tag_commit(self, name: str) -> str | None:
        """As today: a tag is no part of a commit."""
        return self._today.tag_commit(name)

    def dirty(self) -> list[str]:
        """Nothing: there is only what was committed."""
        return []

    def dirty_soon(self, early: bool = False) -> Callable[[], list[str]]:
        """Nothing."""
        return self.dirty

    def check_state(self) -> list[Problem]:
        """That nothing can be written here."""
        message = t("this is the desk as it stood at commit {commit}", commit=self._revision.id[:SHORT])
        return [desk_problem("past", message, t("Write in the desk of today."))]

    @contextlib.contextmanager
    def lock(self, wait: float = 30.0) -> Iterator[None]:
        """Raises Refused: E-desk-past."""
        self._refuse()
        yield

    def mend(self) -> list[Text]:
        """Raises Refused: E-desk-past."""
        self._refuse()

    def commit(self, *args: object, **named: object) -> str:
        """Raises Refused: E-desk-past."""
        self._refuse()

    def tag(self, *args: object, **named: object) -> None:
        """Raises Refused: E-desk-past."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise Refused(self.check_state())


@contextlib.contextmanager
def opened(place: Place, revision: Revision, today: Journal) -> Iterator[PastJournal]:
    """The desk's files as ``revision`` holds them, in a folder of their own that is removed at the end.

    The contents are as committed: no filter, no line-end setting and no ``export-…`` attribute changes them. Symbolic
    links are there but lead nowhere; submodules and attachments of cases are left out. Raises Refused: E-desk-revision
    where that commit holds no desk at this place, E-desk-path for a tree no honest git makes.
    """
    import tempfile

    git = Git(place)
    entries = _entries(git, revision.id)
    if not any(entry.path == b"desk.yaml" for entry in entries):
        message = t("there was no desk here at commit {commit}", commit=revision.id[:SHORT])
        raise unknown(message, t("see when it came: git log --oneline -- desk.yaml"))
    base = _base(entries)
    _sweep(base)
    with contextlib.ExitStack() as stack:
        try:
            top = Path(os.path.realpath(stack.enter_context(tempfile.TemporaryDirectory(prefix=_NAME, dir=base))))
            there = Place(top / place.prefix, top, top / ".git", top / ".git", place.prefix)
            _borrow(place, there.git_dir, revision.id)
            stack.enter_context(intent.locked(there, 0))
            there.root.mkdir(parents=True, exist_ok=True)
            _fill(git, os.fsencode(there.root), entries)
        except OSError as error:
            raise Refused([disk_problem(error)]) from None
        yield PastJournal(there, revision, today)


def _base(entries: Sequence[_Entry]) -> Path:
    """Where to put the folder: in memory if TMPDIR does not say where and there is plenty, else where the system says."""
    import tempfile

    if not os.environ.get("TMPDIR") and os.access(_MEMORY, os.W_OK | os.X_OK):
        room = os.statvfs(_MEMORY)
        need = sum(_PAGE + -(-entry.size // _PAGE) * _PAGE for entry in entries if entry.size <= _LARGEST)
        if need <= _MOST and 4 * need <= room.f_bavail * room.f_frsize and 4 * len(entries) <= room.f_favail:
            return _MEMORY
    return Path(tempfile.gettempdir())


def _sweep(base: Path) -> None:
    """Remove the folders that killed commands of this user left: locked by nobody, and not of this hour."""
    for top in base.glob(f"{_NAME}*"):
        with contextlib.suppress(OSError):
            found = top.lstat()
            mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
            there = Place(top, top, top / ".git", top / ".git")
            if mine and time.time() - found.st_mtime > _YOUNG and not intent.is_held(there):
                shutil.rmtree(top, ignore_errors=True)


def _borrow(place: Place, git_dir: Path, commit: str) -> None:
    """A repository without configuration, hooks or branches, which borrows all objects and stands on ``commit``."""
    objects = git_dir / "objects" / "info"
    objects.mkdir(parents=True)
    (git_dir / "refs").mkdir()
    (git_dir / "HEAD").write_text(f"{commit}\n", "utf-8")
    long = len(commit) == 64
    extension = "[extensions]\n\tobjectFormat = sha256\n" if long else ""
    (git_dir / "config").write_text(f"[core]\n\trepositoryFormatVersion = {int(long)}\n{extension}", "utf-8")
    lender = str(place.common_dir / "objects").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    (objects / "alternates").write_text(f'"{lender}"\n', "utf-8", "surrogateescape")
    if cut := shallow(place):
        (git_dir / "shallow").write_text("".join(f"{commit}\n" for commit in sorted(cut)), "utf-8")


@value
class _Entry:
    """A file or symbolic link of a commit; ``path`` is relative to the desk, ``size`` in bytes."""

    path: bytes
    mode: str
    blob: str
    size: int


def _entries(git: Git, commit: str) -> list[_Entry]:
    prefix = git.place.prefix.encode("utf-8", "surrogateescape")
    found = []
    for line in git.run("ls-tree", "-r", "-l", "-z", "--full-name", commit, "--", *PARTS).split(b"\0"):
        about, _, full = line.partition(b"\t")
        path = full.removeprefix(prefix)
        if not line or _is_attachment(path):
            continue
        mode, kind, blob, size = about.decode().split()
        if not full.startswith(prefix) or any(part.lower() in (b"", b".", b"..", b".git") for part in path.split(b"/")):
            shown = path.decode("utf-8", "replace")
            raise Refused([desk_problem("path", t("{path} is not a path inside the desk.", path=repr(shown)))])
        if kind == "blob" and (mode == _LINK or mode.startswith(_REGULAR)):
            found.append(_Entry(path, mode, blob, int(size) if size.isdigit() else 0))
    return found


def _is_attachment(path: bytes) -> bool:
    *folders, _ = path.split(b"/")
    return path.startswith(b"records/") and any(f.startswith(b"INC-") and f.endswith(b".files") for f in folders)


def _fill(git: Git, root: bytes, entries: Sequence[_Entry]) -> None:
    """Write the entries below ``root``, an empty folder. Raises OSError."""
    made = {root}
    for entry, data in _contents(git, entries):
        path = b"%s/%s" % (root, entry.path)
        folder = path.rpartition(b"/")[0]
        try:
            if folder not in made:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103 (the path is bytes, as git has it)
                made.add(folder)
            if entry.mode == _LINK:
                os.symlink(_NOWHERE, path)  # noqa: PTH211 (bytes)
            else:
                _write(path, data, entry.size)
        except (FileExistsError, NotADirectoryError):
            shown = entry.path.decode("utf-8", "replace")
            raise Refused([desk_problem("path", t("{path} is not a plain file here.", path=shown))]) from None


def _write(path: bytes, data: memoryview, size: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o400)
    try:
        while data:
            data = data[os.write(handle, data) :]
        if size > _LARGEST:
            os.ftruncate(handle, size)
    finally:
        os.close(handle)


def _contents(git: Git, entries: Sequence[_Entry]) -> Iterator[tuple[_Entry, memoryview]]:
    """Each entry with what it holds; nothing for a link and for a file too large to be read."""
    wanted: list[_Entry] = []
    waiting = 0
    for entry in entries:
        if entry.mode == _LINK or entry.size > _LARGEST:
            yield entry, memoryview(b"")
            continue
        if wanted and waiting + entry.size > _CHUNK:
            yield from _chunk(git, wanted)
            wanted, waiting = [], 0
        wanted.append(entry)
        waiting += entry.size
    if wanted:
        yield from _chunk(git, wanted)


def _chunk(git: Git, entries: Sequence[_Entry]) -> Iterator[tuple[_Entry, memoryview]]:
    said = git.run("cat-file", "--batch", "--buffer", stdin="".join(f"{entry.blob}\n" for entry in entries))
    view, at = memoryview(said), 0
    for entry in entries:
        end = said.index(b"\n", at)
        blob, kind, *rest = said[at:end].decode("utf-8", "replace").split()
        if blob != entry.blob or kind != "blob":
            raise Refused([failure(f"fatal: {' '.join([blob, kind, *rest])}".encode())])
        at = end + 1 + int(rest[0])
        yield entry, view[end + 1 : at]
        at += 1
