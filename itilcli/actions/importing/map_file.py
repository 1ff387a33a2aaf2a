"""Reading a map: the file becomes a :class:`Map`, and everything wrong in it a problem with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import tzinfo
from pathlib import Path
from typing import Any

from itilcli.actions.importing.map import (
    BY_FILE,
    BY_TIME,
    EVENTS,
    INCIDENTS,
    STEPS,
    Map,
    TierRule,
)
from itilcli.actions.importing.map_fields import fields
from itilcli.actions.importing.reader import Place, Reader
from itilcli.errors import Kind, Problem
from itilcli.store import files, yaml
from itilcli.text import Listing, t

TOP = ("name", "rows", "key", "file", "missing", "times", "fields", "events", "tiers", "keep")
TESTS = ("at_least", "is", "matches", "known")
SPECIAL_FORMATS = ("iso", "epoch")


def read_map(path: Path) -> tuple[Map, list[Problem]]:
    """The map in a file, and everything wrong in it; what is wrong is left out of the map.

    :raises Refused: when the file cannot be read as YAML at all.
    """
    reader = Reader(path)
    raw = reader.raw
    reader.known_keys(raw, TOP, ())
    for name in ("name", "rows", "key", "times", "fields"):
        if raw.get(name) is None:
            reader.wrong("map-missing", t("the map does not say {field}", field=name), (), t("see docs/importing.md"))
    about = reader.mapping(raw.get("file"), ("file",))
    reader.known_keys(about, ("encoding", "delimiter"), ("file",))
    times = reader.mapping(raw.get("times"), ("times",))
    reader.known_keys(times, ("formats", "zone"), ("times",))
    keep = raw.get("keep")
    kept = reader.texts([] if keep == "all" else keep, ("keep",))
    reader.mentions += [(name, ("keep", number)) for number, name in enumerate(kept)]
    values = Map(
        name=reader.text(raw.get("name"), ("name",)) or "",
        rows=reader.choice(raw.get("rows"), (EVENTS, INCIDENTS), ("rows",), EVENTS),
        key=reader.column(raw.get("key"), ("key",)) or "",
        encoding=encoding(reader, about.get("encoding")),
        delimiter=delimiter(reader, about.get("delimiter")),
        missing=frozenset({"", *reader.texts(raw.get("missing"), ("missing",))}),
        formats=formats(reader, times.get("formats")),
        zone=zone(reader, times.get("zone")),
        fields=fields(reader),
        tiers=tuple(tiers(reader)),
        keep=None if keep == "all" else kept,
        **events(reader),
    )
    from dataclasses import replace

    return replace(values, mentions=tuple(reader.mentions)), reader.problems


def encoding(reader: Reader, value: Any) -> str:
    """How the file's text is encoded; UTF-8, with a byte order mark or without, unless said."""
    name = reader.text(value, ("file", "encoding"))
    if name is None:
        return "utf-8-sig"
    try:
        "a,b".encode(name).decode(name)
    except (LookupError, ValueError, TypeError):
        hint = t("like utf-8, gb18030 or latin-1")
        reader.wrong("map-encoding", t("{value} is not an encoding", value=repr(name)), ("file", "encoding"), hint)
        return "utf-8-sig"
    return name


def delimiter(reader: Reader, value: Any) -> str:
    """What stands between two columns; a comma unless said."""
    if value is None:
        return ","
    found = "\t" if value == "tab" else value
    if isinstance(found, str) and len(found) == 1 and found not in '"\n\r':
        return found
    reader.wrong(
        "map-delimiter",
        t("a delimiter is one character, or tab, not {value}", value=repr(value)[:60]),
        ("file", "delimiter"),
    )
    return ","


def formats(reader: Reader, value: Any) -> tuple[str, ...]:
    """The spellings of times: ``iso``, ``epoch``, or like ``%d/%m/%Y %H:%M``."""
    place: Place = ("times", "formats")
    found = reader.texts(value, place)
    if not found and "times" in reader.raw:
        reader.wrong(
            "map-missing",
            t("the map does not say {field}", field="times.formats"),
            ("times",),
            t('like "%Y-%m-%d %H:%M", or "iso"'),
        )
    for number, one in enumerate(found):
        if one not in SPECIAL_FORMATS and not re.search(r"%[YycxDsG]", one):
            reader.wrong(
                "map-format", t("{value} is no format of a time with its year", value=repr(one)),
                (*place, number), t('like "%Y-%m-%d %H:%M", or "iso"'),
            )  # fmt: skip
    return found


