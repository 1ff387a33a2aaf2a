"""Whole processes, timed side by side: what a user waits for, compared with something that everybody knows.

A ratio is that of two medians out of the same rounds (A B A B …, after one round that is not counted), so that a busy
machine slows both alike. ``PASS`` is the measure of starting up: ``python -c pass`` of the same environment, short P.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

PYTHON = sys.executable
PASS = (PYTHON, "-c", "pass")
ITIL = (PYTHON, "-c", "import sys; from itilcli.cli import main; sys.exit(main())")
"""What the installed script ``itil`` does, wherever it lies."""
PERSON = ("张三", "p0@example.com")
"""Who works in the desks of ``desks.py``: an incident manager who also answers calls."""


class Took(NamedTuple):
    """What one process cost: seconds by the clock, seconds of CPU (user and system, its children too), peak in MB."""

    wall: float
    cpu: float
    peak: float

    def and_then(self, other: Took) -> Took:
        """Both, one after the other."""
        return Took(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


@dataclass(frozen=True)
class Row:
    """One line of the table: ``value``, by the clock, must not exceed ``limit``.

    ``cpu`` is the same by CPU time: steadier on a busy machine, and more where a command uses several processors.
    """

    name: str
    value: float
    limit: float | None = None
    cpu: float | None = None
    unit: str = "×"
    about: str = ""

    @property
    def verdict(self) -> str:
        """``ok`` or ``over``; nothing where there is no target."""
        if self.limit is None:
            return ""
        return "over" if self.value > self.limit else "ok"


Run = Callable[[], Took]


def environment(**more: str) -> dict[str, str]:
    """The environment of what is timed: nothing of the user's git or desk, and Python may keep its compiled modules."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "ITIL_", "LC_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    if path := kept.get("PYTHONPATH"):
        kept["PYTHONPATH"] = os.pathsep.join(str(Path(part).resolve()) for part in path.split(os.pathsep))
    author, email = PERSON
    named = {
        f"GIT_{role}_{what}": text
        for role in ("AUTHOR", "COMMITTER")
        for what, text in (("NAME", author), ("EMAIL", email))
    }
    return {**kept, **named, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", **more}


def took(command: Sequence[str], environ: Mapping[str, str], here: Path) -> Took:
    """What ``command`` costs; the benchmark ends where it fails."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environ, cwd=here, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)}\nended with {process.returncode}:\n{said.read().decode(errors='replace')}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * scale / 1e6)


def side_by_side(rounds: int, *runs: Run) -> tuple[list[Took], ...]:
    """What each of ``runs`` cost in every round but the first, which only warms up."""
    taken = [[run() for run in runs] for _ in range(rounds + 1)][1:]
    return tuple(list(column) for column in zip(*taken, strict=True))


def compared(name: str, ours: Sequence[Took], theirs: Sequence[Took], limit: float | None, by: str = "P") -> Row:
    """The row that holds ``ours`` against ``theirs``, with the middle half of the single rounds' ratios."""
    pairs = sorted(one.wall / other.wall for one, other in zip(ours, theirs, strict=True))
    low, _, high = statistics.quantiles(pairs, n=4)
    mine, base = (statistics.median(one.wall for one in column) * 1000 for column in (ours, theirs))
    cpu = statistics.median(one.cpu for one in ours) / statistics.median(one.cpu for one in theirs)
    about = f"{mine:,.0f} ms, {by} {base:,.0f} ms; middle half of {len(pairs)} rounds {low:.1f}-{high:.1f}"
    return Row(name, mine / base, limit, cpu, about=about)


@contextmanager
def repository(wanted: Callable[[Path], str]) -> Iterator[tuple[Path, dict[str, str]]]:
    """A desk in a temporary folder: ``wanted`` makes its files and tells its time; then they are committed."""
    from itilcli import journal

    with tempfile.TemporaryDirectory(prefix="itil-bench-") as folder:
        root = Path(folder) / "desk"
        root.mkdir()
        environ = environment(ITIL_NOW=wanted(root))
        journal.init(root)
        committed(root, environ)
        yield root, environ


def committed(root: Path, environ: Mapping[str, str]) -> None:
    """Commits all that lies in ``root``."""
    took(("git", "add", "-A"), environ, root)
    took(("git", "commit", "-q", "-m", "all of it"), environ, root)


def table(rows: Iterable[Row]) -> None:
    """Prints the rows as they come."""
    line = "{:<44} {:>9} {:>8} {:>8}  {:<5} {}"
    print(line.format("benchmark", "measured", "by CPU", "target", "", "medians"), flush=True)
    for row in rows:
        cpu = "" if row.cpu is None else f"{row.cpu:,.1f} ×"
        limit = "" if row.limit is None else f"{row.limit:,.4g} {row.unit}"
        print(line.format(row.name, f"{row.value:,.1f} {row.unit}", cpu, limit, row.verdict, row.about), flush=True)
