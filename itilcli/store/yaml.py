"""The one door to YAML: bytes become a mapping of plain values, or a refusal that says where and how to mend it.

yaml-rs reads. Before it runs, guards refuse what it would misread, and what would crash it; a file in the shape
:mod:`itilcli.store.emit` writes passes them by one match of one expression. :mod:`itilcli.store.second_look` uses
ruamel.yaml, slowly, for files that look unusual and for line numbers. The figures are in ``docs/decisions/yaml.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.store import second_look
from itilcli.store.bounds import CONTROL, DEPTH, LARGEST, LIMIT, control_in_file, objection, problem
from itilcli.store.bounds import clean as clean
from itilcli.text import t
from itilcli.values import pattern

_KEY = r"(?![NnTtFf](?i:ull|rue|alse):)[A-Za-z_][A-Za-z0-9_-]*+:"
_VALUE = r'(?:"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|0|-?[1-9][0-9]{0,17}|true|false|null|\[\]|\{\})'
_OUR_SHAPE = pattern(
    rf"""(?:
      \ *+(?:-\ )?+(?:{_KEY}(?:\ {_VALUE})?+|{_VALUE})?+\n        # key: "value" / - key: 1 / - "value" / blank
    | (\ *+){_KEY}\ \|-?\n(?=\1\ \ \S)(?:(?:\1\ \ .*+)?\n)*+           # key: | and its lines
    | (\ *+)-\ {_KEY}\ \|-?\n(?=\2\ \ \ \ \S)(?:(?:\2\ \ \ \ .*+)?\n)*+  # - key: | and its lines
    | (\ *+)-\ \|-?\n(?=\3\ \ \S)(?:(?:\3\ \ .*+)?\n)*+                # - | and its lines
    | \ *-\n | \#.*+\n
    )*+""",
    re.VERBOSE,
)
"""Files as emit writes them: each line is one complete node, with no anchor, tag, odd number or deep nesting."""

_SCALARS = (bool, type(None))
_CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n") + b"\x7f"
_C1_BYTES = pattern(rb"\xc2[\x80-\x9f]")

_ESCAPES = pattern(r'\\[^"\\nt]')
_NESTED = pattern(r"[-?:][ \t]+[-?:][ \t]+(?:[-?:][ \t]+){38}")
_INDENTED = "\n" + " " * 160
_STEEP = "\n" + " " * DEPTH
_UNUSUAL = pattern(
    r"""[\s,\[{:](?=[&*!<\d_+-])(?<![^"'\]}]:)                      # where a node may begin
    (?: [&*]\S | ! | <<                                             # anchor, alias, tag, merge key
    | [-+]?0(?:[xXoObB]|[\d_]+(?:[\s,\]}]|\Z)) | -0(?:[\s,\]}]|\Z)  # 0x1F, 0123, -0
    | [-+]?[\d_]*_(?:[\s,\]}]|\Z) | [-+]?[\d_]*_\d+(?:[\s,\]}]|\Z)   # 1_000, _1, 1_
    | \+[\d.] )                                                     # +86""",
    re.VERBOSE,
)
_FRACTION = pattern(r"""[\s,\[{:](?<![^"'\]}]:)([-+]?\.(?i:inf|nan)|[-+.\d_][-+.\d_eE]*[.eE_\d])(?=[\s,\]}]|\Z)""")
_MARKER, _MARKED = pattern(r"^<<<<<<< ", re.MULTILINE), pattern(r"^>>>>>>> ", re.MULTILINE)
_PLACE = pattern(r"at line (\d+), column \d+")
_NEXT_DOCUMENT = pattern(r"^(?:---|\.\.\.)(?:\s|\Z)", re.MULTILINE)


def read(data: bytes, where: str, limit: int = LIMIT) -> dict[str, Any]:
    """The mapping that the YAML file ``data`` holds, by YAML 1.2's core schema: dates and times stay text.

    ``where`` is the file's path, for messages. Values are str, int, float, bool, None, list and dict with str keys.
    Raises ``Refused`` with every ``E-yaml-…`` problem found.
    """
    return read_text(decode(data, where, limit), where)


