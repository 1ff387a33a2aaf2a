"""§5.2, F5: incident models (``models/NAME.yaml``): an approved classification and guidance for a usual fault."""

from __future__ import annotations

from typing import Any

from itilcli.desk import Desk


def with_model(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    """The answers with those of the model named; what was typed counts."""
    return values
