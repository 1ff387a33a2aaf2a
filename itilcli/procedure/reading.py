"""What was typed becomes what is meant: each answer is read by its kind, and everything wrong is told at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.model.codes import CHANGE_CLASS, CHANNEL, CHECKLIST_ITEM, ESCALATE_TO, PROBLEM_REASON, Codes
from itilcli.model.incident import Change, ConfigurationUpdate, ItemUpdate, KnowledgeRef, ProblemRef
from itilcli.model.onsite import Checked
from itilcli.model.people import People
from itilcli.model.when import Clock, hour_lacks, read_duration, read_time
from itilcli.procedure.answers import ANSWERS, Answer
from itilcli.text import Listing, Text, t
from itilcli.values import value

NONE = frozenset({"none", "no", "n", "无", "没有", "否", "不需要"})
ALL_OR_REST = {"all": "all", "全部": "all", "齐全": "all", "rest": "rest", "其余": "rest", "其他": "rest"}
HAPPENED = frozenset({"responded_at", "started", "ended", "decided_at", "arrived", "left", "told_at", "resolved_at"})
"""The times of what has happened: of a plan or a promise a day alone means its end, of these it is none."""
NO_HOUR = "E-answer-hour"
SOON = frozenset({
    "asap", "尽快", "尽早", "越快越好", "马上", "立刻", "立即", "即刻", "现在就要", "今天内", "今日内", "当天内",
})  # fmt: skip
"""When a customer wants it who names no time; his words are kept."""


@value
class Reader:
    """What answers are read against: the clock, the people, and how to find a case by a part of its ID."""

    clock: Clock
    people: People
    find_case: Callable[[str], str]


class Misread(Exception):
    """One answer that cannot be read; carries its message, its hint and, where it has one of its own, its code."""

    def __init__(self, message: Text, hint: Text | None = None, code: str = "") -> None:
        self.message, self.hint, self.code = message, hint, code
        super().__init__(str(message))


def read_answers(given: Mapping[str, Any], reader: Reader) -> tuple[dict[str, Any], list[Problem]]:
    """The typed answers of a command, and a problem for each that cannot be read. Empty ones are left out."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, raw in given.items():
        answer = ANSWERS.get(name)
        if answer is None or raw is None or raw == () or (raw is False and answer.kind == "flag"):
            continue
        if isinstance(raw, str) and not raw.strip():
            problems.append(
                misread(answer, Misread(t("{flag} is empty", flag=answer.flags[0] if answer.flags else name)))
            )
            continue
        try:
            values.update(READERS[answer.kind](answer, raw, reader, values))
        except Misread as error:
            problems.append(misread(answer, error))
    return values, problems


def misread(answer: Answer, error: Misread) -> Problem:
    """The problem of an answer that cannot be read."""
    flag = answer.flags[0] if answer.flags else answer.name
    code = error.code or f"E-answer-{answer.name.replace('_', '-')}"
    return Problem(code, error.message, error.hint, "", flag, Kind.MISSING)


