"""The cases in which something waits or ever may, out of all cases of a desk: what `due` goes by.

Most cases are over, and nothing will ever wait in them, whatever the day. The index keeps those in which something may,
each with whom it may concern, so that only these are made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from itilcli.actions.waiting.tasks import tasks
from itilcli.desk import Desk
from itilcli.index import Kept, Kind, Memo, Unusable
from itilcli.model.case import Case
from itilcli.procedure.checks import check_case
from itilcli.procedure.clause import World
from itilcli.procedure.watched import Watched, last_second
from itilcli.store.cases import Stored, assemble

NAME = "waiting"
ROLE = "@"
"""Before a role among the names of people."""
LAST = 9000
"""A year after everything that can fall due."""


class Survey:
    """What a desk's cases ask for, as far as one person is concerned, or anybody where ``person`` is None."""

    def __init__(self, desk: Desk, person: str | None) -> None:
        self._desk, self._person = desk, person
        self.unread: list[str] = []
        """The places of what could not be read."""
        self._early = dict(self._made_early())
        self._kept = self._of_index()
        self._all: list[Case] = [] if self._kept is not None else list(readable(desk, self.unread))

    def _made_early(self) -> Iterator[tuple[Kept, Case]]:
        """While git still looks at the files: the cases that were kept, which most of them still will be."""
        if self._desk.index is not None:
            with suppress(Unusable):
                rows = self._desk.index.kept_so_far(NAME)
                meant = self._names(self._person) if self._person is not None and rows else None
                yield from (
                    (row, made_of(row)) for row in rows if meant is None or not meant.isdisjoint(concerned(row))
                )

    def _of_index(self) -> list[Kept] | None:
        if self._desk.index is not None:
            with suppress(Unusable):
                kept = self._desk.index.kept(waiting_kind(self._desk), int(self._desk.now.timestamp()), filled=True)
                self.unread = self._desk.index.unread()
                return kept
        return None

    @cached_property
    def cases(self) -> list[Case]:
        """The cases in which something may wait for the person, and perhaps others, newest day first."""
        if self._kept is None:
            return self._all
        meant = None if self._person is None else self._names(self._person)
        return list(self._made(row for row in self._kept if meant is None or not meant.isdisjoint(concerned(row))))

    def _names(self, person: str) -> set[str]:
        """The person, those he acts for, and the roles he holds today."""
        people, today = self._desk.people, self._desk.world().day(self._desk.now)
        acting = (one.id for one in people if one.id and people.deputises(person, one.id, today))
        return {person, *acting, *(ROLE + role for role in people.roles(person, today))}

    def _made(self, rows: Iterable[Kept]) -> Iterator[Case]:
        for row in rows:
            case = self._early.get(row) or made_of(row)
            if case.id:
                yield case

    def in_fault(self, known: set[str]) -> list[str]:
        """The IDs of open cases that break a rule, newest day first, those of ``known`` left out."""
        world = self._desk.world()
        if self._kept is None:
            return [
                case.id
                for case in self._all
                if case.id not in known and case.state.status == "open" and broken(case, world)
            ]
        faulty = [row for row in self._kept if (row.data or "").startswith("!")]
        return [case.id for case in self._made(faulty) if case.id not in known and case.state.status == "open"]

    def had_cases(self, month: str) -> bool:
        """Whether a case was reported in a month (2026-10) that was not imported."""
        if self._kept is not None and self._desk.index is not None:
            with suppress(Unusable):  # between these days it is that month in every time zone
                if self._desk.index.any_reported(f"{month}-02", f"{month}-28"):
                    return True
        return month in self._months

    @cached_property
    def _months(self) -> set[str]:
        """The months in which a case was reported that was not imported."""
        world = self._desk.world()
        if self._kept is not None and self._desk.index is not None:
            with suppress(Unusable):
                reported = self._desk.index.reported()
                return {f"{world.day(moment):%Y-%m}" for moment in reported}
        return {
            f"{world.day(case.incident.reported_at):%Y-%m}"
            for case in self._all or readable(self._desk, [])
            if case.incident.reported_at and not case.imported
        }


def readable(desk: Desk, unread: list[str]) -> Iterator[Case]:
    """The cases whose incident can be read; the others' paths go to ``unread``."""
    for stored in desk.cases():
        if stored.errors:
            unread.append(stored.errors[0].where)
        if stored.case.incident.id:
            yield stored.case


def made_of(row: Kept) -> Case:
    """The case that was kept."""
    return assemble(json.loads((row.data or "").partition("\n")[2]), f"{row.folder}/{row.name}.", [])


def concerned(row: Kept) -> set[str]:
    """Whom a case may concern: names of people, and roles with :data:`ROLE` before them."""
    return set((row.data or "").partition("\n")[0].lstrip("!").split("\t"))


def broken(case: Case, world: World) -> bool:
    """Whether a case breaks a rule."""
    return any(problem.level == "error" for problem in check_case(case, world))


def waiting_kind(desk: Desk) -> Kind:
    """The kind under which the index keeps a case in which something may ever wait.

    Its text is a line of whom it may concern, after ``!`` where an open case breaks a rule, and the parsed files as JSON.
    """
    world = desk.world()
    last, night = replace(world, now=datetime(LAST, 1, 1, tzinfo=world.zone)), last_second(world)
    tonight, second = replace(world, now=night), int(desk.now.timestamp())

    def make(folder: str, case_id: str, stored: Stored) -> Memo:
        case = stored.case
        if not case.id:
            return Memo(None)
        found = [task for one in (world, last) for task in tasks(case, one)]
        is_open = case.state.status == "open"
        if not found and not is_open:
            return Memo(None)
        names = {name for task in found for name in (*task.people, *(ROLE + role for role in task.roles))}
        watched = Watched(world)
        fault = is_open and broken(case, watched)
        head = ("!" if fault else "") + "\t".join(sorted(names))
        data = f"{head}\n{json.dumps(dict(stored.raw), ensure_ascii=False, separators=(',', ':'))}"
        if not watched.was_asked:
            return Memo(data)
        return Memo(data, second, int(night.timestamp()) if broken(case, tonight) == fault else second)

    return Kind(NAME, desk.surroundings, make)
