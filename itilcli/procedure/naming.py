"""How people call what the procedure keeps as codes: where a case stands, and what a step did."""

from __future__ import annotations

from datetime import date

from itilcli import procedure
from itilcli.model.case import Case
from itilcli.model.codes import STAGE, UNSIGNED
from itilcli.model.history import Entry, State
from itilcli.model.people import People
from itilcli.procedure.glance import Glance, unaccepted
from itilcli.text import Label, Text, t

BY_REASON = {
    ("receive", True): Label("receive-refuse", "退回补正", "send back"),
    ("confirm-unsigned", False): Label("confirm-accept", "认可未确认", "accept without confirmation"),
}
"""The steps that one action stands for twice, told apart by whether they have a reason."""


def standing_of(state: State | Glance) -> Label | Text:
    """Where a case stands, as far as its history alone says it: after a visit in vain, no order waits for approval."""
    if state.stage == "dispatch_pending" and not state.waiting:
        return t("another dispatch to decide")
    return STAGE.label(state.stage)


def standing(case: Case | Glance) -> Label | Text:
    """Where a case stands: a confirmation that is missing is none before the incident manager accepts it."""
    state, why = (case, case.unaccepted) if isinstance(case, Glance) else (case.state, unaccepted(case.incident))
    if state.stage == "confirmed" and why:
        return t("to be accepted ({why})", why=UNSIGNED.label(why))
    return standing_of(state)


def entry_label(entry: Entry) -> Label:
    """What a step is called."""
    action = entry.action or ""
    if twice := BY_REASON.get((action, bool(entry.reason))):
        return twice
    return (
        procedure.MOVES[action][1].label if action in procedure.MOVES else Label(action, action or "?", action or "?")
    )


def acts_for(entry: Entry, people: People, day: date) -> tuple[str, ...]:
    """For whom somebody took a step on that day, where the role it takes was theirs by deputyship alone."""
    found, person = procedure.MOVES.get(entry.action or ""), entry.recorded_by or entry.by
    return for_whom(people, person, found[1].roles if found else frozenset(), day)


def for_whom(people: People, person: str | None, roles: frozenset[str], day: date) -> tuple[str, ...]:
    """For whom a person acts in one of these roles on a day; nobody where one of them is the person's own."""
    known = people.get(person)
    if known is None or known.roles_on(day) & roles:
        return ()
    return tuple(one.person for one in people.acting(person, day) if one.roles & roles)
