"""`itil report` against the reading part of `itil check`: list the same cases, read and parse them, and no more.

``python benchmarks/report.py [CASES [ROUNDS]]`` makes a desk of that many incidents (20,000) in a temporary folder and
runs both as processes of their own, side by side, ROUNDS times (3). An index that spares the reading shows as a ratio
below one.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from functools import partial

import desks
from timing import ITIL, PYTHON, Row, compared, repository, side_by_side, table, took

LIMIT, MOST = 3, 600
READING = """
import sys
from itilcli.desk import Desk
for stored in Desk.open(sys.argv[1]).cases():
    pass
"""
MONTH = "2026-10"


def rows(count: int = 20_000, rounds: int = 3) -> Iterator[Row]:
    """The time of the Markdown report, and its peak memory."""
    with repository(lambda root: desks.make(root, count).isoformat()) as (root, environ):
        report = (*ITIL, "report", MONTH, "--output", str(root.parent / "report.md"))
        reading = (PYTHON, "-c", READING, str(root))
        ours, base = side_by_side(rounds, *(partial(took, command, environ, root) for command in (report, reading)))
    yield compared(f"itil report ({count:,} cases)", ours, base, LIMIT, "reading")
    peak = statistics.median(one.peak for one in ours)
    yield Row("… its peak", peak, MOST, unit=" MB", about="one process")


if __name__ == "__main__":
    table(rows(*(int(word) for word in sys.argv[1:])))
