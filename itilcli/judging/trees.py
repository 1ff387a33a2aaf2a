"""What lay in the desk at each commit: one state is at hand, every other is reached by the changes between them.

A history is followed commit by commit, and its branches lie close together; so only the differences are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from itilcli.judging.areas import ATTACHMENT, CALENDAR, CASE, FIGURES, REPORT, area_of, folded
from itilcli.judging.deed import Change, Held


class State:
    """The desk at one commit; ask :meth:`Trees.at` before looking."""

    __slots__ = ("changes", "toward", "trees")

    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self.toward: State | None = None
        self.changes: tuple[Change, ...] = ()


class Trees:
    """The files of a desk along its history.

    ``cases`` has the parts of each case by where it lies, attachments as ``files/NAME``; ``known`` the spelling of each path
    that is none of a case, as disks that tell no case apart have it; ``reports`` the months that are issued; ``calendar`` the
    files of the working calendar.
    """

    def __init__(self, files: Mapping[str, Held] | None = None) -> None:
        self.files: dict[str, Held] = {}
        self.cases: dict[str, dict[str, Held]] = {}
        self.known: dict[str, str] = {}
        self.reports: set[str] = set()
        self.calendar: dict[str, Held] = {}
        self.first = State(self)
        self._hand = self.first
        for path, held in (files or {}).items():
            self._put(path, held)

    def after(self, state: State, changes: tuple[Change, ...]) -> State:
        """The desk once these changes were made to it; it is at hand then."""
        self.at(state)
        made = State(self)
        self._apply((one.path, one.after) for one in changes)
        state.toward, state.changes = made, tuple(Change(one.path, one.after, one.before) for one in changes)
        self._hand = made
        return made

    def at(self, state: State) -> Trees:
        """This, with the desk as it was then at hand."""
        way = [state]
        while way[-1].toward is not None:
            way.append(way[-1].toward)
        for nearer, further in zip(way[-1:0:-1], way[-2::-1], strict=True):
            changes = further.changes
            self._apply((one.path, one.after) for one in changes)
            nearer.toward, nearer.changes = further, tuple(Change(c.path, c.after, c.before) for c in changes)
            further.toward, further.changes = None, ()
        self._hand = state
        return self

    def _apply(self, changes: Iterable[tuple[str, Held | None]]) -> None:
        for path, held in changes:
            if held is None:
                self._drop(path)
            else:
                self._put(path, held)

    def _put(self, path: str, held: Held) -> None:
        self.files[path] = held
        found = area_of(path)
        if found.kind == CASE:
            self.cases.setdefault(found.place, {})[found.part] = held
            return
        self.known[folded(path)] = path
        if found.kind == ATTACHMENT:
            self.cases.setdefault(found.place, {})[f"files/{found.part}"] = held
        elif found.kind == REPORT and path.endswith(f"/{FIGURES}"):
            self.reports.add(found.part)
        elif found.kind == CALENDAR:
            self.calendar[path] = held

    def _drop(self, path: str) -> None:
        self.files.pop(path, None)
        found = area_of(path)
        if found.kind in (CASE, ATTACHMENT):
            parts = self.cases.get(found.place, {})
            parts.pop(found.part if found.kind == CASE else f"files/{found.part}", None)
            if not parts:
                self.cases.pop(found.place, None)
        if found.kind != CASE and self.known.get(folded(path)) == path:
            del self.known[folded(path)]
        if found.kind == REPORT and path.endswith(f"/{FIGURES}"):
            self.reports.discard(found.part)
        self.calendar.pop(path, None)
