"""Whole processes, timed side by side: what a user waits for, compared with something that everybody knows.

A ratio is that of two medians out of the same rounds (A B A B …, after one round that is not counted), so that a busy
machine slows both alike. ``PASS`` is the measure of starting up: ``python -c pass`` of the same environment, short P.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

PYTHON = sys.executable
PASS = (PYTHON, "-c", "pass")
ITIL = (PYTHON, "-c", "from itilcli.cli import program; program()")
"""What the installed script ``itil`` does, wherever it lies."""
PERSON = ("张三", "p0@example.com")
"""Who works in the desks of ``desks.py``: an incident manager who also answers calls."""
LEAST, MOST, FEW = 5, 25, 3
"""Rounds: at least, at most, and of a row in which something takes longer than ``SLOW``."""
SLOW, ONCE, ENOUGH = 5.0, 60.0, 15.0
"""Seconds: of a slow run, of one that is run only once, and of all rounds of a row together."""


STARTER = """
import json, os, sys, time
with open(sys.argv[1], "w+b") as said:
    os.unlink(said.name)
    files = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
    files += [(os.POSIX_SPAWN_DUP2, said.fileno(), to) for to in (1, 2)]
    for line in sys.stdin:
        command, environ, here = json.loads(line)
        os.chdir(here)
        said.seek(0)
        said.truncate()
        began = time.perf_counter()
        try:
            # the program is looked for where the timed command itself would look
            os.environ["PATH"] = environ.get("PATH", os.defpath)
            child = os.posix_spawnp(command[0], command, environ, file_actions=files)
            _, status, used = os.wait4(child, 0)
            code, cpu, peak = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss
        except OSError as error:
            code, cpu, peak = str(error), 0, 0
        wall = time.perf_counter() - began
        said.seek(0)
        text = said.read().decode(errors="replace") if code else ""
        print(json.dumps([wall, cpu, peak, code, text]), flush=True)
"""


class Took(NamedTuple):
    """What one process cost: seconds by the clock, seconds of CPU (user and system, its children too), peak in MB."""

    wall: float
    cpu: float
    peak: float

    def and_then(self, other: Took) -> Took:
        """Both, one after the other."""
        return Took(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


Run = Callable[[], Took]


@dataclass(frozen=True)
class Target:
    """``limit`` times what ``by`` takes is the most that is allowed."""

    by: str
    limit: float


@dataclass(frozen=True)
class Contest:
    """One row to be measured: our command, and what it is held against; None for what is not installed."""

    name: str
    ours: Run
    against: Mapping[str, Run | None]
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Result:
    """One row as measured among so many cases: every counted run of ours and of each of the others."""

    name: str
    cases: int
    ours: list[Took]
    others: Mapping[str, list[Took]]
    missing: tuple[str, ...] = ()
    targets: tuple[Target, ...] = field(default=())

    def ratio(self, by: str) -> float | None:
        """Our median in units of another's; None where that one was not measured."""
        return median(self.ours) / median(self.others[by]) if by in self.others else None

    def verdict(self, target: Target) -> str:
        """``ok`` or ``over``; ``?`` where the other is not installed."""
        ratio = self.ratio(target.by)
        return "?" if ratio is None else "over" if ratio > target.limit else "ok"

    @property
    def peak(self) -> float:
        """MB: the median of our peaks."""
        return statistics.median(one.peak for one in self.ours)


def median(taken: Sequence[Took]) -> float:
    """Seconds by the clock."""
    return statistics.median(one.wall for one in taken)


def spread(taken: Sequence[Took]) -> tuple[float, float]:
    """Seconds by the clock: where the middle half of the runs begins and ends."""
    if len(taken) < 2:
        return taken[0].wall, taken[0].wall
    low, _, high = statistics.quantiles((one.wall for one in taken), n=4, method="inclusive")
    return low, high


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
    starter = _starter()
    assert starter.stdin is not None and starter.stdout is not None
    starter.stdin.write(json.dumps([list(command), dict(environ), str(here)]) + "\n")
    starter.stdin.flush()
    wall, cpu, peak, code, said = json.loads(starter.stdout.readline())
    if code:
        sys.exit(f"{' '.join(command)}\nended with {code}:\n{said}")
    return Took(wall, cpu, peak * (1 if sys.platform == "darwin" else 1024) / 1e6)


@cache
def _starter() -> subprocess.Popen[str]:
    """The process that starts what is timed: a small one, since its peak is counted in what it starts."""
    handle, name = tempfile.mkstemp(prefix="itil-bench-")
    os.close(handle)
    command = (PYTHON, "-I", "-S", "-c", STARTER, name)
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def side_by_side(runs: Sequence[Run]) -> tuple[list[Took], ...]:
    """What each of ``runs`` cost in every round but the first, which warms up and tells how many rounds there are.

    A run longer than ``ONCE`` keeps the figure of that first round and is not repeated.
    """
    firsts, seconds = [], []
    for run in runs:
        began = time.perf_counter()
        firsts.append(run())
        seconds.append(time.perf_counter() - began)
    again = [first.wall <= ONCE for first in firsts]
    slow = any(first.wall > SLOW for first in firsts)
    whole = sum(spent for spent, repeated in zip(seconds, again, strict=True) if repeated)
    rounds = FEW if slow else max(LEAST, min(MOST, round(ENOUGH / max(whole, 0.01))))
    taken: tuple[list[Took], ...] = tuple(
        [] if repeated else [first] for first, repeated in zip(firsts, again, strict=True)
    )
    for _ in range(rounds):
        for run, column, repeated in zip(runs, taken, again, strict=True):
            if repeated:
                column.append(run())
    return taken


def measured(contest: Contest, cases: int) -> Result:
    """The row, all its sides taking turns."""
    there = {name: run for name, run in contest.against.items() if run is not None}
    ours, *others = side_by_side([contest.ours, *there.values()])
    missing = tuple(name for name, run in contest.against.items() if run is None)
    return Result(contest.name, cases, ours, dict(zip(there, others, strict=True)), missing, contest.targets)


def told(text: str) -> None:
    """What is being done, for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def each(contests: Iterable[Contest], cases: int) -> Iterable[Result]:
    """Every row, measured as it comes."""
    for contest in contests:
        began = time.perf_counter()
        result = measured(contest, cases)
        told(f"  {contest.name}, {cases:,} cases: {len(result.ours)} rounds, {time.perf_counter() - began:.0f} s")
        yield result
