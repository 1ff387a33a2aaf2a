"""§5.9, §5.12: what the solved incidents of a period handed to problem, change and configuration management."""

from __future__ import annotations

from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.period import Period

PROCESSES = ("problem", "change", "configuration")


def hand_offs(book: Book, period: Period) -> dict[str, Any]:
    """Over S: how many incidents handed something to each process, and every hand-over in ``rows``.

    ``kind`` is the reason of a problem or the class of a change; ``done`` tells of a configuration change whether it
    is made, and is null of the others.
    """
    rows = [
        {"id": row.id, "process": one.process, "kind": one.kind, "ref": one.ref, "done": one.done}
        for row, _ in book.resolved(period)
        for one in row.particulars.hand_offs
    ]
    rows.sort(key=lambda one: (PROCESSES.index(str(one["process"])), one["id"]))
    return {"counts": {name: sum(one["process"] == name for one in rows) for name in PROCESSES}, "rows": rows}
