"""A case whose files were put together: what repeats its history is written anew, and its seal where it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from itilcli.desk import new_entry_id
from itilcli.model.case import Case
from itilcli.model.conflict import Conflict
from itilcli.model.history import SYNC, Entry
from itilcli.model.shape import encode
from itilcli.procedure.clause import World
from itilcli.procedure.digest import digest
from itilcli.procedure.engine import derive, restated, seal
from itilcli.procedure.replay import replay
from itilcli.procedure.s5_00_settle import with_standing_forms
from itilcli.store import cases
from itilcli.store.cases import overlay


def finished(
    parts: Mapping[str, dict[str, Any]], conflicts: tuple[Conflict, ...], world: World, actor: str | None
) -> dict[str, dict[str, Any]]:
    """The parsed files of a case with what repeats its history written anew, and its seal where it is closed.

    :param actor: who seals it; None where not all its files are there, and it is left unsealed.
    """
    case = cases.assemble(dict(parts), "", [])
    if not case.incident.history:
        return dict(parts)
    made = derive(restated(with_standing_forms(case)), world)
    if made.state.stage == "closed" and actor is not None and not conflicts and not fits(made):
        last = max((one.recorded_at for one in made.incident.history if one.recorded_at), default=world.now)
        now = max(world.now, last)
        entry = Entry(
            id=new_entry_id(),
            at=now,
            recorded_at=now,
            by=actor,
            recorded_by=actor,
            action=SYNC,
            clause="5",
            set={"digest": ""},
        )
        history = (*made.incident.history, entry)
        made = seal(replace(made.set(history=history), state=replay(history)))
    wanted = {"incident": (case.incident, made.incident)} | {
        ref: (form, made.forms[ref]) for ref, form in case.forms.items()
    }
    known = {
        part: overlay(parts[part], encode(was), encode(now)) for part, (was, now) in wanted.items() if part in parts
    }
    return {**parts, **known}


def fits(case: Case) -> bool:
    """Whether the last seal of a closed case is that of what it holds."""
    seals = [found for entry in case.incident.history if (found := entry.value("digest"))]
    return not seals or seals[-1] == digest(case)
