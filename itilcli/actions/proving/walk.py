"""A stretch of a desk's history judged, commit by commit, as the rules of :mod:`itilcli.judging` say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from itilcli.actions.proving.keys import Keys
from itilcli.actions.proving.shelf import Shelf
from itilcli.journal.walked import TOGETHER, Raw, Walk, Walked
from itilcli.judging import areas
from itilcli.judging.deed import Change, Deed, Held, Verdict
from itilcli.judging.judge import Judge
from itilcli.judging.mended import Mending
from itilcli.judging.plan import Planner, Task, ground_key
from itilcli.judging.terms import Terms, unasked
from itilcli.judging.trees import State, Trees
from itilcli.processes import meanwhile, shared_out
from itilcli.values import value

WINDOW = 1000
"""So many commits are judged with what was read at once."""
ALONE = 300
"""So many commits are judged sooner than further processes are begun."""
Told = Callable[[int], None]
Planned = tuple[list[Task], Callable[[], None]]
ALWAYS = ("calendar", "knowledge", "models", "templates", "records/serials", "records/reports")
"""The folders that are looked at wherever a history is taken up in its midst."""


def ready() -> None:
    """Loads what judging will load, before processes are begun that would each do so."""
    import pickle  # noqa: F401
    import zoneinfo  # noqa: F401

    from itilcli import procedure
    from itilcli.store import yaml

    assert yaml.read(b"{}", "") == {}
    assert procedure.MOVES and procedure.RULES


@value
class Stretch:
    """Commits to be judged, parents before children and some at a time, and what lay in the desk where they begin."""

    batches: Iterable[Sequence[Walked]]
    count: int
    merges: int
    begun: Mapping[str, State]
    when: Mapping[str, Deed]
    rooted: bool = False
    """Whether the desk has begun elsewhere: another first commit would be none of it."""
    children: Mapping[str, int] | None = None
    """Of a long stretch: how many commits stand on each that is not stood on by just one."""


def stretch(
    walk: Walk, span: Sequence[str], first: Sequence[Walked], others: Iterator[Sequence[Walked]], rooted: bool = False,
    together: int = TOGETHER,
) -> Stretch:  # fmt: skip
    """The commits of a span, of which the first ones are read, with what lay in the desk at the ones before them.

    :param together: how many are read at a time; where the first ones are fewer there are no others.
    """
    folders: list[str] | None = None
    children = None
    if len(first) < together:
        known = {one.id for one in first}
        before = tuple(dict.fromkeys(parent for one in first for parent in one.parents if parent not in known))
        count, merges = len(first), sum(len(one.parents) > 1 for one in first)
        folders = sorted({_folder(path) for one in first for side in one.changes for path, _, _ in side} | {*ALWAYS})
    else:
        outline = walk.outline(*span)
        count, merges, before, children = outline.count, outline.merges, outline.before, outline.children
    begun, when = {}, {}
    for commit in before:
        asked = meanwhile(partial(walk.one, commit))
        files = walk.files(commit, folders if folders is not None and len(folders) < 2000 else None)
        begun[commit] = Trees({path: Held(*held) for path, held in files.items()}).first
        found = asked()
        if found is not None:
            when[commit] = deed_of(found, light=True)
    return Stretch(chain([first], others), count, merges, begun, when, rooted, children)


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


def planned(walk: Walk, some: Stretch, shelf: Shelf) -> Iterator[Planned]:
    """What is to be judged of each commit, in their order, as many at a time as are read, and what puts on the shelf what
    they hold."""

    def elsewhere(commit: str) -> tuple[Deed, int] | None:
        found = walk.one(commit)
        if found is None:
            return None
        reports = [path for path in walk.files(commit, ["records/reports"]) if path.endswith(f"/{areas.FIGURES}")]
        return deed_of(found), len(reports)

    planner = Planner(some.begun, some.when, elsewhere, some.rooted, some.children)
    grounds = {ground_key(state.trees.at(state)) for state in some.begun.values()}
    for batch in some.batches:
        if batch:
            put = shelf.ahead(batch, {blob for key in grounds for blob in key.blobs})
            tasks = [planner.plan(deed_of(one)) for one in batch]
            grounds = {tasks[-1].ground}
            yield tasks, put


def judged(
    walk: Walk, some: Stretch, terms: Terms, workers: int = 1, told: Told | None = None, remembered: bool = False
) -> Iterator[Verdict]:
    """The verdict on each commit, in their order.

    :param workers: how many processes share the work. :param told: is told how many more are done.
    :param remembered: whether signatures that were verified before in this clone are believed.
    """
    shelf = Shelf(walk)
    keys = Keys(walk, shelf.look().read, remembered) if terms.signature is unasked else None
    judge = Judge(shelf.look(), replace(terms, partly=bool(walk.prefix), signature=keys or terms.signature))
    plans = _Ahead(planned(walk, some, shelf))

    def work(tasks: Sequence[Task]) -> list[Verdict]:
        shelf.fetch(tasks)
        return [judge.judge(task) for task in tasks]

    doubtful: list[tuple[Task, Verdict]] = []  # of the stretch before: what comes may put right what is wrong there
    while ahead := plans.next():
        tasks, put = ahead
        put()
        if keys is not None:
            keys.learn([*(task for task, _ in doubtful), *tasks])
        found: dict[str, Verdict] = {}
        for verdicts in _each(work, tasks, workers, plans.begin):
            found |= {one.commit: one for one in verdicts}
            if told is not None:
                told(len(verdicts))
        rows = [*doubtful, *((task, found[task.deed.id]) for task in tasks)]
        verdicts = _mended(rows, judge)
        sure = len(doubtful) if any(map(_wrong, verdicts[len(doubtful) :])) else len(rows)
        yield from verdicts[:sure]
        doubtful = [(task, verdict) for (task, _), verdict in zip(rows[sure:], verdicts[sure:], strict=True)]
    yield from (verdict for _, verdict in doubtful)


def _wrong(verdict: Verdict) -> bool:
    return any(one.problem.level == "error" for one in verdict.findings)


def _mended(rows: Sequence[tuple[Task, Verdict]], judge: Judge) -> list[Verdict]:
    """The verdicts, less what a later commit of these puts right."""
    verdicts = [verdict for _, verdict in rows]
    return (
        [*Mending([task for task, _ in rows], verdicts, judge).verdicts()] if any(map(_wrong, verdicts)) else verdicts
    )


class _Ahead:
    """What is to be judged next is planned while others judge."""

    def __init__(self, planned_: Iterator[Planned]) -> None:
        self._planned = planned_
        self._coming: Callable[[], Planned | None] | None = None

    def begin(self) -> None:
        """Plans the next ones, while this goes on."""
        self._coming = meanwhile(self._plan)

    def next(self) -> Planned | None:
        """The next ones, None at the end."""
        coming, self._coming = self._coming or self._plan, None
        return coming()

    def _plan(self) -> Planned | None:
        return next(self._planned, None)


def _each(
    work: Callable[[Sequence[Task]], list[Verdict]], tasks: Sequence[Task], workers: int, begun: Callable[[], None]
) -> Iterator[list[Verdict]]:
    """What comes of some tasks, part by part."""
    # who judged a step of a case judges the next one as well, and at once: then the case is at hand
    by_case = sorted(tasks, key=_first)
    if workers < 2 or len(tasks) <= ALONE:
        yield from map(work, _windows(by_case, WINDOW))
        return
    parts = _windows(by_case, min(WINDOW, -(-len(tasks) // workers)))
    done = 0
    try:
        for verdicts in shared_out(work, parts, workers, begun):
            done += 1
            yield verdicts
    except (OSError, RuntimeError):  # no processes to be had, or one that met an error: it is met here as well
        yield from map(work, parts[done:])


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
