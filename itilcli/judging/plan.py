"""What of a commit is to be judged: the cases it touched with their files before and after, the other files, its place.

Here the history is followed commit by commit, cheaply; what it plans can then be judged in any order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from itilcli.errors import Problem
from itilcli.judging.areas import ATTACHMENT, CASE, Area, area_of, folded, unfit
from itilcli.judging.deed import Change, Deed, Held
from itilcli.judging.trees import State, Trees
from itilcli.procedure.clause import clock_time
from itilcli.text import t

SKEW = timedelta(minutes=10)
"""How far two honest clocks may stand apart."""
UNDOES, CLOCK = "Itil-Undoes", "Itil-Clock"
RENAME = "rename"
REMEMBERED = 2000
"""So many commits that nothing stands on any more can be taken back without asking for them again."""
NEVER = frozenset({"import", "migrate", "init", "report"})
"""What no `undo` takes back."""
Parts = Mapping[str, Held]


class GroundKey(NamedTuple):
    """The contents that a desk's ground is made of."""

    people: str | None
    settings: str | None
    calendar: tuple[tuple[str, str], ...]

    @property
    def blobs(self) -> set[str]:
        """All of them."""
        return {blob for blob in (self.people, self.settings, *(one for _, one in self.calendar)) if blob}


class CaseTask(NamedTuple):
    """A case that a commit touched: where it lies, its files with each parent, and after."""

    place: str
    before: tuple[Parts, ...]
    after: Parts


class TableTask(NamedTuple):
    """Another file that a commit touched: with each parent, and after; ``issued``: its month's report was issued before."""

    path: str
    area: Area
    before: tuple[Held | None, ...]
    after: Held | None
    issued: bool = False


class Task(NamedTuple):
    """What is to be judged of a commit. ``ground``: by what; ``founding``: it makes the desk; ``undoes``: it takes back just
    what its author did before; ``problems``: what is wrong already, each with its file."""

    deed: Deed
    ground: GroundKey
    founding: bool = False
    undoes: bool = False
    cases: tuple[CaseTask, ...] = ()
    tables: tuple[TableTask, ...] = ()
    problems: tuple[Problem, ...] = ()
    renames: tuple[CaseTask, CaseTask] | None = None
    """A case that nobody has seen before these commits gets another ID: as it was, and as it is."""
    stood: GroundKey | None = None
    """Of a merge: what its first parent is judged by; what the merge itself changes is no reason to permit it."""


Elsewhere = Callable[[str], tuple[Deed, int] | None]
"""A commit that was not followed, and how many reports were issued then; None where there is none."""


