"""Starting up: help, version, and one case shown, against ``python -c pass`` (P).

``python benchmarks/startup.py [ROUNDS]``. A bare typer program stands beside ours: the least that the library costs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

import desks
from timing import ITIL, PASS, PYTHON, Row, compared, repository, side_by_side, table, took

BARE = """
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
@app.command()
def main(name: str = "") -> None: ...
app(["--help"])
"""
CASES = 1_000


def rows(rounds: int = 25) -> Iterator[Row]:
    """One row for each command, all of them taking turns."""
    with repository(lambda root: desks.make(root, CASES).isoformat()) as (root, environ):
        short = sorted(root.glob("records/*/*/*/*.incident.yaml"))[CASES // 2].name.partition(".")[0].rpartition("-")[2]
        wanted = {
            "a bare typer program: --help": ((PYTHON, "-c", BARE), None),
            "itil --version": ((*ITIL, "--version"), 7),
            "itil --help": ((*ITIL, "--help"), 7),
            "itil new --help": ((*ITIL, "new", "--help"), 7),
            f"itil show ID ({CASES:,} cases)": ((*ITIL, "show", short), 11),
        }
        runs = [
            partial(took, command, environ, root) for command in (PASS, *(command for command, _ in wanted.values()))
        ]
        least, *ours = side_by_side(rounds, *runs)
    for (name, (_, limit)), taken in zip(wanted.items(), ours, strict=True):
        yield compared(name, taken, least, limit)


if __name__ == "__main__":
    table(rows(*(int(word) for word in sys.argv[1:])))
