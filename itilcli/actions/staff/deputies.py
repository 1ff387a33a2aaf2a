"""§2.5: who acts for whom, from a day until a day; the deputy then holds the roles that are the other's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from itilcli.actions.staff.changes import days, known_people, the_person
from itilcli.actions.staff.people import Report, lacking, view
from itilcli.actions.staff.spans import MANAGER, cut, with_person
from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Problem
from itilcli.model.people import Deputy, Person
from itilcli.store.people import change_people
from itilcli.text import Listing, t


def set_deputy(desk: Desk, name: str, given: Mapping[str, Any], at: str | None = None, dry: bool = False) -> Written:
    """Somebody acts for a person from a day until a day, or no longer with ``end``; one commit.

    ``given``: ``to``, ``from_day``, ``until_day``, ``end``. A person names the own deputy, the incident manager anyone's.

    :raises Refused: with everything wrong at once.
    """

    def prepare() -> Apart:
        people, problems = known_people(desk), list[Problem]()
        person = the_person(people, name, "NAME", problems)
        if person.id != desk.actor:
            problems += not_permitted(desk, [MANAGER], "2.5", t("name the deputy of somebody else"))
        first, last = days(desk, given, at, problems, begins=not given.get("end"))
        other = the_person(people, given["to"], "--to", problems) if given.get("to") else None
        change: Callable[..., Person] = without_deputy if given.get("end") else with_deputy
        made = change(person, other, first, last, problems)
        refuse(problems)
        after = with_person(people, made)
        fresh = [row for row in made.deputies if row not in person.deputies]
        rows = [{"to": row.to, "from": _iso(row.from_), "until": _iso(row.until)} for row in fresh]
        extra = {**view(after, made, desk.now.date()), "changed": rows}
        subject = t("people: {changes}", changes=deputies_of(extra))
        warned = () if given.get("end") or last else open_ended(made)
        return Apart((change_people(desk.root, after),), subject, "people-deputy", "2.5", "", warned, extra)

    return write_apart(desk, dry, prepare)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def deputies_of(extra: Mapping[str, Any]) -> Listing:
    """The deputyships that were changed, for people to read."""
    texts = []
    for row in extra["changed"]:
        words = {"deputy": row["to"], "person": extra["id"], "day": row["from"] or "…", "until": row["until"]}
        texts.append(
            t("{deputy} acts for {person} from {day} until {until}", **words)
            if row["until"]
            else t("{deputy} acts for {person} from {day} on", **words)
        )
    return Listing(tuple(texts))


def with_deputy(person: Person, other: Person | None, first: date, last: date | None, problems: Report) -> Person:
    """A person with a deputy; a deputyship of the same two that runs into these days gets the new end."""
    if other is None:
        hint = t("give it with {flag}", flag="--to")
        problems.append(lacking("E-2.5-deputy", t("who acts for them is missing"), "--to", hint))
        return person
    if other.id and other.id == person.id:
        hint = t("name somebody else with --to")
        problems.append(lacking("E-2.5-deputy-self", t("nobody is their own deputy"), "--to", hint))
    if other.gone_on(last or date.max):
        message = t("{person} leaves on {day} and cannot act until the end", person=other.id, day=other.left_on)
        hint = t("name somebody else with --to, or an earlier end with --until")
        problems.append(lacking("E-2.5-deputy-left", message, "--to", hint))
    joined = [
        row for row in person.deputies
        if row.to == other.id and (row.until or date.max) >= first and (row.from_ or date.min) <= (last or date.max)
    ]  # fmt: skip
    starts = [row.from_ for row in joined]
    made = Deputy(other.id, None if None in starts else min([first, *(one for one in starts if one)]), last)
    if made in person.deputies:
        hint = t("give other days with --from and --until, or end it with --end")
        problems.append(lacking("E-2.5-nothing", t("nothing is to be changed"), "--to", hint))
    rows = [made if joined and row == joined[0] else row for row in person.deputies if row not in joined[1:]]
    return replace(person, deputies=tuple(rows if joined else [*person.deputies, made]))


def without_deputy(person: Person, other: Person | None, first: date, last: date | None, problems: Report) -> Person:
    """A person whose deputyships, or those of one deputy, end with a day (today unless said)."""
    rows = tuple(row if other and row.to != other.id else cut(row, last or first) for row in person.deputies)
    if rows == person.deputies and person.id:
        message = t("nobody acts for {person} after {day}", person=person.id, day=last or first)
        hint = t("see who acts for whom with: itil people list")
        problems.append(lacking("E-2.5-no-deputy", message, "--end", hint))
    return replace(person, deputies=rows)


def open_ended(person: Person) -> tuple[Problem, ...]:
    """A warning: a deputyship without an end is forgotten."""
    hint = t("end it with: itil people deputy {person} --end, or give --until", person=person.id or "?")
    return (Problem("W-2.5-deputy-open", t("the deputyship has no end"), hint, "2.5", "--until"),)
