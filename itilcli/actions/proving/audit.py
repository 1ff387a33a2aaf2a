"""`itil audit`: the whole history walked once and proved, or refuted commit by commit and person by person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from itilcli.actions.month.issued import issued_months
from itilcli.actions.month.verifying import verify
from itilcli.actions.proving.seal import Seal, broken, seals
from itilcli.actions.proving.walk import judged, stretch
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.running import find
from itilcli.journal.walked import Walk
from itilcli.journal.wording import SHORT
from itilcli.judging.deed import Finding, Late
from itilcli.judging.terms import Terms
from itilcli.processes import processors, undisturbed
from itilcli.text import Listing, t
from itilcli.values import value

_FORKS = 2000
Told = Callable[[int], Callable[[int], None]]


@value
class Asked:
    """What was asked: a span ``A..B`` alone, the whole history although a seal stands, or all since a commit or seal."""

    span: str | None = None
    whole: bool = False
    since: str | None = None


@value
class Row:
    """A finding with the time of its commit."""

    finding: Finding
    at: datetime | None


@value
class Audited:
    """What the audit found. ``start``: the commit it started after, empty for the beginning; ``end``: the last one; ``seal``:
    the seal it started from; ``people``: how many commits each made; ``reports``: the months computed anew."""

    start: str
    end: str
    seal: Seal | None
    commits: int
    merges: int
    steps: int
    people: dict[str, int]
    rows: tuple[Row, ...]
    late: tuple[Late, ...]
    reports: tuple[str, ...]
    rehearsed: int
    cut: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(one.finding.problem.level == "error" for one in self.rows)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return len(self.rows) - self.errors


def audit(desk: Desk, asked: Asked, told: Told | None = None) -> Audited:
    """The history judged from its beginning, or from the last seal on.

    :param told: is told how many commits there are, and gives what is told of each that is done.
    :raises Refused: E-audit-empty without a commit; E-desk-revision for commits that are not there.
    """
    with undisturbed():
        return _audit(desk, asked, told)


def _audit(desk: Desk, asked: Asked, told: Told | None) -> Audited:
    walk = Walk(find(desk.root))
    head = desk.journal.head()
    if head is None:
        raise Refused([Problem("E-audit-empty", t("there is no commit yet"), t("make a desk with: itil init PATH"),
                               kind=Kind.DESK)])  # fmt: skip
    start, end, seal, problems = _where(desk, walk, head, asked)
    cut = walk.cut(end, *([f"^{start}"] if start else []))
    span = (end, *(f"^{one}" for one in (start, *cut) if one))
    batches = walk.stream(*span)
    some = stretch(walk, span, next(batches, []), batches)
    workers = processors(_FORKS) if some.count > 1 else 1
    rows: list[Row] = [Row(Finding(head, "", one.where, one), None) for one in problems]
    late: list[Late] = []
    people: Counter[str] = Counter()
    steps = rehearsed = 0
    terms = Terms(None if desk.rehearsed else desk.now)
    for verdict in judged(walk, some, terms, workers, told(some.count) if told else None, not asked.whole):
        people[verdict.person] += 1
        steps += verdict.steps
        late += verdict.late
        rehearsed += verdict.rehearsed
        rows += (Row(one, verdict.at) for one in verdict.findings)
    months, found = _reports(desk, head) if asked.span is None else ((), ())
    rows += (Row(one, None) for one in found)
    rows += (Row(Finding(head, "", "", one), None) for one in _state(desk, rehearsed, asked, cut))
    return Audited(
        start, end, seal, some.count, some.merges, steps, dict(people.most_common()), tuple(rows), tuple(late),
        months, rehearsed, cut,
    )  # fmt: skip


def _where(desk: Desk, walk: Walk, head: str, asked: Asked) -> tuple[str, str, Seal | None, list[Problem]]:
    """After which commit the audit starts, with which it ends, from which seal, and what is wrong with the seals."""
    if asked.span:
        first, dots, last = asked.span.partition("..")
        if not dots:
            hint = t("write it like origin/main..HEAD")
            raise Refused([Problem("E-audit-range", t("{span} is no range of commits", span=repr(asked.span)), hint,
                                   where="--range", kind=Kind.MISSING)])  # fmt: skip
        return desk.journal.resolve(first or "HEAD").id, desk.journal.resolve(last.lstrip(".") or "HEAD").id, None, []
    if asked.since:
        return desk.journal.resolve(asked.since).id, head, None, []
    known = seals(walk)
    problems = [problem for one in known for problem in broken(walk, one, known, head)]
    last_seal = known[-1] if known else None
    if last_seal is None or asked.whole or problems:
        return "", head, None, problems
    return last_seal.commit, head, last_seal, []


def _reports(desk: Desk, head: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Every issued report computed anew: the months, and what does not come out as it was issued."""
    months, found = [], []
    for period in issued_months(desk):
        month = str(period)
        path = f"records/reports/{month}/figures.json"
        months.append(month)
        try:
            deviations = verify(desk, month).deviations
        except Refused as refused:
            found += [Finding(head, "", path, replace(one, where=path)) for one in refused.problems]
            continue
        if deviations:
            places = Listing(tuple(one.place for one in deviations[:8]))
            message = t(
                "the report of {month} does not come out as it was issued: {places}", month=month, places=places
            )
            hint = t("look at each difference: itil report {month} --verify", month=month)
            found.append(Finding(head, "", path, Problem("E-audit-report", message, hint, "5.15", path)))
    return tuple(months), tuple(found)


def _state(desk: Desk, rehearsed: int, asked: Asked, cut: Sequence[str]) -> list[Problem]:
    """What else an auditor should know."""
    found = []
    if cut:
        hint = t("only the newest commits were fetched; fetch the others with: git fetch --unshallow")
        message = t("the history is cut off in this clone at {commits}: nothing up to there was audited",
                    commits=Listing(tuple(one[:SHORT] for one in cut)))  # fmt: skip
        found.append(Problem("W-audit-shallow", message, hint))
    if rehearsed:
        message = t("{count} commits were made by a clock that was set for a rehearsal", count=rehearsed)
        found.append(Problem("W-audit-rehearsed", message, t("a desk that is no rehearsal has none of them")))
    if asked.span is None and desk.journal.dirty():
        message = t("there are changes that are not committed; they were not audited")
        found.append(Problem("W-audit-uncommitted", message, t("see them with: git status")))
    return found
