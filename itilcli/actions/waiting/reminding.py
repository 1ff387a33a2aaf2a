"""What `due --notify` tells the team in the morning, and the notice of a major incident (B3). Pure.

A message leaves the desk: it names the case, the customer's organisation and what is to be done, never a person's
phone number, and what a customer said only as far as it must.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from itilcli.actions.waiting.due import due_words
from itilcli.actions.waiting.suggest import code
from itilcli.actions.waiting.task import Task
from itilcli.model import codes as c
from itilcli.model.case import Case
from itilcli.model.labels import field_label, inside_label
from itilcli.model.phone import without_phones
from itilcli.notify import Message
from itilcli.notify.plain import one_line
from itilcli.procedure.clause import World
from itilcli.procedure.naming import standing
from itilcli.text import Listing, Translate, render, t
from itilcli.values import value
from itilcli.workdays import add_working_days

if TYPE_CHECKING:
    from itilcli.actions.waiting.chores import Chore

NAMED = 3
"""The most holders of a role who are named beside it."""
TITLE, LINE, SAID = 40, 120, 200
"""The most characters of a case's name, of a row, and of what a customer said."""
UNTOLD = t("major, and the department manager has not been told")


@value
class Row:
    """One line of the message, under the name of whose it is."""

    whose: object
    text: object


def reminder(tasks: Sequence[Task], chores: Sequence[Chore], world: World, translate: Translate) -> Message | None:
    """The message about everything that is due, by person; None where nothing is.

    :param tasks: what waits for anybody, the most urgent first.
    :param translate: of the desk's language.
    """
    due = [task for task in tasks if task.pressing(world) or soon(task, world)]
    if not due and not chores:
        return None
    late = sum(task.late(world.now) for task in due)
    today = sum(task.today(world) and not task.late(world.now) for task in due)
    day = f"{world.day(world.now):%m-%d}"
    title = t("due on {day}: {count}, of them {late} overdue", day=day, count=len(due) + len(chores), late=late)
    sums = t("{late} overdue, {today} today, {rest} waiting or soon; in full: {command}", late=late, today=today,
             rest=len(due) + len(chores) - late - today, command="itil due --all")  # fmt: skip
    rows = [Row(UNTOLD if task.kind == "notify" else whose(task, world), told(task, world)) for task in due]
    rows += [Row(Listing(tuple(c.ROLE.label(role) for role in sorted(one.roles))), one.text) for one in chores]
    rows.sort(key=lambda row: row.whose is not UNTOLD)
    return Message(render(title, translate), "\n".join([render(sums, translate), *grouped(rows, translate)]))


def grouped(rows: Sequence[Row], translate: Translate) -> Iterator[str]:
    """The rows under the names of whose they are, in the order of the first row of each."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        text = one_line(without_phones(render(row.text, translate)), LINE)
        groups.setdefault(render(row.whose, translate), []).append(text)
    for name, lines in groups.items():
        yield from ("", f"【{name}】", *(f"- {line}" for line in lines))


def soon(task: Task, world: World) -> bool:
    """Whether its hour comes before the next working day is over."""
    if task.due is None or task.whole_day:
        return False
    return world.day(task.due) <= add_working_days(world.calendar, world.day(world.now), 1).on


def whose(task: Task, world: World) -> object:
    """Who is meant: people with whoever deputises for them; else roles, with those who hold them where they are few."""
    day = world.day(world.now)
    if task.people:
        acting = [
            one.id for one in world.people.people if any(world.people.deputises(one.id or "", who, day) for who in task.people)
        ]  # fmt: skip
        named = Listing(task.people)
        return t("{people} (deputy: {deputies})", people=named, deputies=Listing(tuple(acting))) if acting else named
    roles = Listing(tuple(c.ROLE.label(role) for role in sorted(task.roles)))
    held = dict.fromkeys(one for role in sorted(task.roles) for one in world.people.holders(role, day))
    people = tuple(one for one in held if one != task.barred)
    return t("{roles} ({people})", roles=roles, people=Listing(people)) if 0 < len(people) <= NAMED else roles


def told(task: Task, world: World) -> object:
    """One row: until when, which case of which customer, what is to be done; for a notice, who is to give it."""
    owner = (
        t("{what} ({person})", what=task.text, person=task.people[0]) if task.kind == "notify" and task.people else None
    )
    words = due_words(task, world, lambda moment: short(moment, world))
    return t(
        "{when} {id} {title}: {what}", when=words, id=code(task.case), title=named(task.case), what=owner or task.text
    )


def named(case: Case) -> str:
    """A case by its customer and title."""
    customer = case.incident.customer
    title = without_phones(case.incident.title or "")
    return one_line(f"{(customer.organisation if customer else None) or '?'}·{title}", TITLE)


def short(moment: datetime | date, world: World) -> str:
    """A time by the desk's clock, without the year."""
    return f"{moment.astimezone(world.zone):%m-%d %H:%M}" if isinstance(moment, datetime) else f"{moment:%m-%d}"


def notice(case: Case, world: World, by: str, translate: Translate) -> Message:
    """B3: what the department manager is told of a major incident.

    :param case: as it is once he was told; whom is read from it.
    :param by: who tells him.
    """
    incident, state, told = case.incident, case.state, case.incident.manager_notified
    title = t("major incident {id}: {title}", id=code(case), title=named(case))
    rows: list[tuple[object, object]] = [
        (field_label("to"), (told.instead or told.to) if told else None),
        (field_label("customer"), incident.customer.organisation if incident.customer else None),
        (field_label("severity"), c.SEVERITY.label(state.severity) if state.severity else None),
        (field_label("importance"), c.IMPORTANCE.label(state.importance) if state.importance else None),
        (field_label("urgency"), c.URGENCY.label(state.urgency) if state.urgency else None),
        (field_label("symptom"), one_line(without_phones(incident.symptom or ""), SAID)),
        (field_label("business_impact"), one_line(without_phones(incident.business_impact or ""), SAID)),
        (field_label("reported_at"), short(state.reported_at, world) if state.reported_at else None),
        (field_label("stage"), standing(case)),
        (field_label("assignee"), state.assignee),
        (inside_label("manager_notified", "by"), by),
    ]
    rows.append((t("to look"), f"itil show {code(case)}"))
    lines = [render(t("{label}: {value}", label=label, value=value), translate) for label, value in rows if value]
    return Message(render(title, translate), "\n".join(lines))
