"""A desk on a disk of its own that gets full, or cannot be written. To be run where mounting is allowed:

    unshare -Urm python small_disk.py SCENE FOLDER full|read-only SPARE…

``SCENE`` is copied to a small file system at ``FOLDER``; prints a JSON object for each turn.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1]), str(HERE.parents[2])]

SIZE = 32 << 20
PAGE = 4096


def main(scene: Path, disk: Path, kind: str, spares: list[int]) -> None:
    """Each turn on a fresh file system."""
    for spare in spares:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)], check=True)
        try:
            shutil.copytree(scene, disk / "scene", symlinks=True)
            print(json.dumps({"spare": spare, **(full if kind == "full" else read_only)(disk, spare)}), flush=True)
        finally:
            subprocess.run(["umount", "--lazy", str(disk)], check=True)


def command(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command of 张三 in a process of its own."""
    env = {
        **os.environ,
        "ITIL_DESK": str(root),
        "ITIL_NOW": "2026-11-23T09:30:00+08:00",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    env |= {"PYTHONPATH": str(HERE.parents[2]), "GIT_AUTHOR_NAME": "张三", "GIT_AUTHOR_EMAIL": "zhang@example.com"}
    run = [sys.executable, "-m", "itilcli", *words]
    return subprocess.run(run, env=env, capture_output=True, text=True, check=False, timeout=120)


def full(disk: Path, spare: int) -> dict[str, object]:
    """A command while ``spare`` bytes are free; afterwards there is room again."""
    from scenes import TRIALS

    trial = TRIALS["escalate"]
    filler = disk / "filler"
    with filler.open("wb") as file:
        while (free := os.statvfs(disk).f_bavail * PAGE) > spare:
            file.write(b"\0" * (min(free - spare, 1 << 20) // PAGE * PAGE or PAGE))
            file.flush()
    done = command(disk / "scene" / trial.desk, *trial.words(disk / "scene"), "--json")
    reading = [command(disk / "scene" / trial.desk, *words).returncode for words in (("list",), ("log",))]
    filler.unlink()
    return {"code": done.returncode, "err": done.stderr, "reading": reading, "end": trial.afterwards(disk / "scene")}


def read_only(disk: Path, spare: int) -> dict[str, object]:
    """Commands on a disk that cannot be written, then one when it can be."""
    from scenes import TRIALS, case_of

    root = disk / "scene" / "desk"
    case = case_of(root)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    done = command(root, *TRIALS["escalate"].words(disk / "scene"), "--json")
    asked = (
        ("list",),
        ("show", case),
        ("log", case),
        ("log",),
        ("blame", case, "severity"),
        ("check",),
        ("next", case),
        ("due", "--all"),
    )
    reading = [command(root, *words).returncode for words in asked]
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    return {
        "code": done.returncode,
        "err": done.stderr,
        "reading": reading,
        "end": TRIALS["escalate"].afterwards(disk / "scene"),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], [int(word) for word in sys.argv[4:]])
