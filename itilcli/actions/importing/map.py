"""The map that explains a foreign log: which column holds what, and which step a state stands for (docs/importing.md).

A map is read to its end: everything wrong in it is told at once, each with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from re import Pattern

from itilcli.model import codes as c
from itilcli.model.codes import Codes

TEXT, TIME = "text", "time"
FIELDS: dict[str, str | Codes] = {
    "title": TEXT,
    "reported_at": TIME,
    "received_by": TEXT,
    "channel": c.CHANNEL,
    "channel_detail": TEXT,
    "organisation": TEXT,
    "contact": TEXT,
    "phone": TEXT,
    "email": TEXT,
    "address": TEXT,
    "symptom": TEXT,
    "business_impact": TEXT,
    "expected_by": TIME,
    "type": c.TYPE,
    "category": c.CATEGORY,
    "severity": c.SEVERITY,
    "importance": c.IMPORTANCE,
    "urgency": c.URGENCY,
    "priority": c.SQUARE,
    "project": TEXT,
    "item": TEXT,
    "supplier": TEXT,
    "contract": TEXT,
    "supplier_ref": TEXT,
    "due_at": TIME,
    "owner": TEXT,
    "first_response_at": TIME,
    "resolved_at": TIME,
    "resolved_by": TEXT,
    "kind": c.SOLUTION_KIND,
    "solution": TEXT,
    "change": TEXT,
    "problem": TEXT,
    "confirmed_by": TEXT,
    "method": c.CONFIRM_METHOD,
    "closed_at": TIME,
    "closed_by": TEXT,
}
"""The fields a map may fill, named as on the command line, and how each is read."""

STEPS = (
    "new",
    "classify",
    "respond",
    *(f"hold {on}" for on in c.HOLD),
    "resolve",
    "close",
    "reopen",
    "void",
    "none",
)
"""What a state of the log may stand for; ``none`` says nothing about the case."""

EVENTS, INCIDENTS = "events", "incidents"
BY_TIME, BY_FILE = "time", "file"


@dataclass(frozen=True, slots=True)
class Value:
    """Where one field comes from: a constant, or columns (several are joined), translated by ``values``.

    A value that ``values`` does not list is taken as it is, or is ``otherwise`` where that is given.
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    join: str = " · "


@dataclass(frozen=True, slots=True)
class TierRule:
    """A row is with ``tier`` where its ``column`` passes the one test that is given."""

    tier: int
    column: str
    at_least: int | None = None
    is_one_of: frozenset[str] | None = None
    matches: Pattern[str] | None = None
    known: bool | None = None

    def holds(self, value: str | None) -> bool:
        """Whether a row with this value (None: missing) is with the tier."""
        if self.known is not None:
            return (value is not None) is self.known
        if value is None:
            return False
        if self.at_least is not None:
            return value.isdecimal() and int(value) >= self.at_least
        if self.is_one_of is not None:
            return value in self.is_one_of
        return self.matches is not None and self.matches.search(value) is not None


@dataclass(frozen=True, slots=True)
class Map:
    """A map as it was read. ``mentions`` says where it names which column, for the messages."""

    name: str = ""
    rows: str = EVENTS
    key: str = ""
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    missing: frozenset[str] = frozenset({""})
    formats: tuple[str, ...] = ()
    zone: tzinfo | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    at: str | None = None
    by: str | None = None
    assignee: str | None = None
    group: str | None = None
    order: str = BY_TIME
    state: str | None = None
    steps: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    tiers: tuple[TierRule, ...] = ()
    keep: tuple[str, ...] | None = ()
    mentions: tuple[tuple[str, tuple[str | int, ...]], ...] = ()

    def columns(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """The columns worth keeping of a file with this header, each once, in the header's order."""
        if self.keep is None:
            return header
        wanted = {column for column, _ in self.mentions}
        return tuple(column for column in dict.fromkeys(header) if column in wanted)

    def kept(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """The columns that go into ``source.values``."""
        return header if self.keep is None else self.keep

    def tier(self, value_of: Mapping[str, str | None]) -> int:
        """The tier that has a row: that of the first rule that holds, else 1."""
        return next((rule.tier for rule in self.tiers if rule.holds(value_of[rule.column])), 1)

    def unknown(self, header: tuple[str, ...]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """The columns named that the file does not have, with their places in the map."""
        known = set(header)
        return ((column, place) for column, place in self.mentions if column not in known)
