"""`undo`: what was taken back, and what is now."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.cli.screen import document, safe
from itilcli.cli.steps import case_document, told_case, warnings
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import render, t


def undo(invocation: Invocation, answers: dict[str, Any]) -> int:
    """My last step, taken back."""
    from itilcli.actions.mending.undo import undo as take_back

    if invocation.at:
        message = t("taking a step back happens now; no --at dates it")
        hint = t("leave it out; ITIL_NOW sets the clock of a rehearsal")
        raise Refused([Problem("E-5-undo-at", message, hint, "5", "--at", Kind.MISSING)])
    written = take_back(Desk.open(invocation.desk), answers.get("id"), invocation.dry_run)
    screen, translate = invocation.screen, invocation.translate
    if invocation.json:
        sys.stdout.write(document(as_document(written, invocation), sys.stdout) + "\n")
        return 0
    if invocation.dry_run:
        screen.show(safe(written.diff, lines=True))
        screen.show(safe(written.message, lines=True))
        return 0
    for text in written.mended:
        screen.note(safe(render(text, translate)))
    gone: dict[str, str] = written.extra["gone"]  # type: ignore[assignment]
    for case in gone.values():
        screen.show(safe(render(t("{case} taken back, there is no such case any more", case=case), translate)))
    for part in written.parts:
        told_case(invocation, part)
    if not written.parts and not gone:
        screen.show(safe(render(t("taken back: {subject}", subject=written.extra["subject"]), translate)))
    if not written.parts and not invocation.quiet:
        screen.show("  → itil new …" if gone else "  → itil due")
    return 0


def as_document(written: Any, invocation: Invocation) -> dict[str, Any]:
    """The JSON of it: of its one case as it is now at the top, of several under ``cases``."""
    ids = written.extra["ids"]
    told = {"undone": written.extra["undone"], "action": written.extra["action"], "id": ids[0] if ids else None}
    cases = [case_document(part, invocation) | {"commit": written.commit} for part in written.parts]
    now = cases[0] if len(ids) == 1 and cases else {}
    made = {**now, **told, "ids": list(ids), "cases": cases, "commit": written.commit}
    made["gone"] = list(written.extra.get("gone", ()))
    made["warnings"] = warnings(written, invocation)
    if invocation.dry_run:
        made |= {"dry_run": True, "diff": written.diff, "message": written.message, "paths": list(written.paths)}
    return made
