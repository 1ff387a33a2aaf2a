"""How far a month may lie from its forecast: intervals for small counts and for large numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp, fsum, log1p, sqrt

NEWEST = 36
"""So many months of errors count; a desk of three years ago was another desk."""
LARGE = 200.0
"""Up to this mean a count is drawn from its own distribution; above, the one for amounts is the same."""
CLOSE = 1e-9
TENTH, FORTIETH = 1.2815515655446004, 1.959963984540054
"""Standard normal deviates beyond which 10 % and 2.5 % lie."""
WIDEST = 1.5
"""Times the deviate: the relative spread beyond which a gamma quantile falls again, so that wilder would read as narrower."""

WIDTHS = (
    (6, 2.0, 4.4),
    (8, 1.75, 3.7),
    (12, 1.8, 3.3),
    (18, 1.88, 3.25),
    (24, 1.85, 3.25),
    (36, 1.64, 2.8),
    (60, 1.58, 2.75),
)
"""Months known, and how many typical errors hold 80 % and 95 % of what came; measured, see docs/decisions/forecasting.md."""


def typical_error(errors: Sequence[float]) -> float:
    """The root mean square of one-month errors of the newest 36 months; the first quarter, up to a year, is warming up.

    It is 0 for no errors.
    """
    kept = errors[min(12, len(errors) // 4) :][-NEWEST:]
    return sqrt(fsum(one * one for one in kept) / len(kept)) if kept else 0.0


def widths(known: int) -> tuple[float, float]:
    """How many typical errors an interval of 80 % and of 95 % reaches, for the number of months known (6 or more)."""
    for (low, low80, low95), (high, high80, high95) in pairwise(WIDTHS):
        if known <= high:
            share = (known - low) / (high - low)
            return low80 + share * (high80 - low80), low95 + share * (high95 - low95)
    return WIDTHS[-1][1:]


def of_counts(mean: float, spread: float, deviate: float) -> tuple[int, int]:
    """The interval of a count: quantiles of the negative binomial with this mean (above 0, at most 200) and standard deviation.

    A count varies at least as a Poisson count does. Half of an end's own chance is counted as beyond it ("mid-P"), so that
    over many months as many counts lie outside as are meant to; whole numbers could not hold the share exactly otherwise.
    """
    relative = min(spread / mean, WIDEST * deviate)
    extra = max(relative * relative - 1 / mean, 0.01 / mean)
    tail, size = 0.1 if deviate == TENTH else 0.025, 1 / extra
    chance, ratio = exp(-size * log1p(mean / size)), mean / (mean + size)
    below, count, low = 0.0, 0, -1
    while True:
        middle = below + chance / 2
        if low < 0 and middle >= tail - CLOSE:
            low = count
        if middle > 1 - tail + CLOSE or chance == 0:
            return max(low, 0), max(low, count - 1, 0)
        below += chance
        chance *= (count + size) / (count + 1) * ratio
        count += 1


def of_amounts(mean: float, spread: float, deviate: float) -> tuple[float, float]:
    """Quantiles of the gamma distribution with this mean and standard deviation (Wilson and Hilferty 1931).

    It is never negative, reaches further up than down, and is the normal distribution where the spread is small.
    """
    if mean <= 0 or spread <= 0:
        return mean, mean
    relative = min(spread / mean, WIDEST * deviate)
    centre, reach = 1 - relative * relative / 9, deviate * relative / 3
    low, high = max(0.0, centre - reach), max(0.0, centre + reach)
    return mean * low * low * low, mean * high * high * high
