"""Exponential smoothing: the level alone, and the level with a trend that is damped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import fsum

ALPHAS = tuple(step / 20 for step in range(1, 21))
"""How much of a surprise goes into the level: what is tried."""
TRENDED_ALPHAS = tuple(step / 10 for step in range(1, 11))
TRENDED_BETAS = (0.02, 0.1, 0.3)
DAMPING = 0.9
"""What is left of a slope from one month to the next."""
PRIOR_ALPHA = 0.5
CLEAR = 16.0
"""A slope of this t² (t = 4) may still be chance."""
START = 6
"""How many months give the first level."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A method fitted to a series: what it says of the months ahead, and what it would have said of each past month.

    ``ahead`` starts with the month after the last one. ``fitted[t]`` is said before month t is known. ``alpha`` is how
    much of a surprise goes into the level (0 to 1).
    """

    ahead: tuple[float, ...]
    fitted: tuple[float, ...]
    alpha: float


def _levels(series: Sequence[float], alpha: float, level: float) -> Iterator[float]:
    """The level before each month, and last the level after all of them."""
    yield level
    for value in series:
        level += alpha * (value - level)
        yield level


def mean_of(parts: Sequence[Fit], weights: Sequence[float]) -> Fit:
    """Several methods as one; the weights add up to 1."""

    def mixed(values: Iterable[float]) -> float:
        return fsum(value * weight for value, weight in zip(values, weights, strict=True))

    return Fit(
        tuple(mixed(said) for said in zip(*(part.ahead for part in parts), strict=True)),
        tuple(mixed(said) for said in zip(*(part.fitted for part in parts), strict=True)),
        mixed(part.alpha for part in parts),
    )


def _loss(series: Sequence[float], fitted: Sequence[float]) -> float:
    """The sum of squared one-month errors; its value does not depend on the order of adding."""
    return fsum((value - said) * (value - said) for value, said in zip(series, fitted, strict=False))


def smooth(series: Sequence[float], horizon: int) -> Fit:
    """Simple exponential smoothing (Brown 1956): the level of the last month holds for all months ahead.

    ``alpha`` is the best of a fixed grid, drawn gently towards one half, for in a short series the best is often an accident.
    """
    first = series[:START]
    start = fsum(first) / len(first)
    best: tuple[float, float, list[float]] | None = None
    for alpha in ALPHAS:
        levels = list(_levels(series, alpha, start))
        loss = _loss(series, levels) * (1 + (alpha - PRIOR_ALPHA) * (alpha - PRIOR_ALPHA))
        if best is None or loss < best[0]:
            best = (loss, alpha, levels)
    assert best is not None
    _, alpha, levels = best
    return Fit((levels[-1],) * horizon, tuple(levels[:-1]), alpha)


def line(series: Sequence[float]) -> tuple[float, float]:
    """Start and slope a month of the straight line of least squares; the slope of one month is 0."""
    count = len(series)
    mean, middle = fsum(series) / count, (count - 1) / 2
    if count < 2:
        return mean, 0.0
    slope = fsum((at - middle) * (value - mean) for at, value in enumerate(series)) / (count * (count * count - 1) / 12)
    return mean - slope * middle, slope


def clarity(series: Sequence[float]) -> float:
    """How sure a straight trend is, from 0 (its slope may be chance) to 1: 1 - 16/t² of the slope's t."""
    count = len(series)
    start, slope = line(series)
    spread = fsum((value - start - slope * at) * (value - start - slope * at) for at, value in enumerate(series))
    explained = slope * slope * (count * (count * count - 1) / 12) * (count - 2)
    if explained <= 0:
        return 0.0
    return max(0.0, 1 - CLEAR * spread / explained)


def _trended(
    series: Sequence[float], alpha: float, beta: float, level: float, slope: float
) -> tuple[list[float], float, float]:
    fitted = []
    for value in series:
        said = level + DAMPING * slope
        surprise = value - said
        level = said + alpha * surprise
        slope = DAMPING * slope + alpha * beta * surprise
        fitted.append(said)
    return fitted, level, slope


def damped(series: Sequence[float], horizon: int) -> Fit:
    """Level and slope are both smoothed, and the slope dies away ahead (Gardner and McKenzie 1985)."""
    start, slope = line(series[:8])
    best: tuple[float, float, tuple[list[float], float, float]] | None = None
    for alpha in TRENDED_ALPHAS:
        for beta in TRENDED_BETAS:
            ran = _trended(series, alpha, beta, start - slope, slope)
            loss = _loss(series, ran[0])
            if best is None or loss < best[0]:
                best = (loss, alpha, ran)
    assert best is not None
    _, alpha, (fitted, level, slope) = best
    ahead, factor = [], 1.0
    for _ in range(horizon):
        factor *= DAMPING
        level += factor * slope
        ahead.append(level)
    return Fit(tuple(ahead), tuple(fitted), alpha)
