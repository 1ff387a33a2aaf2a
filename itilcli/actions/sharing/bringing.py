"""Two clones' commits brought together: what of the desk's files must be written so that they hold the work of both."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from itilcli.actions.sharing.finishing import finished
from itilcli.actions.sharing.register import joined_file
from itilcli.desk import Desk, new_entry_id
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal.shared import Held, Shared
from itilcli.merging import case as merging
from itilcli.merging.attachments import doubled_attachments
from itilcli.merging.files import written
from itilcli.model.case import Case
from itilcli.model.conflict import Conflict
from itilcli.model.labels import field_label, path_label
from itilcli.procedure.clause import World
from itilcli.procedure.engine import UNSEALED
from itilcli.procedure.replay import findings
from itilcli.procedure.s5_00_settle import UNSETTLED
from itilcli.store import cases, yaml
from itilcli.store.cases import PLACE, SUFFIX
from itilcli.store.change import Change
from itilcli.text import Label, Listing, Text, t
from itilcli.values import value

SERIALS = f"{cases.RECORDS}/serials/"
SURROUNDINGS = ("desk.yaml", "people.yaml", "calendar/")
PLAIN = frozenset({"100644", "100755"})
Files = Mapping[str, bytes]


@value
class Brought:
    """What came of it: the files to be written, their modes, and of the cases that both sides changed the IDs, the
    conflicts, and the forms and attachments that got another name."""

    changes: tuple[Change, ...]
    modes: Mapping[str, str]
    cases: tuple[str, ...] = ()
    conflicts: Mapping[str, tuple[Conflict, ...]] = field(default_factory=dict)
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    """The cases that one side took back and the other one went on with; they stay."""


@dataclass
class Sides:
    """The files of the commits that are brought together, as far as they matter, and their contents."""

    shared: Shared
    base: str
    ours: str
    theirs: str

    def __post_init__(self) -> None:
        self.mine = self.shared.changed(self.base, self.ours)
        self.yours = self.shared.changed(self.base, self.theirs)
        self.both = [path for path in self.yours if path in self.mine and self.mine[path][1] != self.yours[path][1]]
        touched = [{found[0] for path in side if (found := PLACE.match(path))} for side in (self.mine, self.yours)]
        self.places = touched[0] & touched[1]
        """The cases that both sides changed, by the place of their files."""
        folders = sorted({place.rpartition("/")[0] for place in self.places})
        self.trees = [
            self.shared.files(commit, folders) if folders else {} for commit in (self.base, self.ours, self.theirs)
        ]
        self._contents = self.shared.contents(self._wanted())

    def _wanted(self) -> Iterator[tuple[str, str]]:
        for path, (before, after) in self.yours.items():
            ours = self.mine[path][1] if path in self.mine else before
            yield from ((held.blob, path) for held in (before, after, ours) if held and held.mode in PLAIN)
        for tree in self.trees:
            yield from ((held.blob, path) for path, held in tree.items() if self.of_both(path) and held.mode in PLAIN)

    def of_both(self, path: str) -> bool:
        """Whether a file is of a case that both sides changed."""
        found = PLACE.match(path)
        return found is not None and found[0] in self.places

    def data(self, path: str, held: Held | None) -> bytes | None:
        """What a side holds at a path, as it would be checked out."""
        return self._contents[held.blob, path] if held and held.mode in PLAIN else None

    def of_case(self, place: str) -> list[dict[str, Held]]:
        """The files of a case as base, ours and theirs have them, by what follows its ID."""
        start = len(place) + 1
        return [
            {path[start:]: held for path, held in tree.items() if path.startswith(f"{place}.")} for tree in self.trees
        ]


def bring(desk: Desk, shared: Shared, base: str, ours: str, theirs: str, take: str | None) -> Brought:
    """What must be written on top of ``ours`` so that the desk holds what both sides recorded.

    :param take: whose version of a file that is no case counts where the two do not come together: ours, theirs, None.
    :raises Refused: E-sync-same-id, E-sync-file, E-sync-path, and what makes a file unreadable; nothing is written.
    """
    sides = Sides(shared, base, ours, theirs)
    refuse_paths(sides.yours)
    problems: list[Problem] = list(same_ids(sides))
    made: dict[str, Change] = {}
    modes: dict[str, str] = {}
    for path, (before, after) in sides.yours.items():
        if sides.of_both(path):
            continue
        if path not in sides.mine:
            made[path] = Change(path, sides.data(path, before), sides.data(path, after))
            if after and after.mode != "100644":
                modes[path] = after.mode
        elif path in sides.both:
            try:
                made[path] = of_file(shared, sides, path, take)
            except Refused as refused:
                problems += refused.problems
    if problems:
        raise Refused(problems)
    with world_of(desk, made) as world:
        found = [of_case(desk, world, sides, place) for place in sorted(sides.places)]
    changes = [*made.values(), *(change for one in found for change in one.changes)]
    return Brought(
        tuple(change for change in changes if change.before != change.after),
        modes,
        tuple(one.id for one in found),
        {one.id: one.conflicts for one in found if one.conflicts},
        {one.id: one.renamed for one in found if one.renamed},
        tuple(one.id for one in found if one.kept),
    )


# ── what forbids it


def refuse_paths(changed: Mapping[str, tuple[Held | None, Held | None]]) -> None:
    """Raises Refused where others shared what is no plain file: a link, a repository in the repository."""
    hint = t("whoever shared it takes it out again; nothing was taken over")
    found = [
        Problem(
            "E-sync-path",
            t("{path} is not a plain file in what was shared", path=path),
            hint,
            where=path,
            kind=Kind.DESK,
        )
        for path, (_, after) in changed.items()
        if after and after.mode not in PLAIN
    ]
    if found:
        raise Refused(found)


def same_ids(sides: Sides) -> Iterator[Problem]:
    """Two cases that got one ID by chance: both sides began a case under it, each with a first step of its own."""
    for place in sorted(sides.places):
        was, mine, yours = sides.of_case(place)
        name = f"incident{SUFFIX}"
        if name in was or name not in mine or name not in yours:
            continue
        firsts = {first_step(sides.data(f"{place}.{name}", held[name]), place) for held in (mine, yours)}
        if len(firsts) > 1:
            case_id = place.rpartition("/")[2]
            message = t("{id} is another case here than the one that was shared under this ID", id=case_id)
            hint = t(
                "give ours, which nobody has seen, another ID: itil rename {id}; then again: itil sync", id=case_id
            )
            yield Problem("E-sync-same-id", message, hint, "5.1", f"{place}.{name}")


def first_step(data: bytes | None, place: str) -> str | None:
    """The id of a case's first history entry."""
    if data is None:
        return None
    rows = yaml.read(data, f"{place}.incident{SUFFIX}").get("history")
    return str(rows[0].get("id")) if isinstance(rows, list) and rows and isinstance(rows[0], dict) else None


