"""What is written apart from cases, people and articles: one change, one commit, or what it would be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime

from itilcli.actions.writing.writing import Seal, Written, commit, commit_message, diff, seal
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import translator
from itilcli.model.when import read_time
from itilcli.procedure.clause import clock_time, who_may
from itilcli.procedure.engine import left
from itilcli.procedure.reading import without_hour
from itilcli.store.change import Change
from itilcli.text import Text, t
from itilcli.values import value


@value
class Apart:
    """A change to be written: its files, the commit's subject and trailers, and what to tell of it."""

    changes: tuple[Change, ...]
    subject: Text
    action: str
    clause: str
    id: str = ""
    warnings: tuple[Problem, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)


def write_apart(desk: Desk, dry_run: bool, prepare: Callable[[], Apart], wait: float = 30.0) -> Written:
    """What ``prepare`` makes, committed; it is called under the desk's lock, after mending. No change, no commit.

    ``wait`` are the seconds that the lock is waited for.

    :raises Refused: all that ``prepare`` and the journal raise; nothing is written then.
    """
    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    if dry_run:
        made, said, _ = _said(desk, prepare())
        return replace(_written(made, said), diff=diff(made.changes))
    with desk.journal.lock(wait):
        mended = tuple(desk.journal.mend())
        made, said, key = _said(desk, prepare())
        written = replace(_written(made, said), mended=mended)
        return replace(written, commit=commit(desk, made.changes, said, key)) if made.changes else written


def _said(desk: Desk, made: Apart) -> tuple[Apart, str, str | None]:
    signed = seal(desk, [made.action]) if made.changes else Seal()
    subject = made.subject.render(translator(desk.settings.language or "zh"))
    named = [("Itil-Id", made.id)] if made.id else []
    trailers = [*named, ("Itil-Action", made.action), ("Itil-Clause", made.clause)]
    warned = replace(made, warnings=(*made.warnings, *signed.warnings))
    return warned, commit_message(desk, subject, trailers, desk.actor), signed.key


def _written(made: Apart, said: str) -> Written:
    paths = tuple(change.path for change in made.changes)
    return Written(message=said, paths=paths, warnings=made.warnings, extra=dict(made.extra))


def not_permitted(desk: Desk, roles: Iterable[str], clause: str, action: Text) -> list[Problem]:
    """The problem of an actor who holds none of ``roles`` today; empty where one is held."""
    wanted = sorted(roles)
    if desk.people.roles(desk.actor, desk.now.date()) & set(wanted):
        return []
    if gone := left(desk.people, desk.actor, desk.now.date()):
        return [gone]
    hint = who_may(desk.people, wanted, desk.now.date())
    message = t("{person} may not {action}", person=desk.actor, action=action)
    return [Problem(f"E-{clause}-role", message, hint, clause, kind=Kind.PERMISSION)]


def moment(desk: Desk, at: str | None) -> datetime:
    """When it happened: ``--at``, else now.

    :raises Refused: when ``at`` is no time, or lies in the future.
    """
    when = read_time(at, desk.clock) if at else desk.now
    if at and (lacking := without_hour("--at ", at, desk.clock)):
        raise Refused([Problem(lacking.code, lacking.message, lacking.hint, "", "--at", Kind.MISSING)])
    if when is None:
        hint = t("write it like 09:12, -15m, 11-20 09:12, 昨天 16:30 or 3wd")
        raise Refused(
            [Problem("E-answer-at", t("{value} is not a time", value=repr(at)), hint, "", "--at", Kind.MISSING)]
        )
    if when > desk.now:
        message = t("{time} lies in the future", time=clock_time(when.astimezone(desk.zone)))
        hint = t("what is recorded has happened; give the right time with --at")
        raise Refused([Problem("E-5-future", message, hint, "5", "--at", Kind.MISSING)])
    return when.astimezone(desk.zone)
