"""What a merge made of both its sides: of a case, and of every other file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from itilcli.errors import Problem
from itilcli.judging import areas
from itilcli.judging.cases import deleted
from itilcli.judging.deed import Deed, Held
from itilcli.judging.ground import Ground
from itilcli.judging.joined import joined, table_joined
from itilcli.judging.plan import CaseTask, TableTask, Task
from itilcli.judging.serials import counted
from itilcli.judging.tables import people as people_table
from itilcli.judging.tables import table
from itilcli.judging.terms import Look
from itilcli.judging.version import FILES, Version
from itilcli.procedure.clause import World
from itilcli.store.cases import SUFFIX

VersionOf = Callable[[str, Mapping[str, Held]], Version | None]
DataOf = Callable[[Held | None], bytes | None]


class Merges:
    """Judges merges by their result. ``version``: a case as its files have it; ``data``: the bytes of a plain file."""

    def __init__(self, look: Look, version: VersionOf, data: DataOf) -> None:
        self._look, self._version, self._data = look, version, data

    def case(
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

    def follows(self, deed: Deed, one: TableTask) -> bool:
        """Whether a file in a merge follows from both sides."""
        base = self._look.parted(deed.parents[0], deed.parents[1], one.path)
        sides = [self._data(held) for held in one.before[:2]]
        return len(sides) == 2 and table_joined(
            one.path, self._look.read(base) if base else None, sides, self._data(one.after)
        )

    def table(
        self, task: Task, one: TableTask, person: str, ground: Ground, stood: Ground, world: World
    ) -> Iterator[Problem]:
        """Another file in a merge: what follows from both sides is nobody's change; anything else is the merger's own.

        :param stood: what the first parent is judged by.
        """
        deed = task.deed
        sides = [self._data(held) for held in one.before[:2]]
        new = self._data(one.after)
        if self.follows(deed, one):
            if one.area.kind == areas.PEOPLE and sides[0] != sides[1]:
                yield from (found for found in people_table(sides[0], new, person, ground.day(deed.committed_at), world)
                            if found.code != "E-gate-role")  # fmt: skip
            return
        if one.area.kind == areas.SERIALS and len(sides) == 2:
            counts = [counted(data, one.path) for data in (*sides, new)]
            if counts[2] == {key: max(side.get(key, 0) for side in counts[:2]) for key in {**counts[0], **counts[1]}}:
                return
        world = stood.world(world.now)
        yield from table(one.area, one.path, sides[0], new, person, stood.day(deed.committed_at), world, one.issued)


def _named_anew(case: CaseTask) -> dict[str, str]:
    """The attachments of a merged case that neither side had under their name, with the name that one side had them under."""
    known = {part for parts in case.before for part in parts}
    had = {held.blob: part for parts in case.before for part, held in parts.items() if part.startswith(FILES)}
    return {
        part[len(FILES) :]: had[held.blob][len(FILES) :]
        for part, held in case.after.items()
        if part.startswith(FILES) and part not in known and held.blob in had
    }
