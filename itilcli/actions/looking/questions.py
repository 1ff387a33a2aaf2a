"""What the filters of `list` ask of each case: codes, texts, people, days, exceptions that the procedure allows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from operator import attrgetter
from typing import Any

from itilcli.desk import Desk
from itilcli.errors import Kind, Problem
from itilcli.model import codes as c
from itilcli.model.codes import Codes
from itilcli.model.when import read_day, read_time
from itilcli.procedure.clause import World
from itilcli.procedure.exceptions import EXCEPTION
from itilcli.procedure.glance import Glance
from itilcli.text import Listing, t

Question = Callable[[Glance, World], bool]

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


def one_of(column: str, known: frozenset[str]) -> Question:
    """Whether a value of the case is among these."""
    read: Callable[[Glance], object] = attrgetter(column)
    if column == "tier":
        return lambda row, world: str(row.tier) in known
    return lambda row, world: read(row) in known


def has_text(column: str, typed: str) -> Question:
    """Whether a text of the case holds what was typed."""
    part = plain(typed.strip())
    read: Callable[[Glance], str | None] = attrgetter(column)
    return lambda row, world: part in plain(read(row) or "")


def named(desk: Desk, flag: str, typed: str, column: str, problems: list[Problem]) -> Question:
    """Whether the case names somebody; a name unknown to people.yaml may stand in old or imported ones."""
    found = desk.people.find(typed)
    if len(found) > 1:
        problems.append(wrong(flag, typed, (person.emails[0] for person in found if person.emails)))
    name = plain(found[0].id or "") if found else plain(typed.strip())
    read: Callable[[Glance], str | None] = attrgetter(column)
    return lambda row, world: plain(read(row) or "") == name


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
    return lambda row, world: row.priority in asked or (row.importance, row.urgency) in squares


# ── when it was reported


def period(desk: Desk, typed: Mapping[str, Any], problems: list[Problem]) -> list[Question]:
    """Whether the case was reported within ``--since`` and ``--until``, both included; a day is meant whole."""
    since = moment_of(desk, "--since", typed.get("since"), problems, first=True)
    until = moment_of(desk, "--until", typed.get("until"), problems, first=False)
    if since and until and since > until:
        text = t("{flag} lies after {other}", flag="--since", other="--until")
        hint = t("give the earlier day with {flag}", flag="--since")
        problems.append(Problem("E-list-contradiction", text, hint, where="--since", kind=Kind.MISSING))
    found: list[Question] = []
    if since:
        found.append(lambda row, world: row.reported_at is not None and row.reported_at >= since)
    if until:
        found.append(lambda row, world: row.reported_at is not None and row.reported_at <= until)
    return found


def moment_of(desk: Desk, flag: str, typed: str | None, problems: list[Problem], *, first: bool) -> datetime | None:
    """The time that was typed; a day alone is its beginning where the ``first`` moment is meant, else its end."""
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


def excepted(typed: Sequence[str], problems: list[Problem]) -> Question:
    """Whether the case has any of these exceptions."""
    asked = codes_typed("--exception", typed, EXCEPTION, problems)
    return lambda row, world: not asked.isdisjoint(row.exceptions)
