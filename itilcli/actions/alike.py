"""Other cases of the same customer: possible duplicates of a new one (warned of, never merged), and recurring faults (B13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.model.case import Case
from itilcli.procedure.recurrence import marks
from itilcli.store import cases, files
from itilcli.text import t

DUPLICATE_DAYS = 30


def possible_duplicates(desk: Desk, case: Case) -> tuple[dict[str, str], ...]:
    """Open cases of the last weeks from the same customer, in the same category."""
    category = case.incident.category
    return tuple(
        {"id": other.id, "title": other.incident.title or ""}
        for other in of_customer(desk, case, DUPLICATE_DAYS)
        if other.state.status == "open" and other.incident.category == category
    )


def recurring(desk: Desk, case: Case) -> list[Problem]:
    """B13: a warning where this fault is one of so many alike ones lately, and none was handed to problem management."""
    mine = set(marks(case.incident))
    known = case.incident.problem
    if not mine or (known and not known.none):
        return []
    alike = [
        other for other in of_customer(desk, case, desk.settings.recurrence_days) if mine & set(marks(other.incident))
    ]
    handed_over = any(other.incident.problem and not other.incident.problem.none for other in alike)
    if handed_over or len(alike) + 1 < desk.settings.recurrence_count:
        return []
    message = t(
        "{count} alike faults in {days} days, and no problem was handed over",
        count=len(alike) + 1,
        days=desk.settings.recurrence_days,
    )
    hint = t("judge it: itil problem {id} --reason recurring --ref …", id=case.id)
    return [Problem("W-5.9-recurring", message, hint, "5.9", "incident:problem", person=case.state.owner or "")]


def of_customer(desk: Desk, case: Case, days: int) -> Iterator[Case]:
    """Earlier and later cases of the same organisation or phone number, reported within so many days before this one.

    A file is parsed only when its bytes hold one of the two.
    """
    customer, reported = case.incident.customer, case.incident.reported_at
    names = [mark.encode() for mark in (customer.organisation, customer.phone) if mark] if customer else []
    if not names or reported is None:
        return
    since = desk.world().day(reported) - timedelta(days=days)
    for folder in cases.folders(desk.root):
        if "-".join(folder.parts[-3:]) < since.isoformat():
            return
        for case_id, parts in cases.names_in(folder).items():
            if "incident" in parts and case_id != case.id and any(name in raw_bytes(folder, case_id) for name in names):
                yield desk.case(case_id).case


def raw_bytes(folder: Path, case_id: str) -> bytes:
    """An incident file's bytes, unread; empty when it cannot be read."""
    try:
        return files.read_bytes(folder / f"{case_id}.incident.yaml")
    except Refused:
        return b""
