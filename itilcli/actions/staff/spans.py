"""§2.5: spans of roles and deputyships are closed, never taken out, so that the past stays answerable. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from itilcli.actions.staff.people import Report, lacking
from itilcli.errors import Problem
from itilcli.model.codes import ROLE
from itilcli.model.people import Deputy, People, Person, RoleSpan
from itilcli.text import Listing, t

MANAGER = "incident_manager"


def day_before(day: date) -> date:
    """The day before, but never before there are days."""
    return day - timedelta(days=1) if day > date.min else day


def day_after(day: date) -> date:
    """The day after, as long as there are days."""
    return day + timedelta(days=1) if day < date.max else day


def closed(span: RoleSpan, last: date) -> RoleSpan:
    """A span that ends with a day; one that would begin later is kept as one that never began."""
    if span.until is not None and span.until <= last:
        return span
    return replace(span, until=max(last, day_before(span.from_)) if span.from_ else last)


def ended(person: Person, role: str, last: date, problems: Report) -> Person:
    """A person whose role ends with a day; ``E-2.5-not-held`` where no span of it runs on or begins later."""
    spans = tuple(closed(span, last) if span.role == role else span for span in person.roles)
    if spans == person.roles and person.id:
        message = t(
            "{person} does not have the role {role} after {day}", person=person.id, role=ROLE.label(role), day=last
        )
        hint = t("see who has it with: itil people list")
        problems.append(lacking("E-2.5-not-held", message, "--remove-role", hint))
    return replace(person, roles=spans)


def granted(person: Person, role: str, first: date, last: date | None, problems: Report) -> Person:
    """A person with a role from a day on; spans of it that overlap are joined to one."""
    end, begin = last or date.max, first
    if end < begin:
        return person
    joined = [
        span
        for span in person.roles
        if span.role == role
        and (span.from_ or date.min) <= min(end, span.until or date.max)
        and begin <= (span.until or date.max)
    ]
    starts, ends = [span.from_ for span in joined], [span.until for span in joined]
    from_ = None if None in starts else min([first, *(one for one in starts if one)])
    until = None if last is None or None in ends else max([last, *(one for one in ends if one)])
    made = RoleSpan(role, from_, until)
    if made in person.roles and person.id:
        hint = t("give other days with --from and --until, or end it with --remove-role")
        message = t("{person} has the role {role} already", person=person.id, role=ROLE.label(role))
        problems.append(lacking("E-2.5-role-held", message, "--add-role", hint))
        return person
    spans = [made if joined and span == joined[0] else span for span in person.roles if span not in joined[1:]]
    return replace(person, roles=tuple(spans if joined else [*person.roles, made]))


def back(person: Person, first: date) -> Person:
    """Somebody who had left before a day, there again: all that ended with the leaving now says so itself."""
    left = person.left_on
    if left is None or not person.gone_on(first):
        return person
    deputies = tuple(cut(row, left) for row in person.deputies)
    return replace(person, left_on=None, roles=tuple(closed(span, left) for span in person.roles), deputies=deputies)


def cut(row: Deputy, last: date) -> Deputy:
    """A deputyship that ends with a day; one that would begin later is kept as one that never began."""
    if row.until is not None and row.until <= last:
        return row
    return replace(row, until=max(last, day_before(row.from_)) if row.from_ else last)


def with_person(people: People, made: Person) -> People:
    """Everyone, with one person as changed."""
    return replace(people, people=tuple(made if one.id == made.id else one for one in people))


# ── what must stay so


def unmanaged(before: People, after: People, today: date) -> list[Problem]:
    """The desk is never without an incident manager of its own, today or on any later day."""
    turns = {today}
    for one in after:
        turns |= {day_after(one.left_on)} if one.left_on else set()
        for span in one.roles:
            turns |= {day for day in (span.from_, day_after(span.until) if span.until else None) if day}
    for day in sorted(turn for turn in turns if turn >= today):
        if before.own_holders(MANAGER, day) and not after.own_holders(MANAGER, day):
            hint = t("give somebody the role first: itil people set NAME --add-role incident_manager")
            return [Problem("E-2.5-last-manager", t("nobody would be incident manager on {day}", day=day), hint, "2.5")]
    return []


def roles_empty(before: People, after: People, first: date) -> tuple[Problem, ...]:
    """A warning: the roles that somebody would have held from a day on, and now nobody does."""
    empty = [role for role in ROLE if before.own_holders(role, first) and not after.own_holders(role, first)]
    if not empty:
        return ()
    names = Listing(tuple(ROLE.label(role) for role in empty))
    message = t("from {day} nobody is: {roles}", day=first, roles=names)
    flags = " ".join(f"--add-role {role}" for role in empty)
    hint = t("give them to somebody: itil people set NAME {flags} --from {day}", flags=flags, day=first)
    return (Problem("W-2.5-role-empty", message, hint, "2.5"),)
