"""`log` and `blame` as programs see them: steps, commits and what these changed, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itilcli.actions.looking.moves import INCIDENT, Moved
from itilcli.actions.looking.story import Done, Step, Story, actor_of
from itilcli.journal.trail import Mark
from itilcli.model.case import Case
from itilcli.model.history import Entry
from itilcli.model.labels import path_label
from itilcli.model.shape import encode
from itilcli.procedure.naming import entry_label, is_late
from itilcli.store.cases import SUFFIX, place_of


def as_data(found: Story, events: Sequence[Step | Done]) -> dict[str, Any]:
    """The JSON of `log ID`: the steps and commits among ``events``, each commit with what it changed."""
    steps = [event for event in events if isinstance(event, Step)]
    others = [event for event in events if isinstance(event, Done)]
    seen = {id(done): done for done in (event.done if isinstance(event, Step) else event for event in events)}
    return {
        "id": found.case.id,
        "steps": [_step_data(step) for step in steps if step.told.number],
        "undone": [
            {
                **_step_data(step),
                "undone_by": commit_data(step.undone.mark) if step.undone and step.undone.mark else None,
            }
            for step in steps
            if not step.told.number
        ],
        "other_commits": [
            {**commit_data(done.mark), "paths": [_path(found.case, done, one) for one in (*done.parts, *done.files)]}
            for done in others
            if done.mark
        ],
        "changes": [
            {**done_data(done), "fields": [_moved_data(one) for one in done.moved], "files": list(done.files)}
            for done in seen.values()
        ],
    }


def _path(case: Case, done: Done, name: str) -> str:
    start = place_of(case.id) + "." if case.id else ""
    return f"{start}{name}{SUFFIX}" if name in done.parts else f"{start}{name}"


def _step_data(step: Step) -> dict[str, Any]:
    return {
        **step_data(step.entry),
        "number": step.told.number or None,
        "retracted": step.told.retracted,
        "recorded_as": step.told.recorded_as.isoformat() if step.told.recorded_as else None,
        "commit": commit_data(step.done.mark) if step.done.mark else None,
    }


def step_data(entry: Entry) -> dict[str, Any]:
    """A step as programs see it."""
    label = entry_label(entry)
    late = {"delay_minutes": entry.delay_minutes, "late": is_late(entry)}
    return {**encode(entry), "label": label.en, "label_zh": label.zh, **late}


def done_data(done: Done) -> dict[str, Any]:
    """A commit with who made it, as what, and under which clauses; all None where there is none yet."""
    mark = done.mark
    return {
        "commit": commit_data(mark) if mark else None,
        "actor": actor_of(mark) if mark else None,
        "action": (mark.trailer("Itil-Action") or None) if mark else None,
        "cut": done.cut,
        "clauses": [one for one in mark.trailers.get("Itil-Clause", ()) if one] if mark else [],
    }


def commit_data(mark: Mark) -> dict[str, Any]:
    """A commit as programs see it."""
    author = {"name": mark.name, "email": mark.email}
    return {"id": mark.commit, "author": author, "at": mark.at, "subject": mark.subject}


def _moved_data(one: Moved) -> dict[str, Any]:
    label = path_label(one.path)
    form = None if one.part == INCIDENT else one.part
    field = {"form": form, "field": one.path, "label": label.en, "label_zh": label.zh}
    return {**field, "item": one.item, "before": one.old, "after": one.new}
