"""`next`: which steps are possible with a case, what each still needs, and who may make it."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.actions.looking.finding import find
from itilcli.actions.waiting.suggest import Step, next_command, possible_steps, why_not
from itilcli.cli.header import header, told_state
from itilcli.cli.screen import document, safe
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Refused
from itilcli.text import Text, t


def next_steps(invocation: Invocation, answers: dict[str, Any]) -> int:
    """Which steps are possible now, what each still needs, and who may make it."""
    desk = Desk.open(invocation.desk)
    case_id, _ = find(desk, answers["id"], phones=True)
    stored = desk.case(case_id)
    told_state(invocation, desk, stored)
    case, world = stored.case, desk.world()
    steps = possible_steps(case, world, reader(invocation, desk))
    if invocation.json:
        made = {
            "id": case.id,
            "stage": case.state.stage,
            "next": next_command(case, world),
            "steps": [as_data(invocation, one) for one in steps],
        }
        sys.stdout.write(document(made, sys.stdout) + "\n")
        return 0
    sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
    lines = header(sheet, case, world, desk.vips)
    lines += [sheet.heading(t("most likely next")), "  " + safe(next_command(case, world)), ""]
    for title, group in grouped(steps):
        lines += (
            [sheet.heading(title), *(line for one in group for line in step_lines(sheet, one)), ""] if group else []
        )
    invocation.screen.page("\n".join(lines).rstrip())
    return 0


def grouped(steps: list[Step]) -> list[tuple[Text, list[Step]]]:
    """What this person can do with the right flags, what a rule forbids as the case stands, what others may do."""
    mine = [step for step in steps if step.permitted]
    ready = [step for step in mine if not step.forbidden]
    return [
        (
            t("possible now") if ready else t("nothing is possible for you now"),
            sorted(ready, key=lambda step: bool(step.missing)),
        ),
        (t("not as the case stands"), [step for step in mine if step.forbidden]),
        (t("possible for others"), [step for step in steps if not step.permitted]),
    ]


def reader(invocation: Invocation, desk: Desk) -> str | None:
    """Who reads, or None for somebody the desk does not know: reading needs no identity, then nothing is one's own."""
    try:
        return desk.actor
    except Refused as refused:
        if refused.exit_code != int(Kind.PERMISSION):
            raise
        for problem in refused.problems:
            invocation.screen.note(safe(problem.message.render(invocation.translate)))
        return None


def step_lines(sheet: Sheet, step: Step) -> list[str]:
    """A step with its command; below it what is missing, or who may make it."""
    label, command = safe(sheet.say(step.label)), safe(step.command)
    if not step.permitted:
        return [
            sheet.screen.style(line, "dim")
            for line in (f"  {label}  {command}", f"      {safe(sheet.say(why_not(step)))}")
        ]
    colour = "red" if step.forbidden else "yellow" if step.missing else "green"
    lines = [f"  {sheet.screen.style(label, colour)}  {command}"]
    for problem in step.missing:
        hint = safe(sheet.say(problem.hint)) if problem.hint else ""
        source = " · ".join(filter(None, (hint, f"§{problem.clause}" if problem.clause else "", problem.code)))
        lines.append(f"      {safe(sheet.say(problem.message))}  {sheet.screen.style(source, 'dim')}")
    return lines


def as_data(invocation: Invocation, step: Step) -> dict[str, Any]:
    """The JSON of one step."""
    say = invocation.translate
    return {
        "action": step.action,
        "label": step.label.render(say),
        "command": step.command,
        "permitted": step.permitted,
        "missing": [
            {
                "code": problem.code,
                "message": problem.message.render(say),
                "hint": problem.hint.render(say) if problem.hint else None,
                "clause": problem.clause,
                "where": problem.where,
            }
            for problem in step.missing
        ],
        "roles": [label.code for label in step.roles],
        "people": list(step.people),
    }
