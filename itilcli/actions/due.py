"""`due`: which of what waits is this person's, in which order. Pure: the world brings clock and people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from itilcli.actions.tasks import Task, tasks
from itilcli.model.case import Case
from itilcli.model.codes import ROLE, priority
from itilcli.procedure.clause import World

RANK = {"high": 0, "medium": 1, "low": 2, None: 3}


def is_for(task: Task, person: str, world: World) -> bool:
    """Whether this person can do it now: named, deputising for somebody named, or of its role."""
    if task.barred == person:
        return False
    day = world.day(world.now)
    if person in task.people or any(world.people.deputises(person, one, day) for one in task.people):
        return True
    return bool(world.people.roles(person, day) & task.roles)


def waiting(cases: Iterable[Case], world: World, person: str | None) -> list[Task]:
    """What waits for a person, or for anybody when it is None; the most urgent first, one's own before one's role's."""
    found = [task for case in cases for task in tasks(case, world) if person is None or is_for(task, person, world)]
    return sorted(found, key=lambda task: urgency(task, world, person))


def urgency(task: Task, world: World, person: str | None) -> tuple[Any, ...]:
    """What is late or due today comes before what waits, that before what has its day ahead, the rest last."""
    state = task.case.state
    order = 0 if task.today(world) else 1 if task.waits else 2 if task.due else 3
    moment = task.due or task.since
    mine = person is None or person in task.people
    return (
        order,
        moment.timestamp() if moment else 0.0,
        not mine,
        RANK[priority(state.importance, state.urgency)],
        task.case.id,
    )


def whom(task: Task) -> tuple[object, ...]:
    """Who is meant: people by name, else roles by label."""
    return task.people or tuple(ROLE.label(role) for role in sorted(task.roles))
