"""`log`: the story of a case out of its history and git: who, when, what, which clause, which commit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from itilcli.desk import Desk
from itilcli.model.case import Case
from itilcli.model.history import Entry, Told
from itilcli.model.history import told as in_story
from itilcli.model.shape import encode
from itilcli.procedure.naming import entry_label, is_late
from itilcli.store.cases import attachments_folder, path_of
from itilcli.text import Label
from itilcli.values import pattern, value

if TYPE_CHECKING:
    from itilcli.journal import Entry as Commit

ENTRY_ID = pattern(r"^\s*(?:- )?id: *[\"']?([0-9A-Za-z_-]+)", re.MULTILINE)


@value
class Step:
    """One step of the story: its history entry, and the commit that brought it, where git knows one."""

    told: Told
    commit: Commit | None

    @property
    def entry(self) -> Entry:
        """The entry, as later corrections leave it."""
        return self.told.entry

    @property
    def label(self) -> Label:
        """What was done."""
        return entry_label(self.entry)

    @property
    def late(self) -> bool:
        """Whether it was recorded late."""
        return is_late(self.entry)


@value
class Story:
    """The steps in the order of happening, and the commits that touched the case without adding a step."""

    case: Case
    steps: tuple[Step, ...]
    others: tuple[Commit, ...]


def story(desk: Desk, case_id: str, case: Case) -> Story:
    """The story of one case, by the ID that its files are named after.

    :raises Refused: when git cannot be read.
    """
    incident = path_of(case_id, "incident")
    paths = [incident, *(path_of(case_id, ref) for ref in case.forms), attachments_folder(case_id)]
    commits = list(desk.journal.log(paths))
    brought = first_seen(desk.journal.additions(incident))
    return told(case, commits, brought)


def first_seen(additions: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The commit in which each id was written first; ``additions`` come newest first."""
    return {entry_id: commit for commit, lines in additions for entry_id in ENTRY_ID.findall(lines)}


def told(case: Case, commits: Iterable[Commit], brought: Mapping[str, str]) -> Story:
    """The story that a history and the commits of its files tell."""
    known = {commit.commit: commit for commit in commits}
    steps = tuple(Step(row, known.get(brought.get(row.entry.id or "", ""))) for row in in_story(case.incident.history))
    used = {step.commit.commit for step in steps if step.commit}
    return Story(case, steps, tuple(commit for commit in known.values() if commit.commit not in used))


def as_data(found: Story) -> dict[str, Any]:
    """The JSON of `log`."""
    return {
        "id": found.case.id,
        "steps": [
            {
                **encode(step.entry),
                "number": step.told.number,
                "retracted": step.told.retracted,
                "recorded_as": step.told.recorded_as.isoformat() if step.told.recorded_as else None,
                "label": step.label.en,
                "label_zh": step.label.zh,
                "delay_minutes": step.entry.delay_minutes,
                "late": step.late,
                "commit": commit_data(step.commit) if step.commit else None,
            }
            for step in found.steps
        ],
        "other_commits": [{**commit_data(commit), "paths": list(commit.paths)} for commit in found.others],
    }


def commit_data(commit: Commit) -> dict[str, Any]:
    """A commit as programs see it."""
    return {
        "id": commit.commit,
        "author": {"name": commit.author.name, "email": commit.author.email},
        "at": commit.at.isoformat(),
        "subject": commit.subject,
    }
