"""The bytes of a file that two sides changed: what was brought together, with the comments and the spelling of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.errors import Refused
from itilcli.store import emit, rewrite, yaml


def written(held: Mapping[str, Any], base: bytes | None, ours: bytes | None, theirs: bytes | None, path: str) -> bytes:
    """A YAML file that holds ``held``: each part as the side wrote it whose value it has, ours where only we changed it.

    :param path: of the file, for messages. Raises Refused where it cannot be written.
    """
    known = [data for data in (theirs, ours) if data is not None]
    for original in (_composed(base, ours, theirs, path), *known):
        if original is not None:
            try:
                return rewrite.rewrite(original, held, path)
            except Refused:
                continue
    return emit.emit(dict(held)).encode()


def _composed(base: bytes | None, ours: bytes | None, theirs: bytes | None, path: str) -> bytes | None:
    """Their file with those parts of ours that they left as they were; None where the files do not come apart."""
    if ours is None or theirs is None:
        return None
    sides = [rewrite.pieces(data, path) if data is not None else {} for data in (base, ours, theirs)]
    if any(side is None for side in sides):
        return None
    was, mine, yours = (side or {} for side in sides)
    made = []
    for key in [*(key for key in yours if key), ""]:
        if yours[key] == was.get(key) and key in mine:
            made.append(mine[key])
        else:
            made.append(_remarks(mine.get(key, ""), yours[key], was.get(key, "")) + yours[key])
    try:
        text = "".join(made)
        yaml.read(text.encode(), path)
    except Refused:
        return None
    return text.encode()


def _remarks(ours: str, theirs: str, was: str) -> str:
    """The comments of ours that neither they nor the base have, to stand above theirs."""
    known = {line.strip() for line in (*theirs.splitlines(), *was.splitlines())}
    lines = [line.strip() for line in ours.splitlines()]
    return "".join(f"{line}\n" for line in lines if line.startswith("#") and line not in known)
