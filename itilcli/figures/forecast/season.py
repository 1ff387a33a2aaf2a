"""Which part of a month's count comes back every year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from itilcli.figures.forecast.smoothing import clarity, line

YEAR = 12
LEAST = 0.01
"""No month of the year is taken for less than a hundredth of an ordinary one."""
PASSED = 4.0
"""The F from which a season counts as found; noise alone reaches it in 2 of 100 series of 36 months, and hardly ever in longer ones."""
FADING = 0.65
"""What a year weighs less than the next one."""
PRIOR_WEIGHT = 0.2
PRIOR_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Season:
    """What each month of the year adds to the level or, when ``times``, multiplies it by; ``parts[i]`` is for months i, i+12, …"""

    parts: tuple[float, ...]
    times: bool

    def off(self, series: Sequence[float]) -> list[float]:
        """The series without its season."""
        return [value / part if self.times else value - part for value, part in self._with(series, 0)]

    def on(self, series: Sequence[float], start: int) -> list[float]:
        """The season put back on values of which the first is of month ``start``."""
        return [value * part if self.times else value + part for value, part in self._with(series, start)]

    def _with(self, series: Sequence[float], start: int) -> list[tuple[float, float]]:
        return [(value, self.parts[(start + at) % YEAR]) for at, value in enumerate(series)]


def cautious(series: Sequence[float]) -> Season:
    """From 12 months: a part of how far each month of the year has been from the mean of the year around it.

    The part is how far the distances of a year foretold those of the next, starting from one fifth held as strongly as six
    months of evidence (ridge regression); so a single year counts for one fifth, and noise soon counts for nothing.
    A clear straight trend is taken out first, so that it is not mistaken for a season.
    """
    count, (_, slope) = len(series), line(series)
    slope *= clarity(series)
    series = [value - slope * at for at, value in enumerate(series)]
    starts = (max(0, min(at - YEAR // 2, count - YEAR)) for at in range(count))
    away = [value - fsum(series[start : start + YEAR]) / YEAR for value, start in zip(series, starts, strict=True)]
    typical = PRIOR_MONTHS * fsum(one * one for one in away) / count
    shared = fsum(after * before for after, before in zip(away[YEAR:], away, strict=False))
    before = fsum(one * one for one in away[: max(0, count - YEAR)])
    weight = (shared + PRIOR_WEIGHT * typical) / (before + typical) if typical > 0 else 0.0
    weight = max(0.0, min(1.0, weight))
    parts = []
    for month in range(YEAR):
        same = away[month::YEAR]
        parts.append(fsum(same) * weight / (1 + (len(same) - 1) * weight))
    return Season(tuple(parts), False)


def _around(series: Sequence[float]) -> list[float]:
    """The mean of the year around each month, from the seventh month to the seventh last."""
    half = YEAR // 2
    return [
        fsum((series[at - half] / 2, *series[at - half + 1 : at + half], series[at + half] / 2)) / YEAR
        for at in range(half, len(series) - half)
    ]


def _by_month(series: Sequence[float], times: bool) -> list[list[float]]:
    """For each month of the year how it stood to the year around it, oldest first."""
    half = YEAR // 2
    found: list[list[float]] = [[] for _ in range(YEAR)]
    for at, middle in enumerate(_around(series), half):
        found[at % YEAR].append(series[at] / middle if times else series[at] - middle)
    return found


def _strength(groups: Sequence[Sequence[float]]) -> float:
    """The F of a one-way analysis of variance: how much more months of the year differ than years do; 1 is no season at all."""
    every = [one for group in groups for one in group]
    mean = fsum(every) / len(every)
    means = [fsum(group) / len(group) for group in groups]
    between = fsum(len(group) * (own - mean) * (own - mean) for group, own in zip(groups, means, strict=True)) / (
        YEAR - 1
    )
    spread = ((one - own) * (one - own) for group, own in zip(groups, means, strict=True) for one in group)
    within = fsum(spread) / (len(every) - YEAR)
    if between <= 0:
        return 0.0
    return between / max(within, between / 1e9)


def seasons(series: Sequence[float]) -> tuple[Season, ...]:
    """From 36 months: the season as a sum and, where no month is 0, as a product too; empty when the test finds none.

    Newer years weigh more. The parts are drawn towards "no season" by 1/F, the share of them that chance explains.
    """
    kinds = (True, False) if min(series) > 0 else (False,)
    groups = [_by_month(series, times) for times in kinds]
    strengths = [_strength(group) for group in groups]
    if max(strengths) < PASSED:
        return ()
    return tuple(map(_season, kinds, groups, strengths))


def _season(times: bool, groups: Sequence[Sequence[float]], strength: float) -> Season:
    parts = []
    for group in groups:
        weights = [1.0]
        for _ in group[1:]:
            weights.append(weights[-1] * FADING)
        weights.reverse()
        parts.append(fsum(one * weight for one, weight in zip(group, weights, strict=True)) / fsum(weights))
    mean = fsum(parts) / YEAR
    kept = max(0.0, 1 - 1 / strength) if strength > 0 else 0.0
    if times:
        return Season(tuple(max(LEAST, 1 + kept * (part / mean - 1)) for part in parts), True)
    return Season(tuple(kept * (part - mean) for part in parts), False)
