"""A chart as a native chart of Excel, drawn from its values on the sheet, and told apart without colours."""

from __future__ import annotations

from typing import Any

from itilcli.formats.cells import charted
from itilcli.formats.formula import printable
from itilcli.formats.layout import bands
from itilcli.formats.workbook import Sheet
from itilcli.report.pages import Chart

TONES = ("#1F3864", "#8EA9DB", "#595959", "#D9D9D9", "#2E75B6", "#A6A6A6")
"""Dark and light in turn, so that neighbours differ in grey as well."""
PATTERNS = ("", "", "wide_upward_diagonal", "", "wide_downward_diagonal", "small_grid")
MARKERS = ("circle", "square", "triangle", "diamond", "x", "plus")
WIDE, HIGH, ROWS = 760, 300, 16
"""The size of a chart in pixels, and the rows it covers."""


def drawn(sheet: Sheet, chart: Chart) -> None:
    """The chart and below it the values it is drawn from. A band is drawn as its two ends, in a chart of lines only."""
    grid, place = charted(chart), sheet.row
    sheet.row += ROWS
    top = sheet.grid(grid)
    if not grid.rows:
        return
    shape = sheet.book.add_chart(KINDS[chart.kind])
    for number, _ in enumerate(grid.headings[1:]):
        band = number >= len(chart.series)
        if band and chart.kind != "lines":
            break
        dashed = not band and chart.series[number].dashed
        shape.add_series(
            {
                "name": [sheet.name, top, number + 1],
                "categories": [sheet.name, top + 1, 0, top + len(grid.rows), 0],
                "values": [sheet.name, top + 1, number + 1, top + len(grid.rows), number + 1],
                **(BAND if band else look(chart.kind, number, dashed)),
            }
        )
    shape.set_size({"width": WIDE, "height": HIGH})
    shape.set_title({"none": True})
    shape.set_legend({"none": True} if len(chart.series) + len(bands(chart)) < 2 else {"position": "bottom"})
    shape.set_y_axis(axis(chart))
    shape.show_blanks_as("gap")
    sheet.sheet.insert_chart(
        place, 0, shape, {"x_offset": 4, "y_offset": 6, "description": printable(chart.caption or chart.title)}
    )


KINDS: dict[str, dict[str, str]] = {
    "lines": {"type": "line"}, "bars": {"type": "column"}, "stacked": {"type": "column", "subtype": "stacked"},
}  # fmt: skip
GREY = "#7F7F7F"
BAND: dict[str, Any] = {
    "line": {"color": GREY, "width": 1, "dash_type": "round_dot"},
    "marker": {"type": "long_dash", "size": 8, "border": {"color": GREY}, "fill": {"color": GREY}},
}


def look(kind: str, number: int, dashed: bool) -> dict[str, Any]:
    """How the series of this number is drawn: tone and marker, or tone and pattern."""
    tone = TONES[number % len(TONES)]
    if kind == "lines":
        line = {"color": tone, "width": 2, **({"dash_type": "dash"} if dashed else {})}
        marker = {"type": MARKERS[number % len(MARKERS)], "size": 6, "border": {"color": tone}, "fill": {"color": tone}}
        return {"line": line, "marker": marker}
    pattern = "wide_upward_diagonal" if dashed else PATTERNS[number % len(PATTERNS)]
    if pattern:
        return {
            "pattern": {"pattern": pattern, "fg_color": tone, "bg_color": "#FFFFFF"},
            "border": {"color": "#404040"},
        }
    return {"fill": {"color": tone}, "border": {"color": "#404040"}}


def axis(chart: Chart) -> dict[str, Any]:
    """The axis of the values: from nothing, of rates up to all; whole numbers for what is counted."""
    values = [value for series in chart.series for value in series.values if value is not None]
    made: dict[str, Any] = {"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
    if min(values, default=0) >= 0:
        made["min"] = 0
    if chart.unit == "percent":
        return {**made, "num_format": "0%", **({"max": 1} if max(values, default=0) <= 1 else {})}
    return {**made, "num_format": "0", **({"major_unit": 1} if max(values, default=0) <= 5 else {})}
