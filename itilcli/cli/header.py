"""What stands above whatever is shown: the state of the desk's files, and a case in three lines."""

from __future__ import annotations

from itilcli.actions.waiting.deadlines import overdue
from itilcli.cli.screen import safe
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.model import codes as c
from itilcli.model.case import Case
from itilcli.model.customer import VIP, Customers
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.procedure.naming import standing
from itilcli.procedure.s5_00_settle import unsettled
from itilcli.procedure.s5_14_follow_up import due
from itilcli.store.cases import Stored
from itilcli.text import t


def told_state(invocation: Invocation, desk: Desk, stored: Stored | None = None) -> None:
    """What a reader must know of the files: a killed command's work, and what could not be read.

    :raises Refused: when the incident file itself could not be read, for then there is nothing to tell of the case.
    """
    if stored and stored.errors and not stored.case.incident.id:
        raise Refused(stored.errors)
    for text in desk.unfinished():
        invocation.screen.note(safe(text.render(invocation.translate)))
    for problem in stored.errors if stored else ():
        message = f"{problem.where}: {problem.message.render(invocation.translate)}"
        invocation.screen.note(safe(f"{invocation.translate('warning:')} {message}"))


def told_unread(invocation: Invocation, unread: list[str]) -> None:
    """A note on how many cases could not be read, if any."""
    if unread:
        text = t("{count} cases could not be read whole; see: itil check", count=len(unread))
        invocation.screen.note(safe(text.render(invocation.translate)))


def header(sheet: Sheet, case: Case, world: World, vips: Customers) -> list[str]:
    """The case in three lines: what, where it stands, what is pressing."""
    state, say = case.state, sheet.say
    facts = [say(standing(case)), say(c.STATUS.label(state.status)), say(c.TIER.label(str(state.tier)))]
    people = [
        f"{say(field_label(name))} {getattr(state, name)}" for name in ("owner", "assignee") if getattr(state, name)
    ]
    lines = [
        sheet.screen.style(safe(f"{case.id}  {case.incident.title or ''}"), "bold"),
        safe(" · ".join([*facts, *people])),
    ]
    first = [(VIP, "yellow")] if vips.vip(case.incident.customer) else []
    marks = [sheet.screen.style(safe(say(mark)), colour) for mark, colour in (*first, *pressing(sheet, case, world))]
    return [*lines, *([" · ".join(marks)] if marks else []), ""]


def pressing(sheet: Sheet, case: Case, world: World) -> list[tuple[object, str]]:
    """What should catch the eye, each with its colour."""
    state = case.state
    marks: list[tuple[object, str]] = [(problem.message, "red") for problem in unsettled(case, world)]
    if state.major:
        marks.append((field_label("major"), "red"))
    marks += [
        (t("overdue: {what} {time}", what=row.label, time=sheet.when(row.at)), "red") for row in overdue(case, world)
    ]
    if state.hold:
        until = t("until {time}", time=sheet.when(state.hold_until)) if state.hold_until else t("without an end")
        marks.append((t("on hold: {why}, {until}", why=c.HOLD.label(state.hold), until=until), "yellow"))
    if state.reopened:
        marks.append((t("reopened: {count}", count=state.reopened), "yellow"))
    when = due(case, world)
    if when and not case.last_follow_up_reached():
        text = (
            t("follow-up due {day} (provisional)", day=when.on)
            if when.provisional
            else t("follow-up due {day}", day=when.on)
        )
        marks.append((text, "dim"))
    return marks
