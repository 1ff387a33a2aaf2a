"""New YAML files, written fast and always alike: every text in double quotes or as a literal block.

The same shape that :mod:`itilcli.store.yaml` reads fastest: indentation of two, lists two further in.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from itilcli.errors import Refused
from itilcli.store.bounds import LARGEST, problem, refuse_controls
from itilcli.text import t
from itilcli.values import pattern

_DEEPEST = 30
_LONGEST_KEY = 500
_PLAIN_KEY = pattern(r"(?!(?i:null|true|false|yes|no|on|off|y|n)\Z)[A-Za-z][A-Za-z0-9_-]*")
_HIDDEN = (
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0001"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
)
_SPECIAL = pattern(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_HIDDEN}]")
"""Control characters, which are refused, and characters nobody sees (bidi controls, zero-width space, separators,
noncharacters), which are written as escapes. Joiners inside emoji and names stay as they are."""
_BLOCK = pattern(r"(?![ \t\n])[^\n]*+(?<!\s)(?:\n(?! {40})(?:[^\n]++(?<!\s))?+)*+(?<!\n\n)")


def emit(data: Mapping[str, Any], comments: Mapping[str, str] | None = None) -> str:
    """``data`` as the text of a YAML file; ``comments`` go above the top-level keys they are given for.

    Values are str, int, finite float, bool, None, lists, tuples and mappings with str keys. Raises ``Refused`` with
    ``E-text-control`` for control characters, ``E-yaml-number`` for a number that could not be read again, and
    ``E-yaml-key`` or ``E-yaml-depth`` for keys too long and nesting too deep; ``TypeError`` for other values.
    """
    out: list[str] = []
    for key, value in data.items():
        if comments and key in comments:
            refuse_controls(comments[key], key)
            out += [f"# {line}".rstrip() + "\n" for line in comments[key].split("\n")]
        _put(out, _key(key), "", value)
    return "".join(out) or "{}\n"


def is_block(value: str) -> bool:
    """Whether ``value`` is written as a literal block: several lines that keep every space without quotes."""
    if "\n" not in value or _BLOCK.fullmatch(value) is None:
        return False
    return value.replace("\n", "").isprintable() or not _SPECIAL.search(value)


def is_plain_key(key: str) -> bool:
    """Whether ``key`` is written without quotes."""
    return _PLAIN_KEY.fullmatch(key) is not None


def same(one: object, other: object) -> bool:
    """Whether two values are written alike: 1, 1.0 and true differ, the order of keys does not count."""
    return json.dumps(one, sort_keys=True, default=dict) == json.dumps(other, sort_keys=True, default=dict)


def bare(value: object) -> str:
    """A number, a truth value or nothing, as it is written without quotes. Raises as :func:`emit`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -LARGEST <= value <= LARGEST:
        return int.__repr__(value)
    if isinstance(value, float) and math.isfinite(value):
        return float.__repr__(value)
    if isinstance(value, int | float):
        hint = t("write it as text")
        raise Refused([problem("number", t("the number is too large to be kept"), "", hint)])
    raise TypeError(f"a record cannot hold {type(value).__name__}")


def _quoted(value: str, head: str = "") -> str:
    """``value`` in double quotes, with escapes that both parsers read."""
    if not value.isprintable() and _SPECIAL.search(value):
        refuse_controls(value, head.strip(" -:"))
        return _SPECIAL.sub(_escape, encode_basestring(value))
    return encode_basestring(value)


def _escape(found: re.Match[str]) -> str:
    point = ord(found[0])
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


@lru_cache(maxsize=4096)
def _key(key: str) -> str:
    written = f"{key}:" if is_plain_key(key) else f"{_quoted(key)}:"
    if len(written) > _LONGEST_KEY:
        message = t("the key {key} is longer than {limit} characters", key=key[:40] + "…", limit=_LONGEST_KEY)
        raise Refused([problem("key", message, "")])
    return written


def _put(out: list[str], head: str, indent: str, value: Any) -> None:
    """Write ``value`` after ``head`` (a key or a dash, with its indentation); what it holds goes below ``indent``."""
    if isinstance(value, str):
        if is_block(value):
            _put_block(out, head, indent, value)
        else:
            out.append(f"{head} {_quoted(value, head)}\n")
    elif isinstance(value, Mapping):
        if not value:
            out.append(f"{head} {{}}\n")
            return
        _check_depth(indent)
        out.append(f"{head}\n")
        for key, child in value.items():
            _put(out, f"{indent}  {_key(key)}", f"{indent}  ", child)
    elif isinstance(value, list | tuple):
        if not value:
            out.append(f"{head} []\n")
            return
        _check_depth(indent)
        out.append(f"{head}\n")
        _put_items(out, f"{indent}  ", value)
    else:
        out.append(f"{head} {bare(value)}\n")


def _put_items(out: list[str], indent: str, items: Sequence[Any]) -> None:
    for item in items:
        if isinstance(item, Mapping) and item:
            lead = f"{indent}- "
            for key, child in item.items():
                _put(out, f"{lead}{_key(key)}", f"{indent}  ", child)
                lead = f"{indent}  "
        else:
            _put(out, f"{indent}-", indent, item)


def _put_block(out: list[str], head: str, indent: str, value: str) -> None:
    ends = value.endswith("\n")
    out.append(f"{head} |\n" if ends else f"{head} |-\n")
    lines = (value[:-1] if ends else value).split("\n")
    out += [f"{indent}  {line}\n" if line else "\n" for line in lines]


def _check_depth(indent: str) -> None:
    if len(indent) > 2 * _DEEPEST:
        raise Refused([problem("depth", t("the record is nested too deeply"), "")])
