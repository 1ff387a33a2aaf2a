"""§5.1: the quick form of a call: who calls, what is wrong, what it stops, by when, and how it is judged; each as the caller tells it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import islice
from threading import Thread
from typing import Any

from itilcli.actions.taking.callers import (
    MOST,
    Caller,
    answers_of,
    each_once,
    is_number,
    matching,
    meant,
    past,
    registered,
)
from itilcli.actions.taking.offering import Offer, searching
from itilcli.cli.ask import Question, Suggestion
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.model.customer import TAIL, VIP, digits, plain
from itilcli.model.incident import Incident
from itilcli.model.labels import field_label
from itilcli.model.when import read_time
from itilcli.procedure.answers import ANSWERS
from itilcli.text import Listing, Text, render, t

WHO = ("organisation", "contact", "phone")
ORDER = (
    "caller", *WHO, "symptom", "business_impact", "expected_by", "channel", "type", "category", "severity", "square",
    "importance", "urgency",
)  # fmt: skip
"""As a caller tells it, and then as it is judged; whatever else is missing comes after."""
TURNING = frozenset({*WHO, "type", "model"})
"""The answers that decide what is asked next."""
PROSE = ("symptom", "business_impact")
JUDGED = frozenset({"importance", "urgency"})
"""What one answer, the square of priority, says together."""
LATEST = 30
"""Of so many of the newest cases the words are offered again."""


class Known:
    """What the desk knows that may be offered, read beside the first question; nothing until that is done."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.callers: list[Caller] = []
        self.search: Any = lambda typed: ()
        self.said: dict[str, list[str]] = {}
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        """Reads by a desk of its own: what a desk has open is of use in one thread only."""
        with suppress(Exception):  # an offer is never worth a traceback during a call
            desk = self._desk.elsewhere(self._desk.root)
            self.callers = each_once(registered(desk))
            self.search = searching(desk)
            newest = [desk.case(case_id).case.incident for case_id in islice(desk.ids(), LATEST)]
            self.callers = each_once([*self.callers, *past(newest)])
            self.said = {name: said(newest, name) for name in PROSE}


def said(incidents: Sequence[Incident], name: str) -> list[str]:
    """What was answered to a question of prose, by incidents of which the newest is the first; the newest last, each once."""
    texts = (" ".join(str(getattr(one, name) or "").split()) for one in incidents)
    return list(reversed(list(dict.fromkeys(text for text in texts if text))))


