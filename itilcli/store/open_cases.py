"""Which cases of the last weeks are open, found during a call without parsing the closed ones around them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from itilcli.errors import Refused
from itilcli.store import files
from itilcli.store.cases import SUFFIX, folders
from itilcli.values import pattern, value

_ENDING = f".incident{SUFFIX}"
_BEGINNING = 1024
"""So many bytes are read first; the status is among them, unless somebody moved it by hand."""
_STATUS = pattern(rb"^status:[^\n]*\n", re.MULTILINE)


@value
class Unparsed:
    """A case and the bytes of its incident file."""

    id: str
    data: bytes


def open_since(root: Path, day: str, paths: Iterable[str] | None = None) -> Iterator[Unparsed]:
    """The cases from ``day`` (2026-11-23, by the day in their ID) on whose incident file says that they are open, newest
    first. A file that cannot be read is left out.

    :param paths: the incident files to look at, newest first, where they are known; else :func:`candidates` finds them.
    """
    for path in candidates(root, day) if paths is None else paths:
        try:
            data = files.read_bytes(f"{root}/{path}")
        except Refused:
            continue
        found = _STATUS.search(data)
        if found and b"open" in found[0]:
            yield Unparsed(path.rpartition("/")[2].removesuffix(_ENDING), data)


def candidates(root: Path, day: str) -> Iterator[str]:
    """The incident files from ``day`` on that may be of open cases, newest first: only their beginnings are read."""
    for folder in folders(root):
        if "-".join(folder.parts[-3:]) < day:
            return
        try:
            names = sorted(os.listdir(folder), reverse=True)  # noqa: PTH208  (many names: the fastest way counts)
        except OSError:
            continue
        day_folder, whole = folder.relative_to(root).as_posix(), str(folder)
        for name in names:
            if name.endswith(_ENDING) and name.startswith("INC-") and _may_be_open(f"{whole}/{name}"):
                yield f"{day_folder}/{name}"


def _may_be_open(path: str) -> bool:
    try:
        found = _STATUS.search(files.read_beginning(path, _BEGINNING))
    except Refused:
        return False
    return found is None or b"open" in found[0]
