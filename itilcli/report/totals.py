"""§5.15 1: how many incidents there were, and of which kind, channel, customer and project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.figures.measures import UNKNOWN
from itilcli.report.blocks import counted, most
from itilcli.report.cells import ids
from itilcli.report.pages import Block, Bullets, Paragraph, Section, Table
from itilcli.report.words import Words
from itilcli.text import Text, t


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The section; what was voided or merged stands beside the total, which leaves it out."""
    figures = document["figures"]
    total = figures["incidents_total"]
    blocks: list[Block] = [Paragraph(words(_said(total["value"])))]
    ended = [words(text) for name in ("voided", "merged") if (text := _ended(name, figures[name], words))]
    if ended:
        blocks.append(Bullets(tuple(ended)))
    if total["value"]:
        blocks += _tables(total, bool(document["scope"]), words)
    return Section("totals", words(t("Incidents of the period")), tuple(blocks))


def _said(total: int) -> Text:
    if not total:
        return t("No incident was reported in this period.")
    return t("Incidents reported in this period: {count}", count=total)


def _ended(name: str, figure: Mapping[str, Any], words: Words) -> Text | None:
    """What was voided or merged, which no other figure counts."""
    if not figure["value"]:
        return None
    values = {"count": figure["value"], "incidents": ids(figure["incidents"], words)}
    if name == "voided":
        return t("Voided in this period and in no other figure: {count} ({incidents})", **values)
    return t("Merged in this period and in no other figure: {count} ({incidents})", **values)


def _tables(total: Mapping[str, Any], scoped: bool, words: Words) -> list[Table]:
    tables = [
        counted("by_type", t("type"), "type", total["by_type"], words),
        counted("by_category", t("category"), "category", total["by_category"], words),
        counted("by_channel", t("channel"), "channel", total["by_channel"], words),
    ]
    if not scoped:
        tables.append(most("by_customer", t("customer"), total["by_customer"], t("customer not known"), words))
    if set(total["by_project"]) != {UNKNOWN}:
        tables.append(most("by_project", t("project"), total["by_project"], t("no project named"), words))
    return tables
