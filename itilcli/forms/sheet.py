"""The shapes a paper form is laid out in: one content, in one language, for every file format.

Every string is plain text, with ``\\n`` where a line ends; each format escapes it in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["label", "value", "heading", "sign", "note"]
"""What a cell is: the printed name of a field, what stands in it, a bar over a group of rows, a box to sign in, small print."""
TO_WRITE_IN = 10
"""An empty field of so many millimetres or more gets lines to write on."""
LINE = 8
"""So many millimetres are between two of them, about."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo or a code: a PNG, JPEG or SVG. ``width`` in millimetres; ``alt`` says in words what it shows."""

    content: bytes
    kind: Literal["png", "jpeg", "svg"]
    width: float
    alt: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the ruled table.

    :param span: so many columns wide.
    :param height: at least so many millimetres high; 0 for as high as its text.
    """

    text: str
    role: Role = "value"
    span: int = 1
    height: float = 0
    align: Literal["left", "center", "right"] = "left"

    @property
    def lines(self) -> int:
        """On so many lines the cell is written on by hand: none where it holds a text, or is low."""
        if self.role != "value" or self.text or self.height < TO_WRITE_IN:
            return 0
        return max(2, round(self.height / LINE))


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side; their spans add up to the sheet's columns. ``head`` rows are repeated at the top of each page
    that the table runs on to."""

    cells: tuple[Cell, ...]
    head: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form, filled in or blank, as it is printed on A4 with its own page numbers (page x of y).

    :param number: the form's number, such as ``JQ-ITSMS-04-01-01``; empty for a cover.
    :param version: of the form.
    :param serial: the archive's serial; empty for none yet.
    :param reference: what it is the form of, such as ``INC-20261123-7K3Q/onsite-1``; empty on a blank one.
    :param columns: relative widths of the table's columns.
    :param code: the QR code that finds the record again, with ``code_text`` what it says; None on a blank one.
    :param before: paragraphs above the table; ``after`` below it, in small print.
    :param language: ``zh`` or ``en``.
    """

    title: str
    number: str
    version: str
    serial: str
    reference: str
    organisation: str
    columns: tuple[float, ...]
    rows: tuple[Row, ...]
    language: str
    logo: Picture | None = None
    code: Picture | None = None
    code_text: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
