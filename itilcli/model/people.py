"""Who works at the desk, and who held which role on which day (``people.yaml``; §2.5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from itilcli.model.codes import ROLE
from itilcli.model.shape import code, day, parts, text, texts
from itilcli.values import value

if TYPE_CHECKING:
    from itilcli.model.keys import PublicKey


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

    def acts_on(self, when: date) -> bool:
        """Whether the deputyship runs on this day."""
        return (self.from_ is None or self.from_ <= when) and (self.until is None or when <= self.until)


@value
class KeySpan:
    """One public key that a person signs with, from a day until a day (both inclusive; empty means open)."""

    key: str | None = text()
    from_: date | None = day()
    until: date | None = day()

    @property
    def public(self) -> PublicKey | None:
        """The key itself; None where the line tells none."""
        from itilcli.model.keys import parse_key

        return parse_key(self.key or "")

    def valid_on(self, when: date) -> bool:
        """Whether the key is to be used on this day."""
        return (self.from_ is None or self.from_ <= when) and (self.until is None or when <= self.until)


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
    keys: tuple[KeySpan, ...] = parts(KeySpan)

    def roles_on(self, when: date) -> frozenset[str]:
        """The roles that are this person's own on a day; none after leaving."""
        if self.gone_on(when):
            return frozenset()
        return frozenset(span.role for span in self.roles if span.role and span.holds_on(when))

    def gone_on(self, when: date) -> bool:
        """Whether this person has left before this day; the day of leaving is still worked."""
        return self.left_on is not None and when > self.left_on

    def until(self, span: KeySpan) -> date | None:
        """The last day of a key: its own, or that of the person at the desk where that is earlier."""
        days = [one for one in (span.until, self.left_on) if one is not None]
        return min(days) if days else None

    def keys_on(self, when: date) -> tuple[PublicKey, ...]:
        """The keys that this person signs with on a day; none after leaving."""
        spans = () if self.gone_on(when) else (span for span in self.keys if span.valid_on(when))
        return tuple(key for span in spans if (key := span.public))


@value
class Acting:
    """A deputyship on one day: for whom, with which of their roles, and the last day (None: open)."""

    person: str
    roles: frozenset[str]
    until: date | None


@value
class People:
    """Everyone of the desk. During a deputyship the deputy holds the roles that are the other's own, never inherited ones.

    Every rule asks for roles, so what is asked once is remembered with the value, which never changes.
    """

    people: tuple[Person, ...] = parts(Person)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.people)

    @cached_property
    def _by_id(self) -> dict[str, Person]:
        return {one.id: one for one in reversed(self.people) if one.id}

    @cached_property
    def _by_email(self) -> dict[str, Person]:
        return {email.casefold(): one for one in reversed(self.people) for email in one.emails}

    @cached_property
    def _for(self) -> dict[str, list[tuple[Person, Deputy]]]:
        """By deputy: for whom, in the order of the file."""
        found: dict[str, list[tuple[Person, Deputy]]] = {}
        for one in self.people:
            for row in one.deputies:
                if row.to and one.id and row.to != one.id:
                    found.setdefault(row.to, []).append((one, row))
        return found

    @cached_property
    def _by_key(self) -> dict[str, list[tuple[Person, KeySpan]]]:
        """By the key's fingerprint: whose it ever was, in the order of the file."""
        found: dict[str, list[tuple[Person, KeySpan]]] = {}
        for one in self.people:
            for span in one.keys:
                if key := span.public:
                    found.setdefault(key.fingerprint, []).append((one, span))
        return found

    @cached_property
    def _roles(self) -> dict[tuple[str | None, date], frozenset[str]]:
        return {}

    def get(self, person: str | None) -> Person | None:
        """The person of this id, or None."""
        return self._by_id.get(person) if person else None

    def by_email(self, email: str) -> Person | None:
        """The person who commits under this address (in any case), or None."""
        return self._by_email.get(email.casefold())

    def by_key(self, fingerprint: str) -> tuple[tuple[Person, KeySpan], ...]:
        """Whose key a fingerprint is of, or was or will be, each with the days."""
        return tuple(self._by_key.get(fingerprint, ()))

    def find(self, spelled: str) -> list[Person]:
        """The people that a name, id or e-mail address means; several when a name is shared."""
        wanted = unicodedata.normalize("NFKC", spelled).strip().casefold()
        exact = [one for one in self.people if (one.id or "").casefold() == wanted]
        if exact:
            return exact
        by_email = self.by_email(wanted)
        return [by_email] if by_email else [one for one in self.people if (one.name or "").casefold() == wanted]

    def roles(self, person: str | None, when: date) -> frozenset[str]:
        """The roles a person may act in on a day: their own, and those of whom they deputise for; none if unknown."""
        known = self._roles.get((person, when))
        if known is None:
            one = self.get(person)
            inherited = (row.roles for row in self.acting(person, when))
            known = (one.roles_on(when) if one else frozenset()).union(*inherited)
            self._roles[person, when] = known
        return known

    def acting(self, deputy: str | None, when: date) -> tuple[Acting, ...]:
        """For whom somebody acts on a day, and in which roles; nobody who has left acts, or is acted for."""
        one = self.get(deputy)
        if one is None or one.gone_on(when):
            return ()
        return tuple(
            Acting(other.id or "", other.roles_on(when), row.until)
            for other, row in self._for.get(one.id or "", ())
            if row.acts_on(when) and not other.gone_on(when)
        )

    def own_holders(self, role: str, when: date) -> list[str]:
        """The ids of those whose own role it was on a day, in the order of the file; for finding "the one" person."""
        return [one.id for one in self.people if one.id and role in one.roles_on(when)]

    def holders(self, role: str, when: date) -> list[str]:
        """The ids of those who could act in a role on a day: its own holders first, then their deputies."""
        own = self.own_holders(role, when)
        deputies = (one.id for one in self.people if one.id in self._for and role in self.roles(one.id, when))
        return list(dict.fromkeys((*own, *(one for one in deputies if one))))

    def deputises(self, deputy: str, person: str | None, when: date) -> bool:
        """Whether ``deputy`` acts for ``person`` on a day."""
        return any(other.id == person and row.acts_on(when) for other, row in self._for.get(deputy, ()))
