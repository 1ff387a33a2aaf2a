"""Where it is measured: a desk of so many cases with its commit, a plain repository beside it, and the peers' data.

Made once and kept in the folder ``ITIL_BENCH_DESKS`` names (else in one that is removed at the end): at 100,000 cases
the making takes longer than the measuring. Before it is used again a desk is put back to its first commit.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import desks
import peers
from timing import environment, told, took

ITIL_NOW = f"{desks.UNTIL}T23:00:00+08:00"


@dataclass(frozen=True)
class Place:
    """One size: the desk, the plain repository of the same files, the folders of the peers that are installed."""

    cases: int
    desk: Path
    plain: Path
    environ: Mapping[str, str]
    peers: Mapping[str, Path]

    def git(self, *words: str, where: Path | None = None) -> str:
        """What a git command says in the desk, untimed."""
        done = subprocess.run(
            ("git", *words), cwd=where or self.desk, env=self.environ, stdout=subprocess.PIPE, check=True
        )
        return done.stdout.decode()

    def index_files(self) -> list[Path]:
        """The files of the desk's derived index, if there are any."""
        common = self.desk / self.git("rev-parse", "--git-common-dir").strip()
        return list(common.glob("itil-index.sqlite*"))


@contextmanager
def folder() -> Iterator[Path]:
    """Where the desks are kept."""
    if kept := os.environ.get("ITIL_BENCH_DESKS"):
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="itil-bench-") as name:
        yield Path(name)


def place(inside: Path, cases: int) -> Place:
    """The place of that size, made if need be and as new."""
    home = inside / f"{cases}-{_recipe(desks.__file__)}"
    environ = environment(ITIL_NOW=ITIL_NOW)
    if not (home / "made").exists():
        shutil.rmtree(home, ignore_errors=True)
        _make(home, cases, environ)
        (home / "made").touch()
    made = Place(cases, home / "desk", home / "plain", environ, _peers(home, cases))
    _as_new(made)
    return made


def _make(home: Path, cases: int, environ: Mapping[str, str]) -> None:
    from itilcli import journal

    began, desk, plain = time.perf_counter(), home / "desk", home / "plain"
    desk.mkdir(parents=True)
    told(f"making a desk of {cases:,} cases …")
    desks.make(desk, cases)
    told(f"  its files: {time.perf_counter() - began:.0f} s; now committed …")
    journal.init(desk)
    for words in (("add", "-A"), ("commit", "-q", "-m", "all of it"), ("tag", "start"), ("repack", "-a", "-d", "-q")):
        took(("git", *words), environ, desk)
    took(("git", "prune-packed", "-q"), environ, desk)
    told("  the plain repository …")
    took(("cp", "-a", str(desk), str(plain)), environ, home)
    for name in ("core.untrackedCache", "index.version"):
        took(("git", "config", "--unset", name), environ, plain)
    took(("git", "update-index", "--no-untracked-cache", "--index-version", "2"), environ, plain)
    took(("git", "status"), environ, plain)
    told(f"  made in {time.perf_counter() - began:.0f} s")


def _peers(home: Path, cases: int) -> dict[str, Path]:
    """The folders of the peers that are installed, their data as first made: a copy of it is kept beside them."""
    recipe = _recipe(peers.__file__)
    found = {}
    for peer in peers.PEERS:
        if not peer.found():
            told(f"{peer.name}: not installed (benchmarks/README.md says how)")
            continue
        data, kept = home / peer.name, home / f"{peer.name}.{recipe}"
        shutil.rmtree(data, ignore_errors=True)
        if not kept.exists():
            began = time.perf_counter()
            data.mkdir()
            peer.make(data, list(peers.entries(cases)), peer.environ(data))
            for job in ("list", "list open", "list", "list open"):  # what it caches is kept with it
                if job in peer.jobs:
                    took(peer.jobs[job], peer.environ(data), data)
            data.rename(kept)
            told(f"{peer.name}: {cases:,} entries made in {time.perf_counter() - began:.0f} s")
        shutil.rmtree(data, ignore_errors=True)  # a git process of its own may have gone on where the data was
        took(("cp", "-a", str(kept), str(data)), environment(), home)
        found[peer.name] = data
    return found


def _recipe(module: str | None) -> str:
    """What is made is made anew when the module that makes it has changed."""
    return hashlib.sha256(Path(str(module)).read_bytes()).hexdigest()[:8]


def _as_new(made: Place) -> None:
    for where in (made.desk, made.plain):
        made.git("reset", "-q", "--hard", "start", where=where)
        made.git("clean", "-fdq", where=where)
        made.git("status", where=where)
    for file in made.index_files():
        file.unlink()
