"""Importing a real log: seconds, and the peak of memory.

``python benchmarks/importing.py [LOG]``. LOG (or ITIL_BENCH_LOG) is the whole log, ``uci_incident_event_log.csv`` plain
or .gz, which is too large for this project; without it, the slice in ``docs/examples`` is taken, and its share of the
time. docs/examples/README.md says where the log comes from.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import desks
from places import ITIL_NOW
from timing import ITIL, Took, environment, took

EXAMPLES = Path(__file__).resolve().parent.parent / "docs/examples"
MAP, SLICE = EXAMPLES / "uci-incident-log.yaml", EXAMPLES / "uci-1000.csv.gz"
WHOLE, SECONDS = 20_769, 40


@dataclass(frozen=True)
class Imported:
    """One import into an empty desk."""

    incidents: int
    taken: Took

    @property
    def limit(self) -> float:
        """Seconds: the target, or the slice's share of it."""
        return SECONDS * min(1, self.incidents / WHOLE)


def imported(log: str = "") -> Imported:
    """The import of the whole log, or of the slice where there is none."""
    from itilcli import journal

    file = Path(log or os.environ.get("ITIL_BENCH_LOG") or SLICE).resolve()
    with tempfile.TemporaryDirectory(prefix="itil-bench-") as folder:
        root, environ = Path(folder), environment(ITIL_NOW=ITIL_NOW)
        desks.make(root, 0)
        journal.init(root)
        for words in (("add", "-A"), ("commit", "-q", "-m", "an empty desk")):
            took(("git", *words), environ, root)
        return Imported(incidents(file), took((*ITIL, "import", str(file), "--map", str(MAP)), environ, root))


def incidents(file: Path) -> int:
    """How many incidents the log tells of."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8-sig", newline="") as lines:
        return len({row["number"] for row in csv.DictReader(lines)})


if __name__ == "__main__":
    done = imported(*sys.argv[1:])
    print(f"{done.incidents:,} incidents: {done.taken.wall:.1f} s (target {done.limit:.1f}), {done.taken.peak:.0f} MB")
