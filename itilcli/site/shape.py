"""What the pages of a site are laid out from: plain data, in one language.

Every string is plain text, which the templates escape; every ``href`` is from the site's root and made by this program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as it is shown, and as RFC 3339 for programs."""

    shown: str
    iso: str


@dataclass(frozen=True, slots=True)
class Site:
    """What stands on every page. ``revision`` is the commit it was built from, shortened; ``as_of`` the time it tells of."""

    organisation: str
    language: str
    public: bool
    revision: str
    as_of: Stamp


@dataclass(frozen=True, slots=True)
class Mark:
    """What should catch the eye."""

    text: str
    kind: Literal["late", "warn", "calm"]


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list. ``priority`` is a code, for the colour, beside its word; ``due`` the next time it stands under."""

    id: str
    href: str
    title: str
    customer: str
    standing: str
    stage: str
    tier: int
    is_open: bool
    priority: str
    priority_word: str
    person: str
    reported: Stamp | None
    due: Stamp | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def code(self) -> str:
        """The short code that people say on the phone."""
        return self.id.rpartition("-")[2]


@dataclass(frozen=True, slots=True)
class Fact:
    """A field and its value, which may hold several lines."""

    label: str
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under a heading; ``about`` stands beside it, such as a form's number."""

    name: str
    title: str
    facts: tuple[Fact, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case's story."""

    number: int
    at: Stamp | None
    clause: str
    what: str
    who: str
    details: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file kept with a case; without ``href`` it is named only. ``picture``: it may be shown in the page."""

    name: str
    about: str
    href: str = ""
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Relative:
    """A case that this one has to do with, and how."""

    how: str
    id: str
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with all that is told of it."""

    row: Row
    status: str
    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    steps: tuple[Step, ...]
    forms: tuple[Group, ...]
    notes: tuple[Group, ...]
    files: tuple[File, ...]
    relatives: tuple[Relative, ...] = ()
    articles: tuple[Relative, ...] = ()


@dataclass(frozen=True, slots=True)
class DueRow:
    """One thing that waits: in which case, for whom, until when."""

    text: str
    when: str
    due: Stamp | None
    late: bool
    today: bool
    people: str
    row: Row


@dataclass(frozen=True, slots=True)
class Article:
    """An article: ``body`` is HTML that the Markdown was turned into; ``plain`` its text, for the search."""

    id: str
    href: str
    title: str
    status: str
    status_word: str
    category: str
    facts: tuple[Fact, ...]
    body: str
    plain: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the desk; ``roles`` are each a name and its days."""

    name: str
    roles: tuple[tuple[str, str], ...]
    deputies: tuple[str, ...]
    contact: tuple[str, ...]
    here: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The cases of a month in numbers."""

    name: str
    href: str
    count: int
    open: int
