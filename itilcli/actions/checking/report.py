"""Where each problem stands, by file and line, and whom to ask about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from itilcli.actions.checking.examined import Examined
from itilcli.errors import Problem, Refused
from itilcli.store.lines import line_of
from itilcli.text import Text
from itilcli.values import pattern

_LINE = pattern(r"(.+):(\d+)", re.DOTALL)
_ENTRY = pattern(r"history#(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, the file and line it stands in, the field, the case or article, and the person to ask."""

    problem: Problem
    file: str
    line: int | None = None
    field: str = ""
    id: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """A warning that many imported cases share: how many, and one of them."""

    count: int
    first: Finding


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: every problem, the shared warnings of imported cases by code, and how much was read."""

    findings: tuple[Finding, ...]
    imported: Mapping[str, Tally]
    records: int
    files: int
    errors: int
    warnings: int
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Which files a problem may be in: their bytes and plain data by part, and of which case or article they are."""

    id: str
    base: str
    owner: str = ""
    imported: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)
    raw: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(slots=True)
class Gathered:
    """What was found and read so far; ``first`` is one of the imported cases' warnings of each code."""

    found: list[Finding] = field(default_factory=list)
    imported: Counter[str] = field(default_factory=Counter)
    first: dict[str, Finding] = field(default_factory=dict)
    files: int = 0
    records: int = 0

    def take(self, other: Gathered) -> None:
        """Adds what was gathered elsewhere."""
        self.found += other.found
        self.imported += other.imported
        self.first = other.first | self.first
        self.files += other.files
        self.records += other.records


class Reporter:
    """Says where each problem stands, and gathers what is found and how much is read."""

    def __init__(self, desk: Examined, every: bool) -> None:
        self._desk, self.every = desk, every
        self._prefix = f"{desk.root}/"
        self.gathered = Gathered()

    def read(self, files: int, records: int = 0) -> None:
        """So many files more were read, and so many records among them."""
        self.gathered.files += files
        self.gathered.records += records

    def add(self, problem: Problem, path: str = "", data: bytes | None = None) -> None:
        """A problem of a file outside the cases; its ``where`` may name the path, its line or its field."""
        file, field_, line = self._file_of(problem.where or path, path)
        if line is None and field_:
            data = self._again(file) if data is None else data
            line = self._line(data, field_)
        self.gathered.found.append(Finding(problem, file, line, field_, person=problem.person or self.manager))

    def add_of_case(self, problem: Problem, place: Place) -> None:
        """A problem of a case, by a rule or in reading."""
        if problem.level == "warning" and place.imported and not self.every:
            self.add_imported(problem.code, lambda: self._of_case(problem, place))
        else:
            self.gathered.found.append(self._of_case(problem, place))

    def add_imported(self, code: str, found: Callable[[], Finding]) -> None:
        """A warning of an imported case: one more of its code, of which the first is kept."""
        self.gathered.imported[code] += 1
        if code not in self.gathered.first:
            self.gathered.first[code] = found()

    def _again(self, file: str) -> bytes:
        """A file's bytes, for the line of a problem that was found long after it had been read."""
        try:
            return self._desk.read(file)
        except Refused:
            return b""

    def _of_case(self, problem: Problem, place: Place) -> Finding:
        part, colon, field_ = problem.where.partition(":")
        line = None
        if colon and f"{place.base}{part}.yaml" in place.files:
            file = f"{place.base}{part}.yaml"
        elif problem.where.startswith((place.base, self._prefix)):
            file, field_, line = self._file_of(problem.where, "")
            part = file.removeprefix(place.base).removesuffix(".yaml")
        else:
            file, field_, part = f"{place.base}incident.yaml", field_ or problem.where, "incident"
        if line is None and (file in place.files or not place.files):
            data = place.files.get(file) or self._again(file)
            line = self._line(data, field_, place.raw.get(part))
        return Finding(problem, file, line, field_, place.id, problem.person or place.owner or self.manager)

    def _file_of(self, where: str, path: str) -> tuple[str, str, int | None]:
        """File, field and line of ``path``, ``path#field`` or ``path:line``."""
        where = where.removeprefix(self._prefix)
        file, mark, field_ = where.partition("#")
        if mark and file:
            return file, field_, None
        found = _LINE.fullmatch(where)
        if found and not found[1].endswith(":"):
            return found[1], "", int(found[2])
        return (
            (path, where, None)
            if path and where != path and "/" not in where and "." not in where
            else (where, "", None)
        )

    @staticmethod
    def _line(data: bytes, field_: str, raw: Mapping[str, object] | None = None) -> int:
        """The line of a field, or of the nearest thing above it; the first for a field that is missing altogether."""
        entry = _ENTRY.fullmatch(field_)
        path: list[str | int] = (
            [int(part) if part.isdecimal() else part for part in field_.split(".")] if field_ else []
        )
        if entry is not None:
            history = (raw or {}).get("history")
            rows = history if isinstance(history, list) else []
            place = next((n for n, row in enumerate(rows) if isinstance(row, dict) and row.get("id") == entry[1]), None)
            path = ["history"] if place is None else ["history", place]
        return line_of(data, path) or 1

    @cached_property
    def manager(self) -> str:
        """The incident manager of today: who is asked when nobody else is named."""
        desk = self._desk
        return next(iter(desk.people.holders("incident_manager", desk.known.day(desk.now))), "")

    def checked(self) -> Checked:
        """Everything gathered, by file and line."""
        made = self.gathered
        levels = Counter(one.problem.level for one in made.found)
        try:
            notes = tuple(self._desk.unfinished())
        except Refused:
            notes = ()
        return Checked(
            tuple(sorted(made.found, key=lambda one: (one.file, one.problem.level, one.line or 0))),
            {code: Tally(count, made.first[code]) for code, count in made.imported.most_common()},
            made.records,
            made.files,
            levels["error"],
            levels["warning"] + made.imported.total(),
            notes,
        )
