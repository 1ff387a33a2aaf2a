"""`list`: which cases are meant, in which order. What was typed becomes questions put to each case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
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
from itilcli.model import codes as c
from itilcli.model.case import KINDS, Case
from itilcli.model.case import Kind as FormKind
from itilcli.model.codes import Codes
from itilcli.procedure.clause import World
from itilcli.procedure.glance import Glance
from itilcli.store import cases
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
    the same for the same ``seed``. ``narrow``: of some columns of a glance the values (the tier as text), beside which no
    case can answer all questions with yes; whoever fetches the cases may leave the others out.
    """

    questions: tuple[Question, ...] = ()
    sort: str | None = None
    limit: int | None = None
    kind: FormKind | None = None
    month: Period | None = None
    sample: int | None = None
    seed: int = 0
    narrow: Mapping[str, frozenset[str]] = field(default_factory=dict)


BY_CODE: dict[str, tuple[Codes, str]] = {
    "tier": (c.TIER, "tier"),
    "severity": (c.SEVERITY, "severity"),
    "type": (c.TYPE, "type"),
    "stage": (c.STAGE, "stage"),
    "on": (c.HOLD, "hold"),
    "category": (c.CATEGORY, "category"),
    "importance": (c.IMPORTANCE, "importance"),
    "urgency": (c.URGENCY, "urgency"),
    "channel": (c.CHANNEL, "channel"),
}
"""Filters over closed lists, each with the column that it looks at."""
BY_TEXT = ("organisation", "project", "supplier")
BY_PERSON = ("assignee", "owner")
BY_FLAG: dict[str, Question] = {
    "overdue": lambda row, world: bool(overdue(row, world)),
    "hold": lambda row, world: row.hold is not None,
    "major": lambda row, world: row.major is True,
    "root_cause_pending": lambda row, world: row.root_cause_pending,
}
SORTS: dict[str, Callable[[Glance], Any]] = {
    "reported": lambda row: row.reported_at.timestamp() if row.reported_at else None,
    "resolved": lambda row: row.resolved_at.timestamp() if row.resolved_at else None,
    "closed": lambda row: row.closed_at.timestamp() if row.closed_at else None,
    "severity": lambda row: RANK.get(row.severity or ""),
    "priority": lambda row: RANK.get(row.priority or ""),
    "tier": lambda row: row.tier,
    "stage": lambda row: STAGES.get(row.stage),
    "organisation": lambda row: row.organisation,
    "title": lambda row: row.title,
    "assignee": lambda row: row.assignee,
    "id": lambda row: row.id,
}


def wanted(desk: Desk, typed: Mapping[str, Any]) -> Wanted:
    """What the words of `list` mean.

    :raises Refused: with every value that means nothing; ``--mine`` also for an author nobody knows.
    """
    problems: list[Problem] = []
    questions: list[Question] = []
    narrow: dict[str, frozenset[str]] = {}
    if typed.get("open") and typed.get("completed"):
        text = t("{flag} and {other} exclude each other", flag="--open", other="--completed")
        hint = t("leave one of them out")
        problems.append(Problem("E-list-contradiction", text, hint, where="--open", kind=Kind.MISSING))
    elif typed.get("open") or typed.get("completed"):
        status = "open" if typed.get("open") else "completed"
        narrow["status"] = frozenset({status})
        questions.append(lambda row, world: row.status == status)
    if typed.get("mine"):
        me = desk.actor
        questions.append(lambda row, world: me in (row.assignee, row.owner))
    if typed.get("vip"):
        vips = desk.customers
        questions.append(lambda row, world: vips.vip(row))
    narrow |= by_code(typed, problems)
    questions += [one_of(column, known) for column, known in narrow.items() if column != "status"]
    questions += [has_text(name, typed[name]) for name in BY_TEXT if typed.get(name)]
    questions += [question for name, question in BY_FLAG.items() if typed.get(name)]
    for name in BY_PERSON:
        if typed.get(name):
            questions.append(named(desk, f"--{name}", typed[name], name, problems))
    if typed.get("priority"):
        questions.append(by_priority(typed["priority"], problems))
    if typed.get("exception"):
        questions.append(excepted(typed["exception"], problems))
    questions += period(desk, typed, problems)
    kind = form_kind(typed["form"], problems) if typed.get("form") else None
    month = the_month(desk, typed["month"], problems) if typed.get("month") else None
    if month and not kind:
        questions.append(lambda row, world: month.has(row.reported_at))
    if typed.get("parent"):
        narrow["parent"] = frozenset({found_id(desk, typed["parent"])})
        questions.append(one_of("parent", narrow["parent"]))
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
    return Wanted(tuple(questions), sort, limit, kind, month, sample, 0 if sample is None else _seed(typed), narrow)


def _seed(typed: Mapping[str, Any]) -> int:
    """The seed that was typed, or else one that nobody has chosen."""
    if typed.get("seed") is not None:
        return int(typed["seed"])
    import secrets

    return secrets.randbelow(SEEDS)


def by_code(typed: Mapping[str, Any], problems: list[Problem]) -> dict[str, frozenset[str]]:
    """The filters over closed lists: by column, the codes that were typed, any of which will do."""
    found: dict[str, frozenset[str]] = {}
    for name, (known, column) in BY_CODE.items():
        if typed.get(name):
            given = typed[name] if not isinstance(typed[name], str) else (typed[name],)
            found[column] = codes_typed(f"--{name}", given, known, problems)
    return found


def found_id(desk: Desk, typed: str) -> str:
    """The ID of a case that is named by any part of it."""
    from itilcli.actions.looking.finding import find

    return find(desk, typed)[0]


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
    import hashlib

    drawn = sorted(found, key=lambda row: hashlib.sha256(f"{wish.seed} {name(row)}".encode()).digest())
    picked = {name(row) for row in drawn[: wish.sample]}
    return [row for row in found if name(row) in picked]


def fitting(rows: Iterable[Glance], wish: Wanted, world: World) -> Iterator[Glance]:
    """The cases that answer every question with yes."""
    for row in rows:
        for question in wish.questions:
            if not question(row, world):
                break
        else:
            yield row


def chosen(rows: Iterable[Glance], wish: Wanted, world: World) -> list[Glance]:
    """The cases that a list shows, in order: open ones first, then the newest, unless another was asked for."""
    found = in_order(list(fitting(rows, wish, world)), wish.sort)
    return sampled(found, wish, lambda row: row.id)[: wish.limit]


def in_order(found: list[Glance], sort: str | None) -> list[Glance]:
    """The cases by one field, ``-`` before it for the other way round; those without a value come last either way."""
    newest = sorted(found, key=lambda row: row.began, reverse=True)
    if sort is None:
        return sorted(newest, key=lambda row: row.status != "open")
    read = SORTS[sort.lstrip("+-")]
    known = [row for row in newest if read(row) is not None]
    return [*sorted(known, key=read, reverse=sort.startswith("-")), *(row for row in newest if read(row) is None)]


def whole(desk: Desk, rows: Iterable[Glance]) -> Iterator[Case]:
    """The cases that are seen at a glance, read whole, one after another; a day's folder is looked through once."""
    read = desk.read if desk.unfinished_paths else None
    named: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        place, _, case_id = (row.place or f"{cases.day_folder(row.id)}/{row.id}").rpartition("/")
        folder = desk.root / place
        if place not in named:
            named[place] = cases.names_in(folder)
        yield cases.load(desk.root, case_id, read, folder, named[place].get(case_id)).case
