"""Locks that a killed git of ours has left on the branch: told apart from those of a git at work. Part of the journal's room."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from itilcli.journal.intent import Intent, intent_file, read
from itilcli.journal.running import Place


def release(place: Place, standing: Intent) -> None:
    """Remove the locks of the branch and of HEAD that the git which was to land a commit left when it was killed.

    Only those made after the commit's id was written down, and that hold nothing or that id. Call under the desk's
    lock, which is held until all git commands of the killed one have ended, before the intent is dropped.
    """
    if standing.commit is None:
        return
    with contextlib.suppress(FileNotFoundError):
        since = intent_file(place).stat().st_mtime_ns
        for lock in (place.git_dir / "HEAD.lock", place.common_dir / f"{standing.ref}.lock"):
            with contextlib.suppress(FileNotFoundError):
                ours = (b"", standing.commit.encode())
                if lock.stat().st_mtime_ns >= since and (read(lock) or b"").strip() in ours:
                    lock.unlink()


# ── of a sync

NOTE = "itil-sync"
"""In the git folder of a work tree: there while a sync lets git change what it knows of other repositories."""


@contextlib.contextmanager
def noted(place: Place) -> Iterator[None]:
    """While this lasts it is known that git commands of ours may lock the configuration and the branches of others; locks
    that those of a killed sync left are removed first. Call under the desk's lock, as :func:`release`.
    """
    note = place.git_dir / NOTE
    with contextlib.suppress(FileNotFoundError):
        since = note.stat().st_mtime_ns
        for lock in _of_a_sync(place):
            with contextlib.suppress(FileNotFoundError):
                if lock.stat().st_mtime_ns >= since:
                    lock.unlink()
    note.write_bytes(b"")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def _of_a_sync(place: Place) -> Iterator[Path]:
    """The locks of what a sync changes besides the branch."""
    for name in ("config.lock", "packed-refs.lock", "shallow.lock"):
        yield place.common_dir / name
    yield from (place.common_dir / "refs/remotes").rglob("*.lock")
