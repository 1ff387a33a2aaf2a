"""The text of a commit message, made safe. Part of the journal's room."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from itilcli.values import pattern

COLUMNS = 100
"""The widest subject, in columns of a terminal."""
SHORT = 8
"""So many characters of a commit's hash are shown, everywhere."""

# Control characters, line and paragraph separators, lone surrogates, and what turns the direction of text.
_UNSAFE = pattern("[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def message(subject: str, body: str, trailers: Sequence[tuple[str, str]]) -> str:
    """A commit message: ``subject`` on one line of at most 100 columns, ``body``, then the trailers.

    No value can begin a line of its own, so none can pass for a trailer; nor can the body.
    """
    lines = [_one_line(line) for line in body.splitlines()]
    told = "\n".join(f" {line}" if line.startswith("---") else line for line in lines).strip("\n")
    last = "\n".join(f"{_token(name)}: {_one_line(value)}".rstrip() for name, value in trailers)
    parts = [_shortened(_one_line(subject)) or "-", told, last]
    return "\n\n".join(part for part in parts if part) + "\n"


def _one_line(text: str) -> str:
    return _UNSAFE.sub(" ", text).strip()


def _token(name: str) -> str:
    return re.sub("[^A-Za-z0-9-]", "-", name)


def _shortened(text: str) -> str:
    """``text`` cut to the columns there are, with an ellipsis where something is missing."""
    width, kept = 0, ""
    for character in text:
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > COLUMNS:
            return kept.rstrip()[:-1] + "…"
        kept += character
    return kept
