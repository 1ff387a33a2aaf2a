"""What a record's text and a YAML file may hold, and how a breach is told."""

from __future__ import annotations

from itilcli.errors import Problem, Refused
from itilcli.text import Text, t
from itilcli.values import pattern

LIMIT = 256 * 1024
"""The largest file read, in bytes."""

DEPTH = 64
"""The deepest nesting read, in levels."""

LARGEST = 2**63 - 1
"""Whole numbers lie between minus this and this."""

CONTROL = pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""C0 but newline and tab, DEL, C1 and lone surrogates: never part of a record."""


def problem(slug: str, message: Text, where: str, hint: Text | None = None, line: int | None = None) -> Problem:
    """A problem of the file ``where`` with the code ``E-yaml-<slug>``; ``line`` counts from 1."""
    return Problem(f"E-yaml-{slug}", message, hint, where=where if line is None else f"{where}:{line}")


def control_in_file(character: str, where: str, line: int | None) -> Problem:
    """The problem of a control character that a file holds."""
    message = t("the file holds the control character {character}", character=_code_point(character))
    return problem("control", message, where, _control_hint(), line)


def refuse_controls(value: str, where: str = "") -> None:
    """Raise ``Refused`` with ``E-text-control`` if ``value`` holds a control character or a lone surrogate."""
    found = CONTROL.search(value)
    if found:
        message = t("the text holds the control character {character}", character=_code_point(found[0]))
        raise Refused([Problem("E-text-control", message, _control_hint(), where=where)])


def clean(value: str) -> str:
    """``value`` as it may be kept: CRLF becomes LF, every other character stays.

    Raises ``Refused`` with ``E-text-control`` for control characters (C0 but newline and tab, DEL, C1) and lone
    surrogates, naming the first by its code point.
    """
    value = value.replace("\r\n", "\n")
    refuse_controls(value)
    return value


def _control_hint() -> Text:
    return t("take it out; newlines and tabs are the only ones that may stay")


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


_OBJECTIONS = {
    "unclosed bracket": t("a bracket is opened and not closed"),
    "misplaced bracket": t("a bracket is closed that was not opened"),
    "unexpected character": t("a text begins with a character that needs double quotes around it"),
    "cannot start any token": t("a text begins with a character that needs double quotes around it"),
    "tabs disallowed": t("a line is indented with a tab"),
    "mapping values are not allowed": t("a colon or an indentation stands where none may"),
    "invalid indentation in multiline quoted": t("a quotation mark is opened and not closed"),
    "trailing content after": t("something stands after the closing quotation mark"),
    "expected '-' indicator": t("the lines of a list are not indented alike"),
    "found unknown escape": t("a backslash in double quotes stands before a character that it may not stand before"),
    "expected <block end>": t("the lines are not indented alike"),
    "expect ':'": t("a key has no colon after it"),
    "expected ':'": t("a key has no colon after it"),
}


def objection(reason: str) -> Text | str:
    """What a YAML parser objects to, for people; what it seldom objects to is left as the parser says it."""
    return next((text for part, text in _OBJECTIONS.items() if part in reason), reason)
