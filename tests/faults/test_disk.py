"""A disk that is full, or cannot be written: a refusal that says so, nothing lost, nothing half, and all works again after.

ITIL_SOAK_STEPS=1     with every few kilobytes left (``make soak``); else with a handful
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scenes import TRIALS

SOAK = bool(os.environ.get("ITIL_SOAK_STEPS"))
KIB = 1024
SPARES = [KIB * number for number in (range(0, 200, 4) if SOAK else (0, 40, 400))]
WAYS = (["unshare", "--user", "--map-root-user", "--mount"], ["unshare", "--mount"])
MOUNTING = "mount -t tmpfs -o size=64k tmpfs /mnt && umount /mnt"


def way() -> list[str]:
    """How a file system may be mounted here for one process alone; empty where it may not."""
    if not shutil.which("unshare"):
        return []
    tries = (
        one
        for one in WAYS
        if subprocess.run([*one, "sh", "-c", MOUNTING], capture_output=True, check=False).returncode == 0
    )
    return next(tries, [])


WAY = way()
pytestmark = pytest.mark.skipif(not WAY, reason="no file system may be mounted here")


def turns(tmp_path: Path, kind: str, spares: list[int]) -> list[dict[str, Any]]:
    """What `small_disk` tells of each turn."""
    scene, disk = tmp_path / "scene", tmp_path / "disk"
    scene.mkdir()
    disk.mkdir()
    TRIALS["escalate"].prepare(scene)
    script = Path(__file__).with_name("small_disk.py")
    command = [*WAY, sys.executable, str(script), str(scene), str(disk), kind, *map(str, spares)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("ITIL_")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_full_disk(tmp_path: Path) -> None:
    told = turns(tmp_path, "full", SPARES)
    for one in told:
        assert one["code"] in (0, 5) and one["reading"] == [0, 0], one
        assert one["code"] == 0 or "E-desk-full" in one["err"] or "E-file-write" in one["err"], one
        assert (one["end"] == "landed") is (one["code"] == 0), one
    assert told[0]["code"] == 5
    print([(one["spare"] // KIB, one["end"]) for one in told])


def test_a_disk_that_cannot_be_written(tmp_path: Path) -> None:
    (told,) = turns(tmp_path, "read-only", [0])
    assert told["code"] == 5 and "E-desk-read-only" in told["err"], told
    assert set(told["reading"]) == {0}, told
    assert told["end"] == "undone"
