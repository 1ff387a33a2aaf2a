"""§5.11, F28: the month's work orders taken over by the archivist, several in one commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from itilcli.actions.looking.finding import archived_under, find, serial_of
from itilcli.actions.writing.advance import carry, read
from itilcli.actions.writing.together import Share, Together, changes_of, each, write_together
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.procedure.engine import Outcome
from itilcli.text import t


def receive_several(
    desk: Desk, refs: Sequence[str], answers: Mapping[str, Any], at: str | None = None, dry_run: bool = False
) -> Written:
    """Work orders received alike, or sent back alike, in one commit.

    ``refs``: forms, serials, or cases of which the first order not yet received is meant.

    :raises Refused: with all that stands against any of them, each named; nothing is written then.
    """

    def prepare() -> Together:
        values, moment = read(desk, answers, at)
        meant = _meant(desk, refs)
        orders = {case_id: [form for other, form in meant if other == case_id] for case_id, _ in meant}
        shares = each(orders.items(), lambda one: one[0], lambda one: _received(desk, *one, values, moment))
        return Together(t("receive: {count} work orders", count=len(meant)), shares)

    return write_together(desk, "receive", dry_run, prepare)


def _received(
    desk: Desk, case_id: str, forms: Sequence[str | None], values: Mapping[str, Any], at: datetime | None
) -> Share:
    """One case's share: its orders one after the other."""
    stored = desk.case(case_id)
    refuse(list(stored.errors))
    outcome = Outcome(stored.case, (), ())
    for form in forms:
        named = {"form": form} if form else {}
        made = carry(desk, outcome.case, "receive", {**values, **named}, at, desk.world())
        outcome = Outcome(made.case, (*outcome.entries, *made.entries), (*outcome.warnings, *made.warnings))
    return Share(stored, outcome, changes_of(desk, stored, outcome))


def _meant(desk: Desk, refs: Sequence[str]) -> list[tuple[str, str | None]]:
    """Cases and forms; every serial among them is looked for in one walk over the desk."""
    known = archived_under(desk, {serial for one in refs if (serial := serial_of(one))})
    return list(dict.fromkeys(each(refs, str, lambda one: known.get(serial_of(one) or "") or find(desk, one))))
