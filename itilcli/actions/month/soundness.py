"""Whether the document of an issued report is one: anybody may have written ``figures.json``, and what is read of it is
compared, put right and shown without looking at it again."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from itilcli.figures.differences import FREE, RATE

DEEPEST = 16
"""So many levels deep is nothing in a report."""
LARGEST = 10**15
"""No number of a report is as large."""
LONGEST = 2_000
"""The most characters of a name or of a value in a figure."""
LEVELS = ("80", "95")


def parsed(text: str) -> Any:
    """The value that a JSON text stands for.

    :raises ValueError: for no JSON, for NaN, numbers that are out of all bounds, and half characters.
    :raises RecursionError: for endless nesting.
    """
    found = json.loads(text, parse_constant=_no_number, parse_float=_fraction, parse_int=_whole)
    if "\\ud" in text.lower():
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _no_number(written: str) -> None:
    raise ValueError(written)


def _fraction(written: str) -> float:
    number = float(written)
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise ValueError(written[:40])
    return number


def _whole(written: str) -> int:
    number = int(written) if len(written) < 20 else LARGEST + 1
    if abs(number) > LARGEST:
        raise ValueError(written[:40])
    return number


def unsound(document: Mapping[str, Any]) -> str | None:
    """The first field of an issued report, of those that are read again, that holds something else than it should."""
    return next(_faults(document), None)


def too_deep(value: Any, deepest: int = DEEPEST) -> bool:
    """Whether lists and objects lie in one another further than in any report."""
    level = [value]
    for _ in range(deepest):
        level = [inner for one in level if isinstance(one, dict | list) for inner in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: dict[str, Any] | list[Any]) -> list[Any]:
    found = value.values() if isinstance(value, dict) else value
    return [one for one in found if isinstance(one, dict | list)]


def _faults(document: Mapping[str, Any]) -> Iterator[str]:
    if not is_moment(document["as_of"]):
        yield "as_of"
    for name, figure in document["figures"].items():
        if not isinstance(figure, dict) or too_deep(figure) or not _is_figure(figure):
            yield f"figures.{name[:40]}"
    checks: dict[str, Callable[[Any], bool]] = {
        "corrections": lambda rows: _rows(rows, _is_correction),
        "excluded": lambda rows: _rows(rows, _is_excluded),
        "forecast": _is_forecast,
        "comment": lambda text: text is None or isinstance(text, str),
        "unattended": lambda flag: isinstance(flag, bool),
    }
    yield from (name for name, sound in checks.items() if name in document and not sound(document[name]))


def is_moment(value: Any) -> bool:
    """Whether a value is a time with its offset."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).utcoffset() is not None
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _is_rate(value: Mapping[str, Any]) -> bool:
    return all(_is_number(value.get(name)) for name in RATE)


def _is_figure(value: Any) -> bool:
    """Numbers, short texts, lists of IDs, and objects of these; a rate and the counts by customer hold numbers only."""
    if isinstance(value, list):
        return all(map(_is_name, value))
    if not isinstance(value, dict):
        return _is_number(value) or _is_name(value)
    if not all(map(_is_name, value)) or (value.keys() >= RATE and not _is_rate(value)):
        return False
    for name, inner in value.items():
        if name in FREE and isinstance(inner, dict):
            if not all(_is_name(one) and _is_number(number) for one, number in inner.items()):
                return False
        elif not _is_figure(inner):
            return False
    return True


def _rows(rows: Any, sound: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) and sound(row) for row in rows)


def _is_correction(row: Mapping[str, Any]) -> bool:
    now = row.get("now")
    is_rate = isinstance(now, dict) and now.keys() == RATE and _is_rate(now)
    return (is_rate or _is_number(now) or _is_name(now)) and all(
        _is_name(row.get(name)) for name in ("month", "figure", "part")
    )


def _is_excluded(row: Mapping[str, Any]) -> bool:
    return _is_name(row.get("id")) and isinstance(row.get("reason"), str)


def _is_forecast(value: Any) -> bool:
    if value is None:
        return True
    points = value.get("points") if isinstance(value, dict) else None
    return _rows(points, _is_point)


def _is_point(point: Mapping[str, Any]) -> bool:
    value = point.get("value")
    return (
        _is_name(point.get("month"))
        and value is not None
        and _is_number(value)
        and all(point.get(level) is None or _is_interval(point[level]) for level in LEVELS)
    )


def _is_interval(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(one is not None and _is_number(one) for one in value)
