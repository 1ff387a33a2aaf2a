"""What Excel and Word files have in common: the library that may be missing, and bytes that never change."""

from __future__ import annotations

import io
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from itilcli.errors import Kind, Problem, Refused
from itilcli.text import t

MADE = datetime(2000, 1, 1)
"""The time written into every file, which must not depend on when it was made."""
OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file can name."""


def missing(library: str, format_: str) -> Refused:
    """The refusal where the library that writes a format is not installed."""
    text = t("{format} needs {library}, which is not installed", format=format_, library=library)
    hint = t("install it with: {command}", command="pip install 'itilcli[office]'")
    return Refused([Problem("E-report-office", text, hint, where="--format", kind=Kind.DESK)])


def packed(data: bytes) -> bytes:
    """A zip file with the same content and nothing in it of when, where and by which system it was packed."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as given, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=6) as made:
        for name in given.namelist():
            entry = ZipInfo(name, OLDEST)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
            made.writestr(entry, given.read(name), compresslevel=6)
    return out.getvalue()
