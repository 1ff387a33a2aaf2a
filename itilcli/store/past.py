"""``history.csv``: the monthly totals from before the tool, as a spreadsheet saves them.

The first line names the columns, in English or Chinese; each further line is a month. Only the month and its incidents
are needed; what is not known stays empty. Months may be missing and need no order.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import zip_longest
from pathlib import Path

from itilcli.errors import Problem, Refused
from itilcli.model.past import Past
from itilcli.store import files
from itilcli.store.bounds import CONTROL, LIMIT
from itilcli.text import Label, Listing, Text, t
from itilcli.values import pattern

PAST = "history.csv"
COLUMNS = tuple(row.name for row in fields(Past))
"""The columns by name; the first two are needed."""
SPELLED = {
    "month": "月份 月 年月",
    "incidents_total": "事件总数 事件数 总数 受理数 受理总数 total incidents",
    "resolved": "解决数 解决总数 已解决",
    "resolved_tier1": "一线解决数 一线解决 tier1",
    "resolved_tier2": "二线解决数 二线解决 tier2",
    "resolved_tier3": "三线解决数 三线解决 tier3",
    "high": "高 高级",
    "medium": "中 中级",
    "low": "低 低级",
    "backlog_end": "月末未解决 月末未解决数 未解决数 月末遗留",
    "satisfied": "满意数 满意",
    "scored": "评价数 有效评价数 打分数",
}
"""What else a column may be called, the usual Chinese name first."""
LABELS = {name: Label(name, words.split()[0], name) for name, words in SPELLED.items()}
BEGINNING = Label("beginning", "月份,事件总数,解决数", "month,incidents_total,resolved")
NAMES = {word: name for name, words in SPELLED.items() for word in (name, *words.split())}
DELIMITERS = ",;\t，"
YEARS = range(1900, 9999)
LARGEST = 9_999_999
MOST = 100
"""The most problems told of at once: a wrong export is wrong in every line."""
PARTS = (
    (("resolved_tier1", "resolved_tier2", "resolved_tier3"), "resolved"),
    (("high", "medium", "low"), "incidents_total"),
    (("satisfied",), "scored"),
)
"""What together cannot be more than what."""
_MONTH = pattern(r"([0-9]{4})[-/.年]([0-9]{1,2})(?:月|[-/.]0?1|月0?1日)?")
_NUMBER = pattern(r"([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.0+)?")


def read_past(root: Path, running: int | None = None) -> tuple[dict[int, Past], list[Problem]]:
    """The months from before the tool by their index (year × 12 + number − 1), in order, and everything wrong.

    No file means no month; a line in fault is left out.

    :param running: the index of the month that runs; from it on no month is over (E-past-future).
    """
    path = root / PAST
    if not path.exists() and not path.is_symlink():
        return {}, []
    try:
        data = files.read_bytes(path, LIMIT)
    except Refused as refused:
        return {}, list(refused.problems)
    reading = _Reading(running)
    reading.take(data)
    return dict(sorted(reading.found.items())), reading.problems[:MOST]


class _Reading:
    """One reading of the file: the months found so far, and what is wrong."""

    def __init__(self, running: int | None) -> None:
        self.running = running
        self.problems: list[Problem] = []
        self.found: dict[int, Past] = {}
        self.columns: dict[str, int] = {}
        self._lines: dict[int, int] = {}
        self._header: Sequence[str] = ()

    def take(self, data: bytes) -> None:
        """Reads the whole file."""
        text = self._decoded(data)
        rows = self._rows(text) if text is not None else iter(())
        line, header = next(rows, (1, []))
        if text is None or not self._heads(line, header):
            return
        for line, cells in rows:
            made = self._month(line, cells)
            if made is not None and self._fits(line, made):
                self.found[made.month], self._lines[made.month] = made, line
            if len(self.problems) >= MOST:
                break

    def _fault_at(self, code: str, line: int, message: Text, hint: Text) -> None:
        self.problems.append(Problem(code, message, hint, "5.15", f"{PAST}:{line}"))

    def _decoded(self, data: bytes) -> str | None:
        """The text: UTF-8, with a byte order mark or without, else GB18030, as Excel saves it in China."""
        hint = t("save it again from the spreadsheet as CSV UTF-8")
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
            except UnicodeDecodeError:
                continue
            odd = CONTROL.search(text)
            if odd is None:
                return text
            message = t("the file holds the control character {character}", character=f"U+{ord(odd[0]):04X}")
            self._fault_at("E-past-control", text.count("\n", 0, odd.start()) + 1, message, hint)
            return None
        self._fault_at("E-past-encoding", 1, t("the file is neither UTF-8 nor GB18030 text"), hint)
        return None

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """The lines that hold anything, with their numbers; what cannot be taken apart ends them."""
        head = next((line for line in text.split("\n") if line.strip()), "")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=head.count), strict=True)
        line = 1
        try:
            for row in reader:
                cells = [unicodedata.normalize("NFKC", cell).strip() for cell in row]
                if any(cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            hint = t("look for a quotation mark that is opened and not closed, and for a cell that is too long")
            self._fault_at(
                "E-past-csv", line, t("from this line on the file cannot be taken apart at its commas"), hint
            )

    def _heads(self, line: int, header: Sequence[str]) -> bool:
        """Whether a line names the columns that are needed, each once."""
        sound, self._header = True, header
        for place, cell in enumerate(header):
            name = NAMES.get(re.sub(r"[\s_-]+", "_", cell.casefold()))
            if name in self.columns:
                sound = False
                message = t("the column {column} stands there twice", column=repr(cell))
                self._fault_at("E-past-header", line, message, t("take one of the two out"))
            elif name is not None:
                self.columns[name] = place
            elif cell:
                message = t("the column {column} is not known, and not read", column=repr(cell[:60]))
                hint = t("the columns are: {columns}", columns=Listing(tuple(LABELS.values())))
                self._fault_at("W-past-column", line, message, hint)
        if lacking := [LABELS[name] for name in COLUMNS[:2] if name not in self.columns]:
            sound = False
            message = t("the first line names no column {columns}", columns=Listing(tuple(lacking)))
            hint = t("begin it like: {example}", example=BEGINNING)
            self._fault_at("E-past-header", line, message, hint)
        return sound

    def _month(self, line: int, cells: Sequence[str]) -> Past | None:
        """The month of one line; None where anything in it is wrong, all of which is told."""
        before, values = len(self.problems), dict[str, int]()
        if any(cell and not head for cell, head in zip_longest(cells, self._header)):
            message = t("a cell of this line stands below no name of a column")
            self._fault_at(
                "E-past-cells", line, message, t("put quotes around a number with commas, or write it without")
            )
        for name, place in self.columns.items():
            cell = cells[place] if place < len(cells) else ""
            if not cell and name not in COLUMNS[:2]:
                continue
            value = _index(cell) if name == "month" else _number(cell)
            if value is not None:
                values[name] = value
            elif name == "month":
                message = t("{month} is not a month", month=repr(cell[:60]))
                self._fault_at("E-past-month", line, message, t('write it like "2025-01"'))
            else:
                message = t("{field} must be a whole number, not {value}", field=LABELS[name], value=repr(cell[:60]))
                hint = t(
                    "write 0 to {limit}; leave empty what is not known, and a month without a total out", limit=LARGEST
                )
                self._fault_at("E-past-number", line, message, hint)
        return Past(**values) if len(self.problems) == before else None

    def _fits(self, line: int, made: Past) -> bool:
        """Whether a month is over, stands there once, and its numbers go together."""
        before, written = len(self.problems), f"{made.month // 12:04}-{made.month % 12 + 1:02}"
        if made.month in self.found:
            message = t("{month} stands in line {line} already", month=written, line=self._lines[made.month])
            self._fault_at("E-past-twice", line, message, t("take one of the two out"))
        if self.running is not None and made.month >= self.running:
            hint = t("take it out; the tool counts the months from its own first one on")
            self._fault_at("E-past-future", line, t("{month} is not over yet", month=written), hint)
        for names, whole in PARTS:
            known = [count for name in names if (count := getattr(made, name)) is not None]
            limit = getattr(made, whole)
            if known and limit is not None and sum(known) > limit:
                message = t(
                    "{parts} are more than {whole}",
                    parts=Listing(tuple(LABELS[name] for name in names)),
                    whole=LABELS[whole],
                )
                self._fault_at("E-past-sum", line, message, t("compare the line with where it comes from"))
        return len(self.problems) == before


def _index(cell: str) -> int | None:
    """The index of the month that a cell names: ``2025-01``, ``2025/1``, ``2025年1月``, or its first day."""
    found = _MONTH.fullmatch(cell)
    if found is None or int(found[1]) not in YEARS or not 1 <= int(found[2]) <= 12:
        return None
    return int(found[1]) * 12 + int(found[2]) - 1


def _number(cell: str) -> int | None:
    """The number that a cell holds: ``1234``, ``1,234`` or ``1234.0``; None for anything else, and for too large ones."""
    found = _NUMBER.fullmatch(cell)
    value = int(found[1].replace(",", "")) if found else LARGEST + 1
    return value if value <= LARGEST else None
