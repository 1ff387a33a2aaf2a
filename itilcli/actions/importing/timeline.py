"""The rows of one incident in order, with the times that columns name: opening, answer, solution, closing.

The rules for logs that contradict themselves are listed in docs/importing.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from itilcli.actions.importing.story import Happening

BESIDE_WORK = frozenset({"resolve", "close", "void", "none"})


@dataclass(frozen=True, slots=True)
class Known:
    """The times that columns of the log name. ``names_solution``: whether the map has such a column at all."""

    reported_at: datetime
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    names_solution: bool = False
    resolved_by: str | None = None
    closed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What happened, in order.

    ``untimed``: it was solved, and the log does not say when.
    """

    steps: tuple[Happening, ...]
    answered_at: datetime | None = None
    untimed: bool = False


def plan(rows: Sequence[Happening], known: Known) -> Plan:
    """The steps of one incident from its rows and its known times.

    Nothing happens before the report or after the closing. The solution that counts is the last one that no later
    work undoes; its time is the log's own where it names one, else the closing time.
    """
    start = known.reported_at
    rows = within(rows, start, known.closed_at)
    last = max((place for place, row in enumerate(rows) if row.step not in BESIDE_WORK), default=-1)
    worked = [replace(row, step="none") if row.step == "void" else row for row in rows[: last + 1]]
    final = rows[last + 1 :]
    void = next((place for place, row in enumerate(final) if row.step == "void"), None)
    if void is not None:
        return Plan((*worked, *final[: void + 1]), clamp(known.answered_at, start, None))
    since = rows[last].at if last >= 0 and rows[last].timed else start
    solved = next((row for row in final if row.step == "resolve" and row.timed), None)
    closed = next((row for row in final if row.step == "close" and row.timed), None)
    end = clamp(known.closed_at, start, None) or (closed.at if closed else None)
    at, derived = solution(known, since, solved, end)
    answered = clamp(known.answered_at, start, at)
    steps = [Happening(answered, "answer")] if answered else []
    steps += [early(row, at) for row in (*worked, *map(settled, final))]
    if at:
        steps.append(merged("resolve", at, known.resolved_by, solved, rows, derived))
    if end:
        steps.append(merged("close", end, known.closed_by, closed, rows))
    ordered = sorted(steps, key=lambda step: step.at)
    untimed = at is None and any(row.step in ("resolve", "close") for row in final)
    return Plan(tuple(ordered), answered, untimed)


def solution(
    known: Known, since: datetime, solved: Happening | None, end: datetime | None
) -> tuple[datetime | None, bool]:
    """When it was solved for good, and whether that is only derived from the closing."""
    at = clamp(known.resolved_at, known.reported_at, None)
    if at is not None and at < since:
        at = solved.at if solved else None
    elif at is None and solved and (not known.names_solution or end is None):
        at = solved.at
    if end is not None and (at is None or at > end):
        return end, True
    return at, False


def within(rows: Sequence[Happening], start: datetime, end: datetime | None) -> list[Happening]:
    """The rows between report and closing: earlier ones are put at the report, later ones left out."""
    kept = [row if row.timed else early(row, end) for row in rows]
    return [replace(row, at=start) if row.at < start else row for row in kept if end is None or row.at <= end]


def early(row: Happening, at: datetime | None) -> Happening:
    """A row whose own time the log does not tell lies no later than ``at``."""
    return replace(row, at=at) if at is not None and not row.timed and row.at > at else row


def settled(row: Happening) -> Happening:
    """A row after the last work: its solution or closing is told apart, at the known time; a hold ends here."""
    return replace(row, step="settle") if row.step in ("resolve", "close") else row


def merged(
    step: str, at: datetime, by: str | None, row: Happening | None, rows: Sequence[Happening], derived: bool = False
) -> Happening:
    """The solution or the closing, with what the rows until then tell of tier, person and group."""
    latest = next((one for one in reversed(rows) if one.at <= at), None)
    about = latest or Happening(at, step)
    timed = not (step == "close" or derived)
    return replace(about, at=at, step=step, by=by or (row.by if row else None), timed=timed, derived=derived)


def clamp(at: datetime | None, low: datetime, high: datetime | None) -> datetime | None:
    """A time held between two others."""
    if at is None:
        return None
    at = max(at, low)
    return min(at, high) if high is not None else at


def in_order(rows: Sequence[Happening], by_file: bool) -> list[Happening]:
    """The rows as they happened: by their times, or as the file has them, where no row may lie after the next one."""
    if not by_file:
        return sorted(rows, key=lambda row: row.at)
    kept: list[Happening] = []
    for row in reversed(rows):
        kept.append(replace(row, at=kept[-1].at) if kept and row.at > kept[-1].at else row)
    return kept[::-1]
