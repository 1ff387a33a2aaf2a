"""A commit as it is judged, and what is found of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from itilcli.errors import Problem


class Held(NamedTuple):
    """A file of a commit: its mode as git writes it (``100644``), and the name of its content."""

    mode: str
    blob: str


class Change(NamedTuple):
    """One file that a commit holds otherwise than its parent; None where it is not there. ``path`` is from the desk's root."""

    path: str
    before: Held | None
    after: Held | None


class Deed(NamedTuple):
    """A commit: who made it and when, by both clocks, its trailers, and what it changed of each parent in their order.

    A first commit has one list of changes, against nothing.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    committed_at: datetime
    trailers: Mapping[str, tuple[str, ...]]
    changes: tuple[tuple[Change, ...], ...] = ()

    def trailer(self, name: str) -> str:
        """The first value of a trailer, empty without one."""
        return next(iter(self.trailers.get(name, ())), "")


class Finding(NamedTuple):
    """What is wrong with a commit: of whom, in which file (empty: the commit itself), and the problem."""

    commit: str
    person: str
    file: str
    problem: Problem


class Late(NamedTuple):
    """A step that was recorded late (补录): of which case, by whom, which, when it happened and when it was recorded."""

    commit: str
    case: str
    person: str
    action: str
    at: datetime
    recorded_at: datetime


class Verdict(NamedTuple):
    """What came of judging a commit: the findings, the late steps, how many steps it recorded, whether its clock was set for
    a rehearsal, and when it was made where anything was found."""

    commit: str
    person: str
    findings: tuple[Finding, ...] = ()
    late: tuple[Late, ...] = ()
    steps: int = 0
    rehearsed: bool = False
    at: datetime | None = None
