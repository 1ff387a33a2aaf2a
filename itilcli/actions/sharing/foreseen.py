"""`sync --dry-run`: what would come, what would go, and what would be to settle. Nothing of the desk is changed."""

from __future__ import annotations

from dataclasses import field

from itilcli.actions.sharing.bringing import bring
from itilcli.actions.sharing.numbering import waiting
from itilcli.actions.sharing.sound import refuse_unsound
from itilcli.actions.sharing.sync import Asked, Synced, fetched, forward, refuse_edited, unrelated, whole
from itilcli.actions.writing.advance import ready
from itilcli.desk import Desk
from itilcli.journal.shared import Shared
from itilcli.store.cases import PLACE
from itilcli.values import value


@value
class Side:
    """What one side would give the other: commits (a merge among them), cases by ID, and other files by path."""

    commits: int = 0
    cases: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@value
class Foreseen:
    """What the sync would do. ``found`` holds what would become of the cases of both; ``serials`` is how many forms wait for
    theirs."""

    found: Synced
    coming: Side = field(default_factory=Side)
    going: Side = field(default_factory=Side)
    serials: int = 0


def foresee(desk: Desk, asked: Asked) -> Foreseen:
    """What the sync would do now; only what git knows of the repository there is brought up to date.

    :raises Refused: what the sync itself would be refused for, as far as it shows before.
    """
    with desk.journal.lock(), desk.journal.sharing():
        shared = whole(desk)
        ready(desk)
        ours = desk.journal.head()
        theirs = fetched(shared, ours, asked)
        found = Synced(branch=shared.tracking, begun=theirs is None)
        if ours is None:
            return Foreseen(found, _side(shared, None, theirs) if theirs else Side())
        if theirs is None or shared.holds(theirs, ours):
            base = theirs
        elif shared.holds(ours, theirs):
            base = ours
            refuse_edited(desk, forward(shared, ours, theirs).changes)
        else:
            base = shared.base(ours, theirs)
            if base is None:
                raise unrelated(shared)
            brought = bring(desk, shared, base, ours, theirs, asked.take)
            refuse_edited(desk, brought.changes)
            found = Synced(
                cases=brought.cases, conflicts=brought.conflicts, renamed=brought.renamed, kept=brought.kept,
                branch=shared.tracking,
            )  # fmt: skip
        if base != ours:
            refuse_unsound(desk, shared, theirs or shared.tip(), ours, asked.told)
        coming = _side(shared, base, theirs) if theirs and base != theirs else Side()
        going = _side(shared, base, ours, merged=bool(coming.commits)) if base != ours else Side()
        touched = shared.changed(base or shared.nothing, ours)
        return Foreseen(found, coming, going, sum(1 for _ in waiting(desk, touched)))


def _side(shared: Shared, base: str | None, tip: str, merged: bool = False) -> Side:
    paths = shared.changed(base or shared.nothing, tip)
    places = dict.fromkeys(found[0].rpartition("/")[2] for path in paths if (found := PLACE.match(path)))
    others = (path for path in paths if not PLACE.match(path))
    return Side(shared.ahead(tip, base) + merged, tuple(places), tuple(others))
