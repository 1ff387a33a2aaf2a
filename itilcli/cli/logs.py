"""`log` and `blame`: what was done to a case or across the desk, in words, and who set a field."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from itilcli.actions.looking.moves import INCIDENT, Moved
from itilcli.actions.looking.story import HAND, Done, Step, Story, action_of, actor_of
from itilcli.cli.changes import change_lines, one_line, value_words
from itilcli.cli.header import told_state
from itilcli.cli.history import step_lines
from itilcli.cli.screen import document, safe, written
from itilcli.cli.sheet import Sheet
from itilcli.cli.table import Invocation
from itilcli.desk import Desk
from itilcli.journal.trail import Mark
from itilcli.journal.wording import SHORT
from itilcli.model.case import Case
from itilcli.model.labels import path_label
from itilcli.procedure.clause import World
from itilcli.procedure.naming import action_label, entry_label
from itilcli.text import Listing, t

if TYPE_CHECKING:
    from itilcli.journal.signatures import Verdict


def log(invocation: Invocation, answers: dict[str, Any]) -> int:
    """The story of one case, or what was done across the desk."""
    from itilcli.actions.looking.trail import wanted

    desk = Desk.open(invocation.desk)
    if answers.get("id") is None:
        asked = wanted(desk, answers)
        told_state(invocation, desk)
        return across(invocation, desk, asked)
    from itilcli.actions.looking.finding import find
    from itilcli.actions.looking.signed import as_rows, signed_by
    from itilcli.actions.looking.story import story
    from itilcli.actions.looking.story_data import as_data
    from itilcli.actions.looking.trail import narrowed

    case_id, form = find(desk, answers["id"], phones=True)
    asked = wanted(desk, answers, form)
    stored = desk.case(case_id)
    told_state(invocation, desk, stored)
    found = story(desk, case_id, stored)
    events = narrowed(found, asked)
    marks = [(event.done if isinstance(event, Step) else event).mark for event in events]
    signed = signed_by(desk, [mark.commit for mark in marks if mark])
    if invocation.json:
        whole = {**as_data(found, events), "signatures": as_rows(signed)}
        sys.stdout.write(document(whole, sys.stdout) + "\n")
        return 0
    sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
    lines = [sheet.heading(f"{case_id}  {stored.case.incident.title or ''}")]
    invocation.screen.page("\n".join([*lines, *_story_lines(sheet, found, events, desk.world(), signed)]))
    return 0


# ── a case


def _story_lines(
    sheet: Sheet, story: Story, events: list[Step | Done], world: World, signed: Mapping[str, Verdict]
) -> Iterator[str]:
    """Each step on a line, below the last of a commit what that changed, the commit itself, and who signed it."""
    from itilcli.actions.looking.signed import told

    dones = [event.done if isinstance(event, Step) else event for event in events]
    for place, (event, done) in enumerate(zip(events, dones, strict=True)):
        yield from _step_lines(sheet, story, event, world) if isinstance(event, Step) else [_done_line(sheet, event)]
        if place + 1 < len(dones) and dones[place + 1] is done:
            continue
        if done not in dones[place + 1 :] and not done.cut:
            yield from change_lines(sheet, done, "      ")
        words = cut_words(sheet, done.mark) if done.cut else commit_words(sheet, done.mark)
        yield "    " + sheet.screen.style(words, "yellow" if done.cut else "dim")
        if done.mark and (one := signed.get(done.mark.commit)):
            yield "    " + sheet.screen.style(safe(sheet.say(told(one))), "dim" if one.state == "good" else "yellow")


def _step_lines(sheet: Sheet, story: Story, step: Step, world: World) -> list[str]:
    """One step; what it set is left to the changes of its commit where it is the only one there."""
    from dataclasses import replace

    entry, incident = step.entry, story.case.incident
    fields = {one.path for one in step.done.moved} | {f"{one.part} {one.path}" for one in step.done.moved}
    untold = tuple(row for row in incident.corrections if f"{row.form or INCIDENT} {row.field}" not in fields)
    case = replace(story.case, incident=replace(incident, corrections=untold))
    only = len(step.done.brought) == 1 and step.done.moved and entry.value("step") is None
    told = replace(step.told, entry=replace(entry, set=None)) if only else step.told
    lines = step_lines(sheet, told, case, world)
    if told.number:
        return lines
    by = step.undone.mark if step.undone else None
    words = t(
        "(undone {time} by {person})", time=sheet.when(by.moment if by else None), person=actor_of(by) if by else "?"
    )
    return [
        sheet.screen.style("   –" + lines[0].removeprefix("   0"), "dim")
        + "  "
        + sheet.screen.style(safe(sheet.say(words)), "yellow"),
        *lines[1:],
    ]


def _done_line(sheet: Sheet, done: Done) -> str:
    """A commit that added no step, where a step would stand."""
    if done.mark is None:
        return safe(f"   –  {sheet.say(HAND)}")
    what = action_label(action_of(done)) if action_of(done) else HAND
    clauses = _clauses(done.mark)
    words = [" –", sheet.when(done.mark.moment), *([clauses] if clauses else []), sheet.say(what), actor_of(done.mark)]
    return safe(f"  {'  '.join(words)}")


def commit_words(sheet: Sheet, mark: Mark | None) -> str:
    """A commit in a line: id, author, time, subject."""
    if mark is None:
        return safe(sheet.say(t("in no commit yet")))
    author = f"{mark.name} <{mark.email}>"
    return safe(f"{mark.commit[:SHORT]}  {author}  {sheet.when(mark.moment)}  {mark.subject}")


def cut_words(sheet: Sheet, mark: Mark | None) -> str:
    """That a shallow clone does not know who did it."""
    commit = mark.commit[:SHORT] if mark else "?"
    return safe(
        sheet.say(t("{commit}: the history is cut off here in this clone (git fetch --unshallow)", commit=commit))
    )


def _clauses(mark: Mark) -> str:
    numbers = dict.fromkeys(one for one in mark.trailers.get("Itil-Clause", ()) if one)
    return f"§{','.join(numbers)}" if numbers else ""


# ── the desk


def across(invocation: Invocation, desk: Desk, asked: Any) -> int:
    """What was done across the desk, newest first, shown while git still tells it."""
    from itilcli.actions.looking.trail import across as doings
    from itilcli.actions.looking.trail import as_row
    from itilcli.cli.log_lines import desk_lines
    from itilcli.cli.stream import stream

    with closing(doings(desk, asked)) as marks:  # type: ignore[type-var]
        if invocation.json:
            _documents(as_row(mark) for mark in marks)
            return 0
        rows = desk_lines(Sheet(invocation.screen, invocation.translate, desk.zone), marks)
        if not stream(invocation.screen, rows):
            invocation.screen.note(invocation.translate("Nothing was done."))
        elif desk.journal.is_shallow():
            said = t("older commits are not in this clone (git fetch --unshallow)")
            invocation.screen.note(safe(said.render(invocation.translate)))
    return 0


def _documents(rows: Iterable[dict[str, Any]]) -> None:
    """One JSON list, a row of it on each line, written as it comes."""
    from json import JSONEncoder

    ascii_only = (sys.stdout.encoding or "ascii").lower().replace("-", "") != "utf8"
    plain = JSONEncoder(ensure_ascii=ascii_only).encode
    before = "["
    for row in rows:
        text = plain(row)
        sys.stdout.write(f"{before}\n  {text if text.isprintable() else written(row, ascii_only, None)}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")


# ── one field


def blame(invocation: Invocation, answers: dict[str, Any]) -> int:
    """Who set a field, the last first."""
    from itilcli.actions.looking.blame import as_data
    from itilcli.actions.looking.blame import blame as look_for

    desk = Desk.open(invocation.desk)
    stored, found = look_for(desk, answers["id"], answers["field"])
    told_state(invocation, desk, stored)
    if invocation.json:
        sys.stdout.write(document(as_data(found), sys.stdout) + "\n")
        return 0
    sheet = Sheet(invocation.screen, invocation.translate, desk.zone)
    lines = [sheet.heading(_asked(sheet, found.case, found.part, found.path, found.now))]
    if not found.settings:
        lines.append("  " + safe(sheet.say(t("nobody ever filled it in"))))
    for one in found.settings:
        if one.done.cut:
            lines.append(
                "  " + safe(_setting(sheet, Moved(found.part, one.path, None, one.after, one.item), found.path))
            )
            lines.append("    " + sheet.screen.style(cut_words(sheet, one.done.mark), "yellow"))
            continue
        lines.append(safe("  " + "  ".join(_setter(sheet, one))))
        moved = Moved(found.part, one.path, one.before, one.after, one.item)
        lines.append("      " + safe(_setting(sheet, moved, found.path)))
        lines.append("    " + sheet.screen.style(commit_words(sheet, one.done.mark), "dim"))
    invocation.screen.page("\n".join(lines))
    return 0


def _asked(sheet: Sheet, case: Case, part: str, path: str, now: Any) -> str:
    ref = case.id if part == INCIDENT else f"{case.id}/{part}"
    shown = one_line(value_words(sheet, part, path, now))
    return f"{ref}  {sheet.say(t('{label}: {value}', label=path_label(path), value=shown))}"


def _setting(sheet: Sheet, one: Moved, asked: str) -> str:
    old, new = (one_line(value_words(sheet, one.part, one.path, held, one.item)) for held in (one.old, one.new))
    if one.path == asked:
        return f"{old} → {new}"
    return sheet.say(t("{field}: {old} → {new}", field=path_label(one.path), old=old, new=new))


def _setter(sheet: Sheet, one: Any) -> list[str]:
    """When, under which clause, by which step, who, why."""
    mark, steps = one.done.mark, one.steps
    if not steps:
        if mark is None:
            return [sheet.say(HAND)]
        what = action_label(action_of(one.done)) if action_of(one.done) else HAND
        return [sheet.when(mark.moment), *([_clauses(mark)] if _clauses(mark) else []), sheet.say(what), actor_of(mark)]
    at: datetime | None = max((entry.at for entry in steps if entry.at), default=None)
    clauses = ",".join(dict.fromkeys(entry.clause for entry in steps if entry.clause))
    people = Listing(tuple(dict.fromkeys(entry.by or "?" for entry in steps)))
    words = [sheet.when(at), f"§{clauses}", sheet.say(Listing(tuple(map(entry_label, steps)))), sheet.say(people)]
    recorders = tuple(dict.fromkeys(entry.recorded_by for entry in steps if entry.recorded_by not in (None, entry.by)))
    words += [sheet.say(t("(recorded by {person})", person=Listing(recorders)))] if recorders else []
    return [*words, *dict.fromkeys(one_line(entry.reason) for entry in steps if entry.reason)]


def fields(text: str) -> list[tuple[str, object]]:
    """What may be typed for a field: the names of the incident's fields and the forms', with their labels."""
    from itilcli.actions.looking.blame import askable
    from itilcli.model.case import KINDS

    paths = dict.fromkeys(path for part in (INCIDENT, *(f"{kind}-1" for kind in KINDS)) for path in askable(part))
    return [(path, path_label(path)) for path in paths if path.startswith(text)]
