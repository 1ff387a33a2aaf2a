"""Values on paper: nothing as a dash, codes by their labels, rates, hours and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from itilcli.model import codes as code_lists
from itilcli.model.codes import Codes
from itilcli.paper.escaping import safe
from itilcli.text import Label, Listing, Text, Translate
from itilcli.text import render as render_text

NOTHING = "—"


BESIDE = Codes(
    "beside",
    ("not_applicable", "不适用", "not applicable"),
    ("unclassified", "未分类", "unclassified"),
    ("unknown", "未知", "unknown"),
)


def shown(value: Any, translate: Translate, escape: Callable[[str], str]) -> Any:
    """A value on paper: nothing as a dash, texts and labels in the reader's language, record text escaped."""
    if value is None:
        return NOTHING
    if isinstance(value, Text | Listing | Label):
        value = render_text(value, translate)
    return escape(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def label_of(code: str | None, kind: str) -> Label | str | None:
    """Filter ``label(kind)``: the label of a code in a closed list, of a figure or a rule; anything else stays as it is."""
    from itilcli.figures.rules import RULES
    from itilcli.figures.titles import TITLES

    if kind == "figure":
        return TITLES.get(str(code), code)
    if kind == "rule":
        return RULES.get(str(code), code)
    for codes in (getattr(code_lists, kind.upper(), None), BESIDE):
        if isinstance(codes, Codes) and code in codes:
            return codes.label(str(code))
    return code


def percent(rate: Mapping[str, Any], sign: bool = False) -> str:
    """Filter ``percent``: a rate to one decimal, rounded half up from its two numbers, which stand behind it."""
    numerator, denominator = rate["numerator"], rate["denominator"]
    if denominator is None:
        return NOTHING
    if rate["value"] is None:
        return f"{NOTHING} ({numerator}/{denominator})"
    thousandths = (abs(numerator) * 2000 + denominator) // (2 * denominator)
    before = "−" if numerator < 0 else "+" if sign and numerator > 0 else ""
    return safe(f"{before}{thousandths // 10}.{thousandths % 10}% ({numerator}/{denominator})")


def hours(minutes: float | None) -> str:
    """Filter ``hours``: minutes as hours to one decimal."""
    return number(None if minutes is None else minutes / 60, 1)


def number(value: float | None, digits: int = 2) -> str:
    """Filter ``number``: a number to so many decimals."""
    return NOTHING if value is None else safe(f"{value:.{digits}f}")