def zone(reader: Reader, value: Any) -> tzinfo | None:
    """The zone of times that name none; None for the desk's."""
    name = reader.text(value, ("times", "zone"))
    if name is None or name == "desk":
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        message = t("{zone} is not a time zone", zone=repr(name))
        reader.wrong(
            "map-zone", message, ("times", "zone"), t('write one like "Asia/Shanghai", or desk for the desk\'s')
        )
        return None


def events(reader: Reader) -> dict[str, Any]:
    """When each row happened, by whom, with whom the case then was, and which step its state stands for."""
    given = reader.mapping(reader.raw.get("events"), ("events",))
    reader.known_keys(given, ("at", "by", "assignee", "group", "order", "state"), ("events",))
    found: dict[str, Any] = {
        name: reader.column(given.get(name), ("events", name)) for name in ("at", "by", "assignee", "group")
    }
    if reader.raw.get("rows") == EVENTS and found["at"] is None:
        reader.wrong("map-missing", t("the map does not say {field}", field="events.at"), ("events",) if given else ())
    place: Place = ("events", "state")
    state = reader.mapping(given.get("state"), place)
    reader.known_keys(state, ("column", "steps", "otherwise"), place)
    if state and state.get("column") is None:
        reader.wrong("map-missing", t("the map does not say {field}", field="events.state.column"), place)
    steps = reader.mapping(state.get("steps"), (*place, "steps"))
    otherwise = state.get("otherwise")
    return {
        **found,
        "order": reader.choice(given.get("order"), (BY_TIME, BY_FILE), ("events", "order"), BY_TIME),
        "state": reader.column(state.get("column"), (*place, "column")),
        "steps": {raw: reader.choice(to, STEPS, (*place, "steps", raw), "none") for raw, to in steps.items()},
        "otherwise": None if otherwise is None else reader.choice(otherwise, STEPS, (*place, "otherwise"), "none"),
    }


def tiers(reader: Reader) -> Iterable[TierRule]:
    """The rules that tell which tier has a row, in order."""
    given = reader.raw.get("tiers")
    if given is not None and not isinstance(given, list):
        reader.wrong(
            "map-type", t("{field} must be a list, not {value}", field="tiers", value=repr(given)[:60]), ("tiers",)
        )
        return
    for number, one in enumerate(given or ()):
        place: Place = ("tiers", number)
        rule = reader.mapping(one, place)
        reader.known_keys(rule, ("tier", "column", *TESTS), place)
        tests = [name for name in TESTS if rule.get(name) is not None]
        column = reader.column(rule.get("column"), (*place, "column"))
        if rule.get("tier") not in (1, 2, 3) or column is None or len(tests) != 1:
            message = t("a rule has a tier (1, 2 or 3), a column, and one of {tests}", tests=Listing(TESTS))
            reader.wrong("map-tier", message, place)
            continue
        made = tier_rule(reader, rule, column, place)
        if made is not None:
            yield made


def tier_rule(reader: Reader, rule: dict[str, Any], column: str, place: Place) -> TierRule | None:
    """One rule with its test."""
    least, known, pattern = rule.get("at_least"), rule.get("known"), None
    if (least is not None and type(least) is not int) or (known is not None and type(known) is not bool):
        reader.wrong("map-tier", t("at_least takes a whole number, known takes true or false"), place)
        return None
    if rule.get("matches") is not None:
        try:
            pattern = re.compile(reader.text(rule["matches"], (*place, "matches")) or "")
        except re.error as error:
            reader.wrong(
                "map-tier", t("this is no regular expression: {reason}", reason=str(error)), (*place, "matches")
            )
            return None
    among = frozenset(reader.texts(rule["is"], (*place, "is"))) if rule.get("is") is not None else None
    return TierRule(rule["tier"], column, least, among, pattern, known)


def unknown_columns(path: Path, found: Map, header: tuple[str, ...]) -> list[Problem]:
    """A problem for each column that the map names and the file does not have."""
    from difflib import get_close_matches

    data = files.read_bytes(path)
    problems = []
    for column, place in found.unknown(header):
        near = get_close_matches(column, header, n=1)
        hint = (
            t("did you mean {field}?", field=near[0]) if near else t("the file has: {columns}", columns=Listing(header))
        )
        where = f"{path}:{yaml.line_of(data, place) or 1}"
        problems.append(
            Problem(
                "E-import-column",
                t("the file has no column {column}", column=repr(column)),
                hint,
                where=where,
                kind=Kind.MISSING,
            )
        )
    return problems
