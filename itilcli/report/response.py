"""§5.15 2: whether and how fast incidents were answered and solved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.blocks import BESIDE, capped, durations, incident
from itilcli.report.cells import heads
from itilcli.report.pages import Block, Chart, Column, Minutes, Paragraph, Section, Series, Share, Table
from itilcli.report.words import Words, moment, share
from itilcli.text import Text, t

BANDS = {
    "up_to_1_hour": t("up to 1 hour"),
    "up_to_4_hours": t("1 to 4 hours"),
    "up_to_8_hours": t("4 to 8 hours"),
    "up_to_1_day": t("8 to 24 hours"),
    "up_to_3_days": t("1 to 3 days"),
    "up_to_7_days": t("3 to 7 days"),
    "over_7_days": t("over 7 days"),
}
PROMISES = {
    "contract": t("time of the contract"),
    "agreed": t("time agreed with the customer"),
    "expected": t("time the customer expects"),
}


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The section."""
    figures = document["figures"]
    blocks: list[Block] = [
        *_rates(figures, words),
        *_late(document, words),
        *_times(figures, words),
        *(_on_time(figures["resolution_on_time"], words) if figures["time_to_resolve"]["count"] else ()),
    ]
    return Section("response", words(t("Response and timeliness")), tuple(blocks))


def label(rate: Mapping[str, Any], words: Words) -> str:
    """What the rate is called: in time only where the desk has targets."""
    answered = rate["labelled"] == "answered"
    return words(t("answered")) if answered else words.label("response_rate", "figure") or ""


def _rates(figures: Mapping[str, Any], words: Words) -> list[Block]:
    """K2 as a whole, by channel and by severity."""
    rate, total = figures["response_rate"], figures["incidents_total"]
    if not total["value"]:
        return [Paragraph(words(t("No incident was reported in this period, so there was none to answer.")))]
    whole = t("{rate}: {share}", rate=label(rate, words), share=str(share(rate)))
    blocks: list[Block] = [Paragraph(words(whole))]
    if rate["labelled"] == "answered":
        note = t("No response targets are set, so it counts whether an incident was answered, not how fast.")
        blocks.append(Paragraph(words(note), "note"))
    elif rate["without_target"]:
        note = t("Left out, as their severity has no target: {count}", count=rate["without_target"])
        blocks.append(Paragraph(words(note), "note"))
    taken = t("A call on the hotline is answered when it is taken; all else with the first guidance, session or visit.")
    blocks.append(Paragraph(words(taken), "note"))
    for kind, counts in (("channel", total["by_channel"]), ("severity", figures["by_severity"])):
        title = t("channel") if kind == "channel" else t("severity")
        rows = tuple(
            (words.label(code, kind), number, share(rate[f"by_{kind}"].get(code)))
            for code, number in counts.items()
            if number or code not in BESIDE
        )
        columns = (*heads(words, title, t("incidents"), right=(1,)), Column(label(rate, words), right=True))
        blocks.append(Table(f"response_by_{kind}", columns, rows))
    return blocks


def _late(document: Mapping[str, Any], words: Words) -> list[Block]:
    """The incidents that were not answered, or not in time, one by one."""
    rows, targeted = document["lists"]["late_responses"], document["figures"]["response_rate"]["labelled"] == "in_time"
    if not document["figures"]["incidents_total"]["value"]:
        return []
    if not rows:
        said = t("No incident was answered late.") if targeted else t("Every incident was answered.")
        return [Paragraph(words(said))]
    shown, more = capped(rows, words)
    table = Table(
        "late_responses",
        heads(
            words, t("incident number"), t("customer"), t("title"), t("severity"), t("reported at"),
            t("first response"), t("target (minutes)"), t("waited (working minutes)"), right=(6, 7),
        ),
        tuple(
            (
                *incident(row), words.label(row["severity"], "severity"), moment(row["reported_at"]),
                moment(row["first_response_at"]), row["target_minutes"], _whole(row["waited_minutes"]),
            )
            for row in shown
        ),
        words(t("Answered late or not yet") if targeted else t("Not answered")),
        words(t("Without a first response the waiting lasts to the cut-off of this report.")),
    )  # fmt: skip
    return [table, *more]


def _whole(minutes: float | None) -> int | None:
    return None if minutes is None else round(minutes)


def _times(figures: Mapping[str, Any], words: Words) -> list[Block]:
    """K8, the waiting within it, and how the times to resolve are spread."""
    resolve = figures["time_to_resolve"]
    named = [(words.label(name, "figure") or name, figures[name]) for name in ("time_to_respond", "time_to_resolve")]
    counted = any(figure["count"] for _, figure in named)
    blocks: list[Block] = [durations("times", t("Times in hours"), named, words)] if counted else []
    if not resolve["count"]:
        return [*blocks, Paragraph(words(t("No incident was solved in this period.")))]
    notes = [
        t(
            "Waiting for the customer and until an agreed date is taken out of the time to resolve; all other waiting counts."
        )
    ]
    if resolve["derived"]:
        notes.append(t("{count} imported incidents count as resolved when they were closed.", count=resolve["derived"]))
    blocks += [Paragraph(words(note), "note") for note in notes]
    return [*blocks, _spread(resolve["histogram"], words), _waiting(resolve["waiting"], words)]


def _spread(histogram: Mapping[str, int], words: Words) -> Chart:
    return Chart(
        "resolve_time",
        words(t("Time to resolve")),
        "bars",
        tuple(words(BANDS[name]) for name in histogram),
        (Series(words(t("incidents")), tuple(histogram.values())),),
        caption=words(t("How many of the incidents solved in this period took how long, by the calendar.")),
    )


def _waiting(waiting: Mapping[str, Mapping[str, Any]], words: Words) -> Table | Paragraph:
    """The waiting of the solved incidents, by what they waited for."""
    rows = tuple(
        (words.label(kind, "hold"), row["count"], Minutes(row["calendar_minutes"]), Minutes(row["working_minutes"]))
        for kind, row in waiting.items()
        if row["count"]
    )
    if not rows:
        return Paragraph(words(t("None of the incidents solved in this period was on hold.")))
    columns = heads(words, t("waiting"), t("incidents"), t("hours"), t("working hours"), right=(1, 2, 3))
    note = t("Waiting of the incidents solved in this period; those still on hold are not in it.")
    return Table("waiting", columns, rows, words(t("On hold")), words(note))


def _on_time(figure: Mapping[str, Any], words: Words) -> list[Block]:
    """K9, as a whole and by what was promised."""
    if not figure["denominator"]:
        return [Paragraph(words(t("No incident solved in this period had a time promised.")))]
    promises: list[tuple[Text, Mapping[str, Any]]] = [
        (PROMISES[kind], row) for kind, row in figure["by_promise"].items()
    ]
    promises.append((t("all promises"), figure))
    rows = tuple((words(text), row["denominator"], _share(row)) for text, row in promises)
    columns = heads(words, t("what was promised"), t("incidents"), t("solved in time"), right=(1, 2))
    title = words.label("resolution_on_time", "figure") or ""
    note = t("The contract's time decides, else the first time agreed, else the time the customer expects.")
    return [Table("resolution_on_time", columns, rows, title, words(note))]


def _share(row: Mapping[str, Any]) -> Share:
    return Share(row["numerator"], row["denominator"])
