"""Improvements that the monthly reports name and follow up, on the command line."""

from __future__ import annotations

from typing import Any

from itilcli.actions.month import improvements
from itilcli.cli.desks import out, wrote
from itilcli.cli.screen import safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.model.action import Action
from itilcli.model.codes import ACTION_STATE
from itilcli.text import Text, render, t

LIST = "itil action list"


def add(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil action add``."""
    desk = Desk.open(invocation.desk)
    written = improvements.add_action(desk, answers, invocation.at, invocation.dry_run)
    made = written.extra
    words = {"id": made["id"], "text": improvements.brief(str(made["text"]))}
    now = t("{id} {text} ({person}, until {day})", **words, person=made["owner"], day=made["due"])
    wrote(invocation, written, now, LIST)


def done(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil action done``."""
    desk = Desk.open(invocation.desk)
    written = improvements.end_action(desk, answers["id"], answers, invocation.at, invocation.dry_run)
    made = written.extra
    words = {"id": made["id"], "text": improvements.brief(str(made["text"])), "day": made["done_on"]}
    now = t("{id} {text}: done ({day})", **words)
    wrote(invocation, written, now if made["state"] == "done" else t("{id} {text}: given up ({day})", **words), LIST)


def listing(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil action list``."""
    desk = Desk.open(invocation.desk)
    screen, translate = invocation.screen, invocation.translate
    for text in desk.unfinished():
        screen.note(safe(render(text, translate)))
    found, today = improvements.listed(desk, answers["all"]), desk.now.date()
    if invocation.json:
        out([improvements.view(one, today) for one in found])
        return
    if not found:
        hint = t(
            "No improvement is open; the incident manager names one with: itil action add TEXT --owner NAME --due DAY"
        )
        screen.note(safe(render(hint, translate)))
        return
    titles: list[Text] = [
        t("id"),
        t("what is to be done"),
        t("who sees to it"),
        t("due day"),
        t("overdue"),
        t("report month"),
    ]
    rows: list[list[object]] = [
        [one.id, " ".join((one.text or "").split()), one.owner, one.due, _late(one.days_overdue(today)), one.month]
        for one in found
    ]
    if answers["all"]:
        titles += [t("status"), t("ended on"), t("what came of it")]
        rows = [[*row, *_ended(one)] for row, one in zip(rows, found, strict=True)]
    cells = [["" if cell is None else render(cell, translate) for cell in row] for row in rows]
    screen.page(screen.table(cells, [render(title, translate) for title in titles]))


def _late(days: int) -> Text | None:
    return t("{days} d", days=days) if days else None


def _ended(one: Action) -> list[object]:
    return [ACTION_STATE.label(one.state or "open"), one.done_on, " ".join((one.note or "").split())]


def action_ids(text: str) -> list[tuple[str, object]]:
    """Completion: open improvements whose code or id begins with the text, with what they say."""
    from itilcli.actions.looking.finding import spoken

    wanted = spoken(text)
    ids = [(one.id or "", improvements.brief(one.text)) for one in improvements.listed(Desk.open())]
    return [(one, said) for one, said in ids if spoken(one).startswith(wanted) or spoken(one)[4:].startswith(wanted)]
