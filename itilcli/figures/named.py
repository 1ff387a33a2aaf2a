"""How a list names an incident, and how it writes a time."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from itilcli.figures.facts import Facts


def named(row: Facts) -> dict[str, Any]:
    """Number, customer and title of an incident."""
    return {"id": row.id, "customer": row.organisation, "title": row.title}


def written(moment: datetime | None, zone: tzinfo) -> str | None:
    """A time as RFC 3339 by the desk's clock; None for none."""
    return moment.astimezone(zone).isoformat() if moment is not None else None


def by_report(row: Facts) -> tuple[float, str]:
    """To sort incidents by when they were reported, those of one moment by their numbers."""
    return (row.reported_at.timestamp() if row.reported_at else 0.0, row.id)


def solved(row: Facts, at: datetime) -> bool:
    """Whether a solution of the case stood at a moment."""
    return any(span.resolved_at <= at and (span.undone_at is None or span.undone_at > at) for span in row.spans)
