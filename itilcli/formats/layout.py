"""Where the parts of a chart go, as Pygal reckons it: axes, points and bars, without anything that Pygal would draw.

Pygal's own drawing bears the day it was made, a script and a stylesheet, and differs with the XML library that happens to be
installed. So numbers go in, places come out, and no text of a record passes through it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from itilcli.report.pages import Band, Chart

WIDTH, HEIGHT, FONT = 640, 270, 13

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Places:
    """Places in the plot's own units: ``points`` and ``bars`` (x, y, width, height) by row and then by label.

    The rows are the chart's series, then the low and the high side of each band that is drawn.
    """

    left: float
    top: float
    width: float
    height: float
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    points: tuple[dict[int, Point], ...]
    bars: tuple[dict[int, Box], ...]


def bands(chart: Chart) -> tuple[Band, ...]:
    """The bands that are drawn: those of a chart of lines."""
    return chart.bands if chart.kind == "lines" else ()


def rows(chart: Chart) -> list[tuple[float | None, ...]]:
    """Every row of values that is drawn: the series, then both sides of each band."""
    return [series.values for series in chart.series] + [
        side for band in bands(chart) for side in (band.low, band.high)
    ]


def empty(chart: Chart) -> bool:
    """Whether a chart has nothing to draw."""
    return all(value is None for row in rows(chart) for value in row)


def steps(chart: Chart) -> tuple[float, ...]:
    """The values marked on the upright axis, lowest first: at most seven, from 0 on, whole for counts; 0 to 1 for rates."""
    drawn = rows(chart)
    if chart.kind == "stacked":
        drawn = [tuple(sum(value or 0 for value in column) for column in zip(*drawn, strict=True))]
    every = [value for row in drawn for value in row if value is not None]
    low, high = min([0.0, *every]), max([0.0, *every])
    if chart.unit == "percent":
        high = max(high, 1.0)
    wide = max((high - low) / 5, 1.0 if chart.unit == "count" else 0.1)
    power = 10.0 ** floor(log10(wide) + 1e-9)
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= wide * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), max(ceil(high / step - 1e-9), 1)
    return tuple(round(place * step, 6) for place in range(first, last + 1))


def marked(value: float, unit: str) -> str:
    """A value as it stands on an axis or a bar."""
    return f"{value * 100:.0f}%" if unit == "percent" else f"{value:g}" if abs(value) < 1e5 else f"{value:.0f}"


def places(chart: Chart) -> Places:
    """Lays the chart out, with numbers for labels."""
    import pygal
    from pygal.style import Style

    ticks = steps(chart)
    kind = {"lines": pygal.Line, "bars": pygal.Bar, "stacked": pygal.StackedBar}[chart.kind]
    drawn = kind(
        width=WIDTH, height=HEIGHT, margin=12, js=[], css=[], show_legend=False, truncate_label=-1,
        x_labels=[str(place) for place in range(len(chart.labels))], y_labels=list(ticks), range=(ticks[0], ticks[-1]),
        value_formatter=lambda value: marked(value, chart.unit), style=Style(label_font_size=FONT, font_family="sans-serif"),
    )  # fmt: skip
    for row in rows(chart):
        drawn.add("", list(row))
    return _taken(drawn.render_tree(), rows(chart))


def _taken(tree: Any, drawn: Sequence[Sequence[float | None]]) -> Places:
    plot = _found(tree, "g", "plot")[0]
    box = _found(plot, "rect", "background")[0]
    left, top = (float(part) for part in re.findall(r"[\d.]+", plot.get("transform")))
    xs, ys = ([text for axis in _found(plot, "g", f"axis {side}") for text in _found(axis, "text")] for side in "xy")
    points, bars = [], []
    for place, row in enumerate(drawn):
        series = _found(tree, "g", f"series serie-{place} ")
        known = [index for index, value in enumerate(row) if value is not None]
        rects = [node for group in series for node in _found(group, "rect")]
        there = known if len(rects) == len(known) else range(len(row))  # a stack has a bar for every label
        circles = [node for group in series for node in _found(group, "circle")]
        points.append(dict(zip(known, ((_number(node, "cx"), _number(node, "cy")) for node in circles), strict=False)))
        bars.append(dict(zip(there, (_box(node) for node in rects), strict=False)))
    return Places(
        left, top, _number(box, "width"), _number(box, "height"), tuple(_number(node, "x") for node in xs),
        tuple(_number(node, "y") - 0.35 * FONT for node in ys), tuple(points), tuple(bars),
    )  # fmt: skip


def _found(tree: Any, tag: str, begins: str = "") -> list[Any]:
    nodes = (node for node in tree.iter() if isinstance(node.tag, str) and node.tag.rpartition("}")[2] == tag)
    return [node for node in nodes if (node.get("class") or "").startswith(begins)]


def _number(node: Any, name: str) -> float:
    return float(node.get(name))


def _box(node: Any) -> Box:
    return _number(node, "x"), _number(node, "y"), _number(node, "width"), _number(node, "height")
