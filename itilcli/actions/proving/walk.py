"""A stretch of a desk's history judged, commit by commit, as the rules of :mod:`itilcli.judging` say."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from itilcli.errors import Problem, Refused
from itilcli.journal.walked import Raw, Walk, Walked
from itilcli.judging import areas
from itilcli.judging.deed import Change, Deed, Held, Verdict
from itilcli.judging.ground import Ground
from itilcli.judging.judge import LARGE, PAGES, Judge, Look, Signature, Terms, unasked, wanted
from itilcli.judging.mended import Mending
from itilcli.judging.plan import Planner, Task
from itilcli.judging.trees import State, Trees
from itilcli.model.people import Person
from itilcli.processes import shared_out
from itilcli.store import yaml
from itilcli.text import t
from itilcli.values import value

WINDOW = 1000
"""So many commits are judged with what was read at once."""
ALONE = 300
"""So many commits are judged sooner than further processes are begun."""
_BYTES = 64 * 1024 * 1024
Told = Callable[[int], None]
ALWAYS = ("calendar", "knowledge", "models", "templates", "records/serials", "records/reports")
"""The folders that are looked at wherever a history is taken up in its midst."""


@value
class Stretch:
    """Commits to be judged, parents before children, and what lay in the desk where they begin."""

    walked: tuple[Walked, ...]
    begun: Mapping[str, State]
    when: Mapping[str, Deed]
    rooted: bool = False
    """Whether the desk has begun elsewhere: another first commit would be none of it."""


def stretch(walk: Walk, walked: Sequence[Walked], rooted: bool = False) -> Stretch:
    """The commits with what lay in the desk at the ones before them."""
    known = {one.id for one in walked}
    before = dict.fromkeys(parent for one in walked for parent in one.parents if parent not in known)
    folders = sorted({_folder(path) for one in walked for side in one.changes for path, _, _ in side} | {*ALWAYS})
    begun, when = {}, {}
    for commit in before:
        files = walk.files(commit, folders if len(folders) < 2000 else None)
        begun[commit] = Trees({path: Held(*held) for path, held in files.items()}).first
        found = walk.one(commit)
        if found is not None:
            when[commit] = deed_of(found, light=True)
    return Stretch(tuple(walked), begun, when, rooted)


def _folder(path: str) -> str:
    """The folder that is looked at for a path: of a case its day's; none lies deeper, and none leads out."""
    parts = path.split("/")[:-1]
    if {"", ".", ".."} & {*parts}:
        return ALWAYS[0]
    return "/".join(parts[:4]) if parts[:1] == ["records"] else "/".join(parts[:1]) or ALWAYS[0]


def deed_of(one: Walked, light: bool = False) -> Deed:
    """A commit as it is judged; ``light``: without what it changed."""
    changes = () if light else tuple(tuple(map(_change, side)) for side in one.changes)
    return Deed(one.id, one.parents, one.author, one.email, one.committed_at, one.trailers, changes)


def _change(raw: Raw) -> Change:
    path, before, after = raw
    return Change(path, Held(*before) if before else None, Held(*after) if after else None)


def planned(walk: Walk, some: Stretch) -> Iterator[Task]:
    """What is to be judged of each commit, in their order."""

    def elsewhere(commit: str) -> tuple[Deed, int] | None:
        found = walk.one(commit)
        if found is None:
            return None
        reports = [path for path in walk.files(commit, ["records/reports"]) if path.endswith(f"/{areas.FIGURES}")]
        return deed_of(found), len(reports)

    planner = Planner(some.begun, some.when, elsewhere, some.rooted)
    for one in some.walked:
        yield planner.plan(deed_of(one))


