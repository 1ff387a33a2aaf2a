"""What makes the text of a record safe in a cell: no spreadsheet runs it, and no character of it breaks a file."""

from __future__ import annotations

from itilcli.text import printable

__all__ = ["harmless", "printable"]

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula, in half and full width."""


def harmless(value: object) -> str:
    """A cell of CSV as text that no spreadsheet takes for a formula: an apostrophe goes before one that looks like it.

    Numbers stay numbers, negative ones too.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text
