"""§5.15, L280: what the trend says in a word, what was expected of the last month, and what the next ones may bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.forecast import Forecast, forecast
from itilcli.figures.mann_kendall import mann_kendall
from itilcli.figures.measures import Figure, rate
from itilcli.figures.period import Period, by_index
from itilcli.figures.trend import LONGEST, series

LEVELS = ("80", "95")
JUDGED = 12
"""So many of the last months tell how often the intervals held."""
Point = Mapping[str, Any]
Totals = Sequence[int | None]


def outlook(book: Book, period: Period, told: Mapping[int, Point]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The words of the trend, and the forecast of the months after the last complete one; None where there is none.

    ``told`` holds, by the index of a month, the one-step point that an issued report printed for it; for a month
    without one the point is worked out again from the months before it. The words: ``word``, ``p`` (none of too few)
    and ``over`` (Mann–Kendall over so many of the last 24 months that are known), ``unusual`` (whether the last complete
    month lies outside the 95 % interval expected of it; null without one), ``expected`` (that point beside what came;
    ``issued`` where a report had printed it) and ``held`` (how often the intervals held over up to 12 months).
    """
    begin, totals = series(book, period)
    known = [total for total in totals[-LONGEST:] if total is not None]
    tested = mann_kendall(known)
    judged = range(max(len(totals) - JUDGED, 0), len(totals))
    expected = [expectation(begin, totals, place, period, told) for place in judged]
    last = expected[-1] if expected else None
    words = {
        "word": tested.word,
        "p": None if tested.word == "too_short" else round(tested.p, 4),
        "over": len(known),
        "unusual": outside(last) if last else None,
        "expected": last,
        "held": {level: held([one for one in expected if one], level) for level in LEVELS},
    }
    return words, ahead(forecast(totals), begin + len(totals), period) if totals else None


def expectation(
    begin: int, totals: Totals, place: int, period: Period, told: Mapping[int, Point]
) -> dict[str, Any] | None:
    """What was expected of one month, beside what came; None where nothing could be expected."""
    index = begin + place
    issued = told.get(index)
    found = ahead(forecast(totals[:place]), index, period) if issued is None and place else None
    point = issued or (found["points"][0] if found else None)
    if point is None:
        return None
    return {
        "month": str(by_index(index, period.zone)),
        **{name: point.get(name) for name in ("value", *LEVELS)},
        "actual": totals[place],
        "issued": issued is not None,
    }


def ahead(found: Forecast | None, index: int, period: Period) -> dict[str, Any] | None:
    """A forecast as plain data; its first point is that of the month ``index``."""
    if found is None or not found.points:
        return None
    points = [
        {
            "month": str(by_index(index + step, period.zone)),
            "value": round(point.value, 1),
            "80": _interval(point.low80, point.high80),
            "95": _interval(point.low95, point.high95),
        }
        for step, point in enumerate(found.points)
    ]
    return {"method": found.method, "points": points}


def _interval(low: int | None, high: int | None) -> list[int] | None:
    return None if low is None or high is None else [low, high]


def outside(point: Point, level: str = "95") -> bool | None:
    """Whether what came lies outside an interval; None where either is missing."""
    interval, actual = point[level], point["actual"]
    return None if interval is None or actual is None else not interval[0] <= actual <= interval[1]


def held(points: Sequence[Point], level: str) -> Figure:
    """In how many of the months that can be judged what came lay within the interval."""
    judged = [verdict for point in points if (verdict := outside(point, level)) is not None]
    return rate(judged.count(False), len(judged))
