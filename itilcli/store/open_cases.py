"""Which cases of the last weeks are open, found during a call without parsing the closed ones around them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from itilcli.errors import Refused
from itilcli.store import files
from itilcli.store.cases import SUFFIX, folders
from itilcli.values import value

_ENDING = f".incident{SUFFIX}"
_BEGINNING = 1024
"""So many bytes are read first; the status is among them, unless somebody moved it by hand."""
_STATUS = re.compile(rb"^status:[^\n]*\n", re.MULTILINE)


@value
class Unparsed:
    """A case and the bytes of its incident file."""

    id: str
    data: bytes


def open_since(root: Path, day: str) -> Iterator[Unparsed]:
    """The cases from ``day`` (2026-11-23, by the day in their ID) on whose incident file says that they are open, newest
    first. A file that cannot be read is left out."""
    for folder in folders(root):
        if "-".join(folder.parts[-3:]) < day:
            return
        try:
            names = sorted(os.listdir(folder), reverse=True)  # noqa: PTH208  (many names: the fastest way counts)
        except OSError:
            continue
        for name in names:
            if name.endswith(_ENDING) and name.startswith("INC-") and (data := _said_open(f"{folder}/{name}")):
                yield Unparsed(name.removesuffix(_ENDING), data)


def _said_open(path: str) -> bytes:
    """An incident file's bytes if its status is open; none where it is not, or cannot be read."""
    try:
        found = _STATUS.search(files.read_beginning(path, _BEGINNING))
        if found and b"open" not in found[0]:
            return b""
        data = files.read_bytes(path)
    except Refused:
        return b""
    found = _STATUS.search(data)
    return data if found and b"open" in found[0] else b""
