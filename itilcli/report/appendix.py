"""The appendix: every incident of the period in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.cells import cut, heads, rows_or
from itilcli.report.pages import Cell, Paragraph, Section
from itilcli.report.words import Words, moment
from itilcli.text import t


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """Fewer columns than the data hold."""
    columns = heads(
        words, t("incident number"), t("reported at"), t("customer"), t("title"), t("type"), t("severity"), t("priority"),
        t("tier"), t("stage"), t("resolved at"),
    )  # fmt: skip
    rows = [_row(one, words) for one in document["lists"]["incidents"]]
    empty = words(t("This period has no incident."))
    said = t(
        "Reported, solved, reopened or called back in the period, to be called back in it, or open at its end. The tier is"
        " the one that solved the incident."
    )
    first = (Paragraph(words(said), "note"),) if rows else ()
    title = words(t("Appendix: the incidents"))
    return Section("appendix", title, (*first, rows_or("incidents", "", columns, rows, empty)))


def _row(one: Mapping[str, Any], words: Words) -> tuple[Cell, ...]:
    return (
        one["id"],
        moment(one["reported_at"]),
        cut(one["customer"]),
        cut(one["title"]),
        words.label(one["type"], "type"),
        words.label(one["severity"], "severity"),
        words.label(one["priority"], "priority"),
        words.label(one["tier"], "tier"),
        words.label(one["stage"], "stage"),
        moment(one["resolved_at"]),
    )
