"""A planned commit judged: everything wrong with it, each with the person and the file."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from itilcli.errors import Kind, Problem
from itilcli.judging import areas
from itilcli.judging.cases import FILES, MANAGER, Version, added_to, attachments, changed, deleted, fresh, version_of
from itilcli.judging.deed import Deed, Finding, Held, Late, Verdict
from itilcli.judging.ground import Ground, ground_of
from itilcli.judging.joined import joined, table_joined
from itilcli.judging.plan import CLOCK, SKEW, CaseTask, GroundKey, TableTask, Task
from itilcli.judging.readable import unread, unreadable
from itilcli.judging.remedy import with_remedy
from itilcli.judging.renamed import follows, renamed
from itilcli.judging.serials import Counters, Pair, counted, serials
from itilcli.judging.tables import people as people_table
from itilcli.judging.tables import table
from itilcli.model.people import Person
from itilcli.procedure.clause import World, clock_time
from itilcli.procedure.engine import left
from itilcli.procedure.naming import is_late
from itilcli.procedure.signed import GOVERNING
from itilcli.store.bounds import LIMIT
from itilcli.store.cases import SUFFIX
from itilcli.text import t
from itilcli.values import value

LARGE = 20 * 1024 * 1024
"""The most bytes of an attachment, and of all else that is no record."""
PAGES = 64 * 1024 * 1024
"""The most bytes of a page of an issued report."""
_KEPT = 512
Signature = Callable[[Deed, frozenset[str], Person, Ground], Iterable[Problem]]
"""Asked of every commit: what is wrong with its signature, by what it did, who made it, and the desk before it."""


def unasked(deed: Deed, actions: frozenset[str], person: Person, ground: Ground) -> Iterable[Problem]:
    """Nobody asks for signatures."""
    return ()


@value
class Look:
    """Where contents come from: their bytes and sizes by name, and the name of what the point where two commits parted holds
    at a path."""

    read: Callable[[str], bytes]
    size: Callable[[str], int]
    parted: Callable[[str, str, str], str | None]


@value
class Terms:
    """What is asked besides the procedure. ``now``: the clock that nothing may lie ahead of, None without one; ``pusher``: the
    id or address of who pushes, where the server knows; ``signature``: see above."""

    now: datetime | None = None
    pusher: str | None = None
    signature: Signature = unasked
    partly: bool = False
    """Whether the desk is a folder of a larger repository, whose other commits are nobody's business here."""


