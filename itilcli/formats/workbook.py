"""The door to XlsxWriter: a workbook, and a sheet that is written from the top down.

Whatever a record says is written as text: there is no formula and no link in the whole file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from itilcli.formats.cells import Grid, Value, text, width
from itilcli.formats.formula import printable
from itilcli.formats.office import MADE, missing

PAGE = 96
"""How many characters a paragraph runs over, at least."""
FREE = 9
"""The width of a column that no table sets."""
LINE, TALLEST = 15.0, 400.0
"""The height of a line, and the most that a row may have, in points."""
PIXELS, PRINTED = 10, 1040
"""The width of a character, and of what a page surely takes of a sheet at its own size, whatever the font."""
READABLE = 200
"""How many characters across a printed page are still read."""
LONGEST = 31
"""The longest name of a sheet."""
RULED = {"border": 1, "border_color": "#A6A6A6"}
HEADING = {"bold": True, "bg_color": "#D9D9D9", "text_wrap": True, **RULED}


def workbook(out: io.BytesIO) -> Any:
    """An empty workbook (``xlsxwriter.Workbook``) that goes to ``out`` when it is closed.

    :raises Refused: ``E-report-office`` (``Kind.DESK``) where XlsxWriter is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise missing("XlsxWriter", "xlsx") from error
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = Workbook(out, plain)
    book.set_properties({"created": MADE})
    return book


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel allows for a sheet and no other sheet has; it is put among those ``taken``."""
    plain = re.sub(r"\s+", " ", re.sub(r"[\[\]:*?/\\]", " ", printable(title))).strip(" '") or "-"
    name, number = _shortened(plain, LONGEST), 1
    while name.lower() in taken or name.lower() == "history":
        number += 1
        name = f"{_shortened(plain, LONGEST - len(f' {number}'))} {number}"
    taken.add(name.lower())
    return name


def _shortened(name: str, units: int) -> str:
    """A name cut to so many UTF-16 units, which is how Excel counts."""
    return name.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore").strip(" '")


class Sheet:
    """One sheet, for A4 across, while it is written."""

    def __init__(self, book: Any, name: str) -> None:
        self.book, self.name = book, name
        self.sheet: Any = book.add_worksheet(name)
        self.row, self.across, self.total, self.whole = 0, 1, float(PAGE), float(PAGE)
        self.made: dict[Any, Any] = {}
        self.breaks: list[int] = []
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.set_footer("&C&P / &N")
        self.sheet.hide_gridlines(2)
        self.sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def style(self, **properties: Any) -> Any:
        """The library's format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"font_size": 10, "valign": "top", **properties})
        return self.made[key]

    def columns(self, wide: Sequence[float]) -> None:
        """Set the columns' widths; paragraphs run over as many columns as make a page."""
        self.across, self.total = 0, 0.0
        for place, one in enumerate(wide):
            self.sheet.set_column(place, place, one)
        while self.total < PAGE:
            self.total += wide[self.across] if self.across < len(wide) else FREE
            self.across += 1
        self.sheet.set_column(len(wide), max(len(wide), self.across), FREE)
        self.whole = max(self.total, sum(wide))

    def line(self, words: str, **properties: Any) -> None:
        """A paragraph over the page's columns, as high as it needs."""
        words, size = text(words), properties.get("font_size", 10) / 10
        style = self.style(text_wrap=True, **properties)
        lines = sum(max(1, -(-int(width(part) * size * 1.08) // int(self.total))) for part in words.split("\n"))
        if self.across > 1:
            self.sheet.merge_range(self.row, 0, self.row, self.across - 1, "", style)
        self.sheet.write_string(self.row, 0, words, style)
        self.sheet.set_row(self.row, min(lines * LINE * size, TALLEST))
        self.row += 1

    def grid(self, grid: Grid, *, ruled: bool = True) -> int:
        """A table; the row of its headings. One that is not ``ruled`` leaves its empty cells alone."""
        top = self.row
        for place, heading in enumerate(grid.headings):
            style = self.style(**HEADING, align="right" if grid.right[place] else "left")
            self.sheet.write_string(top, place, text(heading), style)
        for number, row in enumerate(grid.rows, top + 1):
            for place, value in enumerate(row):
                if ruled or value[0] not in (None, ""):
                    self.cell(number, place, value, right=grid.right[place], ruled=ruled)
        self.row = top + 1 + len(grid.rows)
        return top

    def cell(self, row: int, column: int, value: Value, *, right: bool = False, ruled: bool = True) -> None:
        """One cell: text as text whatever it looks like, a number as a number, a time as a time."""
        held, format_ = value
        style = self._styled(format_, right, ruled)
        if held is None or held == "":
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(held, str):
            self.sheet.write_string(row, column, held, style)
        elif isinstance(held, date):
            self.sheet.write_datetime(row, column, held, style)
        else:
            self.sheet.write_number(row, column, held, style)

    def _styled(self, format_: str, right: bool, ruled: bool) -> Any:
        key = (format_, right, ruled)
        found = self.made.get(key)
        if found is None:
            shown = {"num_format": format_} if format_ else {"text_wrap": True}
            lines = RULED if ruled else {}
            found = self.made[key] = self.style(**lines, **shown, align="right" if right else "left")
        return found

    def hold(self, top: int, grid: Grid, *, alone: bool = True) -> None:
        """Filters on a table's headings, which stay in sight and on every printed page if it is the only one."""
        if grid.rows:
            self.sheet.autofilter(top, 0, top + len(grid.rows), len(grid.headings) - 1)
        if alone:
            self.sheet.repeat_rows(top)
            self.sheet.freeze_panes(top + 1, 0)

    def paged(self, wide: int) -> None:
        """Print with a new page before each of ``breaks``, which Excel leaves out where it fits the width by itself.

        :param wide: how many pixels across the sheet has at least.
        """
        pixels = max(wide, int(self.whole * PIXELS))
        self.sheet.set_print_scale(max(10, min(100, 100 * PRINTED // pixels)))
        self.sheet.set_h_pagebreaks(self.breaks)

    def data(self) -> None:
        """Show it as plain data: Excel's own lines, and as many printed pages side by side as can be read."""
        self.sheet.hide_gridlines(0)
        self.sheet.fit_to_pages(-(-int(self.whole) // READABLE), 0)