def decode(data: bytes, where: str, limit: int = LIMIT) -> str:
    """``data`` as text with LF line ends, the last line's included, and without a byte order mark.

    Raises ``Refused`` for more than ``limit`` bytes, for anything but UTF-8 and for control characters.
    """
    if len(data) > limit:
        message = t("the file has {size} bytes, more than the {limit} that are read", size=len(data), limit=limit)
        raise Refused([problem("size", message, where, t("keep long text as an attachment"))])
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = t("save the file as UTF-8; GBK and GB18030 are not read")
        raise Refused([problem("utf8", t("the file is not UTF-8 text"), where, hint, line)]) from error
    if len(data.translate(None, _CONTROL_BYTES)) != len(data) or _C1_BYTES.search(data):
        raise Refused(list(_controls(text, where)))
    if data.startswith(b"\xef\xbb\xbf"):
        text = text.lstrip("\ufeff")
    return text if text.endswith("\n") else text + "\n"


def read_text(text: str, where: str, ours: bool | None = None) -> dict[str, Any]:
    """The mapping that ``text``, from :func:`decode`, holds; as :func:`read`.

    :param ours: whether :func:`odd_line` finds none, where that is known.
    """
    import yaml_rs

    if ours is None:
        ours = _OUR_SHAPE.fullmatch(text) is not None and _STEEP not in text
    if not ours:
        _refuse_markers(text, where)
    looked = False if ours else _guard(text, where)
    try:
        value = yaml_rs.loads(text, parse_datetime=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in Rust is not an Exception
        raise Refused(_syntax(text, where, error)) from error
    if type(value) is not dict:
        raise Refused([_not_a_mapping(text, value, where)])
    if not ours:
        _check_values(text, value, where, looked)
    if "\\" in text and _ESCAPES.search(text):
        _check_escaped(text, value, where)
    return value


def odd_line(text: str) -> int | None:
    """The first line, from 1, that is not as :mod:`itilcli.store.emit` writes it; None where all of ``text`` is.

    In a text without one, each line's indentation and beginning say what it is. ``text`` is from :func:`decode`.
    """
    found = _OUR_SHAPE.match(text)
    end = found.end() if found else 0
    if end == len(text) and _STEEP not in text:
        return None
    return text.count("\n", 0, end) + 1


def line_of(data: bytes, path: Sequence[str | int]) -> int | None:
    """The line, from 1, of the key or list item at ``path``; of the nearest part above it that is there.

    For messages only: slow. None if nothing of ``path`` is there or the file cannot be read.
    """
    try:
        text = decode(data, "")
        return None if _deep_at("\n" + text) else second_look.line_of(text, path)
    except Exception:  # whatever a hostile file provokes: there is no line to name then
        return None


def _controls(text: str, where: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        found = CONTROL.search(line)
        if found:
            yield control_in_file(found[0], where, number)


def _guard(text: str, where: str) -> bool:
    """Refuse what must not reach the parser; True if the second look was taken and found nothing wrong."""
    deep = _deep_at("\n" + text)
    if deep is not None:
        raise Refused([_too_deep(where, deep)])
    if not _UNUSUAL.search("\n" + text) and "\n%" not in "\n" + text:
        return False
    problems = second_look.problems(text, where)
    if problems:
        raise Refused(problems)
    return True


def _deep_at(padded: str) -> int | None:
    """The line of nesting that would crash the parser, in a text with one more newline before it."""
    found = _NESTED.search(padded)
    start = found.start() if found else padded.find(_INDENTED) + 1
    return padded.count("\n", 0, start) if start else None


def _too_deep(where: str, line: int | None) -> Problem:
    hint = t("records need only a few levels; put text with much leading space in double quotes")
    return problem("depth", t("the file is nested too deeply"), where, hint, line)


def _refuse_markers(text: str, where: str) -> None:
    mark = _MARKER.search(text)
    if mark and _MARKED.search(text):
        line = text.count("\n", 0, mark.start()) + 1
        message = t("git's conflict markers stand in the file: two versions of it were never brought together")
        hint = t("bring them together with: itil sync")
        raise Refused([Problem("E-sync-markers", message, hint, where=f"{where}:{line}")])


def _syntax(text: str, where: str, error: BaseException) -> list[Problem]:
    if "duplicate mapping key" in str(error):
        return second_look.duplicates(text, where) or [second_look.duplicate(None, where, None)]
    place = _PLACE.search(str(error))
    reason = objection(str(error).rpartition("\n")[2][:200])
    hint = t("put text that holds : # @ ` % or brackets in double quotes, and indent with spaces")
    line = int(place[1]) if place else None
    return [problem("syntax", t("this is not valid YAML: {reason}", reason=reason), where, hint, line)]


def _not_a_mapping(text: str, value: object, where: str) -> Problem:
    if value is None:
        return problem("empty", t("the file is empty"), where, t("a file holds at least one line 'key: value'"))
    marks = list(_NEXT_DOCUMENT.finditer(text))
    if isinstance(value, list) and marks:
        line = text.count("\n", 0, marks[-1].start()) + 1
        return problem("documents", t("the file holds more than one document"), where, t("keep the first only"), line)
    hint = t("write 'key: value', with an ASCII colon and a space after it")
    return problem("mapping", t("the file does not hold keys with values"), where, hint)


def _check_values(text: str, value: dict[Any, Any], where: str, looked: bool) -> None:
    """Refuse keys that are not text, values that no record holds, and numbers not written as they are read."""
    odd = unsure = False
    todo: list[tuple[Any, int]] = [(value, 1)]
    while todo:
        node, depth = todo.pop()
        if depth > DEPTH:
            raise Refused([_too_deep(where, None)])
        if type(node) is dict:
            odd = odd or any(type(key) is not str for key in node)
            unsure = unsure or "\n" in node
        for child in node.values() if type(node) is dict else node:
            kind = type(child)
            if kind is dict or kind is list:
                todo.append((child, depth + 1))
            elif kind is str:
                unsure = unsure or child.startswith("\n")
            elif kind is float:
                unsure = unsure or _has_odd_fractions(text)
            elif kind is int:
                unsure = unsure or not -LARGEST <= child <= LARGEST
            elif kind not in _SCALARS:
                odd = True
    if not odd and (looked or not unsure):
        return
    problems = second_look.problems(text, where)
    if odd and not problems:
        problems = [problem("value", t("the file holds a value of a kind that is not read"), where)]
    if problems:
        raise Refused(problems)


@lru_cache(maxsize=1)
def _has_odd_fractions(text: str) -> bool:
    """Whether something that looks like a fraction is not written as Python writes the number it is read as."""
    return any(_is_odd_fraction(found[1]) for found in _FRACTION.finditer(text))


def _is_odd_fraction(token: str) -> bool:
    if token.isdecimal():
        return False
    try:
        return repr(float(token)) not in (token, f"{token}.0")
    except ValueError:  # a date or a version, but yaml-rs passes over underscores where Python does not
        return "_" in token or "n" in token.lower()


def _check_escaped(text: str, value: dict[str, Any], where: str) -> None:
    """Refuse control characters that an escape in double quotes brought in."""
    todo: list[Any] = [value]
    while todo:
        node = todo.pop()
        if type(node) is str:
            found = CONTROL.search(node)
            if found:
                escape = _ESCAPES.search(text)
                line = text.count("\n", 0, escape.start()) + 1 if escape else None
                raise Refused([control_in_file(found[0], where, line)])
        elif type(node) is dict:
            todo += node.keys()
            todo += node.values()
        elif type(node) is list:
            todo += node
