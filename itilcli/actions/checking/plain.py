"""Problems as plain data and back, exactly: what is kept of a check is text that any program may read (JSON).

Text, numbers and nothing are themselves; all else is a list that begins with a sign of what it is. A value of any other
type is refused, never guessed at: a message that was kept must read as the one that was found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.text import Label, Listing, Text

_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_BEYOND: tuple[Any, ...] = (None, "", "", int(Kind.RULE), "", False)
"""What a problem has beyond its code and message, where nothing is said."""

_PLAIN: Mapping[type, Callable[[Any], list[Any]]] = {
    Text: lambda value: ["t", value.msgid, *([_named(value.args)] if value.args else [])],
    Listing: lambda value: ["l", *map(plain, value.items)],
    Label: lambda value: ["w", value.code, value.zh, value.en],
    datetime: lambda value: ["m", value.isoformat()],
    date: lambda value: ["d", value.isoformat()],
    tuple: lambda value: ["u", *map(plain, value)],
    list: lambda value: ["s", *map(plain, value)],
}
_BUILT: Mapping[str, Callable[[list[Any]], Any]] = {
    "t": lambda rest: Text(rest[0], {name: built(value) for name, value in rest[1].items()} if rest[1:] else {}),
    "l": lambda rest: Listing(tuple(map(built, rest))),
    "w": lambda rest: Label(*rest),
    "m": lambda rest: datetime.fromisoformat(rest[0]),
    "d": lambda rest: date.fromisoformat(rest[0]),
    "u": lambda rest: tuple(map(built, rest)),
    "s": lambda rest: list(map(built, rest)),
}


def plain(value: object) -> Any:
    """A value of a message as plain data. Raises TypeError for one of a type that messages do not hold."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    made = _PLAIN.get(kind)
    if made is None:
        raise TypeError(f"no message holds a {kind.__name__}: {value!r}")
    return made(value)


def built(data: Any) -> Any:
    """The value that :func:`plain` made this of."""
    return _BUILT[data[0]](data[1:]) if type(data) is list else data


def _named(args: Mapping[str, object]) -> dict[str, Any]:
    return {name: plain(value) for name, value in args.items()}


def of_problem(problem: Problem) -> list[Any]:
    """A problem as plain data; what it does not say is left out at the end. Raises TypeError as :func:`plain` does."""
    beyond = [
        None if problem.hint is None else plain(problem.hint),
        problem.clause, problem.where, int(problem.kind), problem.person, problem.softened,
    ]  # fmt: skip
    while beyond and beyond[-1] == _BEYOND[len(beyond) - 1]:
        beyond.pop()
    return [problem.code, plain(problem.message), *beyond]


def problem_of(data: list[Any]) -> Problem:
    """The problem that :func:`of_problem` made this of."""
    code, message, *beyond = data
    beyond += _BEYOND[len(beyond) :]
    hint, clause, where, kind, person, softened = beyond
    return Problem(
        code, built(message), None if hint is None else built(hint), clause, where, Kind(kind), person, softened
    )


def dumped(data: Any) -> str:
    """Plain data as text, in as few signs as it takes."""
    text = _ENCODER.encode(data)
    try:
        text.encode()
    except UnicodeEncodeError:  # a file's name that is no text
        text = json.dumps(data, separators=(",", ":"))
    return text
