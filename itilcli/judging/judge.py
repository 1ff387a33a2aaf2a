"""A planned commit judged: everything wrong with it, each with the person and the file."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from itilcli.errors import Kind, Problem
from itilcli.judging import areas
from itilcli.judging.cases import MANAGER, changed, fresh
from itilcli.judging.deed import Deed, Finding, Held, Late, Verdict
from itilcli.judging.ground import Ground, ground_of
from itilcli.judging.merges import Merges
from itilcli.judging.papers import attachments
from itilcli.judging.plan import CLOCK, SKEW, CaseTask, GroundKey, TableTask, Task
from itilcli.judging.readable import unread, unreadable
from itilcli.judging.remedy import with_remedy
from itilcli.judging.renamed import follows, renamed
from itilcli.judging.serials import Counters, Pair, counted, serials
from itilcli.judging.sizes import too_large
from itilcli.judging.tables import table
from itilcli.judging.terms import Look, Terms
from itilcli.judging.version import FILES, Version, added_to, version_of
from itilcli.model.people import Person
from itilcli.procedure.clause import World, clock_time
from itilcli.procedure.engine import left
from itilcli.procedure.naming import is_late
from itilcli.procedure.signed import GOVERNING
from itilcli.store.cases import SUFFIX
from itilcli.text import t

_KEPT = 512


class Judge:
    """Judges planned commits in any order; what was read is remembered for those that follow."""

    def __init__(self, look: Look, terms: Terms) -> None:
        self._look, self._terms = look, terms
        self._merges = Merges(look, self.version, self._data)
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
            large = [*too_large(task, self._look.size)]
            verdict += large or self._unread(task)
            if not large and task.renames:
                verdict += self._renamed(task, *task.renames, person, ground)
            elif not large and not task.undoes:
                found, late, done = self._changes(task, person, ground)
                verdict += found
                actions |= {*done}
                steps = len(done)
        if known is not None:
            actions |= {*self._governing(task)}
            stood = self._stood(task, ground) if actions & GOVERNING else ground
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
                found += (_in_case(one, at) for one in self._merges.case(deed, case, sides, new, person, world))
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
                found += self._merges.table(task, one, person, ground, self._stood(task, ground), world)
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

    def _governing(self, task: Task) -> Iterator[str]:
        """The files that everything rests on and that a commit changed of itself: not what a merge brings of both sides."""
        alone = len(task.deed.parents) < 2
        for one in task.tables if not task.founding else ():
            if one.path in GOVERNING and (alone or not self._merges.follows(task.deed, one)):
                yield one.path

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

    def _stood(self, task: Task, ground: Ground) -> Ground:
        """What the first parent of a merge is judged by; of another commit what it is itself judged by."""
        return self._ground(task.stood) if task.stood is not None else ground

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


def _file(where: str) -> str:
    return where.partition("#")[0]
