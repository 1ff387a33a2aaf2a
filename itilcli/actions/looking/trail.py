"""`log` without a case: what was done across the desk, by whom, under which clause, since when."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from itilcli.actions.looking.questions import moment_of, wrong
from itilcli.actions.looking.story import Done, Step, Story
from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.journal.trail import Mark, marks
from itilcli.text import t
from itilcli.values import value


@value
class Wanted:
    """Which doings are asked for; what is None does not matter. ``addresses`` are the person's, in lower case."""

    person: str | None = None
    addresses: frozenset[str] = frozenset()
    clause: str | None = None
    since: datetime | None = None
    form: str | None = None

    def of_commit(self, mark: Mark) -> bool:
        """Whether a commit is one of them: by its trailers, and where it has none, by its author."""
        if self.clause is not None and (
            self.clause not in mark.said or self.clause not in mark.trailers.get("Itil-Clause", ())
        ):
            return False
        if self.person is not None and not self._by(mark):
            return False
        return self.since is None or mark.moment >= self.since

    def _by(self, mark: Mark) -> bool:
        if actor := mark.trailers.get("Itil-Actor"):
            return self.person in actor
        return mark.name == self.person or mark.email.lower() in self.addresses

    def of_step(self, step: Step) -> bool:
        """Whether a step is: who took it and who recorded it both count."""
        entry = step.entry
        if self.person is not None and self.person not in (entry.by, entry.recorded_by):
            return False
        if self.clause is not None and entry.clause != self.clause:
            return False
        if self.form is not None and entry.form != self.form and self.form not in step.done.parts:
            return False
        return self.since is None or (entry.at is not None and entry.at >= self.since)

    def of_done(self, done: Done) -> bool:
        """Whether what added no step is; what is in no commit yet is nobody's, and of this moment."""
        if self.form is not None and self.form not in done.parts:
            return False
        return self.of_commit(done.mark) if done.mark else self.person is None and self.clause is None


def wanted(desk: Desk, typed: Mapping[str, Any], form: str | None = None) -> Wanted:
    """What was asked for. A person unknown to people.yaml may stand in old commits.

    :raises Refused: with everything that cannot be read.
    """
    problems: list[Problem] = []
    person, addresses = None, frozenset[str]()
    if typed.get("person"):
        found = desk.people.find(typed["person"])
        if len(found) > 1:
            problems.append(wrong("--person", typed["person"], (one.emails[0] for one in found if one.emails)))
        person = (found[0].id if found else None) or unicodedata.normalize("NFC", typed["person"]).strip()
        addresses = frozenset(email.lower() for one in found for email in one.emails)
    clause = _clause(typed["clause"], problems) if typed.get("clause") else None
    since = moment_of(desk, "--since", typed.get("since"), problems, first=True)
    if problems:
        raise Refused(problems)
    return Wanted(person, addresses, clause, since, form)


def _clause(typed: str, problems: list[Problem]) -> str | None:
    """The number of a clause as it was typed: 5.6, §5.6."""
    from itilcli.procedure import CLAUSES

    number = unicodedata.normalize("NFKC", typed).strip().lstrip("§").strip()
    if number not in {clause.number for clause in CLAUSES}:
        rows = (t("{code} ({label})", code=clause.number, label=clause.title) for clause in CLAUSES)
        problems.append(wrong("--clause", typed, rows))
    return number


def across(desk: Desk, asked: Wanted) -> Iterator[Mark]:
    """The commits of the desk that are wanted, newest first, as git tells them. Raises Refused."""
    if desk.journal.head() is None:
        return
    everything = asked == Wanted()
    for mark in marks(desk.root, asked.since):
        if everything or asked.of_commit(mark):
            yield mark


def narrowed(story: Story, asked: Wanted) -> list[Step | Done]:
    """What of a story is wanted, in its order."""

    def fits(event: Step | Done) -> bool:
        return asked.of_step(event) if isinstance(event, Step) else asked.of_done(event)

    return [event for event in story.events() if fits(event)]


def as_row(mark: Mark) -> dict[str, Any]:
    """A commit as programs see it across the desk."""
    said = mark.trailers
    return {
        "commit": mark.commit,
        "at": mark.at,
        "actor": said["Itil-Actor"][0] if "Itil-Actor" in said else mark.name,
        "action": said["Itil-Action"][0] if "Itil-Action" in said else None,
        "clauses": [one for one in said.get("Itil-Clause", ()) if one],
        "ids": list(said.get("Itil-Id", ())),
        "subject": mark.subject,
        "undoes": said["Itil-Undoes"][0] if "Itil-Undoes" in said else None,
        "author": {"name": mark.name, "email": mark.email},
    }
