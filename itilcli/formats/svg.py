"""A chart as SVG: shapes and text alone, without scripts, styles or links, laid out by Pygal (``layout.py``).

Series differ by marker or pattern and by lightness, not by hue alone, so that a chart can be read when printed in grey.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from unicodedata import east_asian_width

from itilcli.formats.formula import printable
from itilcli.formats.layout import FONT, WIDTH, Places, Point, bands, empty, marked, places, steps
from itilcli.report.pages import NOTHING, Chart

FONTS = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', sans-serif"
INK, GRID, AXIS = "#1f2933", "#d9dee3", "#52606d"
COLOURS = ("#17324d", "#c2570c", "#0f766e", "#8f3fb5", "#7a7a7a", "#9f1239")
BAND, BAND_EDGE = "#dbe3ea", "#6b7f92"
_PATTERNS = {
    1: "M-2 2L2 -2M0 8L8 0M6 10L10 6",  # sloping lines
    3: "M0 4H8",  # level lines
    5: "M-2 2L2 -2M0 8L8 0M6 10L10 6M-2 6L2 10M0 0L8 8M6 -2L10 2",  # lattice
}
_MARKERS = ("", "M-4 -4H4V4H-4Z", "M0 -5L5 4H-5Z", "M0 -5L5 0L0 5L-5 0Z", "M-4 -4L4 4M-4 4L4 -4", "M0 5L5 -4H-5Z")
_LINES, _VALUES_UP_TO, _NAMES_UP_TO, _LONGEST = 3, 16, 12, 200


def svg(chart: Chart, *, mark: str = "", nothing: str = NOTHING) -> str:
    """The chart as one inline ``<svg>`` element, or the sentence ``nothing`` where it has no values.

    ``mark`` makes its ids unique on a page; without one the chart's name does.
    """
    if empty(chart):
        return f'<p class="empty">{escape(printable(nothing))}</p>\n'
    mark = re.sub("[^a-z0-9-]+", "-", (mark or chart.name).lower()).strip("-") or "chart"
    plot = places(chart)
    labels, depth = _labels(chart, plot)
    legend, legend_depth = _legend(chart, mark)
    under = plot.top + plot.height + depth
    tiles = _tiles(chart, mark) if chart.kind != "lines" else ""
    shapes = _lines(chart, plot) if chart.kind == "lines" else _bars(chart, plot, mark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(under + legend_depth)}" width="100%" role="img"'
        f' aria-labelledby="{mark}-t {mark}-d" font-family="{FONTS}" font-size="{FONT}" fill="{INK}">'
        f'<title id="{mark}-t">{_text(chart.title)}</title><desc id="{mark}-d">{_text(chart.caption)}</desc>{tiles}'
        f'<g transform="translate({_n(plot.left)} {_n(plot.top)})">{_axes(chart, plot)}{"".join(shapes)}{labels}</g>'
        f'<g transform="translate({_n(plot.left)} {_n(under)})">{legend}</g></svg>\n'
    )


def _axes(chart: Chart, plot: Places) -> str:
    drawn = []
    for value, y in zip(steps(chart), plot.ys, strict=True):
        colour = AXIS if value == 0 else GRID
        drawn.append(f'<path d="M0 {_n(y)}H{_n(plot.width)}" stroke="{colour}"/>')
        drawn.append(f'<text x="-6" y="{_n(y + 0.35 * FONT)}" text-anchor="end">{marked(value, chart.unit)}</text>')
    return "".join(drawn)


def _labels(chart: Chart, plot: Places) -> tuple[str, float]:
    """The labels below the plot, and the height they take: thinned where they are many, else in up to three lines."""
    count = len(chart.labels)
    room = plot.width / count
    widest = max(_width(label[:_LONGEST]) for label in chart.labels)
    every = 1
    if widest > room - 6 and count > _NAMES_UP_TO:
        every = next(step for step in range(1, count + 1) if step * room >= min(widest, 120) + 10)
    lines = [_wrapped(label, max(every * room, 2 * FONT) - 6) for label in chart.labels]
    drawn = []
    for place in range((count - 1) % every, count, every):
        x = min(max(plot.xs[place], max(map(_width, lines[place])) / 2 - plot.left + 4),
                WIDTH - plot.left - 4 - max(map(_width, lines[place])) / 2)  # fmt: skip
        spans = [
            f'<tspan x="{_n(x)}" dy="{1.2 * FONT if number else 0:g}">{_text(line)}</tspan>'
            for number, line in enumerate(lines[place])
        ]
        title = (
            ""
            if "".join(lines[place]) == printable(chart.labels[place])
            else f"<title>{_text(chart.labels[place])}</title>"
        )
        at = f'x="{_n(x)}" y="{_n(plot.height + FONT + 6)}"'
        drawn.append(f'<path d="M{_n(plot.xs[place])} {_n(plot.height)}v4" stroke="{AXIS}"/>')
        drawn.append(f'<text {at} text-anchor="middle">{title}{"".join(spans)}</text>')
    return "".join(drawn), 1.2 * FONT * max(map(len, lines)) + 16


def _lines(chart: Chart, plot: Places) -> Iterator[str]:
    for number, _ in enumerate(bands(chart)):
        low, high = plot.points[len(chart.series) + 2 * number], plot.points[len(chart.series) + 2 * number + 1]
        for run in _runs([place for place in sorted(low) if place in high]):
            yield _area([high[place] for place in run] + [low[place] for place in reversed(run)])
    for number, series in enumerate(chart.series):
        points, colour = plot.points[number], COLOURS[number % len(COLOURS)]
        dashes = ' stroke-dasharray="7 5"' if series.dashed else ""
        for run in _runs(sorted(points)):
            if len(run) > 1:
                path = "L".join(_p(points[place]) for place in run)
                yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2.2" stroke-linejoin="round"{dashes}/>'
        yield from (_marker(number, point, hollow=series.dashed) for point in points.values())


def _area(points: list[Point]) -> str:
    """A band over several labels as a filled range; over a single one as an upright bar."""
    if len(points) == 2:
        (x, high), (_, low) = points
        points = [(x - 5, high), (x + 5, high), (x + 5, low), (x - 5, low)]
    path = "L".join(map(_p, points))
    return f'<path d="M{path}Z" fill="{BAND}" stroke="{BAND_EDGE}" stroke-width="0.8" stroke-dasharray="2 2"/>'


def _marker(number: int, point: Point, *, hollow: bool) -> str:
    colour = COLOURS[number % len(COLOURS)]
    look = f'fill="{"#ffffff" if hollow else colour}" stroke="{colour}" stroke-width="1.6"'
    shape = _MARKERS[number % len(_MARKERS)]
    if not shape:
        return f'<circle cx="{_n(point[0])}" cy="{_n(point[1])}" r="3.6" {look}/>'
    return f'<path transform="translate({_p(point)})" d="{shape}" {look}/>'


def _bars(chart: Chart, plot: Places, mark: str) -> Iterator[str]:
    shown = len(chart.series) == 1 and len(chart.labels) <= _VALUES_UP_TO
    for number, series in enumerate(chart.series):
        for place, (x, y, width, height) in plot.bars[number].items():
            value = series.values[place]
            wide, gap = min(width, 56), 1.0 if chart.kind == "stacked" and height > 4 else 0.0
            x += (width - wide) / 2
            if height:
                box = f'x="{_n(x)}" y="{_n(y + gap)}" width="{_n(wide)}" height="{_n(height - 2 * gap)}"'
                yield f"<rect {box} {_fill(number, mark)}/>"
            if shown and value is not None:
                at = f'x="{_n(x + wide / 2)}" y="{_n(max(y - 4, -1))}"'
                yield f'<text {at} text-anchor="middle">{marked(value, chart.unit)}</text>'


def _fill(number: int, mark: str) -> str:
    kind = number % len(COLOURS)
    fill = f"url(#{mark}-p{kind})" if kind in _PATTERNS else COLOURS[kind]
    return f'fill="{fill}" stroke="{COLOURS[kind]}" stroke-width="1"'


def _tiles(chart: Chart, mark: str) -> str:
    tiles = [
        f'<pattern id="{mark}-p{kind}" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M0 0H8V8H0Z" '
        f'fill="#ffffff"/><path d="{path}" stroke="{COLOURS[kind]}" stroke-width="2" fill="none"/></pattern>'
        for kind, path in _PATTERNS.items() if kind < len(chart.series)
    ]  # fmt: skip
    return f"<defs>{''.join(tiles)}</defs>" if tiles else ""


def _legend(chart: Chart, mark: str) -> tuple[str, float]:
    """The legend in as many rows as it needs, and the height it takes."""
    entries = [(series.title, _sample(chart, number, mark)) for number, series in enumerate(chart.series)]
    entries += [(band.title, f'<rect x="0" y="-8" width="26" height="10" fill="{BAND}" stroke="{BAND_EDGE}"/>')
                for band in bands(chart)]  # fmt: skip
    if len(entries) < 2:
        return "", 0
    drawn, x, y, most = [], 0.0, FONT + 2.0, WIDTH - 60.0
    for title, sample in entries:
        words = _cut(printable(title), most - 34)
        if x and x + 34 + _width(words) > most:
            x, y = 0.0, y + 1.6 * FONT
        full = "" if words == printable(title) else f"<title>{_text(title)}</title>"
        drawn.append(f'<g transform="translate({_n(x)} {_n(y)})">{full}{sample}<text x="34">{_text(words)}</text></g>')
        x += 34 + _width(words) + 22
    return "".join(drawn), y + 8


def _sample(chart: Chart, number: int, mark: str) -> str:
    if chart.kind != "lines":
        return f'<rect x="6" y="-11" width="14" height="13" {_fill(number, mark)}/>'
    dashes = ' stroke-dasharray="7 5"' if chart.series[number].dashed else ""
    line = f'<path d="M0 -4H26" stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="2.2"{dashes}/>'
    return line + _marker(number, (13, -4), hollow=chart.series[number].dashed)


def _runs(places: list[int]) -> list[list[int]]:
    """Places that follow on each other, together: a gap parts them."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _width(text: str) -> float:
    """About how wide text is drawn, in the drawing's units."""
    return FONT * sum(
        1.0 if east_asian_width(char) in "WF" or char > "\uffff" or char in "MW@%" else 0.72 if char.isupper() else 0.58
        for char in printable(text)
    )


def _cut(text: str, room: float) -> str:
    text = text[:_LONGEST]
    if _width(text) <= room:
        return text
    while text and _width(text) + FONT > room:
        text = text[:-1]
    return f"{text}…"


def _wrapped(text: str, room: float) -> list[str]:
    """Text in at most three lines of that width, broken at a blank or anywhere; the last one is cut."""
    rest = printable(text)[:_LONGEST]
    lines: list[str] = []
    while rest and len(lines) < _LINES - 1 and _width(rest) > room:
        taken = next(end for end in range(len(rest), 0, -1) if _width(rest[:end]) <= room or end == 1)
        blank = rest.rfind(" ", 1, taken + 1)
        taken = blank if blank > 0 else taken
        lines.append(rest[:taken])
        rest = rest[taken:].lstrip()
    return [*lines, _cut(rest, room)] if rest or not lines else lines


def _text(text: str) -> str:
    return escape(printable(text))


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(value: float) -> str:
    """A length to a tenth: what a processor makes of the last bit of a fraction is not seen."""
    return f"{round(value, 1) + 0:g}"
