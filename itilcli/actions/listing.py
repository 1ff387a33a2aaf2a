"""`list`: which cases are meant, in which order. What was typed becomes questions put to each case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from itilcli.actions.deadlines import overdue
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model import codes as c
from itilcli.model.case import KINDS, Case
from itilcli.model.codes import Codes
from itilcli.procedure.clause import World
from itilcli.procedure.s5_09_resolve import root_cause_pending
from itilcli.text import Listing, t
from itilcli.values import value

Question = Callable[[Case, World], bool]
RANK = {"high": 0, "medium": 1, "low": 2}
STAGES = {stage: place for place, stage in enumerate(c.STAGE)}


@value
class Wanted:
    """What a list is to show: the questions that every case must answer with yes, the order, the most rows."""

    questions: tuple[Question, ...] = ()
    sort: str | None = None
    limit: int | None = None


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
        code = known.parse(word)
        if code is None:
            problems.append(
                wrong(flag, word, (t("{code} ({label})", code=one, label=known.label(one)) for one in known))
            )
        else:
            found.add(code)
    return frozenset(found)


BY_CODE: dict[str, tuple[Codes, Callable[[Case], object]]] = {
    "tier": (c.TIER, lambda case: str(case.state.tier)),
    "severity": (c.SEVERITY, lambda case: case.state.severity),
    "type": (c.TYPE, lambda case: case.state.type),
    "stage": (c.STAGE, lambda case: case.state.stage),
    "on": (c.HOLD, lambda case: case.state.hold),
}
BY_TEXT: dict[str, Callable[[Case], str | None]] = {
    "organisation": lambda case: case.incident.customer.organisation if case.incident.customer else None,
    "project": lambda case: case.incident.project,
    "supplier": lambda case: case.incident.supplier,
}
BY_FLAG: dict[str, Question] = {
    "overdue": lambda case, world: bool(overdue(case, world)),
    "hold": lambda case, world: case.state.hold is not None,
    "major": lambda case, world: case.state.major is True,
    "root_cause_pending": lambda case, world: root_cause_pending(case),
}
SORTS: dict[str, Callable[[Case], Any]] = {
    "reported": lambda case: case.state.reported_at.timestamp() if case.state.reported_at else None,
    "resolved": lambda case: case.state.resolved_at.timestamp() if case.state.resolved_at else None,
    "closed": lambda case: case.state.closed_at.timestamp() if case.state.closed_at else None,
    "severity": lambda case: RANK.get(case.state.severity or ""),
    "priority": lambda case: RANK.get(c.priority(case.state.importance, case.state.urgency) or ""),
    "tier": lambda case: case.state.tier,
    "stage": lambda case: STAGES.get(case.state.stage),
    "organisation": lambda case: BY_TEXT["organisation"](case),
    "title": lambda case: case.incident.title,
    "assignee": lambda case: case.state.assignee,
    "id": lambda case: case.id,
}


def wanted(desk: Desk, typed: Mapping[str, Any]) -> Wanted:
    """What the words of `list` mean.

    :raises Refused: with every value that means nothing; ``--mine`` also for an author nobody knows.
    """
    problems: list[Problem] = []
    questions: list[Question] = []
    if typed.get("open") and typed.get("completed"):
        text = t("{flag} and {other} exclude each other", flag="--open", other="--completed")
        problems.append(Problem("E-list-contradiction", text, where="--open", kind=Kind.MISSING))
    elif typed.get("open") or typed.get("completed"):
        status = "open" if typed.get("open") else "completed"
        questions.append(lambda case, world: case.state.status == status)
    if typed.get("mine"):
        me = desk.actor
        questions.append(lambda case, world: me in (case.state.assignee, case.state.owner))
    questions += by_code(typed, problems)
    questions += [has_text(read, typed[name]) for name, read in BY_TEXT.items() if typed.get(name)]
    questions += [question for name, question in BY_FLAG.items() if typed.get(name)]
    if typed.get("assignee"):
        questions.append(held_by(desk, typed["assignee"], problems))
    if typed.get("form"):
        questions.append(has_form(typed["form"], problems))
    if typed.get("month"):
        questions.append(in_month(desk, typed["month"], problems))
    limit, sort = typed.get("limit"), typed.get("sort")
    if isinstance(limit, int) and limit < 1:
        problems.append(
            Problem("E-list-limit", t("{flag} is at least 1", flag="--limit"), where="--limit", kind=Kind.MISSING)
        )
    if sort is not None and sort.lstrip("+-") not in SORTS:
        problems.append(wrong("--sort", sort, SORTS))
    if typed.get("format") not in (None, "table", "csv"):
        problems.append(wrong("--format", typed["format"], ("table", "csv")))
    if problems:
        raise Refused(problems)
    return Wanted(tuple(questions), sort, limit)


def by_code(typed: Mapping[str, Any], problems: list[Problem]) -> list[Question]:
    """The filters over closed lists; several codes of one list mean any of them."""
    found: list[Question] = []
    for name, (known, read) in BY_CODE.items():
        if typed.get(name):
            given = typed[name] if not isinstance(typed[name], str) else (typed[name],)
            found.append(one_of(read, codes_typed(f"--{name}", given, known, problems)))
    return found


def one_of(read: Callable[[Case], object], known: frozenset[str]) -> Question:
    """Whether a value of the case is among these."""
    return lambda case, world: read(case) in known


def has_text(read: Callable[[Case], str | None], typed: str) -> Question:
    """Whether a text of the case holds what was typed."""
    part = plain(typed.strip())
    return lambda case, world: part in plain(read(case) or "")


def held_by(desk: Desk, typed: str, problems: list[Problem]) -> Question:
    """Whether somebody holds the case; a name unknown to people.yaml may stand in old or imported ones."""
    found = desk.people.find(typed)
    if len(found) > 1:
        problems.append(wrong("--assignee", typed, (person.emails[0] for person in found if person.emails)))
    name = plain(found[0].id or "") if found else plain(typed.strip())
    return lambda case, world: plain(case.state.assignee or "") == name


def has_form(typed: str, problems: list[Problem]) -> Question:
    """Whether the case has a form of a kind, named by its infix, label, record or form number."""
    word = plain(typed.strip()).replace("_", "-")
    for kind in KINDS.values():
        if word in {plain(name) for name in (kind.name, kind.number, kind.form_no, kind.label.zh, kind.label.en)}:
            return lambda case, world: case.last(kind) is not None
    problems.append(
        wrong("--form", typed, (t("{code} ({label})", code=kind.name, label=kind.label) for kind in KINDS.values()))
    )
    return lambda case, world: False


def in_month(desk: Desk, typed: str, problems: list[Problem]) -> Question:
    """Whether the case was reported in a month by the desk's clock (t0)."""
    from itilcli.figures.month import parse_month

    try:
        month = parse_month(typed, desk.now, desk.zone)
    except Refused as refused:
        problems += refused.problems
        return lambda case, world: False
    return lambda case, world: month.has(case.state.reported_at)


