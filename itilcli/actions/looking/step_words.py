"""What a step changed, set and settled, in words."""

from __future__ import annotations

from typing import Any

from itilcli.actions.looking.reader import Reader
from itilcli.model.case import Case
from itilcli.model.codes import LIKE, SIDE
from itilcli.model.conflict import Conflict
from itilcli.model.history import CORRECT, DROPPED, SETTLE, Entry
from itilcli.model.incident import Correction, Escalation, Incident
from itilcli.model.labels import field_label, path_label
from itilcli.model.shape import parse_moment, shapes
from itilcli.procedure.fields import correctable, form_type
from itilcli.procedure.naming import action_label
from itilcli.procedure.s5_00_settle import name_of, words_of
from itilcli.text import Text, t

TAKEN_BACK = t("(taken back)")


def by_entry(case: Case) -> dict[str, Escalation]:
    """The escalations of a case by the history entry of each."""
    return {row.id: row for row in case.incident.escalations if row.id}


def changed_words(reader: Reader, row: Correction, entry: Entry, case: Case) -> str:
    """What one correction changed: the field, or the step, old and new; ``entry`` is the correcting one."""
    name = row.field or "?"
    step = next((one for one in case.incident.history if one.id == entry.value("step")), None)
    if step and name in (step.action, f"{step.action}.at"):
        label, old = action_label(step.action), reader.when(parse_moment(row.old or "")) if row.old else "—"
        new = reader.when(parse_moment(row.new)) if row.new else reader.say(TAKEN_BACK)
        return reader.say(t("{field}: {old} → {new}", field=label, old=old, new=new))
    where = f"{row.form} " if row.form else ""
    values = {"old": _held(reader, row, row.old), "new": _held(reader, row, row.new)}
    return where + reader.say(t("{field}: {old} → {new}", field=path_label(name), **values))


def _held(reader: Reader, row: Correction, text: str | None) -> str:
    """A value as a correction keeps it, for people."""
    known: Any = form_type(row.form)
    shape = correctable(known).get(row.field or "")
    if shape is None and text in ("true", "false"):
        return reader.one(text == "true", None)
    if text is None or shape is None:
        return text or "—"
    moment = parse_moment(text)
    return reader.when(moment) if moment else reader.one(text, shape.codes)


def set_values(reader: Reader, entry: Entry) -> str:
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
            words.append(joined(reader.say(field_label(name)), "—"))
            continue
        lists = known[name].codes if name in known else None
        shown = ", ".join(map(str, value)) if isinstance(value, list) else reader.one(value, lists or LIKE.get(name))
        words.append(joined(reader.say(field_label(name)), shown))
    return ", ".join(words)


def settled_in(entry: Entry) -> list[dict[str, Any]]:
    """What an entry settled: the rows of its conflicts."""
    rows = entry.value("conflicts") if entry.action == SETTLE else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def taken_words(reader: Reader, case: Case, row: dict[str, Any]) -> str:
    """Which answer a settlement let count, and whose it was: ours or theirs."""
    one = Conflict(field=row.get("field"), ours=row.get("ours"), theirs=row.get("theirs"))
    taken = str(row.get("taken"))
    what = words_of(case, one, row.get(taken))
    return reader.say(t("{field}: {what} counts ({side})", field=name_of(one), what=what, side=SIDE.label(taken)))


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
