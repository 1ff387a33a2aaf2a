"""What was recorded here is checked before others have it, however much it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from itilcli.actions.checking.report import Finding
from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.journal.shared import Shared
from itilcli.procedure.s5_00_settle import UNSETTLED
from itilcli.store.cases import PLACE, path_of
from itilcli.text import t

Told = Callable[[int], Callable[[], None]]
"""Told how many cases are checked; gives what is to be called after each."""


def untold(count: int) -> Callable[[], None]:
    """Nobody is told."""
    return lambda: None


MANY = 200
"""Of more cases than these the whole desk is checked, with what the index keeps of it: that is the shorter way."""


def refuse_unsound(desk: Desk, shared: Shared, theirs: str | None, ours: str, told: Told) -> None:
    """What is wrong in the cases that were changed here is mended before others have it. Raises Refused: E-sync-check.

    :param theirs: what others have; None where they have nothing yet, and all cases are of here.
    """
    changed = shared.changed(theirs or shared.nothing, ours)
    ids = sorted(
        {found[0].rpartition("/")[2] for path, (_, after) in changed.items() if after and (found := PLACE.match(path))}
    )
    wrong = errors_of(desk, ids, told)
    if wrong and theirs:
        known = _known(desk, theirs, sorted({one.id for one in wrong}))
        wrong = [one for one in wrong if (one.id, one.problem.code) not in known]
    if wrong:
        rows = [replace(one.problem, where=f"{one.file}:{one.line}" if one.line else one.file) for one in wrong[:5]]
        hint = t("mend it, or take it back, then: itil sync; all of it says: itil check")
        message = t("not shared: the check finds {count} errors in what was recorded here", count=len(wrong))
        raise Refused([Problem("E-sync-check", message, hint, "5"), *rows])


def errors_of(desk: Desk, ids: Sequence[str], told: Told = untold) -> list[Finding]:
    """What the check finds wrong in these cases; what is to be settled is no reason not to share it."""
    from itilcli.actions.checking import check

    if not ids:
        return []
    found = check(desk.root, ids if len(ids) <= MANY else (), desk.environment, told).findings
    wanted = {*ids}
    return [one for one in found if one.id in wanted and one.problem.level == "error" and one.problem.code != UNSETTLED]


def _known(desk: Desk, theirs: str, ids: Sequence[str]) -> set[tuple[str, str]]:
    """What is wrong in these cases as they were shared, by case and code."""
    with desk.at(desk.journal.resolve(theirs)) as then:
        there = [one for one in ids if (then.root / path_of(one, "incident")).is_file()]
        return {(one.id, one.problem.code) for one in errors_of(then, there)}
