"""§5.1: ``itil new --from-email``: a message given by a person or a mail server, and what came of it. Never asks anything,
except where a person goes on from a draft."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import Any

from itilcli.actions.taking.drafts import Draft
from itilcli.actions.taking.letters.taking import CASE, DRAFT, IGNORED, KNOWN, LARGEST, WORD, Taken, take_letter
from itilcli.actions.writing.writing import Written
from itilcli.cli.dialogue import Manner, asking
from itilcli.cli.screen import document, safe
from itilcli.cli.steps import as_document, told
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.text import Text, render, t

SAID: dict[str, Text] = {
    CASE: t("the e-mail is a case now"), WORD: t("the e-mail is noted on {id}"), DRAFT: t("the e-mail is kept as a draft"),
    IGNORED: t("the e-mail is ignored"), KNOWN: t("the e-mail was taken before"),
}  # fmt: skip


def take(invocation: Invocation, desk: Desk, source: str, answers: dict[str, Any], alone: bool = True) -> int:
    """What comes of the message in a file or on standard input: always 0 where it is in the desk's hands, or is noise."""
    if not alone:
        message = t("--from-email goes with neither --draft nor --edit")
        raise Refused([Problem("E-mail-alone", message, t("leave it out"), "5.1", "--from-email", Kind.MISSING)])
    taken = take_letter(desk, read_source(source), answers, invocation.at, invocation.dry_run)
    return shown(invocation, taken)


def resume(invocation: Invocation, desk: Desk, draft: Draft, answers: dict[str, Any]) -> int:
    """A draft that came by e-mail, gone on from: what is missing is asked on a terminal, and told elsewhere."""
    assert draft.letter is not None
    data = read_source(str(draft.letter))
    made: list[Taken] = []

    def attempt(typed: dict[str, Any]) -> Written:
        made.append(take_letter(desk, data, typed, invocation.at or draft.at, invocation.dry_run, keep=False))
        return made[-1].written or Written()

    def keep(typed: dict[str, Any]) -> None:
        if not invocation.dry_run:
            take_letter(desk, data, typed, invocation.at or draft.at, invocation.dry_run)

    asking(invocation, answers, attempt, Manner(stop=keep))
    return shown(invocation, made[-1])


def shown(invocation: Invocation, taken: Taken) -> int:
    """What came of it: a line and what is odd about it, then the case as each step tells it; one document for programs."""
    screen, translate = invocation.screen, invocation.translate
    if invocation.json:
        sys.stdout.write(document(_document(invocation, taken), sys.stdout) + "\n")
        return 0
    about = taken.letter.subject or taken.letter.author.shown or taken.letter.id
    said = t("the e-mail would be kept as a draft") if taken.came == DRAFT and taken.path is None else SAID[taken.came]
    first = render(Text(said.msgid, {"id": taken.id or ""}), translate)
    line = safe(render(t("{what}: {subject}", what=first, subject=about), translate))
    odd = [safe("  " + render(text, translate)) for text in taken.why]
    if taken.written is not None:
        for text in (line, *odd):
            screen.note(text)
        return told(invocation, taken.written)
    for text in (line, *odd):
        screen.show(text)
    for problem in taken.problems:
        hint = f" → {render(problem.hint, translate)}" if problem.hint else ""
        screen.show(safe(f"  - {render(problem.message, translate)}{hint}"))
    if taken.came == DRAFT and not invocation.quiet:
        screen.show("  → " + safe(_next(taken)))
    return 0


def _next(taken: Taken) -> str:
    return f"itil new --from-email {quote(str(taken.path) if taken.path else '…')} …"


def _document(invocation: Invocation, taken: Taken) -> dict[str, Any]:
    translate = invocation.translate
    made: dict[str, Any] = as_document(taken.written, invocation) if taken.written is not None else {"id": taken.id}
    return {
        **made,
        "result": taken.came,
        "message_id": taken.letter.id,
        "from": taken.letter.author.address or None,
        "subject": taken.letter.subject or None,
        "why": [render(text, translate) for text in taken.why],
        "draft": str(taken.path) if taken.path else None,
        "missing": [
            {
                "code": one.code,
                "message": one.message.render(translate),
                "hint": one.hint.render(translate) if one.hint else None,
                "clause": one.clause or None,
                "where": one.where or None,
            }
            for one in taken.problems
        ],
    }


def read_source(source: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``; one more than are taken, at most.

    :raises Refused: where there is nothing to read (``E-mail-file``).
    """
    try:
        if source == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(source).open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        message = t("the e-mail cannot be read: {reason}", reason=reason_of(error))
        hint = t("name a file, or - for standard input")
        raise Refused([Problem("E-mail-file", message, hint, "5.1", source, Kind.MISSING)]) from None
