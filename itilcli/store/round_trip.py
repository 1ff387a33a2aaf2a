"""ruamel.yaml's round trip with scalars left alone: ruamel sees every unquoted scalar as text and writes it back so.

Dates, times, ``yes``, ``~`` and numbers therefore keep their spelling; what changes is decided on the values that
:mod:`itilcli.store.yaml` read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from itilcli.store import bounds, emit
from itilcli.values import pattern

_WIDTH = 2**30
_REST = r"[^\n]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*#[^\n]*\n)*"
_NESTED_KEY = pattern(rf"^[^\s#-]{_REST}( +)[^\s#-]", re.MULTILINE)
"""A top-level key and the indentation of the first key in it, as the file's writer likes it."""
_FLUSH_LIST = pattern(rf"^( *)[^\s#-]{_REST}\1- ", re.MULTILINE)
"""A list whose dashes stand straight below their key."""


def change(text: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """``text``, which holds ``old``, changed to hold ``new``. Raises whatever ruamel raises; to be read back."""
    tool = _tool(text)
    tree = tool.load(text)
    _change_mapping(tree, old, new)
    out = io.StringIO()
    tool.dump(tree, out)
    return out.getvalue()


def _tool(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.resolver import VersionedResolver

    class TextOnly(VersionedResolver):
        """Resolves no unquoted scalar to anything but text."""

        @property
        def versioned_resolver(self) -> dict[Any, Any]:
            return {}

    tool = YAML()
    tool.Resolver = TextOnly
    tool.preserve_quotes = True
    tool.brace_single_entry_mapping_in_flow_sequence = True
    nested = _NESTED_KEY.search(text)
    mapping = len(nested[1]) if nested else 2
    flush = _FLUSH_LIST.search(text) is not None
    tool.indent(mapping=mapping, sequence=2 if flush else 4, offset=0 if flush else 2)
    tool.width = _WIDTH
    tool.max_depth = bounds.DEPTH
    tool.explicit_start = bool(re.search(r"^---\s", text, re.MULTILINE))
    return tool


def _change_mapping(tree: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    for key in old:
        if key not in new:
            del tree[key]
    place = 0
    for key, value in new.items():
        if key not in old:
            tree.insert(place, _fresh_key(key), _fresh(value))
        elif not emit.same(old[key], value):
            tree[key] = _changed(tree[key], old[key], value, key not in tree.ca.items)
        place = list(tree).index(key) + 1


def _change_list(tree: Any, old: list[Any], new: list[Any]) -> None:
    """Change items in place between what is alike at the beginning and at the end."""
    head = 0
    while head < min(len(old), len(new)) and emit.same(old[head], new[head]):
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and emit.same(old[-1 - tail], new[-1 - tail]):
        tail += 1
    shared = min(len(old), len(new)) - tail
    for index in range(head, shared):
        tree[index] = _changed(tree[index], old[index], new[index], index not in tree.ca.items)
    for index in range(len(old) - tail - 1, shared - 1, -1):
        del tree[index]
    for index in range(shared, len(new) - tail):
        tree.insert(index, _fresh(new[index]))


def _changed(tree: Any, old: Any, new: Any, free: bool) -> Any:
    """What stands in the tree for ``new``: the old node changed in place, or a fresh one.

    ``free``: no comment stands beside the node, so that a literal block may take its place.
    """
    if isinstance(old, dict) and isinstance(new, Mapping) and old and new:
        _change_mapping(tree, old, new)
        return tree
    if isinstance(old, list) and isinstance(new, list | tuple) and old and new:
        _change_list(tree, old, list(new))
        return tree
    return _fresh(new, free)


def _fresh(value: Any, free: bool = True) -> Any:
    """A new node, quoted as emit quotes."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, PlainScalarString

    if isinstance(value, str):
        return LiteralScalarString(value) if free and emit.is_block(value) else DoubleQuotedScalarString(value)
    if isinstance(value, Mapping):
        return CommentedMap((_fresh_key(key), _fresh(child)) for key, child in value.items())
    if isinstance(value, list | tuple):
        return CommentedSeq(_fresh(child) for child in value)
    return PlainScalarString(emit.bare(value))


def _fresh_key(key: str) -> str:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    return key if emit.is_plain_key(key) else DoubleQuotedScalarString(key)
