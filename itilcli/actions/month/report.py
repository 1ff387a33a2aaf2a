"""§5.15: the month's report over the desk's cases, as plain data or as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from itilcli.desk import Desk
from itilcli.figures.facts import Facts, facts_of
from itilcli.figures.month import Month, parse_month
from itilcli.figures.report import cut_off, monthly
from itilcli.procedure.checks import check_case
from itilcli.procedure.s5_15_report import RECIPIENT, REPORTERS
from itilcli.text import Translate


@dataclass(frozen=True, slots=True)
class Report:
    """A month's report and the cases that could not be counted in it."""

    document: dict[str, Any]
    left_out: tuple[str, ...]


def report(desk: Desk, month: str | None, progress: Any = None) -> Report:
    """The figures of a month over every valid case (``2026-10``, ``last``; None means last).

    :raises Refused: for a month that is none.
    """
    wanted = parse_month(month or "last", desk.now, desk.zone)
    rows, left_out = facts(desk, progress)
    return Report(figures(desk, wanted, rows), left_out)


def facts(desk: Desk, progress: Any = None) -> tuple[list[Facts], tuple[str, ...]]:
    """The rows of all valid cases, and the IDs of those with errors, which no figure counts."""
    world = desk.world()
    rows: list[Facts] = []
    left_out: list[str] = []
    for stored in desk.cases():
        if stored.errors or any(problem.level == "error" for problem in check_case(stored.case, world)):
            left_out.append(stored.case.id or "?")
        else:
            rows.append(facts_of(stored.case, world))
        if progress:
            progress()
    return rows, tuple(left_out)


def figures(desk: Desk, month: Month, rows: list[Facts]) -> dict[str, Any]:
    """The document of a month, with the commit it was made from, who reports it and to whom (B20)."""
    committed_at = desk.journal.head_time() or desk.now
    as_of = cut_off(month, committed_at, desk.now)
    document = monthly(rows, month, desk.world(), as_of)
    day = as_of.astimezone(desk.zone).date()
    reporters = [one for role in sorted(REPORTERS) for one in desk.people.holders(role, day)]
    return {
        "month": document["month"],
        "as_of": document["as_of"],
        "commit": desk.journal.head(),
        "reported_by": reporters,
        "reported_to": desk.people.holders(RECIPIENT, day),
        **document,
    }


def as_markdown(desk: Desk, document: dict[str, Any], translate: Translate) -> str:
    """The report for people."""
    from itilcli import paper

    context = {"report": document, "organisation": desk.settings.organisation or ""}
    return paper.render("report.md.j2", context, translate, desk.root / "templates")
