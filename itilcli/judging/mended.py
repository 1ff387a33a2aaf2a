"""What a commit did wrong and a later one of the same push puts right: the push is judged by what comes of it.

Nobody has seen the commits between, and they cannot be made anew without losing what was built on them. So a record or a
file that is brought back as it was counts as untouched, a field that is set back as unset, and one that could not be read
(conflict markers, a merge by hand) is judged where it can be read again. Steps in between are judged all the same, and by
the people and settings that would have stood there. Each is named with a warning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from itilcli.errors import Problem
from itilcli.judging.breaches import errors_of
from itilcli.judging.deed import Finding, Held, Verdict
from itilcli.judging.judge import Judge
from itilcli.judging.plan import CaseTask, GroundKey, TableTask, Task
from itilcli.judging.remedy import AS_IT_LIES
from itilcli.judging.version import Version
from itilcli.text import t

LOOSE = frozenset({"E-gate-no-step", "E-gate-field"})
"""What is said of a single field, and put right by that field alone."""
NONE: Mapping[str, Held] = {}


class Seen(NamedTuple):
    """One commit that touched a case or a file: its place among all, and what it held before (with each parent) and after."""

    at: int
    task: Task
    what: CaseTask | TableTask
    before: tuple[Any, ...]
    after: Any


class Mending:
    """The verdicts on the commits of a push, looked at together; only asked where something is wrong with one of them."""

    def __init__(self, tasks: Sequence[Task], verdicts: Sequence[Verdict], judge: Judge) -> None:
        self._tasks, self._judge = list(tasks), judge
        self._found = {one.commit: list(one.findings) for one in verdicts}
        self._verdicts = {one.commit: one for one in verdicts}

    def verdicts(self) -> Iterator[Verdict]:
        """The verdicts without what was put right, in the order of the commits."""
        wrong = {one.file for found in self._found.values() for one in found if one.problem.level == "error"}
        seen: dict[str, list[Seen]] = defaultdict(list)
        for at, task in enumerate(self._tasks):
            for table in task.tables:
                if table.path in wrong:
                    seen[table.path].append(Seen(at, task, table, table.before, table.after))
            for case in task.cases:
                if any(one.startswith(f"{case.place}.") for one in wrong):
                    seen[case.place].append(Seen(at, task, case, case.before, case.after))
        for rows in seen.values():
            self._path(rows)
        for task in self._tasks:
            yield self._verdicts[task.deed.id]._replace(findings=tuple(self._found[task.deed.id]))

    def _path(self, rows: Sequence[Seen]) -> None:
        """One case, or one other file."""
        at = 0
        while at < len(rows):
            at = (self._errors(rows[at]) and (self._back(rows, at) or self._readable_again(rows, at))) or at + 1
        if isinstance(rows[0].what, CaseTask):
            self._fields(rows)

    # ── as it was

    def _back(self, rows: Sequence[Seen], at: int) -> int:
        """Where all of it is again as it was before this commit, nothing of others' having come in between: the next place."""
        first = rows[at]
        if len(first.before) > 1:
            return 0
        was = first.before[0] if first.before else None
        for place in range(at + 1, len(rows)):
            if not _goes_on(rows, place):
                return 0
            if rows[place].after == was:
                run = rows[at : place + 1]
                if len({one.task.deed.email.casefold() for one in run}) > 1 and self._stepped(run, was):
                    return 0
                self._ground(run, was)
                return self._settled(run, t("taken back by {commit}", commit=rows[place].task.deed.id[:12]), place)
        return 0

    def _stepped(self, run: Sequence[Seen], was: Any) -> bool:
        """Whether a step was recorded in between, which would be gone."""
        if not isinstance(run[0].what, CaseTask):
            return False
        known = _ids(self._version(run[0].what.place, was))
        return any(_ids(self._version(run[0].what.place, one.after)) - known for one in run[:-1])

    def _settled(self, run: Sequence[Seen], message: Any, place: int) -> int:
        path, hint = _path_of(run[0].what), t("nothing is to be done; the history keeps it")
        for one in run:
            self._drop(one, lambda problem: problem.code not in AS_IT_LIES)
        told = Problem("W-gate-taken-back", message, hint, "5", path)
        self._tell(run[0], [told])
        return place + 1

    # ── read again

    def _readable_again(self, rows: Sequence[Seen], at: int) -> int:
        """Where what could not be read, or was merged by hand, is whole again: what came of it is judged as of one commit."""
        first = rows[at]
        broken = self._unreadable(first)
        if not broken and len(first.before) < 2:
            return 0
        place = at + 1
        while broken and place < len(rows) and _goes_on(rows, place) and self._unreadable(rows[place]):
            place += 1
        if place >= len(rows) or not _goes_on(rows, place):
            for one in rows[at + 1 : place]:
                self._drop(one, lambda problem: True)
            return place
        last = rows[place]
        self._ground(rows[at : place + 1], first.before[0] if first.before else None)
        deed = last.task.deed._replace(parents=first.task.deed.parents)
        task = last.task._replace(deed=deed, ground=self._tasks[last.at].ground, problems=(), cases=(), tables=())
        if isinstance(last.what, CaseTask):
            task = task._replace(cases=(last.what._replace(before=first.before),))
        else:
            task = task._replace(tables=(last.what._replace(before=first.before),))
        found = [one for one in self._judge.judge(task).findings if one.file]
        wrong = any(one.problem.level == "error" for one in found)
        if wrong and not broken:
            return 0
        run = rows[at : place + 1]
        self._settled(run, t("put right by {commit}", commit=deed.id[:12]), place)
        self._tell(last, [one.problem for one in found])
        return place + 1

    def _unreadable(self, one: Seen) -> bool:
        if isinstance(one.what, CaseTask):
            version = self._version(one.what.place, one.after)
            return version is not None and bool(version.problems)
        return self._judge.unreadable(one.what)

    # ── field by field

    def _fields(self, rows: Sequence[Seen]) -> None:
        """Fields that were set without a step and are set back, whatever was recorded meanwhile."""
        place = rows[0].what.place  # type: ignore[union-attr]
        raws = [[self._raw(place, one.before[0]), self._raw(place, one.after)] for one in rows]
        begun: dict[str, tuple[Any, Any, list[int]]] = {}
        good: dict[int, set[str]] = defaultdict(set)
        for at, row in enumerate(rows):
            if len(row.before) > 1:
                continue
            loose = {one.problem.where for one in self._errors(row) if one.problem.code in LOOSE}
            for where in loose | begun.keys():
                was, now = (_value(raw, where, place) for raw in raws[at])
                if was == now:
                    continue
                reference, last, commits = begun.pop(where, (was, was, []))
                commits = [*commits, at] if where in loose else commits
                if last != was:
                    continue
                if now == reference:
                    for one in commits:
                        good[one].add(where)
                else:
                    begun[where] = (reference, now, commits)
        for at, row in enumerate(rows):
            if len(row.before) == 1 and self._errors(row):
                self._set_back(rows, at, good[at])

    def _set_back(self, rows: Sequence[Seen], at: int, fields: set[str]) -> None:
        """Drops what is said of these fields, and of a commit that has nothing else what it said of the case as a whole."""
        row, place = rows[at], rows[at].what.place  # type: ignore[union-attr]
        loose = {one.problem.where for one in self._errors(row) if one.problem.code in LOOSE}
        was, now, end = (self._version(place, parts) for parts in (row.before[0], row.after, rows[-1].after))
        standing = {code for code, _ in errors_of(end, self._judge.world(row.task))} if end is not None else set()
        whole = loose == fields and _ids(was) == _ids(now)

        def goes(problem: Problem) -> bool:
            if problem.code in LOOSE:
                return problem.where in fields
            if problem.code == "E-gate-due":
                typed, last = (_value(one.raw, problem.where, place) if one else None for one in (now, end))
                return whole and typed != last
            return whole and not problem.code.startswith("E-gate-") and problem.code not in standing

        places = {one.problem.where for one in self._errors(row) if goes(one.problem)}
        self._drop(row, goes)
        if places:
            hint = t("nothing is to be done; the history keeps it")
            names = ", ".join(sorted({one.rpartition("#")[2] for one in places}))
            told = Problem(
                "W-gate-taken-back", t("set by hand and set back: {fields}", fields=names), hint, "5", min(places)
            )
            self._tell(row, [told])

    # ── what they stand on

    def _ground(self, run: Sequence[Seen], was: Held | None) -> None:
        """Commits between are judged by people and settings as they were before, where those are what was put right."""
        if isinstance(run[0].what, CaseTask):
            return
        path = run[0].what.path
        wrong = {one.after.blob for one in run[:-1] if one.after is not None}
        for at in range(run[0].at + 1, run[-1].at + 1):
            task = self._tasks[at]
            made = _in_place_of(task.ground, path, wrong, was.blob if was else None)
            if made != task.ground:
                self._tasks[at] = task._replace(ground=made)
                verdict = self._judge.judge(self._tasks[at])
                self._found[verdict.commit] = list(verdict.findings)
                self._verdicts[verdict.commit] = verdict

    # ── findings

    def _errors(self, one: Seen) -> list[Finding]:
        return [found for found in self._of(one) if found.problem.level == "error"]

    def _of(self, one: Seen) -> list[Finding]:
        found = self._found[one.task.deed.id]
        if isinstance(one.what, CaseTask):
            return [row for row in found if row.file.startswith(f"{one.what.place}.")]
        return [row for row in found if row.file == one.what.path]

    def _drop(self, one: Seen, goes: Callable[[Problem], bool]) -> None:
        out = {id(row) for row in self._of(one) if row.problem.level == "error" and goes(row.problem)}
        commit = one.task.deed.id
        self._found[commit] = [row for row in self._found[commit] if id(row) not in out]

    def _tell(self, one: Seen, problems: Sequence[Problem]) -> None:
        commit = one.task.deed.id
        person = self._verdicts[commit].person
        self._found[commit] += [Finding(commit, person, row.where.partition("#")[0], row) for row in problems]

    def _version(self, place: str, parts: Mapping[str, Held] | None) -> Version | None:
        return self._judge.version(place, parts or NONE)

    def _raw(self, place: str, parts: Mapping[str, Held]) -> Mapping[str, dict[str, Any]]:
        version = self._version(place, parts)
        return version.raw if version is not None else {}


