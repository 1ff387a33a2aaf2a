"""The cover: which report this is, of which months, by whom and for whom, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from itilcli.report.pages import NOTHING, shown
from itilcli.report.words import Words, moment
from itilcli.text import Text, t

QUARTERS = (("01", "03"), ("04", "06"), ("07", "09"), ("10", "12"))
HALVES = (("01", "06"), ("07", "12"))
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


def banner(document: Mapping[str, Any], words: Words, status: str) -> str:
    """What must be known before reading: that it is a draft, computed anew, or of a period that is not over."""
    state, said = document["state"], []
    if state == "running":
        until = _with_offset(document["as_of"])
        said.append(t("This period is not over: what was recorded up to {time} is in it.", time=until))
    elif state == "before_tool":
        said.append(t("This was before the tool: only what history.csv tells is known of it."))
    if status == "draft" and document["issued"]:
        said.append(
            t("The report of this month was issued: {path}. This one is computed anew.", path=document["issued"])
        )
    elif status == "draft":
        said.append(t("Draft: not issued yet; its figures may still change."))
    return ("" if words.language == "zh" else " ").join(words(one) for one in said)


def months(document: Mapping[str, Any], words: Words) -> str:
    """The months of the report in words."""
    first, last = document["from"], document["to"]
    if first == last:
        return words.month(first)
    year, span = first[:4], (first[5:], last[5:])
    if first[:4] == last[:4] and span in QUARTERS:
        return words(t("quarter {number} of {year}", number=QUARTERS.index(span) + 1, year=year))
    if first[:4] == last[:4] and span in HALVES:
        half = t("first half of {year}", year=year) if span == HALVES[0] else t("second half of {year}", year=year)
        return words(half)
    if first[:4] == last[:4] and span == ("01", "12"):
        return words(t("the year {year}", year=year))
    return words(t("{first} to {last}", first=words.month(first), last=words.month(last)))


def cover(document: Mapping[str, Any], words: Words) -> tuple[tuple[str, str], ...]:
    """Pairs of a name and a value."""
    scope = document["scope"] or {}
    first = date.fromisoformat(document["from"] + "-01")
    last = (date.fromisoformat(document["to"] + "-01") + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    period = words(t("{first} to {last}", first=words.day(first), last=words.day(last)))
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
