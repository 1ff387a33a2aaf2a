"""Slips as lines of ``key:value``, as they are pasted out of a chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from itilcli.actions.taking.slips.slip import Slip, slip_of, slip_problem
from itilcli.actions.taking.slips.words import BOUNDARY, COLON, Words
from itilcli.errors import Problem
from itilcli.procedure.answers import ANSWERS
from itilcli.text import Text, t
from itilcli.values import pattern

_UNKNOWN = pattern(rf"{BOUNDARY}([^\W\d]{{2,10}}){COLON}(?![/\\])")
_QUOTED = pattern(r'(?<=[:：])[ \t]*("[^"\n]*"|“[^”\n]*”)')
_NUMBER = pattern(r"\s*(?:\d{1,3}[、)）]|\d{1,3}[.．](?!\d)|[(（]\d{1,3}[)）]|[①-⑳㉑-㉟㊱-㊿])\s*")
"""The number of a slip in a list: ``1.``, ``1、``, ``(1)``, ``①``."""
_BULLET = pattern(r"\s*[-*•·]\s*")
_SEPARATORS = " \t\u3000；;，,、|"


class Lines:
    """The slips of lines. The next one begins at a blank line, at a line that holds several fields or the number of a
    list, and at a key that comes again; so no line of several fields ever lends one to the slip before it."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._begin(0)

    def _begin(self, line: int) -> None:
        self._line = line
        self._said: dict[str, str] = {}
        self._problems: list[Problem] = []
        self._last = ""
        self._numbered = False

    def read(self, text: str) -> Iterator[Slip]:
        """Each slip of ``text`` in its order."""
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                yield from self._finished()
            elif not line.lstrip().startswith("#"):
                yield from self._take(number, line)
        yield from self._finished()

    def _finished(self, next_line: int = 0) -> Iterator[Slip]:
        if self._said or self._problems:
            yield slip_of(self._line, {name: typed(name, value) for name, value in self._said.items()}, self._problems)
        self._begin(next_line)

    def _take(self, number: int, line: str) -> Iterator[Slip]:
        listed = _NUMBER.match(line)
        before, parts = parts_of(line[listed.end() :] if listed else line, self._words)
        if listed and not parts and self._said and not self._numbered:  # a numbered step of a value of several lines
            before, listed = value_of(line), None
        if self._said and (listed or len(parts) > 1):
            yield from self._finished(number)
        self._line = self._line or number
        self._numbered = self._numbered or bool(listed)
        if before and self._last:
            self._said[self._last] = f"{self._said[self._last]}\n{before}".strip("\n")
        elif before:
            self._wrong("line", t("line {line} does not say what it is: {text}", line=number, text=before), before)
        for word, value in parts:
            name = self._words.meaning(word)
            if name is None:
                self._wrong("key", t("line {line}: {word} is no known key", line=number, word=word), word)
                continue
            if name in self._said:
                yield from self._finished(number)
            self._said[name], self._last = value, name

    def _wrong(self, slug: str, message: Text, word: str) -> None:
        self._problems.append(slip_problem(slug, message, nearest(self._words, word), word))


def keyless(problems: Iterable[Problem]) -> bool:
    """Whether these are of lines alone in which no key was found."""
    return all(problem.code == "E-slips-line" for problem in problems)


def nearest(words: Words, word: str) -> Text:
    """The hint for a key that is not known."""
    return t('known is {near}; put a value that holds a colon in quotes: 现象:"…"', near=words.nearest(word))


def parts_of(line: str, words: Words) -> tuple[str, list[tuple[str, str]]]:
    """What stands before the first key of ``line``, and each key with its value; a key that is not known is one too."""
    masked = _QUOTED.sub(lambda found: "\0" * len(found[0]), line)
    keys = list(words.known.finditer(masked))
    taken = {place for found in keys for place in range(*found.span())}
    values = {found.end() + len(rest) - len(rest.lstrip()) for found in keys for rest in [masked[found.end() :]]}
    keys += [
        found
        for found in _UNKNOWN.finditer(masked)
        if found.start() not in values and not taken.intersection(range(*found.span()))
    ]
    keys.sort(key=lambda found: found.start())
    places = [*(found.start() for found in keys), len(line)]
    parts = [(found[1], value_of(line[found.end() : end])) for found, end in zip(keys, places[1:], strict=True)]
    parts[:-1] = [(word, value.rstrip("。")) for word, value in parts[:-1]]
    before = line[: keys[0].start()] if keys else line
    return "" if keys and _BULLET.fullmatch(before) else value_of(before), parts


def value_of(text: str) -> str:
    """A value without the separators about it; one in quotation marks is what stands between them."""
    value = text.strip().strip(_SEPARATORS).strip()
    return value[1:-1] if len(value) > 1 and value[0] + value[-1] in ('""', "“”") else value


def typed(name: str, value: str) -> Any:
    """A value of a line: several stand with 、 between them; a full stop ends a sentence, and no name, code or time."""
    answer = ANSWERS.get(name)
    if answer and answer.kind == "text" and name not in ("organisation", "contact"):
        return value
    value = value.rstrip("。")
    return [one.strip() for one in value.split("、")] if answer and answer.many else value