class Calling:
    """The questions of one call: those for what is missing, in the caller's order, with what the desk knows."""

    def __init__(self, desk: Desk, invocation: Invocation) -> None:
        self._desk, self._invocation = desk, invocation

    @cached_property
    def known(self) -> Known:
        """What may be offered; begun to be read when the first question is asked."""
        return Known(self._desk)

    def arrange(self, questions: Sequence[Question], given: dict[str, Any]) -> list[Question]:
        """The questions in order; where nothing is known of the caller, one for all three answers about him."""
        known = self.known
        missing = {question.name for question in questions}
        rows = [self._dressed(question, known, given) for question in questions]
        if missing.issuperset(WHO) and not any(given.get(name) for name in WHO):
            rows = [self._caller(known), *(row for row in rows if row.name not in WHO)]
        if missing.issuperset(JUDGED):
            rows = [self._square(), *(row for row in rows if row.name not in JUDGED)]
        places = {name: place for place, name in enumerate(ORDER)}
        return sorted(rows, key=lambda row: places.get(row.name, len(places)))

    def _caller(self, known: Known) -> Question:
        return Question(
            "caller", t("Who is calling?"), label=t("Caller"), turns=True,
            help=t("the last digits of the number, or a part of the organisation's or the contact's name"),
            suggest=lambda typed: [suggested(one) for one in matching(known.callers, typed)],
            check=self._unknown, means=lambda typed: self._meant(typed, known),
            echo=lambda typed, answers: " ".join(answers.values()),
        )  # fmt: skip

    def _square(self) -> Question:
        """Importance and urgency by one answer."""
        answer = ANSWERS["square"]
        assert answer.codes is not None
        labels = tuple(answer.codes.labels.items())
        label = field_label("priority")
        return Question(
            "square", t("{field}:", field=label), labels, None, Text(answer.help), answer.codes.parse, label=label
        )

    def _meant(self, typed: str, known: Known) -> dict[str, Any]:
        """The answers that a line about the caller gives; of a number that the register knows, all three."""
        from itilcli.actions.taking.register import Register

        answers = meant(known.callers, typed)
        filled = Register(self._desk).fill(dict(answers))
        return {name: str(filled[name]) for name in WHO if filled.get(name)}

    def _unknown(self, typed: str) -> Text | None:
        """What is wrong with a number, or the end of one, by which nobody can be told."""
        if not any(char.isalpha() for char in typed) and len(digits(typed)) < TAIL:
            return t("at least the last {count} digits of the number, or a name", count=TAIL)
        if not is_number(typed):
            return None
        from itilcli.actions.taking.register import Register

        try:
            Register(self._desk).fill({"phone": typed})
        except Refused as refused:
            return refused.problems[0].message
        return None

    def _dressed(self, question: Question, known: Known, given: dict[str, Any]) -> Question:
        """A question with what may be offered for it."""
        name = question.name
        question = replace(question, turns=name in TURNING)
        if not question.choices:
            question = replace(question, check=lambda typed: self._misread(name, typed))
        if name == "organisation":
            return replace(question, suggest=lambda typed: organisations(known.callers, typed))
        if name in ("contact", "phone"):
            return replace(question, suggest=lambda typed: contacts(known.callers, given, name, typed))
        if name in PROSE:
            question = replace(question, recent=lambda: known.said.get(name, ()))
        if name == "symptom":
            return replace(
                question, suggest=lambda typed: [offered(one, typed) for one in known.search(typed)], turns=True
            )
        if name == "expected_by":
            return replace(question, suggest=self._wishes, echo=self._as_meant)
        return question

    def _misread(self, name: str, typed: str) -> Text | None:
        """What is wrong with an answer by itself: it cannot be read, or the time wished for has passed."""
        from itilcli.actions.writing.advance import read

        try:
            values, _ = read(self._desk, {name: typed}, None)
        except Refused as refused:
            return refused.problems[0].message
        wished = values.get("expected_by")
        if wished is not None and wished < self._desk.now:
            return t("{time} is in the past", time=wished.strftime("%m-%d %H:%M"))
        return None

    def _as_meant(self, typed: str, answers: dict[str, Any]) -> str:
        """A time as it was typed, and as it is meant."""
        moment = read_time(typed, self._desk.clock)
        return f"{typed} → {moment:%m-%d %H:%M}" if moment else typed

    def _wishes(self, typed: str) -> list[Suggestion]:
        """What customers mostly wish for, while nothing is typed."""
        rows = (t("none"), t("today"), t("tomorrow"))
        notes = (t("the customer names no time"), "", "")
        say = self._invocation.translate
        return [] if typed else [Suggestion(render(text, say), note) for text, note in zip(rows, notes, strict=True)]


def suggested(caller: Caller) -> Suggestion:
    """A caller as he is offered; choosing him answers all that is known of him."""
    who = Listing(tuple(one for one in (VIP if caller.vip else None, caller.contact, caller.phone) if one))
    return Suggestion(caller.organisation or caller.contact or caller.phone, who, answers_of(caller))


def organisations(callers: Sequence[Caller], typed: str) -> list[Suggestion]:
    """The organisations that may be meant."""
    return [Suggestion(name) for name in dict.fromkeys(one.organisation for one in matching(callers, typed)) if name]


def contacts(callers: Sequence[Caller], given: dict[str, Any], wanted: str, typed: str) -> list[Suggestion]:
    """Who calls from the organisation, or has the number, that was answered before; choosing one answers what is known of him."""
    organisation, contact, phone = (plain(str(given.get(name) or "")) for name in WHO)
    found = []
    for one in callers:
        own = organisation in ("", plain(one.organisation)) and contact in ("", plain(one.contact))
        fits = plain(typed) in plain(one.contact) or (digits(typed) and digits(typed) in digits(one.phone))
        if own and (organisation or phone) and fits and getattr(one, wanted):
            if phone and digits(one.phone) and digits(one.phone) != digits(phone):
                continue
            new = {name: answer for name, answer in answers_of(one).items() if not given.get(name)}
            text = one.contact if wanted == "contact" else one.phone
            found.append(Suggestion(text, one.phone if wanted == "contact" else one.contact, new))
    return found[:MOST]


def offered(offer: Offer, typed: str) -> Suggestion:
    """Something that sounds alike; where it brings no words of its own, what is typed stays the symptom."""
    if offer.text and offer.answers:
        return Suggestion(offer.text, offer.note, offer.answers)
    return Suggestion(offer.text or typed, offer.note, {"symptom": offer.text or typed, **offer.answers})
