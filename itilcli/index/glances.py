"""A glance at a case as a row of the index: one column a field, times as text, several texts a line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, get_args

from itilcli.model.shape import parse_moment
from itilcli.procedure.glance import Glance

_BREAK = "\n"


def _plain(hint: Any) -> Any:
    """The type of a field that may be None."""
    known = [one for one in get_args(hint) if one is not type(None)] if type(None) in get_args(hint) else []
    return known[0] if known else hint


TYPES: dict[str, Any] = {name: _plain(hint) for name, hint in Glance.__annotations__.items()}
COLUMNS = tuple((name, "INTEGER" if kind in (int, bool) else "TEXT") for name, kind in TYPES.items())
NAMES = ", ".join(TYPES)
_isoformat: Callable[[Any], Any] = lambda value: value.isoformat()  # noqa: E731
_WRITE: dict[Any, Callable[[Any], Any]] = {datetime: _isoformat, date: _isoformat, bool: int}
_READ: dict[Any, Callable[[Any], Any]] = {datetime: parse_moment, date: date.fromisoformat, bool: bool}
WRITERS = tuple((place, _WRITE[kind]) for place, kind in enumerate(TYPES.values()) if kind in _WRITE)
READERS = tuple((place, _READ[kind]) for place, kind in enumerate(TYPES.values()) if kind in _READ)
LISTS = tuple(place for place, kind in enumerate(TYPES.values()) if kind not in (str, int, bool, datetime, date))


def row_of(glance: Glance) -> tuple[Any, ...]:
    """The row of a glance."""
    row: list[Any] = list(glance)
    for place, write in WRITERS:
        if row[place] is not None:
            row[place] = write(row[place])
    for place in LISTS:
        row[place] = _BREAK.join(row[place])
    return tuple(row)


def glance_in(row: Sequence[Any]) -> Glance:
    """The glance that a row holds."""
    made = list(row)
    for place, read in READERS:
        if made[place] is not None:
            made[place] = read(made[place])
    for place in LISTS:
        made[place] = tuple(made[place].split(_BREAK)) if made[place] else ()
    return Glance._make(made)
