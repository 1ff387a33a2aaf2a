"""A file read by what is known of the one before it: only what differs is parsed.

In a file as :mod:`itilcli.store.emit` writes it each line is one whole node. So what stands between one key at the margin
and the next is a value of its own, and a list that got longer by items at its end has those before as they were. Every
other file is read from its first line to its last; what is found wrong always comes from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.errors import Refused
from itilcli.store import yaml
from itilcli.values import pattern

_KEY = pattern(r"\n(?=[A-Za-z_])")
_ITEM = pattern(r"[a-z_]+:(\n *- )")
Blocks = Mapping[str, str]
"""The lines of each key at the margin, by key; those before the first one under the empty text."""
Known = tuple[Blocks, Mapping[str, Any]]


def read(data: bytes, where: str, before: Known | None = None) -> tuple[dict[str, Any], Blocks | None]:
    """The mapping that a file holds, as :func:`itilcli.store.yaml.read` has it, and its blocks, None where it has another shape.

    :param before: the blocks and the mapping of another version of the file; values that stand alike are the same objects.
    :raises Refused: with every problem of the file.
    """
    text = yaml.decode(data, where)
    if before is not None:
        blocks = _blocks(text)
        found = _like(blocks, *before) if blocks is not None else None
        if found is not None:
            return found, blocks
    ours = yaml.odd_line(text) is None
    whole = yaml.read_text(text, where, ours)
    blocks = _blocks(text) if ours else None
    return whole, blocks if blocks is not None and [*blocks][1:] == [*whole] else None


def _blocks(text: str) -> dict[str, str] | None:
    """The blocks of a text; None where a key stands there twice."""
    first, *others = _KEY.split(f"\n{text[:-1]}")
    found = {"": first, **{one.partition(":")[0]: one for one in others}}
    return found if len(found) == len(others) + 1 else None


def _like(blocks: dict[str, str], before: Blocks, held: Mapping[str, Any]) -> dict[str, Any] | None:
    """The mapping, by that of the version before; None where it has to be read from the beginning."""
    if blocks[""] != before[""]:
        return None
    anew: list[str] = []
    longer: list[str] = []
    for key, block in blocks.items():
        was = before.get(key)
        if was == block:
            continue
        begun = _ITEM.match(was) if was and type(held.get(key)) is list and block.startswith(was) else None
        if begun and was and block.startswith(begun[1], len(was)):
            longer.append(key)
            anew.append(f"{key}:{block[len(was) :]}")
        else:
            anew.append(block)
    if not anew:
        return {key: held[key] for key in blocks if key}
    text = "\n".join(anew) + "\n"
    if yaml.odd_line(text) is not None:
        return None
    try:
        read_ = yaml.read_text(text, "", True)
    except Refused:
        return None
    if len(read_) != len(anew) or any(type(read_.get(key)) is not list for key in longer):
        return None
    for key in longer:
        read_[key] = [*held[key], *read_[key]]
    return {key: read_[key] if key in read_ else held[key] for key in blocks if key}
