"""What of a file two sides do not agree about, leaf by leaf: all else of it is joined. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from itilcli.merging.plain import Clash, joined
from itilcli.model.conflict import value_at

GIVEN = ("by", "at", "recorded_by", "sha256")
"""What says of a mapping that it is one answer, given whole by somebody: two of them are not mixed."""


def leaves(base: Any, ours: Any, theirs: Any, clashes: Iterable[Clash]) -> list[Clash]:
    """The places that are to be settled, each with both answers, as paths of keys with dots between.

    Of a mapping that was there before it is what lies inside, as each side changed it; an answer that both sides gave is
    one, whole; so is a list, of which either answer holds what only one side put there.
    """
    paths = [one.path for one in clashes]
    found = dict.fromkeys(_place(base, path, paths) for path in paths)
    return [Clash(place, *_answers(*(value_at(side, place) for side in (base, ours, theirs)))) for place in found]


def _place(base: Any, path: str, paths: list[str]) -> str:
    """The outermost place on the way to a clash that is answered whole."""
    here = ""
    for key in path.split("."):
        here = f"{here}.{key}" if here else key
        base = base.get(key) if isinstance(base, Mapping) else None
        if not isinstance(base, Mapping) or any(f"{here}.{name}" in paths for name in GIVEN):
            break
    return here


def _answers(base: Any, ours: Any, theirs: Any) -> tuple[Any, Any]:
    if isinstance(base, list | None) and isinstance(ours, list) and isinstance(theirs, list):
        return joined(base, theirs, ours, "", []), joined(base, ours, theirs, "", [])
    return ours, theirs
