"""Texts that were changed in an editor and committed: what everybody may correct without a reason, they may also type.

A record is a file that people read and edit. While a case is not filed, whoever may correct a field (§5, B25) may change it
so as well: git keeps old and new, who and when, and `itil log` tells it. What steps set, what is judged or proves something,
and everything after the filing is changed by the verbs alone.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from itilcli.model.case import Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.procedure.clause import SUPPORT, World
from itilcli.procedure.fields import STATED, Change, correctable, form_type, held, with_value
from itilcli.procedure.s5_00_correct import FILED


def may_edit(old: Case | None, person: str, day: date, world: World) -> bool:
    """Whether somebody may correct this case on a day without saying why."""
    if old is None or old.imported or old.state.stage not in OPEN_STAGES - FILED:
        return False
    return bool(world.people.roles(person, day) & SUPPORT)


def is_text(old: Case, new: Case, part: str, name: str) -> bool:
    """Whether all that differs in a field at the top of a form (empty: the incident) is what a correction may name.

    Nothing is made that was not there: answers are given by steps.
    """
    form = part or None
    if part and part not in old.forms:
        return False
    known_as: Any = form_type(form)
    case = old
    for path in correctable(known_as):
        if path.partition(".")[0] != name or (form is None and path in STATED):
            continue
        value = held(new, form, path)
        if held(old, form, path) != value:
            if "." in path and held(old, form, path.rpartition(".")[0]) is None:
                return False
            case = with_value(case, Change(form, path, value))
    return bool(held(case, form, name) == held(new, form, name))
