"""`itil doctor`: a line for each thing that was looked at, the command that mends it below, and the sum."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from itilcli.actions.doctor.checks import CHECKS, Check, examine
from itilcli.actions.doctor.finding import FAULT, OK, WARNING, Finding
from itilcli.actions.doctor.patient import Patient
from itilcli.cli.desks import out
from itilcli.cli.screen import pad, safe, width
from itilcli.cli.table import Invocation
from itilcli.errors import Kind
from itilcli.text import N_, Text, render, t

STATES = {OK: (N_("ok"), "green"), WARNING: (N_("warning"), "yellow"), FAULT: (N_("fault"), "red")}
Found = list[tuple[Check, Finding]]


def doctor(invocation: Invocation, answers: dict[str, Any]) -> int:
    """``itil doctor``: 0, or 5 where there is a fault."""
    patient = Patient(invocation.desk, os.environ, _here())
    done: list[Text] = []
    if answers["fix"]:
        from itilcli.actions.doctor.mending import fix

        done = list(fix(patient))
        patient = Patient(invocation.desk, os.environ, _here())
    found: Found = []
    with invocation.screen.progress(len(CHECKS), invocation.translate("looking")) as step:
        for check in CHECKS:
            found += [(check, one) for one in examine(patient, check)]
            step()
    if invocation.json:
        out(_document(found, done, invocation))
    else:
        _told(found, done, invocation)
    return int(Kind.DESK) if any(one.state == FAULT for _, one in found) else 0


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # the folder is gone
        return Path("/")


def _told(found: Found, done: list[Text], invocation: Invocation) -> None:
    screen, say = invocation.screen, invocation.translate
    for text in done:
        screen.show(safe(f"{invocation.translate('mended')}: {render(text, say)}"))
    wide = max(width(say(word)) for word, _ in STATES.values())
    column = max(width(say(check.title)) for check, _ in found)
    for check, one in found:
        if invocation.quiet and one.state == OK:
            continue
        word, colour = STATES[one.state]
        shown = screen.style(pad(say(word), wide), colour)
        screen.show(f"{shown}  {pad(say(check.title), column)}  {safe(render(one.said, say))}")
        if one.hint:
            screen.show(f"{' ' * (wide + column + 4)}{safe(render(one.hint, say))}")
        for command in one.commands:
            screen.show(f"{' ' * (wide + column + 4)}→ {safe(command)}")
    screen.note(safe(render(_sum(found), say)))


def _sum(found: Found) -> Text:
    counted = {state: sum(1 for _, one in found if one.state == state) for state in STATES}
    return t(
        "{ok} are fine, {warnings} warnings, {faults} faults",
        ok=counted[OK],
        warnings=counted[WARNING],
        faults=counted[FAULT],
    )


def _document(found: Found, done: list[Text], invocation: Invocation) -> dict[str, object]:
    say = invocation.translate
    states = {one.state for _, one in found}
    rows = [
        {
            "check": check.name,
            "state": one.state,
            "message": render(one.said, say),
            "hint": render(one.hint, say) if one.hint else None,
            "commands": list(one.commands),
            "code": one.code or None,
        }
        for check, one in found
    ]
    return {
        "state": next(state for state in (FAULT, WARNING, OK) if state in states),
        "mended": [render(text, say) for text in done],
        "checks": rows,
    }
