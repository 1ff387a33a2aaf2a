"""Names of files that strangers chose, made safe: one name in one folder, that shows what it is."""

from __future__ import annotations

import unicodedata

from itilcli.mail.heads import seen
from itilcli.values import pattern

LONGEST = 150
"""Bytes."""
ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/bmp": "bmp", "image/webp": "webp", "image/tiff": "tif",
    "application/pdf": "pdf", "text/plain": "txt", "text/html": "html", "text/csv": "csv", "text/calendar": "ics",
    "message/rfc822": "eml", "application/zip": "zip", "application/ms-tnef": "dat", "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m", "text/vcard": "vcf", "text/x-vcard": "vcf", "application/json": "json", "text/xml": "xml",
}  # fmt: skip
_FORBIDDEN = pattern(r'[<>:"|?*]+')


def safe_name(given: str, kind: str, number: int) -> str:
    """A name without folders, controls or what turns the direction of writing; ``attachment-2.png`` where none is left."""
    name = unicodedata.normalize("NFC", seen(given.replace("\\", "/").rpartition("/")[2]))
    name = "".join(char for char in _FORBIDDEN.sub("_", name) if char.isprintable())
    name = name.lstrip(". ").rstrip(". ")
    if not name:
        name = f"attachment-{number}.{ENDINGS.get(kind, 'bin')}"
    return shortened(name)


def shortened(name: str) -> str:
    """The name in at most :data:`LONGEST` bytes, its ending kept."""
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > 20:
        stem, dot, ending = name, "", ""
    room = LONGEST - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ") + dot + ending
