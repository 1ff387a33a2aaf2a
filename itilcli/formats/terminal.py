"""Charts on a terminal, by plotext. What is not ASCII stands outside of the plot, for plotext counts a wide character as one."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

from itilcli.formats.formula import printable
from itilcli.formats.layout import bands, empty, marked, rows, steps
from itilcli.language import translator
from itilcli.report.pages import Chart, Pages, shown
from itilcli.text import t

NARROWEST, WIDEST, HEIGHT = 36, 110, 15
MARKERS = "*o+x#%"
BAND = "."
LABEL = 10
"""The longest label that stands below a plot."""
_COLOURS = ("blue", "orange", "cyan", "magenta", "green", "red")
_NOTHING = t("There are no values to show.")


def charts(pages: Pages, width: int, color: bool) -> str:
    """Every chart of the report as text of at most ``width`` columns, with colours or without any escape code.

    A chart that does not fit is given as its values, one label a line.
    """
    said = translator(pages.language)
    parts = []
    for chart in pages.charts():
        head = [*_wrapped(chart.title, width), *(_wrapped(chart.caption, width) if chart.caption else [])]
        if empty(chart):
            body = _wrapped(_NOTHING.render(said), width)
        elif _room(chart, width):
            body = [*_plot(chart, min(width, WIDEST), color), *_legend(chart, width)]
        else:
            body = _values(chart, width)
        parts.append("\n".join((*head, *body)))
    return "\n\n".join(parts) + "\n" if parts else ""


def _room(chart: Chart, width: int) -> bool:
    columns = len(chart.labels) * (1 + len(chart.series) if chart.kind == "bars" else 2)
    return width >= NARROWEST and (chart.kind == "lines" or columns <= width - 8)


def _plot(chart: Chart, width: int, color: bool) -> list[str]:
    import plotext

    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plot_size(width, HEIGHT)
    plotext.theme("clear")
    ticks, places = steps(chart), range(1, len(chart.labels) + 1)
    if chart.kind == "lines":
        _draw_lines(chart, color)
    else:
        _draw_bars(chart, color, 0.7 if 4 * len(places) < width - 8 else 0.5)
    plotext.xlim(0.4, len(places) + 0.6)
    plotext.ylim(ticks[0], ticks[-1])
    plotext.yticks(list(ticks), [marked(value, chart.unit) for value in ticks])
    plotext.xticks([], [])
    text = plotext.build()
    plain = plotext.uncolorize(text).rstrip("\n").split("\n")
    lines = text.rstrip("\n").split("\n") if color else plain
    plotext.clear_figure()
    return [*(line.rstrip() for line in lines[:-1]), *_named(_names(chart), plain[-1])]


def _named(names: list[str], border: str) -> list[str]:
    """The lower border with a mark above each label and the labels below it: the last one first, then those with room.

    Plotext's own labels differ from run to run where they are many.
    """
    left, right = border.index("└") + 1, border.index("┘") - 1
    marks, below, free = list(border), [" "] * len(border), len(border) + 1
    step = max(1, -(-len(names) * (max(map(len, names)) + 2) // (right - left)))
    for place in range(len(names), 0, -step):
        at = left + round((place - 0.4) / (len(names) + 0.2) * (right - left))
        begin = min(max(at - len(names[place - 1]) // 2, 0), len(border) - len(names[place - 1]))
        if begin + len(names[place - 1]) < free:
            marks[at], free = "┬", begin
            below[begin : begin + len(names[place - 1])] = names[place - 1]
    return ["".join(marks).rstrip(), "".join(below).rstrip()]


def _draw_lines(chart: Chart, color: bool) -> None:
    import plotext

    for number, row in enumerate(rows(chart)):
        own = number < len(chart.series)
        marker = MARKERS[number % len(MARKERS)] if own else BAND
        joined = not own or not chart.series[number].dashed
        for run in _runs(row):
            draw = plotext.plot if joined and len(run) > 1 else plotext.scatter
            draw([place for place, _ in run], [value for _, value in run], marker=marker,
                 color=_COLOURS[number % len(_COLOURS)] if color and own else None)  # fmt: skip


def _draw_bars(chart: Chart, color: bool, share: float) -> None:
    import plotext

    draw = plotext.multiple_bar if chart.kind == "bars" else plotext.stacked_bar
    count, places = len(chart.series), list(range(1, len(chart.labels) + 1))
    colours = [_COLOURS[number % len(_COLOURS)] for number in range(count)]
    draw(places, [[value or 0 for value in series.values] for series in chart.series], width=share, minimum=0,
         marker=[MARKERS[number % len(MARKERS)] for number in range(count)], color=colours if color else None)  # fmt: skip


def _runs(row: tuple[float | None, ...]) -> list[list[tuple[int, float]]]:
    """The values that follow on each other without a gap, with their places from 1 on."""
    runs: list[list[tuple[int, float]]] = [[]]
    for place, value in enumerate(row, 1):
        if value is not None:
            runs[-1].append((place, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _names(chart: Chart) -> list[str]:
    """What stands below the plot: the labels where they are short and ASCII, else their numbers in the legend."""
    if all(label.isascii() and len(label) <= LABEL for label in map(printable, chart.labels)):
        return [printable(label) for label in chart.labels]
    return [str(place) for place in range(1, len(chart.labels) + 1)]


def _legend(chart: Chart, width: int) -> list[str]:
    said = [f"{MARKERS[number % len(MARKERS)]} {_line(series.title)}" for number, series in enumerate(chart.series)]
    said += [f"{BAND} {_line(band.title)}" for band in bands(chart)]
    named = [
        f"{name} {_line(label)}" for name, label in zip(_names(chart), chart.labels, strict=True) if name != printable(label)
    ]  # fmt: skip
    return [*_flowed(said, width), *_flowed(named, width)]


def _values(chart: Chart, width: int) -> list[str]:
    """The chart's values, a label a line, each part that does not fit on a line of its own."""
    table = chart.table("")
    lines: list[str] = []
    for label, *cells in table.rows:
        parts = [f"{_line(column.title)} {shown(cell)}" for column, cell in zip(table.columns[1:], cells, strict=True)]
        lines += _flowed([_line(shown(label)), *parts], width)
    return lines


def _flowed(parts: list[str], width: int) -> list[str]:
    """Parts beside each other, on as many lines as they need."""
    lines: list[str] = []
    for part in (_cut(part, width) for part in parts):
        if lines and _width(lines[-1]) + 3 + _width(part) <= width:
            lines[-1] += f"   {part}"
        else:
            lines.append(part)
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    """Text in lines of at most ``width`` columns, broken at a blank where there is one."""
    rest, lines = _line(text), []
    while _width(rest) > width:
        end = len(_cut(rest, width, "")) or 1
        blank = rest.rfind(" ", 1, end + 1)
        end = blank if blank > 0 else end
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*lines, rest] if rest else lines


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _cut(text: str, width: int, sign: str = "…") -> str:
    if _width(text) <= width:
        return text
    taken, room = "", width - len(sign)
    for char in text:
        room -= _width(char)
        if room < 0:
            break
        taken += char
    return taken + sign


def _width(text: str) -> int:
    """The columns text takes: two for a wide character, none for a mark set on another one."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)
