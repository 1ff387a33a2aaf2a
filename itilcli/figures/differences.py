"""What two computings of the same figures disagree in, and which incidents make the difference."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.period import Period
from itilcli.figures.table import FIGURES

RATE = frozenset({"value", "numerator", "denominator"})
FREE = frozenset({"by_customer", "by_project"})
"""Parts of a figure that are named by what records say: no name in them means anything here."""
BY_COMPARISON = frozenset({"change_last_month", "change_last_year"})
"""Figures that compare with another month, whose own changes are told there."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that differs: of which figure, which part of it (empty: the whole), and both values.

    A rate is one value with both its numbers; None stands for a part that one side lacks.
    """

    figure: str
    part: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The numbers in which two tables of figures differ, in the order of the figures; only figures that both have."""
    names = [figure.name for figure in FIGURES if figure.name in before and figure.name in after]
    found = []
    for name in names:
        old, new = dict(leaves(before[name])), dict(leaves(after[name]))
        found += [
            Difference(name, part, old.get(part), new.get(part)) for part in {**old, **new} if _differs(old, new, part)
        ]
    return found


def _differs(old: Mapping[str, Any], new: Mapping[str, Any], part: str) -> bool:
    """Whether a part differs; one that a side lacks is as good as 0 or nothing."""
    if part in old and part in new:
        return bool(old[part] != new[part])
    return (old[part] if part in old else new[part]) not in (0, None)


def leaves(figure: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The numbers of a figure with their places in it (``by_type.fault``); IDs that stand beside them are left out."""
    if isinstance(figure, Mapping):
        inner = set(figure)
        if inner >= RATE:
            yield path, {name: figure[name] for name in ("value", "numerator", "denominator")}
            inner -= RATE
        for name in figure:
            if name in FREE and isinstance(figure[name], Mapping):
                yield from ((f"{name}.{one}", number) for one, number in figure[name].items())
            elif name in inner:
                yield from leaves(figure[name], "" if name == "value" else f"{path}.{name}" if path else str(name))
    elif not isinstance(figure, list):
        yield path, figure


def because(name: str, before: Book, after: Book, period: Period, changed: Collection[str]) -> list[str]:
    """The incidents that add something else to a figure than before: those of ``changed`` if they do, else any.

    An incident adds to a figure what that figure is over it alone.
    """
    old, new = ({row.id: row for row in book.rows} for book in (before, after))
    found = _differing(
        name, (one for one in sorted(changed) if one in old or one in new), (before, old), (after, new), period
    )
    if found:
        return found
    near = {row.id for book in (before, after) for row in _touching(book, period)}
    return _differing(name, sorted(near), (before, old), (after, new), period)


def _differing(
    name: str,
    ids: Iterable[str],
    before: tuple[Book, Mapping[str, Facts]],
    after: tuple[Book, Mapping[str, Facts]],
    period: Period,
) -> list[str]:
    return [one for one in ids if _alone(name, one, *before, period) != _alone(name, one, *after, period)]


def _alone(name: str, one: str, book: Book, rows: Mapping[str, Facts], period: Period) -> Any:
    """What a figure is over a single incident; over none where the book lacks it."""
    figure = next(figure for figure in FIGURES if figure.name == name)
    return figure.compute(Book([rows[one]] if one in rows else [], book.world), period)


def _touching(book: Book, period: Period) -> Iterator[Facts]:
    """The incidents that any figure of a period may count."""
    yield from book.reported(period)
    yield from (row for row, _ in book.resolved(period))
    yield from (row for row, _ in book.due(period))
    yield from book.called_in(period)
