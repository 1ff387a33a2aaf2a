"""`itil check` against the least a program can do: read the same files and parse them.

``python benchmarks/check.py [CASES [ROUNDS]]`` makes a desk of that many cases (10,000) in a temporary folder and runs
both as processes of their own, side by side, ROUNDS times (5).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

import desks
from timing import ITIL, PYTHON, Row, compared, repository, side_by_side, table, took

LIMIT = 4
LOOP = """
import sys
from pathlib import Path
import yaml_rs
for path in Path(sys.argv[1]).rglob("*.yaml"):
    yaml_rs.loads(path.read_text(encoding="utf-8"), parse_datetime=False)
"""


def rows(count: int = 10_000, rounds: int = 5) -> Iterator[Row]:
    """The one row."""
    with repository(lambda root: desks.make(root, count).isoformat()) as (root, environ):
        check, loop = (*ITIL, "check"), (PYTHON, "-c", LOOP, str(root / "records"))
        ours, loops = side_by_side(rounds, *(partial(took, command, environ, root) for command in (check, loop)))
    yield compared(f"itil check ({count:,} cases)", ours, loops, LIMIT, "the loop")


if __name__ == "__main__":
    table(rows(*(int(word) for word in sys.argv[1:])))
