"""F3: the register of customers (``customers.yaml``): who calls from where, and whose calls come first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from itilcli.model.shape import flag, parts, text, texts
from itilcli.text import Label
from itilcli.values import pattern, value

VIP = Label("vip", "VIP", "VIP")
"""How a caller is marked who comes first."""
TAIL = 4
"""So many trailing digits of a phone number can stand for it."""
WHOLE = 7
"""A number of so many digits is a whole one; a shorter one is its end, or an extension."""
_NO_DIGITS = pattern(r"[^0-9]+")


def plain(text_: str | None) -> str:
    """A name as it is compared: NFKC, in no case, without the spaces around it."""
    return unicodedata.normalize("NFKC", text_ or "").strip().casefold()


def digits(phone: str | None) -> str:
    """The digits of a phone number, after NFKC."""
    return _NO_DIGITS.sub("", unicodedata.normalize("NFKC", phone or ""))


@value
class Contact:
    """One person at a customer's."""

    name: str | None = text()
    phone: str | None = text()
    email: str | None = text()
    vip: bool | None = flag()


@value
class Organisation:
    """One customer: an organisation, its projects and the people who call from there."""

    organisation: str | None = text()
    address: str | None = text()
    vip: bool | None = flag()
    projects: tuple[str, ...] = texts()
    contacts: tuple[Contact, ...] = parts(Contact)

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return plain(self.organisation)

    def contact(self, name: str | None) -> Contact | None:
        """The first contact of this name, or None."""
        wanted = plain(name)
        return next((one for one in self.contacts if plain(one.name) == wanted), None) if wanted else None


class Named(Protocol):
    """Whoever is named like a customer: the customer of a case, or the case itself at a glance."""

    @property
    def organisation(self) -> str | None:
        """The customer's name."""

    @property
    def contact(self) -> str | None:
        """Who calls."""

    @property
    def phone(self) -> str | None:
        """The number called from."""


@value
class Caller:
    """A contact together with the customer it belongs to."""

    organisation: Organisation
    contact: Contact


@value
class Customers:
    """The customers of a desk, or those of them that are of interest."""

    customers: tuple[Organisation, ...] = parts(Organisation)

    def __iter__(self) -> Iterator[Organisation]:
        return iter(self.customers)

    def called(self, name: str | None) -> list[Organisation]:
        """The customers of a name, in any case and width; several where one stands twice in the file."""
        wanted = plain(name)
        return [one for one in self.customers if one.key == wanted] if wanted else []

    def by_phone(self, tail: str) -> list[Caller]:
        """Whose number ends with these digits; from :data:`WHOLE` digits on only the same number, where there is one."""
        found = [
            Caller(one, contact)
            for one in self.customers
            for contact in one.contacts
            if contact.phone and digits(contact.phone).endswith(tail)
        ]
        same = [one for one in found if digits(one.contact.phone) == tail]
        return same if same and len(tail) >= WHOLE else found

    def vip(self, customer: Named | None) -> bool:
        """Whether a case's customer or its contact is a VIP; a caller without a name is known by the whole number."""
        if customer is None or not self.customers:
            return False
        if not customer.organisation:
            phone = digits(customer.phone)
            return len(phone) >= WHOLE and phone in self._vip_phones
        contacts = self._vips.get(plain(customer.organisation))
        return contacts is not None and (contacts == () or plain(customer.contact) in contacts)

    @cached_property
    def _vips(self) -> dict[str, tuple[str, ...]]:
        """By customer, the names of the contacts that are VIPs; none where the whole customer is one."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self.customers:
            names = tuple(plain(contact.name) for contact in one.contacts if contact.vip)
            if one.vip or found.get(one.key) == ():
                found[one.key] = ()
            elif names:
                found[one.key] = (*found.get(one.key, ()), *names)
        return found

    @cached_property
    def _vip_phones(self) -> frozenset[str]:
        rows = (contact for one in self.customers for contact in one.contacts if one.vip or contact.vip)
        return frozenset(digits(contact.phone) for contact in rows if contact.phone)
