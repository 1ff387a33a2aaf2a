"""A record as the template of a form sees it: each field by its name, answered or not, in the reader's words.

Nothing is undefined that the form has a field for: a part that nobody answered is there with empty fields.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields
from datetime import date, datetime, tzinfo
from typing import Any, cast

from itilcli.model.codes import LIKE, Codes
from itilcli.model.labels import inside_label
from itilcli.model.shape import Shape, shapes
from itilcli.paper import exact
from itilcli.text import Label, Listing, Translate, language_of, render, t
from itilcli.values import value

YES, NO = Label("yes", "是", "yes"), Label("no", "否", "no")
NONE = Label("none", "无", "none")
TICKED, UNTICKED = "☑", "☐"
KEPT_TOGETHER = "\u00a0"
"""A blank at which no line is broken."""
UNSAID = frozenset({"id", "form_no", "serial"})
"""Fields left out where a part of a record is told on one line: they tell people nothing, or stand at the head of the sheet."""


class Answer(str):
    """What stands in a field; empty where nothing does.

    :ivar code: the answer as the file holds it; of a list of texts, empty.
    :ivar boxes: a box to tick for each code of its closed list, or for yes and no; the answer itself without a list.
    :ivar each: the texts of a list.
    """

    code: str = ""
    boxes: str = ""
    each: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is an answer; what is printed for the hand to write on is none."""
        return bool(self.code or self.each)


class Rows(tuple["Record", ...]):
    """The rows of a list of parts; ``empty`` is one that nobody filled in."""

    empty: Record

    def at_least(self, count: int, otherwise: int = 1) -> tuple[Record, ...]:
        """The rows, filled up with empty ones: on a blank form to ``count``, on a filled one to ``otherwise``."""
        wanted = count if self.empty.blank else otherwise
        return (*self, *(self.empty for _ in range(wanted - len(self))))

    def __str__(self) -> str:
        return "\n".join(str(row) for row in self)

    def __html__(self) -> str:
        return exact(str(self))


class Record:
    """One record, or a part of one. It is true where anything in it was answered; as text it is all that was, on a line.

    :ivar blank: whether it belongs to a form that is to be filled in by hand.
    """

    def __init__(self, values: dict[str, Any], names: list[tuple[str, str]], words: Words, none: bool) -> None:
        self._values, self._names, self._words, self._none = values, names, words, none
        self.blank = words.blank

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __bool__(self) -> bool:
        return self._none or any(self._values[name] for name, _ in self._names)

    def but(self, *left_out: str) -> list[tuple[str, Any]]:
        """Label and answer of each field that was answered, in the order of the paper, but those named."""
        return [
            (label, self._values[name]) for name, label in self._names if self._values[name] and name not in left_out
        ]

    def __str__(self) -> str:
        if self._none:
            return self._words.say(NONE)
        known = [(name, label, self._values[name]) for name, label in self._names if name not in UNSAID]
        given = [(label, one) for _, label, one in known if one]
        if len(given) == 1:
            return str(given[0][1])
        shown = [self._words.say(t("{label}: {value}", label=label, value=str(one))) for label, one in given]
        nested = any(isinstance(one, Record | Rows) for _, one in given)
        return ("\n" if nested else self._words.say(t("; "))).join(shown)

    def __html__(self) -> str:
        return exact(str(self))


@value
class Words:
    """Into whose words: the reader's language, the desk's time zone; ``blank`` for a form to be filled in by hand."""

    translate: Translate
    zone: tzinfo | None = None
    blank: bool = False

    def say(self, given: object) -> str:
        """A text or label in the reader's language."""
        return render(given, self.translate)

    def both(self, zh: str, en: str) -> str:
        """The one of two wordings that is in the reader's language."""
        return zh if language_of(self.translate) == "zh" else en

    def when(self, moment: datetime | date) -> str:
        """A time by the desk's clock, a day as it is."""
        if isinstance(moment, datetime):
            return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"
        return moment.isoformat()

    def record(self, form: type, held: Any = None, name: str = "") -> Record:
        """A record of this form; ``held`` None for one that nobody answered. ``name`` is the field that it stands in."""
        known, kinds = shapes(cast(Hashable, form)), _kinds(form)
        values = {key: self._field(key, shape, kinds[key], _held(held, key)) for key, shape in known.items()}
        names = [(key, self.say(inside_label(name, key))) for key in known]
        return Record(values, names, self, bool(getattr(held, "none", False)))

    def _field(self, key: str, shape: Shape, kind: str, held: Any) -> Any:
        if shape.part is None:
            return self._answer(key, shape, kind, held)
        if not kind.startswith("tuple"):
            return self.record(shape.part, held, key)
        rows = Rows(self.record(shape.part, one, key) for one in held or ())
        rows.empty = self.record(shape.part, None, key)
        return rows

    def _answer(self, key: str, shape: Shape, kind: str, held: Any) -> Answer:
        codes = shape.codes or LIKE.get(key)
        if isinstance(held, tuple):
            each = tuple(self._one(one, codes) for one in held)
            made = Answer(self.say(Listing(each)))
            made.each = each
        else:
            made = Answer(self._line(kind) if held is None else self._one(held, codes))
            made.code = "" if held is None else str(held).lower() if isinstance(held, bool) else str(held)
        made.boxes = self._boxes(codes, kind, held, made)
        return made

    def _line(self, kind: str) -> str:
        """What stands where a day or a time is to be written by hand."""
        if not self.blank or not kind.startswith("date"):
            return ""
        day, time = self.both("　　　年　　月　　日", "____-__-__"), self.both("　　时　分", " __:__")
        return day + time if kind.startswith("datetime") else day

    def _one(self, held: Any, codes: Codes | None) -> str:
        if codes is not None:
            code = codes.parse(str(held))
            return self.say(codes.label(code)) if code else str(held)
        if isinstance(held, bool):
            return self.say(YES if held else NO)
        return self.when(held) if isinstance(held, date) else str(held)

    def _boxes(self, codes: Codes | None, kind: str, held: Any, shown: str) -> str:
        """A box for each possible answer; one that is in no list stands behind them, ticked."""
        if codes is not None:
            given = {codes.parse(str(one)) for one in (held if isinstance(held, tuple) else (held,)) if one is not None}
            rows = [(self.say(codes.label(code)), code in given) for code in codes]
        elif kind.startswith("bool"):
            rows = [(self.say(YES), held is True), (self.say(NO), held is False)]
        else:
            return shown
        if held not in (None, ()) and not any(ticked for _, ticked in rows):
            rows.append((shown, True))
        gap = self.both("", KEPT_TOGETHER)
        return "　".join(f"{TICKED if ticked else UNTICKED}{gap}{label}" for label, ticked in rows)


def _held(held: Any, key: str) -> Any:
    return getattr(held, f"{key}_", None) if hasattr(held, f"{key}_") else getattr(held, key, None)


def _kinds(form: type) -> dict[str, str]:
    """The declared types of a form's fields, as they are written."""
    return {row.name.rstrip("_"): str(row.type) for row in fields(cast(Any, form))}
