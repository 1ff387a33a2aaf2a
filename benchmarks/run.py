"""All benchmarks, one table. ``python benchmarks/run.py [LOG]``: LOG is the whole log to import (see importing.py).

It ends with 0 whatever the figures are, unless a benchmark itself fails: a busy machine proves nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import check
import importing
import report
import startup
import writing
from timing import Row, table


def rows(log: str = "") -> Iterator[Row]:
    """Every row, as soon as it is measured."""
    yield from startup.rows()
    yield from writing.rows()
    yield from check.rows()
    yield from report.rows()
    yield from importing.rows(log)


if __name__ == "__main__":
    table(rows(*sys.argv[1:]))
