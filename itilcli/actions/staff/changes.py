"""§2.5: the roles, addresses and names of people change; what is asked about them is read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from itilcli.actions.looking.kept_steps import steps_of
from itilcli.actions.staff.people import ADDRESS, Report, approver, day_of, lacking, no_day, plain, read_roles, view
from itilcli.actions.staff.spans import (
    MANAGER,
    back,
    day_after,
    day_before,
    ended,
    granted,
    roles_empty,
    unmanaged,
    with_person,
)
from itilcli.actions.writing.apart import Apart, moment, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem
from itilcli.model.codes import ROLE
from itilcli.model.people import People, Person, RoleSpan
from itilcli.store.people import change_people, read_people
from itilcli.text import Listing, Text, t


def set_person(desk: Desk, name: str, given: Mapping[str, Any], at: str | None = None, dry: bool = False) -> Written:
    """Roles added from a day, roles ended with a day, addresses added, phone or shown name replaced; one commit.

    ``given``: ``add_role``, ``remove_role`` and ``email`` (several each), ``from_day``, ``until_day``, ``phone``,
    ``approved_by``, ``shown``. Somebody who has left comes back with a new role.

    :raises Refused: with everything wrong at once; 4 for anyone but the incident manager.
    """

    def prepare() -> Apart:
        people, problems = known_people(desk), not_permitted(desk, [MANAGER], "2.5", t("change people"))
        person = the_person(people, name, "NAME", problems)
        first, last = days(desk, given, at, problems, begins=bool(given.get("add_role")))
        added = read_roles(given.get("add_role") or (), problems, "--add-role")
        removed = read_roles(given.get("remove_role") or (), problems, "--remove-role")
        emails = new_addresses(people, person, given.get("email") or (), problems)
        said = {"phone": given.get("phone"), "name": given.get("shown")}
        facts: dict[str, Any] = {field: plain(typed) for field, typed in said.items() if typed and plain(typed)}
        if approved := approver(desk, people, given.get("approved_by"), problems):
            facts["approved_by"] = approved
        if added and removed and last and last >= first:
            hint = t("use two commands: one for what begins, one for what ends")
            message = t("--until is of roles that begin or of roles that end, not of both")
            problems.append(lacking("E-2.5-until", message, "--until", hint))
        ending = last or (day_before(first) if given.get("from_day") else first)
        made = person
        for role in removed:
            made = ended(made, role, ending, problems)
        for role in added:
            made = granted(back(made, first), role, first, last, problems)
        made = replace(made, emails=(*made.emails, *emails), **facts)
        if made == person and not problems:
            hint = t("say what with --add-role, --remove-role, --email, --phone, --approved-by or --name")
            problems.append(lacking("E-2.5-nothing", t("nothing is to be changed"), "NAME", hint))
        refuse(problems)
        after = with_person(people, made)
        refuse(unmanaged(people, after, desk.now.date()))
        new = [one for one in made.roles if one not in person.roles and one.role in added]
        what = {"added": [span_of(one) for one in new], "removed": [{"role": r, "until": str(ending)} for r in removed]}
        extra = {**view(after, made, desk.now.date()), **what, "changed": [*facts, *(["emails"] if emails else [])]}
        extra["values"] = {
            **{field: {"before": getattr(person, field), "after": held} for field, held in facts.items()},
            **({"emails": {"before": None, "after": ", ".join(emails)}} if emails else {}),
        }
        subject = t("people: {person}: {changes}", person=made.id or "?", changes=changes_of(extra))
        warned = (
            (*roles_empty(people, after, day_after(ending)), *backdated(desk, made.id or "", ending)) if removed else ()
        )
        return Apart((change_people(desk.root, after),), subject, "people-set", "2.5", "", warned, extra)

    return write_apart(desk, dry, prepare)


def span_of(span: RoleSpan) -> dict[str, str | None]:
    """A role's span as programs see it."""
    first, last = (day.isoformat() if day else None for day in (span.from_, span.until))
    return {"role": span.role, "from": first, "until": last}


