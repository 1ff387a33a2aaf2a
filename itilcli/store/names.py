"""Names that people give and that become those of files: safe on every disk, and the same on each."""

from __future__ import annotations

import unicodedata

from itilcli.text import Text, t

LONGEST = 60
"""The most characters of a name."""
BARRED = '/\\:*?"<>|'
"""What separates paths somewhere, or what some disks refuse in a name."""


def unfit(name: str) -> Text | None:
    """Why a name cannot be that of a file; None where it can."""
    if not name or name != name.strip() or len(name) > LONGEST:
        return t("such a name has 1 to {limit} characters, without blanks around it", limit=LONGEST)
    if name.startswith((".", "-")) or name.endswith(".") or any(char in BARRED for char in name):
        return t("{name} is no safe name for a file", name=repr(name))
    if not name.isprintable() or name != unicodedata.normalize("NFC", name) or len(name.encode()) > 4 * LONGEST:
        return t("{name} holds characters that no name of a file should have", name=repr(name))
    return None
