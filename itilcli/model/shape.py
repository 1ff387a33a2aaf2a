"""How a form's fields are declared, read from plain data and written back.

A form is a frozen dataclass whose fields say by ``metadata`` how a value is read. ``decode`` collects every
problem it meets instead of stopping at the first; ``encode`` leaves out what is empty, so that a file holds
what was answered and nothing else. ``"none"`` stands for an explicit *none* where the procedure asks for an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, fields
from datetime import MAXYEAR, MINYEAR, date, datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from itilcli.errors import Problem
from itilcli.model.codes import Codes
from itilcli.text import Listing, t
from itilcli.values import made_of, value

Report = Callable[[Problem], None]
Reader = Callable[[Any, str, Report], Any]
Writer = Callable[[Any], Any]
Form = TypeVar("Form")


@value
class Shape:
    """How one field is read from and written to plain data.

    Two short cuts for the usual value, so that ``read`` is for what is nested or wrong: ``plain`` is the type that is
    taken as it is, ``quick`` makes the value out of a text, or None. ``write`` is None where the value stays as it is.
    ``codes`` is the closed list that a code is of.
    """

    read: Reader
    write: Writer | None = None
    part: type | None = None
    plain: type | None = None
    quick: Callable[[str], Any] | None = None
    codes: Codes | None = None


def _wrong(where: str, message: Any, slug: str = "type") -> Problem:
    return Problem(f"E-record-{slug}", message, where=where)


def _read_text(value: Any, where: str, report: Report) -> Any:
    if type(value) is str:
        return value
    report(
        Problem(
            "E-record-type",
            t("{field} must be text, not {value}", field=where, value=repr(value)[:60]),
            t('put it in quotes: "{value}"', value=str(value)[:60]),
            where=where,
        )
    )
    return None


def _read_whole(value: Any, where: str, report: Report) -> Any:
    if type(value) is int:
        return value
    report(_wrong(where, t("{field} must be a whole number, not {value}", field=where, value=repr(value)[:60])))
    return None


def _read_flag(value: Any, where: str, report: Report) -> Any:
    if type(value) is bool:
        return value
    report(_wrong(where, t("{field} must be true or false, not {value}", field=where, value=repr(value)[:60])))
    return None


@lru_cache(maxsize=65536)
def parse_moment(text: str) -> datetime | None:
    """The time that RFC 3339 ``text`` tells, or None when it is none, has no offset, or lies in the year 1 or 9999."""
    if len(text) < 17 or text[10] not in "T t" or text[4] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # the first and the last year that can be named would leave the calendar in another time zone
    return moment if moment.tzinfo is not None and MINYEAR < moment.year < MAXYEAR else None


def _read_moment(value: Any, where: str, report: Report) -> Any:
    moment = parse_moment(value) if type(value) is str else None
    if moment is None:
        report(
            Problem(
                "E-record-time",
                t("{field} is not a time with an offset: {value}", field=where, value=repr(value)[:60]),
                t('write it like "2026-11-23T09:12:00+08:00"'),
                where=where,
            )
        )
    return moment


def _read_day(value: Any, where: str, report: Report) -> Any:
    try:
        if type(value) is str and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    report(
        _wrong(where, t("{field} is not a day like 2026-11-23: {value}", field=where, value=repr(value)[:60]), "day")
    )
    return None


def _isoformat(value: date) -> str:
    return value.isoformat()


def _declared(shape: Shape, default: Any = None) -> Any:
    return field(default=default, metadata={"shape": shape})


def text() -> Any:
    """A field of text."""
    return _declared(Shape(_read_text, plain=str))


def whole() -> Any:
    """A field holding a whole number."""
    return _declared(Shape(_read_whole, plain=int))


def flag() -> Any:
    """A field holding true or false."""
    return _declared(Shape(_read_flag, plain=bool))


def moment() -> Any:
    """A field holding a time with its offset."""
    return _declared(Shape(_read_moment, _isoformat, quick=parse_moment))


def day() -> Any:
    """A field holding a day."""
    return _declared(Shape(_read_day, _isoformat))


def code(codes: Codes) -> Any:
    """A field holding one code of a closed list."""
    return _declared(Shape(_code_reader(codes), quick={known: known for known in codes}.get, codes=codes))


def part(form: type) -> Any:
    """A field holding one part with fields of its own."""
    return _declared(Shape(_part_reader(form), encode, form))


def answer(form: type) -> Any:
    """A field holding a part, or an explicit ``none``."""
    return _declared(Shape(_answer_reader(form), _write_answer, form))


def texts() -> Any:
    """A field holding a list of texts."""
    return _declared(Shape(_list_reader(_read_text), list), ())


def codes(known: Codes) -> Any:
    """A field holding a list of codes."""
    return _declared(Shape(_list_reader(_code_reader(known)), list, codes=known), ())


def parts(form: type) -> Any:
    """A field holding a list of parts."""
    return _declared(Shape(_list_reader(_part_reader(form)), lambda items: [encode(item) for item in items], form), ())


def plain() -> Any:
    """A field holding any plain value: a text, a number, a list, a mapping."""
    return _declared(Shape(lambda value, where, report: value))


def anything() -> Any:
    """A field holding a mapping that another room reads."""
    return _declared(Shape(_read_mapping, dict, plain=dict))


def _read_mapping(value: Any, where: str, report: Report) -> Any:
    if isinstance(value, dict):
        return value
    report(_wrong(where, t("{field} must hold fields of its own, not {value}", field=where, value=repr(value)[:60])))
    return None


def _code_reader(known: Codes) -> Reader:
    def read(value: Any, where: str, report: Report) -> Any:
        if type(value) is str and value in known.labels:
            return value
        report(
            Problem(
                "E-record-code",
                t(
                    "{field} is not one of the codes of {list}: {value}",
                    field=where,
                    list=known.title,
                    value=repr(value)[:60],
                ),
                t("one of: {codes}", codes=Listing(tuple(known))),
                where=where,
            )
        )
        return None

    return read


def _part_reader(form: type) -> Reader:
    def read(value: Any, where: str, report: Report) -> Any:
        if type(value) is not dict:
            return _read_mapping(value, where, report)
        return decode(form, value, report, where)

    return read


def _answer_reader(form: type) -> Reader:
    read_part = _part_reader(form)

    def read(value: Any, where: str, report: Report) -> Any:
        return form(none=True) if value == "none" else read_part(value, where, report)

    return read


def _write_answer(value: Any) -> Any:
    return "none" if value.none else encode(value)


def _list_reader(read_item: Reader) -> Reader:
    def read(value: Any, where: str, report: Report) -> Any:
        if not isinstance(value, list):
            report(_wrong(where, t("{field} must be a list, not {value}", field=where, value=repr(value)[:60])))
            return ()
        return tuple(
            item
            for place, given in enumerate(value)
            if (item := read_item(given, f"{where}.{place}", report)) is not None
        )

    return read


@cache
def shapes(form: type) -> dict[str, Shape]:
    """The fields of a form that a file holds, by name, in the order of the paper."""
    return {row.name.rstrip("_"): row.metadata["shape"] for row in fields(form) if "shape" in row.metadata}


@cache
def _readers(form: type) -> dict[str, tuple[str, type | None, Callable[[str], Any] | None, Reader]]:
    rows = ((row.name, row.metadata["shape"]) for row in fields(form) if "shape" in row.metadata)
    return {name.rstrip("_"): (name, shape.plain, shape.quick, shape.read) for name, shape in rows}


@cache
def _writers(form: type) -> tuple[Callable[[Any], Sequence[Any]], tuple[tuple[str, Writer | None], ...]]:
    """What takes all values of a form at once, and the key and the writer of each."""
    rows = [row for row in fields(form) if "shape" in row.metadata]
    names = [row.name for row in rows]
    values = attrgetter(*names) if len(names) > 1 else lambda made: (getattr(made, names[0]),)
    return values, tuple((row.name.rstrip("_"), row.metadata["shape"].write) for row in rows)


def decode(form: type[Form], data: Mapping[str, Any], report: Report, where: str = "") -> Form:
    """The form that ``data`` holds; every problem goes to ``report`` and its field stays empty.

    A key that the form does not know is kept by the store and reported as a warning.
    """
    known_as: Any = form
    readers = _readers(known_as)
    prefix = f"{where}." if where else ""
    values: dict[str, Any] = {}
    for key, given in data.items():
        known = readers.get(key)
        if known is None:
            report(_unknown(form, key, prefix + key))
            continue
        name, plain_type, quick, read = known
        kind = type(given)
        if kind is plain_type:
            values[name] = given
        elif kind is str and quick is not None and (made := quick(given)) is not None:
            values[name] = made
        elif given is not None:
            values[name] = read(given, prefix + key, report)
    return made_of(form, values)


def _unknown(form: type, key: str, where: str) -> Problem:
    from difflib import get_close_matches

    near = get_close_matches(key, _readers(form), n=1)
    hint = t("did you mean {field}?", field=near[0]) if near else None
    return Problem("W-record-unknown-field", t("{field} is not a field of this form", field=where), hint, where=where)


def encode(form: Any) -> dict[str, Any]:
    """Plain data for a file: every answered field in the order of the paper, empty ones left out."""
    plain: dict[str, Any] = {}
    known_as: Any = type(form)
    values, writers = _writers(known_as)
    for held, (key, write) in zip(values(form), writers, strict=True):
        if held is not None and held != ():
            plain[key] = held if write is None else write(held)
    return plain
