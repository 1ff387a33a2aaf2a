"""The Mann-Kendall test: does a monthly count rise or fall, or is it only restless? (Mann 1945, Kendall 1975)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import erfc, isfinite, sqrt
from typing import Literal

LEAST = 6
"""Below it: of 4 months or fewer no order at all is rare enough for 5 %; of 5 only an unbroken rise or fall would be, and the
normal approximation of the test is not good for so few."""
ALPHA = 0.05
Word = Literal["rising", "falling", "steady", "too_short"]


@dataclass(frozen=True, slots=True)
class MannKendall:
    """``s``: pairs of months that rise less pairs that fall. ``p``: how often chance alone gives an ``s`` as far from 0 (0 to 1).

    ``word``: rising or falling when ``p`` is below 0.05, else steady; too_short for fewer than 6 months known.
    """

    s: int
    p: float
    word: Word


def mann_kendall(series: Sequence[float | None]) -> MannKendall:
    """The two-sided test, with the variance corrected for ties and ``s`` for continuity; None is a gap and forms no pairs.

    ``p`` is rounded to nine decimals, so that it is the same on every machine. Raises ValueError for a number that is not finite.
    """
    known = [value for value in series if value is not None]
    if not all(isfinite(value) for value in known):
        raise ValueError("a trend is tested on finite numbers")
    s = sum((after > before) - (after < before) for before, after in combinations(known, 2))
    p = _chance(s, len(known), Counter(known).values())
    if len(known) < LEAST:
        return MannKendall(s, p, "too_short")
    if p >= ALPHA:
        return MannKendall(s, p, "steady")
    return MannKendall(s, p, "rising" if s > 0 else "falling")


def _chance(s: int, count: int, ties: Iterable[int]) -> float:
    """How often chance alone gives an ``s`` as far from 0, for groups of equal values of the sizes ``ties``."""
    eighteenths = _spread(count) - sum(_spread(tie) for tie in ties)
    if s == 0 or eighteenths == 0:
        return 1.0
    return round(erfc((abs(s) - 1) / sqrt(eighteenths / 18) / sqrt(2)), 9)


def _spread(count: int) -> int:
    """Eighteen times the variance of ``s`` over this many different values in any order."""
    return count * (count - 1) * (2 * count + 5)
