"""What two clones recorded of one case and cannot both be true, until somebody settles it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.model.shape import plain, text
from itilcli.values import value

HISTORY = "history"
"""The field of a conflict between steps."""
WHOLE = "file"
"""The field of a conflict in a form that both sides added: ``ours`` is the whole of the other one."""


@value
class Conflict:
    """Two answers to one question: ``field`` is where (``incident:customer.phone``, ``work-order-1:approval``), ``ours`` what the
    clone that brought them together had recorded, ``theirs`` what was shared already, each with who recorded it. What the
    file holds meanwhile is theirs.

    Of ``history`` both are lists of the ids of steps, and ``values`` are the fields that those steps changed, as
    ``{field, base, ours, theirs}``.
    """

    id: str | None = text()
    field: str | None = text()
    ours: Any = plain()
    theirs: Any = plain()
    ours_by: str | None = text()
    theirs_by: str | None = text()
    values: Any = plain()

    @property
    def of_steps(self) -> bool:
        """Whether it lies between steps, and not between values of a field."""
        return self.field == HISTORY


def value_at(held: Any, path: str) -> Any:
    """What plain data holds at a dotted path; None where it holds nothing."""
    for key in path.split("."):
        held = held.get(key) if isinstance(held, Mapping) else None
    return held


def with_value_at(held: Mapping[str, Any], path: str, given: Any) -> dict[str, Any]:
    """Plain data with a value at a dotted path, without it where the value is None; a mapping left empty goes too."""
    key, _, below = path.partition(".")
    if below:
        inner = held.get(key)
        given = with_value_at(inner if isinstance(inner, Mapping) else {}, below, given) or None
    if given is None:
        return {name: one for name, one in held.items() if name != key}
    return {**held, key: given}
