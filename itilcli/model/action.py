"""What a monthly report names to be improved, and follows up: problems and improvements (5.15)."""

from __future__ import annotations

import re
from datetime import date

from itilcli.errors import Problem
from itilcli.model import shape
from itilcli.model.case import ALPHABET
from itilcli.model.codes import ACTION_STATE
from itilcli.model.people import People
from itilcli.model.shape import Report
from itilcli.text import Text, t
from itilcli.values import pattern, value

ACTION_ID = pattern(rf"ACT-[{ALPHABET}]{{4}}")
MONTH = pattern(r"(?:19|[2-9]\d)\d\d-(?:0[1-9]|1[0-2])", re.ASCII)
NEEDED = ("text", "owner", "due", "opened", "month", "state")
LONGEST = 2000
"""The most characters of a text or a note."""


@value
class Action:
    """One improvement: what is to be done, who sees to it, until when, and what came of it.

    ``owner`` is a person's id, ``month`` (``2026-10``) that of the report which named it, ``opened`` the day it was
    named, ``done_on`` the day it was done or given up, ``note`` what was done, or why it was given up.
    """

    id: str | None = shape.text()
    text: str | None = shape.text()
    owner: str | None = shape.text()
    due: date | None = shape.day()
    opened: date | None = shape.day()
    month: str | None = shape.text()
    state: str | None = shape.code(ACTION_STATE)
    done_on: date | None = shape.day()
    note: str | None = shape.text()

    def open_on(self, day: date) -> bool:
        """Whether it had been named by the end of a day, and was neither done nor given up by then."""
        return bool(self.opened and self.opened <= day) and (self.done_on is None or self.done_on > day)

    def days_overdue(self, day: date) -> int:
        """The days since it was due, while it is open on that day; 0 for one in time."""
        return max((day - self.due).days, 0) if self.due and self.open_on(day) else 0


@value
class Actions:
    """``records/reports/actions.yaml``: every improvement that was ever named, in the order of naming."""

    actions: tuple[Action, ...] = shape.parts(Action)


def check_actions(found: Actions, report: Report) -> None:
    """5.15: reports what a hand edit got wrong beyond the types of the fields."""
    seen: set[str] = set()
    for place, one in enumerate(found.actions):
        where = f"actions.{place}"
        if not ACTION_ID.fullmatch(one.id or ""):
            hint = t("an id is ACT- and four of the characters {alphabet}", alphabet=ALPHABET)
            message = t("{id} is no id of an improvement", id=repr(one.id or ""))
            report(_problem("id", message, f"{where}.id", hint))
        elif one.id in seen:
            message = t("{name} stands here twice", name=one.id)
            report(_problem("twice", message, f"{where}.id", t("give one of the two another id")))
        seen.add(one.id or "")
        for name in NEEDED:
            if getattr(one, name) in (None, ""):
                message = t("{id} lacks {field}", id=one.id or "?", field=name)
                report(_problem("lacks", message, f"{where}.{name}", t("write it into the file, and commit")))
        if one.month and not MONTH.fullmatch(one.month):
            message = t("{month} is not a month", month=repr(one.month))
            report(_problem("month", message, f"{where}.month", t('write it like "2026-10"')))
        if wrong := _contradicts(one):
            hint = t("open: neither of the two; done: done_on; dropped: done_on and note")
            report(_problem("state", wrong, f"{where}.state", hint))


def _contradicts(one: Action) -> Text | None:
    """What does not go together with the state."""
    if one.state == "open" and one.done_on:
        return t("{id} is open, and has a day on which it was done", id=one.id or "?")
    if one.state in ("done", "dropped") and not one.done_on:
        return t("{id} is no longer open, and has no day in done_on", id=one.id or "?")
    if one.state == "dropped" and not one.note:
        return t("{id} was given up, and its note does not say why", id=one.id or "?")
    return None


def nobodies(found: Actions, people: People, day: date) -> list[Problem]:
    """W-5.15-action-owner for each open improvement whose owner is not at the desk, or has left by that day."""
    problems = []
    for place, one in enumerate(found.actions):
        person = people.get(one.owner)
        if one.owner and one.state == "open" and (person is None or person.gone_on(day)):
            message = t("{id} is open, and {person} is not at the desk", id=one.id or "?", person=one.owner)
            hint = t("name in the file who sees to it now, and commit")
            problems.append(Problem("W-5.15-action-owner", message, hint, "5.15", f"actions.{place}.owner"))
    return problems


def _problem(slug: str, message: Text, where: str, hint: Text) -> Problem:
    return Problem(f"E-5.15-action-{slug}", message, hint, "5.15", where)
