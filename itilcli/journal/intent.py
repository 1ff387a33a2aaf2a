"""What a writing command is about to do to files, written down first, so that a killed one can be undone or finished.

Part of the journal's room. One intent at most per work tree, in its git folder; one lock per repository, in the common
git folder. The order is: intent, files, index and commit, intent removed.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from itilcli.errors import Refused
from itilcli.journal.running import Place, desk_problem, disk_problem
from itilcli.journal.state import INTENT
from itilcli.store.change import Change
from itilcli.text import t
from itilcli.values import value


@value
class Step:
    """What an intent remembers of a change: all of what was there, and the SHA-256 of what replaces it."""

    path: str
    before: bytes | None
    after: str | None

    @classmethod
    def of(cls, change: Change) -> Step:
        """The step that makes ``change``."""
        return cls(change.path, change.before, _digest(change.after))

    def wrote(self, data: bytes | None) -> bool:
        """Whether ``data`` is what this step left."""
        return _digest(data) == self.after


@value
class Intent:
    """A commit about to be made on the branch ``ref`` at ``head``; ``commit`` is its id as soon as that is known.

    ``folders`` are those that did not exist, outermost first.
    """

    ref: str
    head: str | None
    steps: tuple[Step, ...]
    folders: tuple[str, ...] = ()
    commit: str | None = None


def _digest(data: bytes | None) -> str | None:
    if data is None:
        return None
    import hashlib

    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none. Raises Refused: E-desk-disk."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return None
        raise Refused([disk_problem(error)]) from None


# ── the intent's file


def intent_file(place: Place) -> Path:
    """Where the work tree's intent is kept."""
    return place.git_dir / INTENT


def write_intent(place: Place, intent: Intent) -> None:
    """Put ``intent`` on the disk, whole or not at all, before anything else is touched."""
    import base64
    import json

    steps = [(s.path, None if s.before is None else base64.b64encode(s.before).decode(), s.after) for s in intent.steps]
    record = {"ref": intent.ref, "head": intent.head, "folders": intent.folders, "steps": steps}
    fresh = place.git_dir / "itil-intent.new"
    try:
        with fresh.open("wb") as file:
            file.write(json.dumps(record).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(intent_file(place))
        folder = os.open(place.git_dir, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except OSError as error:
        raise Refused([disk_problem(error)]) from None


def record_commit(place: Place, commit: str) -> None:
    """Add the id of the commit, just before the branch is moved to it."""
    with intent_file(place).open("ab") as file:
        file.write(commit.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_intent(place: Place) -> Intent | None:
    """The intent that stands, None where there is none."""
    raw = read(intent_file(place))
    if raw is None:
        return None
    import base64
    import json

    first, _, rest = raw.partition(b"\n")
    record = json.loads(first)
    steps = tuple(Step(p, None if b is None else base64.b64decode(b), after) for p, b, after in record["steps"])
    commit = rest.decode().strip() if rest.endswith(b"\n") else None
    return Intent(record["ref"], record["head"], steps, tuple(record["folders"]), commit)


def drop_intent(place: Place) -> None:
    """The intent is fulfilled, or undone."""
    intent_file(place).unlink(missing_ok=True)


# ── the lock


def lock_file(place: Place) -> Path:
    """The one lock of the repository and all its work trees."""
    return place.common_dir / "itil.lock"


@contextlib.contextmanager
def locked(place: Place, wait: float) -> Iterator[int]:
    """Hold the lock; waits up to ``wait`` seconds. Raises Refused: E-desk-busy, E-desk-read-only.

    If this process is killed, the lock stands until the git commands it started have ended too.
    """
    try:
        held = os.open(lock_file(place), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise Refused([disk_problem(error)]) from None
    try:
        _acquire(held, time.monotonic() + wait)
        try:
            yield held
        finally:  # not left to the closing: a process that a hook left behind may have it open
            fcntl.flock(held, fcntl.LOCK_UN)
    finally:
        os.close(held)


def _acquire(held: int, until: float) -> None:
    import random

    while True:
        try:
            return fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                hint = t("Try again in a moment.")
                raise Refused([desk_problem("busy", t("Another itil command is writing."), hint)]) from None
            time.sleep(random.uniform(0.005, 0.03))  # noqa: S311 (spreads waiting processes, nothing secret)


def is_held(place: Place) -> bool:
    """Whether a command is writing now; takes nothing and writes nothing."""
    try:
        probe = os.open(lock_file(place), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(probe)
    return False
