"""The summary: three sentences made from the figures, and the leading figures side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from itilcli.figures.compared import COUNT, RATE
from itilcli.report.cover import months
from itilcli.report.pages import Block, Cell, Column, Minutes, Paragraph, Points, Section, Share, Table
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


AIMS = (1, 7)
"""The columns of the desk's own targets, which a customer's own report has none of."""


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The first section of every report."""
    said = ("" if words.language == "zh" else " ").join(sentences(document, words))
    blocks: list[Block] = [Paragraph(said), *_not_counted(document, words)]
    return Section("summary", words(t("Summary")), (*blocks, _table(document["compared"], document, words)))


def _not_counted(document: Mapping[str, Any], words: Words) -> list[Block]:
    """What the figures leave out, said where they are read first."""
    excluded = [one["id"] for one in document["excluded"]]
    left_out = [*document["left_out"], *excluded]
    if not left_out:
        return []
    text = t("{count} incidents are not counted, their records being in fault: {ids}", count=len(left_out),
             ids=words(t(", ")).join(left_out))  # fmt: skip
    return [Paragraph(words(text), "warning")]


def sentences(document: Mapping[str, Any], words: Words) -> tuple[str, str, str]:
    """What came in, how it was dealt with, what customers say and what is to be expected."""
    parts = (came_in(document, words), dealt_with(document), after(document, words))
    return tuple(_sentence([words(clause) for clause in clauses], words) for clauses in parts)  # type: ignore[return-value]


def _sentence(clauses: Sequence[str], words: Words) -> str:
    """Clauses as one sentence."""
    said = words(t("; ")).join(clauses)
    return words(t("{sentence}.", sentence=said[:1].upper() + said[1:]))


def came_in(document: Mapping[str, Any], words: Words) -> list[Text]:
    """The clauses of the first sentence."""
    figures, when = document["figures"], months(document, words)
    total = next(row["now"] for row in document["compared"] if row["figure"] == "incidents_total")
    change, before = figures["change_last_month"], total - figures["incidents_total"]["value"]
    severity, major = figures["by_severity"], len(document["lists"]["major_incidents"])
    if document["state"] == "before_tool":
        return [t("in {months}, before this tool, {total} incidents were reported", months=when, total=total)]
    if total == 0:
        return [t("in {months} no incident was reported", months=when)]
    if change["denominator"] and document["state"] == "over":
        by = Share(change["numerator"], change["denominator"], signed=True).percent()
        first = t(
            "in {months} {total} incidents were reported, {change} against the period before",
            months=when, total=total, change=by,
        )  # fmt: skip
    else:
        first = t("in {months} {total} incidents were reported", months=when, total=total)
    graded = t(
        "{high} of high severity, {medium} medium, {low} low",
        high=severity["high"], medium=severity["medium"], low=severity["low"],
    )  # fmt: skip
    early = t("of {count} of them, from before the tool, only the number is known", count=before)
    return [
        first,
        *([early] if before else []),
        graded,
        *([t("{count} of them major", count=major)] if major else []),
    ]


def dealt_with(document: Mapping[str, Any]) -> list[Text]:
    """The clauses of the second sentence."""
    figures, clauses = document["figures"], []
    response, solved = figures["response_rate"], figures["resolved_by_tier"]
    if response["denominator"]:
        answered = response["labelled"] == "answered"
        said = t("{response} were answered", response=str(share(response)))
        clauses.append(said if answered else t("{response} were answered in time", response=str(share(response))))
    if sum(solved.values()):
        clauses.append(
            t(
                "{resolved} were solved, {tier2} of them by tier 2 and {tier3} by tier 3, in {hours} hours on average",
                resolved=sum(solved.values()), tier2=solved["2"], tier3=solved["3"],
                hours=str(Minutes(figures["time_to_resolve"]["calendar_minutes"]["mean"])),
            )
        )  # fmt: skip
    else:
        clauses.append(t("none was solved"))
    return [*clauses, t("{open} were open at the end", open=figures["backlog_end"]["value"])]


def after(document: Mapping[str, Any], words: Words) -> list[Text]:
    """The clauses of the third sentence: what customers say, targets missed, what the next month may bring."""
    satisfied, complaints = document["figures"]["satisfaction"], len(document["lists"]["complaints"])
    clauses = [
        t("customer satisfaction was {satisfied}", satisfied=str(share(satisfied)))
        if satisfied["denominator"]
        else t("no customer gave a score")
    ]
    if complaints:
        clauses.append(t("{count} complaints came in", count=complaints))
    if not document["scope"]:
        clauses.append(_aims(document, words))
    point = document["forecast"]["points"][0] if document["forecast"] else None
    if point and point["80"] is None:
        clauses.append(
            t(
                "about {value} incidents are to be expected in {month}",
                value=f"{point['value']:.0f}",
                month=words.month(point["month"]),
            )
        )
    elif point:
        clauses.append(
            t(
                "about {value} incidents are to be expected in {month} (four times in five between {low} and {high})",
                value=f"{point['value']:.0f}", month=words.month(point["month"]), low=point["80"][0], high=point["80"][1],
            )
        )  # fmt: skip
    return clauses


def _aims(document: Mapping[str, Any], words: Words) -> Text:
    """How many targets were kept."""
    aimed = [row for row in document["compared"] if row["met"] is not None]
    missed = [label(row["figure"], document, words) for row in aimed if not row["met"]]
    if missed:
        names = words(t(", ")).join(missed)
        return t("{count} of {all} targets were missed ({names})", count=len(missed), all=len(aimed), names=names)
    return t("all {all} targets were met", all=len(aimed)) if aimed else t("no targets are set")


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
    cells = [_row(row, document, words) for row in rows]
    kept = [place for place in range(len(titles)) if not (document["scope"] and place in AIMS)]
    return Table(
        "leading",
        tuple(Column(words(titles[place][0]), titles[place][1]) for place in kept),
        tuple(tuple(row[place] for place in kept) for row in cells),
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
        _status(row["met"], words),
    )


def _status(met: bool | None, words: Words) -> str | None:
    """A word with a sign, which stands out without colours as well."""
    if met is None:
        return None
    word = t("met") if met else t("missed")
    return f"{'✓' if met else '✗'} {words(word)}"


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
