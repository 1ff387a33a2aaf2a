"""The door to segno: the QR code that finds a record again from its paper. The only place that knows its text."""

from __future__ import annotations

import io

from itilcli.forms.sheet import Picture

WIDTH = 22.0
"""Millimetres, of the whole code with its quiet zone: read by a phone at arm's length."""
SCALE, QUIET = 8, 4
"""Pixels of a module; modules of white around the code, as ISO/IEC 18004 wants them."""
SHORT = 12
"""So many characters of a commit's id stand on paper."""


def code_text(reference: str, commit: str | None) -> str:
    """What the code says: ``INC-20261123-7K3Q/onsite-1@1a2b3c4d5e6f``; the reference alone before the first commit.

    ``model.case.off_paper`` reads it."""
    return f"{reference}@{commit[:SHORT]}" if commit else reference


def picture(text: str, alt: str) -> Picture:
    """The QR code of a text as a PNG, of which 15 % may be lost to dirt and folds (level M)."""
    import segno

    made = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(made, kind="png", scale=SCALE, border=QUIET)
    return Picture(made.getvalue(), "png", WIDTH, alt)
