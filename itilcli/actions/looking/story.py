"""`log ID`: the story of a case out of its history and git: who, when, what from what to what, which clause, which commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from itilcli.actions.looking.moves import HISTORY, INCIDENT, Moved, joined, moved
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.journal.trail import Deed, Mark, Versions, contents, deeds
from itilcli.model.case import CASE_ID, Case
from itilcli.model.history import Entry, Told
from itilcli.model.history import told as in_story
from itilcli.model.shape import decode
from itilcli.store import yaml
from itilcli.store.cases import SUFFIX, Stored, place_of
from itilcli.text import Label
from itilcli.values import value

Plain = dict[str, Any]


@value
class Done:
    """What one commit did to a case; ``mark`` is None for what lies in the files and is in no commit yet.

    ``brought`` and ``took`` are the ids of the steps it added to the history and took out of it, ``files`` the other
    files it changed (attachments), ``parts`` the files of the case. ``cut``: a shallow clone ends at it, so what it holds may
    have been done by any commit before.
    """

    mark: Mark | None
    moved: tuple[Moved, ...] = ()
    brought: tuple[str, ...] = ()
    took: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    joins: bool = False
    cut: bool = False


@value
class Step:
    """One step of the story: its history entry, what brought it, and what took it back out of the history.

    ``told`` has no number (0) for a step that the history holds no more.
    """

    told: Told
    done: Done
    undone: Done | None = None

    @property
    def entry(self) -> Entry:
        """The entry, as later corrections leave it."""
        return self.told.entry


@value
class Story:
    """All that was done to a case, as it happened: steps, and commits (``others``) that added none."""

    case: Case
    steps: tuple[Step, ...]
    others: tuple[Done, ...]

    def events(self) -> list[Step | Done]:
        """Steps and other commits in one order."""
        rows: list[tuple[float, Step | Done]] = [(_stamp(step.entry.at), step) for step in self.steps]
        rows += [(_stamp(done.mark.moment if done.mark else None), done) for done in self.others]
        return [event for _, event in sorted(rows, key=lambda row: row[0])]

    def undoing(self, step: Step) -> str:
        """The id of the commit that took a step back, empty where none did."""
        return step.undone.mark.commit if step.undone and step.undone.mark else ""


def _stamp(at: datetime | None) -> float:
    return at.timestamp() if at else datetime.max.replace(tzinfo=UTC).timestamp()


def story(desk: Desk, case_id: str, stored: Stored) -> Story:
    """The story of one case, by the ID that its files are named after.

    :raises Refused: when git cannot be read.
    """
    dones, entries = doings(desk, case_id, stored)
    return told(stored.case, dones, entries)


def doings(desk: Desk, case_id: str, stored: Stored) -> tuple[list[Done], dict[str, Entry]]:
    """What each commit did to a case, oldest first, then what no commit holds yet; and every step that ever was.

    :raises Refused: when git cannot be read.
    """
    start = place_of(case_id) + "."
    found = _deeds(desk, case_id, "HEAD")[::-1] if desk.journal.head() else []
    ids = (
        one for deed in found for file in deed.files if _part(file.path, start) for one in (*file.before, file.after)
    )
    held = contents(desk.root, (one for one in ids if one))
    parsed = {one: _parsed(data) for one, data in held.items()}
    entries: dict[str, Entry] = {}
    cut = desk.journal.cut()
    dones = [replace(_done(deed, start, parsed, entries), cut=deed.mark.commit in cut) for deed in found]
    return [*dones, *_uncommitted(found, start, parsed, stored, entries)], entries


def _deeds(desk: Desk, case_id: str, tip: str) -> list[Deed]:
    """The commits of a case, newest first; those under the ID that it had before a `rename` as if under this one."""
    start = place_of(case_id) + "."
    found = list(deeds(desk.root, start, tip))
    if not found or found[-1].mark.trailer("Itil-Action") != "rename":
        return found
    begun = found[-1]
    old = next((one[0] for one in CASE_ID.finditer(begun.mark.subject) if one[0] != case_id), None)
    earlier = _deeds(desk, old, f"{begun.mark.commit}^") if old else []
    then = place_of(old) + "." if old else start
    moved_ = [
        replace(one, files=tuple(replace(f, path=start + f.path.removeprefix(then)) for f in one.files))
        for one in earlier
    ]
    last = {file.path: file.after for deed in reversed(moved_) for file in deed.files}
    files = (replace(file, before=(last.get(file.path, file.before[0]),)) for file in begun.files)
    return [*found[:-1], replace(begun, files=tuple(files)), *moved_]


def _part(path: str, start: str) -> str:
    """The part of the case that a path is (``incident``, ``remote-1``); empty for any other file."""
    name = path.removeprefix(start)
    return name.removesuffix(SUFFIX) if name.endswith(SUFFIX) and "/" not in name else ""


def _parsed(data: bytes) -> Plain:
    """A version of a file as plain data; empty where it cannot be read."""
    try:
        return yaml.read(data, "")
    except Refused:
        return {}


def _done(deed: Deed, start: str, parsed: Mapping[str, Plain], entries: dict[str, Entry]) -> Done:
    """What a commit did; the steps that it brought are put into ``entries``."""
    changes: list[Moved] = []
    brought: list[str] = []
    took: list[str] = []
    for file in deed.files:
        if part := _part(file.path, start):
            olds, new = _versions(file, parsed)
            changes += joined(part, olds, new)
            if part == INCIDENT:
                come, gone = _steps(olds, new)
                entries |= {key: entry for key, entry in come.items() if key not in entries}
                brought, took = [*come], gone
    others = tuple(file.path.removeprefix(start) for file in deed.files if not _part(file.path, start))
    parts = tuple(part for file in deed.files if (part := _part(file.path, start)))
    return Done(deed.mark, tuple(changes), tuple(brought), tuple(took), others, parts, deed.parents > 1)


def _versions(file: Versions, parsed: Mapping[str, Plain]) -> tuple[list[Plain | None], Plain | None]:
    olds = [parsed.get(one) if one else None for one in file.before]
    return olds, parsed.get(file.after) if file.after else None


def _steps(olds: Sequence[Plain | None], new: Plain | None) -> tuple[dict[str, Entry], list[str]]:
    """The steps in the new version alone, and the ids of those that every old one has and the new one has not."""
    before = [_history(old) for old in olds]
    now = _history(new)
    come = {key: row for key, row in now.items() if not any(key in rows for rows in before)}
    gone = [key for key in before[0] if key not in now and all(key in rows for rows in before)] if before else []
    return {key: decode(Entry, row, lambda problem: None) for key, row in come.items()}, gone


def _history(plain: Plain | None) -> dict[str, Plain]:
    rows = (plain or {}).get(HISTORY)
    if not isinstance(rows, list):
        return {}
    return {str(row["id"]): row for row in rows if isinstance(row, dict) and row.get("id")}


def _uncommitted(
    found: Sequence[Deed], start: str, parsed: Mapping[str, Plain], stored: Stored, entries: dict[str, Entry]
) -> Iterator[Done]:
    """What the files hold otherwise than the last commit; nothing where that is the same."""
    last = {_part(file.path, start): file.after for deed in found for file in deed.files}
    changes: list[Moved] = []
    brought: list[str] = []
    took: list[str] = []
    parts = []
    for part in dict.fromkeys((*last, *stored.raw)):
        old, new = parsed.get(last.get(part) or ""), stored.raw.get(part)
        if part and old != new and not (new is None and stored.problems):
            changes += moved(part, old, new)
            parts.append(part)
            if part == INCIDENT:
                come, took = _steps([old], new)
                entries |= {key: entry for key, entry in come.items() if key not in entries}
                brought = [*come]
    if parts:
        yield Done(None, tuple(changes), tuple(brought), tuple(took), parts=tuple(parts))


def told(case: Case, dones: Iterable[Done], entries: Mapping[str, Entry]) -> Story:
    """The story that a history and the commits of its files tell; ``entries`` are the steps that ever were."""
    by_step: dict[str, Done] = {}
    taken: dict[str, Done] = {}
    others = []
    for done in dones:
        for key in done.brought:
            by_step.setdefault(key, done)
        taken |= dict.fromkeys(done.took, done)
        if not done.brought:
            others.append(done)
    nothing = Done(None)
    now = in_story(case.incident.history)
    steps = [Step(row, by_step.get(row.entry.id or "", nothing)) for row in now]
    kept = {entry.id for entry in case.incident.history}
    steps += [
        Step(Told(0, entry), by_step[key], taken.get(key))
        for key, entry in entries.items()
        if key not in kept and entry.at is not None and key in by_step
    ]
    return Story(case, tuple(steps), tuple(others))


def action_of(done: Done) -> str:
    """What a commit that added no step was, by its trailer; empty for one made by hand."""
    return done.mark.trailer("Itil-Action") if done.mark else ""


def actor_of(mark: Mark) -> str:
    """Who made a commit: by its trailer, else its author."""
    return mark.trailer("Itil-Actor") or mark.name


HAND = Label("hand", "手工修改", "changed by hand")
"""A commit that no command of this program made."""
