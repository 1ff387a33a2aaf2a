"""Cases told step by step through the real engine, and rows of facts put together straight."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from itilcli.figures.facts import Facts, facts_of
from itilcli.figures.period import Period
from itilcli.figures.report import monthly
from itilcli.figures.trail import Span
from itilcli.model.case import Case
from itilcli.model.history import Entry
from itilcli.model.incident import Customer, Incident
from itilcli.model.people import People, Person, RoleSpan
from itilcli.model.settings import Settings, Targets
from itilcli.procedure.clause import Request, World
from itilcli.procedure.engine import apply
from itilcli.workdays import WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
OCTOBER = Period(2026, 10, ZONE)


def at(text: str) -> datetime:
    """``10-05 09:30`` of 2026 by the desk's clock, or RFC 3339."""
    if "T" in text:
        return datetime.fromisoformat(text)
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


def person(name: str, *roles: str) -> Person:
    return Person(name, name, (f"{name}@example.com",), roles=tuple(RoleSpan(role) for role in roles))


PEOPLE = People(
    (
        person("ann", "tier1", "incident_manager"),
        person("bob", "tier1"),
        person("rui", "tier2"),
        person("pam", "project_manager"),
        person("dan", "technical_director"),
    )
)


def world(as_of: str = "11-30 09:00", targets: Targets | None = None) -> World:
    return World(PEOPLE, Settings(response_targets=targets), WorkCalendar(), ZONE, at(as_of))


class Story:
    """One case, from its report on; each step is applied by the engine and must be lawful."""

    number = 0

    def __init__(self, reported: str, *, recorded: str | None = None, channel: str = "hotline", **intake: Any) -> None:
        Story.number += 1
        self.world = world("12-31 23:00")
        self.case = Case(Incident(id=f"INC-20261001-A{Story.number:03d}"))
        self.step = 0
        answers = {
            "organisation": "First Hospital",
            "contact": "Li",
            "phone": "0571",
            "symptom": "no light",
            "title": "no light",
            "business_impact": "queue",
            "no_expected": True,
            "channel": channel,
        }
        self.do("new", reported, recorded=recorded, **(answers | intake))

    def do(self, action: str, when: str, by: str = "ann", recorded: str | None = None, **answers: Any) -> Story:
        self.step += 1
        now = at(recorded) if recorded else at(when)
        request = Request(action, by, at(when), max(now, at(when)), answers, f"e{self.step}")
        self.case = apply(self.case, [request], self.world).case
        return self

    def classified(self, when: str, type: str = "fault", severity: str | None = "low", **more: Any) -> Story:
        answers = {"importance": "normal", "urgency": "normal", "severity": severity} | more
        category = "application" if type == "fault" else None
        return self.do("classify", when, type=type, category=category, **answers)

    def solved(self, when: str, by: str = "ann", **answers: Any) -> Story:
        return self.do("resolve", when, by, solution="restarted", **answers)

    def simple(self, when: str, **answers: Any) -> Story:
        """Classified, answered and solved at one moment."""
        return self.classified(when).do("respond", when, guidance="restart").solved(when, **answers)

    def closed(self, when: str) -> Story:
        from itilcli.model.incident import Change, ConfigurationUpdate, KnowledgeRef, ProblemRef

        self.do("confirm", when, confirmed_by="Li").do("archive", when)
        return self.do(
            "close", when, change=Change(none=True), problem=ProblemRef(none=True),
            item_update=ConfigurationUpdate(none=True), knowledge=KnowledgeRef(none=True),
        )  # fmt: skip

    @property
    def facts(self) -> Facts:
        return facts_of(self.case, self.world)


def report(
    rows: list[Story] | list[Facts], month: Period = OCTOBER, as_of: str = "11-30 09:00", **more: Any
) -> dict[str, Any]:
    """The figures of a month."""
    facts = [row.facts if isinstance(row, Story) else row for row in rows]
    return monthly(facts, month, world(as_of, **more), at(as_of))["figures"]


def imported(*steps: tuple[str, str, dict[str, Any]], **values: Any) -> Facts:
    """A case of a foreign log, straight from its entries: (action, time, what it sets)."""
    history = tuple(
        Entry(
            f"e{place}",
            at(when),
            at("11-01 00:00"),
            "ann",
            "ann",
            action,
            "5",
            None,
            None,
            sets or None,
        )
        for place, (action, when, sets) in enumerate(steps)
    )
    defaults: dict[str, Any] = {"id": "INC-20261001-M001", "imported": True, "customer": Customer("Old Clinic")}
    return facts_of(Case(Incident(**(defaults | values), history=history)), world())


def row(number: int, reported: datetime, **values: Any) -> Facts:
    """A row of facts."""
    return Facts(f"INC-{number}", reported_at=reported, **values)


def spans(start: datetime, *minutes: int) -> tuple[Span, ...]:
    """Solutions and reopenings in turn, each so many minutes after the one before."""
    found: list[Span] = []
    moment = start
    for place, gap in enumerate(minutes):
        moment += timedelta(minutes=gap)
        if place % 2 == 0:
            found.append(Span(moment, 1 + gap % 3))
        else:
            found[-1] = Span(found[-1].resolved_at, found[-1].tier, undone_at=moment)
    return tuple(found)
