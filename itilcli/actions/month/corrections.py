"""上月数据更正: what has changed in months whose report was issued, and which incidents changed it.

An issued report is never rewritten. What it said, with the corrections that later reports told, is compared with what
its month comes to now; the incidents are found by going back to the commit that was told of last.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from itilcli.actions.month.facts import book_of
from itilcli.actions.month.issued import issued_months, read_issued
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.figures.book import Book
from itilcli.figures.differences import BY_COMPARISON, Difference, because, differences
from itilcli.figures.period import Period, parse_month
from itilcli.figures.report import figures
from itilcli.model.case import CASE_ID

DECIDING = ("desk.yaml", "people.yaml", "calendar/")
"""Files beside the cases that a figure may depend on."""


def earlier(desk: Desk, period: Period) -> dict[str, dict[str, Any]]:
    """The documents of the issued reports of months before a period, oldest first.

    :raises Refused: E-5.15-file where one of them cannot be read.
    """
    return {str(month): read_issued(desk, str(month)) for month in issued_months(desk) if month.index < period.index}


def corrections(desk: Desk, book: Book, documents: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What differs by now from what was told of each issued month: one row a number, with the incidents behind it.

    ``documents`` are the issued reports, oldest first.
    """
    last = list(documents.values())[-1] if documents else None
    found = []
    for month in documents:
        period = parse_month(month, desk.now, desk.zone)
        changes = changed(documents, month, book, period)
        if changes and last is not None:
            found += _explained(desk, book, period, changes, last)
    return found


def changed(documents: Mapping[str, Mapping[str, Any]], month: str, book: Book, period: Period) -> list[Difference]:
    """The numbers of an issued month that are others now than was told last."""
    told = as_told(documents, month)
    return [one for one in differences(told, figures(book, period)) if one.figure not in BY_COMPARISON]


def as_told(documents: Mapping[str, Mapping[str, Any]], month: str) -> dict[str, Any]:
    """The figures of an issued month, as the corrections in later reports left them."""
    told = copy.deepcopy(dict(documents[month]["figures"]))
    for later, document in documents.items():
        if later > month:
            for row in document.get("corrections", ()):
                if row.get("month") == month:
                    put(told, str(row["figure"]), str(row["part"]), row["now"])
    return told


def put(told: dict[str, Any], figure: str, part: str, value: Any) -> None:
    """One number of a figure replaced by what a correction says."""
    path = [figure, *part.split(".")] if part else [figure]
    name, inside = path.pop(), told
    for folder in path:
        deeper = inside.setdefault(folder, {})
        if not isinstance(deeper, dict):
            return
        inside = deeper
    if isinstance(value, Mapping) and isinstance(inside.get(name), dict):
        inside[name].update(value)
    elif isinstance(inside.get(name), dict):
        inside[name]["value"] = value
    else:
        inside[name] = value


def _explained(
    desk: Desk, book: Book, period: Period, changes: Sequence[Difference], last: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The differences as rows of the report."""
    ids, files, before = _then(desk, str(last["commit"]), str(last["as_of"]))
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(one.figure for one in changes):
        found[name] = because(name, before, book, period, ids) if before else []
    return [
        {
            "month": str(period),
            "figure": one.figure,
            "part": one.part,
            "issued": one.before,
            "now": one.after,
            "incidents": found[one.figure],
            "files": [] if found[one.figure] else files,
        }
        for one in changes
    ]


def _then(desk: Desk, commit: str, as_of: str) -> tuple[set[str], list[str], Book | None]:
    """The cases changed since a commit, the other files that decide figures, and the book as it was then.

    None for the book where the commit is no longer there, as in a shallow clone.
    """
    from datetime import datetime

    try:
        revision = desk.journal.resolve(commit)
        paths = desk.journal.changed_between(revision.id, desk.journal.head() or revision.id)
        with desk.at(revision) as past:
            before = book_of(past, datetime.fromisoformat(as_of))
    except Refused:
        return set(), [], None
    return cases_of(paths), [path for path in paths if path.startswith(DECIDING)], before


def cases_of(paths: Iterable[str]) -> set[str]:
    """The cases that files belong to."""
    return {found[0] for path in paths if (found := CASE_ID.search(path))}
