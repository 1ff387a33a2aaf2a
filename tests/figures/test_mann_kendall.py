"""The test for a trend, against figures that can be worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itilcli.figures.mann_kendall import MannKendall, mann_kendall


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([1, 2, 3, 4, 5, 6], MannKendall(15, 0.008535077, "rising")),  # z = 14/√28.33
        ([6, 5, 4, 3, 2, 1], MannKendall(-15, 0.008535077, "falling")),
        ([1, 2, 3, 4, 6, 5], MannKendall(13, 0.024171, "rising")),
        ([3, 3, 3, 3, 3, 3], MannKendall(0, 1.0, "steady")),
        ([0] * 12, MannKendall(0, 1.0, "steady")),
        ([5, 9, 2, 7, 4, 6, 3], MannKendall(-5, 0.548006, "steady")),  # z = 4/√44.33
        ([1, 1, 2, 2, 3, 3], MannKendall(12, 0.028854, "rising")),  # ties: z = 11/√25.33
        ([1, None, 2, 3, None, 4, 5, 6], MannKendall(15, 0.008535077, "rising")),
        ([1, 2, 3, 4, 5], MannKendall(10, 0.027486, "too_short")),
        ([1, 2, None, None, None, 3, 4, 5], MannKendall(10, 0.027486, "too_short")),
        ([7], MannKendall(0, 1.0, "too_short")),
        ([None, None], MannKendall(0, 1.0, "too_short")),
        ([], MannKendall(0, 1.0, "too_short")),
    ],
)
def test_known_series(series: list[float | None], expected: MannKendall) -> None:
    found = mann_kendall(series)
    assert (found.s, found.word) == (expected.s, expected.word)
    assert found.p == pytest.approx(expected.p, abs=5e-5)


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        mann_kendall([1, 2, 3, float("nan"), 5, 6])


@given(st.lists(st.none() | st.integers(0, 50), max_size=40))
def test_the_reverse_and_a_change_of_unit(series: list[int | None]) -> None:
    found, back = mann_kendall(series), mann_kendall(series[::-1])
    assert (back.s, back.p) == (-found.s, found.p)
    assert 0 <= found.p <= 1
    assert mann_kendall([None if value is None else value * 7.5 for value in series]) == found
