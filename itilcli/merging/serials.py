"""F28: serials that were given and never published are given back: whoever publishes first has the number. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Parts = Mapping[str, Mapping[str, Any]]
SERIAL, ARCHIVED = "serial", "archived"


def without_new_serials(base: Parts, ours: Parts) -> Parts:
    """Our files without the serials that they did not have when the two sides parted."""
    return {part: held if base.get(part, {}).get(SERIAL) is not None else _without(held) for part, held in ours.items()}


def _without(held: Mapping[str, Any]) -> Mapping[str, Any]:
    if held.get(SERIAL) is None:
        return held
    kept = {key: one for key, one in held.items() if key != SERIAL}
    if isinstance(kept.get(ARCHIVED), Mapping):
        kept[ARCHIVED] = {key: one for key, one in kept[ARCHIVED].items() if key != SERIAL}
    return kept
