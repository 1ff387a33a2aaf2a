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
from collections.abc import Iterator
from pathlib import Path

import desks
from timing import ITIL, Row, repository, table, took

EXAMPLES = Path(__file__).resolve().parent.parent / "docs/examples"
MAP, SLICE = EXAMPLES / "uci-incident-log.yaml", EXAMPLES / "uci-1000.csv.gz"
WHOLE = 20_769
SECONDS, MEGABYTES = 120, 600


def rows(log: str = "") -> Iterator[Row]:
    """Time and memory of one import into an empty desk."""
    file = Path(log or os.environ.get("ITIL_BENCH_LOG") or SLICE).resolve()
    count = incidents(file)
    with repository(lambda root: desks.make(root, 0).isoformat()) as (root, environ):
        taken = took((*ITIL, "import", str(file), "--map", str(MAP)), environ, root)
    name = f"itil import, {count:,} incidents"
    about = "the whole log" if count >= WHOLE else f"the slice; target: its share of {SECONDS} s for {WHOLE:,}"
    yield Row(
        f"{name}: time",
        taken.wall,
        SECONDS * min(1, count / WHOLE),
        unit="s",
        about=f"{about}; {taken.cpu:.1f} s of CPU",
    )
    yield Row(f"{name}: peak", taken.peak, MEGABYTES, unit="MB", about="of the largest process")


def incidents(file: Path) -> int:
    """How many incidents the log tells of."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8-sig", newline="") as lines:
        return len({row["number"] for row in csv.DictReader(lines)})


if __name__ == "__main__":
    table(rows(*sys.argv[1:]))