def changes_of(extra: Mapping[str, Any], whole: bool = False) -> Listing:
    """What was changed about a person, for people to read; ``whole``: from what to what (a commit's message is for all)."""
    told: list[object] = []
    for row in extra["added"]:
        words = {"role": ROLE.label(row["role"]), "day": row["from"] or "…", "until": row["until"]}
        told.append(t("{role} from {day} until {until}", **words) if row["until"] else t("{role} from {day}", **words))
    told += [t("{role} ends with {day}", role=ROLE.label(row["role"]), day=row["until"]) for row in extra["removed"]]
    shown: dict[str, Text] = {
        "phone": t("phone"),
        "name": t("name"),
        "emails": t("e-mail"),
        "approved_by": t("approved by"),
    }
    return Listing((*told, *(_change(shown[one], extra["values"][one], whole) for one in extra["changed"])))


def _change(field: Text, change: Mapping[str, Any], whole: bool) -> Text:
    if not whole:
        return field
    if change["before"] is None:
        return t("{label}: {value}", label=field, value=change["after"])
    return t("{field}: {old} → {new}", field=field, old=change["before"], new=change["after"])


# ── what is asked


def known_people(desk: Desk) -> People:
    """Everyone, as the file stands now.

    :raises Refused: with what is wrong in it.
    """
    people, broken = read_people(desk.root)
    refuse(broken)
    return people


def the_person(people: People, typed: str, where: str, problems: Report) -> Person:
    """The one person who is named; nobody in particular where a problem says that there is none."""
    found = people.find(typed)
    if len(found) == 1:
        return found[0]
    kind = Kind.MISSING if where.startswith("--") else Kind.NOT_FOUND
    hint = t("see who there is with: itil people list")
    message = t("nobody, or more than one, is called {name}", name=typed)
    problems.append(Problem("E-2.5-nobody", message, hint, "2.5", where, kind))
    return Person()


def days(
    desk: Desk, given: Mapping[str, Any], at: str | None, problems: Report, begins: bool
) -> tuple[date, date | None]:
    """The first day, ``--from`` or else that of ``--at`` or today, and the last where ``--until`` names one.

    :param begins: whether something begins on the first day, so that the last may not lie before it.
    """
    found: dict[str, date | None] = {}
    for name, flag in (("from_day", "--from"), ("until_day", "--until")):
        typed = given.get(name)
        found[name] = day_of(desk, typed) if typed else None
        if typed and found[name] is None:
            problems.append(no_day(typed, flag))
    first, last = found["from_day"] or moment(desk, at).date(), found["until_day"]
    if (begins or given.get("from_day")) and last and last < first:
        hint = t("give a later day with --until, or an earlier one with --from")
        problems.append(lacking("E-2.5-until", t("the last day lies before the first"), "--until", hint))
    return first, last


def new_addresses(people: People, person: Person, typed: tuple[str, ...], problems: Report) -> tuple[str, ...]:
    """The addresses that are new to this person; an address means one person only."""
    found: list[str] = []
    for one in dict.fromkeys(map(plain, typed)):
        owner = people.by_email(one)
        if not ADDRESS.fullmatch(one):
            hint = t("write it like {example}", example="lisi@example.com")
            problems.append(
                lacking("E-2.5-email", t("{value} is not an e-mail address", value=repr(one)), "--email", hint)
            )
        elif owner is None:
            found.append(one)
        elif owner.id != person.id:
            message = t("{email} belongs to {person}", email=one, person=owner.id or "?")
            hint = t("an address means one person only; give another with --email")
            problems.append(Problem("E-2.5-email-twice", message, hint, "2.5", "--email"))
    return tuple(found)


def backdated(desk: Desk, person: str, last: date) -> tuple[Problem, ...]:
    """A warning where somebody has worked since the day that is now to have been the last."""
    if last >= desk.now.date():
        return ()
    world = desk.world()
    late = sum(1 for at in steps_of(desk, person) if world.day(at) > last)
    if not late:
        return ()
    hint = t("see which of them no longer fit with: itil check")
    message = t("{person} made {count} steps after {day}", person=person, count=late, day=last)
    return (Problem("W-2.5-past", message, hint, "2.5"),)