# ── files that are no case's


def of_file(shared: Shared, sides: Sides, path: str, take: str | None) -> Change:
    """A file that both sides changed. Raises Refused: E-sync-file."""
    held = sides.mine[path][1], sides.yours[path][1]
    base, ours, theirs = (sides.data(path, one) for one in (sides.yours[path][0], *held))
    if path.startswith(SERIALS):
        return Change(path, ours, theirs)  # ours were given and never published: they are given anew
    if ours is None or theirs is None:  # taken out there, changed here, or the other way round: it stays
        return Change(path, ours, ours if theirs is None else theirs)
    made, clashes = joined_file(shared, path, base, ours, theirs)
    if made is None or clashes:
        if take is None:
            raise Refused([differing(path, clashes)])
        made = ours if take == "ours" else theirs
        if clashes and path.endswith(SUFFIX):
            made = joined_file(shared, path, base, ours, theirs, take)[0] or made
    return Change(path, ours, made)


def differing(path: str, clashes: Iterable[str]) -> Problem:
    """A file that does not come together, and how to go on."""
    fields = Listing(tuple(_called(one) for one in clashes))
    message = (
        t("{path} was changed here and there, each otherwise: {fields}", path=path, fields=fields)
        if fields.items
        else t("{path} was changed here and there, each otherwise", path=path)
    )
    hint = t("say whose word counts in it: itil sync --take ours, or --take theirs; the other one stays in the history")
    return Problem("E-sync-file", message, hint, where=path, kind=Kind.DESK)


