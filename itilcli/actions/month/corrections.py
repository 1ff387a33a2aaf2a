"""上月数据更正: what has changed in months whose report was issued, and which incidents changed it.

An issued report is never rewritten. What it said, with the corrections that later reports told, is compared with what
its month comes to now; the incidents are found by going back to the commit that was told of last.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itilcli.actions.month.facts import Read, book_of, facts
from itilcli.actions.month.issued import is_issued, issued_months, read_issued
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.figures.book import Book
from itilcli.figures.differences import BY_COMPARISON, FREE, Difference, because, differences
from itilcli.figures.period import Period, parse_month
from itilcli.figures.report import figures
from itilcli.model.case import CASE_ID

ROWS_DEPEND_ON = frozenset({"desk.yaml", "people.yaml"})
"""Files beside a case that its row of facts depends on."""
DECIDING = (*sorted(ROWS_DEPEND_ON), "calendar/", "history.csv")
"""Files beside the cases that a figure depends on."""


def earlier(desk: Desk, period: Period) -> dict[str, dict[str, Any]]:
    """The documents of the issued reports of months before a period, oldest first.

    :raises Refused: E-5.15-file where one of them cannot be read.
    """
    return {str(month): read_issued(desk, str(month)) for month in issued_months(desk) if month.index < period.index}


def telling(desk: Desk, period: Period, before: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """All reports that may have told corrections already: those of later months too, where they were issued first."""
    if is_issued(desk, str(period)):
        return dict(before)
    late = [str(month) for month in issued_months(desk) if month.index > period.index]
    return {**before, **{month: read_issued(desk, month) for month in late}}


def corrections(
    desk: Desk, book: Book, months: Iterable[str], documents: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What differs by now from what was told of each issued month: one row a number, with the incidents behind it.

    ``documents`` are the issued reports that have told, those of ``months`` among them.
    """
    found: list[tuple[Period, list[Difference]]] = []
    for month in months:
        period = parse_month(month, desk.now, desk.zone)
        if changes := changed(documents, month, book, period):
            found.append((period, changes))
    if not found:
        return []
    then = _then(desk, book, in_order(documents)[-1])
    return [row for period, changes in found for row in _explained(book, period, changes, then)]


def changed(documents: Mapping[str, Mapping[str, Any]], month: str, book: Book, period: Period) -> list[Difference]:
    """The numbers of an issued month that are others now than was told last."""
    told = as_told(documents, month)
    return [one for one in differences(told, figures(book, period)) if one.figure not in BY_COMPARISON]


def as_told(documents: Mapping[str, Mapping[str, Any]], month: str) -> dict[str, Any]:
    """The figures of an issued month, as the corrections in later reports left them."""
    told = copy.deepcopy(dict(documents[month]["figures"]))
    for document in in_order(documents):
        for row in document.get("corrections", ()):
            if row.get("month") == month:
                put(told, str(row["figure"]), str(row["part"]), row["now"])
    return told


def in_order(documents: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The issued reports in the order in which they were made: a month may be issued after the one that follows it."""
    return sorted(documents.values(), key=lambda document: datetime.fromisoformat(str(document["as_of"])).timestamp())


def put(told: dict[str, Any], figure: str, part: str, value: Any) -> None:
    """One number of a figure replaced by what a correction says."""
    pieces = part.split(".", 1) if part.partition(".")[0] in FREE else part.split(".") if part else []
    path = [figure, *pieces]
    name, inside = path.pop(), told
    for folder in path:
        deeper = inside.setdefault(folder, {})
        if not isinstance(deeper, dict):
            return
        inside = deeper
    if value is None and pieces:
        inside[name] = None
    elif isinstance(value, Mapping) and isinstance(inside.get(name), dict):
        inside[name].update(value)
    elif isinstance(inside.get(name), dict):
        inside[name]["value"] = value
    else:
        inside[name] = value


@dataclass(frozen=True, slots=True)
class Then:
    """The desk when it was reported on last: its book (None where that commit is gone), the cases and the other files
    that decide figures and have changed since."""

    book: Book | None = None
    cases: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()


def _explained(book: Book, period: Period, changes: Sequence[Difference], then: Then) -> list[dict[str, Any]]:
    """The differences as rows of the report."""
    names = dict.fromkeys(one.figure for one in changes)
    found = {name: because(name, then.book, book, period, then.cases) if then.book else [] for name in names}
    return [
        {
            "month": str(period),
            "figure": one.figure,
            "part": one.part,
            "issued": one.before,
            "now": one.after,
            "incidents": found[one.figure],
            "files": [] if then.cases.intersection(found[one.figure]) else list(then.files),
        }
        for one in changes
    ]


def _then(desk: Desk, book: Book, last: Mapping[str, Any]) -> Then:
    """The desk as the last issued report saw it; nothing where its commit is no longer there, as in a shallow clone.

    Cases that have not changed are taken from the book of today, unless people or settings have changed, on which rows
    depend.
    """
    try:
        revision = desk.journal.resolve(str(last["commit"]))
        paths = desk.journal.changed_between(revision.id, desk.journal.head() or revision.id)
        cases = frozenset(cases_of(paths))
        with desk.at(revision) as past:
            as_of = datetime.fromisoformat(str(last["as_of"]))
            if {*paths}.isdisjoint(ROWS_DEPEND_ON):
                read = facts(past, only=cases)
                kept = tuple(row for row in book.rows if row.id not in cases)
                read = Read((*kept, *read.rows), read.left_out)
            else:
                read = facts(past)
            before = book_of(past, as_of, read)
    except (Refused, ValueError):
        return Then()
    return Then(before, cases, tuple(path for path in paths if path.startswith(DECIDING)))


def cases_of(paths: Iterable[str]) -> set[str]:
    """The cases that files belong to."""
    return {found[0] for path in paths if (found := CASE_ID.search(path))}
