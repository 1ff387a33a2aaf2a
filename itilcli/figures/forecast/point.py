"""Which method a series gets, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from itilcli.figures.forecast.season import Season, cautious, seasons
from itilcli.figures.forecast.smoothing import Fit, mean_of, smooth
from itilcli.figures.forecast.theta import average, careful

LEAST, ONE_YEAR, LONGER, THREE_YEARS = 6, 12, 18, 36
Method = Callable[[Sequence[float], int], Fit]


@dataclass(frozen=True, slots=True)
class Told:
    """A method's key and its fit on the series itself, season put back."""

    method: str
    fit: Fit


def tell(series: Sequence[float], known: int, horizon: int) -> Told:
    """The method for ``known`` months of a series in which gaps have been filled, fitted to it."""
    if known < LEAST:
        return Told("last", Fit((series[-1],) * horizon, tuple(series[:1]) + tuple(series[:-1]), 1.0))
    if known < ONE_YEAR:
        return Told("ses", smooth(series, horizon))
    if known < LONGER:
        return Told("ses_part_season", _seasonal(careful, (cautious(series),), series, horizon))
    found = seasons(series) if known >= THREE_YEARS else ()
    if found:
        return Told("average_season", _seasonal(average, found, series, horizon))
    return Told("average_part_season", _seasonal(average, (cautious(series),), series, horizon))


def _seasonal(method: Method, found: Sequence[Season], series: Sequence[float], horizon: int) -> Fit:
    """The method on the series without its season, which is then put back; the mean where there are two kinds."""
    fits = []
    for season in found:
        fit = method(season.off(series), horizon)
        fits.append(Fit(tuple(season.on(fit.ahead, len(series))), tuple(season.on(fit.fitted, 0)), fit.alpha))
    return mean_of(fits, [1 / len(fits)] * len(fits))