class Planner:
    """Follows a history from its oldest commit on.

    :param begun: what lay in the desk at the commits before those followed.
    :param when: when each of those was made.
    :param elsewhere: looks a commit up that lies before them.
    :param rooted: whether the desk has begun already, though no commit before those followed is known.
    :param children: how many of the commits stand on each one that is not stood on by just one: of what nothing will stand
        on any more little is kept. None: all is kept.
    """

    def __init__(
        self, begun: Mapping[str, State], when: Mapping[str, Deed], elsewhere: Elsewhere, rooted: bool = False,
        children: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        self._states: dict[str, State] = dict(begun)
        self._deeds: dict[str, Deed] = dict(when)
        self._reports: dict[str, int] = {}
        self._elsewhere = elsewhere
        self._rooted = rooted or bool(begun)
        self._begun = tuple(begun.values())
        self._children = None if children is None else dict(children)
        self._past: deque[str] = deque()

    def plan(self, deed: Deed) -> Task:
        """What is to be judged of the next commit; its parents were followed before it."""
        problems = list(self._place(deed))
        first = self._states[deed.parents[0]] if deed.parents else Trees().first
        changes = deed.changes[0] if deed.changes else ()
        trees = first.trees.at(first)
        before_ground, had_desk = ground_key(trees), "desk.yaml" in trees.files
        reports = frozenset(trees.reports)
        problems += [one for change in changes for one in _fit(change, trees)]
        state = first.trees.after(first, changes)
        self._states[deed.id] = state
        self._deeds[deed.id] = deed
        self._reports[deed.id] = len(trees.reports)
        founding = not had_desk and "desk.yaml" in trees.files
        joins = len(deed.parents) > 1
        key = ground_key(trees) if founding or joins else before_ground
        undoes = False
        if deed.trailer(UNDOES):
            undoes = not joins and self._inverse(deed, len(reports))
            problems += [] if undoes else [_no_inverse(deed)]
        cases, tables = _touched(deed, trees, reports)
        self._forget(deed.parents)
        renames = self._renames(deed, cases) if deed.trailer("Itil-Action") == RENAME and not joins else None
        return Task(
            deed, key, founding, undoes, cases, tables, tuple(problems), renames, before_ground if joins else None
        )

    def _renames(self, deed: Deed, cases: Sequence[CaseTask]) -> tuple[CaseTask, CaseTask] | None:
        """The case that gets another ID, before and after; None where it is another change, or the case was known before."""
        gone = [one for one in cases if one.before[0] and not one.after]
        made = [one for one in cases if one.after and not one.before[0]]
        if len(gone) != 1 or len(made) != 1 or made[0].place.rpartition("/")[2] != deed.trailer("Itil-Id"):
            return None
        shared = any(gone[0].place in state.trees.at(state).cases for state in self._begun)
        return None if shared else (gone[0], made[0])

    def _forget(self, parents: Sequence[str]) -> None:
        """Drops what is known of commits that nothing to come stands on."""
        if self._children is None:
            return
        for parent in parents:
            rest = self._children.pop(parent, 1) - 1
            if rest:
                self._children[parent] = rest
            else:
                self._states.pop(parent, None)
                self._past.append(parent)
        while len(self._past) > REMEMBERED:
            gone = self._past.popleft()
            self._deeds.pop(gone, None)
            self._reports.pop(gone, None)

    def _place(self, deed: Deed) -> Iterator[Problem]:
        """Where a commit stands: after its parents, on the desk's own history."""
        if len(deed.parents) > 2:
            hint = t("bring two together at a time: itil sync")
            yield Problem("E-gate-octopus", t("a merge of more than two"), hint, "5")
        if not deed.parents and self._rooted:
            hint = t("clone the desk and work in the clone")
            yield Problem("E-gate-root", t("another beginning, which has nothing to do with this desk"), hint, "5")
        self._rooted = self._rooted or not deed.parents
        for parent in deed.parents:
            known = self._deeds.get(parent)
            set_ = deed.trailer(CLOCK) or (
                known is not None and known.trailer(CLOCK)
            )  # a rehearsal goes back and forth in time
            if known is not None and not set_ and deed.committed_at < known.committed_at - SKEW:
                message = t("made at {time}, before the commit it stands on ({other})", time=clock_time(deed.committed_at),
                            other=clock_time(known.committed_at))  # fmt: skip
                hint = t("set the clock of the machine right; what happened earlier is recorded late, with --at TIME")
                yield Problem("E-gate-clock", message, hint, "5")

    def _inverse(self, deed: Deed, reports: int) -> bool:
        """Whether a commit takes back exactly what the same person did before, while nothing stands on it."""
        wanted = deed.trailer(UNDOES)
        known = self._deeds.get(wanted)
        found = (known, self._reports.get(wanted, -1)) if known and known.changes else self._elsewhere(wanted)
        if found is None or found[0].email.casefold() != deed.email.casefold() or found[1] != reports:
            return False
        undone = found[0]
        if len(undone.parents) != 1 or undone.trailer("Itil-Action").partition("-")[0] in NEVER:
            return False
        back = {one.path: one for one in undone.changes[0]}
        for one in deed.changes[0]:
            was = back.pop(one.path, None)
            if was is None or one.before != was.after or one.after != was.before:
                return False
        return not (back.keys() - {"customers.yaml"})


def _no_inverse(deed: Deed) -> Problem:
    message = t("it does not take back exactly what {commit} did", commit=deed.trailer(UNDOES)[:8])
    hint = t("take a step back with: itil undo; later steps that stand on it forbid that")
    return Problem("E-gate-undo", message, hint, "5")


def ground_key(trees: Trees) -> GroundKey:
    """What the desk at hand is judged by."""
    people, settings = trees.files.get("people.yaml"), trees.files.get("desk.yaml")
    calendar = tuple(sorted((path, held.blob) for path, held in trees.calendar.items()))
    return GroundKey(people.blob if people else None, settings.blob if settings else None, calendar)


def _fit(change: Change, trees: Trees) -> Iterator[Problem]:
    """What forbids a file that a commit adds or changes."""
    if change.after is None:
        return
    if change.before is None or change.before.mode != change.after.mode:
        yield from unfit(change.path, change.after)
    if change.before is None and area_of(change.path).kind != CASE:
        other = trees.known.get(folded(change.path))
        if other is not None and other != change.path:
            message = t("{path} and {other} are one on some disks", path=change.path, other=other)
            hint = t("a desk keeps plain files under plain names; take it out of the commit")
            yield Problem("E-gate-collision", message, hint, "5", change.path)


def _touched(deed: Deed, trees: Trees, issued: frozenset[str]) -> tuple[tuple[CaseTask, ...], tuple[TableTask, ...]]:
    """The cases and the other files that a commit holds otherwise than any of its parents."""
    by_path: list[dict[str, Change]] = [{one.path: one for one in side} for side in deed.changes]
    paths = dict.fromkeys(path for side in by_path for path in side)
    places: dict[str, list[str]] = {}
    tables: list[TableTask] = []
    for path in paths:
        area = area_of(path)
        if area.kind in (CASE, ATTACHMENT):
            places.setdefault(area.place, []).append(path)
        else:
            after = trees.files.get(path)
            before = tuple(side[path].before if path in side else after for side in by_path)
            tables.append(TableTask(path, area, before, after, area.part in issued))
    cases = tuple(CaseTask(place, _sides(place, some, by_path, trees), dict(trees.cases.get(place, {})))
                  for place, some in places.items())  # fmt: skip
    return cases, tuple(tables)


def _sides(
    place: str, paths: Iterable[str], by_path: Sequence[Mapping[str, Change]], trees: Trees
) -> tuple[Parts, ...]:
    """The files of a case as each parent has them."""
    made = []
    for side in by_path:
        parts = dict(trees.cases.get(place, {}))
        for path in paths:
            if path in side:
                area, was = area_of(path), side[path].before
                part = area.part if area.kind == CASE else f"files/{area.part}"
                if was is None:
                    parts.pop(part, None)
                else:
                    parts[part] = was
        made.append(parts)
    return tuple(made)
