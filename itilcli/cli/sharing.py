"""`sync` and `rename`: what was taken over and shared, and what is to be settled."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import Listing, Text, Translate, render, t

_NAMED = 20
"""So many cases and files of one side are named to people."""


def sync(invocation: Invocation, answers: dict[str, Any]) -> int:
    """Brought together with what others shared, and shared; or what would be."""
    take = answers.get("take")
    if take not in (None, "ours", "theirs"):
        hint = t("ours is what was recorded here, theirs what others shared")
        message = t("{value} is neither ours nor theirs", value=repr(take))
        raise Refused([Problem("E-sync-take", message, hint, where="--take", kind=Kind.MISSING)])
    desk = Desk.open(invocation.desk)
    with ExitStack() as stack:

        def checking(total: int) -> Any:
            return stack.enter_context(invocation.screen.progress(total, invocation.translate("checking")))

        if answers.get("dry_run"):
            from itilcli.actions.sharing.foreseen import foresee
            from itilcli.actions.sharing.sync import Asked

            foreseen = foresee(desk, Asked(take, bool(answers.get("new_branch")), told=checking))
            found, before, data = foreseen.found, _ahead_of(foreseen), _plan(foreseen)
        else:
            from itilcli.actions.sharing.sync import Asked
            from itilcli.actions.sharing.sync import sync as bring_together

            found = bring_together(desk, Asked(take, bool(answers.get("new_branch")), told=checking))
            before, data = _counted(found), as_document(found, invocation.translate)
    if invocation.json:
        sys.stdout.write(document(data, sys.stdout) + "\n")
        return 0
    screen, translate = invocation.screen, invocation.translate
    for text in (*found.mended, *found.notes):
        screen.note(safe(render(text, translate)))
    if not invocation.quiet or found.conflicts:
        for text in (*before, *told(desk, found)):
            screen.show(safe(render(text, translate)))
    return 0


def _counted(found: Any) -> list[Text]:
    """How much came and went, and where a branch began."""
    rows = [t("commits taken over: {taken}, shared: {sent}", taken=found.taken, sent=found.sent)]
    if not found.taken and not found.sent:
        rows = [] if found.tags else [t("nothing new here or there")]
    if found.begun:
        rows.append(t("a new branch there: {branch}", branch=found.branch))
    if found.tags:
        rows.append(t("seals and reports shared: {tags}", tags=Listing(found.tags)))
    return rows


def _ahead_of(foreseen: Any) -> list[Text]:
    """How much would come and go."""
    rows = [t("not done, only looked at ({branch}):", branch=foreseen.found.branch)]
    coming, going = foreseen.coming, foreseen.going
    if coming.commits:
        rows.append(t("  would come: {count} commits: {what}", count=coming.commits, what=_what(coming)))
    if going.commits:
        rows.append(t("  would go: {count} commits: {what}", count=going.commits, what=_what(going)))
    if not coming.commits and not going.commits:
        rows.append(t("  nothing new here or there"))
    if foreseen.found.begun:
        rows.append(t("  the branch would be a new one there"))
    if foreseen.serials:
        rows.append(t("  forms that would get their serials: {count}", count=foreseen.serials))
    return rows


def _what(side: Any) -> Listing:
    """The cases and files of one side; of many the first."""
    rows = [*(one.rpartition("-")[2] for one in side.cases), *side.files]
    return Listing(
        (*rows[:_NAMED], *([t("… and {count} more", count=len(rows) - _NAMED)] if len(rows) > _NAMED else []))
    )


def _plan(foreseen: Any) -> dict[str, Any]:
    """The JSON of what would be."""
    sides = {"coming": foreseen.coming, "going": foreseen.going}
    rows = {
        name: {"commits": one.commits, "cases": list(one.cases), "files": list(one.files)}
        for name, one in sides.items()
    }
    known = as_document(foreseen.found, str)
    kept = {name: known[name] for name in ("branch", "new_branch", "cases", "conflicts", "renamed", "kept")}
    return {"dry_run": True, **rows, **kept, "serials": foreseen.serials}


def told(desk: Desk, found: Any) -> list[Text]:
    """What came of the cases that both sides changed, and which forms got serials: a line each."""
    rows = []
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


def as_document(found: Any, translate: Translate) -> dict[str, Any]:
    """The JSON of it."""
    from itilcli.model.shape import encode

    return {
        "taken": found.taken,
        "sent": found.sent,
        "commit": found.commit,
        "branch": found.branch,
        "new_branch": found.begun,
        "tags": list(found.tags),
        "cases": list(found.cases),
        "conflicts": {case_id: [encode(one) for one in rows] for case_id, rows in found.conflicts.items()},
        "renamed": {case_id: dict(rows) for case_id, rows in found.renamed.items()},
        "serials": dict(found.serials),
        "kept": list(found.kept),
        "notes": [render(one, translate) for one in (*found.mended, *found.notes)],
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