def _goes_on(rows: Sequence[Seen], place: int) -> bool:
    """Whether a commit begins where the one before it in this list ended."""
    one = rows[place]
    return len(one.before) == 1 and one.before[0] == rows[place - 1].after


def _ids(version: Version | None) -> set[str | None]:
    return {entry.id for entry in version.case.incident.history} if version is not None else set()


def _value(raw: Mapping[str, dict[str, Any]], where: str, place: str) -> Any:
    """What a field at the top of a file holds: ``records/…/INC-….remote-1.yaml#guidance``."""
    path, _, name = where.partition("#")
    return raw.get(path[len(place) + 1 :].removesuffix(".yaml"), {}).get(name)


def _path_of(what: CaseTask | TableTask) -> str:
    return f"{what.place}.incident.yaml" if isinstance(what, CaseTask) else what.path


def _in_place_of(ground: GroundKey, path: str, wrong: set[str], was: str | None) -> GroundKey:
    """What a commit is judged by, with one of its files as it was."""
    if path == "people.yaml" and ground.people in wrong:
        return ground._replace(people=was)
    if path == "desk.yaml" and ground.settings in wrong:
        return ground._replace(settings=was)
    rows = [(name, was if name == path and blob in wrong else blob) for name, blob in ground.calendar]
    return ground._replace(calendar=tuple((name, blob) for name, blob in rows if blob is not None))
