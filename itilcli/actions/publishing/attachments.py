"""Files kept with a case, as pages may offer them: pictures by what their bytes say, anything else to be saved.

A browser decides by a file's ending what to do with it, so only endings that can do nothing are kept; a file's own name is
shown and never becomes a path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import PurePosixPath

from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.model.case import Case
from itilcli.site.shape import File
from itilcli.store import files
from itilcli.store.cases import attachments_folder

LARGEST = 25 * 1024 * 1024
PICTURES = ((b"\x89PNG\r\n\x1a\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF87a", ".gif"), (b"GIF89a", ".gif"))
HARMLESS = frozenset({".pdf", ".txt", ".log", ".csv", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".7z", ".gz"})
Reads = dict[str, Callable[[], bytes]]


def attachments(
    desk: Desk, case: Case, name: str, href: str, about: Callable[[object], str]
) -> tuple[list[File], Reads]:
    """The files of a case, and under which path each is to be written.

    :param name: the ID that the case's files are named after; ``href`` its page.
    :param about: tells in words of one attachment.
    """
    found: list[File] = []
    reads: Reads = {}
    for row in case.incident.attachments:
        shown = PurePosixPath(row.file or "?").name or "?"
        data = _content(desk, name, row.file)
        if data is None:
            found.append(File(shown, about(row)))
            continue
        ending = _picture(data)
        path = f"{href.removesuffix('.html')}.files/{hashlib.sha256(data).hexdigest()[:16]}{ending or _ending(shown)}"
        reads[path] = lambda data=data: data  # type: ignore[misc]
        found.append(File(shown, about(row), path, bool(ending)))
    return found, reads


def _content(desk: Desk, name: str, file: str | None) -> bytes | None:
    """What a file holds; None where it is not there, too large, or does not lie with the case."""
    folder = attachments_folder(name)
    path = f"{folder}/{PurePosixPath(file or '').name}"
    try:
        files.inside(desk.root, path)
        return files.read_bytes(desk.root / path, LARGEST)
    except Refused:
        return None


def _picture(data: bytes) -> str:
    """The ending for what a browser shows as a picture; empty for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    return next((ending for magic, ending in PICTURES if data.startswith(magic)), "")


def _ending(shown: str) -> str:
    ending = PurePosixPath(shown).suffix.lower()
    return ending if ending in HARMLESS else ".bin"
