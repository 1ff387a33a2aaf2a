"""B25: a correction as it was typed becomes the fields, or the step, that it means; old and new are kept by the procedure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from itilcli.actions.mending.values import read_value
from itilcli.actions.taking.register import Register
from itilcli.actions.taking.slips.words import Words, plain
from itilcli.actions.writing.advance import Ask, advance
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.codes import SQUARE
from itilcli.model.customer import digits
from itilcli.model.history import Entry
from itilcli.model.incident import Incident
from itilcli.model.when import read_time
from itilcli.procedure.answers import ANSWERS
from itilcli.procedure.fields import (
    LOCKED,
    Change,
    correctable,
    form_type,
    forms_with,
    held,
    meant,
    written,
)
from itilcli.procedure.reading import Misread, code_of, soon, without_hour
from itilcli.procedure.s5_05_hands import quoted
from itilcli.store.customers import Book
from itilcli.text import Listing, Text, t

SQUARE_WORDS = frozenset({"priority", "square", "优先级", "-q"})
ASSIGNEE = frozenset({"assignee", "处理人", "当前处理人", "经办人"})
OWNER = frozenset({"owner", "跟踪人", "负责人"})
REPORTED = frozenset({"reported_at", "reported-at", "报告时间"})
STANDING = frozenset({"stage", "status", "hold", "阶段", "状态", "挂起"})
UNTOLD = frozenset({"E-5.1-phone-unknown", "E-5.1-phone-several"})
SHORT_PHONE = 7
"""A number of fewer digits is the end of one in the register."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed: ``FIELD=VALUE`` words, the number of a step, what to set of it, whether to take it back."""

    fields: Sequence[str] = ()
    step: int | None = None
    set: Sequence[str] = ()
    retract: bool = False


