"""What a history tells when it is walked step by step: solutions, reopenings, holds, tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from itilcli.model.history import Entry, State, in_order
from itilcli.model.incident import Incident, Resolution
from itilcli.procedure.replay import BLANK, effects

LEFT_OUT = frozenset({"void", "merged"})
WATCHED = frozenset({"tier", "resolved_at", "resolved_tier", "hold", "hold_since", "stage"})


@dataclass(frozen=True, slots=True)
class Span:
    """One solution: when, by which tier, of which kind, and when a reopening undid it; ``derived`` from the closing."""

    resolved_at: datetime
    tier: int | None = None
    kind: str | None = None
    derived: bool = False
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold: what the case waited for, since when, until when (None: it lasts)."""

    kind: str
    begin: datetime
    end: datetime | None = None


@dataclass(slots=True)
class Trail:
    """What is gathered while a history is walked."""

    state: State = field(default_factory=State)
    spans: list[Span] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    tiers: set[int] = field(default_factory=lambda: {1})
    ended_at: datetime | None = None


def walk(history: Sequence[Entry]) -> Trail:
    """The history walked step by step in the order of happening (B23), as ``replay`` does."""
    trail = Trail()
    running = SimpleNamespace(**BLANK)
    facts, state = vars(running), cast(State, running)
    for entry in in_order(history):
        changes = effects(state, entry)
        if entry.at is not None and not WATCHED.isdisjoint(changes):
            note(trail, state, {**facts, **changes}, entry.at.astimezone(UTC))
        facts.update(changes)
    trail.state = State(**facts)
    return trail


def note(trail: Trail, before: State, after: Mapping[str, Any], at: datetime) -> None:
    """Solutions, reopenings, holds, tiers and the end without a solution, as one step changes them."""
    trail.tiers.add(after["tier"])
    if before.resolved_at != after["resolved_at"]:
        if before.resolved_at is not None and trail.spans:
            undone = replace(trail.spans.pop(), undone_at=at)
            if after["resolved_at"] is None:
                trail.spans.append(undone)
        if after["resolved_at"] is not None:
            trail.spans.append(Span(after["resolved_at"], after["resolved_tier"]))
    elif before.resolved_tier != after["resolved_tier"] and trail.spans and trail.spans[-1].undone_at is None:
        trail.spans.append(replace(trail.spans.pop(), tier=after["resolved_tier"]))
    if (before.hold, before.hold_since) != (after["hold"], after["hold_since"]):
        if before.hold is not None and trail.holds:
            trail.holds.append(replace(trail.holds.pop(), end=at))
        if after["hold"] is not None:
            trail.holds.append(Hold(after["hold"], at))
    if after["stage"] in LEFT_OUT and before.stage != after["stage"]:
        trail.ended_at = at


def solutions(incident: Incident, trail: Trail) -> Iterator[Span]:
    """The spans with the kind that each solution's record names; none lies before the report.

    An imported case that was closed and never resolved is taken as resolved at its closing, and marked derived.
    """
    state, records = trail.state, {record.at: record for record in resolutions(incident)}
    spans = trail.spans
    if (
        incident.imported
        and state.closed_at
        and state.stage == "closed"
        and not (spans and spans[-1].undone_at is None)
    ):
        record = incident.resolution or Resolution()
        spans = [*spans, Span(state.closed_at, record.tier, record.kind, derived=True)]
    for span in spans:
        known = records.get(span.resolved_at)
        yield not_before(
            state.reported_at,
            span.resolved_at,
            span.tier or (known.tier if known else None),
            known.kind if known else span.kind,
            span.derived or bool(known and known.derived),
            span.undone_at,
        )


def not_before(
    earliest: datetime | None,
    at: datetime,
    tier: int | None,
    kind: str | None,
    derived: bool,
    undone_at: datetime | None,
) -> Span:
    """A span that does not lie before the report, whatever its record says."""
    if earliest is not None and at < earliest:
        at, undone_at = earliest, max(undone_at, earliest) if undone_at else None
    return Span(at.astimezone(UTC), tier, kind, derived, utc(undone_at))


def resolutions(incident: Incident) -> Iterator[Resolution]:
    """Every recorded resolution, those that a reopening undid first."""
    yield from (row.resolution for row in incident.earlier_rounds if row.resolution)
    if incident.resolution:
        yield incident.resolution


def utc(moment: datetime | None) -> datetime | None:
    """A time in UTC: times of one zone compare several times faster."""
    return moment.astimezone(UTC) if moment is not None else None
