"""§5.1, F3: the register of customers (``customers.yaml``): what a phone number tells, and what a call teaches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from itilcli.actions.taking.alike import open_of_caller
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.customer import TAIL, WHOLE, Caller, Contact, Customers, Organisation, digits, plain
from itilcli.model.incident import Customer
from itilcli.store.change import Change
from itilcli.store.customers import CUSTOMERS, Book, Rows, phone_ending
from itilcli.text import Listing, Text, t

SHOWN = 8
"""The most candidates told of in a refusal."""


class Register:
    """The register during one command."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._book: Book | None = None

    def _open(self) -> Book:
        if self._book is None:
            self._book = Book(self._desk.root)
        return self._book

    def fill(self, values: dict[str, Any]) -> dict[str, Any]:
        """The answers with what the register knows of the caller; what was typed stays.

        :raises Refused: several callers fit the end of a number, nobody does, or only other organisations'; the file's problems where the
            register is needed and cannot be read.
        """
        phone = digits(values.get("phone"))
        if not values.get("phone"):
            return values
        named = bool(values.get("organisation") and values.get("contact"))
        try:
            known = self._known(phone)
        except Refused:
            if named or values.get("incomplete"):
                return values
            raise
        found = fitting(known, phone, values)
        if len(found) == 1:
            return filled(values, found[0])
        others = [one for one in known.by_phone(phone) if len(digits(one.contact.phone)) >= WHOLE]
        if others and not found and len(phone) < WHOLE and values.get("organisation"):
            raise Refused([elsewhere(values["phone"], others)])
        if not found and len(phone) < WHOLE and not named:
            message = t("nobody in the register has a phone number that ends with {phone}", phone=values["phone"])
            hint = t("give the whole number with {flag}, or the organisation and the contact too", flag="--phone")
            raise Refused([Problem("E-5.1-phone-unknown", message, hint, "5.1", "--phone", Kind.MISSING)])
        if found and not (named and len(phone) >= WHOLE):
            raise Refused([several(values["phone"], found)])
        return values

    def _known(self, phone: str) -> Customers:
        if len(phone) < TAIL:
            return Customers()
        return Customers(tuple(one for _, one in self._open().those(phone_ending(phone))))

    def of_email(self, address: str) -> list[Caller]:
        """The contacts who have this address; raises Refused where the register cannot be read."""
        wanted = plain(address)
        rows = self._open().those(lambda lines: wanted in lines)
        return [Caller(one, contact) for _, one in rows for contact in one.contacts if plain(contact.email) == wanted]

    def of_domain(self, domain: str) -> list[Organisation]:
        """The customers who have a contact with an address in this domain; raises Refused where it cannot be read."""
        wanted = f"@{plain(domain)}"
        rows = self._open().those(lambda lines: wanted in lines)
        return [one for _, one in rows if any(plain(contact.email).endswith(wanted) for contact in one.contacts)]

    def learn(self, case: Case) -> None:
        """A caller not known before is remembered: customer, contact, or the phone or e-mail of a contact that had none.

        Nothing known is changed. A register that cannot be read or written learns nothing, and stops no call.
        """
        caller = case.incident.customer
        texts = (caller.organisation, caller.contact, caller.phone) if caller else ()
        if not caller or not all(text and text.strip() and "\n" not in text for text in texts):
            return
        try:
            book = self._open()
            place, customer = with_caller(book.called(caller.organisation or ""), caller)
            if customer is not None:
                book.put(place, customer)
        except Refused:
            return

    def changes(self) -> list[Change]:
        """What must be written of the register; nothing while it holds edits that were never committed."""
        change = self._book.change() if self._book else None
        if change is None or self._desk.journal.committed_bytes(CUSTOMERS) != change.before:
            return []
        return [change]


# ── who calls


