"""§5.1: taking calls: question by question, in an editor, or many slips at once. What was typed is kept until it is a case."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from itilcli.actions.taking.drafts import Draft, forget_text, from_draft, keep_draft, keep_text, latest, taken_at
from itilcli.actions.taking.intake import open_case
from itilcli.actions.writing.advance import Ask
from itilcli.actions.writing.writing import Written
from itilcli.cli.customers import Again
from itilcli.cli.dialogue import Manner, asking
from itilcli.cli.screen import safe
from itilcli.cli.steps import told
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused, reason_of
from itilcli.text import Text, render, t


def new(invocation: Invocation, answers: dict[str, Any]) -> int:
    """A new case; on a terminal what is missing is asked, elsewhere it is listed; refused, it is kept as a draft."""
    desk = Desk.open(invocation.desk)
    source, draft, edit = answers.pop("slips", None), answers.pop("draft", False), answers.pop("edit", False)
    letter = answers.pop("letter", None)
    listed, dropped = answers.pop("drafts", False), answers.pop("drop_drafts", False)
    if listed or dropped:
        from itilcli.cli.drafts import drop, show

        return drop(invocation, desk) if dropped else show(invocation, desk)
    if source is not None:
        if draft or edit:
            message = t("--from goes with neither --draft nor --edit")
            raise Refused([Problem("E-slips-alone", message, t("leave it out"), "5.1", "--from", Kind.MISSING)])
        return told(invocation, slips(invocation, desk, source, answers))
    if letter is not None:
        from itilcli.cli.mailing import take

        return take(invocation, desk, letter, answers, alone=not (draft or edit))
    call = Call(invocation, desk)
    if draft:
        kept = from_draft(desk, answers)
        answers = call.resume(kept)
        if kept.letter is not None:
            from itilcli.cli.mailing import resume

            return resume(invocation, desk, kept, answers)
    elif not edit and invocation.may_ask and not any(answers.values()):
        call.remind()
    written = edited(call, answers) if edit else asking(invocation, answers, call.attempt, call.manner())
    return told(invocation, written)


class Call:
    """One call that is being taken, and the draft it is kept in until it is a case."""

    def __init__(self, invocation: Invocation, desk: Desk) -> None:
        self.invocation = invocation
        self.desk = desk
        self.again = Again(invocation, desk)
        self.at = invocation.at
        self.said = bool(invocation.at)
        self.draft: Path | None = None

    def resume(self, draft: Draft) -> dict[str, Any]:
        """The answers of a draft, which this call goes on from; it says which one that is."""
        from itilcli.cli.drafts import about, answered, when

        if not self.at:
            self.at, self.said = draft.at, draft.said
        self.draft = draft.path
        who = about(self.desk, draft)[:3]
        shown = " ".join(text for text in (who[0] or who[1], who[2]) if text) or "…"
        note(self.invocation, t("going on from: {about} ({time})", about=shown, time=when(self.desk, draft.at)))
        for line in answered(draft) if self.invocation.may_ask else ():
            note(self.invocation, line)
        return draft.answers

    def asked(self, typed: dict[str, Any]) -> Ask:
        """What is asked of the desk with these answers."""
        return Ask("new", "", typed, taken_at(self.desk, self.at, self.said, typed), self.invocation.dry_run)

    def attempt(self, typed: dict[str, Any]) -> Written:
        """The case, or the call recorded on the caller's open one that it is about; its draft has served then."""
        try:
            noted: Written | None = self.again.note(typed, self.at)
        except KeyboardInterrupt:
            self.stop(typed)
            raise
        if noted and self.draft:
            self.draft.unlink(missing_ok=True)
        return noted or open_case(self.desk, self.asked(typed), self.draft)

    def manner(self) -> Manner:
        """How the answers are asked for: as a caller tells them, on a terminal where a line can be edited."""
        from itilcli.cli.ask import editable

        if not self.invocation.may_ask or not editable():
            return Manner(self.keep, self.stop)
        from itilcli.cli.calling import Calling

        return Manner(self.keep, self.stop, Calling(self.desk, self.invocation).arrange, self.again.forget)

    def keep(self, typed: dict[str, Any]) -> None:
        """Keeps what was typed so far, against a cut of the power."""
        if not self.invocation.dry_run:
            self.draft = keep_draft(self.desk, self.asked(typed), self.draft, self.said) or self.draft

    def stop(self, typed: dict[str, Any]) -> None:
        """Keeps what was typed, and says so."""
        self.keep(typed)
        if self.draft and not self.invocation.dry_run:
            note(self.invocation, t("The answers are kept; go on with: itil new --draft …"))

    def remind(self) -> None:
        """Tells of a call that was cut off."""
        found = latest(self.desk)
        if found:
            at, about = found
            shown = f"{at:%H:%M}" if at.date() == self.desk.now.date() else f"{at:%m-%d %H:%M}"
            note(
                self.invocation,
                t("a draft of {time} is kept ({about}); go on with: itil new --draft", time=shown, about=about),
            )


