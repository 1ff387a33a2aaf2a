"""`list`: which cases are meant, in which order. What was typed becomes questions put to each case."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from itilcli.actions.looking.questions import (
    Question,
    by_priority,
    codes_typed,
    excepted,
    has_text,
    named,
    one_of,
    period,
    plain,
    wrong,
)
from itilcli.actions.waiting.deadlines import overdue
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.figures.period import Period, parse_month
from itilcli.formats.formula import harmless
from itilcli.model import codes as c
from itilcli.model.case import KINDS, Case
from itilcli.model.case import Kind as FormKind
from itilcli.model.codes import Codes
from itilcli.procedure.clause import World
from itilcli.procedure.s5_09_resolve import root_cause_pending
from itilcli.text import t
from itilcli.values import value

Row = TypeVar("Row")
SEEDS = 10_000
RANK = {"high": 0, "medium": 1, "low": 2}
STAGES = {stage: place for place, stage in enumerate(c.STAGE)}


@value
class Wanted:
    """What a list is to show: the questions that every case must answer with yes, the order, the most rows.

    With ``kind`` it shows the forms of that kind, of ``month`` where one was named. ``sample``: so many picked at random,
    the same for the same ``seed``.
    """

    questions: tuple[Question, ...] = ()
    sort: str | None = None
    limit: int | None = None
    kind: FormKind | None = None
    month: Period | None = None
    sample: int | None = None
    seed: int = 0


BY_CODE: dict[str, tuple[Codes, Callable[[Case], object]]] = {
    "tier": (c.TIER, lambda case: str(case.state.tier)),
    "severity": (c.SEVERITY, lambda case: case.state.severity),
    "type": (c.TYPE, lambda case: case.state.type),
    "stage": (c.STAGE, lambda case: case.state.stage),
    "on": (c.HOLD, lambda case: case.state.hold),
    "category": (c.CATEGORY, lambda case: case.state.category),
    "importance": (c.IMPORTANCE, lambda case: case.state.importance),
    "urgency": (c.URGENCY, lambda case: case.state.urgency),
    "channel": (c.CHANNEL, lambda case: case.incident.channel),
}
BY_TEXT: dict[str, Callable[[Case], str | None]] = {
    "organisation": lambda case: case.incident.customer.organisation if case.incident.customer else None,
    "project": lambda case: case.incident.project,
    "supplier": lambda case: case.incident.supplier,
}
BY_PERSON: dict[str, Callable[[Case], str | None]] = {
    "assignee": lambda case: case.state.assignee,
    "owner": lambda case: case.state.owner,
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
        hint = t("leave one of them out")
        problems.append(Problem("E-list-contradiction", text, hint, where="--open", kind=Kind.MISSING))
    elif typed.get("open") or typed.get("completed"):
        status = "open" if typed.get("open") else "completed"
        questions.append(lambda case, world: case.state.status == status)
    if typed.get("mine"):
        me = desk.actor
        questions.append(lambda case, world: me in (case.state.assignee, case.state.owner))
    if typed.get("vip"):
        vips = desk.customers
        questions.append(lambda case, world: vips.vip(case.incident.customer))
    questions += by_code(typed, problems)
    questions += [has_text(read, typed[name]) for name, read in BY_TEXT.items() if typed.get(name)]
    questions += [question for name, question in BY_FLAG.items() if typed.get(name)]
    for name, read in BY_PERSON.items():
        if typed.get(name):
            questions.append(named(desk, f"--{name}", typed[name], read, problems))
    if typed.get("priority"):
        questions.append(by_priority(typed["priority"], problems))
    if typed.get("exception"):
        questions.append(excepted(typed["exception"], problems))
    questions += period(desk, typed, problems)
    kind = form_kind(typed["form"], problems) if typed.get("form") else None
    month = the_month(desk, typed["month"], problems) if typed.get("month") else None
    if month and not kind:
        questions.append(lambda case, world: month.has(case.state.reported_at))
    if typed.get("parent"):
        questions.append(child_of(desk, typed["parent"]))
    limit, sort, sample = typed.get("limit"), typed.get("sort"), typed.get("sample")
    for flag, number in (("--limit", limit), ("--sample", sample)):
        if isinstance(number, int) and number < 1:
            text = t("{flag} is at least 1", flag=flag)
            hint = t("leave it out, or give a number")
            problems.append(Problem("E-list-limit", text, hint, where=flag, kind=Kind.MISSING))
    if typed.get("seed") is not None and sample is None:
        hint = t("say how many: {flag}", flag="--sample 10")
        text = t("--seed is for a sample")
        problems.append(Problem("E-list-seed", text, hint, where="--seed", kind=Kind.MISSING))
    if sort is not None and sort.lstrip("+-") not in SORTS:
        problems.append(wrong("--sort", sort, SORTS))
    if typed.get("format") not in (None, "table", "csv"):
        problems.append(wrong("--format", typed["format"], ("table", "csv")))
    if problems:
        raise Refused(problems)
    seed = typed["seed"] if typed.get("seed") is not None else secrets.randbelow(SEEDS)
    return Wanted(tuple(questions), sort, limit, kind, month, sample, seed)


def by_code(typed: Mapping[str, Any], problems: list[Problem]) -> list[Question]:
    """The filters over closed lists; several codes of one list mean any of them."""
    found: list[Question] = []
    for name, (known, read) in BY_CODE.items():
        if typed.get(name):
            given = typed[name] if not isinstance(typed[name], str) else (typed[name],)
            found.append(one_of(read, codes_typed(f"--{name}", given, known, problems)))
    return found


def child_of(desk: Desk, typed: str) -> Question:
    """Whether the case belongs to another one, named by any part of its ID."""
    from itilcli.actions.looking.finding import find

    parent, _ = find(desk, typed)
    return lambda case, world: case.incident.parent == parent


def form_kind(typed: str, problems: list[Problem]) -> FormKind | None:
    """The kind of form that is named by its infix, label, usual word, record or form number."""
    from itilcli.actions.looking.finding import FORM_WORDS

    word = plain(typed.strip()).replace("_", "-")
    word = FORM_WORDS.get(word, word)
    for kind in KINDS.values():
        if word in {plain(name) for name in (kind.name, kind.number, kind.form_no, kind.label.zh, kind.label.en)}:
            return kind
    problems.append(
        wrong("--form", typed, (t("{code} ({label})", code=kind.name, label=kind.label) for kind in KINDS.values()))
    )
    return None


def the_month(desk: Desk, typed: str, problems: list[Problem]) -> Period | None:
    """The month that was named, by the desk's clock."""
    try:
        return parse_month(typed, desk.now, desk.zone)
    except Refused as refused:
        problems += refused.problems
        return None


