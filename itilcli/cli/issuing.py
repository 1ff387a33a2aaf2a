"""`itil report --issue` and `report edit`: the report kept in the desk for good, and the manager's text for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from itilcli.actions.month.comment import already, comment_of, write_comment
from itilcli.actions.month.issued import HTML, read_issued
from itilcli.actions.month.issuing import FAULTS, Order, issue, pages_of, write_draft
from itilcli.actions.writing.apart import not_permitted
from itilcli.actions.writing.writing import Written
from itilcli.cli.desks import wrote
from itilcli.cli.output import counting
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.figures.period import Period
from itilcli.language import translator
from itilcli.procedure.s5_15_report import REPORTERS
from itilcli.text import Listing, Text, render, t


def issued(invocation: Invocation, desk: Desk, period: Period, answers: dict[str, Any]) -> int:
    """``--issue``: one commit and a tag. Unattended, whatever is wrong is one line, and is notified."""
    order = Order(
        period, answers["comment"], tuple(answers["excluding"]), answers["reason"], bool(answers["unattended"]),
        invocation.dry_run,
    )  # fmt: skip
    if not order.unattended:
        with counting(invocation, desk) as step:
            made = issue(desk, order, step)
        wrote(invocation, made, _now(made), _next(made))
        return _notified(invocation, desk, made) if answers["notify"] and not order.dry_run else 0
    try:
        made = issue(desk, order)
    except Refused as refused:
        return _failed(invocation, desk, order, refused, bool(answers["notify"]))
    if invocation.json or order.dry_run:
        wrote(invocation, made, _now(made), _next(made))
    else:
        invocation.screen.show(safe(render(_now(made), invocation.translate)))
    new = not made.extra["already"]
    return _notified(invocation, desk, made) if answers["notify"] and new and not order.dry_run else 0


def _now(made: Written) -> Text:
    month, path = made.extra["month"], made.extra["path"]
    if made.extra["already"]:
        return t("the report of {month} was issued before: {path}", month=month, path=path)
    return t("the report of {month} is issued: {path}", month=month, path=path)


def _next(made: Written) -> str:
    return f"itil report {made.extra['month']} --verify"


def _notified(invocation: Invocation, desk: Desk, made: Written) -> int:
    """The issued report sent to the team, the page attached; 5 where it did not arrive, though it is issued."""
    from itilcli.cli.notices import warn
    from itilcli.notify import Message, send

    month = str(made.extra["month"])
    pages = pages_of(desk, read_issued(desk, month))
    first = next((block for _, block in pages.blocks()), None)
    body = f"{getattr(first, 'text', '')}\n{made.extra['path']} · {made.extra['tag']}"
    page = Path(desk.root / str(made.extra["path"]) / HTML)
    title = f"{pages.organisation} {pages.title}".strip()
    delivery = send(Message(title, body, (page,)), desk.root, os.environ)
    for problem in delivery.warnings:
        warn(invocation, problem)
    return _arrived(invocation, delivery)


def _arrived(invocation: Invocation, delivery: Any) -> int:
    from itilcli.cli.notices import unsent

    if delivery.arrived:
        words = t("sent to {places}", places=Listing(delivery.arrived))
        say = invocation.screen.note if invocation.json else invocation.screen.show
        say(safe(render(words, invocation.translate)))
    if delivery.failed:
        raise Refused(unsent(delivery))
    return 0


def _failed(invocation: Invocation, desk: Desk, order: Order, refused: Refused, notify: bool) -> int:
    """What an unattended run could not do, in one line; with a draft where records in fault are the reason."""
    codes = {problem.code for problem in refused.problems}
    drafts = write_draft(desk, order) if FAULTS in codes and codes <= {FAULTS} and not order.dry_run else ()
    say = translator(desk.settings.language or "zh")

    def line(translate: Any) -> str:
        why = translate("; ").join(render(problem.message, translate) for problem in refused.problems)
        words = t("the report of {month} is not issued: {why}", month=str(order.period), why=why)
        if drafts:
            words = t("the report of {month} is not issued: {why}; a draft lies in {draft}", month=str(order.period),
                      why=why, draft=drafts[0])  # fmt: skip
        return safe(" ".join(render(words, translate).split()))

    if invocation.json:
        found = {"month": str(order.period), "issued": False, "draft": list(drafts)}
        problems = [
            {"code": one.code, "message": render(one.message, invocation.translate)} for one in refused.problems
        ]
        sys.stdout.write(document({**found, "problems": problems}, sys.stdout) + "\n")
    sys.stderr.write(f"{invocation.translate('error:')} {line(invocation.translate)}\n")
    if notify:
        _tell_failure(invocation, desk, line(say), refused, say)
    return refused.exit_code


def _tell_failure(invocation: Invocation, desk: Desk, line: str, refused: Refused, say: Any) -> None:
    """The team told that no report was issued; that this failed too is one more line, and never hides the reason."""
    from itilcli.cli.notices import unsent, warn
    from itilcli.notify import Message, send

    hints = [render(problem.hint, say) for problem in refused.problems if problem.hint]
    title = render(t("monthly report not issued"), say)
    try:
        delivery = send(Message(title, "\n".join([line, *hints])), desk.root, os.environ)
    except Refused as failed:
        for problem in failed.problems:
            warn(invocation, problem)
        return
    for problem in unsent(delivery):
        warn(invocation, problem)


# ── the manager's text


def written_text(invocation: Invocation, desk: Desk, period: Period, text: str | None) -> int:
    """``report edit``, or ``--comment`` without ``--issue``: the text for a report, in one commit."""
    if text is None:
        refuse(not_permitted(desk, REPORTERS, "5.15", t("write the text of a report")))
        refuse(already(desk, str(period)))
        text = _edited(invocation, desk, period)
        if text is None:
            invocation.screen.show(invocation.translate("Nothing was changed."))
            return 0
    made = write_comment(desk, period, text, invocation.dry_run)
    month = str(made.extra["month"])
    following = f"itil report {month} --issue" if desk.now >= period.end else f"itil report {month}"
    words = t("the text for the report of {month} is kept: {path}", month=month, path=made.extra["path"])
    wrote(invocation, made, words, following)
    return 0


def _edited(invocation: Invocation, desk: Desk, period: Period) -> str | None:
    """The text as it is left in the editor; None where nothing was changed.

    :raises Refused: E-5.15-terminal where nobody can edit.
    """
    from itilcli.cli.editor import edit_text

    if not (invocation.stdin_is_terminal or os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        hint = t('give the text: itil report {month} --comment "…"', month=str(period))
        raise Refused(
            [Problem("E-5.15-terminal", t("there is no terminal to edit on"), hint, "5.15", kind=Kind.MISSING)]
        )
    return edit_text((comment_of(desk, period) or "") + "\n", ".md")