def as_given(answer: Answer, raw: Any, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Text, flags and files as they are."""
    return {answer.name: raw}


def as_many(answer: Answer, raw: Any, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """A list of texts."""
    return {answer.name: tuple(raw) if not isinstance(raw, str) else (raw,)}


def as_articles(answer: Answer, raw: Any, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Articles by any part of their ID, or that none was found."""
    named = as_many(answer, raw, reader, values)[answer.name]
    return {answer.name: tuple("none" if one.strip().lower() in NONE else one for one in named)}


def as_phone(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """A phone number in any spelling, after NFKC."""
    return {answer.name: unicodedata.normalize("NFKC", raw).strip()}


def code_of(codes: Codes, raw: str) -> str:
    """The code that was typed: by code, label, usual word, or a part of just one label.

    :raises Misread: naming those it may mean, or all.
    """
    found = codes.nearly(raw)
    if len(found) == 1:
        return found[0]
    labels = Listing(tuple(t("{code} ({label})", code=one, label=codes.label(one)) for one in found or codes))
    message = (
        t("{value} may be several of the codes of {list}", value=repr(raw), list=codes.title)
        if found
        else t("{value} is none of the codes of {list}", value=repr(raw), list=codes.title)
    )
    raise Misread(message, t("one of: {codes}", codes=labels))


def as_code(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """A code of a closed list; the square of priority gives both its sides."""
    assert answer.codes is not None
    code = code_of(answer.codes, raw)
    if answer.name == "square":
        return {
            "importance": "important" if code.startswith("important") else "normal",
            "urgency": "urgent" if code.endswith("urgent") else "normal",
        }
    return {"to" if answer.name == "escalate_to" else answer.name: code}


def as_channel(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """A channel, with its detail after a colon."""
    code, _, detail = unicodedata.normalize("NFKC", raw).partition(":")
    found = {"channel": code_of(CHANNEL, code)}
    return {**found, "channel_detail": detail.strip()} if detail.strip() else found


def as_time(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """A moment; of what has happened, with its time of day."""
    if answer.name in HAPPENED and (lacking := without_hour(f"{answer.flags[0]} ", raw, reader.clock)):
        raise lacking
    return {answer.name: moment_of(raw, reader)}


def without_hour(given: str, raw: str, clock: Clock) -> Misread | None:
    """What is wrong with the time of something that happened, where only its day was given; else None.

    :param given: how it is given, up to the time: ``--at `` or ``started_at=``.
    """
    if not hour_lacks(raw, clock):
        return None
    message = t("{value} is a day without a time of day", value=repr(raw))
    return Misread(message, t("give the hour as well: {example}", example=f"{given}'{raw.strip()} 16:30'"), NO_HOUR)


def moment_of(raw: str, reader: Reader) -> Any:
    """The moment that was typed."""
    moment = read_time(raw, reader.clock)
    if moment is None:
        raise Misread(
            t("{value} is not a time", value=repr(raw)), t("write it like 09:12, -15m, 11-20 09:12, 昨天 16:30 or 3wd")
        )
    return moment


def as_expected(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """A moment; or none for a customer who names none, with his words where he wants it as soon as possible."""
    if soon(raw):
        return {"no_expected": True, "expected_as_said": raw.strip()}
    return {"no_expected": True} if raw.strip().lower() in NONE else {answer.name: moment_of(raw, reader)}


def soon(raw: str) -> bool:
    """Whether a customer who says this wants it soon and names no time."""
    return raw.strip().lower() in SOON


def as_duration(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """A length of time."""
    length = read_duration(raw)
    if length is None:
        raise Misread(t("{value} is not a duration", value=repr(raw)), t("write it like 7m, 2h or 1h30m"))
    return {answer.name: length}


def person_of(raw: str, people: People) -> str:
    """The id of the person that was named."""
    found = people.find(raw)
    if len(found) == 1 and found[0].id:
        return found[0].id
    if found:
        raise Misread(
            t("several people are called {name}", name=raw),
            t("name one by e-mail: {people}", people=Listing(tuple(p.emails[0] for p in found if p.emails))),
        )
    from difflib import get_close_matches

    near = get_close_matches(raw, [person.id or "" for person in people], n=3, cutoff=0.4)
    raise Misread(
        t("{name} is not in people.yaml", name=raw),
        t("did you mean {people}?", people=Listing(tuple(near)))
        if near
        else t("the incident manager adds people with: itil people add"),
    )


def as_person(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Somebody of the desk, by name or e-mail."""
    return {answer.name: person_of(raw, reader.people)}


def as_people(answer: Answer, raw: Any, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Several of the desk."""
    return {
        answer.name: tuple(person_of(one, reader.people) for one in as_many(answer, raw, reader, values)[answer.name])
    }


def as_performers(answer: Answer, raw: Any, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Who did it: people of the desk by their id, a supplier's people by the name given."""
    named = as_many(answer, raw, reader, values)[answer.name]
    return {answer.name: tuple(found[0].id if len(found := reader.people.find(one)) == 1 else one for one in named)}


def as_invited(answer: Answer, raw: Any, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Names, and tiers by their code."""
    named = as_many(answer, raw, reader, values)[answer.name]
    tiers = tuple(code for one in named if (code := ESCALATE_TO.parse(one)) in ("tier2", "tier3"))
    people = tuple(one for one in named if ESCALATE_TO.parse(one) not in ("tier2", "tier3"))
    return {"invite": people, "invited_tiers": tiers}


def as_checklist(answer: Answer, raw: Any, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """``--ready`` alone means all four; an item may bring its version; one not needed brings its reason."""
    said = dict(values.get("checklist", {}))
    for one in as_many(answer, raw, reader, values)[answer.name]:
        name, _, detail = one.replace("：", ":").partition(":")
        item = ALL_OR_REST.get(name.strip().lower()) or code_of(CHECKLIST_ITEM, name)
        if answer.name == "ready":
            said[item] = Checked("ready", version=detail.strip() or None)
        else:
            said[item] = Checked("not_needed", reason=detail.strip() or None)
    return {"checklist": said}


def split_ref(raw: str, codes: Codes) -> tuple[str, str | None]:
    """``CODE:REF``."""
    code, _, ref = raw.replace("：", ":").partition(":")
    return code_of(codes, code), ref.strip() or None


def as_change(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """None, or class and reference."""
    if raw.strip().lower() in NONE:
        return {answer.name: Change(none=True)}
    return {answer.name: Change(*split_ref(raw, CHANGE_CLASS))}


def as_problem(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """None, or reason and reference."""
    if raw.strip().lower() in NONE:
        return {answer.name: ProblemRef(none=True)}
    return {answer.name: ProblemRef(*split_ref(raw, PROBLEM_REASON))}


def as_item(answer: Answer, raw: Any, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """``ITEM.ATTRIBUTE=VALUE`` changes an item, ``none`` says that none changes, a bare name is what the case is about."""
    updates: list[ItemUpdate] = []
    items: list[str] = []
    none = False
    for one in as_many(answer, raw, reader, values)[answer.name]:
        if one.strip().lower() in NONE:
            none = True
        elif "=" in one:
            path, _, value = one.partition("=")
            item, dot, attribute = path.strip().rpartition(".")
            if not dot or not item or not attribute:
                raise Misread(t("{value} is not ITEM.ATTRIBUTE=VALUE", value=repr(one)))
            updates.append(ItemUpdate(item, attribute, value.strip()))
        else:
            items.append(one.strip())
    if none and updates:
        raise Misread(t("either none, or what changes"))
    found: dict[str, Any] = {"configuration_items": tuple(items)} if items else {}
    if none or updates:
        found["item_update"] = ConfigurationUpdate(items=tuple(updates), none=none)
    return found


def as_knowledge(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """None, a new article, or one that is there."""
    said = unicodedata.normalize("NFKC", raw).strip()
    if said.lower() in NONE:
        return {answer.name: KnowledgeRef(none=True)}
    return {answer.name: KnowledgeRef(ref="new" if said.lower() == "new" else said.upper())}


def as_rest(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Only none answers what is left."""
    if raw.strip().lower() not in NONE:
        raise Misread(t("only none answers what is left"))
    return {answer.name: "none"}


def as_case(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Another case, by any part of its ID."""
    return {answer.name: reader.find_case(raw)}


def as_parent(answer: Answer, raw: str, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Another case, or none for no case any more."""
    return {answer.name: "none" if raw.strip().lower() in NONE else reader.find_case(raw)}


def as_cases(answer: Answer, raw: Any, reader: Reader, values: dict[str, Any]) -> dict[str, Any]:
    """Other cases, each by any part of its ID."""
    return {answer.name: tuple(reader.find_case(one) for one in as_many(answer, raw, reader, values)[answer.name])}


READERS: dict[str, Callable[[Answer, Any, Reader, dict[str, Any]], dict[str, Any]]] = {
    "text": as_given,
    "flag": as_given,
    "switch": as_given,
    "files": as_many,
    "texts": as_many,
    "articles": as_articles,
    "phone": as_phone,
    "code": as_code,
    "channel": as_channel,
    "time": as_time,
    "expected": as_expected,
    "duration": as_duration,
    "person": as_person,
    "people": as_people,
    "performers": as_performers,
    "invited": as_invited,
    "checklist": as_checklist,
    "change": as_change,
    "problem": as_problem,
    "item": as_item,
    "knowledge": as_knowledge,
    "rest": as_rest,
    "case": as_case,
    "parent": as_parent,
    "cases": as_cases,
}
