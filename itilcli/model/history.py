"""F33: the entries of a case's history, and the narrow state that they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.model.shape import anything, moment, parse_moment, text
from itilcli.values import value


@value
class Entry:
    """One step of a case: when it happened and when it was recorded, who did it and who recorded it, under which clause.

    ``set`` holds the values of classification, people and times that the step sets; a form holds everything else.
    """

    id: str | None = text()
    at: datetime | None = moment()
    recorded_at: datetime | None = moment()
    by: str | None = text()
    recorded_by: str | None = text()
    action: str | None = text()
    clause: str | None = text()
    form: str | None = text()
    reason: str | None = text()
    set: dict[str, Any] | None = anything()

    def value(self, name: str) -> Any:
        """The value this step sets, or None."""
        return self.set.get(name) if self.set else None

    @property
    def delay_minutes(self) -> int:
        """How long after it happened the step was recorded, in minutes (补录 when it is more than a few)."""
        if self.at is None or self.recorded_at is None:
            return 0
        return max(0, int((self.recorded_at - self.at).total_seconds() // 60))


@value
class State:
    """What a history adds up to: the facts that decide which step may come next.

    ``waiting`` is the form of a work order not yet decided or visited, ``visit`` that of a visit not yet over, ``asked_from``
    the stage that asked for the dispatch, ``returns`` the tiers that a case came up through.
    """

    stage: str = ""
    tier: int = 1
    owner: str | None = None
    assignee: str | None = None
    type: str | None = None
    category: str | None = None
    severity: str | None = None
    importance: str | None = None
    urgency: str | None = None
    major: bool | None = None
    reported_at: datetime | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_tier: int | None = None
    closed_at: datetime | None = None
    hold: str | None = None
    hold_since: datetime | None = None
    hold_until: datetime | None = None
    waiting: str | None = None
    approved: bool = False
    visit: str | None = None
    asked_from: str | None = None
    returns: tuple[int, ...] = ()
    reopened: int = 0

    @property
    def status(self) -> str:
        """B24: closed, void and merged cases are completed, all others open."""
        return "completed" if self.stage in ("closed", "void", "merged") else "open"


CORRECT, SETTLE, SYNC = "correct", "settle", "sync"
DROPPED = "dropped"
"""What an entry that settles a conflict sets: the ids of the steps that count no longer."""


def dropped(history: Sequence[Entry]) -> frozenset[str]:
    """The ids of the steps that count no longer since conflicts were settled.

    Where two settlements of one conflict differ, neither drops anything, until a later one drops one of the two.
    """
    rulings = [
        (entry.id, _contested(entry), frozenset(one for one in ids if isinstance(one, str)))
        for entry in history
        if entry.action == SETTLE and isinstance(ids := entry.value(DROPPED), list)
    ]
    gone: frozenset[str] = frozenset()
    for _ in rulings:  # each turn decides at least one of them for good: those that no later one is about
        live = [row for row in rulings if row[0] not in gone]
        counting = [
            ids for _, about, ids in live if not any(about & other and ids != others for _, other, others in live)
        ]
        now = frozenset[str]().union(*counting)
        if now == gone:
            break
        gone = now
    return gone


def _contested(entry: Entry) -> frozenset[str]:
    """The conflicts between steps that an entry settles, each by the steps that it is about."""
    rows = entry.value("conflicts")
    found = (
        [row for row in rows if isinstance(row, dict) and row.get("field") == "history"]
        if isinstance(rows, list)
        else []
    )
    return frozenset(" ".join(sorted(str(row.get(side)) for side in ("ours", "theirs"))) for row in found)


def effective(history: Sequence[Entry]) -> Sequence[Entry]:
    """B25: the entries as their later corrections leave them: with another time, or taken back; those dropped when a
    conflict was settled count no longer.

    The history itself keeps every entry unaltered; what counts is this.
    """
    known, counting = _last[0]
    if known is history:
        return counting
    counting = _counting(history)
    if type(history) is tuple:  # of a list nobody knows whether it still holds the same
        _last[0] = (history, counting)
    return counting


_last: list[tuple[Sequence[Entry] | None, Sequence[Entry]]] = [(None, ())]
"""The history that was asked about last: a dozen rules ask in turn about one case."""


def _counting(history: Sequence[Entry]) -> Sequence[Entry]:
    gone = dropped(history) if any(entry.action == SETTLE for entry in history) else frozenset()
    amended: dict[str, list[Entry]] = {}
    for entry in history:
        if entry.action == CORRECT and entry.set and "step" in entry.set and entry.id not in gone:
            amended.setdefault(entry.set["step"], []).append(entry)
    if not amended and not gone:
        return history
    kept = []
    for entry in history:
        if entry.id in gone:
            continue
        changes = amended.get(entry.id or "", ())
        if any(change.value("retracted") for change in changes):
            continue
        for change in changes:
            entry = moved(entry, change.value("at"))
        kept.append(entry)
    return kept


@value
class Told:
    """A step as its story tells it: its number in the order of recording, and what later corrections say of it."""

    number: int
    entry: Entry
    retracted: bool = False
    recorded_as: datetime | None = None


def told(history: Sequence[Entry]) -> list[Told]:
    """Every step, those taken back too, as they happened by their corrections (B25)."""
    now = {entry.id: entry for entry in effective(history)}
    rows = [
        Told(
            number,
            now.get(entry.id, entry),
            entry.id not in now,
            entry.at if now.get(entry.id, entry).at != entry.at else None,
        )
        for number, entry in enumerate(history, 1)
    ]
    return sorted((row for row in rows if row.entry.at is not None), key=lambda row: _happened(row.entry))


def moved(entry: Entry, to: object) -> Entry:
    """An entry at another time, with the times it sets that are its own."""
    at = parse_moment(to) if isinstance(to, str) else None
    if at is None or entry.at is None:
        return entry
    own = entry.at.isoformat()
    values = {name: at.isoformat() if given == own else given for name, given in (entry.set or {}).items()}
    return replace(entry, at=at, set=values or None)


def in_order(history: Sequence[Entry]) -> list[Entry]:
    """B23: entries as they happened, by their corrections; those of one moment stay in the order of recording."""
    return sorted((entry for entry in effective(history) if entry.at is not None), key=_happened)


def _happened(entry: Entry) -> float:
    return entry.at.timestamp() if entry.at is not None else 0.0
