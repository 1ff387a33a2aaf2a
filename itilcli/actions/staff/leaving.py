"""§2.5: somebody leaves the desk; the cases in their hands are named, or handed over in the same commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from itilcli.actions.staff.changes import backdated, known_people, the_person
from itilcli.actions.staff.handover import Passing, held, kept_by_owner, passed, reason_of, unreadable
from itilcli.actions.staff.keys import ended_keys
from itilcli.actions.staff.people import day_of, lacking, no_day, view
from itilcli.actions.staff.spans import MANAGER, day_after, roles_empty, unmanaged, with_person
from itilcli.actions.waiting.suggest import code
from itilcli.actions.writing.apart import Apart, moment, not_permitted, write_apart
from itilcli.actions.writing.together import Together, each, write_together
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem
from itilcli.model.people import People, Person
from itilcli.procedure.s5_05_hands import quoted
from itilcli.store.cases import Stored
from itilcli.store.people import change_people
from itilcli.text import Text, t

NAMED = 10
"""The most cases named in a warning."""


def leave(desk: Desk, name: str, given: Mapping[str, Any], at: str | None = None, dry: bool = False) -> Written:
    """Somebody leaves, with the given day (``on``, default today) as the last; with ``taker`` the cases go over too.

    ``given``: ``on``, ``taker``, ``reason``. Without a taker the cases are counted and named in a warning.

    :raises Refused: with everything wrong at once; 4 for anyone but the incident manager.
    """
    if given.get("taker"):
        return write_together(desk, "people-leave", dry, lambda: leaving_and_handing(desk, name, given, at))
    return write_apart(desk, dry, lambda: leaving(desk, name, given, at))


def leaving(desk: Desk, name: str, given: Mapping[str, Any], at: str | None) -> Apart:
    """The leaving alone, with what it leaves undone."""
    problems: list[Problem] = []
    people, person, last = asked(desk, name, given, at, problems)
    after = with_person(people, replace(ended_keys(person, last), left_on=last))
    problems += unmanaged(people, after, desk.now.date()) if person.id else []
    refuse(problems)
    unread: list[str] = []
    left = list(held(desk, person.id or "", unread))
    warned = (
        *cases_left(person, left),
        *others_left(people, person, last),
        *roles_empty(people, after, day_after(last)),
        *backdated(desk, person.id or "", last),
    )
    extra = {
        **view(after, after.get(person.id) or person, desk.now.date()),
        "open_cases": [one.case.id for one in left],
    }
    change = change_people(desk.root, after)
    return Apart((change,), subject(person, last), "people-leave", "2.5", "", (*warned, *unreadable(unread)), extra)


def leaving_and_handing(desk: Desk, name: str, given: Mapping[str, Any], at: str | None) -> Together:
    """The leaving, and every open case of theirs in the hands of another."""
    problems: list[Problem] = []
    people, person, last = asked(desk, name, given, at, problems)
    taker = the_person(people, given["taker"], "--to", problems)
    if taker.id and (taker.id == person.id or taker.gone_on(last)):
        message = t("{person} cannot take the cases over", person=taker.id)
        hint = t("name somebody else with --to")
        problems.append(lacking("E-2.5-leave-to", message, "--to", hint))
    after = with_person(people, replace(ended_keys(person, last), left_on=last))
    problems += unmanaged(people, after, desk.now.date()) if person.id else []
    refuse(problems)
    passing = Passing(
        person.id or "", taker.id or "", reason_of(desk, given.get("reason"), t("left the desk")), moment(desk, at)
    )
    unread: list[str] = []
    found = held(desk, passing.giver, unread)
    shares = each(found, lambda stored: code(stored.case), lambda stored: passed(desk, stored, passing))
    warned = (
        *kept_by_owner(shares, passing),
        *others_left(people, person, last),
        *roles_empty(people, after, day_after(last)),
        *unreadable(unread),
    )
    changes = (change_people(desk.root, after),)
    return Together(subject(person, last), shares, changes, (*warned, *backdated(desk, passing.giver, last)))


def subject(person: Person, last: date) -> Text:
    """The commit's first line."""
    return t("people: {person} leaves, last day {day}", person=person.id or "?", day=last)


def asked(
    desk: Desk, name: str, given: Mapping[str, Any], at: str | None, problems: list[Problem]
) -> tuple[People, Person, date]:
    """Everyone, who leaves, and the last day; what is wrong goes to ``problems``."""
    people = known_people(desk)
    problems += not_permitted(desk, [MANAGER], "2.5", t("change people"))
    person = the_person(people, name, "NAME", problems)
    last = day_of(desk, given["on"]) if given.get("on") else moment(desk, at).date()
    if last is None:
        problems.append(no_day(given["on"], "--on"))
    if person.left_on and (last is None or person.left_on == last or not given.get("on")):
        hint = t(
            "give another day with --on; their cases: itil handover --from {person} --to …",
            person=quoted(person.id or ""),
        )
        message = t("{person} leaves on {day} already", person=person.id or "?", day=person.left_on)
        problems.append(Problem("E-2.5-left", message, hint, "2.5", "--on", Kind.MISSING))
    return people, person, last or desk.now.date()


def cases_left(person: Person, left: Sequence[Stored]) -> tuple[Problem, ...]:
    """A warning: the open cases that stay in their hands, and the command that hands them over."""
    if not left:
        return ()
    shown = " ".join(code(one.case) for one in left[:NAMED]) + (" …" if len(left) > NAMED else "")
    message = t(
        "{count} open cases stay in the hands of {person}: {ids}", count=len(left), person=person.id or "?", ids=shown
    )
    hint = t("hand them over with: itil handover --from {person} --to …", person=quoted(person.id or ""))
    return (Problem("W-2.5-cases-left", message, hint, "2.5"),)


def others_left(people: People, person: Person, last: date) -> tuple[Problem, ...]:
    """A warning for each whose deputy this person still is after the last day."""
    return tuple(
        Problem(
            "W-2.5-deputy-leaves",
            t("{person} is the deputy of {other} beyond that day", person=person.id or "?", other=one.id or "?"),
            t("name another: itil people deputy {other} --to …", other=quoted(one.id or "")), "2.5",
        )
        for one in people
        for row in one.deputies
        if row.to == person.id and not one.gone_on(last) and (row.until is None or row.until > last)
    )  # fmt: skip
