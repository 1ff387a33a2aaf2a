"""B27: one solution for a case and all its children."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from itilcli.actions.family import children
from itilcli.actions.looking.finding import find
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
from itilcli.store.cases import Stored
from itilcli.text import t

SHARED = ("solution", "kind", "performed_by", "change", "problem", "problem_by")
"""The answers of one solution that count for every child; no confirmation is among them."""


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


def childless(case: Case) -> Problem:
    """A parent without a child that waits for the solution."""
    hint = t("a case gets its children with: itil link ID --parent {id}, or itil new --same-as {id}", id=case.id)
    return Problem("W-5-childless", t("no open child of {id} waits for the solution", id=case.id), hint, "5")
