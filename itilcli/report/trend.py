"""The trend of the months, what was expected of the last one, and what the next ones may bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.cells import heads, rows_or
from itilcli.report.pages import NOTHING, Band, Block, Bullets, Cell, Chart, Paragraph, Section, Series, Table
from itilcli.report.words import Words, share
from itilcli.text import Label, Text, t

METHODS = {
    row.code: row
    for row in (
        Label("last", "取上月值", "the value of the last month"),
        Label("ses", "简单指数平滑", "simple exponential smoothing"),
        Label("ses_part_season", "简单指数平滑加部分季节性", "simple exponential smoothing with part of a season"),
        Label(
            "average_part_season",
            "简单指数平滑、阻尼趋势与 theta 法的平均，加部分季节性",
            "the mean of simple exponential smoothing, damped trend and theta, with part of a season",
        ),
        Label(
            "average_season",
            "简单指数平滑、阻尼趋势与 theta 法的平均，加季节性",
            "the mean of simple exponential smoothing, damped trend and theta, with a season",
        ),
    )
}
"""The methods of a forecast by their keys; one that is not known here stands as it is."""
LEVELS = ("80", "95")
CHANCE = 0.001


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """Changes, the trend in a sentence, the months as a table and a chart, and the forecast.

    A customer's own report has no forecast, and nothing that follows from one.
    """
    trend, months, own = document["trend"], document["trend"]["months"], bool(document["scope"])
    blocks: list[Block] = [Bullets(_changes(document, words))]
    if months:
        said = [_word(trend), *(() if own else _unusual(trend, words))]
        blocks += [Paragraph(words(text)) for text in said]
        blocks += [_chart(months, document["forecast"], words), _table(months, words)]
    else:
        blocks.append(Paragraph(words(t("No month is over yet, so there is no trend."))))
    if not own:
        blocks += [*_forecast(document["forecast"], words), *_past_forecasts(trend, words)]
    title = t("Trend") if own else t("Trend and forecast")
    return Section("trend", words(title), tuple(blocks))


def _changes(document: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """On the months before and on those of the year before, each with its base."""
    said = []
    for name in ("change_last_month", "change_last_year"):
        figure = document["figures"][name]
        label, base = words.label(name, "figure"), figure["denominator"]
        if base is None:
            said.append(words(t("{figure}: {dash} (nothing known to compare with)", figure=label, dash=NOTHING)))
        else:
            change = str(share(figure, signed=True))
            said.append(words(t("{figure}: {change}; {base} incidents then", figure=label, change=change, base=base)))
    return tuple(said)


def _word(trend: Mapping[str, Any]) -> Text:
    """The trend as a sentence that says what its p means."""
    word, over, p = trend.get("word"), trend.get("over"), trend.get("p")
    if p is None or word not in ("rising", "falling", "steady"):
        return t("Too few months are known ({count}) to speak of a trend.", count=over or 0)
    values = {"count": over, "p": f"< {CHANCE}" if p < CHANCE else f"= {p:.3f}"}
    if word == "rising":
        return t(
            "The number of incidents rises: over the last {count} months the later ones have more (Mann–Kendall test,"
            " p {p}: so likely would chance alone look like this).", **values,
        )  # fmt: skip
    if word == "falling":
        return t(
            "The number of incidents falls: over the last {count} months the later ones have fewer (Mann–Kendall test,"
            " p {p}: so likely would chance alone look like this).", **values,
        )  # fmt: skip
    return t(
        "The number of incidents is steady: over the last {count} months no trend shows that chance could not explain"
        " (Mann–Kendall test, p {p}).", **values,
    )  # fmt: skip


def _unusual(trend: Mapping[str, Any], words: Words) -> tuple[Text, ...]:
    """Whether the last month is out of the ordinary; nothing where none can tell."""
    expected, unusual = trend.get("expected"), trend.get("unusual")
    if expected is None or unusual is None:
        return ()
    low, high = expected["95"]
    values = {"month": words.month(expected["month"]), "actual": expected["actual"], "low": low, "high": high}
    if unusual:
        return (
            t(
                "{month} is unusual: its total of {actual} lies outside the {low} to {high} expected of it in 95 cases of 100.", **values,
            ),
        )  # fmt: skip
    return (
        t("{month} is not unusual: its total of {actual} lies within the {low} to {high} expected of it.", **values),
    )


def _table(months: list[Mapping[str, Any]], words: Words) -> Table:
    columns = heads(
        words, t("month"), t("incidents"), t("resolved"), t("reopenings"), t("open at the end"), t("imported"),
        right=(1, 2, 3, 4),
    )  # fmt: skip
    rows = tuple(
        (
            row["month"], row["incidents_total"], row["resolved"], row["reopenings"], row["backlog_end"],
            _imported(row, words),
        )
        for row in months
    )  # fmt: skip
    note = ""
    if any(row.get("source") or row["imported"] for row in months):
        note = words(t("Months marked as imported come from before the tool and tell only what was known then."))
    return Table("trend", columns, rows, words(t("The last months")), note)


def _imported(row: Mapping[str, Any], words: Words) -> Cell:
    """Where a month, or a part of it, comes from, when not from the tool."""
    if row["incidents_total"] is None:
        return words(t("not known"))
    if row.get("source"):
        return words(t("imported ({file})", file=row["source"]))
    return words(t("{count} of them imported", count=row["imported"])) if row["imported"] else ""


def _chart(months: list[Mapping[str, Any]], forecast: Mapping[str, Any] | None, words: Words) -> Chart:
    """The totals, and beyond them the forecast with its intervals."""
    points = forecast["points"] if forecast else []
    gap = (None,) * len(months)
    totals = (*(row["incidents_total"] for row in months), *(None for _ in points))
    series = [Series(words(t("incidents")), totals)]
    bands = []
    if points:
        series.append(Series(words(t("forecast")), (*gap, *(point["value"] for point in points)), dashed=True))
        for level in LEVELS:
            if any(point[level] for point in points):
                low, high = (
                    (*gap, *(point[level][side] if point[level] else None for point in points)) for side in (0, 1)
                )
                bands.append(Band(words(_interval(level)), low, high))
    return Chart(
        "totals",
        words(t("Incidents by month")),
        "lines",
        (*(row["month"] for row in months), *(point["month"] for point in points)),
        tuple(series),
        bands=tuple(bands),
        caption=words(
            t("Incidents of each month, then the forecast with its intervals.")
            if points
            else t("Incidents of each month.")
        ),
    )


def _forecast(forecast: Mapping[str, Any] | None, words: Words) -> list[Block]:
    if forecast is None:
        return [Paragraph(words(t("There are no figures yet that a forecast could be made from.")))]
    own = METHODS.get(forecast["method"])
    method = words(own) if own else forecast["method"]
    columns = heads(
        words, t("month"), t("expected incidents"), *(_interval(level) for level in LEVELS), right=(1, 2, 3)
    )
    rows = [
        (point["month"], f"{point['value']:.1f}", *(_range(point[level]) for level in LEVELS))
        for point in forecast["points"]
    ]
    said = Paragraph(words(t("The forecast is made by: {method}. The running month never enters.", method=method)))
    return [rows_or("forecast", words(t("Forecast")), columns, rows, ""), said]


def _interval(level: str) -> Text:
    return t("interval of {level}", level=f"{level}%")


def _range(interval: list[int] | None) -> str | None:
    return f"{interval[0]}–{interval[1]}" if interval else None


def _past_forecasts(trend: Mapping[str, Any], words: Words) -> list[Block]:
    """What was expected of the last month beside what came, and how often the intervals held."""
    expected = trend.get("expected")
    if expected is None:
        return []
    columns = heads(
        words, t("month"), t("expected incidents"), *(_interval(level) for level in LEVELS), t("came"),
        right=(1, 2, 3, 4),
    )  # fmt: skip
    row = (
        expected["month"], f"{expected['value']:.1f}", *(_range(expected[level]) for level in LEVELS), expected["actual"],
    )  # fmt: skip
    note = (
        t("As the report of the month before printed it.")
        if expected["issued"]
        else t("Worked out again from the months before it; no issued report had printed it.")
    )
    blocks: list[Block] = [Table("expected", columns, (row,), words(t("The last forecast and what came")), words(note))]
    held = {level: share(trend["held"][level]) for level in LEVELS}
    if any(one and one.denominator for one in held.values()):
        text = t(
            "Of the last months, 12 at the most, so many lay within the interval of 80%: {narrow}; of 95%: {wide}.",
            narrow=str(held["80"]), wide=str(held["95"]),
        )  # fmt: skip
        blocks.append(Paragraph(words(text)))
    return blocks
