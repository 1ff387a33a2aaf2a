"""§5.15 4, 5: which tier solved how many; the procedure asks for the second and the third by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from itilcli.figures.measures import UNKNOWN
from itilcli.figures.tiers import TIERS
from itilcli.report.blocks import over_months
from itilcli.report.cells import heads
from itilcli.report.pages import Block, Bullets, Chart, Paragraph, Section, Table
from itilcli.report.words import Words, share
from itilcli.text import t


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The section."""
    figures = document["figures"]
    solved = figures["resolved_by_tier"]
    blocks: list[Block] = [
        Bullets(
            (
                words(t("Incidents solved by second-tier support: {count}", count=solved["2"])),
                words(t("Incidents solved by third-tier support: {count}", count=solved["3"])),
            )
        )
    ]
    if sum(solved.values()):
        meant = t(
            "First contact: by tier 1, within an hour of the first response, without a hold, a visit or a reopening."
        )
        blocks += [_table(figures, words), _first_contact(figures, words), Paragraph(words(meant), "note")]
    else:
        blocks.append(Paragraph(words(t("No incident was solved in this period."))))
    return Section("tiers", words(t("Support by tier")), (*blocks, *_chart(document, words)))


def _table(figures: Mapping[str, Any], words: Words) -> Table:
    rows = tuple(
        (
            words.label(tier, "tier"),
            number,
            share(figures["tier_rate"][tier]),
            share(figures["handled_rate"].get(tier)),
        )
        for tier, number in figures["resolved_by_tier"].items()
        if number or tier != UNKNOWN
    )
    columns = heads(words, t("tier"), t("incidents solved"), t("share"), t("solved of those it held"), right=(1, 2, 3))
    note = t("The tier that supplied the solution counts, not the one that closed the incident.")
    return Table("tiers", columns, rows, note=words(note))


def _first_contact(figures: Mapping[str, Any], words: Words) -> Paragraph:
    rate = t("Solved on the first contact: {share}", share=str(share(figures["first_contact_rate"])))
    return Paragraph(words(rate))


def _chart(document: Mapping[str, Any], words: Words) -> tuple[Chart, ...]:
    caption = t(
        "Share of each tier in the incidents solved by month, complete months only; a gap where none was solved."
    )
    chart = Chart(
        "tiers", words(t("Shares of the tiers by month")), "stacked", (), (), "percent", caption=words(caption)
    )
    unknown = any((month["resolved_by_tier"].get(UNKNOWN) or 0) > 0 for month in document["trend"]["months"])
    codes = (*TIERS, *([UNKNOWN] if unknown else []))
    return over_months(chart, document, [(words.label(tier, "tier") or tier, _of(tier)) for tier in codes])


def _of(tier: str) -> Callable[[Mapping[str, Any]], float | None]:
    def found(month: Mapping[str, Any]) -> float | None:
        solved = month["resolved_by_tier"]
        numbers = [solved.get(code) for code in TIERS]
        known = [number for number in numbers if number is not None]
        total = sum(known) + (solved.get(UNKNOWN) or 0)
        return (solved.get(tier) or 0) / total if len(known) == len(numbers) and total else None

    return found
