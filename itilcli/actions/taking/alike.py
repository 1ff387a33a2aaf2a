"""Other cases of the same customer: possible duplicates of a new one (warned of, never merged), and recurring faults (B13)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from itilcli.desk import Desk
from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.customer import WHOLE, digits, plain
from itilcli.model.incident import Customer
from itilcli.procedure.recurrence import how_judged, marks
from itilcli.store import cases
from itilcli.text import t

DUPLICATE_DAYS = 30


def possible_duplicates(desk: Desk, case: Case) -> tuple[dict[str, str], ...]:
    """Open cases that this one may be about: the caller's own first (``caller``), then those of the last weeks from the
    same customer in the same category (``kind``)."""
    incident = case.incident
    if incident.customer is None or incident.reported_at is None:
        return ()
    callers = [other for other in open_of_caller(desk, incident.customer) if other.id != case.id]
    known = {case.id, *(other.id for other in callers)}
    since = (desk.world().day(incident.reported_at) - timedelta(days=DUPLICATE_DAYS)).strftime("INC-%Y%m%d")
    alike = [
        other
        for other in open_holding(desk, incident.customer.organisation, incident.customer.phone)
        if other.id not in known
        and other.id >= since
        and other.incident.category == incident.category
        and same_customer(incident.customer, other.incident.customer)
    ]
    return tuple(as_row(other, why) for why, found in (("caller", callers), ("kind", alike)) for other in found)


def as_row(case: Case, why: str) -> dict[str, str]:
    """A case that may be meant, as programs see it."""
    state = case.state
    title = case.incident.title or ""
    return {"id": case.id, "title": title, "why": why, "stage": state.stage, "assignee": state.assignee or ""}


def open_of_caller(desk: Desk, caller: Customer) -> list[Case]:
    """The caller's open cases of the last :data:`itilcli.desk.LATELY` days, newest first: the same whole phone number, or the
    same organisation and the same contact or extension."""
    phone, name = digits(caller.phone), plain(caller.contact)

    def calls(other: Customer | None) -> bool:
        if other is None or not same_customer(caller, other):
            return False
        same_phone = phone != "" and phone == digits(other.phone)
        return same_phone or (name != "" and name == plain(other.contact))

    return [case for case in open_holding(desk, caller.organisation, caller.phone) if calls(case.incident.customer)]


def same_customer(one: Customer, other: Customer | None) -> bool:
    """Whether two callers are of the same organisation, or have the same whole phone number."""
    if other is None:
        return False
    phone, name = digits(one.phone), plain(one.organisation)
    return (len(phone) >= WHOLE and phone == digits(other.phone)) or (name != "" and name == plain(other.organisation))


def open_holding(desk: Desk, *texts: str | None) -> Iterator[Case]:
    """The open cases of the last :data:`itilcli.desk.LATELY` days that hold one of these texts, or these digits, newest first.

    A file is parsed only when its bytes say that it is open and hold one of them.
    """
    marks = [re.compile(pattern(text)) for text in texts if text and text.strip()]
    for one in desk.open_lately if marks else ():
        if any(mark.search(one.data) for mark in marks):
            case = desk.case(one.id).case
            if case.state.status == "open":
                yield case


def pattern(text: str) -> bytes:
    """What finds a text in a file's bytes; of a phone number only the digits count."""
    number = digits(text)
    if number and not any(char.isalpha() for char in text):
        return b"[^0-9\n]{0,3}".join(digit.encode() for digit in number)
    return re.escape(text.encode())


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
    hint = how_judged(case.id, case.state.stage in ("archived", "closed"))
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
    for folder, case_id in since_day(desk, since.isoformat()):
        if case_id != case.id and any(name in cases.raw_bytes(folder, case_id) for name in names):
            yield desk.case(case_id).case


def since_day(desk: Desk, day: str) -> Iterator[tuple[Path, str]]:
    """The cases in the folders from ``day`` on, newest first: of these, what is asked for is in few."""
    for folder in cases.folders(desk.root):
        if "-".join(folder.parts[-3:]) < day:
            return
        yield from ((folder, case_id) for case_id, parts in cases.names_in(folder).items() if "incident" in parts)
