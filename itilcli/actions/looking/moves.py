"""What differs between two versions of a case's file, field by field and by what the values mean; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from itilcli.model.case import kind_of
from itilcli.model.incident import Incident
from itilcli.model.shape import Shape, shapes
from itilcli.values import value

INCIDENT = "incident"
HISTORY = "history"
UNTOLD = frozenset({"corrections"})
"""What repeats the fields that a correction changed."""
CONSTANT = frozenset({"id", "form_no", "procedure_version"})
"""What every new file begins with."""
Plain = Mapping[str, Any]


@value
class Moved:
    """A field that held ``old`` and holds ``new``, both as the file writes them; None for nothing.

    ``part`` is the file (``incident``, or a form's reference), ``path`` the field within it. ``item``: not the whole
    field but one row of the list that it is.
    """

    part: str
    path: str
    old: Any
    new: Any
    item: bool = False


def known_fields(part: str) -> dict[str, Shape]:
    """The fields of a file by name; none for a file that is no form of the procedure."""
    if part == INCIDENT:
        return shapes(Incident)
    kind = kind_of(part)
    return shapes(kind.form) if kind else {}


def shape_of(part: str, path: str) -> Shape | None:
    """How the field at a path is read; None where no form has it."""
    known, found = known_fields(part), None
    for name in path.split("."):
        found = known.get(name)
        known = shapes(found.part) if found and found.part else {}
    return found


def moved(part: str, old: Plain | None, new: Plain | None) -> tuple[Moved, ...]:
    """What a version of a file holds otherwise than the one before; None where there is no file.

    Steps that came or went are none of it: the history tells them. A step that reads otherwise is.
    """
    found = _within(part, "", known_fields(part), old or {}, new or {})
    return tuple(one for one in found if one.old is not None or one.path not in CONSTANT)


def joined(part: str, olds: Sequence[Plain | None], new: Plain | None) -> tuple[Moved, ...]:
    """What a commit that brings several versions together made of its own: what none of them holds."""
    each = [moved(part, old, new) for old in olds]
    others = [{(one.path, repr(one.new)) for one in found} for found in each[1:]]
    return tuple(one for one in each[0] if all((one.path, repr(one.new)) in other for other in others))


def _within(part: str, prefix: str, known: Mapping[str, Shape], old: Plain, new: Plain) -> Iterator[Moved]:
    names = [*(name for name in known if name in old or name in new)]
    names += [name for name in dict.fromkeys((*old, *new)) if name not in known]
    for name in names:
        was, now, shape = old.get(name), new.get(name), known.get(name)
        path = f"{prefix}{name}"
        if path in UNTOLD or _same(shape, was, now):
            continue
        if shape and shape.part and _fields(was) and _fields(now):
            yield from _within(part, f"{path}.", shapes(shape.part), was or {}, now or {})
        elif _rows(was) and _rows(now):
            yield from _items(part, path, was or (), now or ())
        else:
            yield Moved(part, path, was, now)


def _fields(given: Any) -> bool:
    return given is None or isinstance(given, Mapping)


def _rows(given: Any) -> bool:
    return given is None or (isinstance(given, list) and all(isinstance(one, Mapping) for one in given))


def _same(shape: Shape | None, was: Any, now: Any) -> bool:
    """Whether two values mean the same: the same moment may be written by two clocks."""
    if type(was) is type(now) and was == now:
        return True
    if shape and shape.quick and shape.codes is None and isinstance(was, str) and isinstance(now, str):
        return shape.quick(was) is not None and shape.quick(was) == shape.quick(now)
    return False


def _items(part: str, path: str, was: Sequence[Plain], now: Sequence[Plain]) -> Iterator[Moved]:
    """The rows of a list that came, went or read otherwise; a row is known by its id, else by its place."""
    gone = [row for row in was if row not in now]
    come = [row for row in now if row not in was]
    in_place = len(gone) == len(come) and not any(row.get("id") for row in (*gone, *come))
    named = {row["id"]: row for row in come if isinstance(row.get("id"), str)}
    pairs = zip(gone, come, strict=True) if in_place else ((row, named.get(str(row.get("id")))) for row in gone)
    for row, other in [*pairs]:
        if other is not None:
            come.remove(other)
            yield Moved(part, path, row, other, item=True)
        elif path != HISTORY:
            yield Moved(part, path, row, None, item=True)
    for row in come if path != HISTORY else ():
        yield Moved(part, path, None, row, item=True)
