"""What makes the text of a record safe in a cell: no spreadsheet runs it, and no character of it breaks a file."""

from __future__ import annotations

import re

from itilcli.values import pattern

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula, in half and full width."""
UNSEEN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold, what ends a line unseen, and what turns the direction of writing."""


def harmless(value: object) -> str:
    """A cell of CSV as text that no spreadsheet takes for a formula: an apostrophe goes before one that looks like it.

    Numbers stay numbers, negative ones too.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def printable(text: str) -> str:
    """``text`` with newlines and tabs as they are and every other steering character made visible: ``␀``, ``\\u202e``."""
    if text.isprintable():
        return text
    return UNSEEN.sub(_visible, text.replace("\r\n", "\n").replace("\r", "\n"))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"\\u{code:04x}"
