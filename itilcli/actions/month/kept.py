"""The document of a report as the index keeps it: given again while everything that it was made from is the same.

What it is made from: the contents of the desk, its last commit, what is not committed, what was asked and said, and of
the clock the month (what ``history.csv`` may tell), whether the months asked for are over (the cut-off), and when the
records were found free of faults. What explains a correction may come and go with git's objects: it is asked again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from itilcli.actions.month.rows import KIND, facts_kind
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.figures.period import Period, cut_off, month_index
from itilcli.index import Index, Unusable

LAYOUT = 1
"""Raised whenever a document changes otherwise than by what it is made from."""
LARGEST = 50_000_000
"""A document of more characters is not kept."""
LAST = 2**62
"""The end of a time without one, in seconds."""


class Made(NamedTuple):
    """A document; ``committed`` is when the last commit was made, ``then`` the commit that explained its corrections, and
    whether that was there."""

    document: dict[str, Any]
    committed: datetime
    then: tuple[str, bool] | None


class _Unkept(Exception):
    """A document that is given, and not kept."""


def document(
    desk: Desk, index: Index, period: Period, asked: Mapping[str, Any], make: Callable[[], Made]
) -> dict[str, Any]:
    """The document of a report, kept or made.

    :param asked: everything that was asked and said besides the months, as plain data. Raises Unusable.
    """
    made: list[Made] = []
    key = _key(desk, index, period, asked)

    def anew() -> str:
        made.append(make())
        data = _written(desk, index, made[0])
        if len(data) > LARGEST or not index.lasting or not index.knows_all() or not _still(desk, index):
            raise _Unkept
        return data

    try:
        data = index.answer(_kind(asked), key, anew, lambda data: _holds(desk, period, data))
    except (_Unkept, Unusable):
        if not made:
            raise
    return made[0].document if made else json.loads(_parted(data)[-1])


def _kind(asked: Mapping[str, Any]) -> str:
    return "customer report" if asked["organisation"] or asked["project"] else "report"


def _key(desk: Desk, index: Index, period: Period, asked: Mapping[str, Any]) -> str:
    """Everything that a document depends on but what :func:`_holds` asks."""
    parts = [
        LAYOUT,
        index.digest((facts_kind(desk),)),
        desk.journal.head(),
        str(period),
        month_index(desk.now.date()),
        asked,
    ]
    return json.dumps(parts, default=str)


def _written(desk: Desk, index: Index, made: Made) -> str:
    """A document behind what it holds for, each before a comma: from and until when, commit, cut-off, what explained it."""
    since, until = index.span(KIND)
    then = f"{made.then[0]} {int(made.then[1])}" if made.then else ""
    head = (since or 0, LAST if until is None else until, made.committed.isoformat(), made.document["as_of"], then)
    return ",".join((*map(str, head), json.dumps(made.document, ensure_ascii=False)))


def _parted(data: str) -> list[str]:
    return data.split(",", 5)


def _holds(desk: Desk, period: Period, data: str) -> bool:
    """Whether a document that was kept is still what would be made."""
    since, until, committed, as_of, then, _ = _parted(data)
    if not int(since) <= int(desk.now.timestamp()) <= int(until):
        return False
    if cut_off(period, datetime.fromisoformat(committed), desk.now) != datetime.fromisoformat(as_of):
        return False
    commit, _, there = then.partition(" ")
    return not commit or is_there(desk, commit) == bool(int(there))


def is_there(desk: Desk, commit: str) -> bool:
    """Whether the repository holds a commit."""
    try:
        desk.journal.resolve(commit)
    except Refused:
        return False
    return True


def _still(desk: Desk, index: Index) -> bool:
    """Whether the desk is still what it was when the index looked at it."""
    again = desk.open_index()
    try:
        return again is not None and again.digest() == index.digest()
    finally:
        if again is not None:
            again.close()


def page(desk: Desk, document: Mapping[str, Any], language: str, make: Callable[[], str]) -> str:
    """The draft of a document as Markdown, kept or made; a desk with templates of its own has it made each time."""
    if desk.index is None or desk.unfinished_paths or os.path.lexists(desk.root / "templates"):
        return make()
    key = f"{LAYOUT} {language} {json.dumps(document)}"  # its digest would be shorter, and loads OpenSSL
    try:
        return desk.index.answer("report page", key, make)
    except Unusable:
        return make()
