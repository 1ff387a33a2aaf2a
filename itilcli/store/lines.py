"""The line of a field in a YAML file, found fast where the file is written in blocks, as most are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from itilcli.store import yaml
from itilcli.values import pattern

_FLOW = pattern(r"(?:^|[:\s-])[ ]*[\[{](?![\]}])|^\s*[?&*!%]|\t", re.MULTILINE)
"""What only the slow look understands: lists and mappings in brackets, complex keys, anchors, tags, tabs."""


class _Row(NamedTuple):
    number: int
    indent: int
    text: str


def line_of(data: bytes, path: Sequence[str | int]) -> int | None:
    """The line, from 1, of the key or list item at ``path``; of the nearest part above it that is there.

    None if nothing of ``path`` is there. ``data`` may be an article: its front matter is meant then.
    """
    try:
        text = data.decode().lstrip("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return yaml.line_of(data, path)
    text = _front(text)
    if _FLOW.search(text):
        return yaml.line_of(text.encode(), path)
    rows = [
        _Row(number, len(line) - len(line.lstrip(" ")), line.strip())
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    line = None
    for part in path:
        found = _item(rows, part) if isinstance(part, int) else _key(rows, part)
        if not found:
            break
        line, rows = found[0].number, _below(found, isinstance(part, int))
    return line


def _front(text: str) -> str:
    """An article's front matter at its own lines; anything else as it is."""
    lines = text.split("\n")
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if lines[first].rstrip() != "---":
        return text
    last = next((place for place in range(first + 1, len(lines)) if lines[place].rstrip() == "---"), len(lines))
    return "\n" * (first + 1) + "\n".join(lines[first + 1 : last]) + "\n"


def _key(rows: list[_Row], key: str) -> list[_Row]:
    """The rows of a mapping's key and of what it holds."""
    heads = (f"{key}:", f'"{key}":', f"'{key}':")
    for place, row in enumerate(rows):
        if row.indent == rows[0].indent and row.text.startswith(heads):
            end = next((later for later in range(place + 1, len(rows)) if _ends(rows[later], row)), len(rows))
            return rows[place:end]
    return []


def _ends(row: _Row, head: _Row) -> bool:
    """Whether what the key ``head`` holds is over at ``row``; a list may stand right below its key."""
    return row.indent < head.indent or (row.indent == head.indent and not _is_item(row))


def _is_item(row: _Row) -> bool:
    return row.text == "-" or row.text.startswith("- ")


def _item(rows: list[_Row], index: int) -> list[_Row]:
    """The rows of one item of a list."""
    starts = [place for place, row in enumerate(rows) if row.indent == rows[0].indent and _is_item(row)]
    if index >= len(starts):
        return []
    return rows[starts[index] : starts[index + 1] if index + 1 < len(starts) else len(rows)]


def _below(rows: list[_Row], item: bool) -> list[_Row]:
    """What a key or an item holds; an item's first key stands behind its dash."""
    if not item:
        return rows[1:]
    number, indent, text = rows[0]
    inner = text[1:].lstrip()
    return ([_Row(number, indent + len(text) - len(inner), inner)] if inner else []) + rows[1:]
