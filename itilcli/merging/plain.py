"""Plain data joined three ways: a base, and what each of two sides made of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from itilcli.model.shape import parse_moment
from itilcli.values import value


class Absent:
    """What a side does not hold at all."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = Absent()
NAMES = ("id", "organisation", "file", "name", "phone", "email", "day", "role")
"""Keys that tell the items of a list apart, the first that all of them have and that no two share."""
TIMES = ("recorded_at", "at", "since", "from")


@value
class Clash:
    """A value that the two sides changed to different ones: where, by keys, and names or places of items, with dots between,
    and both."""

    path: str
    ours: Any
    theirs: Any


def joined(base: Any, ours: Any, theirs: Any, path: str, clashes: list[Clash]) -> Any:
    """The value that both sides' changes add up to; where they cannot, theirs, and both go to ``clashes``.

    Lists are joined item by item: what either side added stays, what one took out and the other left alone goes.
    """
    if same(ours, theirs) or same(theirs, base):
        return ours
    if same(ours, base):
        return theirs
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        return _mappings(base if isinstance(base, Mapping) else {}, ours, theirs, path, clashes)
    if isinstance(ours, list) and isinstance(theirs, list):
        return _lists(base if isinstance(base, list) else [], ours, theirs, path, clashes)
    clashes.append(Clash(path, None if ours is ABSENT else ours, None if theirs is ABSENT else theirs))
    return ours if theirs is ABSENT else theirs


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of the same kind: 1, 1.0 and true are not."""
    if one is other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def _mappings(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str, clashes: list[Clash]
) -> dict[str, Any]:
    """The keys in their order there, those that only we have behind the one that goes before them here."""
    made: dict[str, Any] = {}
    for key in keys_of(theirs, ours):
        held = joined(
            base.get(key, ABSENT), ours.get(key, ABSENT), theirs.get(key, ABSENT),
            f"{path}.{key}" if path else key, clashes,
        )  # fmt: skip
        if held is not ABSENT:
            made[key] = held
    return made


def keys_of(theirs: Iterable[str], ours: Iterable[str]) -> list[str]:
    """All keys: theirs in their order, each of ours that they lack behind the one before it."""
    found, before = list(theirs), None
    for key in ours:
        if key not in found:
            found.insert(0 if before is None else found.index(before) + 1, key)
        before = key
    return found


def _lists(base: list[Any], ours: list[Any], theirs: list[Any], path: str, clashes: list[Clash]) -> list[Any]:
    name = _name(base, ours, theirs)
    known, mine, yours = ({_key(item, name): item for item in side} for side in (base, ours, theirs))
    if len(mine) < len(ours) or len(yours) < len(theirs):  # the same item twice: nothing tells them apart
        clashes.append(Clash(path, ours, theirs))
        return theirs
    made: list[Any] = []
    late: list[Any] = []
    for key in (*yours, *(key for key in mine if key not in yours)):
        there = known.get(key, ABSENT)
        place = f"{path}.{key if name else len(made)}" if there is not ABSENT else f"{path}.+"
        found: list[Clash] = []
        held = joined(there, mine.get(key, ABSENT), yours.get(key, ABSENT), place, found)
        clashes += found
        if held is not ABSENT:
            (made if there is not ABSENT else late).append(held)
    return made + in_time(late)


def in_time(items: list[Any]) -> list[Any]:
    """Items in the order of their time, where each has one; else as they are."""
    name = next((name for name in TIMES if all(isinstance(one, Mapping) and one.get(name) for one in items)), None)
    moments = [parse_moment(str(one[name])) for one in items] if name else [None]
    if not items or any(moment is None for moment in moments):
        return items
    order = sorted(range(len(items)), key=lambda place: moments[place].timestamp() if moments[place] else 0.0)  # type: ignore[union-attr]
    return [items[place] for place in order]


def _name(*sides: list[Any]) -> str | None:
    """The key that tells the items of all sides apart; None where none does."""
    for name in NAMES:
        rows = [[item.get(name) if isinstance(item, Mapping) else None for item in side] for side in sides]
        if all(isinstance(one, str) for row in rows for one in row) and all(len(set(row)) == len(row) for row in rows):
            return name
    return None


def _key(item: Any, name: str | None) -> str:
    return str(item[name]) if name else canonical(item)


def canonical(item: Any) -> str:
    """A value as one text, the same for equal values."""
    if isinstance(item, Mapping):
        return "{" + ",".join(f"{key!r}:{canonical(item[key])}" for key in sorted(item)) + "}"
    if isinstance(item, list | tuple):
        return "[" + ",".join(map(canonical, item)) + "]"
    return repr(item)
