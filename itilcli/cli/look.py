"""The verbs that only look."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.actions.finding import find
from itilcli.actions.views import whole
from itilcli.cli.screen import document
from itilcli.cli.table import Invocation
from itilcli.desk import Desk


def show(invocation: Invocation, answers: dict[str, Any]) -> int:
    """One case."""
    desk = Desk.open(invocation.desk)
    case_id, _ = find(desk, answers["id"], phones=True)
    stored = desk.case(case_id)
    sys.stdout.write(document(whole(stored.case, desk.world()), sys.stdout) + "\n")
    return 0
