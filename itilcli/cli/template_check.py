"""`itil form --check-templates`: every template tried, and what is wrong with it."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.actions.paperwork.forms import templates_of
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.forms.checking import Tried, try_all
from itilcli.text import render, t


def checked(invocation: Invocation) -> int:
    """One line for each template; refused with all that is wrong in them."""
    desk = Desk.open(invocation.desk)
    found = list(try_all(invocation.translate, templates_of(desk)))
    if any(one.problems for one in found):
        raise Refused([problem for one in found for problem in one.problems])
    if invocation.json:
        sys.stdout.write(document([_told(one) for one in found], sys.stdout) + "\n")
        return 0
    for one in found:
        whose = t("the desk's own") if one.own else t("comes with itil")
        text = t("{name}: in order ({whose})", name=one.name, whose=whose)
        sys.stdout.write(safe(render(text, invocation.translate)) + "\n")
    return 0


def _told(one: Tried) -> dict[str, Any]:
    return {"template": one.name, "path": str(one.path), "own": one.own}
