"""§5.15 服务报告: the figures of a month, or of several, as plain data; pure, so that a draft and an issued report are
the same path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.compared import compared
from itilcli.figures.facts import Facts
from itilcli.figures.lists import for_customer as lists_for_customer
from itilcli.figures.lists import lists
from itilcli.figures.outlook import outlook
from itilcli.figures.period import Period
from itilcli.figures.period import cut_off as cut_off
from itilcli.figures.table import FIGURES
from itilcli.figures.trend import trend
from itilcli.model.past import Past
from itilcli.procedure.clause import World

INTERNAL = frozenset({"nonconformity"})
"""Figures that a customer's own report leaves out."""
NO_TARGET = {"target": None, "met": None}
"""The desk's targets are for all its customers together, and its own."""
EXPECTED = frozenset({"unusual", "expected", "held"})
"""What the trend says of forecasts, which a customer's own report has none of."""


def state(book: Book, period: Period) -> str:
    """``over`` or ``running`` at the cut-off; ``before_tool`` where only ``history.csv`` knows the period."""
    known = all(index in book.past for index in period.indices)
    if known and (book.first is None or period.last().index < book.first):
        return "before_tool"
    return "over" if period.end <= book.world.now else "running"


def figures(book: Book, period: Period) -> dict[str, Any]:
    """Every figure by its name. Raises Refused: E-desk-hours."""
    return {figure.name: figure.compute(book, period) for figure in FIGURES}


def monthly(
    rows: Sequence[Facts], period: Period, world: World, as_of: datetime, past: Mapping[int, Past] | None = None
) -> dict[str, Any]:
    """:func:`of_book` over rows; the clock of ``world`` is not asked, what is late or due is judged at ``as_of``."""
    return of_book(Book(rows, replace(world, now=as_of), past), period)


def of_book(book: Book, period: Period, told: Mapping[int, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """The report of a period over a book, whose clock is the cut-off: plain data, by the desk's clock.

    ``told`` are the forecasts that issued reports gave, by the month that each is for. Raises Refused: E-desk-hours.
    """
    words, forecast = outlook(book, period, told or {})
    return {
        "month": str(period),
        "from": str(replace(period, months=1)),
        "to": str(period.last()),
        "state": state(book, period),
        "as_of": book.world.now.astimezone(period.zone).isoformat(),
        "figures": figures(book, period),
        "compared": compared(book, period),
        "lists": lists(book, period),
        "trend": {**trend(book, period), **words},
        "forecast": forecast,
    }


def for_customer(document: dict[str, Any]) -> dict[str, Any]:
    """A report without what is internal to the desk, for a customer's own (服务月报)."""
    return {
        **document,
        "figures": {name: figure for name, figure in document["figures"].items() if name not in INTERNAL},
        "compared": [{**row, **NO_TARGET} for row in document["compared"] if row["figure"] not in INTERNAL],
        "lists": lists_for_customer(document["lists"]),
        "trend": {name: value for name, value in document["trend"].items() if name not in EXPECTED},
    }
