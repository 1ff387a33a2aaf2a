"""Changing existing YAML files by hand's rules: comments, order, quoting and untouched lines stay as they are.

A file is taken apart at its top-level keys and only the parts whose value changed are written anew: by
:mod:`itilcli.store.emit` where the part is as emit writes it, by adding lines where a list only grew, else by
ruamel.yaml's round trip. Every result is read back and compared before it is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from itilcli.errors import Refused
from itilcli.store import emit, round_trip, yaml
from itilcli.store.bounds import problem
from itilcli.text import t
from itilcli.values import pattern

_BOM = b"\xef\xbb\xbf"
_LINES = pattern(r"[^\n]*\n|[^\n]+")
_KEY_LINE = pattern(r"(?!#|---|\.\.\.|-\s)\S")
_COMMENT = pattern(r"(?:^|(?<=[ \t]))#")
_BETWEEN = pattern(r"\s*\Z|#")


@dataclass(slots=True)
class _Part:
    """One top-level key's lines, with the comments and blank lines above them."""

    key: str
    above: str
    lines: str


def rewrite(original: bytes, new: Mapping[str, Any], where: str) -> bytes:
    """``original`` changed so that it holds ``new`` and nothing else, with all else in it left as it is.

    ``where`` is the file's path, for messages. Keys that ``new`` lacks are taken out; a new key goes below the key
    before it in ``new``. Byte order mark and line ends are kept. Raises ``Refused``: what :func:`yaml.read` refuses
    in ``original``, what :func:`emit.emit` refuses in ``new``, and ``E-yaml-rewrite`` if no way was found to change
    the file that reads back as ``new``.
    """
    old = yaml.read(original, where)
    emit.emit(new)
    if emit.same(old, new):
        return original
    bom = _BOM if original.startswith(_BOM) else b""
    text = original.decode("utf-8-sig")
    newline = "\r\n" if "\r\n" in text else "\n"
    for way in (_by_parts, _whole):
        changed = _attempt(partial(way, text, newline, old, new), new)
        if changed is not None:
            return bom + changed.encode()
    hint = t("change it in an editor, or simplify the part that changes")
    message = t("the file could not be changed without disturbing what else it holds")
    raise Refused([problem("rewrite", message, where, hint)])


def pieces(original: bytes, where: str) -> dict[str, str] | None:
    """The lines of each top-level key of a file, with the comments above it; under an empty key what stands below the last.

    None where lines do not show it. Raises ``Refused``: what :func:`yaml.read` refuses.
    """
    text = original.decode("utf-8-sig").replace("\r\n", "\n")
    taken = _take_apart(text, list(yaml.read(original, where)))
    if taken is None:
        return None
    parts, below = taken
    found = {part.key: _ended(part.above, "\n") + _ended(part.lines, "\n") for part in parts}
    found[""] = _ended(below, "\n")
    return found


def _attempt(way: Callable[[], str | None], wanted: Mapping[str, Any]) -> str | None:
    """The text that ``way`` makes if it reads back as ``wanted``, else None."""
    try:
        text = way()
        if text is not None and emit.same(yaml.read(text.encode(), ""), wanted):
            return text
    except Exception:  # ruamel raises far beyond its own errors; the caller refuses or tries another way
        return None
    return None


def _by_parts(text: str, newline: str, old: dict[str, Any], new: Mapping[str, Any]) -> str | None:
    """The text with only the changed top-level keys written anew; None if it does not come apart at them."""
    taken = _take_apart(text, list(old))
    if taken is None:
        return None
    parts, below = taken
    kept: list[_Part] = []
    for part in parts:
        if part.key not in new:
            part.lines = ""
        elif not emit.same(old[part.key], new[part.key]):
            lines = part.lines.replace("\r\n", "\n")
            changed = _changed(lines, part.key, old[part.key], new[part.key])
            if changed is None:
                return None
            part.lines = changed.replace("\n", newline)
        kept.append(part)
    before = None
    for key in new:
        if key not in old:
            at = 0 if before is None else next(i for i, part in enumerate(kept) if part.key == before) + 1
            kept.insert(at, _Part(key, "", emit.emit({key: new[key]}).replace("\n", newline)))
        before = key
    return "".join(_ended(part.above, newline) + _ended(part.lines, newline) for part in kept) + below


def _ended(lines: str, newline: str) -> str:
    return lines + newline if lines and not lines.endswith("\n") else lines


def _take_apart(text: str, keys: list[str]) -> tuple[list[_Part], str] | None:
    """One part for each of ``keys`` in their order, and what stands below the last; None if lines do not show it."""
    lines = _LINES.findall(text)
    starts = [number for number, line in enumerate(lines) if _KEY_LINE.match(line)]
    if len(starts) != len(keys):
        return None
    parts: list[_Part] = []
    above = 0
    for key, start, end in zip(keys, starts, [*starts[1:], len(lines)], strict=True):
        last = end
        while last > start + 1 and _BETWEEN.match(lines[last - 1]):
            last -= 1
        parts.append(_Part(key, "".join(lines[above:start]), "".join(lines[start:last])))
        above = last
    return parts, "".join(lines[above:])


def _changed(lines: str, key: str, old: Any, new: Any) -> str | None:
    """The lines of one top-level key with ``new`` as its value."""
    lines = _ended(lines, "\n")
    if lines == emit.emit({key: old}):
        return emit.emit({key: new})
    if isinstance(old, list) and isinstance(new, list | tuple) and old and emit.same(old, new[: len(old)]):
        added = emit.emit({key: new[len(old) :]}).partition("\n")[2]
        grown = _attempt(lambda: lines + added, {key: new})
        if grown is not None:
            return grown
    turned = _attempt(lambda: round_trip.change(lines, {key: old}, {key: new}), {key: new})
    return turned if turned is not None else _comments_above(lines, key, old, new)


def _comments_above(lines: str, key: str, old: Any, new: Any) -> str | None:
    """The comments of a part put above its new value, where they can no longer stand beside it.

    A comment is what can be cut off a line without changing what the part holds.
    """
    rows, comments = lines.rstrip("\n").split("\n"), ""
    for place, row in enumerate(rows):
        for found in _COMMENT.finditer(row):
            without = [*rows[:place], row[: found.start()], *rows[place + 1 :]]
            if _attempt(partial("\n".join, [*without, ""]), {key: old}) is not None:
                rows, comments = without, f"{comments}{row[found.start() :].strip()}\n"
                break
    return _attempt(lambda: comments + emit.emit({key: new}), {key: new})


def _whole(text: str, newline: str, old: dict[str, Any], new: Mapping[str, Any]) -> str:
    """The text after ruamel's round trip of all of it."""
    return round_trip.change(text.replace("\r\n", "\n"), old, new).replace("\n", newline)
