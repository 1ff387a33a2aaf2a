"""A writing command killed, or refused by the disk, at each of its system calls that change a file.

    ITIL_SOAK_STEPS=1     at every call (``make soak``); else at a handful of each command

After each: nothing that was committed is lost, nothing half written is taken for whole, the next command works, and
neither ``git fsck`` nor ``itil check`` finds anything.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from scenes import TRIALS, clean
from strace import Call, Ended, Point, Trial, copied, hurt, lacking, points, traced

from itilcli.errors import Refused

WHY_NOT = lacking()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
SOAK = bool(os.environ.get("ITIL_SOAK_STEPS"))
FEW = 3
"""At so many calls a command is killed where it is not at all of them."""
MOVES, MAKES = ("rename", "renameat", "renameat2", "link", "linkat"), ("openat", "mkdir", "mkdirat")
REFUSING = {
    "ENOSPC": (*MAKES, *MOVES, "write", "pwrite64", "fsync", "ftruncate"),
    "EROFS": (*MAKES, *MOVES, "unlink", "unlinkat", "chmod", "fchmod"),
    "EIO": ("write", "pwrite64", "fsync", "rename", "renameat", "link"),
}
"""What a full disk, one that cannot be written, and a failing one answer to which calls."""


@pytest.fixture(scope="module")
def taken_apart(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[Call]]]:
    """By trial: its scene, and every call that it makes there."""
    return {}


def calls_of(
    name: str, tmp_path: Path, known: dict[str, tuple[Path, list[Call]]], factory: pytest.TempPathFactory
) -> tuple[Path, list[Point]]:
    """The scene of a trial and the points at which it can be hurt."""
    if name not in known:
        base = factory.mktemp(name)
        scene = base / "scene"
        scene.mkdir()
        TRIALS[name].prepare(scene)
        known[name] = scene, traced(TRIALS[name], copied(scene, base / "traced"), base / "tracing")
    scene, calls = known[name]
    return scene, points(calls, scene.parent / "traced")


def some(found: list[Point], few: int) -> list[Point]:
    """All of them, or a few from the first to the last."""
    if SOAK or len(found) <= few:
        return found
    return [found[len(found) * (turn * 2 + 1) // (few * 2)] for turn in range(few)]


def each(trial: Trial, scene: Path, tmp_path: Path, found: list[tuple[Point, str]]) -> dict[str, int]:
    """Hurt a trial at each point; how often it came to what. All that went wrong is told at once."""
    ends: dict[str, int] = {}
    wrong = []
    for turn, (point, how) in enumerate(found):
        copy, folder = copied(scene, tmp_path / f"scene-{turn}"), tmp_path / f"turn-{turn}"
        whole = bool(turn % 2) and "KILL" in how
        ended = hurt(trial, copy, folder, point, how, whole)
        try:
            end = judged(trial, copy, ended, "KILL" in how)
            ends[end] = ends.get(end, 0) + ended.hurt
        except (AssertionError, subprocess.CalledProcessError, Refused) as error:
            wrong.append(f"{point} {how}{' whole' * whole}: exit {ended.code} {ended.err}\n  {error}")
            continue
        clean(copy)
        clean(folder)
    assert wrong == [], f"{len(wrong)} of {len(found)}:\n" + "\n".join(wrong)
    return ends


def judged(trial: Trial, copy: Path, ended: Ended, killed: bool) -> str:
    """What a hurt command came to. Raises AssertionError where anything is lost, half, or stuck."""
    assert ended.hurt or SOAK, "it never came to that"
    assert ended.code in trial.codes or (killed and ended.code in (-signal.SIGKILL, 128 + signal.SIGKILL))
    assert "Traceback" not in ended.err and "E-cli-bug" not in ended.err
    end = trial.afterwards(copy)
    assert ended.code or end != "undone"
    return end


@pytest.mark.parametrize("name", TRIALS)
def test_killed_at_system_calls(
    name: str, tmp_path: Path, taken_apart: dict[str, tuple[Path, list[Call]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    scene, found = calls_of(name, tmp_path, taken_apart, tmp_path_factory)
    assert len(found) > 50
    ends = each(TRIALS[name], scene, tmp_path, [(point, "signal=SIGKILL") for point in some(found, FEW)])
    print(f"{name}: killed at {sum(ends.values())} of {len(found)} calls: {ends}")
    assert len(ends) > 1 or not SOAK


@pytest.mark.parametrize("error", REFUSING)
@pytest.mark.parametrize("name", TRIALS if SOAK else [name for name in TRIALS if name != "new"])
def test_refused_by_the_disk(
    name: str,
    error: str,
    tmp_path: Path,
    taken_apart: dict[str, tuple[Path, list[Call]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A call fails once; the command says so and changes nothing, or goes on without what it did not need."""
    scene, found = calls_of(name, tmp_path, taken_apart, tmp_path_factory)
    known = [point for point in found if point.call in REFUSING[error]]
    ends = each(TRIALS[name], scene, tmp_path, [(point, f"error={error}") for point in some(known, 1)])
    print(f"{name}: {error} at {sum(ends.values())} of {len(known)} calls: {ends}")


def test_a_lock_that_could_not_be_removed(
    tmp_path: Path, taken_apart: dict[str, tuple[Path, list[Call]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Git has moved the branch and cannot remove its lock: the next command works all the same."""
    scene, _ = calls_of("sync", tmp_path, taken_apart, tmp_path_factory)
    at_locks = [
        (Point(call.process, call.name, call.turn), "error=EROFS")
        for call in taken_apart["sync"][1]
        if call.name == "unlink" and call.process.startswith("fast-import") and call.paths[0].endswith("HEAD.lock")
    ]
    assert at_locks
    each(TRIALS["sync"], scene, tmp_path, at_locks)
