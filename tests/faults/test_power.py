"""The power fails: what a trace of system calls shows is on the disk before anything points to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from scenes import TRIALS
from strace import Call, copied, lacking, traced

WHY_NOT = lacking()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
WRITES = ("write", "pwrite64", "writev", "pwritev", "ftruncate")
MOVES = ("rename", "renameat", "renameat2", "link", "linkat")


def unsynced(calls: list[Call], root: str) -> list[str]:
    """What goes wrong if the power fails: files that get their name, or objects that a branch points to, too early."""
    waiting: set[str] = set()
    wrong = []
    for call in calls:
        if call.failed:
            continue
        if call.name in WRITES and call.descriptor.startswith(root):
            waiting.add(call.descriptor)
        elif call.name in ("fsync", "fdatasync"):
            waiting.discard(call.descriptor)
        elif call.name in ("sync", "syncfs"):
            waiting.clear()
        elif call.name in MOVES:
            old, new = call.paths[:2]
            if not new.startswith(root):
                continue
            if old in waiting and not new.endswith("/config"):  # git has no way to sync it; written once in a clone
                wrong.append(f"{call.process}: {os.path.relpath(new, root)} before it was synced")
                waiting.add(new)
                if not call.name.startswith("link"):
                    waiting.discard(old)
            if "/refs/" in new:
                wrong += [
                    f"{call.process}: {os.path.relpath(new, root)} points to {os.path.relpath(one, root)} before it was synced"
                    for one in sorted(waiting)
                    if is_pointed_to(one, new.partition("/refs/")[0])
                ]
    return wrong


def is_pointed_to(path: str, repository: str) -> bool:
    """Whether a branch of a repository points to what lies there: its objects, and the files of its work tree."""
    top = repository.removesuffix("/.git")
    return path.startswith(f"{repository}/objects/") or (
        path.startswith(f"{top}/") and not path.startswith(f"{repository}/")
    )


@pytest.mark.parametrize("name", TRIALS)
def test_everything_is_on_the_disk_before_something_points_to_it(name: str, tmp_path: Path) -> None:
    scene = tmp_path / "scene"
    scene.mkdir()
    TRIALS[name].prepare(scene)
    calls = traced(TRIALS[name], copied(scene, tmp_path / "copy"), tmp_path / "tracing")
    moved = [call for call in calls if call.name in MOVES and any("/refs/" in path for path in call.paths)]
    assert moved, "no branch was moved"
    assert unsynced(calls, str(tmp_path / "copy")) == []