def chosen(cases: Iterable[Case], wish: Wanted, world: World) -> list[Case]:
    """The cases that a list shows, in order: open ones first, then the newest, unless another was asked for."""
    found = [case for case in cases if all(question(case, world) for question in wish.questions)]
    return in_order(found, wish.sort)[: wish.limit]


def in_order(found: list[Case], sort: str | None) -> list[Case]:
    """The cases by one field, ``-`` before it for the other way round; those without a value come last either way."""
    newest = sorted(
        found,
        key=lambda case: (case.state.reported_at.timestamp() if case.state.reported_at else 0, case.id),
        reverse=True,
    )
    if sort is None:
        return sorted(newest, key=lambda case: case.state.status != "open")
    read = SORTS[sort.lstrip("+-")]
    known = [case for case in newest if read(case) is not None]
    return [*sorted(known, key=read, reverse=sort.startswith("-")), *(case for case in newest if read(case) is None)]


# ── CSV

COLUMNS = (
    "id", "title", "status", "stage", "tier", "type", "category", "severity", "importance", "urgency", "priority",
    "major", "channel", "organisation", "contact", "phone", "project", "supplier", "owner", "assignee", "reported_at",
    "first_response_at", "resolved_at", "closed_at", "follow_up_due_on", "hold", "hold_until", "overdue",
)  # fmt: skip
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula, in half and full width."""


def harmless(value: object) -> str:
    """A cell as text that no spreadsheet takes for a formula: an apostrophe goes before one that looks like it."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Summaries (see :func:`itilcli.actions.views.summary`) as CSV with a row of headings: codes, not labels."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        flat = {**row, **(row.get("customer") or {})}
        writer.writerow([harmless(flat.get(name)) for name in COLUMNS])
    return out.getvalue()
