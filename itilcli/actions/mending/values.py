"""B25: the new value of a corrected field, as it was typed, becomes what the field holds."""

from __future__ import annotations

import unicodedata
from typing import Any

from itilcli.desk import Desk
from itilcli.model.codes import SATISFACTION
from itilcli.model.shape import Shape
from itilcli.model.when import read_day, read_time
from itilcli.procedure.fields import kind_of_value
from itilcli.procedure.reading import NONE, Misread, code_of, without_hour
from itilcli.text import t

PERSONS = frozenset(
    {"received_by", "resolution.by", "responded_by", "operator", "handler", "complaint.handler", "major.manager"}
)
AHEAD = frozenset({"expected_by", "due_at", "appointment.at"})
"""The times that lie ahead, of which a day alone means its end."""
YES = frozenset({"true", "yes", "y", "1", "是", "有"})
NO = frozenset({"false", "no", "n", "0", "否"})


def read_value(desk: Desk, shape: Shape, path: str, text: str) -> Any:
    """What was typed for a field, as its shape wants it; nothing empties the field.

    :raises Misread: when it cannot be read.
    """
    kind = kind_of_value(shape)
    if not text:
        return () if kind == "texts" else None
    if kind == "code":
        assert shape.codes is not None
        return code_of(shape.codes, text)
    if kind == "texts":
        return tuple(one.strip() for one in text.replace("，", ",").split(",") if one.strip())
    if kind == "text":
        found = desk.people.find(text) if path in PERSONS else []
        plain = unicodedata.normalize("NFKC", text) if path.endswith("phone") else text
        return found[0].id if len(found) == 1 else plain
    if kind == "moment" and path not in AHEAD and (lacking := without_hour(f"{path}=", text, desk.clock)):
        raise lacking
    if path == "satisfaction":
        return int(code_of(SATISFACTION, text))
    made = _PLAIN[kind](desk, unicodedata.normalize("NFKC", text).strip().lower())
    if made is None:
        raise Misread(t("{value} does not fit the field", value=repr(text)), t("it takes: {kind}", kind=_KINDS[kind]))
    return made


def _whole(desk: Desk, text: str) -> Any:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _flag(desk: Desk, text: str) -> Any:
    return True if text in YES else False if text in NO | NONE else None


def _moment(desk: Desk, text: str) -> Any:
    return read_time(text, desk.clock)


def _day(desk: Desk, text: str) -> Any:
    day, rest = read_day(text, desk.now.date())
    return None if rest else day


_PLAIN = {"number": _whole, "flag": _flag, "moment": _moment, "day": _day}
_KINDS = {
    "number": t("a whole number"), "flag": t("yes or no"), "moment": t("a time like 09:12 or 11-20 09:12"),
    "day": t("a day like 2026-11-23"),
}  # fmt: skip
