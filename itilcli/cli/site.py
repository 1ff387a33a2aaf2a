"""`site build`: pages for those who do not use a shell."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.cli.header import told_state, told_unread
from itilcli.cli.notices import warn
from itilcli.cli.output import counting
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.text import render, t


def build(invocation: Invocation, answers: dict[str, Any]) -> None:
    """The pages, of which only what has changed is written."""
    from itilcli.actions.publishing.build import Asked
    from itilcli.actions.publishing.build import build as made

    desk = Desk.open(invocation.desk)
    told_state(invocation, desk)
    asked = Asked(answers["out"], invocation.language, bool(answers["public"]), bool(answers["now"]))
    with counting(invocation, desk) as step:
        found = made(desk, asked, step)
    told_unread(invocation, found.unread)
    for problem in found.problems:
        warn(invocation, problem)
    if invocation.json:
        data = {
            "out": str(found.out), "as_of": found.as_of.isoformat(), "public": asked.public, "cases": found.cases,
            "written": found.written, "removed": found.removed, "kept": found.kept,
        }  # fmt: skip
        sys.stdout.write(document(data, sys.stdout) + "\n")
        return
    words = t(
        "{path}: {written} written, {kept} as they were, {removed} removed", path=str(found.out / "index.html"),
        written=len(found.written), kept=found.kept, removed=len(found.removed),
    )  # fmt: skip
    invocation.screen.show(safe(render(words, invocation.translate)))
