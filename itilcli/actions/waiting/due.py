"""`due`: which of what waits is this person's, in which order. Pure: the world brings clock and people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from itilcli.actions.waiting.chasing import chasing
from itilcli.actions.waiting.suggest import code
from itilcli.actions.waiting.task import Task
from itilcli.actions.waiting.tasks import tasks
from itilcli.model.case import Case
from itilcli.model.codes import ROLE, priority
from itilcli.model.customer import Customers
from itilcli.procedure.clause import World
from itilcli.procedure.s5_05_hands import quoted
from itilcli.text import Text, t

ONE_BY_ONE = 3
"""The most orphaned cases of one person shown one by one; more are one row."""
RANK = {"high": 0, "medium": 1, "low": 2, None: 3}


def is_for(task: Task, person: str, world: World) -> bool:
    """Whether this person can do it now: named, deputising for somebody named, or of its role."""
    if task.barred == person:
        return False
    day = world.day(world.now)
    if person in task.people or any(world.people.deputises(person, one, day) for one in task.people):
        return True
    return holds_role(person, task.roles, world)


def holds_role(person: str, roles: frozenset[str], world: World) -> bool:
    """Whether a person holds one of these roles today."""
    return bool(world.people.roles(person, world.day(world.now)) & roles)


def waiting(cases: Iterable[Case], world: World, person: str | None, vips: Customers | None = None) -> list[Task]:
    """What waits for a person, or for anybody when it is None; the most urgent first, one's own before one's role's.

    :param vips: the customers whose cases come first among the equally urgent.
    """
    known = vips or Customers()
    found = [task for case in cases for task in tasks(case, world) if person is None or is_for(task, person, world)]
    return sorted(gathered(found), key=lambda task: urgency(task, world, person, known))


def gathered(found: Iterable[Task]) -> list[Task]:
    """The orphaned cases of one person as one row where they are many; it stands under the oldest of them."""
    rest: list[Task] = []
    orphans: dict[str, list[Task]] = defaultdict(list)
    for task in found:
        (orphans[task.lies_with] if task.lies_with else rest).append(task)
    for person, rows in orphans.items():
        if len(rows) <= ONE_BY_ONE:
            rest += rows
            continue
        rows.sort(key=lambda task: task.case.began)
        text = t("{count} open cases, this one first: {text}", count=len(rows), text=rows[0].text)
        named = " ".join(code(task.case) for task in rows)
        rest.append(replace(rows[0], text=text, command=f"itil handover {named} --from {quoted(person)} --to …"))
    return rest


def urgency(task: Task, world: World, person: str | None, vips: Customers) -> tuple[Any, ...]:
    """What is late or due today comes before what waits, that before what has its day ahead, the rest last; within each
    of these the VIPs' come first, then those whose customer chases."""
    state = task.case.state
    order = 0 if task.today(world) else 1 if task.waits else 2 if task.due else 3
    moment = task.due or task.since
    mine = person is None or person in task.people
    return (
        order,
        not vips.vip(task.case.incident.customer),
        chasing(task.case) is None,
        moment.timestamp() if moment else 0.0,
        not mine,
        RANK[priority(state.importance, state.urgency)],
        task.case.began,
    )


def whom(task: Task) -> tuple[object, ...]:
    """Who is meant: people by name, else roles by label."""
    return task.people or tuple(ROLE.label(role) for role in sorted(task.roles))


def due_words(task: Task, world: World, when: Callable[[datetime | date], str]) -> Text:
    """Until when, whether it has passed or is today; a day that may still move is marked.

    :param when: how a time is written, its hour last after a blank.
    """
    if task.due is None:
        return t("waiting") if task.waits else t("open")
    time = when(world.day(task.due) if task.whole_day else task.due)
    if task.late(world.now):
        return t("overdue {time} (provisional)", time=time) if task.provisional else t("overdue {time}", time=time)
    if task.today(world) and not task.provisional:
        return t("today") if task.whole_day else t("today {time}", time=time.rpartition(" ")[2])
    return t("due {time} (provisional)", time=time) if task.provisional else t("due {time}", time=time)
