"""The parsed files of a case as the merging reads them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.merging.plain import canonical
from itilcli.model.case import Case
from itilcli.model.conflict import HISTORY, Conflict, value_at, with_value_at
from itilcli.model.history import Entry, State
from itilcli.model.incident import Incident
from itilcli.model.shape import decode, parse_moment
from itilcli.store.cases import assemble

Plain = Mapping[str, Any]
Parts = Mapping[str, Plain]
"""The files of a case as parsed, by part: ``incident``, ``remote-1`` …"""
INCIDENT, CONFLICTS = "incident", "conflicts"


def case_of(parts: Parts) -> Case:
    """The case that these files hold."""
    return assemble({part: dict(held) for part, held in parts.items()}, "", [])


def state_of(parts: Parts) -> State:
    """What the history of a case adds up to."""
    return case_of({INCIDENT: parts[INCIDENT]}).state if INCIDENT in parts else State()


def entries_of(parts: Parts) -> list[Entry]:
    """The history of a case."""
    return list(decode(Incident, dict(parts.get(INCIDENT, {})), lambda problem: None).history)


def conflicts_of(parts: Parts) -> dict[str, Conflict]:
    """What is to be settled of a case, by its id."""
    rows = parts.get(INCIDENT, {}).get(CONFLICTS)
    found = [decode(Conflict, row, lambda problem: None) for row in _mappings(rows)]
    return {one.id: one for one in found if one.id}


def steps_contested(parts: Parts) -> bool:
    """Whether it is open which steps of a case count."""
    return any(row.get("field") == HISTORY for row in _mappings(parts.get(INCIDENT, {}).get(CONFLICTS)))


def once(conflicts: list[Any]) -> list[Any]:
    """Rows of ``conflicts`` without those that two clones found each by itself: the same two answers to one question."""
    found: dict[str, Any] = {}
    for row in conflicts:
        held = row if isinstance(row, Mapping) else {}
        sides = sorted(canonical(held.get(side)) for side in ("ours", "theirs"))
        found.setdefault(f"{held.get('field')} {sides}", row)
    return list(found.values())


def recorded(entry: Any) -> float:
    """When a row of a parsed history was recorded, in seconds."""
    moment = parse_moment(str(entry.get("recorded_at")))
    return moment.timestamp() if moment else 0.0


def held_at(parts: Parts, field: str) -> Any:
    """The value of a field (``incident:customer.phone``); None where there is none."""
    part, _, path = field.partition(":")
    return value_at(parts.get(part, {}), path)


def put_at(parts: dict[str, dict[str, Any]], field: str, value: Any) -> None:
    """Writes a field of one of the files, or takes it out (None); what lies above it is there."""
    part, _, path = field.partition(":")
    if part in parts:
        parts[part] = with_value_at(parts[part], path, value)


def _mappings(rows: Any) -> list[Plain]:
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
