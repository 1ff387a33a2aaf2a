"""Who works at the desk, and who held which role on which day (``people.yaml``; §2.5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date

from itilcli.model.codes import ROLE
from itilcli.model.shape import code, day, parts, text, texts
from itilcli.values import value


@value
class RoleSpan:
    """One role of a person, from a day until a day (both inclusive; empty means open)."""

    role: str | None = code(ROLE)
    from_: date | None = day()
    until: date | None = day()

    def holds_on(self, when: date) -> bool:
        """Whether the role is held on this day."""
        return (self.from_ is None or self.from_ <= when) and (self.until is None or when <= self.until)


@value
class Deputy:
    """Who acts for a person, from a day until a day (both inclusive)."""

    to: str | None = text()
    from_: date | None = day()
    until: date | None = day()


@value
class Person:
    """One member of the desk. Records name a person by ``id``, which is the name unless two people share it."""

    id: str | None = text()
    name: str | None = text()
    emails: tuple[str, ...] = texts()
    phone: str | None = text()
    roles: tuple[RoleSpan, ...] = parts(RoleSpan)
    approved_by: str | None = text()
    left_on: date | None = day()
    deputies: tuple[Deputy, ...] = parts(Deputy)

    def roles_on(self, when: date) -> frozenset[str]:
        """The roles this person held on a day; none after leaving."""
        if self.left_on is not None and when > self.left_on:
            return frozenset()
        return frozenset(span.role for span in self.roles if span.role and span.holds_on(when))


@value
class People:
    """Everyone of the desk."""

    people: tuple[Person, ...] = parts(Person)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.people)

    def get(self, person: str | None) -> Person | None:
        """The person of this id, or None."""
        return next((one for one in self.people if one.id == person), None) if person else None

    def by_email(self, email: str) -> Person | None:
        """The person who commits under this address (in any case), or None."""
        wanted = email.casefold()
        return next((one for one in self.people if wanted in (known.casefold() for known in one.emails)), None)

    def find(self, spelled: str) -> list[Person]:
        """The people that a name, id or e-mail address means; several when a name is shared."""
        wanted = unicodedata.normalize("NFKC", spelled).strip().casefold()
        exact = [one for one in self.people if (one.id or "").casefold() == wanted]
        if exact:
            return exact
        by_email = self.by_email(wanted)
        return [by_email] if by_email else [one for one in self.people if (one.name or "").casefold() == wanted]

    def roles(self, person: str | None, when: date) -> frozenset[str]:
        """The roles a person held on a day; none for someone unknown."""
        known = self.get(person)
        return known.roles_on(when) if known else frozenset()

    def holders(self, role: str, when: date) -> list[str]:
        """The ids of those who held a role on a day, in the order of the file."""
        return [one.id for one in self.people if one.id and role in one.roles_on(when)]

    def deputises(self, deputy: str, person: str | None, when: date) -> bool:
        """Whether ``deputy`` acts for ``person`` on a day."""
        known = self.get(person)
        return known is not None and any(
            row.to == deputy and (row.from_ is None or row.from_ <= when) and (row.until is None or when <= row.until)
            for row in known.deputies
        )