def fitting(known: Customers, phone: str, values: dict[str, Any]) -> list[Caller]:
    """The callers whose number ends with these digits, told apart by what else was typed.

    Where somebody not registered calls from a registered number, its organisation is all that counts.
    """
    found = known.by_phone(phone)
    if values.get("organisation"):
        found = [one for one in found if one.organisation.key == plain(values["organisation"])]
    if values.get("contact"):
        same = [one for one in found if plain(one.contact.name) == plain(values["contact"])]
        found = same or list({(one.organisation.key, digits(one.contact.phone)): one for one in found}.values())
    different = {(one.organisation.key, plain(one.contact.name), digits(one.contact.phone)): one for one in found}
    return list(different.values())


def filled(values: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """The answers with what is known of this caller, where nothing was typed; of a number's end, the whole number."""
    customer, contact = caller.organisation, caller.contact
    same = plain(values.get("contact") or contact.name) == plain(contact.name)
    known = {
        "organisation": customer.organisation,
        "contact": contact.name,
        "email": contact.email if same else None,
        "address": customer.address,
        "project": customer.projects[0] if len(customer.projects) == 1 else None,
    }
    given = {name: value for name, value in values.items() if value}
    new = {name: value for name, value in known.items() if value and name not in given}
    whole = digits(values["phone"]) == digits(contact.phone)
    return {**values, **new, "phone": values["phone"] if whole else contact.phone}


def listed(callers: list[Caller]) -> Listing:
    """Callers as a refusal names them, not too many."""
    rows = [
        # Translators: a caller: organisation, contact, phone number.
        t("{organisation} {contact} {phone}", organisation=one.organisation.organisation or "?",
          contact=one.contact.name or "?", phone=one.contact.phone or "?")
        for one in callers[:SHOWN]
    ]  # fmt: skip
    more: list[Text] = [t("{count} more", count=len(callers) - SHOWN)] if len(callers) > SHOWN else []
    return Listing((*rows, *more))


def elsewhere(typed: str, found: list[Caller]) -> Problem:
    """The end of a whole number that the register knows, though of none of the organisation that was named."""
    message = t(
        "numbers that end with {phone} are of other organisations: {callers}", phone=typed, callers=listed(found)
    )
    hint = t("name that organisation or none, or give the whole number with {flag}", flag="--phone")
    return Problem("E-5.1-phone-elsewhere", message, hint, "5.1", "--phone", Kind.MISSING)


def several(typed: str, found: list[Caller]) -> Problem:
    """Several callers fit: they are named, and by what they can be told apart."""
    numbers = {digits(one.contact.phone) for one in found}
    organisations = {one.organisation.key for one in found}
    flag = "--phone" if len(numbers) > 1 else "--organisation" if len(organisations) > 1 else "--contact"
    message = t("the phone number {phone} fits several: {callers}", phone=typed, callers=listed(found))
    return Problem(
        "E-5.1-phone-several", message, t("tell them apart with {flag}", flag=flag), "5.1", flag, Kind.MISSING
    )


def with_caller(known: Rows, caller: Customer) -> tuple[int | None, Organisation | None]:
    """The customer with this caller added, and its place in the register; None where all of it is known."""
    new = Contact(caller.contact, caller.phone, caller.email)
    if not known:
        return None, Organisation(caller.organisation, caller.address, contacts=(new,))
    for place, customer in known:
        contact = customer.contact(caller.contact)
        if contact is not None:
            email = caller.email if not contact.email and digits(contact.phone) in ("", digits(caller.phone)) else None
            if contact.phone and not email:
                return place, None
            told = replace(contact, phone=contact.phone or caller.phone, email=contact.email or email)
            return place, with_contact(customer, told)
    place, customer = known[0]
    return place, replace(customer, contacts=(*customer.contacts, new))


def with_contact(customer: Organisation, new: Contact) -> Organisation:
    """The customer with the first contact of this name replaced."""
    old = customer.contact(new.name)
    return replace(customer, contacts=tuple(new if one is old else one for one in customer.contacts))


def open_cases_of(desk: Desk, values: dict[str, Any]) -> list[Case]:
    """The open cases of the caller that these filled answers name, the newest first.

    The same caller has the same phone number, or the same organisation and contact. Cases reported more than
    :data:`itilcli.desk.LATELY` days ago are not looked for: whoever holds them has them in `due`.
    """
    return open_of_caller(desk, Customer(values.get("organisation"), values.get("contact"), values.get("phone")))