class Shelf:
    """Contents read of the repository for some commits at a time; the last ones are kept."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._data: OrderedDict[str, bytes] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._held = 0
        self.parted = lru_cache(maxsize=4096)(walk.parted)

    def fetch(self, tasks: Sequence[Task]) -> None:
        """Reads what judging these takes, but nothing that is too large."""
        asked: set[str] = set()
        read: set[str] = set()
        for task in tasks:
            some, others = wanted(task)
            asked |= some
            read |= others
        unknown = [one for one in asked if one not in self._data and one not in self._sizes]
        self._sizes |= self._walk.sizes(unknown)
        fit = {one for one in asked if self._sizes.get(one, 0) <= LARGE}
        missing = [one for one in read | fit if one not in self._data]
        while self._held > _BYTES and self._data:
            self._held -= len(self._data.popitem(last=False)[1])
        found = self._walk.contents(missing)
        self._data |= found
        self._held += sum(map(len, found.values()))
        self._sizes |= {name: len(data) for name, data in found.items()}

    def look(self) -> Look:
        """Where a judge finds contents."""
        return Look(self._read, self._size, self._parted)

    def _read(self, blob: str) -> bytes:
        found = self._data.get(blob)
        if found is None:
            if blob not in self._sizes:
                self._sizes |= self._walk.sizes([blob])
            found = self._walk.contents([blob]).get(blob, b"") if self._sizes.get(blob, 0) <= PAGES else b""
            self._data[blob] = found
            self._held += len(found)
        return found

    def _size(self, blob: str) -> int:
        if blob not in self._sizes:
            self._sizes |= self._walk.sizes([blob])
        return self._sizes.get(blob, 0)

    def _parted(self, one: str, other: str, path: str) -> str | None:
        base = self.parted(one, other)
        return self._walk.blob(base, path) if base else None


def judged(
    walk: Walk, some: Stretch, terms: Terms, workers: int = 1, told: Told | None = None, remembered: bool = False
) -> Iterator[Verdict]:
    """The verdict on each commit, in their order.

    :param workers: how many processes share the work. :param told: is told how many more are done.
    :param remembered: whether signatures that were verified before in this clone are believed.
    """
    tasks = [*planned(walk, some)]
    shelf = Shelf(walk)
    if terms.signature is unasked and any(_signs(shelf.look().read(one)) for one in _settings(tasks)):
        terms = replace(terms, signature=known_keys(walk, [one.id for one in some.walked], remembered))
    judge = Judge(shelf.look(), replace(terms, partly=bool(walk.prefix)))
    shared = workers > 1 and len(tasks) > ALONE

    def work(window: Sequence[Task]) -> list[Verdict]:
        shelf.fetch(window)
        found = [judge.judge(task) for task in window]
        if told is not None and not shared:
            told(len(found))
        return found

    found: dict[str, Verdict] = {}
    # who judged a step of a case judges the next one as well, and at once: then the case is at hand
    by_case = sorted(tasks, key=_first)
    windows = _windows(by_case, min(WINDOW, -(-len(tasks) // workers)) if shared else WINDOW)
    for some_verdicts in shared_out(work, windows, workers) if shared else map(work, windows):
        found |= {one.commit: one for one in some_verdicts}
        if told is not None and shared:
            told(len(some_verdicts))
    verdicts = [found[task.deed.id] for task in tasks]
    if any(one.problem.level == "error" for verdict in verdicts for one in verdict.findings):
        verdicts = [*Mending(tasks, verdicts, judge).verdicts()]
    yield from verdicts


def _windows(tasks: Sequence[Task], size: int) -> list[Sequence[Task]]:
    """The tasks in about equal parts; no case is parted."""
    ends: list[int] = []
    for place in range(1, len(tasks)):
        if place - (ends[-1] if ends else 0) >= size and _apart(tasks[place - 1], tasks[place]):
            ends.append(place)
    return [tasks[start:end] for start, end in zip([0, *ends], [*ends, len(tasks)], strict=True)]


def _apart(one: Task, other: Task) -> bool:
    return not _first(one) or _first(one) != _first(other)


def _first(task: Task) -> str:
    return task.cases[0].place if task.cases else ""


def _settings(tasks: Sequence[Task]) -> set[str]:
    """The contents of every ``desk.yaml`` that commits are judged by."""
    return {task.ground.settings for task in tasks if task.ground.settings}


def _signs(settings: bytes) -> bool:
    """Whether a ``desk.yaml`` asks for signatures."""
    if b"signing" not in settings:
        return False
    try:
        return yaml.read(settings, "desk.yaml").get("signing") in ("required", "optional")
    except Refused:
        return False


def known_keys(walk: Walk, commits: Sequence[str], remembered: bool = False) -> Signature:
    """What is wrong with the signature of each of these commits, where its desk asks for signatures (``desk.yaml: signing``)."""
    from itilcli.journal.signatures import BAD, NOTHING, verdict
    from itilcli.procedure.signed import OFF, REQUIRED, governs, to_be_signed

    known = walk.signatures(commits, remembered)

    def asked(deed: Deed, actions: frozenset[str], person: Person, ground: Ground) -> Iterator[Problem]:
        wanted_, found = ground.settings.signing or OFF, known.get(deed.id)
        if wanted_ == OFF or found is None:
            return
        said = verdict(found, ground.people, ground.zone)
        if said.state == BAD:
            hint = t("sign with a key of your own, which people.yaml knows: itil people key add")
            yield Problem(
                "E-gate-signature", t("the signature is not to be trusted: {why}", why=said.reason or "?"), hint, "2.5"
            )
        elif (said.state == NOTHING and wanted_ == REQUIRED
              and (to_be_signed(actions) or governs(actions, ground.people, ground.day(deed.committed_at)))):  # fmt: skip
            hint = t(
                "approvals, confirmations, closings, reports, people.yaml and desk.yaml are signed at this desk; "
                "once: git config user.signingKey FILE"
            )
            yield Problem(
                "E-gate-unsigned", t("this commit of {person} is not signed", person=person.id or "?"), hint, "2.5"
            )

    return asked
