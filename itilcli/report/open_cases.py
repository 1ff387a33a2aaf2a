"""K10: what was not solved when the period ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.blocks import capped, incident
from itilcli.report.cells import cut, heads
from itilcli.report.pages import Block, Cell, Chart, Paragraph, Section, Series, Share, Table
from itilcli.report.words import Words, moment
from itilcli.text import t

AGES = {
    "up_to_7_days": t("up to 7 days"),
    "8_to_30_days": t("8 to 30 days"),
    "31_to_90_days": t("31 to 90 days"),
    "over_90_days": t("over 90 days"),
}


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The section; a customer's own report does not name the owners."""
    figures = document["figures"]
    blocks: list[Block] = [_identity(figures, words)]
    if figures["backlog_end"]["value"]:
        blocks += _ageing(figures["backlog_end"], words)
        blocks += _list(document["lists"]["open_incidents"], words, bool(document["scope"]))
    else:
        blocks.append(Paragraph(words(t("No incident was open at the end of this period."))))
    return Section("open_cases", words(t("Open incidents")), tuple(blocks))


def _identity(figures: Mapping[str, Any], words: Words) -> Table:
    """What was open before, came in, was solved and came back makes what is left."""
    rows = tuple(
        (f"{sign}{words.label(name, 'figure')}", figures[name]["value"])
        for sign, name in (
            ("", "backlog_start"), ("+ ", "incidents_total"), ("− ", "resolutions"), ("+ ", "reopenings"),
            ("= ", "backlog_end"),
        )
    )  # fmt: skip
    return Table("backlog", heads(words, t("figure"), t("count"), right=(1,)), rows)


def _ageing(backlog: Mapping[str, Any], words: Words) -> list[Block]:
    labels, counts = tuple(words(AGES[name]) for name in backlog["ageing"]), tuple(backlog["ageing"].values())
    rows = tuple((label, count, Share(count, backlog["value"])) for label, count in zip(labels, counts, strict=True))
    table = Table("ageing", heads(words, t("age"), t("count"), t("share"), right=(1, 2)), rows)
    if sum(1 for count in counts if count) < 2:
        return [table]
    return [
        table,
        Chart(
            "ageing",
            words(t("Age of the open incidents")),
            "bars",
            labels,
            (Series(words(t("incidents")), counts),),
            caption=words(t("How long the incidents open at the end of this period had been open by then.")),
        ),
    ]


def _list(rows: list[Mapping[str, Any]], words: Words, own: bool) -> list[Block]:
    """The open incidents, the oldest first; past :data:`ROWS` the younger ones are only counted."""
    shown, more = capped(rows, words)
    titles = [
        t("incident number"), t("customer"), t("title"), t("severity"), t("priority"), t("age (days)"), t("stage"),
        t("on hold for"), t("on hold since"), t("owner"),
    ]  # fmt: skip
    kept = len(titles) - own
    columns = heads(words, *titles[:kept], right=(5,))
    cells = tuple(_row(row, words)[:kept] for row in shown)
    note = t("Age at the end of this period, or at the cut-off while it still runs; stage and hold at the cut-off.")
    return [Table("open_incidents", columns, cells, words(t("Open incidents, the oldest first")), words(note)), *more]


def _row(row: Mapping[str, Any], words: Words) -> tuple[Cell, ...]:
    hold = row["hold"]
    return (
        *incident(row),
        words.label(row["severity"], "severity"),
        words.label(row["priority"], "priority"),
        row["age_days"],
        words.label(row["stage"], "stage"),
        cut(_waits(hold, words)) if hold else None,
        moment(hold["since"]) if hold else None,
        cut(row.get("owner")),
    )


def _waits(hold: Mapping[str, Any], words: Words) -> str:
    """What a case waits for, and what was said of it."""
    kind = words.label(hold["kind"], "hold") or ""
    return words(t("{label}: {value}", label=kind, value=hold["reason"])) if hold["reason"] else kind
