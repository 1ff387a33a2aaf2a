"""What a commit changed, in words: fields from what to what, with labels and values as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from itilcli.actions.looking.moves import INCIDENT, Moved, shape_of
from itilcli.actions.looking.story import Done
from itilcli.cli.screen import safe
from itilcli.cli.sheet import Sheet
from itilcli.model.case import kind_of
from itilcli.model.codes import LIKE
from itilcli.model.conflict import Conflict
from itilcli.model.labels import path_label
from itilcli.model.shape import Shape, decode
from itilcli.text import t

NOTHING = "—"


def one_line(text: str) -> str:
    """A text without its line breaks and runs of blanks."""
    return " ".join(text.split())


def _once(rows: list[Moved]) -> list[Moved]:
    """The same without a serial that stands in its form a second time."""
    said = {(one.path, str(one.new)) for one in rows}
    return [one for one in rows if one.path != "archived.serial" or ("serial", str(one.new)) not in said]


def change_lines(sheet: Sheet, done: Done, indent: str) -> Iterator[str]:
    """What was filled in of each file on one line, and each change of what was there on a line of its own."""
    for part, found in groupby(done.moved, key=lambda one: one.part):
        rows = _once(list(found))
        begun = f"{part_words(sheet, part)}  " if part != INCIDENT else ""
        filled = [one for one in rows if one.old is None]
        if filled:
            yield indent + safe(begun + _filled(sheet, filled))
        for one in rows:
            if one.old is not None:
                yield indent + safe(begun + change_words(sheet, one))
    for name in done.files:
        yield indent + safe(sheet.say(t("file: {name}", name=name)))


def part_words(sheet: Sheet, part: str) -> str:
    """A form by its reference and name."""
    kind = kind_of(part)
    return f"{part} {sheet.say(kind.label)}" if kind else part


def _filled(sheet: Sheet, rows: Iterable[Moved]) -> str:
    words = (
        sheet.say(t("{label}: {value}", label=path_label(one.path), value=one_line(_words(sheet, one, one.new))))
        for one in rows
    )
    return sheet.say(t("; ")).join(words)


def change_words(sheet: Sheet, one: Moved) -> str:
    """A field, old and new."""
    old, new = one_line(_words(sheet, one, one.old)), one_line(_words(sheet, one, one.new))
    return sheet.say(t("{field}: {old} → {new}", field=path_label(one.path), old=old, new=new))


def _words(sheet: Sheet, one: Moved, held: Any) -> str:
    return value_words(sheet, one.part, one.path, held, one.item)


def value_words(sheet: Sheet, part: str, path: str, held: Any, item: bool = False) -> str:
    """A value as the file holds it, for people; ``item``: one row of the list that the field is."""
    if held is None:
        return NOTHING
    shape = shape_of(part, path)
    if shape is None:
        return str(held)
    if item and shape.part is not None and isinstance(held, dict):
        made: Any = decode(shape.part, held, lambda problem: None)
        return _conflict(sheet, made) if isinstance(made, Conflict) else sheet.part(made, path.rpartition(".")[2])
    return _read(sheet, shape, path, held)


def _read(sheet: Sheet, shape: Shape, path: str, held: Any) -> str:
    """The value of a whole field; one that cannot be read as it stands."""
    wrong: list[object] = []
    made = shape.read(held, "", wrong.append)
    name = path.rpartition(".")[2]
    if wrong or made is None or made == ():
        return str(held)
    if isinstance(made, str | int) and shape.codes is None and name in LIKE and not isinstance(made, bool):
        return sheet.one(made, LIKE[name])
    return sheet.value(name, shape, made)


def _conflict(sheet: Sheet, one: Conflict) -> str:
    """Two answers to one question, and whose they are."""
    part, _, path = (one.field or "").rpartition(":")
    sides = [(one.ours, one.ours_by), (one.theirs, one.theirs_by)]
    told = [f"{_side(sheet, part or INCIDENT, path, held)} ({who or '?'})" for held, who in sides]
    label = path_label(path) if path else "?"
    return f"{sheet.say(label)} {' ≠ '.join(told)}"


def _side(sheet: Sheet, part: str, path: str, held: Any) -> str:
    if isinstance(held, list):
        return ", ".join(map(str, held))
    return value_words(sheet, part, path, held)
