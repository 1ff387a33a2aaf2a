"""The steps of every case as the index keeps them: for SQL, and for questions about many histories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from itilcli.desk import Desk
from itilcli.index import Kind, Memo, Unusable
from itilcli.model.shape import parse_moment
from itilcli.store.cases import Stored

NAME = "steps"
LAYOUT = "1"
"""Raised whenever what is kept of a step changes."""


def steps_kind() -> Kind:
    """The kind under which the steps of a case are kept."""
    return Kind(NAME, LAYOUT, made)


def made(folder: str, case_id: str, stored: Stored) -> Memo:
    """The steps in the order of their file: when it was and was recorded, what, clause, who, who recorded, form, why."""
    rows: list[list[Any]] = [
        [
            entry.at and entry.at.isoformat(), entry.recorded_at and entry.recorded_at.isoformat(), entry.action,
            entry.clause, entry.by, entry.recorded_by, entry.form, entry.reason,
        ]
        for entry in stored.case.incident.history
    ]  # fmt: skip
    return Memo(json.dumps(rows, ensure_ascii=False, separators=(",", ":")))


def steps_of(desk: Desk, person: str) -> Iterator[datetime]:
    """When somebody made a step or wrote one down, on whatever case; the steps without a time are left out."""
    if desk.index is not None:
        with suppress(Unusable):
            found = desk.index.holding(
                steps_kind(), int(desk.now.timestamp()), [json.dumps(person, ensure_ascii=False)]
            )
            yield from (at for row in found for at in times_in(row.data or "[]", person))
            return
    for stored in desk.cases():
        for entry in stored.case.incident.history:
            if entry.at and person in (entry.by, entry.recorded_by):
                yield entry.at


def times_in(data: str, person: str) -> Iterator[datetime]:
    """The times of the steps of a case, as they are kept, that are somebody's."""
    for at, _, _, _, by, recorded_by, *_ in json.loads(data):
        if at and person in (by, recorded_by) and (moment := parse_moment(at)):
            yield moment
