"""§5.13, B27: several cases closed alike, such as the children of one outage, in one commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.actions.looking.finding import find
from itilcli.actions.writing.advance import carried, read, references_exist, suggested, with_article
from itilcli.actions.writing.serials import Serials
from itilcli.actions.writing.together import Share, Together, changes_of, each, write_together
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.text import t

HIS_OWN = ("confirmed_by", "method")
"""What each customer says for himself."""


def close_several(
    desk: Desk, ids: Sequence[str], answers: Mapping[str, Any], at: str | None = None, dry_run: bool = False
) -> Written:
    """Cases closed by the same answers in one commit; each was confirmed by its own customer before.

    :raises Refused: with all that stands against any of them, each named; nothing is written then.
    """

    def prepare() -> Together:
        values, moment = read(desk, answers, at)
        refuse([shared(name) for name in HIS_OWN if values.get(name)])
        references_exist(desk, values)
        meant = list(dict.fromkeys(each(ids, str, lambda one: find(desk, one)[0])))
        serials = Serials(desk)
        shares = each(meant, str, lambda case_id: closed(desk, case_id, values, moment, serials))
        warnings = tuple(one for share in shares for one in suggested(desk, share.outcome))
        return Together(t("closed together: {count} cases", count=len(shares)), shares, serials.changes(), warnings)

    return write_together(desk, "close", dry_run, prepare)


def closed(desk: Desk, case_id: str, values: Mapping[str, Any], at: datetime | None, serials: Serials) -> Share:
    """One case's share.

    :raises Refused: with all that keeps it open.
    """
    stored = desk.case(case_id)
    refuse(list(stored.errors))
    mine, articles = with_article(desk, stored.case, dict(values), at or desk.now)
    try:
        outcome = carried(desk, stored.case, "close", mine, at, desk.world(serials.next))
    except Refused as refused:
        raise Refused([by_itself(problem, case_id) for problem in refused.problems]) from None
    return Share(stored, outcome, (*changes_of(desk, stored, outcome), *articles))


def shared(name: str) -> Problem:
    """That several customers cannot confirm at once."""
    flag = {"confirmed_by": "--confirmed-by", "method": "--method"}[name]
    hint = t("record each customer's word first with: itil confirm ID --confirmed-by …; then close them together")
    return Problem("E-5.13-each-confirms", t("each customer confirms for himself"), hint, "5.13", flag, Kind.MISSING)


def by_itself(problem: Problem, case_id: str) -> Problem:
    """A missing confirmation is recorded on its own case first."""
    if problem.code != "E-5.10-confirmed-by":
        return problem
    hint = t("record it with: {command}", command=f"itil confirm {case_id.rpartition('-')[2]} --confirmed-by …")
    return replace(problem, hint=hint, kind=Kind.RULE)
