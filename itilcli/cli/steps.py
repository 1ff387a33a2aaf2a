"""The verbs that record a step: one call each, and one place that tells what came of it."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.actions.looking.finding import is_case
from itilcli.actions.waiting.suggest import by_days, next_command
from itilcli.actions.writing.advance import Ask, advance
from itilcli.actions.writing.writing import Written, headline
from itilcli.cli.customers import asks, told_again
from itilcli.cli.dialogue import asking
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import WORK_ORDER, Case
from itilcli.procedure.glance import Glance
from itilcli.procedure.s5_06_verbal import to_countersign
from itilcli.procedure.words import placed, two_cases
from itilcli.text import Listing, Text, render, t

SHOWN = 3
"""The most possible duplicates told of on a screen; the JSON has them all."""


def step(invocation: Invocation, answers: dict[str, Any]) -> int:
    """Any verb on one case."""
    desk = Desk.open(invocation.desk)
    name = invocation.command.replace(" ", "-")
    given = placed(
        invocation.command, {key: value for key, value in answers.items() if key != "id"}, desk.clock,
        lambda word: is_case(desk, word),
    )  # fmt: skip
    if name == "note" and is_case(desk, str(given.get("text") or "")):
        raise Refused([two_cases("show", str(given["text"]))])
    reference = answers.get("id") or only_waiting(desk)
    return told(
        invocation,
        asking(
            invocation,
            given,
            lambda typed: advance(desk, Ask(name, reference, typed, invocation.at, invocation.dry_run)),
        ),
    )


def answer(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The verbs that take ``none`` as a word: change, problem, item."""
    said = answers.pop("none", None)
    field = {"change": "change", "problem": "problem", "item": "update"}[invocation.command]
    return step(invocation, {**answers, field: (said,) if field == "update" else said} if said else answers)


def only_waiting(desk: Desk) -> str:
    """The one work order that waits for a decision, for `approve` without a reference."""
    from itilcli.actions.looking.finding import described

    waiting = {stored.case.id: ref for stored in desk.picked(may_wait) if (ref := undecided(stored.case))}
    if not waiting:
        message, hint = t("no work order waits for its approval"), t("what waits for you: itil due")
        raise Refused([Problem("E-find-none", message, hint, "5.6", kind=Kind.NOT_FOUND)])
    if len(waiting) > 1:
        rows = tuple(described(desk, one) for one in waiting)
        message, hint = t("several work orders wait for their approval"), t("name one of: {cases}", cases=Listing(rows))
        raise Refused([Problem("E-find-several", message, hint, "5.6", kind=Kind.NOT_FOUND)])
    return "/".join(next(iter(waiting.items())))


def may_wait(row: Glance) -> bool:
    """Whether a case has a work order, which may wait for a decision or a signature."""
    return any(ref.startswith(WORK_ORDER.name) for ref in row.forms)


def undecided(case: Case) -> str | None:
    """The work order of a case that waits for its approval, or for the signature under a verbal one."""
    if case.state.stage == "dispatch_pending" and case.state.waiting:
        return case.state.waiting
    return to_countersign(case, None)


def told(invocation: Invocation, written: Written) -> int:
    """What came of it: two lines for people, one document for programs."""
    screen, translate = invocation.screen, invocation.translate
    if invocation.json:
        sys.stdout.write(document(as_document(written, invocation), sys.stdout) + "\n")
        return 0
    for text in written.mended:
        screen.note(safe(render(text, translate)))
    if invocation.dry_run:
        screen.show(safe(written.diff, lines=True))
        screen.show(safe(written.message, lines=True))
        return 0
    if written.case is None:
        warned(invocation, written)
    several = len(written.parts) > 1
    for part in written.parts or (written,):
        told_case(invocation, part, last=not several)
    if several and not invocation.quiet:
        screen.show("  → itil due")
    return 0


def warned(invocation: Invocation, written: Written) -> None:
    """What a step has to say besides what came of it, and the warnings that it leaves."""
    screen, translate = invocation.screen, invocation.translate
    for text in written.notes:
        screen.note(safe(render(text, translate)))
    for problem in written.warnings:
        hint = f" → {render(problem.hint, translate)}" if problem.hint else ""
        screen.note(safe(f"{translate('warning:')} {render(problem.message, translate)}{hint}"))


def told_case(invocation: Invocation, written: Written, last: bool = True) -> None:
    """What is now of one case, and what likely comes next where it is the ``last`` to be told of."""
    screen, translate, case = invocation.screen, invocation.translate, written.case
    assert case is not None
    warned(invocation, written)
    shown = [other for other in written.duplicates if other["why"] != "caller" or not asks(invocation)]
    for other in shown[:SHOWN]:
        screen.note(safe(render(told_again(other), translate)))
    if mine := next((other for other in shown if other["why"] == "caller"), None):
        screen.note("  → " + safe(render(if_the_same(mine["id"], case, last), translate)))
    screen.show(safe(headline(case, translate, written.before, written.came)))
    if last and not invocation.quiet:
        screen.show("  → " + safe(likely(invocation, case)))


def if_the_same(known: str, case: Case, alone: bool) -> Text:
    """What to do where a new case is the caller's open one after all: alone it is taken back, among others it is merged."""
    old, new = known.rpartition("-")[2], case.id.rpartition("-")[2]
    if not alone:
        return t("if it is the same: itil merge {new} --into {old} --reason …", new=new, old=old)
    return t("if it is the same: itil undo, then itil {old} '…'", old=old)


def likely(invocation: Invocation, case: Case) -> str:
    """The likely next command; the desk's calendar is read only where it decides."""
    return next_command(case, Desk.open(invocation.desk).world() if by_days(case) else None)


def as_document(written: Written, invocation: Invocation) -> dict[str, Any]:
    """The JSON of a writing verb: of its case, or of each where it wrote several."""
    if written.case is None:
        made: dict[str, Any] = {
            "cases": [case_document(part, invocation) for part in written.parts],
            "commit": written.commit,
            "warnings": warnings(written, invocation),
        }
    else:
        made = case_document(written, invocation)
    if invocation.dry_run:
        made |= {"dry_run": True, "diff": written.diff, "message": written.message, "paths": list(written.paths)}
    return made


def warnings(written: Written, invocation: Invocation) -> list[dict[str, Any]]:
    """The JSON of the warnings that a step leaves."""
    return [
        {
            "code": row.code,
            "message": row.message.render(invocation.translate),
            "clause": row.clause,
            "where": row.where,
            "hint": row.hint.render(invocation.translate) if row.hint else None,
        }
        for row in written.warnings
    ]


def case_document(written: Written, invocation: Invocation) -> dict[str, Any]:
    """The JSON of one case that a verb wrote."""
    case = written.case
    assert case is not None
    made: dict[str, Any] = {
        "id": case.id,
        "title": case.incident.title,
        "status": case.state.status,
        "stage": case.state.stage,
        "tier": case.state.tier,
        "assignee": case.state.assignee,
        "form": written.form,
        "commit": written.commit,
        "warnings": warnings(written, invocation),
        "notes": [render(text, invocation.translate) for text in written.notes],
        "next": likely(invocation, case),
    }
    if written.form and "/work-order-" in written.form:
        made["work_order"] = written.form
    if invocation.command == "new":
        made["possible_duplicates"] = list(written.duplicates)
    return made
