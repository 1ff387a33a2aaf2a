"""Records to try a template with: one in which every field is answered, each otherwise, and one in which none is."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from itilcli.model.shape import Shape, shapes

BEGIN = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
EACH = 2
"""So many rows has each list."""


class Full:
    """Makes records whose every field is answered; texts name their fields, and no two times or numbers are alike."""

    def __init__(self) -> None:
        self._count = 0

    def record(self, form: type, path: str = "") -> Any:
        """A record of this form."""
        kinds = {row.name: str(row.type) for row in fields(cast(Any, form)) if "shape" in row.metadata}
        known = shapes(cast(Hashable, form))
        given = {name: self._value(known[name.rstrip("_")], kind, f"{path}{name}") for name, kind in kinds.items()}
        return form(**given)

    def _value(self, shape: Shape, kind: str, path: str) -> Any:
        self._count += 1
        if shape.part is not None:
            rows = tuple(self.record(shape.part, f"{path}.{number}.") for number in range(1, EACH + 1))
            return rows if kind.startswith("tuple") else self.record(shape.part, f"{path}.")
        if kind.startswith("tuple"):
            return tuple(f"‹{path}.{number}›" for number in range(1, EACH + 1))
        if shape.codes is not None:
            return next(iter(shape.codes))
        moment = BEGIN + timedelta(days=self._count, minutes=self._count)
        plain: dict[str, Any] = {
            "str": f"‹{path}›", "int": 1, "bool": not path.endswith("none"), "datetime": moment, "date": moment.date(),
            "dict": {"field": f"‹{path}›"}, "Any": f"‹{path}›",
        }  # fmt: skip
        return plain[kind.partition(" ")[0].partition("[")[0]]
