"""`close`: one case like any other step, or several alike in one commit."""

from __future__ import annotations

from typing import Any

from itilcli.actions.looking.finding import is_case
from itilcli.cli.dialogue import asking
from itilcli.cli.handover import told_several
from itilcli.cli.steps import step
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.text import t


def close(invocation: Invocation, answers: dict[str, Any]) -> int:
    """What is left of 5.9–5.13. Words after the case that are cases too are closed with it; another is the solution."""
    desk = Desk.open(invocation.desk)
    words = list(answers.get("words") or ())
    further = [word for word in words if is_case(desk, word)]
    if not further:
        return step(invocation, answers)
    from itilcli.actions.closing import close_several
    from itilcli.procedure.words import placed

    rest = {
        **{name: one for name, one in answers.items() if name != "id"},
        "words": tuple(w for w in words if w not in further),
    }
    given = placed("close", rest, desk.clock)
    ids = (answers["id"], *further)
    written = asking(
        invocation, given, lambda typed: close_several(desk, ids, typed, invocation.at, invocation.dry_run)
    )
    return told_several(invocation, written, t("There is nothing to close."))
