"""The steps of a case as `show` and `log` tell them, with their numbers and what later corrections say of them."""

from __future__ import annotations

from itilcli.actions.looking.step_words import (
    TAKEN_BACK,
    by_entry,
    changed_words,
    length,
    set_values,
    settled_in,
    taken_words,
)
from itilcli.cli.screen import safe
from itilcli.cli.sheet import Sheet
from itilcli.model import codes as c
from itilcli.model.case import Case
from itilcli.model.history import Told
from itilcli.procedure.clause import World
from itilcli.procedure.naming import acts_for, entry_label, is_late
from itilcli.text import Listing, t

__all__ = ["TAKEN_BACK", "by_entry", "changed_words", "set_values", "step_lines"]


def step_lines(sheet: Sheet, row: Told, case: Case, world: World) -> list[str]:
    """One step on one line: number, when, clause, what, who, why; to which manager; recorded late where it was.

    Below a correction stands what it changed, old and new.
    """
    entry, escalated = row.entry, by_entry(case)
    words = [
        f"{row.number:>2}",
        sheet.when(entry.at),
        f"§{entry.clause}",
        sheet.say(entry_label(entry)),
        entry.by or "?",
    ]
    if entry.recorded_by and entry.recorded_by != entry.by:
        words.append(sheet.say(t("(recorded by {person})", person=entry.recorded_by)))
    if entry.at and (others := acts_for(entry, world.people, world.day(entry.at))):
        words.append(sheet.say(t("(for {people})", people=Listing(others))))
    words += [entry.form] if entry.form else []
    words += [" ".join(entry.reason.split())] if entry.reason else []
    to = escalated.get(entry.id or "")
    if to and to.kind == "hierarchical" and to.to:
        words.append(f"→ {sheet.say(c.ESCALATE_TO.label(to.to))}")
    words += [sheet.say(c.ESCALATION_REASON.label(to.reason))] if to and to.reason else []
    values = set_values(sheet, entry)
    if rulings := [taken_words(sheet, case, one) for one in settled_in(entry)]:
        values = "; ".join(filter(None, [*rulings, values]))
    line = safe(f"  {'  '.join(words)}") + (f"  {sheet.screen.style(safe(values), 'dim')}" if values else "")
    if is_late(entry):
        late = t("recorded late, after {delay}", delay=length(entry.delay_minutes))
        line += "  " + sheet.screen.style(safe(sheet.say(late)), "yellow")
    if row.recorded_as:
        was = t("recorded as {time}, corrected", time=sheet.when(row.recorded_as))
        line += "  " + sheet.screen.style(safe(sheet.say(was)), "yellow")
    if row.retracted:
        line = sheet.screen.style(line, "dim") + "  " + sheet.screen.style(safe(sheet.say(TAKEN_BACK)), "yellow")
    changed = (one for one in case.incident.corrections if entry.id and one.id == entry.id)
    return [line, *(f"      {safe(changed_words(sheet, one, entry, case))}" for one in changed)]