class Judge:
    """Judges planned commits in any order; what was read is remembered for those that follow."""

    def __init__(self, look: Look, terms: Terms) -> None:
        self._look, self._terms = look, terms
        self._grounds: dict[GroundKey, Ground] = {}
        self._versions: OrderedDict[tuple[str, frozenset[tuple[str, str]]], Version | None] = OrderedDict()

    def judge(self, task: Task) -> Verdict:
        """Everything wrong with one commit, and what there is to tell of it."""
        if not any(task.deed.changes) and self._terms.partly:
            return Verdict(task.deed.id, task.deed.email)
        deed, ground = task.deed, self._ground(task.ground)
        known = ground.people.by_email(deed.email)
        person = known.id if known and known.id else ""
        verdict: list[Problem] = [*task.problems, *self._author(deed, known, ground), *self._clock(deed)]
        late: list[Late] = []
        actions = {deed.trailer("Itil-Action")}
        steps = 0
        if not (task.ground.settings is None and not task.cases):
            verdict += self._founded(task, person, ground) if task.founding else ()
            too_large = [*self._sizes(task)]
            verdict += too_large or self._unread(task)
            if not too_large and task.renames:
                verdict += self._renamed(task, *task.renames, person, ground)
            elif not too_large and not task.undoes:
                found, late, done = self._changes(task, person, ground)
                verdict += found
                actions |= {*done}
                steps = len(done)
        if known is not None:
            actions |= {*self._governing(task)}
            stood = self._ground(task.stood) if task.stood is not None and actions & GOVERNING else ground
            verdict += self._terms.signature(deed, frozenset(actions), known, stood)
        once = {(one.code, one.where): with_remedy(one, deed) for one in verdict}
        findings = tuple(Finding(deed.id, person or deed.email, _file(one.where), one) for one in once.values())
        made_at = deed.committed_at if findings else None
        return Verdict(deed.id, person or deed.email, findings, tuple(late), steps, bool(deed.trailer(CLOCK)), made_at)

    # ── the commit itself

    def _author(self, deed: Deed, known: Person | None, ground: Ground) -> Iterator[Problem]:
        """§2.5: who made it: somebody of the desk, who works there on that day, and is the one who pushes."""
        if known is None or not known.id:
            hint = t(
                "the incident manager adds you with: itil people add NAME --email {email} --role …", email=deed.email
            )
            message = t("{email} is nobody in people.yaml", email=deed.email)
            yield Problem("E-actor-unknown", message, hint, "2.5", kind=Kind.PERMISSION)
            return
        gone = left(ground.people, known.id, ground.day(deed.committed_at))
        if gone is not None:
            yield gone
        pusher = self._terms.pusher
        if pusher is not None and (ground.people.by_email(pusher) or ground.people.get(pusher)) != known:
            message = t("{person} pushes what {author} is said to have made", person=pusher, author=known.id)
            hint = t("everybody pushes their own commits; those of others come with: itil sync")
            yield Problem("E-gate-pusher", message, hint, "2.5", kind=Kind.PERMISSION)

    def _clock(self, deed: Deed) -> Iterator[Problem]:
        """Clocks run alike: nothing comes from the future."""
        now = self._terms.now
        if now is not None and deed.committed_at > now + SKEW:
            message = t("made at {time}, which lies ahead of the server's clock ({now})", time=clock_time(deed.committed_at),
                        now=clock_time(now.astimezone(deed.committed_at.tzinfo)))  # fmt: skip
            yield Problem("E-gate-clock", message, t("set the clock of the machine right"), "5")

    def _founded(self, task: Task, person: str, ground: Ground) -> Iterator[Problem]:
        """A desk is made by its first incident manager, and begins without records."""
        if MANAGER not in ground.people.roles(person, ground.day(task.deed.committed_at)):
            hint = t("make a desk with: itil init PATH")
            yield Problem("E-gate-founding", t("the desk is not made by an incident manager of its own"), hint, "2.5")
        if task.cases:
            hint = t("records come by the verbs, or by: itil import")
            yield Problem("E-gate-founding", t("the desk begins with records that nobody recorded"), hint, "5",
                          f"{task.cases[0].place}.incident{SUFFIX}")  # fmt: skip

    def _sizes(self, task: Task) -> Iterator[Problem]:
        """No file is larger than what the verbs take."""
        for path, held, most in _added(task):
            size = self._look.size(held.blob) if held.mode.startswith("100") else 0
            if size > most:
                message = t("the file has {size} bytes, more than the {limit} that are read", size=size, limit=most)
                yield Problem("E-gate-size", message, t("keep long text as an attachment"), "5", path)

    def _unread(self, task: Task) -> list[Problem]:
        """What no command could read any more, whoever changed it and however it came."""
        found = [(one, self._data(one.after)) for one in task.tables]
        return [wrong for one, data in found if data is not None for wrong in unreadable(one.area.kind, one.path, data)]

    def unreadable(self, one: TableTask) -> bool:
        """Whether a file that is none of a case cannot be read after a commit."""
        data = self._data(one.after)
        return data is not None and any(unreadable(one.area.kind, one.path, data))

    def world(self, task: Task) -> World:
        """What the rules may know of the desk when a commit was made."""
        ground = self._ground(task.ground)
        return ground.world(task.deed.committed_at.astimezone(ground.zone))

    def version(self, place: str, parts: Mapping[str, Held]) -> Version | None:
        """A case as its files have it."""
        return self._version(place, parts)

    # ── what it changed

    def _changes(self, task: Task, person: str, ground: Ground) -> tuple[list[Problem], list[Late], list[str]]:
        """What is wrong with its changes, the late steps, and the actions of all steps that it adds."""
        deed, world = task.deed, ground.world(task.deed.committed_at.astimezone(ground.zone))
        found: list[Problem] = []
        late: list[Late] = []
        steps: list[str] = []
        pairs: list[Pair] = []
        for case in task.cases:
            sides = [self._version(case.place, parts) for parts in case.before]
            new = self._version(case.place, case.after, sides[0] if len(sides) == 1 else None)
            at = f"{case.place}."
            if new is not None and new.problems:
                broken = [*unread(case.place, case.after, new, self._look.read)]
                found += broken
                if broken:
                    continue
            if len(sides) > 1:
                found += (_in_case(one, at) for one in self._joined(deed, case, sides, new, person, world))
                continue
            pairs.append((case.place, sides[0], new))
            found += (_in_case(one, at) for one in changed(case.place, sides[0], new, person, deed.committed_at, world))
            papers = attachments(case.place, case.before[0], case.after, sides[0], new, self._look.read)
            found += (_in_case(one, at) for one in papers)
            added = added_to(sides[0], new) if new else ()
            steps += (one.action or "" for one in added)
            late += (
                Late(deed.id, new.case.id, one.recorded_by or "", one.action or "", one.at, one.recorded_at)
                for one in added if new and one.at and one.recorded_at and not new.case.imported and is_late(one)
            )  # fmt: skip
        counters: dict[str, tuple[Counters, Counters]] = {}
        for one in task.tables:
            if self.unreadable(one):
                continue
            if len(deed.parents) > 1:
                found += self._table_joined(task, one, person, ground, world)
                continue
            data = [self._data(held) for held in (one.before[0] if one.before else None, one.after)]
            if one.area.kind == areas.SERIALS:
                counters[one.path] = (counted(data[0], one.path), counted(data[1], one.path))
            if not task.founding:
                day = ground.day(deed.committed_at)
                found += table(one.area, one.path, data[0], data[1], person, day, world, one.issued)
        if len(deed.parents) < 2:
            found += serials(pairs, counters)
        return found, late, steps

    def _renamed(self, task: Task, old: CaseTask, new: CaseTask, person: str, ground: Ground) -> Iterator[Problem]:
        """A case gets another ID, and so do the files that name it."""
        world, read = ground.world(task.deed.committed_at.astimezone(ground.zone)), self._look.read
        before, after = self._version(old.place, old.before[0]), self._version(new.place, new.after)
        found = renamed(old, new, after, before, read, person, world)
        yield from (_in_case(one, f"{new.place}.") for one in found)
        ids = (old.place.rpartition("/")[2], new.place.rpartition("/")[2])
        others: tuple[CaseTask | TableTask, ...] = (*task.cases, *task.tables)
        for other in others:
            if other is old or other is new:
                continue
            yield from follows(other, *ids, read)
            if isinstance(other, CaseTask):
                was, now = self._version(other.place, other.before[0]), self._version(other.place, other.after)
                if now is not None:
                    yield from (_in_case(one, f"{other.place}.") for one in fresh(was, now, world))

    def _joined(
        self, deed: Deed, case: CaseTask, sides: list[Version | None], new: Version | None, person: str, world: World
    ) -> Iterator[Problem]:
        """A case in a merge. One that only one side has was made there, or taken back on the other."""
        if new is None or None in sides:
            path = f"{case.place}.incident{SUFFIX}"
            there = next((parts for parts in case.before if "incident" in parts), None)
            parted = self._look.parted(deed.parents[0], deed.parents[1], path)
            if new is None and there is not None and parted == there["incident"].blob and None in sides:
                return

        def base() -> Version | None:
            found = {}
            for part in {part for parts in case.before for part in parts if not part.startswith(FILES)}:
                blob = self._look.parted(deed.parents[0], deed.parents[1], f"{case.place}.{part}{SUFFIX}")
                if blob is not None:
                    found[part] = Held("100644", blob)
            return self._version(case.place, found)

        yield from joined(case.place, sides, new, person, world, base, _named_anew(case))
        for parts in case.before:
            for part, held in parts.items():
                if part.startswith(FILES) and held.blob not in {one.blob for one in case.after.values()}:
                    yield deleted(f"{case.place}.{part}")

    def _governing(self, task: Task) -> Iterator[str]:
        """The files that everything rests on and that a commit changed of itself: not what a merge brings of both sides."""
        alone = len(task.deed.parents) < 2
        for one in task.tables if not task.founding else ():
            if one.path in GOVERNING and (alone or not self._follows(task.deed, one)):
                yield one.path

    def _follows(self, deed: Deed, one: TableTask) -> bool:
        """Whether a file in a merge follows from both sides."""
        base = self._look.parted(deed.parents[0], deed.parents[1], one.path)
        sides = [self._data(held) for held in one.before[:2]]
        return len(sides) == 2 and table_joined(
            one.path, self._look.read(base) if base else None, sides, self._data(one.after)
        )

    def _table_joined(self, task: Task, one: TableTask, person: str, ground: Ground, world: World) -> Iterator[Problem]:
        """Another file in a merge: what follows from both sides is nobody's change; anything else is the merger's own."""
        deed = task.deed
        sides = [self._data(held) for held in one.before[:2]]
        new = self._data(one.after)
        if self._follows(deed, one):
            if one.area.kind == areas.PEOPLE and sides[0] != sides[1]:
                yield from (found for found in people_table(sides[0], new, person, ground.day(deed.committed_at), world)
                            if found.code != "E-gate-role")  # fmt: skip
            return
        if one.area.kind == areas.SERIALS and len(sides) == 2:
            counts = [counted(data, one.path) for data in (*sides, new)]
            if counts[2] == {key: max(side.get(key, 0) for side in counts[:2]) for key in {**counts[0], **counts[1]}}:
                return
        stood = self._ground(task.stood) if task.stood is not None else ground
        world = stood.world(world.now)
        yield from table(one.area, one.path, sides[0], new, person, stood.day(deed.committed_at), world, one.issued)

    # ── what lies there

    def _ground(self, key: GroundKey) -> Ground:
        found = self._grounds.get(key)
        if found is None:
            read = self._look.read
            found = ground_of(
                read(key.people) if key.people else None,
                read(key.settings) if key.settings else None,
                {path: read(blob) for path, blob in key.calendar},
            )
            self._grounds[key] = found
        return found

    def _version(self, place: str, parts: Mapping[str, Held], before: Version | None = None) -> Version | None:
        key = (place, frozenset((part, held.blob) for part, held in parts.items() if not part.startswith(FILES)))
        if key in self._versions:
            self._versions.move_to_end(key)
            return self._versions[key]
        made = self._versions[key] = version_of(place, parts, self._look.read, before)
        if len(self._versions) > _KEPT:
            self._versions.popitem(last=False)
        return made

    def _data(self, held: Held | None) -> bytes | None:
        return self._look.read(held.blob) if held is not None and held.mode.startswith("100") else None


