"""Before a report falls due: everything that will stand in its way, with the person to ask and the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itilcli.actions.month.comment import comment_of
from itilcli.actions.month.facts import to_look_at
from itilcli.actions.month.issued import is_draft, is_issued, tag_name
from itilcli.actions.waiting.to_decide import countersignatures
from itilcli.desk import Desk
from itilcli.errors import Problem
from itilcli.figures.period import Period, month_index, month_of
from itilcli.model.case import CASE_ID
from itilcli.procedure.checks import check_case
from itilcli.procedure.clause import World
from itilcli.procedure.s5_15_report import RECIPIENT, REPORTERS
from itilcli.store.calendar import packaged_years
from itilcli.store.cases import Stored
from itilcli.store.past import read_past
from itilcli.text import Listing, Text, t
from itilcli.values import value

DIRECTOR = "technical_director"
HALF = 15
"""The day until which a month looks back."""


@value
class Obstacle:
    """One thing in the way: its kind, what it is, whom to ask (empty: nobody at the desk), and what to type."""

    kind: str
    text: Text
    people: tuple[str, ...]
    command: str

    def data(self, translate: Any) -> dict[str, Any]:
        """As programs see it."""
        return {
            "kind": self.kind,
            "text": self.text.render(translate),
            "people": list(self.people),
            "command": self.command,
        }


def coming(desk: Desk) -> Period:
    """The month whose report comes next: in its first half a month looks back at the last one, unless that is issued."""
    running = month_of(desk.now, desk.zone)
    last = running.previous()
    return last if desk.now.day <= HALF and not is_issued(desk, str(last)) else running


def preflight(desk: Desk, period: Period) -> list[Obstacle]:
    """What is in the way of the report of a month, running or over; nothing is written.

    Nothing once the report is issued (ask :func:`is_issued`). Raises Refused: for ``desk.yaml`` or ``people.yaml`` in fault.
    """
    if is_issued(desk, str(period)):
        return []
    world = desk.world()
    managers = holders(world, *sorted(REPORTERS))
    found = [*nobody(world), *dirty(desk, managers), *history(desk, managers), *tag(desk, period, managers)]
    for stored in to_look_at(desk):
        found += [*records(stored, world, managers), *signatures(stored, world)]
    return [*found, *years(desk, period, managers), *text(desk, period, managers)]


def holders(world: World, *roles: str) -> tuple[str, ...]:
    """Who holds one of these roles today."""
    return tuple(dict.fromkeys(one for role in roles for one in world.people.holders(role, world.day(world.now))))


def nobody(world: World) -> Iterator[Obstacle]:
    """B20: nobody to issue the report, or to send it to."""
    wanted = (
        ("incident_manager", t("nobody is incident manager, so nobody may issue the report")),
        (RECIPIENT, t("nobody is department manager, to whom the report goes")),
    )
    for role, words in wanted:
        if not holders(world, role):
            yield Obstacle("role", words, (), f"itil people set … --add-role {role}")


def dirty(desk: Desk, managers: tuple[str, ...]) -> Iterator[Obstacle]:
    """Changes that are not committed: a report names the commit that it was made from."""
    paths = [path for path in desk.journal.dirty() if not is_draft(path)]
    if paths:
        words = t("changes that are not committed: {files}", files=Listing(tuple(paths[:8])))
        yield Obstacle("uncommitted", words, managers, "git status")


def tag(desk: Desk, period: Period, managers: tuple[str, ...]) -> Iterator[Obstacle]:
    """A tag of the report's name, which the issue would need."""
    name = tag_name(str(period))
    if desk.journal.tag_commit(name) is not None:
        yield Obstacle("tag", t("there is a tag {tag} already", tag=name), managers, f"git show {name}")


def history(desk: Desk, managers: tuple[str, ...]) -> Iterator[Obstacle]:
    """``history.csv`` in fault."""
    _, problems = read_past(desk.root, month_index(desk.now.date()))
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        yield Obstacle("history", errors[0].message, managers, "itil check")


def records(stored: Stored, world: World, managers: tuple[str, ...]) -> Iterator[Obstacle]:
    """Records in fault, which no figure would count."""
    problems: list[Problem] = list(stored.errors) or [
        problem for problem in check_case(stored.case, world) if problem.level == "error"
    ]
    if problems:
        name = stored.case.id or "?"
        words = t("{id} is in fault and would not be counted: {message}", id=name, message=problems[0].message)
        owner = stored.case.incident.owner
        known = owner and world.people.get(owner) is not None
        short = name.rpartition("-")[2] if CASE_ID.fullmatch(name) else name
        yield Obstacle("record", words, (owner,) if owner and known else managers, f"itil check {short}")


def signatures(stored: Stored, world: World) -> Iterator[Obstacle]:
    """B7: verbal approvals that wait for their countersignature."""
    if stored.errors:
        return
    for task in countersignatures(stored.case, world):
        words = t("{id}: {text}", id=stored.case.id, text=task.text)
        yield Obstacle("countersignature", words, task.people or holders(world, DIRECTOR), task.command)


def years(desk: Desk, period: Period, managers: tuple[str, ...]) -> Iterator[Obstacle]:
    """Years of the report without a calendar: their dates are provisional (暂定)."""
    for year in sorted({period.year, period.last().year, desk.now.year}):
        if not desk.calendar.covers(year):
            known = year in packaged_years()
            command = f"itil calendar update {year}" if known else f"itil calendar import {year}.json"
            yield Obstacle("calendar", t("there is no working calendar of {year}", year=str(year)), managers, command)


def text(desk: Desk, period: Period, managers: tuple[str, ...]) -> Iterator[Obstacle]:
    """The manager's text is not written yet."""
    if comment_of(desk, period) is None:
        words = t("the manager's text for {month} is not written", month=str(period))
        yield Obstacle("comment", words, managers, f"itil report edit {period}")
