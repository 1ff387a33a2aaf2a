"""`due` and `search`: what waits, where something stands."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.cli.ahead import reader
from itilcli.cli.customers import marked
from itilcli.cli.header import told_state, told_unread
from itilcli.cli.screen import document, safe
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.model.case import off_paper
from itilcli.model.customer import Customers
from itilcli.model.labels import field_label
from itilcli.procedure.clause import World
from itilcli.text import Label, Listing, render, t

FOUND_IN = {
    "case": Label("case", "事件", "case"),
    "form": Label("form", "表单", "form"),
    "article": Label("article", "知识", "article"),
}


# ── due


def due(invocation: Invocation, answers: dict[str, Any]) -> int:
    """What this person can do now; with ``--exit-code`` 1 when something of it is due."""
    from itilcli.actions.waiting.chores import chores
    from itilcli.actions.waiting.due import waiting
    from itilcli.actions.waiting.survey import Survey

    if answers.get("notify"):
        from itilcli.cli.notices import remind

        return remind(invocation._replace(dry_run=bool(answers.get("dry_run"))))
    desk = Desk.open(invocation.desk)
    everybody = bool(answers.get("all"))
    me = None if everybody else reader(invocation, desk)
    if me is None and not everybody:
        invocation.screen.note(invocation.translate("Everybody's work is shown."))
    told_state(invocation, desk)
    world = desk.world()
    survey = Survey(desk, me)
    found = waiting(survey.cases, world, me, desk.vips)
    more = chores(desk, survey, me)
    told_unread(invocation, survey.unread)
    if invocation.json:
        data = [task_data(invocation, task, world, desk.vips) for task in found]
        data += [chore_data(invocation, chore) for chore in more]
        sys.stdout.write(document(data, sys.stdout) + "\n")
    elif found or more:
        sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
        rows = [task_lines(sheet, task, world, me, desk.vips) for task in found]
        rows += [
            [safe(f"{sheet.say(t('waiting'))}  {sheet.say(one.text)}"), "  → " + safe(one.command)] for one in more
        ]
        invocation.screen.page("\n".join(line for row in rows for line in row))
    else:
        invocation.screen.note(invocation.translate("Nothing is due."))
    return int(bool(answers.get("exit_code")) and (bool(more) or any(task.pressing(world) for task in found)))


def task_lines(sheet: Sheet, task: Any, world: World, me: str | None, vips: Customers) -> list[str]:
    """What waits, until when, for whom; below it the command, which is never cut."""
    from itilcli.actions.waiting.chasing import chasing
    from itilcli.actions.waiting.due import due_words, whom

    incident = task.case.incident
    organisation = (incident.customer.organisation if incident.customer else None) or "?"
    colour = "red" if task.late(world.now) else "yellow" if task.today(world) else ""
    when = sheet.say(due_words(task, world, sheet.when))
    head = sheet.screen.style(safe(when), colour) if colour else safe(when)
    meant = () if me else whom(task)
    people = f"  ({sheet.say(Listing(meant))})" if meant else ""
    title = marked(f"{organisation}·{incident.title or ''}", vips.vip(incident.customer))
    title = f"{task.case.id.rpartition('-')[2]} {title}"
    asked = chasing(task.case)
    chased = "  " + sheet.screen.style(safe(sheet.say(asked.words(world))), "yellow") if asked else ""
    return [f"{head}  {safe(title)}  {safe(sheet.say(task.text) + people)}{chased}", "  → " + safe(task.command)]


def task_data(invocation: Invocation, task: Any, world: World, vips: Customers) -> dict[str, Any]:
    """The JSON of one row."""
    from itilcli.actions.waiting.chasing import chasing

    asked = chasing(task.case)
    due_at = (world.day(task.due) if task.whole_day else task.due).isoformat() if task.due else None
    return {
        "kind": task.kind,
        "id": task.case.id,
        "title": task.case.incident.title,
        "vip": vips.vip(task.case.incident.customer),
        "since": task.since.isoformat() if task.since else None,
        "due": due_at,
        "provisional": task.provisional,
        "late": task.late(world.now),
        "chased": asked.data() if asked else None,
        "person": task.people[0] if task.people else None,
        "people": list(task.people),
        "roles": sorted(task.roles),
        "command": task.command,
        "text": render(task.text, invocation.translate),
    }


def chore_data(invocation: Invocation, chore: Any) -> dict[str, Any]:
    """The JSON of a row that belongs to no case."""
    return {
        "kind": chore.kind, "id": None, "title": None, "vip": False, "since": None, "due": None, "provisional": False,
        "late": False, "chased": None, "person": None, "people": [], "roles": sorted(chore.roles), "command": chore.command,
        "text": render(chore.text, invocation.translate),
    }  # fmt: skip


# ── search


def search(invocation: Invocation, answers: dict[str, Any]) -> int:
    """Where a text stands; nowhere is no failure."""
    from itilcli.actions.looking.search import search as look_for
    from itilcli.cli.output import counting

    desk = Desk.open(invocation.desk)
    told_state(invocation, desk)
    unreadable: list[Any] = []
    named, printed_of = off_paper(answers["text"])
    wanted = named.partition("/")[0] if printed_of and named.upper().startswith(("INC-", "KB-")) else answers["text"]
    with counting(invocation, desk) as step:
        found = list(look_for(desk, wanted, unreadable, step))
    if unreadable:
        text = t("{count} places could not be read; see: itil check", count=len(unreadable))
        invocation.screen.note(safe(text.render(invocation.translate)))
    if invocation.json:
        from dataclasses import asdict

        sys.stdout.write(document([asdict(hit) for hit in found], sys.stdout) + "\n")
    elif found:
        say = invocation.translate
        rows = [[hit.ref, hit.title, place(hit, invocation), hit.text] for hit in found]
        headings = [
            field_label("id").render(say),
            field_label("title").render(say),
            t("found in").render(say),
            field_label("text").render(say),
        ]
        invocation.screen.page(invocation.screen.table(rows, headings))
    else:
        nothing = t("{text} stands nowhere.", text=repr(answers["text"]))
        invocation.screen.note(safe(nothing.render(invocation.translate)))
    return 0


def place(hit: Any, invocation: Invocation) -> str:
    """The kind of record and the field in which it stands."""
    say = invocation.translate
    kind = FOUND_IN[hit.kind].render(say)
    field = field_label(hit.field.rpartition(".")[2]).render(say) if hit.field else ""
    return f"{kind}·{field}" if field else kind
