"""A second, slow look at a YAML text with ruamel.yaml's event stream: lines, duplicate keys, unusual notation.

Used for files that look unusual and for messages; the usual file never comes here. Events are read, never
built into values: no alias is followed and nothing recurses.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from itilcli.errors import Problem
from itilcli.store.bounds import DEPTH, LARGEST, objection, problem
from itilcli.text import t
from itilcli.values import pattern

Path = tuple[str | int, ...]

_CORE_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}
_NOT_TEXT = pattern(r"[-+._]*[0-9.]|(?i:null|true|false)\Z|~\Z|\Z")
"""Beginnings of unquoted scalars that may be something else than text."""
_MOST = 50


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line, from 1, of ``path`` or of the longest beginning of it that is there."""
    wanted = tuple(path)
    best, line = 0, None
    for here, event, _ in _events(text):
        if len(here) > best and here == wanted[: len(here)]:
            best, line = len(here), _line(event)
            if best == len(wanted):
                break
    return line


def duplicate(key: object, where: str, line: int | None) -> Problem:
    """The problem of a key written twice in one mapping."""
    hint = t("keep one of them")
    if key is None:
        return problem("duplicate-key", t("a key stands twice in the same place"), where, hint, line)
    return problem("duplicate-key", t("the key {key} stands twice in the same place", key=key), where, hint, line)


def duplicates(text: str, where: str) -> list[Problem]:
    """A problem for each key that stands again in its mapping, with its line."""
    seen: set[tuple[int, Path]] = set()
    found: list[Problem] = []
    try:
        for path, event, mapping in _events(text):
            if mapping is not None and (mapping, path) in seen:
                found.append(duplicate(path[-1], where, _line(event)))
            elif mapping is not None:
                seen.add((mapping, path))
            if len(found) >= _MOST:
                break
    except Exception:  # what is found so far is still true
        return found
    return found


def problems(text: str, where: str) -> list[Problem]:
    """What is unusual in ``text`` and not accepted: anchors, aliases, tags, merge keys, directives, odd numbers."""
    found: list[Problem] = []
    try:
        for _, event, mapping in _events(text):
            problem_here = _judge(event, mapping is not None, where)
            if problem_here is not None:
                found.append(problem_here)
            if len(found) >= _MOST:
                break
    except Exception as error:  # ruamel raises much beyond its own errors; what it cannot read is refused
        if not found:
            mark = getattr(error, "problem_mark", None)
            reason = objection(getattr(error, "problem", None) or type(error).__name__)
            message = t("this is not valid YAML: {reason}", reason=reason)
            found.append(problem("syntax", message, where, line=mark.line + 1 if mark else None))
    return found


def _judge(event: Any, key: bool, where: str) -> Problem | None:
    """What is not accepted about one event, if anything."""
    kind = type(event).__name__
    line = _line(event)
    if kind == "DocumentStartEvent":
        if event.version or event.tags:
            return problem("directive", t("a % directive is not accepted"), where, t("take the line out"), line)
        return None
    if kind == "AliasEvent" or event.anchor:
        hint = t("write the value out in each place; put text that begins with & or * in double quotes")
        return problem("anchor", t("anchors and aliases (& and *) are not accepted"), where, hint, line)
    tag = None if event.ctag is None else str(event.ctag)
    if tag is not None and tag not in _CORE_TAGS:
        hint = t("take the tag away; put text that begins with ! in double quotes")
        return problem("tag", t("the tag {tag} is not accepted", tag=tag), where, hint, line)
    if key and kind != "ScalarEvent":
        return _odd_key("{…}", where, line)
    if kind == "ScalarEvent" and event.style in ("|", ">") and not event.value.strip("\n"):
        hint = t('write "" for an empty text')
        return problem("block", t("the block that begins here has no lines"), where, hint, line)
    if kind == "ScalarEvent" and not event.style and tag is None:
        return _judge_plain(event.value, key, where, line)
    return None


def _odd_key(key: str, where: str, line: int) -> Problem:
    hint = t("put the key in double quotes; so too a value that begins with a brace or a bracket")
    return problem("key", t("the key {key} is not text", key=key), where, hint, line)


def _judge_plain(value: str, key: bool, where: str, line: int) -> Problem | None:
    """What is wrong with a scalar written without quotes."""
    if value == "<<" and key:
        return problem("merge", t("merge keys (<<) are not accepted"), where, t("write the keys out"), line)
    if not _NOT_TEXT.match(value):
        return None
    import yaml_rs

    number = yaml_rs.loads(value, parse_datetime=False)
    if isinstance(number, str):
        return None
    if key:
        return _odd_key(value, where, line)
    if not isinstance(number, int | float) or isinstance(number, bool):
        return None
    if repr(number) == value and (-LARGEST <= number <= LARGEST if isinstance(number, int) else math.isfinite(number)):
        return None
    message = t("{value} without quotes is read as the number {number}", value=value, number=number)
    return problem("number", message, where, t('write it in double quotes: "{value}"', value=value), line)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Frame:
    """An open mapping or list while events are read: which one, and the key or index that comes next."""

    __slots__ = ("key", "mapping", "next_is_key", "number", "path")

    def __init__(self, path: Path, mapping: bool, number: int) -> None:
        self.path = path
        self.mapping = mapping
        self.number = number
        self.key: str | int = -1
        self.next_is_key = True

    def step(self, event: Any) -> tuple[Path, bool]:
        """The path of the node that begins with ``event`` here, and whether it is a key."""
        if not self.mapping:
            self.key = int(self.key) + 1
            return (*self.path, self.key), False
        is_key = self.next_is_key
        if is_key:
            self.key = str(getattr(event, "value", ""))
        self.next_is_key = not is_key
        return (*self.path, self.key), is_key


def _events(text: str) -> Iterator[tuple[Path, Any, int | None]]:
    """Each node's path and event; for a key also the number of its mapping. Ends early where nesting is absurd."""
    from ruamel.yaml import YAML

    frames: list[_Frame] = []
    count = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        kind = type(event).__name__
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            frames.pop()
        elif kind == "DocumentStartEvent":
            yield (), event, None
        elif kind in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
            path, is_key = frames[-1].step(event) if frames else ((), False)
            yield path, event, frames[-1].number if is_key else None
            if kind in ("MappingStartEvent", "SequenceStartEvent"):
                count += 1
                if len(frames) > 4 * DEPTH:
                    return
                frames.append(_Frame(path, kind == "MappingStartEvent", count))
