"""§5.1: one message taken: a case, word on the case that it goes on from, a draft, or left alone; never lost, and never twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from itilcli.actions.taking.batch import with_flags
from itilcli.actions.taking.intake import open_case
from itilcli.actions.taking.letters.callers import Author, author_of, belongs
from itilcli.actions.taking.letters.contents import call_of, enclosed, fits, reported_at
from itilcli.actions.taking.letters.threads import Thread, copy_of, named_in, thread_of
from itilcli.actions.taking.letters.waiting import drop_letter, keep_letter, waiting, waits_above
from itilcli.actions.writing.advance import Ask, advance, ready
from itilcli.actions.writing.apart import not_permitted
from itilcli.actions.writing.attachments import ENCLOSED
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import translator
from itilcli.mail.letter import Letter
from itilcli.mail.noise import noise
from itilcli.mail.quoting import bare_subject, fresh
from itilcli.mail.reading import read, several
from itilcli.model.case import Case
from itilcli.procedure.answers import ANSWERS, given
from itilcli.procedure.clause import INTAKE
from itilcli.text import Text, t
from itilcli.values import value

LARGEST = 64 * 1024 * 1024
"""The largest message read, in bytes."""
NOTE = 4_000
"""The most characters of a note; all of it is kept in the message."""
CASE, WORD, DRAFT, IGNORED, KNOWN = "case", "note", "draft", "ignored", "known"


@value
class Taken:
    """What came of a message: ``case``, ``note``, ``draft``, ``ignored``, or ``known`` where it had been taken before.

    ``why`` says what it was ignored for, or what is odd about it. ``problems`` are what keep a draft from being a case,
    ``path`` is the file that the message is kept in meanwhile.
    """

    came: str
    letter: Letter
    written: Written | None = None
    id: str | None = None
    why: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    path: Path | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


def take_letter(
    desk: Desk, data: bytes, flags: Mapping[str, Any], at: str | None, dry_run: bool, keep: bool = True
) -> Taken:
    """What comes of a message, in at most one commit.

    :param flags: the answers given beside it, which win over what it says.
    :param keep: whether it is kept as a draft where something is missing; else that is refused.
    :raises Refused: where nothing could be done with it, so that whoever gave it keeps it: no right to take calls, a desk
        that is busy, a flag that cannot be read; and what is missing, unless it is kept.
    """
    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    refuse(not_permitted(desk, INTAKE, "5.1", t("take e-mails")))
    whole(data)
    letter = read(data)
    if dry_run:
        return _taken(desk, letter, data, flags, at, dry_run, keep)
    with desk.journal.lock():
        ready(desk)
        mended = desk.journal.mend()
        made = _taken(desk, letter, data, flags, at, dry_run, keep)
        return replace(made, why=(*mended, *made.why))


def whole(data: bytes) -> None:
    """That this is one message of a size that can be read. Raises Refused."""
    if not data.strip():
        raise Refused([_unread("empty", t("there is no message"), t("name its file, or give it on standard input"))])
    if len(data) > LARGEST:
        message = t("the message is larger than {limit} bytes", limit=LARGEST)
        raise Refused([_unread("size", message, t("take it by hand: itil new, then itil attach what matters of it"))])
    if several(data):
        hint = t("give them one by one: formail -s itil new --from-email - < FILE")
        raise Refused([_unread("several", t("these are several messages"), hint)])


def _unread(slug: str, message: Text, hint: Text) -> Problem:
    return Problem(f"E-mail-{slug}", message, hint, "5.1", "--from-email", Kind.MISSING)


def _taken(
    desk: Desk, letter: Letter, data: bytes, flags: Mapping[str, Any], at: str | None, dry_run: bool, keep: bool
) -> Taken:
    author = author_of(desk, letter)
    ours = frozenset(one.strip().lower() for one in desk.settings.mailboxes)
    if reason := noise(letter, ours, author.known):
        return Taken(IGNORED, letter, why=(reason,))
    if (before := copy_of(desk, letter)) is not None:
        if not dry_run:
            drop_letter(desk, letter)
        return Taken(KNOWN, letter, id=before.id, why=(t("it is kept with {id} already", id=before.id),))
    thread = thread_of(desk, letter, author)
    if thread is not None and thread.case.state.status == "open" and fits(letter, data):
        made = _word(desk, letter, data, author, thread, dry_run)
    else:
        made = _case(desk, letter, data, author, thread, flags, at, dry_run, keep)
    if made.written is not None and not dry_run:
        drop_letter(desk, letter)
    return made


# ── word on a case


def _word(desk: Desk, letter: Letter, data: bytes, author: Author, thread: Thread, dry_run: bool) -> Taken:
    """A note: word from the customer, which stands in `due`; of a colleague to the customer what the customer was told."""
    case = thread.case
    ours = belongs(desk, author, case)
    customer = (case.incident.customer.email if case.incident.customer else None) or ""
    told = author.staff is not None and customer.lower() in {one.address for one in letter.to}
    answers = {
        "text": _said(desk, letter, ours or author.staff is not None),
        "from_customer": ours,
        "to_customer": told,
    }
    moment = reported_at(letter, desk.now).isoformat()
    ask = Ask("note", case.id, answers, moment, dry_run, lambda *_: {ENCLOSED: enclosed(letter, data)})
    odd = [] if ours or author.staff else [t("{who} is not known to be of this customer", who=letter.author.shown)]
    return Taken(WORD, letter, advance(desk, ask), case.id, (*letter.faults, *odd))


def _said(desk: Desk, letter: Letter, known: bool) -> str:
    """What a message says, under who wrote it."""
    translate = translator(desk.settings.language or "zh")
    text = fresh(letter.text, letter.subject) or bare_subject(letter.subject) or "…"
    who = letter.author.shown or "?"
    shown = t("e-mail from {who}:", who=who) if known else t("e-mail from {who}, not known at this customer:", who=who)
    cut = f"{text[:NOTE]}…" if len(text) > NOTE else text
    return f"{shown.render(translate)}\n{cut}"


# ── a case, or a draft of one


def _case(
    desk: Desk, letter: Letter, data: bytes, author: Author, thread: Thread | None, flags: Mapping[str, Any], at: str | None,
    dry_run: bool, keep: bool,
) -> Taken:  # fmt: skip
    typed = given(flags)
    answers = with_flags(call_of(desk, author, letter), typed)
    odd = [*letter.faults, *_oddities(desk, letter, author, thread)]
    if thread is not None and thread.case.state.status != "open":
        answers["related"] = (thread.case.id,)
    moment = at or reported_at(letter, desk.now).isoformat()
    ask = Ask("new", "", answers, moment, dry_run, lambda *_: {ENCLOSED: enclosed(letter, data)})
    try:
        refuse([] if fits(letter, data) else [_no_room(letter)])
        written = open_case(desk, ask)
    except Refused as refused:
        if not keep or not _mendable(refused, typed):
            raise
        known, above = waiting(desk, letter) is not None, waits_above(desk, letter)
        odd += [_reply(above)] if above is not None else []
        path = None if dry_run else keep_letter(desk, letter, data, answers, moment)
        return Taken(
            DRAFT, letter, None, None, (*odd, *((_again(),) if known else ())), refused.problems, path, answers
        )
    case = written.case
    return Taken(CASE, letter, written, case.id if case else None, tuple(odd))


def _reply(above: Letter) -> Text:
    return t(
        "it answers an e-mail that waits as a draft itself: {subject}; see to that one first, then take this one again",
        subject=above.subject or above.author.shown,
    )


def _again() -> Text:
    return t("it was a draft already")


def _no_room(letter: Letter) -> Problem:
    """What came with a message is more than a case can hold."""
    message = t(
        "the message holds more than a case can keep: {count} of its files have no room", count=len(letter.left)
    )
    hint = t("take it by hand: itil new, then itil attach what matters of it")
    return Problem("E-mail-room", message, hint, "5.1", "--from-email")


def _mendable(refused: Refused, given: Mapping[str, Any]) -> bool:
    """Whether a refusal is about the message; else, as with a flag that cannot be read, the command itself is at fault."""
    typed = {flag for name in given if name in ANSWERS for flag in ANSWERS[name].flags}
    kinds = {problem.kind for problem in refused.problems}
    misread = any(problem.code.startswith("E-answer-") and problem.where in typed for problem in refused.problems)
    return not misread and not kinds & {Kind.DESK, Kind.NOT_FOUND}


def _oddities(desk: Desk, letter: Letter, author: Author, thread: Thread | None) -> list[Text]:
    """What a person should know of a message before a case is made of it."""
    found: list[Text] = []
    if author.doubtful and letter.authors:
        found.append(t("the sender {who} is in doubt, and nothing is taken from the register", who=letter.author.shown))
    if author.staff:
        found.append(t("{person} of the desk wrote it; say for which customer", person=author.staff))
    named: Case | None = named_in(desk, letter) if thread is None else None
    if named is not None:
        found.append(t("its subject names {id}, whose customer the sender is not known to be of", id=named.id))
    if thread is not None:
        found.append(
            t(
                "it answers {id}, which is completed; if it is the same fault: itil reopen {id} --reason …",
                id=thread.case.id,
            )
        )
    sent = letter.sent
    if sent is not None and abs((reported_at(letter, desk.now) - sent).total_seconds()) > 60:
        found.append(
            t("its date {date} cannot be right; the time of its arrival is taken", date=f"{sent:%Y-%m-%d %H:%M}")
        )
    return found
