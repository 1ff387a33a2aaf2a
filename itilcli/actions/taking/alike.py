"""Other cases of the same customer: possible duplicates of a new one (warned of, never merged), and recurring faults (B13)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.model.case import Case
from itilcli.model.customer import WHOLE, digits, plain
from itilcli.model.incident import Customer, Incident
from itilcli.model.shape import decode
from itilcli.procedure.recurrence import how_judged, marks
from itilcli.procedure.replay import ignore
from itilcli.store import cases, yaml
from itilcli.store.open_cases import Unparsed
from itilcli.text import t

DUPLICATE_DAYS = 30
_ABOUT = ("id", "category", "customer")
"""What of an incident tells whether it may be meant."""


def possible_duplicates(desk: Desk, case: Case) -> tuple[dict[str, str], ...]:
    """Open cases that this one may be about: the caller's own first (``caller``), then those of the last weeks from the
    same customer in the same category (``kind``)."""
    incident = case.incident
    caller, reported = incident.customer, incident.reported_at
    if caller is None or reported is None:
        return ()
    since = (desk.world().day(reported) - timedelta(days=DUPLICATE_DAYS)).strftime("INC-%Y%m%d")

    def alike(other: Incident) -> bool:
        lately = (other.id or "") >= since and other.category == incident.category
        return lately and same_customer(caller, other.customer)

    found: dict[str, list[Case]] = {"caller": [], "kind": []}
    fits: Callable[[Incident], bool] = lambda other: calls(caller, other.customer) or alike(other)  # noqa: E731
    for other in open_holding(desk, fits, caller.organisation, caller.phone):
        if other.id != case.id:
            found["caller" if calls(caller, other.incident.customer) else "kind"].append(other)
    return tuple(as_row(other, why) for why, rows in found.items() for other in rows)


def as_row(case: Case, why: str) -> dict[str, str]:
    """A case that may be meant, as programs see it."""
    state = case.state
    title = case.incident.title or ""
    return {"id": case.id, "title": title, "why": why, "stage": state.stage, "assignee": state.assignee or ""}


def open_of_caller(desk: Desk, caller: Customer) -> list[Case]:
    """The caller's open cases of the last :data:`itilcli.desk.LATELY` days, newest first: the same whole phone number, or the
    same organisation and the same contact or extension."""
    return list(open_holding(desk, lambda other: calls(caller, other.customer), caller.organisation, caller.phone))


def calls(caller: Customer, other: Customer | None) -> bool:
    """Whether two callers are the same person, as far as can be told."""
    if other is None or not same_customer(caller, other):
        return False
    phone, name = digits(caller.phone), plain(caller.contact)
    return (phone != "" and phone == digits(other.phone)) or (name != "" and name == plain(other.contact))


def same_customer(one: Customer, other: Customer | None) -> bool:
    """Whether two callers are of the same organisation, or have the same whole phone number."""
    if other is None:
        return False
    phone, name = digits(one.phone), plain(one.organisation)
    return (len(phone) >= WHOLE and phone == digits(other.phone)) or (name != "" and name == plain(other.organisation))


def open_holding(desk: Desk, fits: Callable[[Incident], bool], *texts: str | None) -> Iterator[Case]:
    """The open cases of the last :data:`itilcli.desk.LATELY` days that hold one of these texts, or these digits, newest
    first, without their forms.

    A file is parsed only when its bytes say that it is open and hold one of them.

    :param fits: whether one is wanted; asked of an incident that holds its ID, category and customer and no more.
    """
    marks = [re.compile(pattern(text)) for text in texts if text and text.strip()]
    for one in desk.open_lately if marks else ():
        if any(mark.search(one.data) for mark in marks):
            case = incident_alone(desk, one, fits)
            if case is not None and case.state.status == "open":
                yield case


def incident_alone(desk: Desk, found: Unparsed, fits: Callable[[Incident], bool]) -> Case | None:
    """The case that an incident file makes without forms; None where it does not fit, or cannot be read."""
    path = cases.path_of(found.id, "incident")
    try:
        raw = yaml.read(desk.read(path) if path in desk.unfinished_paths else found.data, path)
    except Refused:
        return None
    if not fits(decode(Incident, {name: raw[name] for name in _ABOUT if name in raw}, ignore)):
        return None
    return cases.assemble({"incident": raw}, path.removesuffix(f"incident{cases.SUFFIX}"), [])


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
