"""``records/reports/actions.yaml``: the improvements of the monthly reports, written with comments and order kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.model.action import Action, Actions, check_actions
from itilcli.model.shape import decode, encode
from itilcli.store import emit, files, rewrite, yaml
from itilcli.store.bounds import LIMIT
from itilcli.store.cases import overlay
from itilcli.store.change import Change
from itilcli.text import t
from itilcli.values import value

ACTIONS = "records/reports/actions.yaml"


@value
class StoredActions:
    """The file as it is: its improvements, its bytes (None where there is no file), and everything wrong in it."""

    actions: tuple[Action, ...] = ()
    data: bytes | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> list[Problem]:
        """What makes the file unfit to be written to."""
        return [problem for problem in self.problems if problem.level == "error"]


def read_improvements(root: Path, read: Callable[[str], bytes] | None = None) -> StoredActions:
    """Every improvement; each problem says its field. No file means none.

    :param read: gives a path's bytes instead of the disk, or raises ``Refused``.
    """
    if not os.path.lexists(root / ACTIONS):
        return StoredActions()
    problems: list[Problem] = []
    try:
        data = read(ACTIONS) if read else files.read_bytes(root / ACTIONS)
        raw = yaml.read(data, ACTIONS)
    except Refused as refused:
        return StoredActions(data=b"", problems=refused.problems)
    found = decode(Actions, raw, problems.append)
    check_actions(found, problems.append)
    placed = tuple(replace(one, where=f"{ACTIONS}#{one.where}") for one in problems)
    return StoredActions(found.actions, data, raw, placed)


def put(stored: StoredActions, action: Action) -> Change:
    """What must be written so that the file holds ``action``: in the place of the one with its id, else after all.

    :raises Refused: for control characters, and when the file would grow beyond what is read (E-5.15-action-full).
    """
    made = emit.emit({"actions": [encode(action)]}).encode()
    if len(made) + len(stored.data or b"") > LIMIT:
        message = t("the list of improvements would grow beyond {limit} bytes", limit=LIMIT)
        hint = t("take out of it what was done years ago, and commit; git keeps it")
        raise Refused([Problem("E-5.15-action-full", message, hint, "5.15", ACTIONS)])
    if stored.data is not None:
        rows = list(stored.raw.get("actions") or [])
        place = next((n for n, one in enumerate(stored.actions) if one.id == action.id), None)
        if place is None:
            rows.append(encode(action))
        else:
            rows[place] = overlay(rows[place], encode(stored.actions[place]), encode(action))
        made = rewrite.rewrite(stored.data, {**stored.raw, "actions": rows}, ACTIONS)
    return Change(ACTIONS, stored.data, made)
