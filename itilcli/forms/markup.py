"""The tags of a form's template with their attributes, and what may stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from itilcli.text import Listing, Text, printable, t
from itilcli.values import value

MOST_COLUMNS, MOST_ROWS, HIGHEST, WIDEST = 24, 20_000, 250.0, 180.0
"""Of a table; millimetres on A4."""
MOST_FAULTS = 100
INSIDE = {
    "form": ("",), "img": ("form",), "p": ("form",), "table": ("form",), "col": ("table",), "tr": ("table",),
    "th": ("tr",), "td": ("tr",), "br": ("th", "td", "p"),
}  # fmt: skip
"""The tags there are, each with those it may stand in."""
ATTRIBUTES = {
    "form": ("title", "number", "version", "serial", "reference", "organisation"),
    "img": ("src", "width", "alt"), "col": ("width",), "tr": ("class",),
    "th": ("class", "colspan", "height", "align"), "td": ("class", "colspan", "height", "align"),
}  # fmt: skip
EMPTY = frozenset({"img", "col", "br"})
CLASSES = {"th": ("label", "heading", "sign", "note"), "td": ("value", "heading", "sign", "note")}
ALIGNS = ("left", "center", "right")
_BLANKS = re.compile(r"[ \t\r\n\f]+")


@value
class Fault:
    """What is wrong with the markup, and where: a template's name and its line."""

    message: Text
    file: str
    line: int


def pieces(data: str) -> list[str | None]:
    """Text of a template in words; None stands for its blanks and line ends."""
    return [one for place, piece in enumerate(_BLANKS.split(data)) for one in ((None, piece) if place else (piece,))]


def joined(words: Iterable[str | None]) -> str:
    """The words of a cell: the template's own blanks as one each, none at the ends of a line."""
    said: list[str] = []
    pending = False
    for piece in words:
        if piece is None:
            pending = True
        elif piece:
            if pending and said and said[-1][-1:] != "\n" and piece[0] != "\n":
                said.append(" ")
            said.append(piece)
            pending = False
    return printable("".join(said))


def number(name: str, written: str, most: float, least: float) -> float | Text:
    """The number that is written; or what is wrong with it."""
    try:
        found = float(written)
    except ValueError:
        found = float("nan")
    if least <= found <= most:
        return found
    values = {"attribute": name, "value": repr(written[:20]), "least": f"{least:g}", "most": f"{most:g}"}
    return t("{attribute} must be a number from {least} to {most}, not {value}", **values)


def strange(tag: str, name: str) -> Text | None:
    """What is wrong with an attribute of a tag; None for one that it has."""
    known = ATTRIBUTES.get(tag, ())
    if name in known:
        return None
    if not known:
        return t("<{tag}> has no attributes: {attribute}", tag=tag, attribute=name)
    return t("<{tag}> has no {attribute}; it has: {known}", tag=tag, attribute=name, known=Listing(known))
