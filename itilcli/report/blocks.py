"""What several sections lay out alike: counts with their shares, durations, incidents by name, charts of the trend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from itilcli.figures.measures import NOT_APPLICABLE, UNCLASSIFIED, UNKNOWN
from itilcli.report.cells import cut, heads
from itilcli.report.pages import Cell, Chart, Minutes, Paragraph, Series, Share, Table
from itilcli.report.words import Words
from itilcli.text import Text, t

ROWS = 200
"""Rows of one list."""
FIRST = 10
"""Customers and projects that are named; the others are summed."""
BESIDE = frozenset({NOT_APPLICABLE, UNCLASSIFIED, UNKNOWN})
"""Codes that stand in a table only where something was counted under them."""


def incident(row: Mapping[str, Any]) -> tuple[Cell, Cell, Cell]:
    """Number, customer and title of an incident as cells."""
    return row["id"], cut(row["customer"]), cut(row["title"])


def counted(name: str, title: Text, kind: str, counts: Mapping[str, int], words: Words) -> Table:
    """A count for each code of a list and its share of them all; ``kind`` names the list."""
    total = sum(counts.values())
    rows = tuple(
        (words.label(code, kind), number, Share(number, total))
        for code, number in counts.items()
        if number or code not in BESIDE
    )
    return Table(name, heads(words, title, t("count"), t("share"), right=(1, 2)), rows)


def most(name: str, title: Text, counts: Mapping[str, int], unknown: Text, words: Words) -> Table:
    """The names with the highest counts and the sum of all others; ``unknown`` stands for what is not named."""
    total = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    first = [(words(unknown) if code == UNKNOWN else cut(code), number) for code, number in ordered[:FIRST]]
    if len(ordered) > FIRST:
        first.append((words(t("all others")), sum(number for _, number in ordered[FIRST:])))
    rows = tuple((label, number, Share(number, total)) for label, number in first)
    return Table(name, heads(words, title, t("count"), t("share"), right=(1, 2)), rows)


def durations(name: str, title: Text, figures: Iterable[tuple[str, Mapping[str, Any]]], words: Words) -> Table:
    """Mean, P50 and P90 of several durations in hours, by the calendar and in working time."""
    rows = tuple(
        (
            label,
            figure["count"],
            *(
                Minutes(figure[clock][measure])
                for clock in ("calendar_minutes", "working_minutes")
                for measure in ("mean", "p50", "p90")
            ),
        )
        for label, figure in figures
    )
    columns = heads(
        words, t("figure"), t("count"), t("mean"), t("P50"), t("P90"), t("working: mean"), t("working: P50"),
        t("working: P90"), right=range(1, 8),
    )  # fmt: skip
    return Table(
        name, columns, rows, words(title), words(t("P50: half took no longer; P90: nine of ten took no longer."))
    )


def capped(rows: Sequence[Any], words: Words) -> tuple[Sequence[Any], tuple[Paragraph, ...]]:
    """The first rows of a list, and the sentence that says how many there are where some are left out."""
    if len(rows) <= ROWS:
        return rows, ()
    said = t("Of {count} rows only the first {shown} stand here; the data of the report hold all of them.",
             count=len(rows), shown=ROWS)  # fmt: skip
    return rows[:ROWS], (Paragraph(words(said), "note"),)


def over_months(
    chart: Chart, document: Mapping[str, Any], series: Sequence[tuple[str, Callable[[Mapping[str, Any]], float | None]]]
) -> tuple[Chart, ...]:
    """A chart filled with values of the trend's months; none where no month has one."""
    months = document["trend"]["months"]
    filled = tuple(Series(title, tuple(value(month) for month in months)) for title, value in series)
    if all(value is None for one in filled for value in one.values):
        return ()
    labels = tuple(month["month"] for month in months)
    return (Chart(chart.name, chart.title, chart.kind, labels, filled, chart.unit, chart.bands, chart.caption),)
