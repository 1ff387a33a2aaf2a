"""B27: parents and their children: who belongs to whom, and one solution for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

from itilcli.actions.looking.finding import find
from itilcli.actions.taking.alike import raw_bytes
from itilcli.actions.taking.same_as import alike, completed
from itilcli.actions.writing.advance import Ask, carry, read, references_exist, suggested, with_article
from itilcli.actions.writing.serials import Serials
from itilcli.actions.writing.together import Share, Together, changes_of, each, write_together
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.codes import SOLVED_STAGES
from itilcli.model.incident import Backup
from itilcli.procedure.clause import World
from itilcli.procedure.engine import Outcome
from itilcli.store import cases
from itilcli.store.cases import Stored
from itilcli.text import t

EARLIER_DAYS = 31
"""A child is seldom reported so long before its parent; readers look no further back."""
SHARED = ("solution", "kind", "performed_by", "change", "problem", "problem_by")
"""The answers of one solution that count for every child; no confirmation is among them."""


def children(desk: Desk, parent: Case) -> list[Case]:
    """The cases that belong to ``parent``, oldest first."""
    return among(desk, parent, cases.folders(desk.root))


def likely_members(desk: Desk, parent: Case) -> tuple[list[Case], list[Case]]:
    """The children of a case and those merged into it, oldest first.

    Looked for only on the days on which one is likely, which is faster on a desk of many years.
    """
    world = desk.world()
    if parent.incident.reported_at is None:
        return [], []
    first = (world.day(parent.incident.reported_at) - timedelta(days=EARLIER_DAYS)).isoformat()
    last = world.day(parent.state.closed_at).isoformat() if parent.state.closed_at else "9999"
    newer = takewhile(lambda folder: day_of(folder) >= first, cases.folders(desk.root))
    found = naming(desk, parent, [folder for folder in newer if day_of(folder) <= last])
    merged = [one for one in found if one.incident.merged_into == parent.id]
    return [one for one in found if one.incident.parent == parent.id], merged


def likely_children(desk: Desk, parent: Case) -> list[Case]:
    """The children of a case, as :func:`likely_members` finds them."""
    return likely_members(desk, parent)[0]


def day_of(folder: Path) -> str:
    """The day of a folder of cases, as text that sorts."""
    return "-".join(folder.parts[-3:])


def among(desk: Desk, parent: Case, folders: Iterable[Path]) -> list[Case]:
    """The children that lie in these folders."""
    return [one for one in naming(desk, parent, folders) if one.incident.parent == parent.id]


def naming(desk: Desk, named: Case, folders: Iterable[Path]) -> list[Case]:
    """The cases in these folders that name another one, oldest first; a file is parsed only when its bytes hold the ID."""
    mark, found = named.id.encode(), []
    for folder in folders:
        for case_id, parts in cases.names_in(folder).items():
            if case_id != named.id and "incident" in parts and mark in raw_bytes(folder, case_id):
                found.append(desk.case(case_id).case)
    return sorted(found, key=lambda case: case.began)


def view(case: Case) -> dict[str, object]:
    """A member of the family as programs see it."""
    customer = case.incident.customer
    return {
        "id": case.id,
        "organisation": customer.organisation if customer else None,
        "title": case.incident.title,
        "stage": case.state.stage,
        "status": case.state.status,
    }


def noting(passing: Iterable[Case], children: dict[str, list[dict[str, object]]]) -> Iterator[Case]:
    """The cases that pass, newest first; those with a parent are noted under its ID."""
    for case in passing:
        if case.incident.parent:
            children.setdefault(case.incident.parent, []).append(view(case))
        yield case


# ── linking and merging


def beside(desk: Desk, verb: str, case: Case, values: Mapping[str, Any]) -> list[Problem]:
    """What other cases say against linking or merging ``case``."""
    if verb == "link" and values.get("parent") not in (None, "none", case.id):
        return list(cannot_belong(desk, case, desk.case(values["parent"]).case))
    if verb == "merge" and values.get("into") not in (None, case.id):
        return list(cannot_merge(case, desk.case(values["into"]).case))
    return []


def cannot_belong(desk: Desk, case: Case, parent: Case) -> Iterator[Problem]:
    """B27: a parent is open, has no parent itself, and is not given to a case that has children."""
    if parent.state.status != "open":
        yield completed(parent)
    if parent.incident.parent == case.id:
        message = t("{id} is a child of this case", id=parent.id)
        hint = t("take that back first: itil link {id} --parent none", id=parent.id)
        yield Problem("E-5-grandparent", message, hint, "5", "--parent")
        return
    if parent.incident.parent:
        message = t("{id} belongs to {parent} itself", id=parent.id, parent=parent.incident.parent)
        hint = t("link it there: itil link {id} --parent {parent}", id=case.id, parent=parent.incident.parent)
        yield Problem("E-5-grandparent", message, hint, "5", "--parent")
    for child in children(desk, case):
        message = t("{id} has a child itself: {child}", id=case.id, child=child.id)
        hint = t("link that one first: itil link {id} --parent {parent}", id=child.id, parent=parent.id)
        yield Problem("E-5-grandparent", message, hint, "5", "--parent")


def cannot_merge(case: Case, target: Case) -> Iterator[Problem]:
    """B27: merged is what the same customer reported twice, into a case that is still open."""
    if target.state.status != "open":
        message = t("{id} is completed; nothing can be merged into it", id=target.id)
        hint = t("reopen it with: itil reopen {id} --reason …, or close this one by itself", id=target.id)
        if target.incident.merged_into:
            hint = t("it went into {id}; name that one", id=target.incident.merged_into)
        yield Problem("E-5-merge-completed", message, hint, "5", "--into")
    named = [one.incident.customer.organisation if one.incident.customer else None for one in (case, target)]
    if all(named) and not alike(case, target):
        message = t("{id} is of another customer: {organisation}", id=target.id, organisation=named[1])
        hint = t("one outage at several customers: itil link {id} --parent {parent}", id=case.id, parent=target.id)
        yield Problem("E-5-merge-customer", message, hint, "5", "--into")


# ── one solution for all


def resolve_all(desk: Desk, ask: Ask) -> Written:
    """The case and every open child of it that is not yet solved, resolved by one solution in one commit.

    Each goes by its own steps. The tier that held the parent supplied the fix; a child that has neither backup nor
    exception takes the parent's. A confirmation counts for the parent alone.

    :raises Refused: with everything that keeps any of them from being resolved; nothing is written then.
    """
    return write_together(desk, "resolve", ask.dry_run, lambda: _prepared(desk, ask))


def _prepared(desk: Desk, ask: Ask) -> Together:
    values, at = read(desk, ask.answers, ask.at)
    parent = desk.case(find(desk, ask.reference)[0])
    refuse(list(parent.errors))
    references_exist(desk, values)
    values, articles = with_article(desk, parent.case, values, at or desk.now)
    open_ = [one for one in children(desk, parent.case) if one.state.status == "open"]
    waiting = [desk.case(one.id) for one in open_ if one.state.stage not in SOLVED_STAGES]
    serials = Serials(desk)
    solve = Solving(desk, parent, values, at, desk.world(serials.next))
    shares = each([parent, *waiting], lambda stored: stored.case.id, solve.share)
    warnings = [*suggested(desk, shares[0].outcome), *([] if waiting else [childless(parent.case)])]
    subject = t("resolved together: {id} and {count} children", id=parent.case.id, count=len(waiting))
    return Together(subject, shares, [*articles, *serials.changes()], tuple(warnings))


class Solving:
    """One solution being given to a parent and its children; the parent comes first."""

    def __init__(
        self, desk: Desk, parent: Stored, values: Mapping[str, Any], at: datetime | None, world: World
    ) -> None:
        self._desk, self._parent, self._at, self._world = desk, parent, at, world
        self._values = {"tier": str(parent.case.state.tier), **values}
        typed = values.get("backup") or values.get("backup_waived")
        stands_in = Backup(location=typed) if typed else parent.case.incident.backup
        self._solved = parent.case.set(backup=stands_in)
        """The parent as solved; until it is, and should it be refused, with the backup that was named."""

    def share(self, stored: Stored) -> Share:
        """The share of one case.

        :raises Refused: with all that keeps it from being resolved.
        """
        if stored is self._parent:
            outcome = self._carried(stored.case, self._values)
            self._solved = outcome.case
        else:
            refuse(list(stored.errors))
            shared = {name: self._values[name] for name in (*SHARED, "tier") if name in self._values}
            outcome = self._carried(self._prepared(stored.case), shared)
        return Share(stored, outcome, changes_of(self._desk, stored, outcome))

    def _carried(self, case: Case, values: Mapping[str, Any]) -> Outcome:
        return carry(self._desk, case, "resolve", values, self._at, self._world)

    def _prepared(self, child: Case) -> Case:
        """The child with the parent's backup and exception, where it has none."""
        mine, known = child.incident, self._solved.incident
        return child.set(backup=mine.backup or known.backup, mode_exception=mine.mode_exception or known.mode_exception)


def left_open(desk: Desk, parent: Case) -> list[Problem]:
    """A warning: the open cases that belong to one that has ended."""
    open_ = [one.id.rpartition("-")[2] for one in likely_children(desk, parent) if one.state.status == "open"]
    if not open_:
        return []
    message = t("{count} cases that belong to it are still open: {ids}", count=len(open_), ids=" ".join(open_))
    hint = t("see how they stand with: itil list --open --parent {id}", id=parent.id.rpartition("-")[2])
    return [Problem("W-5-children-open", message, hint, "5")]


def childless(case: Case) -> Problem:
    """A parent without a child that waits for the solution."""
    hint = t("a case gets its children with: itil link ID --parent {id}, or itil new --same-as {id}", id=case.id)
    return Problem("W-5-childless", t("no open child of {id} waits for the solution", id=case.id), hint, "5")
