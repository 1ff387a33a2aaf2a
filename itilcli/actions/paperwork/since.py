"""Whether a record is still as it was when its paper was printed, by the commit that stands on the paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.procedure.naming import action_label
from itilcli.text import Label, Listing, Text, t
from itilcli.values import value

MOST = 8


@value
class Since:
    """What became of a record since its paper was printed; ``changed`` is None where this desk does not know the commit."""

    commit: str
    changed: bool | None
    steps: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """In words."""
        if self.changed is None:
            return t(
                "the paper was printed of commit {commit}, which this desk does not know; try: itil sync",
                commit=self.commit,
            )
        if not self.changed:
            return t("the record is still as it was printed (commit {commit})", commit=self.commit)
        if not self.steps:
            return t("the record has changed since the paper was printed (commit {commit})", commit=self.commit)
        steps: list[Label | str] = [action_label(one) for one in self.steps[:MOST]]
        steps += ["…"] if len(self.steps) > MOST else []
        values = {"commit": self.commit, "steps": Listing(tuple(steps))}
        return t("the record has changed since the paper was printed (commit {commit}): {steps}", **values)

    def data(self) -> dict[str, Any]:
        """As programs see it."""
        return {"commit": self.commit, "changed": self.changed, "steps": list(self.steps)}


def since(desk: Desk, commit: str, paths: Iterable[str]) -> Since:
    """What became of the record in these files since ``commit``, which may be cut short."""
    named = sorted(paths)
    try:
        known = desk.journal.resolve(commit).id
        changed = desk.journal.changed_since(known, named)
    except Refused:
        return Since(commit, None)
    if not changed:
        now = ((path, desk.root / path) for path in named)
        edited = any(
            desk.journal.committed_bytes(path) != (file.read_bytes() if file.is_file() else None) for path, file in now
        )
        return Since(commit, edited)
    steps: list[str] = []
    for entry in desk.journal.log(named, limit=200):
        if entry.commit == known:
            break
        steps += [action for action in entry.trailers.get("Itil-Action", ()) if action != "sync"]
    return Since(commit, True, tuple(dict.fromkeys(reversed(steps))))
