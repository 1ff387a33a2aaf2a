"""What stands on the cover of a whole case file: how the case stands, its forms in order, what was done."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.forms.sheet import Sheet
from itilcli.forms.view import Words
from itilcli.model.case import FOLLOW_UP, ONSITE, REMOTE, WORK_ORDER, Case, kind_of
from itilcli.model.codes import STATUS
from itilcli.model.history import told
from itilcli.procedure.naming import entry_label, is_late, standing
from itilcli.text import t

UNSERIALLED = t("no serial yet")


def in_order(case: Case) -> list[str]:
    """The references of a case's forms in the order of the procedure, without those taken back."""
    return [ref for kind in (REMOTE, WORK_ORDER, ONSITE, FOLLOW_UP) for ref, _ in case.of(kind)]


def taken_back(case: Case) -> list[str]:
    """The references of the forms that a correction took back."""
    return sorted(ref for ref, form in case.forms.items() if form.retracted and kind_of(ref))


def standing_words(case: Case, words: Words) -> dict[str, str]:
    """Where the case stands, in words."""
    return {"status": words.say(STATUS.label(case.state.status)), "stage": words.say(standing(case))}


def contents(sheets: Sequence[Sheet], words: Words) -> list[dict[str, str]]:
    """A line for each form of the file."""
    return [
        {
            "title": one.title,
            "reference": one.reference,
            "number": one.number,
            "serial": one.serial or words.say(UNSERIALLED),
        }
        for one in sheets
    ]


def history(case: Case, words: Words) -> list[dict[str, str]]:
    """The steps as they happened, those taken back too."""
    rows = []
    for row in told(case.incident.history):
        entry = row.entry
        notes = [entry.form or "", entry.reason or ""]
        if entry.recorded_by and entry.recorded_by != entry.by:
            notes.append(words.say(t("(recorded by {person})", person=entry.recorded_by)))
        if is_late(entry) and entry.recorded_at:
            notes.append(words.say(t("recorded late, at {time}", time=words.when(entry.recorded_at))))
        if row.recorded_as:
            notes.append(words.say(t("recorded as {time}, corrected", time=words.when(row.recorded_as))))
        notes += [words.say(t("(taken back)"))] if row.retracted else []
        rows.append(
            {
                "at": words.when(entry.at) if entry.at else "",
                "clause": entry.clause or "",
                "step": words.say(entry_label(entry)),
                "by": entry.by or "",
                "note": " ".join(filter(None, notes)),
            }
        )
    return rows
