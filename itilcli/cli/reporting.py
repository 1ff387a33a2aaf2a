"""`itil report`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from itilcli.actions.month.report import as_markdown
from itilcli.actions.month.report import report as make
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.store.cases import all_ids
from itilcli.text import Listing, render, t

FORMATS = ("md", "json")


def report(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The month's figures, on the screen or in a file."""
    shape = answers["format"] or ("json" if invocation.json else "md")
    if shape not in FORMATS:
        hint = t("one of: {codes}", codes=Listing(FORMATS))
        raise Refused(
            [
                Problem(
                    "E-5.15-format",
                    t("{format} is not a format of the report", format=repr(shape)),
                    hint,
                    "5.15",
                    "--format",
                    Kind.MISSING,
                )
            ]
        )
    shape = "json" if invocation.json else shape
    desk = Desk.open(invocation.desk)
    if answers["issue"]:
        return issued(invocation._replace(dry_run=answers["dry_run"]), desk, answers["month"])
    for text in desk.unfinished():
        invocation.screen.note(render(text, invocation.translate))
    total = sum(1 for _ in all_ids(desk.root))
    with invocation.screen.progress(total, invocation.translate("reading cases")) as step:
        made = make(desk, answers["month"], step)
    if made.left_out:
        text = t("left out, being in fault (see itil check): {ids}", ids=Listing(made.left_out))
        invocation.screen.note(safe(render(text, invocation.translate)))
    if shape == "json":
        return written(document(made.document, sys.stdout) + "\n", answers["output"])
    return written(as_markdown(desk, made.document, invocation.translate), answers["output"], invocation)


def issued(invocation: Invocation, desk: Desk, month: str | None) -> int:
    """``--issue``: the report is kept in the desk, in one commit."""
    from itilcli.actions.month.issuing import issue
    from itilcli.cli.desks import wrote

    made = issue(desk, month, invocation.dry_run)
    wrote(
        invocation,
        made,
        t("the report of {month} is issued: {path}", month=made.extra["month"], path=made.extra["path"]),
        f"itil report {made.extra['month']}",
    )
    return 0


def written(text: str, output: str | None, invocation: Invocation | None = None) -> int:
    """The report in the file that was asked for, whole or not at all; else on the screen."""
    if output and output != "-":
        from itilcli.store.files import write_atomically

        write_atomically(Path(output).absolute(), text.encode())
        if invocation is not None:
            invocation.screen.note(render(t("written: {path}", path=safe(output)), invocation.translate))
    elif invocation is not None:
        invocation.screen.page(safe(text, lines=True))
    else:
        sys.stdout.write(text)
    return 0
