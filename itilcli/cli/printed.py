"""What is said where the code on a paper was typed or scanned: whether the record is still as it was printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from itilcli.actions.paperwork.since import since
from itilcli.cli.screen import safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.text import render


def told_since(invocation: Invocation, desk: Desk, commit: str, paths: Iterable[str]) -> dict[str, dict[str, Any]]:
    """A note on it; returns the same for programs."""
    found = since(desk, commit, paths)
    invocation.screen.note(safe(render(found.text, invocation.translate)))
    return {"printed": found.data()}
