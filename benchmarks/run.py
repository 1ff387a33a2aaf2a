"""All benchmarks in one run. ``python benchmarks/run.py [--sizes 1000,10000] [--rows show ID,new] [--log LOG]
[--write]``.

LOG is the whole log to import (see importing.py); ``--write`` puts the tables into README.md, with what earlier runs have
measured in the same ITIL_BENCH_DESKS and this one has not. What is being done is
told on the standard error stream. It ends with 0 whatever the figures are, unless a benchmark itself fails: a busy
machine proves nothing.
"""

from __future__ import annotations

import argparse
import time

import figures
import places
import rows
from importing import imported
from timing import each, told


def main() -> None:
    """Measure, print, and write if asked."""
    asked = argparse.ArgumentParser(description="All benchmarks in one run.")
    asked.add_argument("--sizes", default="1000,10000,100000", help="how many cases, with commas between them")
    asked.add_argument("--rows", default="", help="only these rows, with commas between them; no import then")
    asked.add_argument("--log", default="", help="the whole log to import, see benchmarks/importing.py")
    asked.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    given = asked.parse_args()
    only = given.rows.split(",") if given.rows else []
    if unknown := [name for name in only if name not in rows.TARGETS]:
        asked.error(f"no such row: {', '.join(unknown)}; there are: {', '.join(rows.TARGETS)}")
    began, all_of_it = time.perf_counter(), figures.Figures()
    with places.folder() as folder:
        for size in [int(word) for word in given.sizes.split(",")]:
            told(f"{size:,} cases")
            place = places.place(folder, size)
            for result in each(rows.contests(place, only), size):
                all_of_it.results.append(result)
                print(figures.lines(result), flush=True)
                figures.keep(folder, result)
            print(f"peak memory, {size:,} cases: {figures.peak(all_of_it, size)}", flush=True)
        if not only:
            told("import of a real log")
            all_of_it.imported = imported(given.log)
            print(f"import: {figures.import_line(all_of_it.imported)}")
            figures.keep(folder, all_of_it.imported)
        figures.recall(folder, all_of_it)
    for name, grown, allowed in figures.growth(all_of_it):
        print(f"growth of {name}: {grown} ({allowed})")
    if given.write:
        figures.write(all_of_it)
    told(f"{time.perf_counter() - began:,.0f} s in all")


if __name__ == "__main__":
    main()
