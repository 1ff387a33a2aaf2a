"""The trend in a word, what was expected of the last month, and the forecast of the next ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from figure_stories import OCTOBER, ZONE, at, row, world

from itilcli.figures.book import Book
from itilcli.figures.forecast import METHODS, forecast
from itilcli.figures.outlook import held, outlook
from itilcli.figures.period import Period
from itilcli.model.past import Past

LAST = OCTOBER.index


def desk(totals: list[int | None], as_of: str = "11-30 09:00") -> Book:
    """A desk whose months up to October had these totals: all but the last from before the tool."""
    *before, own = totals
    first = LAST - len(before)
    past = {first + place: Past(first + place, count) for place, count in enumerate(before) if count is not None}
    rows = [row(number, at("10-08 09:00")) for number in range(own or 0)]
    return Book(rows, world(as_of), past)


def point(value: float, narrow: list[int] | None, wide: list[int] | None) -> dict[str, Any]:
    return {"month": "2026-10", "value": value, "80": narrow, "95": wide}


def test_the_word_follows_the_last_24_known_months() -> None:
    rising, _ = outlook(desk(list(range(10, 40))), OCTOBER, {})
    falling, _ = outlook(desk(list(range(40, 10, -1))), OCTOBER, {})
    steady, _ = outlook(desk([20, 21] * 12), OCTOBER, {})
    short, _ = outlook(desk([20]), OCTOBER, {})
    assert [one["word"] for one in (rising, falling, steady, short)] == ["rising", "falling", "steady", "too_short"]
    assert rising["over"] == 24 and rising["p"] < 0.001
    assert (short["p"], short["over"], short["expected"], short["unusual"]) == (None, 1, None, None)
    gap, _ = outlook(desk([None, 3, None, 5, 7]), OCTOBER, {})
    assert gap["over"] == 3


def test_the_forecast_begins_after_the_last_complete_month_and_ends_three_months_later() -> None:
    totals = [20, 22, 19, 25, 21, 23, 24, 20, 22, 21, 23, 22, 24]
    _, found = outlook(desk(totals), OCTOBER, {})
    assert found is not None and found["method"] in METHODS
    assert [one["month"] for one in found["points"]] == ["2026-11", "2026-12", "2027-01"]
    expected = forecast(totals)
    assert expected is not None
    assert [one["95"] for one in found["points"]] == [[one.low95, one.high95] for one in expected.points]
    running, again = outlook(desk(totals, as_of="10-20 09:00"), OCTOBER, {})
    assert again is not None and again["points"][0]["month"] == "2026-10"
    assert running["expected"]["month"] == "2026-09", "the running month never enters"
    several, monthly = outlook(desk(totals), Period(2026, 8, ZONE, 3), {})
    assert monthly == found and several["expected"]["month"] == "2026-10"


def test_a_desk_without_a_complete_month_has_no_forecast() -> None:
    words, found = outlook(Book([], world()), OCTOBER, {})
    assert found is None
    assert (words["word"], words["expected"], words["unusual"]) == ("too_short", None, None)
    assert words["held"]["80"] == {"value": None, "numerator": 0, "denominator": 0}


@pytest.mark.parametrize(
    ("wide", "unusual"), [([20, 30], False), ([24, 24], False), ([25, 30], True), ([10, 23], True), (None, None)]
)
def test_a_month_is_unusual_only_outside_the_95_interval_that_was_printed_for_it(
    wide: list[int] | None, unusual: bool | None
) -> None:
    words, _ = outlook(desk([20, 22, 24]), OCTOBER, {LAST: point(21.5, [0, 1], wide)})
    assert words["unusual"] is unusual
    assert words["expected"] == {
        "month": "2026-10", "value": 21.5, "80": [0, 1], "95": wide, "actual": 24, "issued": True,
    }  # fmt: skip


def test_what_no_report_printed_is_worked_out_from_the_months_before() -> None:
    totals = [20, 22, 19, 25, 21, 23, 24, 20, 22, 21, 23, 22, 24]
    words, _ = outlook(desk(totals), OCTOBER, {})
    before = forecast(totals[:-1])
    assert before is not None
    first = before.points[0]
    assert words["expected"] == {
        "month": "2026-10", "value": first.value, "80": [first.low80, first.high80], "95": [first.low95, first.high95],
        "actual": 24, "issued": False,
    }  # fmt: skip


def test_the_last_twelve_months_tell_how_often_the_intervals_held() -> None:
    totals: list[int | None] = [20] * 20
    told = {LAST - place: point(20, [20, 20], [21, 30]) for place in range(20)}
    words, _ = outlook(desk(totals), OCTOBER, told)
    assert words["held"]["80"] == {"value": 1.0, "numerator": 12, "denominator": 12}
    assert words["held"]["95"] == {"value": 0.0, "numerator": 0, "denominator": 12}


def test_months_that_are_not_known_or_had_no_interval_judge_nothing() -> None:
    points = [point(5, None, [1, 9]) | {"actual": 4}, point(5, [4, 6], [1, 9]) | {"actual": None}]
    assert held(points, "80")["denominator"] == 0
    assert held(points, "95") == {"value": 1.0, "numerator": 1, "denominator": 1}


def test_the_order_of_the_rows_changes_nothing() -> None:
    of = desk([20, 22, 24])
    turned = Book(reversed(of.rows), replace(of.world), of.past)
    assert outlook(of, OCTOBER, {}) == outlook(turned, OCTOBER, {})
