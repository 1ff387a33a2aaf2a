"""The theta method, and the mean of three methods in which it takes part."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.figures.forecast.smoothing import Fit, clarity, damped, line, mean_of, smooth


def theta(series: Sequence[float], level: Fit) -> Fit:
    """The theta method (Assimakopoulos and Nikolopoulos 2000) in the form of Hyndman and Billah (2003).

    It is simple smoothing (``level``) plus half of the slope of the straight line through all months.
    """
    _, slope = line(series)
    alpha, drift = level.alpha, slope / 2
    left, fitted = 1.0, []
    for said in level.fitted:
        fitted.append(said + drift * (1 - left) / alpha)
        left *= 1 - alpha
    lag = (1 - left) / alpha
    ahead = (said + drift * (step + lag) for step, said in enumerate(level.ahead))
    return Fit(tuple(ahead), tuple(fitted), alpha)


def average(series: Sequence[float], horizon: int) -> Fit:
    """The mean of simple smoothing, the theta method and the damped trend: what one of them overlooks, the others temper."""
    level = smooth(series, horizon)
    return mean_of((level, theta(series, level), damped(series, horizon)), (1 / 3, 1 / 3, 1 / 3))


def careful(series: Sequence[float], horizon: int) -> Fit:
    """Simple smoothing, and as far as a trend is clear, the average of the three methods."""
    sure = clarity(series)
    if sure == 0:
        return smooth(series, horizon)
    return mean_of((average(series, horizon), smooth(series, horizon)), (sure, 1 - sure))
