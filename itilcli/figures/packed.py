"""Rows of figures as short texts and back, so that they can be kept: a row read costs a hundredth of a row worked out.

A row is a JSON list: a number whose bits say which fields differ from their defaults, then their values in the order of
the fields. What a row is made of is taken from the type hints of :class:`itilcli.figures.facts.Facts`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, fields, is_dataclass, make_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from sys import intern
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

from itilcli.figures.facts import Deadline, Facts

Made = TypeVar("Made")
Write = Callable[[Any], Any]
Read = Callable[[Any], Any]
SHARED = (Deadline,)
"""What repeats so often that equal ones are one object."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_LONE = frozenset({"id"})
"""Texts that never repeat."""


def packed(row: Facts) -> str:
    """A row as a text."""
    plain = _of(Facts).write(row)
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # half characters, which a file may spell as an escape
        return json.dumps(plain, separators=(",", ":"))
    return text


def unpacked(texts: Iterable[str]) -> Iterator[Facts]:
    """The rows that texts stand for, equal to those that were packed; what repeats among them is one object.

    :raises ValueError: for a text that is none of :func:`packed`.
    """
    scan, read = json.JSONDecoder().raw_decode, _reader(Facts, {})
    for text in texts:
        yield read(scan(text)[0])


# ── one shape


class Shape(NamedTuple):
    """The fields of a class: their names, how they are written, what they are by default, and their hints."""

    names: tuple[str, ...]
    writers: tuple[Write | None, ...]
    defaults: tuple[Any, ...]
    hints: tuple[Any, ...]

    def write(self, made: Any) -> list[Any]:
        """An object as plain data."""
        mask, values = 0, [0]
        for place, (name, write, default) in enumerate(zip(self.names, self.writers, self.defaults, strict=True)):
            value = getattr(made, name)
            if value is default or (value == default and type(value) is type(default)):
                continue
            mask |= 1 << place
            values.append(value if write is None or value is None else write(value))
        values[0] = mask
        return values


@cache
def _of(cls: Any) -> Shape:
    rows, hints = fields(cls), get_type_hints(cls)
    kinds = tuple(hints[row.name] for row in rows)
    defaults = tuple(_NOTHING if row.default is MISSING else row.default for row in rows)
    return Shape(tuple(row.name for row in rows), tuple(map(_writer, kinds)), defaults, kinds)


_NOTHING = object()


def _plain(hint: Any) -> Any:
    """The type of a field that may be None."""
    known = [one for one in get_args(hint) if one is not type(None)]
    return known[0] if type(None) in get_args(hint) and len(known) == 1 else hint


def _writer(hint: Any) -> Write | None:
    """How a value of a type is written; None: as it is."""
    kind = _plain(hint)
    if kind in (str, int, bool):
        return None
    if kind is datetime:
        return _seconds
    if kind is date:
        return date.toordinal
    if is_dataclass(kind):
        return lambda value: _of(kind).write(value)  # type: ignore[arg-type]
    inner = _writer(_inside(kind))
    return list if inner is None else lambda value: [inner(one) for one in value]


def _inside(kind: Any) -> Any:
    """What a tuple holds. Raises TypeError for anything else: a field of a new kind needs its own way."""
    found = get_args(kind)
    if len(found) != 2 or found[1] is not Ellipsis:
        raise TypeError(f"a row cannot hold {kind}")
    return found[0]


def _seconds(moment: datetime) -> int | str:
    """A time as the seconds since 1970; as text where it has fractions, or is not in UTC."""
    if moment.tzinfo is not UTC or moment.microsecond:
        return moment.isoformat()
    return (moment - _EPOCH) // _SECOND


def _moment(written: int | str) -> datetime:
    if isinstance(written, str):
        return datetime.fromisoformat(written)
    return datetime.fromtimestamp(written, UTC)


# ── reading, which is what must be fast


def _reader(cls: type[Made], seen: dict[Any, Any]) -> Read:
    """Reads objects of a class. ``seen`` holds what repeats."""
    shape, make = _of(cls), _twin(cls)  # type: ignore[arg-type]
    readers = tuple(
        None if name in _LONE else _value(hint, seen) for name, hint in zip(shape.names, shape.hints, strict=True)
    )
    plans: dict[int, tuple[tuple[int, Any], ...]] = {}

    def read(values: Any) -> Any:
        known = iter(values)
        mask = next(known)
        plan = plans.get(mask) or plans.setdefault(mask, _plan(mask, shape, readers))
        row = list(shape.defaults)
        for (place, reader), value in zip(plan, known, strict=True):
            row[place] = value if reader is None or value is None else reader(value)
        made = make(*row)
        made.__class__ = cls
        return made

    return _shared(read, seen, cls) if cls in SHARED else read


def _plan(mask: int, shape: Shape, readers: tuple[Read | None, ...]) -> tuple[tuple[int, Any], ...]:
    """Which fields a row gives, and how each is read. Raises ValueError where one is missing or unknown."""
    told = frozenset(place for place in range(mask.bit_length()) if mask >> place & 1)
    needed = frozenset(place for place, default in enumerate(shape.defaults) if default is _NOTHING)
    if not needed <= told <= frozenset(range(len(readers))):
        raise ValueError(mask)
    return tuple((place, readers[place]) for place in sorted(told))


@cache
def _twin(cls: type) -> Any:
    """A class that looks the same and whose objects can be set, so that they are made several times faster than frozen
    ones: they become frozen by changing their class."""
    return make_dataclass(cls.__name__, [(name, Any) for name in _of(cls).names], slots=True)


def _shared(read: Read, seen: dict[Any, Any], cls: type) -> Read:
    def same(values: Any) -> Any:
        key = (cls, *values)
        found = seen.get(key)
        return found if found is not None else seen.setdefault(key, read(values))

    return same


def _value(hint: Any, seen: dict[Any, Any]) -> Read | None:
    """How a value of a type is read; None: as it is."""
    kind = _plain(hint)
    if kind in (int, bool):
        return None
    if kind is str:
        return intern
    if kind is datetime:
        return _moment
    if kind is date:
        return cache(date.fromordinal)
    if is_dataclass(kind):
        return _reader(kind, seen)  # type: ignore[arg-type]
    inner = _value(_inside(kind), seen)
    if inner is None:
        return lambda values: seen.setdefault(found := tuple(values), found)
    if _inside(kind) is str:
        return lambda values: seen.setdefault(found := tuple(map(inner, values)), found)
    return lambda values: tuple([inner(one) for one in values])