def _called(clash: str) -> Text | Label:
    """A field of a register as people call it: of whom, and its label."""
    above, _, name = clash.rpartition(".")
    whose = above.partition(".")[2]
    return t("{form} {field}", form=whose, field=field_label(name)) if whose else path_label(clash)


# ── cases


@value
class OneCase:
    """A case that both sides changed."""

    id: str
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    renamed: Mapping[str, str]
    kept: bool


@contextmanager
def world_of(desk: Desk, made: Mapping[str, Change]) -> Iterator[World]:
    """What the rules will know besides a case: settings, people and calendar as they will be."""
    with tempfile.TemporaryDirectory(prefix="itil-") as folder:
        root = Path(folder)
        names = [
            "desk.yaml",
            "people.yaml",
            *(f"calendar/{one.name}" for one in (desk.root / "calendar").glob("*.yaml")),
        ]
        known = {name: desk.root / name for name in names}
        (root / "calendar").mkdir()
        for name, file in known.items():
            if file.is_file():
                (root / name).write_bytes(file.read_bytes())
        for path, change in made.items():
            if path.startswith(SURROUNDINGS) and change.after is not None:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(change.after)
        yield desk.elsewhere(root).world()


def of_case(desk: Desk, world: World, sides: Sides, place: str) -> OneCase:
    """A case that both sides changed, its attachments among it."""
    case_id = place.rpartition("/")[2]
    was, mine, yours = sides.of_case(place)
    files = doubled_attachments(was, mine, yours)
    parts = [
        {name.removesuffix(SUFFIX): sides.data(f"{place}.{name}", held[name]) for name in held if "/" not in name}
        for held in (was, mine, yours)
    ]
    raw = [
        {part: yaml.read(data, f"{place}.{part}{SUFFIX}") for part, data in one.items() if data is not None}
        for one in parts
    ]

    def broken(case: Case) -> set[tuple[str, str]]:
        found = findings(case, world) if case.incident.history else []
        told = (one for one in found if one.level == "error" and one.code not in {*UNSEALED, UNSETTLED})
        return {(one.code, one.where) for one in told}

    merged = merging.merged(raw[0], raw[1], raw[2], new_entry_id, broken, files)
    done = finished(merged.parts, merged.conflicts, world, desk.actor)
    changes = []
    for part in {**parts[1], **done}:
        path = f"{place}.{part}{SUFFIX}"
        old = next((old for old, new in merged.renamed.items() if new == part), part)
        after = (
            written(done[part], parts[0].get(part), parts[1].get(old), parts[2].get(part), path)
            if part in done
            else None
        )
        changes.append(Change(path, parts[1].get(part), after))
    changes += attachments(sides, place, files, (was, mine, yours))
    return OneCase(case_id, tuple(changes), merged.conflicts, {**merged.renamed, **files}, merged.kept)


def attachments(sides: Sides, place: str, files: Mapping[str, str], held: Any) -> Iterator[Change]:
    """The attachments of a case: theirs beside ours; what either took out and the other left alone goes."""
    was, mine, yours = held
    for name in {**mine, **yours}:
        folder, slash, file = name.partition("/")
        if not slash:
            continue
        path = f"{place}.{name}"
        before, after = sides.data(path, mine.get(name)), sides.data(path, yours.get(name))
        if file in files:
            yield Change(path, before, after)
            yield Change(f"{place}.{folder}/{files[file]}", None, before)
        elif name not in mine and yours[name] != was.get(name):
            yield Change(path, None, after)
        elif name in mine and name not in yours and mine[name] == was.get(name):
            yield Change(path, before, None)
