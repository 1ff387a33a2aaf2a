"""`sync`: what others shared is fetched and brought together with what was recorded here, checked, and shared. Never rebased.

Whatever ends it, nothing is lost: until a commit is there the desk is as it was, and the next sync goes on from there.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from itilcli.actions.sharing.bringing import Brought, bring
from itilcli.actions.sharing.driver import install
from itilcli.actions.sharing.numbering import number
from itilcli.actions.sharing.sound import Told, refuse_unsound, untold
from itilcli.actions.sharing.standing import new_conflicts
from itilcli.actions.sharing.tidying import tidy
from itilcli.actions.writing.advance import ready
from itilcli.actions.writing.writing import commit_message
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.commit import uncommitted
from itilcli.journal.intent import read
from itilcli.journal.shared import Joined, Shared
from itilcli.language import translator
from itilcli.model.conflict import Conflict
from itilcli.store.change import Change
from itilcli.text import Listing, Text, t
from itilcli.values import value

TURNS = 12
"""So many times it is tried anew when somebody else shared meanwhile."""
PAUSE = 0.1
"""Seconds, at least, before it is tried again."""


@value
class Synced:
    """What came of it: how many commits were taken over and shared, and what became of cases that both sides changed.

    ``cases`` are those brought together, ``conflicts`` what is to be settled of which case, ``renamed`` the forms and
    attachments that got another name, ``serials`` those given to which form, ``kept`` the cases that one side took back and
    the other one went on with; ``commit`` is the desk's last one. ``begun`` says that its branch was not there before,
    ``tags`` which seals and issued reports went along, ``notes`` what else is to be known.
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
    branch: str = ""
    begun: bool = False
    tags: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()


@value
class Asked:
    """How it is to be done. ``take``: whose version counts (ours, theirs) of a file that is no case and that both changed
    otherwise; ``begins``: whether a branch is made anew beside others; ``limit``: seconds, after which the repository counts
    as unreachable; ``told`` is told of the cases that are checked."""

    take: str | None = None
    begins: bool = False
    limit: float | None = None
    told: Told = untold


def sync(desk: Desk, asked: Asked) -> Synced:
    """Brings the desk together with the repository that it is shared through.

    :raises Refused: E-sync-remote, E-sync-offline, E-sync-credentials, E-sync-part, E-sync-branch, E-sync-rewound,
        E-sync-rewritten, E-sync-unrelated, E-sync-same-id, E-sync-file, E-sync-check, E-sync-refused, E-sync-busy,
        E-sync-locked, and all that the journal raises. What was brought together by then stays.
    """
    with desk.journal.lock(), desk.journal.sharing():
        shared = whole(desk)
        _stop_merge(desk, shared)
        ready(desk)
        install(desk.journal)
        found = Synced(mended=tuple(desk.journal.mend()), branch=shared.tracking)
        for turn in range(TURNS):
            found, done = _turn(desk.anew(), shared, found, asked)
            if done:
                return found
            time.sleep(PAUSE * (turn + 1) * random.uniform(0.5, 1.5))  # noqa: S311 (only so that two do not meet again)
        raise shared.busy()


def whole(desk: Desk) -> Shared:
    """The repository that the desk is shared through. Raises Refused: E-desk-detached, E-sync-remote, E-sync-part."""
    refuse([one for one in desk.journal.check_state() if one.code == "E-desk-detached"])
    shared = desk.journal.shared
    if not shared.whole:
        hint = t("share the whole repository with git itself: git pull, git push")
        raise Refused([Problem("E-sync-part", t("this desk is a folder in a larger repository"), hint, kind=Kind.DESK)])
    return shared


def fetched(shared: Shared, ours: str | None, asked: Asked) -> str | None:
    """The last commit that is shared, None where nothing is yet; this branch is there, or is to begin there.

    :raises Refused: E-sync-branch, E-sync-rewritten, and all that fetching raises.
    """
    was = shared.tip()
    theirs = shared.fetch(asked.limit)
    if theirs is None:
        others = shared.branches(asked.limit)
        if others and not asked.begins:
            raise Refused([_no_branch(shared, others)])
    elif (
        ours
        and not (was and shared.holds(was, ours))
        and not shared.holds(theirs, ours)
        and not shared.holds(ours, theirs)
    ):
        shared.refuse_copies(ours, theirs)  # who stands on what was fetched has not written it anew
    return theirs


def _no_branch(shared: Shared, others: list[str]) -> Problem:
    """A desk has one branch; a second one is not made by chance."""
    words = {"name": shared.name, "branch": shared.branch, "other": others[0]}
    message = t("{name} has no branch {branch}; it has {others}", others=Listing(tuple(others[:8])), **words)
    hint = t("the desk's branch is to be shared: git switch {other}; this one, as that: git fetch {name}; git branch -u "
             "{name}/{other}; or as a further one: itil sync --new-branch", **words)  # fmt: skip
    return Problem("E-sync-branch", message, hint, kind=Kind.DESK)


def _turn(desk: Desk, shared: Shared, found: Synced, asked: Asked) -> tuple[Synced, bool]:
    """Once there and back; whether nobody was quicker."""
    before = desk.journal.head()
    theirs = fetched(shared, before, asked)
    if theirs is not None:
        found = _joined(desk, shared, theirs, found, asked.take)
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
        tags = (shared.push(ours, asked.limit) or ()) if shared.unsent_tags() else ()
        return replace(found, commit=ours, tags=tags), True
    refuse_unsound(desk, shared, theirs or shared.tip(), ours, asked.told)
    if theirs is None:
        shared.forget()
    wanted = numbered.commit if numbered else ours
    sent = shared.ahead(wanted, theirs)
    tags_sent = shared.push(wanted, asked.limit)
    if tags_sent is None:
        return found, False
    if numbered:
        desk.journal.commit(numbered.changes, "", joined=Joined(forward=numbered.commit))
    serials = numbered.serials if numbered else {}
    found = replace(found, sent=found.sent + sent, serials=serials, commit=wanted, tags=tags_sent)
    return (found, True) if theirs else (_begun(shared, found, asked), True)


def _begun(shared: Shared, found: Synced, asked: Asked) -> Synced:
    """What is to be known of a branch that was not there before."""
    if shared.leads_here(asked.limit):
        return replace(found, begun=True)
    note = t(
        "who clones {name} comes to no branch, as its HEAD names another one; on the server: git symbolic-ref HEAD {ref}",
        name=shared.name, ref=f"refs/heads/{shared.branch}",
    )  # fmt: skip
    return replace(found, begun=True, notes=(*found.notes, note))


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
        made = forward(shared, ours, theirs)
        refuse_edited(desk, made.changes)
        desk.journal.commit(made.changes, "", joined=Joined(forward=theirs, modes=made.modes))
        return replace(found, taken=found.taken + taken)
    base = shared.base(ours, theirs)
    if base is None:
        raise unrelated(shared)
    taken = shared.ahead(theirs, ours)
    brought = bring(desk, shared, base, ours, theirs, take)
    refuse_edited(desk, brought.changes)
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


def unrelated(shared: Shared) -> Refused:
    """Two repositories that never met."""
    message = t("{name} holds another desk: the two have no commit in common", name=shared.name)
    hint = t("see which repository it is: git remote -v")
    return Refused([Problem("E-sync-unrelated", message, hint, kind=Kind.DESK)])


def forward(shared: Shared, ours: str | None, theirs: str) -> Brought:
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


def refuse_edited(desk: Desk, changes: Iterable[Change]) -> None:
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