def read_correction(desk: Desk, case: Case, form: str | None, wanted: Wanted) -> dict[str, Any]:
    """The answers of the step `correct`: ``fields``, or ``step`` with ``step_at`` or ``retract``.

    :raises Refused: with everything that cannot be read.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    changes: list[Change] = []
    number, at = wanted.step, list(wanted.set)
    for word in wanted.fields:
        name, equals, text = unicodedata.normalize("NFC", word).replace("＝", "=", 1).partition("=")
        if not equals or not name.strip():
            hint = t("write it like {example}; a value with blanks in quotes", example="电话=0571-88886666")
            problems.append(_problem("E-5-correct-word", t("{word} is not FIELD=VALUE", word=repr(word)), hint, word))
        elif form is None and (plain(name) in REPORTED or Words(()).meaning(name) == "at"):
            number, at = 1, [f"at={text}"]
        else:
            changes += _field(desk, case, form, name.strip(), text.strip(), problems)
    if changes:
        changes = _with_consequences(case, changes)
        values["fields"] = tuple(one for one in changes if held(case, one.form, one.path) != one.value) or tuple(
            changes
        )
    if number is not None:
        values |= _step(desk, case, number, at, wanted.retract, problems)
    elif at or wanted.retract:
        problems.append(
            _problem(
                "E-5-correct-number", t("which step is meant is missing"),
                t("give its number with --step N; itil log {id} shows them", id=case.id), "--step",
            )
        )  # fmt: skip
    if problems:
        raise Refused(problems)
    return values


def advance_corrected(desk: Desk, ask: Ask) -> Written:
    """The correction, committed. What is missing is given as a field of the same correction.

    :raises Refused: with everything wrong; nothing is written then.
    """
    try:
        made = advance(desk, ask)
    except Refused as refused:
        raise Refused([_as_field(problem) for problem in refused.problems]) from None
    return replace(made, notes=(*made.notes, *_in_the_register(desk, made.case))) if made.case else made


def _in_the_register(desk: Desk, case: Case) -> Iterator[Text]:
    """A number corrected in a case is not corrected in the register, and how it is."""
    rows, last = case.incident.corrections, case.incident.history[-1].id
    caller = case.incident.customer
    corrected = any(row.id == last and row.field == "customer.phone" for row in rows)
    if not corrected or caller is None or not (caller.organisation and caller.contact and caller.phone):
        return
    try:
        known = [one.contact(caller.contact) for _, one in Book(desk.root).called(caller.organisation)]
    except Refused:
        return
    old = next((one.phone for one in known if one and one.phone and digits(one.phone) != digits(caller.phone)), None)
    if old:
        words = ("itil", "customer", "add", caller.organisation, "--contact", caller.contact, "--phone", caller.phone)
        command = " ".join(quoted(word) for word in words)
        yield t("customers.yaml still has {phone}; to change it there: {command}", phone=old, command=command)


def _as_field(problem: Problem) -> Problem:
    """A problem whose remedy is a flag of another verb names the field instead."""
    part, _, path = problem.where.partition(":")
    known = [one for one in correctable(Incident) if one == path or one.startswith(f"{path}.")]
    if problem.kind is not Kind.MISSING or part != "incident" or not known:
        return problem
    return replace(problem, hint=t("give it as well: {fields}", fields=Listing(tuple(f"{one}=…" for one in known[:3]))))


def _problem(code: str, message: Text, hint: Text | None, where: str) -> Problem:
    return Problem(code, message, hint, "5", where, Kind.MISSING)


def _step(
    desk: Desk, case: Case, number: int, given: Sequence[str], retract: bool, problems: list[Problem]
) -> dict[str, Any]:
    """The step of a number, and what is to be said of it."""
    history = case.incident.history
    if not 1 <= number <= len(history):
        problems.append(
            _problem(
                "E-5-correct-step", t("there is no step {number}", number=number),
                t("itil log {id} numbers them, 1 to {last}", id=case.id, last=len(history)), "--step",
            )
        )  # fmt: skip
        return {}
    target: Entry = history[number - 1]
    if retract:
        return {"step": target.id, "retract": True}
    name, _, text = (given[0] if given else "").partition("=")
    moment = read_time(text, desk.clock) if text else None
    if name.strip() == "at" and (lacking := without_hour("--set at=", text, desk.clock)):
        problems.append(_problem(lacking.code, lacking.message, lacking.hint, "--set"))
        return {}
    if name.strip() != "at" or moment is None or len(given) > 1:
        problems.append(
            _problem(
                "E-5-correct-set", t("what is to be corrected of step {number} is missing", number=number),
                t("give its true time with --set at=TIME, or take it back with --retract"), "--set",
            )
        )  # fmt: skip
        return {}
    return {"step": target.id, "step_at": moment}


def _field(desk: Desk, case: Case, form: str | None, name: str, text: str, problems: list[Problem]) -> list[Change]:
    """The field that a name means, with its new value; an ending of a registered phone number brings the whole caller."""
    if form is None and plain(name) in SQUARE_WORDS:
        return _square(name, text, problems)
    if form is None and (other := _by_verb(case, name, text)):
        problems.append(other)
        return []
    ref, paths = form, meant(form_type(form), name)
    if form is None and not paths:
        paths = meant(form_type(None), _usual(name))
    if form is None and not paths:
        found = forms_with(case, name)
        kinds = {one.rpartition("-")[0] for one in found}
        if len(kinds) == 1:
            ref, paths = next(iter(found.items()))
        elif kinds:
            rows = Listing(tuple(f"{case.id.rpartition('-')[2]}/{one}" for one in found))
            problems.append(
                _problem("E-5-correct-form", t("several forms have a field {name}", name=name), t("name one: {forms}", forms=rows), name)
            )  # fmt: skip
            return []
    if len(paths) != 1:
        problems.append(_unknown(case, form, name, paths))
        return []
    path = paths[0]
    known_as: Any = form_type(ref)
    shape = correctable(known_as)[path]
    if ref is None and path == "customer.phone" and text and sum(char.isdigit() for char in text) < SHORT_PHONE:
        return _caller(desk, name, text, problems)
    if ref is None and path == "expected_by" and soon(text):
        return [Change(None, path, None), Change(None, "expected_as_said", text)]
    try:
        return [Change(ref, path, read_value(desk, shape, path, text))]
    except Misread as error:
        problems.append(Problem("E-5-correct-value", error.message, error.hint, "5", name, Kind.MISSING))
        return []


def _usual(name: str) -> str:
    """The flag that a usual word stands for (症状, 现象, 影响, 单位, 期望), as on a pasted slip; else the word itself."""
    found = Words(ANSWERS).meaning(name)
    return found or name


def _square(name: str, text: str, problems: list[Problem]) -> list[Change]:
    """Priority is importance and urgency in one word, as with -q."""
    try:
        square = code_of(SQUARE, text)
    except Misread as error:
        problems.append(Problem("E-5-correct-value", error.message, error.hint, "5", name, Kind.MISSING))
        return []
    return [
        Change(None, "importance", "important" if square.startswith("important") else "normal"),
        Change(None, "urgency", "urgent" if square.endswith("urgent") else "normal"),
    ]


def _by_verb(case: Case, name: str, text: str) -> Problem | None:
    """What is no field to be corrected but changed by a step of its own: who has the case, and where it stands."""
    word, id_, person = plain(name), case.id.rpartition("-")[2], quoted(text or "…")
    hints = {
        ASSIGNEE: t("assign it: itil assign {id} --to {person} --reason …", id=id_, person=person),
        OWNER: t("assign it: itil assign {id} --owner {person} --reason …", id=id_, person=person),
        STANDING: t("record the step that changes it, such as escalate, return, resume, resolve, reopen or close"),
    }
    hint = next((hint for words, hint in hints.items() if word in words), None)
    if hint is None:
        return None
    return Problem("E-5-correct-locked", t("{name} is not corrected by itself", name=name), hint, "5", name)


def _caller(desk: Desk, name: str, ending: str, problems: list[Problem]) -> list[Change]:
    """The customer whose number ends so; a number that nobody's or several people's ends with is to be given whole."""
    try:
        known: Mapping[str, Any] = Register(desk).fill({"phone": unicodedata.normalize("NFKC", ending).strip()})
    except Refused as refused:
        hint = t("give the whole number: {field}=…", field=name)
        problems += [replace(one, hint=hint, where=name) if one.code in UNTOLD else one for one in refused.problems]
        return []
    names = ("organisation", "contact", "phone", "email", "address")
    return [Change(None, f"customer.{name}", known[name]) for name in names if known.get(name)]


def _unknown(case: Case, form: str | None, name: str, paths: Sequence[str]) -> Problem:
    if paths:
        return _problem(
            "E-5-correct-several", t("{name} may mean several fields", name=name),
            t("one of: {fields}", fields=Listing(tuple(paths))), name,
        )  # fmt: skip
    plain = name.lower().replace("-", "_")
    if plain in LOCKED or plain.rpartition(".")[2] in LOCKED:
        return Problem(
            "E-5-correct-locked", t("{name} is not corrected by itself", name=name),
            t("it follows from the steps: correct the step with --step N --set at=TIME, or record the step that changes it"),
            "5", name, Kind.RULE,
        )  # fmt: skip
    known_as: Any = form_type(form)
    near = get_close_matches(plain, list(correctable(known_as)), n=3)
    hint = (
        t("did you mean {fields}?", fields=Listing(tuple(near)))
        if near
        else t("itil show {id} --json names the fields", id=case.id)
    )
    return _problem("E-5-correct-field", t("there is no field {name} to correct", name=name), hint, name)


def _with_consequences(case: Case, changes: Sequence[Change]) -> list[Change]:
    """A consultation has neither severity nor category; once a time is expected, no word stands for it any more."""
    made = {(one.form, one.path): one for one in changes}
    kind = made.get((None, "type"))
    if kind and kind.value == "consultation":
        for path in ("severity", "category"):
            made.setdefault((None, path), Change(None, path, None))
    time = made.get((None, "expected_by"))
    if time and time.value and case.incident.expected_as_said:
        made.setdefault((None, "expected_as_said"), Change(None, "expected_as_said", None))
    return list(made.values())


def editable(case: Case, form: str | None) -> dict[str, str]:
    """The fields of the incident or of one form that may be corrected, with what they hold as text, in the order of the paper.

    Empty fields of parts that were never filled in are left out; `correct` names them all the same.
    """
    known_as: Any = form_type(form)
    texts = {path: written(held(case, form, path)) or "" for path in correctable(known_as)}
    return {path: text for path, text in texts.items() if text or "." not in path or path.startswith("customer.")}


def differences(shown: Mapping[str, str], found: Mapping[str, Any]) -> tuple[str, ...]:
    """What was changed, as words FIELD=VALUE; a field left out or emptied is emptied."""
    said = {
        name: "" if value is None else str(value).lower() if value is True or value is False else str(value)
        for name, value in found.items()
    }
    words = [f"{name}={said[name]}" for name in said if said[name] != shown.get(name)]
    return (*words, *(f"{name}=" for name, value in shown.items() if value and name not in said))
