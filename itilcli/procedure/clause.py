"""The shape of a clause: the moves it allows, who may make them, and the rules that must hold afterwards.

A *move* turns a case into the next one. A *rule* is a function of a case as it stands, so the same rule guards a
move (on the case it would make) and checks a file (on the case it holds). Nothing here knows the clock or the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date, datetime, tzinfo
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.model.case import Case
from itilcli.model.case import Kind as FormKind
from itilcli.model.codes import ROLE, Codes
from itilcli.model.history import Entry, State, effective
from itilcli.model.incident import Escalation
from itilcli.model.people import People
from itilcli.model.settings import Settings
from itilcli.text import Label, Listing, Text, t
from itilcli.values import value
from itilcli.workdays import WorkCalendar

INTAKE = frozenset({"tier1", "incident_manager"})
SUPPORT = INTAKE | {"tier2", "top_management"}
ANY_TIER = SUPPORT | {"tier3"}
EVERYONE: frozenset[str] = frozenset()


@value
class World:
    """What a rule may know besides the case: people, settings, calendar, time zone, the desk's clock.

    ``serial`` gives the next serial of a form number in a year, or None while serials wait for publication.
    """

    people: People
    settings: Settings
    calendar: WorkCalendar
    zone: tzinfo
    now: datetime
    serial: Callable[[str, int], str | None] = lambda form_no, year: None

    def day(self, moment: datetime) -> date:
        """The day of a moment in the desk's time zone."""
        return moment.astimezone(self.zone).date()


@value
class Request:
    """One step as asked for: the action, who records it, when it happened, when it is recorded, and its answers."""

    action: str
    actor: str
    at: datetime
    now: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)
    entry_id: str = ""

    def get(self, name: str, default: Any = None) -> Any:
        """An answer, or ``default`` when it was not given."""
        value = self.answers.get(name)
        return default if value is None else value


@value
class Done:
    """What a move made: the case with its forms filled, and what its history entry says."""

    case: Case
    set: dict[str, Any] | None = None
    form: str | None = None
    reason: str | None = None
    by: str | None = None


Record = Callable[[Case, Request, World], Done]
Guard = Callable[[Case, Request, World], Iterable[Problem]]
Find = Callable[[Case, World], Iterator[Problem]]
Fold = Callable[[State, Entry], dict[str, Any]]
Retract = Callable[[Case, Entry], Case]


def nothing_left(case: Case, entry: Entry) -> Case:
    """The retraction of a step that stands in the history alone."""
    return case


def stays(state: State, entry: Entry) -> dict[str, Any]:
    """The fold of a move that leaves the stage as it is."""
    return {}


def leads_to(stage: str) -> Fold:
    """The fold of a move that always leads to one stage."""
    return lambda state, entry: {"stage": stage}


@value
class Move:
    """One action of a clause.

    ``roles`` may make it (everyone in ``people.yaml`` when empty); ``stages`` are those it may be made in; ``sets``
    names what its history entry may set; ``fold`` says what it does to the state; ``free`` exempts it from order (B23).

    For corrections (B25): ``times`` names the fields of the incident (``incident:``), of the step's form (``form:``) or of
    every form (``forms:``) that hold the moment of the step; None where nobody moves it, as with an approval. ``retract``
    takes back what the step left in the files; None where only a further step can.
    """

    action: str
    label: Label
    stages: frozenset[str]
    roles: frozenset[str]
    record: Record
    fold: Fold = stays
    sets: frozenset[str] = frozenset()
    guards: tuple[Guard, ...] = ()
    free: bool = False
    times: tuple[str, ...] | None = ()
    retract: Retract | None = None


@value
class Rule:
    """One rule: its numbers in the requirements, what finds its breaches, and the procedure version it came with (B26)."""

    numbers: tuple[str, ...]
    find: Find
    since: str = "1/0"


@value
class Clause:
    """One clause of §5: its number, title, the lines of the source, its moves, rules and forms."""

    number: str
    title: Label
    lines: str
    moves: tuple[Move, ...] = ()
    rules: tuple[Rule, ...] = ()
    forms: tuple[FormKind, ...] = ()


def missing(code: str, clause: str, where: str, message: Text, flag: str = "", codes: Codes | None = None) -> Problem:
    """An answer that is not there yet and that a flag of the same command gives, one of ``codes`` where it is coded."""
    hint = t("give it with {flag}", flag=flag) if flag else None
    if codes is not None:
        hint = t("give it with {flag}: {codes}", flag=flag, codes=Listing(tuple(codes.labels.values())))
    return Problem(code, message, hint, clause, where, Kind.MISSING)


def before(code: str, clause: str, where: str, message: Text, command: str) -> Problem:
    """Something that another command must have recorded before."""
    return Problem(code, message, t("record it with: {command}", command=command), clause, where, Kind.RULE)


def past(code: str, clause: str, moment: datetime) -> Problem:
    """A time that should lie ahead and does not."""
    hint = t("give a time ahead, like +2h, 3wd or 11-20 09:12")
    return Problem(code, t("{time} has passed already", time=clock_time(moment)), hint, clause, "until", Kind.MISSING)


def broken(code: str, clause: str, where: str, message: Text, hint: Text | None = None, person: str = "") -> Problem:
    """A rule that the case as it stands breaks."""
    return Problem(code, message, hint, clause, where, Kind.RULE, person)


def forbidden(code: str, clause: str, message: Text, hint: Text | None = None) -> Problem:
    """Something this person may not do."""
    return Problem(code, message, hint, clause, "", Kind.PERMISSION)


NAMED = 3
"""The most people that a refusal names for one role."""


def who_may(people: People, roles: Iterable[str], on: date) -> Text:
    """§2.5: the roles that something takes, each with those who hold it on a day: whom to ask, by name."""
    return t(
        "it takes: {roles}", roles=Listing(tuple(_with_holders(people, role, on) for role in ROLE if role in roles))
    )


def _with_holders(people: People, role: str, on: date) -> Text:
    held = people.holders(role, on)
    named = Listing((*held[:NAMED], *(("…",) if held[NAMED:] else ()))) if held else t("nobody at present")
    return t("{role} ({people})", role=ROLE.label(role), people=named)


def by_time(case: Case) -> Text:
    """How a time that stands in the wrong order is mended."""
    return t(
        "correct the time of the step: itil correct {id} --step N --set at=TIME --reason …; the steps: itil log {id}",
        id=case.id,
    )


def clock_time(moment: datetime) -> str:
    """A time as messages say it: 2026-11-25 09:00. What was typed was read in the desk's zone."""
    return f"{moment:%Y-%m-%d %H:%M}"


def plain_time(moment: datetime | None) -> str | None:
    """A time as a history entry's ``set`` holds it."""
    return None if moment is None else moment.isoformat()


def entries(case: Case, *actions: str) -> Iterator[Entry]:
    """The history entries of these actions, or all, in the order of recording, as later corrections leave them."""
    return (entry for entry in effective(case.incident.history) if not actions or entry.action in actions)


def escalations(case: Case) -> tuple[Escalation, ...]:
    """The escalations that no correction took back."""
    return tuple(row for row in case.incident.escalations if not row.retracted)
