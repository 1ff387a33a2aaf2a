"""The summary: three sentences made from the figures, and the leading figures side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.figures.compared import COUNT, RATE
from itilcli.report.cover import months
from itilcli.report.pages import Cell, Column, Minutes, Paragraph, Points, Section, Share, Table
from itilcli.report.words import Words, share
from itilcli.text import Label, Text, t

OWN_LABELS = {
    row.code: row
    for row in (
        Label("tier1_rate", "一线解决率", "solved by tier 1"),
        Label("resolved_tier2", "二线支持解决事件数", "solved by tier 2"),
        Label("resolved_tier3", "三线支持解决事件数", "solved by tier 3"),
        Label("mean_time_to_resolve", "平均解决时间（小时）", "mean time to resolve (hours)"),
    )
}


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The first section of every report."""
    said = ("" if words.language == "zh" else " ").join(words(text) for text in sentences(document, words))
    return Section("summary", words(t("Summary")), (Paragraph(said), _table(document["compared"], document, words)))


def sentences(document: Mapping[str, Any], words: Words) -> tuple[Text, Text, Text]:
    """What came in, how it was dealt with, what customers say and what is to be expected."""
    return came_in(document, words), dealt_with(document), after(document, words)


def came_in(document: Mapping[str, Any], words: Words) -> Text:
    """The first sentence."""
    figures = document["figures"]
    total, change = figures["incidents_total"]["value"], figures["change_last_month"]
    severity, major = figures["by_severity"], len(document["lists"]["major_incidents"])
    when = months(document, words)
    if total == 0:
        return t("In {months} no incident was reported.", months=when)
    values = {
        "months": when, "total": total, "high": severity["high"], "medium": severity["medium"], "low": severity["low"],
        "major": major,
    }  # fmt: skip
    if change["denominator"] is None or not change["denominator"]:
        return t(
            "In {months} {total} incidents were reported: {high} of high severity, {medium} medium, {low} low;"
            " {major} major ones.", **values,
        )  # fmt: skip
    return t(
        "In {months} {total} incidents were reported, {change} against the period before: {high} of high severity,"
        " {medium} medium, {low} low; {major} major ones.",
        change=Share(change["numerator"], change["denominator"], signed=True).percent(), **values,
    )  # fmt: skip


def dealt_with(document: Mapping[str, Any]) -> Text:
    """The second sentence."""
    figures = document["figures"]
    solved = figures["resolved_by_tier"]
    response = figures["response_rate"]
    values = {
        "response": str(share(response)),
        "resolved": sum(solved.values()),
        "tier2": solved["2"],
        "tier3": solved["3"],
        "hours": str(Minutes(figures["time_to_resolve"]["calendar_minutes"]["mean"])),
        "open": figures["backlog_end"]["value"],
    }
    if response["labelled"] == "answered":
        return t(
            "{response} were answered; {resolved} were solved, {tier2} of them by tier 2 and {tier3} by tier 3,"
            " taking {hours} hours on average; {open} were open at the end.", **values,
        )  # fmt: skip
    return t(
        "{response} were answered in time; {resolved} were solved, {tier2} of them by tier 2 and {tier3} by tier 3,"
        " taking {hours} hours on average; {open} were open at the end.", **values,
    )  # fmt: skip


def after(document: Mapping[str, Any], words: Words) -> Text:
    """The third sentence: satisfaction, targets missed, and what the next month may bring."""
    satisfied = str(share(document["figures"]["satisfaction"]))
    aimed = [row for row in document["compared"] if row["met"] is not None]
    missed = [label(row["figure"], document, words) for row in aimed if not row["met"]]
    if missed:
        aims = t("{count} of {all} targets were missed ({names})", count=len(missed), all=len(aimed),
                 names=words(t(", ")).join(missed))  # fmt: skip
    elif aimed:
        aims = t("all {all} targets were met", all=len(aimed))
    else:
        aims = t("no targets are set")
    next_month = document["forecast"]["points"][0] if document["forecast"] else None
    if next_month is None:
        return t("Customer satisfaction was {satisfied}; {aims}.", satisfied=satisfied, aims=words(aims))
    value = f"{next_month['value']:.0f}"
    if next_month["80"] is None:
        return t(
            "Customer satisfaction was {satisfied}; {aims}; about {value} incidents are to be expected in {month}.",
            satisfied=satisfied, aims=words(aims), month=next_month["month"], value=value,
        )  # fmt: skip
    low, high = next_month["80"]
    return t(
        "Customer satisfaction was {satisfied}; {aims}; about {value} incidents are to be expected in {month}"
        " (four times in five between {low} and {high}).",
        satisfied=satisfied, aims=words(aims), month=next_month["month"], value=value, low=low, high=high,
    )  # fmt: skip


def label(name: str, document: Mapping[str, Any], words: Words) -> str:
    """What a leading figure is called."""
    if name == "response_rate" and document["figures"]["response_rate"]["labelled"] == "answered":
        return words(t("answered"))
    own = OWN_LABELS.get(name)
    return words(own) if own else words.label(name, "figure") or name


def _table(rows: list[Mapping[str, Any]], document: Mapping[str, Any], words: Words) -> Table:
    titles = (
        (t("figure"), False), (t("target"), True), (t("this period"), True), (t("period before"), True),
        (t("change"), True), (t("year ago"), True), (t("change"), True), (t("status"), False),
    )  # fmt: skip
    return Table(
        "leading",
        tuple(Column(words(title), right) for title, right in titles),
        tuple(_row(row, document, words) for row in rows),
        words(t("Leading figures")),
        words(t("Changes of rates are in percentage points (pp); a dash stands where there is nothing to divide by.")),
    )


def _row(row: Mapping[str, Any], document: Mapping[str, Any], words: Words) -> tuple[Cell, ...]:
    kind = row["kind"]
    return (
        label(row["figure"], document, words),
        _target(row["target"], kind),
        _value(row["now"], kind),
        _value(row["last"], kind),
        _change(row["change_last"], kind),
        _value(row["year_ago"], kind),
        _change(row["change_year"], kind),
        None if row["met"] is None else words(t("met") if row["met"] else t("missed")),
    )


def _target(target: Mapping[str, Any] | None, kind: str) -> str | None:
    if target is None:
        return None
    value = f"{target['value'] * 100:g}%" if kind == RATE else f"{target['value']:g}"
    return f"{'≥' if target['at_least'] else '≤'} {value}"


def _value(value: Any, kind: str) -> Cell:
    if value is None:
        return None
    if kind == RATE:
        return share(value)
    return int(value) if kind == COUNT else Minutes(value)


def _change(value: Any, kind: str) -> Cell:
    if value is None:
        return None
    if kind == RATE:
        return Points(value)
    if kind == COUNT:
        return Share(value["numerator"], value["denominator"], signed=True)
    base = round(value["denominator"])
    return Share(round(value["numerator"]), base, signed=True).percent() if base else None
