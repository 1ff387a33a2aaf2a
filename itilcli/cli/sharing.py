"""`sync` and `rename`: what was taken over and shared, and what is to be settled."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import Text, render, t


def sync(invocation: Invocation, answers: dict[str, Any]) -> int:
    """Brought together with what others shared, and shared."""
    from itilcli.actions.sharing.sync import sync as bring_together

    take = answers.get("take")
    if take not in (None, "ours", "theirs"):
        hint = t("ours is what was recorded here, theirs what others shared")
        message = t("{value} is neither ours nor theirs", value=repr(take))
        raise Refused([Problem("E-sync-take", message, hint, where="--take", kind=Kind.MISSING)])
    desk = Desk.open(invocation.desk)
    found = bring_together(desk, take)
    if invocation.json:
        sys.stdout.write(document(as_document(desk, found), sys.stdout) + "\n")
        return 0
    screen, translate = invocation.screen, invocation.translate
    for text in found.mended:
        screen.note(safe(render(text, translate)))
    if not invocation.quiet or found.conflicts:
        for text in told(desk, found):
            screen.show(safe(render(text, translate)))
    return 0


def told(desk: Desk, found: Any) -> list[Text]:
    """What came of it, a line each."""
    rows = [t("commits taken over: {taken}, shared: {sent}", taken=found.taken, sent=found.sent)]
    if not found.taken and not found.sent:
        rows = [t("nothing new here or there")]
    for case_id in found.cases:
        if case_id in found.kept:
            rows.append(t("  {id}: taken back by one side, gone on with by the other: it stays", id=case_id))
        elif case_id not in found.conflicts:
            rows.append(t("  {id}: the steps of both sides brought together", id=case_id))
        for old, new in found.renamed.get(case_id, {}).items():
            rows.append(
                t("  {id}: our {old} is {new} now; the other one was shared first", id=case_id, old=old, new=new)
            )
    for ref, serial in found.serials.items():
        rows.append(t("  {form}: serial {serial}", form=ref, serial=serial))
    for problem in conflicts_told(desk, found):
        rows.append(t("  {id}: {message}", id=problem[0], message=problem[1].message))
        if problem[1].hint:
            rows.append(t("    → {hint}", hint=problem[1].hint))
    return rows


def conflicts_told(desk: Desk, found: Any) -> list[tuple[str, Problem]]:
    """What is to be settled, each with how."""
    from itilcli.procedure.s5_00_settle import told as as_problem

    rows = []
    for case_id, conflicts in found.conflicts.items():
        case = desk.anew().case(case_id).case
        rows += [(case_id, as_problem(case, one)) for one in conflicts]
    return rows


def as_document(desk: Desk, found: Any) -> dict[str, Any]:
    """The JSON of it."""
    from itilcli.model.shape import encode

    return {
        "taken": found.taken,
        "sent": found.sent,
        "commit": found.commit,
        "cases": list(found.cases),
        "conflicts": {case_id: [encode(one) for one in rows] for case_id, rows in found.conflicts.items()},
        "renamed": {case_id: dict(rows) for case_id, rows in found.renamed.items()},
        "serials": dict(found.serials),
        "kept": list(found.kept),
    }


def rename(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The case under another ID."""
    from itilcli.actions.sharing.rename import rename as give_another

    written = give_another(Desk.open(invocation.desk), answers["id"], invocation.dry_run)
    if invocation.json:
        made = {**written.extra, "id": written.extra["new"], "commit": written.commit, "paths": list(written.paths)}
        sys.stdout.write(document(made, sys.stdout) + "\n")
        return 0
    screen, translate = invocation.screen, invocation.translate
    if invocation.dry_run:
        screen.show(safe(written.diff, lines=True))
        screen.show(safe(written.message, lines=True))
        return 0
    screen.show(safe(render(t("{old} is {new} from now on", **written.extra), translate)))
    if not invocation.quiet:
        screen.show("  → itil sync")
    return 0


def merge_driver(invocation: Invocation, answers: dict[str, Any]) -> int:
    """One file, for git."""
    from itilcli.actions.sharing.driver import merge_file

    merge_file(answers["base"], answers["ours"], answers["theirs"], answers["path"])
    return 0
