"""A table on a narrow screen: which columns give way, and which are left out."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.cli.screen import fit, safe_column, width

LEAST = 8
"""The fewest columns of a terminal that a cell which gives way keeps."""


def fitted(
    rows: Sequence[Sequence[str]], limit: int | None, cut: Sequence[int], omitted: Sequence[int]
) -> list[list[str]]:
    """The rows as they fit into ``limit`` columns, two blanks between cells; as they are where there is no limit.

    ``cut``: the places of the cells that give way, the first first; ``omitted``: those left out, in this order, where
    even that does not help.
    """
    if limit is None:
        return [list(line) for line in rows]
    shown = [safe_column(column) for column in zip(*rows, strict=True)]
    measured = [[width(cell) for cell in column] for column in shown]
    widths = {column: max(found) for column, found in enumerate(measured)}
    least = {column: min(wide, LEAST) if column in cut else wide for column, wide in widths.items()}
    for column in omitted:
        if sum(least.values()) + 2 * (len(least) - 1) <= limit:
            break
        del least[column], widths[column]
    excess = sum(widths.values()) + 2 * (len(widths) - 1) - limit
    for column in cut:
        if column in widths and excess > 0:
            narrower = min(excess, widths[column] - least[column])
            widths[column] -= narrower
            excess -= narrower
    kept = [
        [cell if has <= wide else fit(cell, wide) for cell, has in zip(shown[column], measured[column], strict=True)]
        for column, wide in widths.items()
    ]
    return [list(line) for line in zip(*kept, strict=True)]
