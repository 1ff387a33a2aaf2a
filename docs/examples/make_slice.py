"""Makes uci-1000.csv.gz: every event of 1,000 incidents of the UCI log, the same each time.

python docs/examples/make_slice.py uci_incident_event_log.csv.gz docs/examples/uci-1000.csv.gz

First the incidents that contradict themselves (an event before the opening, times that run backwards, state -100, a
last row that is not Closed); then, in the order of the log, every so-and-so-many-th of the others. The log is in the
order of opening, so that the slice is spread over its four months as the log is.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from datetime import datetime
from pathlib import Path

SIZE = 1000


def main(source: str, target: str) -> None:
    """Writes the slice of ``source`` to ``target``."""
    with gzip.open(source, "rt", encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    by_key: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_key.setdefault(row[0], []).append(dict(zip(header, row, strict=True)))
    odd = {key for key, events in by_key.items() if is_odd(events)}
    others = [key for key in by_key if key not in odd]
    wanted = SIZE - len(odd)
    chosen = odd | {others[number * len(others) // wanted] for number in range(wanted)}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(row for row in rows if row[0] in chosen)
    Path(target).write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def is_odd(events: list[dict[str, str]]) -> bool:
    """Whether the events of one incident contradict each other."""
    times = [datetime.strptime(event["sys_updated_at"], "%d/%m/%Y %H:%M") for event in events]
    opened = datetime.strptime(events[0]["opened_at"], "%d/%m/%Y %H:%M")
    states = [event["incident_state"] for event in events]
    return min(times) < opened or times != sorted(times) or "-100" in states or states[-1] != "Closed"


if __name__ == "__main__":
    main(*sys.argv[1:])
