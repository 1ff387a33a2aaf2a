"""§2.5: who works at the desk. The incident manager adds people; everyone may look."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from itilcli.actions.writing.apart import Apart, moment, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.codes import ROLE
from itilcli.model.people import People, Person, RoleSpan
from itilcli.model.shape import encode
from itilcli.model.when import read_day
from itilcli.store.people import change_people, read_people
from itilcli.text import Listing, Text, t
from itilcli.values import pattern

ADDRESS = pattern(r"[^\s<>@\x00-\x20\x7f]+@[^\s<>@\x00-\x20\x7f]+")
Report = list[Problem]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed about a newcomer."""

    name: str
    id: str
    emails: tuple[str, ...]
    roles: tuple[str, ...]
    from_: date | None
    approved_by: str | None
    phone: str | None


def add_person(desk: Desk, given: Mapping[str, Any], at: str | None = None, dry_run: bool = False) -> Written:
    """A new person in ``people.yaml``, in one commit; the comments there stay.

    ``given``: ``name``, ``email`` and ``role`` (several each), ``id``, ``from_day``, ``approved_by``, ``phone``. ``at``
    is the day the roles begin where ``from_day`` is not given.

    :raises Refused: with everything wrong at once; 4 for anyone but the incident manager.
    """

    def prepare() -> Apart:
        people, broken = read_people(desk.root)
        refuse(broken)
        problems = not_permitted(desk, ["incident_manager"], "2.5", t("change people"))
        asked = read_newcomer(desk, people, given, at, problems)
        problems += already_there(people, asked)
        refuse(problems)
        newcomer = Person(
            id=asked.id,
            name=asked.name if asked.name != asked.id else None,
            emails=asked.emails,
            phone=asked.phone,
            roles=tuple(RoleSpan(role, asked.from_) for role in asked.roles),
            approved_by=asked.approved_by,
        )
        made = replace(people, people=(*people.people, newcomer))
        change = change_people(desk.root, made)
        labels = Listing(tuple(ROLE.label(role) for role in asked.roles))
        subject = t("new at the desk: {person} ({roles})", person=asked.id, roles=labels)
        return Apart(
            (change,),
            subject,
            "people-add",
            "2.5",
            "",
            unapproved(asked, people, desk.now.date()),
            view(made, newcomer, desk.now.date()),
        )

    return write_apart(desk, dry_run, prepare)


def read_newcomer(desk: Desk, people: People, given: Mapping[str, Any], at: str | None, problems: Report) -> Asked:
    """The answers as they are meant; what cannot be read goes to ``problems``."""
    name, own = (given.get("name") or "").strip(), (given.get("id") or "").strip()
    if not name:
        hint = t("write it like: itil people add {example} --email lisi@example.com --role tier1", example="李四")
        problems.append(lacking("E-2.5-name", t("the name is missing"), "NAME", hint))
    emails = tuple(dict.fromkeys(plain(one) for one in given.get("email") or ()))
    if not emails:
        problems.append(lacking("E-2.5-email", t("the e-mail address of their git commits is missing"), "--email"))
    for one in emails:
        if not ADDRESS.fullmatch(one):
            problems.append(lacking("E-2.5-email", t("{value} is not an e-mail address", value=repr(one)), "--email"))
    return Asked(
        name,
        own or name,
        emails,
        _roles(given.get("role") or (), problems),
        _from_day(desk, given.get("from_day"), at, problems),
        approver(desk, people, given.get("approved_by"), problems),
        plain(given["phone"]) if given.get("phone") else None,
    )


def plain(text: str) -> str:
    """What was typed, after NFKC and without spaces around it."""
    return unicodedata.normalize("NFKC", text).strip()


def lacking(code: str, message: Text, where: str, hint: Text | None = None) -> Problem:
    """An answer about people that is missing or cannot be read."""
    return Problem(code, message, hint, "2.5", where, Kind.MISSING)


def read_roles(typed: tuple[str, ...], problems: Report, flag: str) -> tuple[str, ...]:
    """The roles that were typed, each once."""
    found: dict[str, None] = {}
    for one in typed:
        code = ROLE.parse(one)
        if code is None:
            message = t("{value} is not a role", value=repr(one))
            problems.append(lacking("E-2.5-role-unknown", message, flag, _known_roles()))
        else:
            found[code] = None
    return tuple(found)


def _known_roles() -> Text:
    known = Listing(tuple(t("{code} ({label})", code=code, label=ROLE.label(code)) for code in ROLE))
    return t("one of: {codes}", codes=known)


def _roles(typed: tuple[str, ...], problems: Report) -> tuple[str, ...]:
    if not typed:
        problems.append(lacking("E-2.5-role-missing", t("a person needs a role"), "--role", _known_roles()))
    return read_roles(typed, problems, "--role")


