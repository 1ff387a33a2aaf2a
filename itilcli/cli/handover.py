"""Cases from hand to hand: `handover`, and `assign` of one case or several."""

from __future__ import annotations

from typing import Any

from itilcli.actions.writing.writing import Written
from itilcli.cli.screen import safe
from itilcli.cli.steps import asking, step, told, warned
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.text import Text, render, t


def handover(invocation: Invocation, answers: dict[str, Any]) -> int:
    """All my open cases to somebody else at a shift's end, or another's who is ill or has left."""
    from itilcli.actions.staff.handover import handover as hand_over

    desk = Desk.open(invocation.desk)
    written = hand_over(desk, answers, invocation.at, invocation.dry_run)
    return told_several(invocation, written, t("There is nothing to hand over."))


def assign(invocation: Invocation, answers: dict[str, Any]) -> int:
    """One case as any other step; several alike, in one commit."""
    ids = answers.pop("ids")
    if len(ids) == 1:
        return step(invocation, {**answers, "id": ids[0]})
    from itilcli.actions.staff.handover import assign_several

    desk = Desk.open(invocation.desk)
    written = asking(
        invocation,
        answers,
        lambda typed: assign_several(desk, ids, typed, invocation.at, invocation.dry_run),
    )
    return told_several(invocation, written, t("There is nothing to hand over."))


def told_several(invocation: Invocation, written: Written, nothing: Text) -> int:
    """What is now of each case, a line each, and where to go on; of none, that there was nothing."""
    screen, translate = invocation.screen, invocation.translate
    if invocation.json or written.parts:
        return told(invocation, written)
    for text in written.mended:
        screen.note(safe(render(text, translate)))
    warned(invocation, written)
    screen.show(safe(render(nothing, translate)))
    return 0
