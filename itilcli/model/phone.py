"""Phone numbers inside record text, which are not for everybody who reads it."""

from __future__ import annotations

from itilcli.values import pattern

PHONE = pattern(
    r"(?<![\dA-Za-z-])(?:(?:\+|00)86[- ]?)?"
    r"(?:1[3-9]\d[- ]?\d{4}[- ]?|0\d{2,3}[- )]{0,2}\d{3,4}[- ]?|[48]00[- ]?\d{3}[- ]?)(\d{4})(?![\dA-Za-z])"
)
"""Numbers as they are written in China: mobile, with an area code, and 400 or 800; the last four digits apart."""


def without_phones(text: str, kept: str = r"…\1") -> str:
    """The text with its phone numbers cut to their last four digits, by which the desk finds their owner.

    ``kept`` is what stands for a number; ``…`` leaves nothing of it.
    """
    return PHONE.sub(kept, text)
