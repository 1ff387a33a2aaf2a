"""The commits of a whole desk, a line for each: there may be a hundred thousand, so each thing is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from functools import lru_cache

from itilcli.cli.screen import safe
from itilcli.cli.sheet import Sheet
from itilcli.journal.history import trailers_of
from itilcli.journal.trail import Mark
from itilcli.journal.wording import SHORT
from itilcli.procedure.naming import action_label
from itilcli.text import t

UNDONE = t("(undone since)")
MARKED = "\0"


def desk_lines(sheet: Sheet, marks: Iterable[Mark]) -> Iterator[str]:
    """When, under which clauses, who, what, in which commit; a commit that a later one took back says so."""
    undone: set[str] = set()
    begun, ended = sheet.screen.style(MARKED, "dim").split(MARKED)
    later = "  " + sheet.screen.style(sheet.say(UNDONE), "yellow")
    names = _Names(sheet)
    when = Clock(sheet.zone)
    for mark in marks:
        said = trailers_of(mark.said)
        if undoes := said.get("Itil-Undoes"):
            undone.update(undoes)
        clauses = said.get("Itil-Clause")
        told = _clauses(clauses) if clauses else "—"
        subject = names.read(mark.subject, said["Itil-Action"][0]) if "Itil-Action" in said else mark.subject
        line = f"{when(mark.at)}  {told}  {said['Itil-Actor'][0] if 'Itil-Actor' in said else mark.name}  {subject}"
        line = f"{safe(line)}  {begun}{mark.commit[:SHORT]}{ended}"
        yield line + later if mark.commit in undone else line


@lru_cache(maxsize=1024)
def _clauses(numbers: tuple[str, ...]) -> str:
    kept = dict.fromkeys(one for one in numbers if one)
    return f"§{','.join(kept)}" if kept else "—"


class _Names:
    """The names of steps in the reader's language, by action."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._known: dict[str, tuple[tuple[str, str], str]] = {}

    def read(self, subject: str, action: str) -> str:
        """The subject, the name of the step that it begins with in the reader's language."""
        known = self._known.get(action)
        if known is None:
            label = action_label(action)
            known = self._known[action] = ((f"{label.zh}: ", f"{label.en}: "), f"{self._sheet.say(label)}: ")
        if subject.startswith(known[0]):
            return known[1] + subject.partition(": ")[2]
        return subject


class Clock:
    """Times as git writes them by the desk's clock; worked out once an hour, for zones that differ by whole hours."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._hours: dict[str, str] = {}

    def __call__(self, at: str) -> str:
        """``2026-11-23T09:12:00+08:00`` as ``2026-11-23 09:12``."""
        hour = at[:13] + at[19:]
        known = self._hours.get(hour)
        if known is None:
            local = datetime.fromisoformat(f"{at[:14]}00:00{at[19:]}").astimezone(self._zone)
            known = self._hours[hour] = f"{local:%Y-%m-%d %H:}" if not local.minute else ""
        if known:
            return known + at[14:16]
        return f"{datetime.fromisoformat(at).astimezone(self._zone):%Y-%m-%d %H:%M}"
