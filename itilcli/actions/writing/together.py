"""Several cases in one commit: all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from itilcli.actions.writing.outcome import came_of
from itilcli.actions.writing.writing import Written, commit, commit_message, diff, seal
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.language import translator
from itilcli.procedure.engine import Outcome
from itilcli.store import cases
from itilcli.store.cases import Stored
from itilcli.store.change import Change
from itilcli.text import Text
from itilcli.values import value

Item = TypeVar("Item")
Made = TypeVar("Made")


@value
class Share:
    """One case's share of a commit: as it was (None: new), what came of it, and every file it writes."""

    stored: Stored | None
    outcome: Outcome
    changes: tuple[Change, ...]
    duplicates: tuple[dict[str, str], ...] = ()
    notes: tuple[Text, ...] = ()


@value
class Together:
    """What one command does to several cases: the commit's subject, each share, and the files that belong to none."""

    subject: Text
    shares: Sequence[Share]
    changes: Sequence[Change] = ()
    warnings: tuple[Problem, ...] = ()


def each(items: Iterable[Item], name: Callable[[Item], str], make: Callable[[Item], Made]) -> list[Made]:
    """What ``make`` makes of each item.

    :param name: how a problem says which item it is about; it goes before the problem's place.
    :raises Refused: with the problems of all items at once.
    """
    made: list[Made] = []
    problems: list[Problem] = []
    for item in items:
        try:
            made.append(make(item))
        except Refused as refused:
            problems += [
                replace(problem, where=": ".join(filter(None, (name(item), problem.where))))
                for problem in refused.problems
            ]
    if problems:
        raise Refused([problem for problem in problems if problem.kind is Kind.PERMISSION] or problems)
    return made


def changes_of(desk: Desk, stored: Stored | None, outcome: Outcome) -> tuple[Change, ...]:
    """What must be written of one case and its forms."""
    from itilcli.actions.writing.advance import comments

    return tuple(cases.changes(stored, outcome.case, comments(desk)))


def write_together(desk: Desk, verb: str, dry_run: bool, prepare: Callable[[], Together]) -> Written:
    """What ``prepare`` makes of several cases, in one commit; it is called under the desk's lock, after mending.

    The result has one part for each case, in the order of the shares.

    :raises Refused: all that ``prepare`` and the journal raise; nothing is written then.
    """
    from itilcli.actions.writing.advance import ready

    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    if dry_run:
        changes, made, _ = _made(desk, verb, prepare())
        return replace(made, diff=diff(changes))
    with desk.journal.lock():
        ready(desk)
        mended = tuple(desk.journal.mend())
        changes, made, key = _made(desk, verb, prepare())
        return replace(made, mended=mended, commit=commit(desk, changes, made.message, key) if changes else None)


def _made(desk: Desk, verb: str, together: Together) -> tuple[list[Change], Written, str | None]:
    changes = [change for share in together.shares for change in share.changes] + list(together.changes)
    ids = [("Itil-Id", share.outcome.case.id) for share in together.shares]
    walked = {number for share in together.shares for number in share.outcome.clauses if number}
    clauses = [("Itil-Clause", number) for number in sorted(walked, key=_places)]
    subject = together.subject.render(translator(desk.settings.language or "zh"))
    said = commit_message(desk, subject, [*ids, ("Itil-Action", verb), *clauses], desk.actor)
    parts = tuple(_part(share) for share in together.shares)
    paths = tuple(change.path for change in changes)
    signed = seal(desk, [verb, *(entry.action or "" for share in together.shares for entry in share.outcome.entries)])
    warnings = (*together.warnings, *signed.warnings)
    return changes, Written(message=said, parts=parts, paths=paths, warnings=warnings), signed.key


def _part(share: Share) -> Written:
    refs = [entry.form for entry in share.outcome.entries if entry.form]
    case = share.outcome.case
    return Written(
        case=case,
        before=share.stored.case.state if share.stored else None,
        form=f"{case.id}/{refs[0]}" if refs else None,
        warnings=share.outcome.warnings,
        duplicates=share.duplicates,
        notes=share.notes,
        came=came_of(share.outcome, share.stored.case if share.stored else None),
    )


def _places(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]
