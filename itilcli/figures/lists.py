"""The table of what a report names one by one, besides its figures: the key in JSON and the function of each list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itilcli.figures import (
    appendix,
    approvals,
    calls,
    fieldwork,
    hand_offs,
    knowledge,
    late,
    notable,
    quality,
    returned,
    unsolved,
)
from itilcli.figures.book import Book
from itilcli.figures.period import Period
from itilcli.model.phone import without_phones

LISTS: dict[str, Callable[[Book, Period], Any]] = {
    "major_incidents": notable.major_incidents,
    "major_carried": notable.major_carried,
    "complaints": notable.complaints,
    "complaints_carried": notable.complaints_carried,
    "late_responses": late.late_responses,
    "service": fieldwork.service,
    "visits": fieldwork.visits,
    "work_orders": approvals.work_orders,
    "verbal_approvals": approvals.verbal_approvals,
    "follow_ups": calls.follow_ups,
    "dissatisfied": calls.dissatisfied,
    "open_incidents": unsolved.open_incidents,
    "reopened": returned.reopened,
    "workarounds": returned.workarounds,
    "hand_offs": hand_offs.hand_offs,
    "knowledge": knowledge.knowledge,
    "nonconformities": quality.nonconformities,
    "data_quality": quality.data_quality,
    "incidents": appendix.incidents,
}

INTERNAL = frozenset({"hand_offs", "nonconformities", "data_quality", "work_orders", "verbal_approvals"})
"""Lists that a customer's own report leaves out."""
WITHIN = {
    "incidents": ("broken",),
    "open_incidents": ("owner",),
    "major_incidents": ("told_at", "told_instead"),
    "major_carried": ("told_at", "told_instead"),
}
"""What it leaves out of the rows of other lists."""
FREE_TEXT = frozenset({"title", "text", "comment", "reason", "cause", "solution", "outcome", "project"})
"""Where a phone number may have been written into a text."""


def lists(book: Book, period: Period) -> dict[str, Any]:
    """Every list by its name: plain data, times in RFC 3339 by the desk's clock, codes as in the files."""
    return {name: compute(book, period) for name, compute in LISTS.items()}


def for_customer(found: dict[str, Any]) -> dict[str, Any]:
    """The lists of a customer's own report, without what is internal."""
    kept = {name: rows for name, rows in found.items() if name not in INTERNAL}
    for name, hidden in WITHIN.items():
        kept[name] = [{key: row[key] for key in row if key not in hidden} for row in kept[name]]
    return {name: _silent(rows) for name, rows in kept.items()}


def _silent(found: Any, name: str = "") -> Any:
    """A list without the phone numbers that somebody wrote into a text."""
    if isinstance(found, dict):
        return {key: _silent(value, key) for key, value in found.items()}
    if isinstance(found, list):
        return [_silent(one, name) for one in found]
    return without_phones(found, "…") if isinstance(found, str) and name in FREE_TEXT else found
