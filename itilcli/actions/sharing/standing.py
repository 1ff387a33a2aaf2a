"""What of the cases that came or went is to be settled and was not known to one of the two sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from itilcli.journal.shared import Held, Shared
from itilcli.merging.parts import INCIDENT, conflicts_of
from itilcli.model.conflict import Conflict
from itilcli.store import yaml
from itilcli.store.cases import PLACE, SUFFIX

Changed = Mapping[str, tuple[Held | None, Held | None]]
MOST = 2000
"""So many cases are looked at; where more have come at once they are a desk's first clone."""


def new_conflicts(shared: Shared, changes: Iterable[Changed]) -> dict[str, tuple[Conflict, ...]]:
    """The conflicts that stand after these changes and did not before them, by the ID of the case."""
    rows = [
        (path, before, after)
        for changed in changes
        for path, (before, after) in changed.items()
        if after and PLACE.match(path) and path.endswith(f".{INCIDENT}{SUFFIX}")
    ]
    if len(rows) > MOST:
        return {}
    data = shared.contents((held.blob, path) for path, *sides in rows for held in sides if held)
    found: dict[str, dict[str, Conflict]] = {}
    for path, before, after in rows:
        was, now = (_conflicts(data[held.blob, path], path) if held else {} for held in (before, after))
        fresh = {id_: one for id_, one in now.items() if id_ not in was}
        if fresh:
            found.setdefault(PLACE.match(path)[0].rpartition("/")[2], {}).update(fresh)  # type: ignore[index]
    return {case_id: tuple(one.values()) for case_id, one in found.items()}


def _conflicts(data: bytes, path: str) -> dict[str, Conflict]:
    if b"\nconflicts:" not in data:
        return {}
    held: dict[str, Any] = yaml.read(data, path)
    return conflicts_of({INCIDENT: held})
