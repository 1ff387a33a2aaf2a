"""Messages to the team: `due --notify`, `notify ID --send`, and what came of any message."""

from __future__ import annotations

import os
import sys
from typing import Any

from itilcli.actions.waiting.reminding import notice, reminder
from itilcli.actions.writing.advance import Ask, advance, ready
from itilcli.actions.writing.writing import Written
from itilcli.cli.dialogue import asking
from itilcli.cli.header import told_state, told_unread
from itilcli.cli.screen import document, safe
from itilcli.cli.steps import step, told
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import translator
from itilcli.notify import Delivery, Message, addresses, send
from itilcli.notify.plain import titled
from itilcli.text import Listing, render, t


def remind(invocation: Invocation) -> int:
    """``due --notify``: what is due, by person, to the team; nothing is sent where nothing is due."""
    from itilcli.actions.waiting.chores import chores
    from itilcli.actions.waiting.due import waiting
    from itilcli.actions.waiting.survey import Survey

    desk = Desk.open(invocation.desk)
    told_state(invocation, desk)
    world = desk.world()
    survey = Survey(desk, None)
    found = waiting(survey.cases, world, None, desk.vips)
    message = reminder(found, chores(desk, survey, None), world, spoken(desk))
    told_unread(invocation, survey.unread)
    if message is None:
        if not invocation.dry_run:
            addresses(desk.root, os.environ)  # a desk without any is told at once, not on the first busy morning
        return nothing(invocation)
    if invocation.dry_run:
        return rehearsed(invocation, message)
    return delivered(invocation, message, send(message, desk.root, os.environ))


def spoken(desk: Desk) -> Any:
    """The desk's language, which its team reads."""
    return translator(desk.settings.language or "zh")


def nothing(invocation: Invocation) -> int:
    """Nothing is due, so nothing was sent."""
    if invocation.json:
        sys.stdout.write(document({"message": None, "sent": []}, sys.stdout) + "\n")
    else:
        invocation.screen.show(invocation.translate("Nothing is due; nothing was sent."))
    return 0


def rehearsed(invocation: Invocation, message: Message) -> int:
    """``--dry-run``: the message as it would go out."""
    if invocation.json:
        sys.stdout.write(document({**shown(message), "sent": [], "dry_run": True}, sys.stdout) + "\n")
    else:
        invocation.screen.show(safe(f"{titled(message.title)}\n\n{message.body}", lines=True))
    return 0


def delivered(invocation: Invocation, message: Message, delivery: Delivery) -> int:
    """Where a message went; 0 where it went everywhere.

    :raises Refused: with an ``E-notify-unsent`` for each address it did not reach, after the others were told of.
    """
    for problem in delivery.warnings:
        warn(invocation, problem)
    if delivery.arrived and not invocation.json:
        places = Listing(delivery.arrived)
        invocation.screen.show(safe(render(t("sent to {places}", places=places), invocation.translate)))
    if delivery.failed:
        raise Refused(unsent(delivery))
    if invocation.json:
        made = {**shown(message), "sent": list(delivery.arrived)}
        sys.stdout.write(document(made, sys.stdout) + "\n")
    return 0


def shown(message: Message) -> dict[str, Any]:
    """A message for programs."""
    return {"message": {"title": titled(message.title), "body": message.body}}


def unsent(delivery: Delivery) -> list[Problem]:
    """A problem for each address that a message did not reach."""
    return [
        Problem(
            "E-notify-unsent", t("not sent to {where}: {why}", where=one.where, why=one.said or "?"),
            t("what usually causes it stands in docs/cron.md"), where=one.source, kind=Kind.DESK,
        )
        for one in delivery.failed
    ]  # fmt: skip


def warn(invocation: Invocation, problem: Problem) -> None:
    """One warning on standard error."""
    say = invocation.translate
    hint = f" → {render(problem.hint, say)}" if problem.hint else ""
    invocation.screen.note(safe(f"{say('warning:')} {render(problem.message, say)}{hint}"))


# ── B3


def notify(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``notify ID``: that the department manager was told is recorded; with ``--send`` he is told first."""
    if not answers.pop("send", None):
        return step(invocation, answers)
    desk = Desk.open(invocation.desk)
    given = {name: value for name, value in answers.items() if name != "id"}
    typed: dict[str, Any] = {}

    def tried(now: dict[str, Any]) -> Written:
        """The step as it would be recorded, so that nothing is sent that cannot be."""
        typed.update(now)
        return advance(desk, Ask("notify", answers["id"], now, invocation.at, dry_run=True))

    planned = asking(invocation, given, tried)
    assert planned.case is not None
    message = notice(planned.case, desk.world(), desk.actor, spoken(desk))
    if invocation.dry_run:
        if not invocation.json:
            rehearsed(invocation, message)
        return told(invocation, planned)
    ready(desk)
    delivery = send(message, desk.root, os.environ)
    if not delivery.arrived:
        raise Refused(unsent(delivery))
    for problem in (*delivery.warnings, *unsent(delivery)):
        warn(invocation, problem)
    written = recorded(desk, Ask("notify", answers["id"], typed, invocation.at), delivery)
    invocation.screen.note(safe(render(t("sent to {places}", places=Listing(delivery.arrived)), invocation.translate)))
    return told(invocation, written)


def recorded(desk: Desk, ask: Ask, delivery: Delivery) -> Written:
    """The step, once its notice is out.

    :raises Refused: as ``advance`` does, and says that the notice was sent all the same (``E-notify-unrecorded``).
    """
    try:
        return advance(desk, ask)
    except Refused as refused:
        said = t("the notice was sent to {places}, but is not recorded", places=Listing(delivery.arrived))
        hint = t(
            "do not send it again; record it with: {command}",
            command=f"itil notify {ask.reference} --at {desk.now:%H:%M}",
        )
        kind = Kind(refused.exit_code)
        raise Refused([Problem("E-notify-unrecorded", said, hint, "5.2", kind=kind), *refused.problems]) from None
