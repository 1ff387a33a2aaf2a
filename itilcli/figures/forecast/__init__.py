"""The forecast of a monthly count: the next months, and how far off they may be.

Pure arithmetic on the series alone. The method follows from how many months are known; ``docs/forecast.md`` says which, and
``docs/decisions/forecasting.md`` what was measured.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, frexp, isfinite, ldexp, sqrt

from itilcli.figures.forecast import intervals
from itilcli.figures.forecast.point import LEAST, tell

__all__ = ["METHODS", "Forecast", "Point", "forecast"]

METHODS = ("last", "ses", "ses_part_season", "average_part_season", "average_season")


@dataclass(frozen=True, slots=True)
class Point:
    """One month ahead: the expected number (one decimal, never negative) and the ends of both intervals, None without any."""

    value: float
    low80: int | None
    high80: int | None
    low95: int | None
    high95: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The key of the method (one of ``METHODS``), and a point for each month after the last one of the series."""

    method: str
    points: tuple[Point, ...]


def forecast(series: Sequence[float | None], horizon: int = 3) -> Forecast | None:
    """The forecast for the ``horizon`` months after ``series``, one number a month, oldest first; None in it is a gap.

    None when no month is known. Raises ValueError for a negative or infinite number and for a negative horizon.
    """
    if horizon < 0 or any(value is not None and not (isfinite(value) and value >= 0) for value in series):
        raise ValueError("a forecast takes finite numbers of 0 or more")
    at = [index for index, value in enumerate(series) if value is not None]
    if not at:
        return None
    numbers = [float(value) for value in series if value is not None]
    # A power of two keeps every digit, and no square can overflow.
    power = frexp(max(numbers))[1]
    filled = _filled(at, [ldexp(value, -power) for value in numbers])
    late = len(series) - 1 - at[-1]
    told = tell(filled, len(at), late + horizon)
    errors = [filled[index - at[0]] - max(0.0, told.fit.fitted[index - at[0]]) for index in at]
    error, counts = intervals.typical_error(errors), all(value == floor(value) for value in numbers)
    points = []
    for step in range(late, late + horizon):
        mean = max(0.0, told.fit.ahead[step])
        spread = error * sqrt(1 + step * told.fit.alpha * told.fit.alpha)
        points.append(_point(mean, spread, power, len(at), counts))
    return Forecast(told.method, tuple(points))


def _filled(at: Sequence[int], values: Sequence[float]) -> list[float]:
    """The series from its first to its last known month, gaps bridged by a straight line."""
    filled = [values[0]]
    for (before, start), (after, end) in pairwise(zip(at, values, strict=True)):
        wide = after - before
        filled += [start + (end - start) * (step / wide) for step in range(1, wide)]
        filled.append(end)
    return filled


def _point(mean: float, spread: float, power: int, known: int, counts: bool) -> Point:
    """``mean`` and ``spread`` are in units of two to the ``power``."""
    value = round(_grown(mean, power), 1)
    if known < LEAST:
        return Point(value, None, None, None, None)
    ends: list[int] = []
    for width, deviate in zip(intervals.widths(known), (intervals.TENTH, intervals.FORTIETH), strict=True):
        wide = spread * width / deviate
        if counts and _grown(mean, power) <= intervals.LARGE:
            # That nothing happened in all these months does not prove that nothing ever will.
            low, high = intervals.of_counts(max(_grown(mean, power), 1 / known), _grown(wide, power), deviate)
        else:
            lowest, highest = intervals.of_amounts(mean, wide, deviate)
            low, high = floor(_grown(lowest, power) + 0.5), floor(_grown(highest, power) + 0.5)
        ends += [min(low, floor(value)), max(high, ceil(value))]
    low80, high80, low95, high95 = ends
    return Point(value, low80, high80, min(low80, low95), max(high80, high95))


def _grown(value: float, power: int) -> float:
    return ldexp(min(value, ldexp(sys.float_info.max, -max(power, 0))), power)
