"""The verbs that record a step: one call each, and one place that tells what came of it."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.actions.advance import Ask, advance
from itilcli.actions.intake import from_draft, keep_draft, open_case
from itilcli.actions.suggest import next_command
from itilcli.actions.writing import Written, headline
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Refused
from itilcli.text import render, t

SHOWN = 3
"""The most possible duplicates told of on a screen; the JSON has them all."""


def step(invocation: Invocation, answers: dict[str, Any]) -> int:
    """Any verb on one case."""
    desk = Desk.open(invocation.desk)
    given = {name: value for name, value in answers.items() if name != "id"}
    name = invocation.command.replace(" ", "-")
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


def new(invocation: Invocation, answers: dict[str, Any]) -> int:
    """A new case; on a terminal what is missing is asked, elsewhere it is listed; refused, it is kept as a draft."""
    desk = Desk.open(invocation.desk)
    at, draft = invocation.at, None
    if answers.pop("draft", False):
        draft, answers, kept_at = from_draft(desk, answers)
        at = at or kept_at

    def attempt(typed: dict[str, Any]) -> Written:
        return open_case(desk, Ask("new", "", typed, at, invocation.dry_run), draft)

    def keep(typed: dict[str, Any]) -> None:
        if not invocation.dry_run and keep_draft(desk, Ask("new", "", typed, at), draft) and not invocation.json:
            invocation.screen.note(
                render(t("The answers are kept; go on with: itil new --draft …"), invocation.translate)
            )

    return told(invocation, asking(invocation, answers, attempt, keep))


def asking(invocation: Invocation, given: dict[str, Any], attempt: Any, keep: Any = None) -> Written:
    """The attempt; on a terminal, what is missing is asked for and tried again."""
    asked: set[str] = set()
    while True:
        try:
            written: Written = attempt(given)
            return written
        except Refused as refused:
            from itilcli.cli.prompts import is_misread, questions

            missing = (
                questions(refused.problems, invocation.command) if invocation.may_ask and not invocation.dry_run else []
            )
            again = any(is_misread(problem) for problem in refused.problems)
            missing = [question for question in missing if again or question.name not in asked]
            if not missing or any(problem.kind is not Kind.MISSING for problem in refused.problems):
                if keep:
                    keep(given)
                raise
            from itilcli.cli.ask import Interrupted, ask

            try:
                typed = ask(missing, invocation.translate, invocation.screen)
            except Interrupted as stopped:
                if keep:
                    keep({**given, **stopped.answers})
                raise
            asked |= set(typed)
            given = {**given, **typed}


def only_waiting(desk: Desk) -> str:
    """The one work order that waits for a decision, for `approve` without a reference."""
    from itilcli.actions.finding import ambiguous, not_found

    waiting = [
        stored.case
        for stored in desk.cases()
        if stored.case.state.stage == "dispatch_pending" and stored.case.state.waiting
    ]
    if not waiting:
        raise not_found("", t("no work order waits for its approval"))
    if len(waiting) > 1:
        raise ambiguous(desk, "", [case.id for case in waiting])
    return f"{waiting[0].id}/{waiting[0].state.waiting}"


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
    for text in written.notes:
        screen.note(safe(render(text, translate)))
    if written.parts:
        warned(invocation, written)
    for part in written.parts or (written,):
        told_case(invocation, part)
    return 0


def warned(invocation: Invocation, written: Written) -> None:
    """The warnings that a step leaves."""
    screen, translate = invocation.screen, invocation.translate
    for problem in written.warnings:
        hint = f" → {render(problem.hint, translate)}" if problem.hint else ""
        screen.note(safe(f"{translate('warning:')} {render(problem.message, translate)}{hint}"))


def told_case(invocation: Invocation, written: Written) -> None:
    """What is now of one case, and what likely comes next."""
    screen, translate, case = invocation.screen, invocation.translate, written.case
    assert case is not None
    warned(invocation, written)
    for other in written.duplicates[:SHOWN]:
        screen.note(safe(render(t("perhaps the same as {id} {title}", **other), translate)))
    screen.show(safe(headline(case, translate, written.before)))
    if not invocation.quiet:
        screen.show("  → " + safe(next_command(case)))


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
        "next": next_command(case),
    }
    if written.form and "/work-order-" in written.form:
        made["work_order"] = written.form
    if invocation.command == "new":
        made["possible_duplicates"] = list(written.duplicates)
    return made
