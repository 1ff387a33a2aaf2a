"""A file read by what is known of the one before it: only what differs is parsed.

In a file as :mod:`itilcli.store.emit` writes it each line is one whole node. So what stands between one key at the margin
and the next is a value of its own, and a list that got longer by items at its end has those before as they were. Every
other file is read from its first line to its last; what is found wrong always comes from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from itilcli.errors import Refused
from itilcli.store import yaml
from itilcli.store.bounds import LIMIT
from itilcli.values import pattern

_KEY = pattern(rb"\n(?=[A-Za-z_])")
_ITEM = pattern(rb"[a-z_]+:(\n *- )")


class Known(NamedTuple):
    """A file that was read: the mapping that it holds, and its ``blocks``: the key of each block of lines that begins at the
    margin; what stands before the first one has none. None where the file has another shape.

    ``changed`` are the keys whose values differ from those of the version before, or are not there any more; None where
    none is known. Values of all other keys are the same objects.
    """

    held: dict[str, Any]
    blocks: Mapping[bytes, str] | None
    changed: frozenset[str] | None = None


def read(data: bytes, where: str, before: Known | None = None) -> Known:
    """What a file holds, as :func:`itilcli.store.yaml.read` has it.

    :param before: another version of the file.
    :raises Refused: with every problem of the file.
    """
    if before is not None and before.blocks is not None and data[-1:] == b"\n" and len(data) <= LIMIT:
        found = _like(_split(data), before.held, before.blocks)
        if found is not None:
            return found
    text = yaml.decode(data, where)
    ours = yaml.odd_line(text) is None
    whole = yaml.read_text(text, where, ours)
    first, *others = _split(text.encode() if ours else b"")
    blocks = {first: "", **{block: _key(block) for block in others}}
    return Known(whole, blocks if ours and [*blocks.values()] == ["", *whole] else None)


def _split(data: bytes) -> list[bytes]:
    """The blocks of a text; the first one is what stands before them all."""
    return _KEY.split(b"\n" + data[:-1])


def _key(block: bytes) -> str:
    return block[: block.find(b":")].decode("utf-8", "replace")


def _like(parts: Sequence[bytes], held: Mapping[str, Any], before: Mapping[bytes, str]) -> Known | None:
    """What these blocks hold, by the version before; None where all of it has to be read."""
    keys = [*map(before.get, parts)]
    if keys[0] != "":
        return None
    anew: list[bytes] = []
    longer: list[str] = []
    texts: dict[str, bytes] = {}
    for place, known in enumerate(keys):
        if known is not None:
            continue
        block = parts[place]
        key = keys[place] = _key(block)
        texts = texts or dict(zip(before.values(), before, strict=True))
        was = texts.get(key)
        begun = _ITEM.match(was) if was and type(held.get(key)) is list and block.startswith(was) else None
        if begun and was and block.startswith(begun[1], len(was)):
            longer.append(key)
            anew.append(block[: len(key) + 1] + block[len(was) :])
        else:
            anew.append(block)
    names = cast(list[str], keys)
    values = dict(zip(names[1:], map(held.get, names[1:]), strict=True))
    read_ = _read(anew, longer, held) if anew else {}
    if read_ is None or len(values) != len(parts) - 1 or not read_.keys() <= values.keys():
        return None
    changed = frozenset(read_) if held.keys() <= values.keys() else frozenset(read_) | (held.keys() - values.keys())
    return Known({**values, **read_}, dict(zip(parts, names, strict=True)), changed)


def _read(anew: Sequence[bytes], longer: Sequence[str], held: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values of these blocks, of those that got ``longer`` with what they held before; None where they are no blocks."""
    try:
        text = yaml.decode(b"\n".join(anew) + b"\n", "")
        if yaml.odd_line(text) is not None:
            return None
        found = yaml.read_text(text, "", True)
    except Refused:
        return None
    if len(found) != len(anew) or any(type(found.get(key)) is not list for key in longer):
        return None
    for key in longer:
        found[key] = [*held[key], *found[key]]
    return found