def _in_case(problem: Problem, at: str) -> Problem:
    """A problem of a case with its file: ``incident:history`` becomes ``records/…/INC-….incident.yaml#history``."""
    part, colon, field = problem.where.partition(":")
    if "/" in problem.where:
        return problem
    return replace(problem, where=f"{at}{part}{SUFFIX}" + (f"#{field}" if colon else ""))


def _named_anew(case: CaseTask) -> dict[str, str]:
    """The attachments of a merged case that neither side had under their name, with the name that one side had them under."""
    known = {part for parts in case.before for part in parts}
    had = {held.blob: part for parts in case.before for part, held in parts.items() if part.startswith(FILES)}
    return {
        part[len(FILES) :]: had[held.blob][len(FILES) :]
        for part, held in case.after.items()
        if part.startswith(FILES) and part not in known and held.blob in had
    }


def _file(where: str) -> str:
    return where.partition("#")[0]


def _added(task: Task) -> Iterator[tuple[str, Held, int]]:
    """Each file that a commit adds or changes, with the most bytes it may have."""
    for case in task.cases:
        known = {(part, held.blob) for parts in case.before for part, held in parts.items()}
        for part, held in case.after.items():
            if (part, held.blob) not in known:
                of_files = part.startswith(FILES)
                yield f"{case.place}.{part}{'' if of_files else SUFFIX}", held, LARGE if of_files else LIMIT
    for one in task.tables:
        if one.after is not None and one.after not in one.before:
            small = one.path.endswith((".yaml", ".md")) and one.area.kind not in (areas.REPORT, areas.DRAFT)
            most = PAGES if one.area.kind in (areas.REPORT, areas.DRAFT) else LIMIT if small else LARGE
            yield one.path, one.after, most


def wanted(task: Task) -> tuple[set[str], set[str]]:
    """The contents that judging a commit takes: those whose size is asked first, and those that are read in any case."""
    asked = {held.blob for _, held, _ in _added(task) if held.mode.startswith("100")}
    read = task.ground.blobs
    for case in task.cases:
        for parts in (*case.before, case.after):
            read |= {held.blob for part, held in parts.items() if not part.startswith(FILES) and held.mode[:3] == "100"}
    for one in task.tables:
        read |= {held.blob for held in one.before if held and held.mode.startswith("100")}
    return asked, read - asked


__all__ = ["Judge", "Look", "Terms", "unasked", "wanted"]
