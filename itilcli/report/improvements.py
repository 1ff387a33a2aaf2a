"""Problems and improvements: the manager's own words, and what became of what earlier reports named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from itilcli.report.cells import cut, heads, rows_or
from itilcli.report.pages import Block, Cell, Paragraph, Section
from itilcli.report.words import Words, day, moment
from itilcli.text import t


def layout(document: Mapping[str, Any], words: Words) -> Section | None:
    """The text and the improvements; of a customer's own report only a text that was written for it."""
    title = words(t("Problems and improvements"))
    if not document["scope"]:
        return Section("improvements", title, (_comment(document, words), _actions(document, words)))
    return Section("improvements", title, (_comment(document, words),)) if document["comment"] else None


def _comment(document: Mapping[str, Any], words: Words) -> Block:
    if document["comment"]:
        return Paragraph(document["comment"], "free")
    if document.get("unattended"):
        text = t("This report was issued unattended, without a text of the incident manager.")
        return Paragraph(words(text), "warning")
    return Paragraph(words(t("The incident manager has not written anything here yet.")), "note")


def _actions(document: Mapping[str, Any], words: Words) -> Block:
    """Those still open, and those done or given up since the period began."""
    at = moment(document["as_of"])
    today = at.date() if at else date.min
    columns = heads(
        words,
        t("improvement number"),
        t("improvement"),
        t("who sees to it"),
        t("due"),
        t("state"),
        t("done on"),
        t("note"),
    )
    rows = [
        (
            one["id"], cut(one["text"]), one["owner"], day(one["due"]), _state(one, today, words), day(one["done_on"]),
            cut(one["note"]),
        )
        for one in document["actions"]
        if one["state"] == "open" or (one["done_on"] or "") >= document["from"]
    ]  # fmt: skip
    empty = words(t("No improvement is open, and none was finished since this period began."))
    return rows_or("actions", words(t("Improvements followed up")), columns, rows, empty)


def _state(one: Mapping[str, Any], today: date, words: Words) -> Cell:
    """The state; of an open one that is past its day for how long."""
    label = words.label(one["state"], "action_state")
    due = day(one["due"])
    if one["state"] != "open" or due is None or due >= today:
        return label
    return words(t("{state}, {days} days overdue", state=label, days=(today - due).days))
