"""What the filters of `list` ask of each case: codes, texts, people, days, exceptions that the procedure allows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from itilcli.desk import Desk
from itilcli.errors import Kind, Problem
from itilcli.model import codes as c
from itilcli.model.case import ONSITE, WORK_ORDER, Case
from itilcli.model.codes import Codes
from itilcli.model.when import read_day, read_time
from itilcli.procedure.clause import World
from itilcli.text import Listing, t

Question = Callable[[Case, World], bool]
LATE_MINUTES = 1440
"""A step recorded more than so many minutes after it happened is a late entry that an auditor looks at."""

# ── values that were typed


def plain(text: str) -> str:
    """A text as it is compared: NFKC, in no case."""
    return unicodedata.normalize("NFKC", text).casefold()


def wrong(flag: str, value: object, choices: Iterable[object]) -> Problem:
    """A value that its filter does not know."""
    hint = t("one of: {codes}", codes=Listing(tuple(choices)))
    return Problem(
        "E-list-value", t("{flag} cannot be {value}", flag=flag, value=repr(value)), hint, where=flag, kind=Kind.MISSING
    )


def codes_typed(flag: str, typed: Sequence[str], known: Codes, problems: list[Problem]) -> frozenset[str]:
    """The codes that were typed, one by one or with commas between."""
    found = set()
    for word in (part for given in typed for part in re.split(r"[,，、]", given) if part.strip()):
        meant = known.nearly(word)
        if len(meant) != 1:
            problems.append(
                wrong(flag, word, (t("{code} ({label})", code=one, label=known.label(one)) for one in meant or known))
            )
        else:
            found.add(meant[0])
    return frozenset(found)


def one_of(read: Callable[[Case], object], known: frozenset[str]) -> Question:
    """Whether a value of the case is among these."""
    return lambda case, world: read(case) in known


def has_text(read: Callable[[Case], str | None], typed: str) -> Question:
    """Whether a text of the case holds what was typed."""
    part = plain(typed.strip())
    return lambda case, world: part in plain(read(case) or "")


def named(desk: Desk, flag: str, typed: str, read: Callable[[Case], str | None], problems: list[Problem]) -> Question:
    """Whether the case names somebody; a name unknown to people.yaml may stand in old or imported ones."""
    found = desk.people.find(typed)
    if len(found) > 1:
        problems.append(wrong(flag, typed, (person.emails[0] for person in found if person.emails)))
    name = plain(found[0].id or "") if found else plain(typed.strip())
    return lambda case, world: plain(read(case) or "") == name


# ── priority, by itself or by its square


def by_priority(typed: Sequence[str], problems: list[Problem]) -> Question:
    """Whether the case has one of these priorities (high, medium, low), or lies in one of these squares (重要紧急 …)."""
    labels = {code: known.label(code) for known in (c.PRIORITY, c.SQUARE) for code in known}
    known = Codes("priority", *((code, label.zh, label.en) for code, label in labels.items()))
    asked = codes_typed("--priority", typed, known, problems)
    squares = {
        ("important" if one.startswith("important") else "normal", "urgent" if one.endswith("urgent") else "normal")
        for one in asked
        if one in c.SQUARE
    }
    return lambda case, world: (
        c.priority(case.state.importance, case.state.urgency) in asked
        or (case.state.importance, case.state.urgency) in squares
    )


# ── when it was reported


def period(desk: Desk, typed: Mapping[str, Any], problems: list[Problem]) -> list[Question]:
    """Whether the case was reported within ``--since`` and ``--until``, both included; a day is meant whole."""
    since = _moment(desk, "--since", typed.get("since"), problems, first=True)
    until = _moment(desk, "--until", typed.get("until"), problems, first=False)
    if since and until and since > until:
        text = t("{flag} lies after {other}", flag="--since", other="--until")
        hint = t("give the earlier day with {flag}", flag="--since")
        problems.append(Problem("E-list-contradiction", text, hint, where="--since", kind=Kind.MISSING))
    return [
        *(
            [lambda case, world: case.state.reported_at is not None and case.state.reported_at >= since]
            if since
            else []
        ),
        *(
            [lambda case, world: case.state.reported_at is not None and case.state.reported_at <= until]
            if until
            else []
        ),
    ]


def _moment(desk: Desk, flag: str, typed: str | None, problems: list[Problem], *, first: bool) -> datetime | None:
    if typed is None:
        return None
    text = unicodedata.normalize("NFKC", typed).strip()
    day, rest = read_day(text, desk.clock.now.astimezone(desk.zone).date())
    if first and day and text and not rest:
        return datetime.combine(day, time(), desk.zone)
    found = read_time(typed, desk.clock)
    if found is None:
        hint = t("write it like 2026-11-20, 11-20 09:12, 上周一 or 昨天")
        message = t("{value} is not a time", value=repr(typed))
        problems.append(Problem("E-list-time", message, hint, where=flag, kind=Kind.MISSING))
    return found


# ── exceptions that the procedure allows, and an auditor looks at


EXCEPTION = Codes(
    "exception",
    ("mode", "处理方式例外", "not in the mode of its severity"),
    ("unsigned", "未确认未签字", "not confirmed or not signed"),
    ("verbal", "口头批准", "approved verbally"),
    ("backup_waived", "免备份", "backup waived"),
    ("late_entry", "补录超过一天", "entered more than a day late"),
    ("incomplete", "受理信息不全", "taken with the intake incomplete"),
)


def unsigned(case: Case) -> bool:
    """B14: whether the customer refused, was absent or unreachable."""
    confirmation = case.incident.confirmation
    signatures = (form.signature for _, form in case.of(ONSITE) if form.signature)
    return bool(confirmation and confirmation.outcome) or any(one.outcome for one in signatures)


def verbal(case: Case) -> bool:
    """B7: whether a work order was approved by word of mouth first."""
    return any(form.approval and form.approval.kind == "verbal" for _, form in case.of(WORK_ORDER))


def entered_late(case: Case) -> bool:
    """Whether a step was recorded more than a day after it happened; an import is not meant."""
    return not case.imported and any(entry.delay_minutes > LATE_MINUTES for entry in case.incident.history)


def incomplete(case: Case) -> bool:
    """B2: whether the call was taken before all was known, also where `classify` has completed it since."""
    first = {entry.action: entry.recorded_at for entry in reversed(case.incident.history)}
    whole_at_once = first.get("new") is None or first.get("classify") == first.get("new")
    return bool(case.incident.incomplete) or not (case.imported or whole_at_once)


EXCEPTIONS: dict[str, Callable[[Case], bool]] = {
    "mode": lambda case: case.incident.mode_exception is not None,
    "unsigned": unsigned,
    "verbal": verbal,
    "backup_waived": lambda case: bool(case.incident.backup and case.incident.backup.waived),
    "late_entry": entered_late,
    "incomplete": incomplete,
}


def excepted(typed: Sequence[str], problems: list[Problem]) -> Question:
    """Whether the case has any of these exceptions."""
    asked = codes_typed("--exception", typed, EXCEPTION, problems)
    return lambda case, world: any(EXCEPTIONS[one](case) for one in asked)
