"""What a file is by how it begins: the images and PDF files that a scan of a signed form may be (F27). Pure."""

from __future__ import annotations

from itilcli.values import value

HEAD = 64
"""So many bytes of a file tell what it is."""


@value
class Scan:
    """One kind of image, or PDF: what it is called, and the endings of its files, the usual one first."""

    name: str
    endings: tuple[str, ...]


PDF = Scan("PDF", ("pdf",))
JPEG = Scan("JPEG", ("jpg", "jpeg", "jpe", "jfif"))
PNG = Scan("PNG", ("png",))
GIF = Scan("GIF", ("gif",))
TIFF = Scan("TIFF", ("tif", "tiff"))
WEBP = Scan("WebP", ("webp",))
BMP = Scan("BMP", ("bmp",))
HEIC = Scan("HEIC", ("heic", "heif", "hif"))
KNOWN = (JPEG, PNG, PDF, TIFF, HEIC, WEBP, GIF, BMP)
_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
)
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def scan_of(data: bytes) -> Scan | None:
    """What kind of image a file is, or a PDF, by its first bytes; None where it is neither."""
    for beginning, scan in _BEGINNINGS:
        if data.startswith(beginning):
            return scan
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF:
        return HEIC
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        return BMP
    return None