def day_of(desk: Desk, typed: str) -> date | None:
    """The day that was typed, None when it is none."""
    day, rest = read_day(plain(typed), desk.now.date())
    return None if rest or not typed.strip() else day


def no_day(typed: str | None, where: str) -> Problem:
    """What was typed as a day and is none."""
    hint = t('write it like "2026-11-23"')
    return lacking("E-2.5-day", t("{value} is not a day", value=repr(typed)), where, hint)


def _from_day(desk: Desk, typed: str | None, at: str | None, problems: Report) -> date | None:
    """The first day of the roles: as typed, else the day of ``--at``; None means since ever."""
    if not typed:
        return moment(desk, at).date() if at else None
    day = day_of(desk, typed)
    if day is None:
        problems.append(no_day(typed, "--from"))
    return day


def approver(desk: Desk, people: People, typed: str | None, problems: Report) -> str | None:
    """L207: new staff are approved by the management."""
    if not typed:
        return None
    found = people.find(typed)
    if len(found) != 1:
        hint = management(desk, people)
        problems.append(
            lacking(
                "E-2.5-approver", t("nobody, or more than one, is called {name}", name=typed), "--approved-by", hint
            )
        )
        return None
    if "top_management" not in people.roles(found[0].id, desk.now.date()):
        message = t("{person} is not of the top management", person=found[0].id)
        problems.append(lacking("E-2.5-approver", message, "--approved-by", management(desk, people)))
    return found[0].id


def management(desk: Desk, people: People) -> Text:
    """Who could approve new staff."""
    known = Listing(tuple(people.holders("top_management", desk.now.date())) or (t("nobody"),))
    return t("top management at this desk: {people}", people=known)


def already_there(people: People, asked: Asked) -> list[Problem]:
    """The same name without an id of its own, the same id, the same address."""
    found = []
    taken = {plain(spelling).casefold() for one in people for spelling in (one.id, one.name) if spelling}
    if asked.id and plain(asked.id).casefold() in taken:
        hint = t(
            "if it is somebody else, tell them apart with --id, for example --id {example}", example=f"{asked.name}2"
        )
        found.append(
            Problem("E-2.5-twice", t("{person} is already there", person=asked.id), hint, "2.5", "--id", Kind.MISSING)
        )
    for email in asked.emails:
        known = people.by_email(email)
        if known is not None:
            message = t("{email} belongs to {person}", email=email, person=known.id or "?")
            hint = t("an address means one person only; give another with --email")
            found.append(Problem("E-2.5-email-twice", message, hint, "2.5", "--email"))
    return found


def unapproved(asked: Asked, people: People, today: date) -> tuple[Problem, ...]:
    """A warning where nobody of the management approved (L207); none of the first of the management, whom nobody could approve."""
    first = "top_management" in asked.roles and not people.holders("top_management", today)
    if asked.approved_by or first:
        return ()
    hint = t("name who approved it with --approved-by")
    return (
        Problem("W-2.5-unapproved", t("new staff are approved by the top management"), hint, "5.5", "--approved-by"),
    )


# ── looking


def in_their_order(roles: Iterable[str]) -> list[str]:
    """Roles in the order of the procedure; those it does not know are left out."""
    held = set(roles)
    return [role for role in ROLE if role in held]


def view(people: People, person: Person, on: date) -> dict[str, object]:
    """A person as programs see them: the roles that were their own on a day, and those of whom they then acted for."""
    whole = encode(person)
    acting = [
        {"for": row.person, "roles": in_their_order(row.roles), "until": row.until.isoformat() if row.until else None}
        for row in people.acting(person.id, on)
    ]
    return {
        "id": person.id,
        "name": person.name or person.id,
        "emails": list(person.emails),
        "phone": person.phone,
        "roles": in_their_order(person.roles_on(on)),
        "acting": acting,
        "held": whole.get("roles", []),
        "approved_by": person.approved_by,
        "left_on": whole.get("left_on"),
        "deputies": whole.get("deputies", []),
        "keys": whole.get("keys", []),
    }


def listed(desk: Desk, on: str | None) -> tuple[date, list[dict[str, object]]]:
    """The people of a day (today unless said) with the roles they held then; who had left is left out.

    :raises Refused: when ``on`` is no day.
    """
    day = day_of(desk, on) if on else desk.now.date()
    if day is None:
        raise Refused([no_day(on, "--on")])
    return day, [view(desk.people, one, day) for one in desk.people if not one.gone_on(day)]


def myself(desk: Desk) -> dict[str, object]:
    """The actor: person, address, roles today.

    :raises Refused: exit code 4 for an unknown author.
    """
    person = desk.people.get(desk.actor)
    assert person is not None
    return {**view(desk.people, person, desk.now.date()), "email": desk.journal.identity().email}
