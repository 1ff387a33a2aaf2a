"""Nonconformities, and what the records of the period do not tell; no part of a customer's own report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.cells import cut, heads, ids, rows_or
from itilcli.report.pages import Block, Paragraph, Section, Share
from itilcli.report.words import Words, share
from itilcli.text import Text, t

GAPS: dict[str, Text] = {
    "type": t("type not stated"),
    "category": t("fault without a category"),
    "severity": t("severity not stated"),
    "priority": t("priority not stated"),
    "channel": t("channel not known"),
    "customer": t("customer not known"),
    "first_response": t("no first response recorded"),
    "imported": t("imported from another log"),
    "tier": t("solved, tier not known"),
    "derived": t("solved, time taken from the closing"),
    "no_promise": t("solved, no time agreed or expected"),
}


def layout(document: Mapping[str, Any], words: Words) -> Section | None:
    """Rules broken, gaps in the records, incidents not counted."""
    if document["scope"]:
        return None
    blocks = [
        *_rules(document, words),
        *_gaps(document["lists"]["data_quality"], words),
        *_not_counted(document, words),
    ]
    return Section("conformity", words(t("Nonconformities and data quality")), tuple(blocks))


def _rules(document: Mapping[str, Any], words: Words) -> list[Block]:
    rate, found = document["figures"]["nonconformity"], document["lists"]["nonconformities"]
    said = Paragraph(words(t("Solved incidents in which a rule was broken: {rate}.", rate=str(share(rate)))))
    columns = heads(words, t("rule"), t("what was not kept"), t("incidents"), t("incident numbers"), right=(2,))
    rows = [(number, words.label(number, "rule"), len(rows), ids(rows, words)) for number, rows in found.items()]
    title = words(t("Nonconformities by rule"))
    return [said, rows_or("nonconformities", title, columns, rows, words(t("No rule was broken.")))]


def _gaps(found: Mapping[str, Any], words: Words) -> list[Block]:
    rows = [
        (words(GAPS[one["name"]]), Share(one["count"], one["of"]), ids(one["incidents"], words))
        for one in found["gaps"]
        if one["count"]
    ]
    columns = heads(words, t("what is missing"), t("share"), t("incident numbers"), right=(1,))
    blocks: list[Block] = [
        rows_or("data_quality", words(t("Data quality")), columns, rows, words(t("The records have no gaps.")))
    ]
    late = found["late_entries"]
    if late["count"]:
        text = t(
            "Late entries, recorded more than a day after the step happened: {count} ({ids}).",
            count=late["count"], ids=ids(late["incidents"], words),
        )  # fmt: skip
    else:
        text = t("No step was recorded more than a day after it happened.")
    blocks.append(Paragraph(words(text)))
    if found["calendar_missing"]:
        years = words(t(", ")).join(map(str, found["calendar_missing"]))
        text = t("Working days of {years} are provisional: the desk has no calendar of it yet.", years=years)
        blocks.append(Paragraph(words(text), "warning"))
    return blocks


def _not_counted(document: Mapping[str, Any], words: Words) -> list[Block]:
    blocks: list[Block] = []
    left_out = document["left_out"]
    if left_out:
        text = t(
            "Counted in no figure, because their records are in fault: {count} ({ids}).",
            count=len(left_out), ids=ids(sorted(left_out), words),
        )  # fmt: skip
        blocks.append(Paragraph(words(text), "warning"))
    rows = [(one["id"], cut(one["reason"])) for one in document["excluded"]]
    if rows:
        columns = heads(words, t("incident number"), t("reason"))
        blocks.append(rows_or("excluded", words(t("Left out of this report by decision")), columns, rows, ""))
    return blocks
