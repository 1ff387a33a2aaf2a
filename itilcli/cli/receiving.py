"""`receive`: one work order like any other step, or several alike in one commit."""

from __future__ import annotations

from typing import Any

from itilcli.cli.dialogue import asking
from itilcli.cli.handover import told_several
from itilcli.cli.steps import step
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.text import t


def receive(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The archivist has the paper, or sends it back."""
    refs = answers.pop("ids")
    if len(refs) == 1:
        return step(invocation, {**answers, "id": refs[0]})
    from itilcli.actions.receiving import receive_several

    desk = Desk.open(invocation.desk)
    written = asking(
        invocation, answers, lambda typed: receive_several(desk, refs, typed, invocation.at, invocation.dry_run)
    )
    return told_several(invocation, written, t("There is nothing to receive."))
