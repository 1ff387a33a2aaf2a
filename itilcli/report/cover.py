"""The cover: which report this is, of which months, by whom and for whom, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from itilcli.report.pages import NOTHING, shown
from itilcli.report.words import Words, moment
from itilcli.text import Text, t

SHORT = 12
"""So many characters of a commit's id are enough to find it."""


def title(document: Mapping[str, Any], words: Words) -> str:
    """What the report is called."""
    scope = document["scope"]
    if scope:
        return words(t("Monthly service report {month}", month=months(document, words)))
    if document["from"] == document["to"]:
        return words(t("Monthly incident report {month}", month=months(document, words)))
    return words(t("Incident report {months}", months=months(document, words)))


def months(document: Mapping[str, Any], words: Words) -> str:
    """The months of the report in words."""
    if document["from"] == document["to"]:
        return month(document["from"], words)
    return words(t("{first} to {last}", first=month(document["from"], words), last=month(document["to"], words)))


def month(written: str, words: Words) -> str:
    """``2026-10`` in words."""
    year, number = written.split("-")
    return words(t("{year}-{month}", year=year, month=number))


def cover(document: Mapping[str, Any], words: Words) -> tuple[tuple[str, str], ...]:
    """Pairs of a name and a value."""
    scope = document["scope"] or {}
    first = date.fromisoformat(document["from"] + "-01")
    last = (date.fromisoformat(document["to"] + "-01") + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    period = words(t("{first} to {last}", first=first.isoformat(), last=last.isoformat()))
    rows: list[tuple[Text, str | None]] = [
        (t("report number"), document["report_number"]),
        (t("organisation"), document["organisation"]),
        (t("customer"), scope.get("organisation")),
        (t("project"), scope.get("project")),
        (t("period"), period),
    ]
    if not scope:
        rows += [
            (t("reported by"), _names(document["reported_by"], words) or NOTHING),
            (t("reported to"), _names(document["reported_to"], words) or NOTHING),
        ]
    rows += [
        (t("cut-off"), _with_offset(document["as_of"])),
        (t("made from commit"), (document["commit"] or NOTHING)[:SHORT] + ("+" if document["uncommitted"] else "")),
        (t("made with"), f"itil {document['version']}"),
    ]
    return tuple((words(name), value) for name, value in rows if value)


def _names(people: list[str], words: Words) -> str:
    return words(t(", ")).join(people)


def _with_offset(written: str) -> str:
    at = moment(written)
    offset = "Z" if at is None or not at.utcoffset() else written[-6:]
    return f"{shown(at)} {offset}"
