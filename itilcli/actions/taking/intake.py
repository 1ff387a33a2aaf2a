"""§5.1: a new case, from the call to wherever its answers lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from itilcli.actions.taking.alike import possible_duplicates
from itilcli.actions.taking.drafts import drop_served
from itilcli.actions.taking.models import with_model
from itilcli.actions.taking.register import Register
from itilcli.actions.taking.same_as import notes, same_customer, with_same
from itilcli.actions.writing.advance import Ask, carry, comments, finish, read, ready, references_exist, with_article
from itilcli.actions.writing.attachments import with_files
from itilcli.actions.writing.serials import Serials
from itilcli.actions.writing.together import Share
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.incident import Incident
from itilcli.procedure.answers import ANSWERS
from itilcli.store import cases
from itilcli.store.change import Change

CALLER = frozenset({"E-5.1-organisation", "E-5.1-contact", "E-5.1-phone"})
TITLE_LENGTH = 30


def open_case(desk: Desk, ask: Ask, draft: Path | None = None) -> Written:
    """A new case in one commit.

    :param draft: the kept draft that the answers go on from, which has served then.
    :raises Refused: with everything missing.
    """
    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    if ask.dry_run:
        return _open_case(desk, ask, ())
    with desk.journal.lock():
        ready(desk)
        made = _open_case(desk, ask, tuple(desk.journal.mend()))
    if draft:
        draft.unlink(missing_ok=True)
    if made.case:
        drop_served(desk, ask.answers, made.case)
    return made


def _open_case(desk: Desk, ask: Ask, mended: tuple[Any, ...]) -> Written:
    counter = Intake(desk)
    share = counter.take(ask)
    changes = [*share.changes, *counter.changes()]
    made = finish(desk, ask, share.outcome, None, changes, mended)
    return replace(made, duplicates=share.duplicates, notes=share.notes)


def known_answers(desk: Desk, ask: Ask) -> dict[str, Any]:
    """What the desk would answer by itself to a call with these answers: raw, as it would be typed.

    Nothing where an answer cannot be read.
    """
    try:
        values, _ = read(desk, ask.answers, ask.at)
        known = Intake(desk).known(values)
    except Refused:
        return {}
    return {
        name: value
        for name, value in known.items()
        if name in ANSWERS and name != "title" and name not in values and isinstance(value, str | bool | tuple)
    }


class Intake:
    """Where calls are taken during one command: what the desk knows of callers and faults, and the counters of serials."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._serials = Serials(desk)
        self._register = Register(desk)
        self._ids: set[str] = set()

    def take(self, ask: Ask) -> Share:
        """One call: the case it makes, and the files it writes; nothing is written yet.

        :raises Refused: with everything missing.
        """
        desk = self._desk
        typed, at = read(desk, ask.answers, ask.at)
        values, unclear = self._recognised(typed)
        references_exist(desk, values)
        took = values.get("took")
        reported = at or (desk.now - took if took else desk.now)
        case_id = self._new_id(reported)
        desk.journal.foresee(cases.day_folder(case_id))
        blank = Case(Incident(id=case_id))
        if ask.further:
            values |= ask.further(desk, blank, None)
        values, written = with_files(desk, case_id, values, desk.actor, reported)
        draft_of = blank.set(title=values.get("title"), symptom=values.get("symptom"), category=values.get("category"))
        values, articles = with_article(desk, draft_of, values, desk.now)
        try:
            outcome = carry(desk, blank, "new", values, at, desk.world(self._serials.next))
        except Refused as refused:
            raise besides(unclear, refused) from None
        if unclear:
            raise Refused(unclear)
        outcome = replace(outcome, warnings=(*outcome.warnings, *same_customer(desk, outcome.case)))
        self._register.learn(outcome.case)
        changes = (*cases.changes(None, outcome.case, comments(desk)), *written, *articles)
        said = notes(desk, typed, case_id)
        return Share(None, outcome, changes, possible_duplicates(desk, outcome.case), said)

    def _recognised(self, values: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """As :meth:`known`; where the register does not know which caller is meant, that is told with all else missing."""
        described = with_same(self._desk, with_model(self._desk, values))
        try:
            return with_defaults(self._desk, self._register.fill(described)), []
        except Refused as refused:
            return with_defaults(self._desk, described), list(refused.problems)

    def known(self, values: dict[str, Any]) -> dict[str, Any]:
        """The answers with all that the desk knows of such a caller and fault."""
        return with_defaults(self._desk, self._register.fill(with_same(self._desk, with_model(self._desk, values))))

    def _new_id(self, reported: datetime) -> str:
        """An ID that neither the desk nor another call of this command has."""
        while (case_id := self._desk.new_id(reported)) in self._ids:
            pass
        self._ids.add(case_id)
        return case_id

    def changes(self) -> list[Change]:
        """What is written besides the cases: counters, and callers not known before."""
        return [*self._serials.changes(), *self._register.changes()]


def besides(unclear: list[Problem], refused: Refused) -> Refused:
    """A refusal with what is unclear about the caller in place of what is missing for that."""
    if not unclear or refused.exit_code == int(Kind.PERMISSION):
        return refused
    return Refused([*unclear, *(problem for problem in refused.problems if problem.code not in CALLER)])


def with_defaults(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    """What is known without asking: the desk's intake channel, and a title out of the symptom."""
    known = dict(values)
    if desk.settings.intake_channel:
        known.setdefault("channel", desk.settings.intake_channel)
    if known.get("symptom"):
        known.setdefault("title", " ".join(known["symptom"].split())[:TITLE_LENGTH])
    return known