def misused(invocation: Invocation, answers: dict[str, Any]) -> None:
    """Keeps what was understood of a call whose command line was refused for another word of it."""
    if any(answers.pop(name, None) for name in ("slips", "letter", "draft", "drafts", "drop_drafts", "edit")):
        return
    try:
        Call(invocation, Desk.open(invocation.desk)).stop(answers)
    except Refused:  # outside of a desk nothing is kept; the refusal that led here is the one that is told
        return


def note(invocation: Invocation, text: Text) -> None:
    """One line for people; a program that reads JSON gets none."""
    if not invocation.json:
        invocation.screen.note(safe(render(text, invocation.translate)))


def names() -> list[str]:
    """The answers that ``new`` takes."""
    from itilcli.cli.commands import COMMANDS
    from itilcli.procedure.answers import ANSWERS

    return [row.name for entry in COMMANDS if entry.name == "new" for row in entry.options() if row.name in ANSWERS]


# ── in the editor


def edited(call: Call, given: dict[str, Any]) -> Written:
    """A new case out of a form that the editor shows; with what is wrong on top, it opens again on a terminal.

    :raises Refused: where the form was left as it was or emptied, and for what is wrong where nobody can mend it.
    """
    from itilcli.actions.taking.intake import known_answers
    from itilcli.cli.editor import edit_text
    from itilcli.cli.form import form, with_problems

    translate = call.invocation.translate
    known = known_answers(call.desk, call.asked(given))
    text, fresh = form(names(), {**given, **known}, call.at, translate), call.draft is None
    call.keep(given)
    typed: dict[str, Any] | None = {}
    refused = unchanged()
    while (left := edit_text(text)) is not None:
        typed, found = attempted(call, left)
        if isinstance(found, Written):
            return found
        refused, text = found, with_problems(left, found.problems, translate)
        if typed == {} or not call.invocation.may_ask or call.invocation.dry_run:
            break
    if typed:
        call.stop(typed)
        raise refused
    if typed is None:
        kept_as_text(call.invocation, call.desk, "---\n" + with_problems(text, (), translate))
    if fresh and call.draft:
        call.draft.unlink(missing_ok=True)
    raise refused


def attempted(call: Call, text: str) -> tuple[dict[str, Any] | None, Written | Refused]:
    """The answers of a form (None where it cannot be read), and what came of them."""
    from itilcli.actions.taking.slips import read_form

    try:
        slip = read_form(text, t("the form").render(call.invocation.translate), names())
    except Refused as refused:
        return None, refused
    if not slip.answers:
        return {}, unchanged()
    call.said = (call.said or slip.at != call.at) and bool(slip.at)
    call.at = slip.at
    call.keep(slip.answers)
    try:
        return slip.answers, call.attempt(slip.answers)
    except Refused as refused:
        return slip.answers, refused


def unchanged() -> Refused:
    """Nothing was written into the form; as with git, that is how to change one's mind."""
    message = t("the form was left as it was, or emptied: no case was made")
    hint = t("fill in what must be answered, and save before you leave the editor")
    return Refused([Problem("E-cli-unchanged", message, hint, "5.1", "--edit")])


# ── many slips


def slips(invocation: Invocation, desk: Desk, source: str, flags: dict[str, Any]) -> Written:
    """A case for each slip of a file or of standard input; refused ones that were typed there are kept."""
    from itilcli.actions.taking.batch import open_slips
    from itilcli.actions.taking.slips import decode, read_slips

    text = decode(read_source(source), source)
    ask = Ask("new", "", flags, invocation.at, invocation.dry_run)

    def progress(total: int, label: Text) -> Any:
        return invocation.screen.progress(total, render(label, invocation.translate))

    try:
        made = open_slips(desk, read_slips(text, source, names()), ask, invocation.translate, progress)
    except Refused:
        if source == "-" and text.strip():
            kept_as_text(invocation, desk, text)
        raise
    if made.commit:
        forget_text(desk, Path(source))
    return made


def kept_as_text(invocation: Invocation, desk: Desk, text: str) -> None:
    """Keeps a text that could not be taken, and says where; a dry run writes nothing."""
    path = None if invocation.dry_run else keep_text(desk, text)
    if path:
        note(invocation, t("The text is kept; mend it and go on with: itil new --from {path}", path=path))


def read_source(source: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``; one more than are taken, at most.

    :raises Refused: where there is nothing to read (``E-slips-file``).
    """
    from itilcli.actions.taking.slips import LARGEST

    try:
        if source == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(source).open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        message = t("the slips cannot be read: {reason}", reason=reason_of(error))
        hint = t("name a file, or - for standard input")
        raise Refused([Problem("E-slips-file", message, hint, "5.1", source, Kind.MISSING)]) from None
