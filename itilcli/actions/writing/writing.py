"""One command, one commit: changes put together, shown for a dry run, or committed with their trailers."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import field

from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.journal import message
from itilcli.model.case import Case
from itilcli.model.history import State
from itilcli.store.change import Change
from itilcli.text import Text, Translate, t
from itilcli.values import value

DRIVER = "merge.itil.driver"
"""In git's configuration: how it joins the files of a desk."""


@value
class Written:
    """What a writing command did, or would do: the case after and the state before, the commit, and what to say of it."""

    case: Case | None = None
    before: State | None = None
    commit: str | None = None
    message: str = ""
    diff: str = ""
    form: str | None = None
    warnings: tuple[Problem, ...] = ()
    mended: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    duplicates: tuple[dict[str, str], ...] = ()
    paths: tuple[str, ...] = ()
    extra: dict[str, object] = field(default_factory=dict)
    parts: tuple[Written, ...] = ()
    """One for each case, where a command writes several."""
    came: Text | None = None
    """What the step did, where the stage alone does not say it; see :mod:`itilcli.actions.writing.outcome`."""


@value
class Seal:
    """The key that a commit is signed with, as git is told of it (None: it is not), and what is to be said of that."""

    key: str | None = None
    warnings: tuple[Problem, ...] = ()


def seal(desk: Desk, actions: Iterable[str]) -> Seal:
    """How the commit that does all this is signed, where the desk asks for signatures (docs/signing.md).

    :raises Refused: where it requires one, and git has no key here that is the actor's today (exit 4).
    """
    if desk.settings.signing in (None, "off"):
        return Seal()
    from itilcli.actions.writing import signing

    return signing.seal(desk, actions)


def commit_message(desk: Desk, subject: str, trailers: Iterable[tuple[str, str]], actor: str) -> str:
    """The message of a command's commit; ``Itil-Clock`` marks one whose clock was set by ITIL_NOW."""
    clock = [("Itil-Clock", desk.now.isoformat())] if desk.rehearsed else []
    return message(subject, "", [*trailers, ("Itil-Actor", actor), *clock])


def commit(desk: Desk, changes: Sequence[Change], said: str, key: str | None = None) -> str:
    """Writes and commits, under the desk's lock; signed with an SSH key where one is given."""
    made = desk.journal.commit(changes, said, when=desk.now if desk.rehearsed else None, key=key)
    if desk.journal.has_remote() and desk.journal.configured(DRIVER) is None:
        from itilcli.actions.sharing.driver import install

        with suppress(Refused):  # the first commit in a clone: git joins the desk's files by meaning from now on
            install(desk.journal)
    return made


def diff(changes: Sequence[Change]) -> str:
    """The exact change as a unified diff; binary files are named."""
    return "".join(part for change in changes for part in diff_of(change))


def diff_of(change: Change) -> Iterable[str]:
    """The diff of one file."""
    try:
        before = (change.before or b"").decode().splitlines(keepends=True)
        after = (change.after or b"").decode().splitlines(keepends=True)
    except UnicodeDecodeError:
        return [f"Binary file {change.path}: {len(change.after or b'')} bytes\n"]
    old = "/dev/null" if change.before is None else f"a/{change.path}"
    new = "/dev/null" if change.after is None else f"b/{change.path}"
    return (line if line.endswith("\n") else line + "\n" for line in difflib.unified_diff(before, after, old, new))


def headline(case: Case, translate: Translate, before: State | None = None, came: Text | None = None) -> str:
    """``INC-… customer·title``, the stages walked, and what ``came`` of the step: the line that catches a wrong ID."""
    from itilcli.model.codes import HOLD
    from itilcli.procedure.naming import standing, standing_of

    customer = case.incident.customer
    organisation = (customer.organisation if customer else None) or "?"
    state = case.state
    walked = [standing(case)] if state.stage else []
    if before is not None and before.stage and standing_of(before) != standing_of(state):
        walked.insert(0, standing_of(before))
    stages = "→".join(stage.render(translate) for stage in walked)
    shown = f"{case.id} {organisation}·{case.incident.title or ''} {stages}"
    if state.status == "open" and state.assignee:
        shown += f"({state.assignee})"
    if before is not None and before.owner != state.owner:
        shown += " " + t("owner: {person}", person=state.owner or "?").render(translate)
    if state.hold:
        shown += " " + t("on hold: {reason}", reason=HOLD.label(state.hold)).render(translate)
    elif before is not None and before.hold:
        shown += " " + t("no longer on hold").render(translate)
    return f"{shown} {came.render(translate)}" if came else shown
