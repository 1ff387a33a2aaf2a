"""The steps of a case as `show` and `log` tell them, with their numbers and what later corrections say of them."""

from __future__ import annotations

from typing import Any

from itilcli.cli.screen import safe
from itilcli.cli.sheet import LIKE, Sheet
from itilcli.model import codes as c
from itilcli.model.case import Case
from itilcli.model.codes import SIDE
from itilcli.model.conflict import Conflict
from itilcli.model.history import CORRECT, DROPPED, SETTLE, Entry, Told
from itilcli.model.incident import Correction, Escalation, Incident
from itilcli.model.labels import field_label, path_label
from itilcli.model.shape import parse_moment, shapes
from itilcli.procedure.clause import World
from itilcli.procedure.fields import correctable, form_type
from itilcli.procedure.naming import action_label, acts_for, entry_label, is_late
from itilcli.procedure.s5_00_settle import name_of, words_of
from itilcli.text import Listing, Text, t

TAKEN_BACK = t("(taken back)")


def by_entry(case: Case) -> dict[str, Escalation]:
    """The escalations of a case by the history entry of each."""
    return {row.id: row for row in case.incident.escalations if row.id}


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


def changed_words(sheet: Sheet, row: Correction, entry: Entry, case: Case) -> str:
    """What one correction changed: the field, or the step, old and new; ``entry`` is the correcting one."""
    name = row.field or "?"
    step = next((one for one in case.incident.history if one.id == entry.value("step")), None)
    if step and name in (step.action, f"{step.action}.at"):
        label, old = action_label(step.action), sheet.when(parse_moment(row.old or "")) if row.old else "—"
        new = sheet.when(parse_moment(row.new)) if row.new else sheet.say(TAKEN_BACK)
        return sheet.say(t("{field}: {old} → {new}", field=label, old=old, new=new))
    where = f"{row.form} " if row.form else ""
    values = {"old": _held(sheet, row, row.old), "new": _held(sheet, row, row.new)}
    return where + sheet.say(t("{field}: {old} → {new}", field=path_label(name), **values))


def _held(sheet: Sheet, row: Correction, text: str | None) -> str:
    """A value as a correction keeps it, for people."""
    known: Any = form_type(row.form)
    shape = correctable(known).get(row.field or "")
    if shape is None and text in ("true", "false"):
        return sheet.one(text == "true", None)
    if text is None or shape is None:
        return text or "—"
    moment = parse_moment(text)
    return sheet.when(moment) if moment else sheet.one(text, shape.codes)


def set_values(sheet: Sheet, entry: Entry) -> str:
    """What a step set, but times and digests, which stand elsewhere."""
    known = shapes(Incident)
    words = []
    for name, value in (entry.set or {}).items():
        if (
            name.endswith("_at")
            or name in ("digest", "hold_until", "step", "at", "retracted", DROPPED)
            or (entry.action == SETTLE and name == "conflicts")
            or entry.action == CORRECT
        ):
            continue
        if value is None:
            words.append(joined(sheet.say(field_label(name)), "—"))
            continue
        lists = known[name].codes if name in known else None
        shown = ", ".join(map(str, value)) if isinstance(value, list) else sheet.one(value, lists or LIKE.get(name))
        words.append(joined(sheet.say(field_label(name)), shown))
    return ", ".join(words)


def settled_in(entry: Entry) -> list[dict[str, Any]]:
    """What an entry settled: the rows of its conflicts."""
    rows = entry.value("conflicts") if entry.action == SETTLE else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def taken_words(sheet: Sheet, case: Case, row: dict[str, Any]) -> str:
    """Which answer a settlement let count, and whose it was: ours or theirs."""
    one = Conflict(field=row.get("field"), ours=row.get("ours"), theirs=row.get("theirs"))
    taken = str(row.get("taken"))
    what = words_of(case, one, row.get(taken))
    return sheet.say(t("{field}: {what} counts ({side})", field=name_of(one), what=what, side=SIDE.label(taken)))


def joined(label: str, value: str) -> str:
    """A label before its value; a word that ends the one and begins the other stands once ("solved by tier 1")."""
    head, _, last = label.rpartition(" ")
    return f"{head} {value}".lstrip() if value.startswith(f"{last} ") else f"{label} {value}"


def length(minutes: int) -> Text:
    """A delay in the largest units that say enough."""
    if minutes < 60:
        return t("{minutes} min", minutes=minutes)
    if minutes < 48 * 60:
        return t("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    return t("{days} days", days=minutes // 1440)
