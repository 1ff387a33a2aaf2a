"""`sync: auto` in desk.yaml: what a command recorded is shared at once where the repository answers, and kept where not."""

from __future__ import annotations

from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.text import t

PATIENCE = 2.0
"""Seconds that the repository has to answer."""


def publish(invocation: Invocation) -> None:
    """Shares what was recorded, where the desk asks for it; whatever keeps it from that is told, and no more."""
    try:
        desk = Desk.open(invocation.desk)
        if not desk.journal.has_remote():
            return
        from itilcli.actions.sharing.sync import Asked, sync

        found = sync(desk, Asked(limit=PATIENCE))
        conflicts = found.conflicts
    except Refused as refused:
        from itilcli.cli.screen import safe

        said = t("recorded here, not shared yet: {why}", why=refused.problems[0].message)
        invocation.screen.note(safe(said.render(invocation.translate)))
        return
    if conflicts:
        from itilcli.cli.screen import safe
        from itilcli.cli.sharing import conflicts_told

        for case_id, problem in conflicts_told(desk, found):
            text = t("{id}: {message}", id=case_id, message=problem.message)
            invocation.screen.note(safe(text.render(invocation.translate)))
