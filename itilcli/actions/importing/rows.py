"""The rows of a foreign log: read from CSV, plain or compressed, gathered by their key.

Equal texts are kept once, and only the columns that the map uses: a log of a hundred thousand rows stays small.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO

from itilcli.actions.importing.map import Map
from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.store.bounds import CONTROL
from itilcli.text import Text, t

HEADER_ROW = 1
NO_KEY = "\0"
"""Begins what stands for the key of a row that has none."""
LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is 1), and the columns kept; None is missing."""

    number: int
    values: tuple[str | None, ...]


@dataclass(slots=True)
class Sheet:
    """The rows of a file by their key, in the file's order; ``bad`` holds what is wrong with single rows, by key."""

    file: str
    columns: Mapping[str, int]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    bad: dict[str, list[Problem]] = field(default_factory=dict)
    count: int = 0

    def where(self, number: int) -> str:
        """A row's place, for messages."""
        return f"{self.file}:{number}"

    def refuse(self, key: str, number: int, slug: str, message: Text, hint: Text | None = None) -> None:
        """Notes why the incident of this key is not taken."""
        self.bad.setdefault(key, []).append(Problem(f"E-import-{slug}", message, hint, where=self.where(number)))


class Texts:
    """Cells as they are kept: equal ones once, trimmed, missing ones None; ``bad`` are those no record may hold."""

    def __init__(self, missing: frozenset[str]) -> None:
        self.known: dict[str, str | None] = dict.fromkeys(missing)
        self.bad: set[str] = set()

    def keep(self, cell: str) -> str | None:
        """The value of a cell."""
        try:
            return self.known[cell]
        except KeyError:
            value: str | None = cell.strip().replace("\r\n", "\n")
            value = self.known.get(value, value) if value else None
            if value and CONTROL.search(value):
                self.bad.add(value)
            self.known[cell] = value
            return value


def open_text(path: Path, encoding: str) -> IO[str]:
    """The text of a file, decompressed where its name or its first bytes say so. Raises ``OSError``."""
    with path.open("rb") as start:
        packed = start.read(2) == b"\x1f\x8b"
    if packed:
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def records(path: Path, found: Map) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with their numbers, the header first; empty lines are left out.

    :raises Refused: when the file cannot be read as the map says.
    """
    number = 0
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        with open_text(path, found.encoding) as file:
            for row in csv.reader(file, delimiter=found.delimiter, strict=True):
                number += 1
                if any(row):
                    yield number, row
    except UnicodeError as error:
        hint = t("say how it is encoded in the map: file: {example}", example='{encoding: "gb18030"}')
        raise unreadable(
            "encoding", t("after row {row} the file is not {encoding}", row=number, encoding=found.encoding), path, hint
        ) from error
    except csv.Error as error:
        raise unreadable(
            "csv", t("after row {row} the file is no CSV: {reason}", row=number, reason=str(error)), path
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise unreadable("gzip", t("after row {row} the compressed file is damaged", row=number), path) from error
    except OSError as error:
        raise unreadable("file", t("the file cannot be read: {reason}", reason=reason_of(error)), path) from error
    finally:
        csv.field_size_limit(before)


def unreadable(slug: str, message: Text, path: Path, hint: Text | None = None) -> Refused:
    """Why nothing can be made of a file."""
    return Refused([Problem(f"E-import-{slug}", message, hint, where=str(path), kind=Kind.MISSING)])


def header(path: Path, found: Map) -> tuple[str, ...]:
    """The names of a file's columns.

    :raises Refused: when the file cannot be read, is empty, or names a column twice.
    """
    _, first = next(records(path, found), (0, []))
    names = tuple(name.strip().lstrip("\ufeff") for name in first)
    if not names:
        raise unreadable("empty", t("the file is empty"), path)
    twice = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if twice:
        raise unreadable("header", t("the column {column} stands there twice", column=repr(twice[0])), path)
    return names


def read_rows(path: Path, found: Map, names: tuple[str, ...], step: Callable[[], None]) -> Sheet:
    """Every row of a file by its key. What is wrong with single rows is noted, not raised; each is a ``step``."""
    wanted = found.columns(names)
    places = [names.index(column) for column in wanted]
    key_place, one_each = names.index(found.key), found.rows == "incidents"
    sheet = Sheet(path.name, {column: place for place, column in enumerate(wanted)})
    texts = Texts(found.missing)
    keep, rows = texts.keep, sheet.rows
    for number, record in records(path, found):
        if number == HEADER_ROW:
            continue
        sheet.count += 1
        step()
        key = (keep(record[key_place]) if key_place < len(record) else None) or ""
        if not key:
            sheet.refuse(f"{NO_KEY}{number}", number, "no-key", t("the row has no {column}", column=found.key))
        elif len(record) < len(names) or any(record[len(names) :]):
            message = t("the row has {found} columns, the header {wanted}", found=len(record), wanted=len(names))
            sheet.refuse(key, number, "columns", message, t("put quotes around cells that hold the delimiter"))
        elif one_each and key in rows:
            sheet.refuse(key, number, "twice", t("{key} stands in row {row} already", key=key, row=rows[key][0].number))
        else:
            values = tuple([keep(record[place]) for place in places])
            rows.setdefault(key, []).append(Row(number, values))
            if texts.bad and not texts.bad.isdisjoint(values):
                sheet.refuse(
                    key, number, "control", t("the row holds control characters"), t("take them out of the file")
                )
    return sheet


class Times:
    """Times as the log writes them, read by the map's formats; one without an offset is of the map's zone.

    A time that a clock shows twice (when summer time ends) is the first of the two.
    """

    def __init__(self, found: Map, desk_zone: tzinfo) -> None:
        self.formats = found.formats
        self.zone = found.zone or desk_zone
        self.desk_zone = desk_zone
        self.known: dict[str, datetime | None] = {}

    def read(self, text: str) -> datetime | None:
        """The moment, to the second, in the desk's zone; None where no format fits."""
        if text not in self.known:
            self.known[text] = self._read(text)
        return self.known[text]

    def _read(self, text: str) -> datetime | None:
        for one in self.formats:
            try:
                moment = self._by(one, text)
                return moment.astimezone(self.desk_zone).replace(microsecond=0)
            except (ValueError, OverflowError, OSError):
                continue
        return None

    def _by(self, form: str, text: str) -> datetime:
        if form == "epoch":
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        moment = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
