"""`sync`: what others shared is fetched and brought together with what was recorded here, checked, and shared. Never rebased.

Whatever ends it, nothing is lost: until a commit is there the desk is as it was, and the next sync goes on from there.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from itilcli.actions.checking.report import Finding
from itilcli.actions.sharing.bringing import Brought, bring
from itilcli.actions.sharing.driver import install
from itilcli.actions.sharing.numbering import number
from itilcli.actions.sharing.standing import new_conflicts
from itilcli.actions.sharing.tidying import tidy
from itilcli.actions.writing.advance import ready
from itilcli.actions.writing.writing import commit_message
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.commit import uncommitted
from itilcli.journal.intent import read
from itilcli.journal.shared import Joined, Shared
from itilcli.language import translator
from itilcli.model.conflict import Conflict
from itilcli.procedure.s5_00_settle import UNSETTLED
from itilcli.store.cases import PLACE, path_of
from itilcli.store.change import Change
from itilcli.text import Text, t
from itilcli.values import value

TURNS = 12
"""So many times it is tried anew when somebody else shared meanwhile."""
PAUSE = 0.1
"""Seconds, at least, before it is tried again."""
CHECKED = 500
"""So many cases of ours are checked before they are shared; more have been checked by whoever brought them in."""


@value
class Synced:
    """What came of it: how many commits were taken over and shared, and what became of cases that both sides changed.

    ``cases`` are those brought together, ``conflicts`` what is to be settled of which case, ``renamed`` the forms and
    attachments that got another name, ``serials`` those given to which form, ``kept`` the cases that one side took back and
    the other one went on with; ``commit`` is the desk's last one.
    """

    taken: int = 0
    sent: int = 0
    cases: tuple[str, ...] = ()
    conflicts: Mapping[str, tuple[Conflict, ...]] = field(default_factory=dict)
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    serials: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    mended: tuple[Text, ...] = ()
    commit: str | None = None


def sync(desk: Desk, take: str | None = None, limit: float | None = None) -> Synced:
    """Brings the desk together with the repository that it is shared through.

    :param take: whose version counts (ours, theirs) of a file that is no case and that both changed otherwise.
    :param limit: seconds, after which the repository counts as unreachable.
    :raises Refused: E-sync-remote, E-sync-offline, E-sync-part, E-sync-unrelated, E-sync-same-id, E-sync-file,
        E-sync-check, E-sync-refused, E-sync-busy, and all that the journal raises. What was brought together by then stays.
    """
    with desk.journal.lock(), desk.journal.sharing():
        shared = desk.journal.shared
        if not shared.whole:
            hint = t("share the whole repository with git itself: git pull, git push")
            raise Refused(
                [Problem("E-sync-part", t("this desk is a folder in a larger repository"), hint, kind=Kind.DESK)]
            )
        _stop_merge(desk, shared)
        ready(desk)
        install(desk.journal)
        found = Synced(mended=tuple(desk.journal.mend()))
        for turn in range(TURNS):
            found, done = _turn(desk.anew(), shared, found, take, limit)
            if done:
                return found
            time.sleep(PAUSE * (turn + 1) * random.uniform(0.5, 1.5))  # noqa: S311 (only so that two do not meet again)
    hint = t("what was recorded here is kept; try again: itil sync")
    raise Refused([Problem("E-sync-busy", t("others shared all the time"), hint, kind=Kind.DESK)])


def _turn(desk: Desk, shared: Shared, found: Synced, take: str | None, limit: float | None) -> tuple[Synced, bool]:
    """Once there and back; whether nobody was quicker."""
    before = desk.journal.head()
    theirs = shared.fetch(limit)
    if theirs is not None:
        found = _joined(desk, shared, theirs, found, take)
    desk = desk.anew()
    ours = desk.journal.head()
    if ours is None:
        return found, True
    new = {**shared.changed(theirs or shared.nothing, ours), **(shared.changed(before or shared.nothing, ours))}
    if tidy(desk, new, shared.merged_by_hand(ours, *((before,) if ours == theirs else (theirs,)))):
        desk = desk.anew()
        ours = desk.journal.head() or ours
    here, there = before or shared.nothing, theirs or shared.nothing
    conflicts = new_conflicts(
        shared, [shared.changed(one, ours) for one in dict.fromkeys((here, there)) if one != ours]
    )
    found = replace(found, conflicts={**found.conflicts, **conflicts})
    numbered = number(desk, new)
    if ours == theirs and numbered is None:
        return replace(found, commit=ours), True
    _refuse_unsound(desk, shared, theirs, ours)
    wanted = numbered.commit if numbered else ours
    sent = shared.ahead(wanted, theirs)
    if not shared.push(wanted, limit):
        return found, False
    if numbered:
        desk.journal.commit(numbered.changes, "", joined=Joined(forward=numbered.commit))
    serials = numbered.serials if numbered else {}
    return replace(found, sent=found.sent + sent, serials=serials, commit=wanted), True


def _stop_merge(desk: Desk, shared: Shared) -> None:
    """A merge that git could not finish, of what was shared, is given up: it is done anew, by meaning."""
    file = desk.journal.git_dir / "MERGE_HEAD"
    if file.exists():
        others = file.read_text("utf-8").split()
        if all(shared.holds(one, shared.tip()) for one in others):
            desk.journal.stop_merge()


def _joined(desk: Desk, shared: Shared, theirs: str, found: Synced, take: str | None) -> Synced:
    """What they shared is in the desk: the branch moved on to it, or a commit brought both together."""
    ours = desk.journal.head()
    if ours is not None and shared.holds(theirs, ours):
        return found
    if ours is None or shared.holds(ours, theirs):
        taken = shared.ahead(theirs, ours)
        made = _forward(shared, ours, theirs)
        _refuse_edited(desk, made.changes)
        desk.journal.commit(made.changes, "", joined=Joined(forward=theirs, modes=made.modes))
        return replace(found, taken=found.taken + taken)
    base = shared.base(ours, theirs)
    if base is None:
        message = t("{name} holds another desk: the two have no commit in common", name=shared.name)
        hint = t("see which repository it is: git remote -v")
        raise Refused([Problem("E-sync-unrelated", message, hint, kind=Kind.DESK)])
    taken = shared.ahead(theirs, ours)
    brought = bring(desk, shared, base, ours, theirs, take)
    _refuse_edited(desk, brought.changes)
    said = _message(desk, brought, taken)
    when = desk.now if desk.rehearsed else None
    desk.journal.commit(brought.changes, said, when, joined=Joined(others=(theirs,), modes=brought.modes))
    return replace(
        found,
        taken=found.taken + taken,
        cases=tuple(dict.fromkeys((*found.cases, *brought.cases))),
        conflicts={**found.conflicts, **brought.conflicts},
        renamed={**found.renamed, **brought.renamed},
        kept=(*found.kept, *brought.kept),
    )


def _forward(shared: Shared, ours: str | None, theirs: str) -> Brought:
    """The files that differ once the branch moves on to a commit."""
    from itilcli.actions.sharing.bringing import refuse_paths

    changed = shared.changed(ours or shared.nothing, theirs)
    refuse_paths(changed)
    wanted = [(held.blob, path) for path, sides in changed.items() for held in sides if held]
    data = shared.contents(wanted)
    changes = [
        Change(path, data[before.blob, path] if before else None, data[after.blob, path] if after else None)
        for path, (before, after) in changed.items()
    ]
    modes = {path: after.mode for path, (_, after) in changed.items() if after and after.mode != "100644"}
    return Brought(tuple(change for change in changes if change.before != change.after), modes)


def _refuse_edited(desk: Desk, changes: Iterable[Change]) -> None:
    """What was edited by hand and not committed is not written over. Raises Refused: E-desk-uncommitted."""
    found = [
        uncommitted(one.path) for one in changes if one.before is not None and read(desk.root / one.path) != one.before
    ]
    if found:
        raise Refused(found)


def _message(desk: Desk, brought: Brought, taken: int) -> str:
    subject = t("brought together with what others shared, commits: {count}", count=taken)
    if brought.conflicts:
        ids = ", ".join(one.rpartition("-")[2] for one in brought.conflicts)
        subject = t(
            "brought together with what others shared, commits: {count}; to be settled: {ids}", count=taken, ids=ids
        )
    trailers = [*(("Itil-Id", one) for one in brought.cases), ("Itil-Action", "sync")]
    translate = translator(desk.settings.language or "zh")
    return commit_message(desk, subject.render(translate), trailers, desk.actor)


def _refuse_unsound(desk: Desk, shared: Shared, theirs: str | None, ours: str) -> None:
    """What is wrong in the cases that were changed here is mended before others have it. Raises Refused: E-sync-check."""
    if theirs is None:
        return
    changed = shared.changed(theirs, ours)
    ids = sorted(
        {found[0].rpartition("/")[2] for path, (_, after) in changed.items() if after and (found := PLACE.match(path))}
    )
    if not ids or len(ids) > CHECKED:
        return
    wrong = _errors(desk, ids)
    if wrong:
        known = _known(desk, theirs, ids)
        wrong = [one for one in wrong if (one.id, one.problem.code) not in known]
    if wrong:
        told = [replace(one.problem, where=f"{one.file}:{one.line}" if one.line else one.file) for one in wrong[:5]]
        hint = t("mend it, or take it back, then: itil sync; all of it says: itil check")
        message = t("not shared: the check finds {count} errors in what was recorded here", count=len(wrong))
        raise Refused([Problem("E-sync-check", message, hint, "5"), *told])


def _errors(desk: Desk, ids: Sequence[str]) -> list[Finding]:
    """What the check finds wrong in these cases; what is to be settled is no reason not to share it."""
    from itilcli.actions.checking import check

    found = check(desk.root, ids, desk.environment, lambda count: lambda: None).findings
    return [one for one in found if one.problem.level == "error" and one.problem.code != UNSETTLED]


def _known(desk: Desk, theirs: str, ids: Sequence[str]) -> set[tuple[str, str]]:
    """What is wrong in these cases as they were shared, by case and code."""
    with desk.at(desk.journal.resolve(theirs)) as then:
        there = [one for one in ids if (then.root / path_of(one, "incident")).is_file()]
        return {(one.id, one.problem.code) for one in _errors(then, there)} if there else set()
