"""The part of a map that fills fields: which column or constant, and how its values are translated."""

from __future__ import annotations

from typing import Any

from itilcli.actions.importing.map import FIELDS, TIME, Value
from itilcli.actions.importing.reader import Place, Reader
from itilcli.model.codes import Codes
from itilcli.text import Listing, t


def fields(reader: Reader) -> dict[str, Value]:
    """Which column or constant fills each field."""
    given = reader.mapping(reader.raw.get("fields"), ("fields",))
    reader.known_keys(given, FIELDS, ("fields",))
    found = {name: one_field(reader, name, value) for name, value in given.items() if name in FIELDS}
    if given and "reported_at" not in given:
        reader.wrong("map-missing", t("the map does not say {field}", field="fields.reported_at"), ("fields",))
    if "priority" in given and {"importance", "urgency"} & set(given):
        message = t("priority says importance and urgency at once: map either it, or those")
        reader.wrong("map-twice", message, ("fields", "priority"))
    return found


def one_field(reader: Reader, name: str, given: Any) -> Value:
    """One field: the name of its column; or one of column, columns and constant, with values, otherwise and join."""
    place: Place = ("fields", name)
    if not isinstance(given, dict):
        column = reader.column(given, place)
        return Value((column,) if column else ())
    reader.known_keys(given, ("column", "columns", "constant", "values", "otherwise", "join"), place)
    said = [key for key in ("column", "columns", "constant") if given.get(key) is not None]
    if len(said) != 1:
        reader.wrong("map-source", t("{field} needs one of column, columns and constant", field=name), place)
        return Value()
    columns = reader.texts(given.get("columns"), (*place, "columns"))
    reader.mentions += [(one, (*place, "columns", number)) for number, one in enumerate(columns)]
    if said == ["column"]:
        column = reader.column(given["column"], (*place, "column"))
        columns = (column,) if column else ()
    values = reader.mapping(given.get("values"), (*place, "values"))
    return Value(
        columns,
        target(reader, name, given.get("constant"), (*place, "constant")),
        {
            raw: read
            for raw, to in values.items()
            if (read := target(reader, name, to, (*place, "values", raw))) is not None
        },
        target(reader, name, given.get("otherwise"), (*place, "otherwise")),
        reader.text(given.get("join"), (*place, "join")) or " · ",
    )


def target(reader: Reader, name: str, value: Any, place: Place) -> str | None:
    """What a value is translated to: a code of the field's list, or text."""
    written = reader.text(value, place)
    shape = FIELDS[name]
    if written is None or not isinstance(shape, Codes):
        if written is not None and shape == TIME and place[-1] != "constant":
            reader.wrong("map-time", t("a time is not translated; give its format under times"), place)
        return written
    code = shape.parse(written)
    if code is None:
        message = t("{value} is not one of the codes of {list}", value=repr(written), list=shape.name)
        reader.wrong("map-code", message, place, t("one of: {codes}", codes=Listing(tuple(shape))))
    return code
