"""§5.14: what customers said when they were called, and whether they were called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from itilcli.report.blocks import capped, counted, incident, over_months
from itilcli.report.cells import cut, heads
from itilcli.report.pages import Block, Cell, Chart, Paragraph, Section, Share, Table
from itilcli.report.words import Words, moment, share
from itilcli.text import t

STATES = {"answered": t("answered, closed"), "open": t("still open")}
DUE = {
    "reached": t("customer reached"),
    "refused": t("customer refused the call"),
    "not_reached": t("called, not reached"),
    "not_called": t("not called yet"),
}


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The section."""
    figures, lists = document["figures"], document["lists"]
    blocks: list[Block] = [
        *_figures(figures, words),
        *_due(lists["follow_ups"], words),
        *_dissatisfied(lists["dissatisfied"], words),
        *_complaints(lists, words),
        *_chart(document, words),
    ]
    return Section("satisfaction", words(t("Satisfaction and follow-up")), tuple(blocks))


def _figures(figures: Mapping[str, Any], words: Words) -> list[Block]:
    """K6 and K7."""
    found = figures["satisfaction"]
    coverage = Share(found["coverage_numerator"], found["coverage_denominator"])
    rows: tuple[tuple[Cell, ...], ...] = (
        (words.label("satisfaction", "figure"), share(found)),
        (words(t("mean satisfaction, 5 to 1")), found["mean"]),
        (words(t("follow-ups with a score")), coverage),
        (words.label("follow_up_on_time", "figure"), share(figures["follow_up_on_time"])),
    )
    note = t("Satisfied are scores of 4 and 5; each solution counts with the last score given in this period.")
    columns = heads(words, t("figure"), t("value"), right=(1,))
    blocks: list[Block] = [Table("satisfaction", columns, rows, note=words(note))]
    if found["denominator"]:
        blocks.append(counted("by_score", t("score"), "satisfaction", found["by_score"], words))
    return blocks


def _due(found: Mapping[str, Any], words: Words) -> list[Block]:
    """The follow-ups due in the period, and the calls made in it."""
    blocks: list[Block] = []
    if found["due"]:
        rows = tuple((words(label), found[name], Share(found[name], found["due"])) for name, label in DUE.items())
        columns = heads(words, t("follow-ups due in this period"), t("count"), t("share"), right=(1, 2))
        blocks.append(Table("follow_ups", columns, rows))
    else:
        blocks.append(Paragraph(words(t("No follow-up was due in this period."))))
    calls = sum(found["calls"].values())
    if calls:
        shown = ((words.label(code, "follow_up_result") or code, number) for code, number in found["calls"].items())
        results = words(t(", ")).join(f"{label} {number}" for label, number in shown)
        blocks.append(
            Paragraph(words(t("Calls made in this period: {count} ({results})", count=calls, results=results)))
        )
    return blocks


def _dissatisfied(rows: list[Mapping[str, Any]], words: Words) -> list[Block]:
    """Scores of 1 and 2, one by one."""
    if not rows:
        return [Paragraph(words(t("No customer was dissatisfied in this period.")))]
    shown, more = capped(rows, words)
    columns = heads(
        words, t("incident number"), t("customer"), t("title"), t("score"), t("what the customer said"),
        t("called at"), t("complaint"),
    )  # fmt: skip
    cells = tuple(
        (
            *incident(row), words.label(row["score"], "satisfaction"), cut(row["comment"]), moment(row["called_at"]),
            words(t("yes") if row["complaint"] else t("no")),
        )
        for row in shown
    )  # fmt: skip
    return [Table("dissatisfied", columns, cells, words(t("Dissatisfied customers"))), *more]


def _complaints(lists: Mapping[str, Any], words: Words) -> list[Block]:
    """The complaints of the period, and older ones that nobody has answered yet."""
    blocks: list[Block] = []
    for name, title in (
        ("complaints", t("Complaints of the period")),
        ("complaints_carried", t("Earlier complaints, still open")),
    ):
        if lists[name]:
            shown, more = capped(lists[name], words)
            rows = tuple(_complaint(row, words) for row in shown)
            columns = heads(
                words, t("incident number"), t("customer"), t("title"), t("complaint"), t("recorded at"), t("state"),
                t("answered at"), t("outcome"),
            )  # fmt: skip
            blocks += [Table(name, columns, rows, words(title)), *more]
    return blocks or [Paragraph(words(t("There was no complaint in this period.")))]


def _complaint(row: Mapping[str, Any], words: Words) -> tuple[Cell, ...]:
    answered = row["state"] == "answered"
    return (
        *incident(row),
        cut(row["text"]),
        moment(row["recorded_at"]),
        words(STATES[row["state"]]),
        moment(row["answered_at"]) if answered else None,
        cut(row["outcome"]) if answered else None,
    )


def _chart(document: Mapping[str, Any], words: Words) -> tuple[Chart, ...]:
    title = words.label("satisfaction", "figure") or ""
    caption = t("Satisfied among the scores, and follow-ups with a score, by month; a gap where there was none.")
    chart = Chart("satisfaction", title, "lines", (), (), "percent", caption=words(caption))
    series = [(title, _of("satisfaction")), (words(t("follow-ups with a score")), _of("coverage"))]
    return over_months(chart, document, series)


def _of(name: str) -> Callable[[Mapping[str, Any]], float | None]:
    def found(month: Mapping[str, Any]) -> float | None:
        rate = month.get(name)
        return rate["value"] if rate else None

    return found