def sampled(found: list[Row], wish: Wanted, name: Callable[[Row], str]) -> list[Row]:
    """So many of the rows, picked by the seed and each row's own name, in the order they had.

    What else stands in the list does not change which of two rows is picked first, nor does Python's version.
    """
    if wish.sample is None:
        return found
    drawn = sorted(found, key=lambda row: hashlib.sha256(f"{wish.seed} {name(row)}".encode()).digest())
    picked = {name(row) for row in drawn[: wish.sample]}
    return [row for row in found if name(row) in picked]


def chosen(cases: Iterable[Case], wish: Wanted, world: World) -> list[Case]:
    """The cases that a list shows, in order: open ones first, then the newest, unless another was asked for."""
    found = [case for case in cases if all(question(case, world) for question in wish.questions)]
    return sampled(in_order(found, wish.sort), wish, lambda case: case.id)[: wish.limit]


def in_order(found: list[Case], sort: str | None) -> list[Case]:
    """The cases by one field, ``-`` before it for the other way round; those without a value come last either way."""
    newest = sorted(found, key=lambda case: case.began, reverse=True)
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


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Summaries (see :func:`itilcli.actions.looking.views.summary`) as CSV with a row of headings: codes, not labels."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        flat = {**row, **(row.get("customer") or {})}
        writer.writerow([harmless(flat.get(name)) for name in COLUMNS])
    return out.getvalue()
