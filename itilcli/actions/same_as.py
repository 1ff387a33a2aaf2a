"""B27: one more caller of the same outage: a child of the case that is known."""

from __future__ import annotations

from typing import Any

from itilcli.desk import Desk


def with_same(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    """The answers with those of the case named by ``same_as``; what was typed counts."""
    return values
