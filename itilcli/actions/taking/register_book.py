"""§5.1, F3: the register of customers kept by hand: adding to it, and looking into it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from itilcli.actions.taking.register import with_contact
from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem
from itilcli.model.customer import TAIL, Contact, Organisation, digits, plain
from itilcli.store.customers import Book
from itilcli.text import Text, t
from itilcli.values import pattern

ADDRESS = pattern(r"[^\s<>@\x00-\x20\x7f]+@[^\s<>@\x00-\x20\x7f]+")
LEAST = 3
"""The fewest digits of a phone number or an extension."""
ROLES = ("tier1", "incident_manager")


def add_customer(desk: Desk, given: Mapping[str, Any], dry_run: bool = False) -> Written:
    """A customer added to ``customers.yaml``, or what was given added to a known one, in one commit.

    ``given``: ``name`` (the organisation), ``contact``, ``phone`` and ``email`` of the contact, ``address``, ``project``
    (several), ``vip`` (of the contact where one is named, else of the customer). What is given takes the place of what
    is there; projects are added. ``extra`` is the customer as programs see it, with ``new``: whether it was unknown.

    :raises Refused: with everything wrong at once; 4 for anyone but tier 1 and the incident manager.
    """

    def prepare() -> Apart:
        asked = {name: _clean(value) for name, value in given.items()}
        problems = [*not_permitted(desk, ROLES, "5.1", t("change the register of customers")), *wrong(asked)]
        refuse(problems)
        book = Book(desk.root)
        place, known = next(iter(book.called(asked["name"])), (None, Organisation(asked["name"])))
        customer = with_answers(known, asked)
        if place is not None and customer == known:
            message = t("all of that stands in the register already: {name}", name=known.organisation)
            hint = t("see it with: itil customer list {name}", name=known.organisation)
            refuse([Problem("E-5.1-customer-same", message, hint, "5.1", "NAME", Kind.MISSING)])
        book.put(place, customer)
        change = book.change()
        assert change is not None
        subject = t("register of customers: {name}", name=customer.organisation)
        extra = {**view(customer), "new": place is None}
        return Apart((change,), subject, "customer-add", "5.1", extra=extra)

    return write_apart(desk, dry_run, prepare)


def _clean(value: Any) -> Any:
    """Text as it is kept: on one line, without spaces around it."""
    if isinstance(value, str):
        return " ".join(value.split())
    return tuple(_clean(one) for one in value) if isinstance(value, tuple) else value


def wrong(asked: Mapping[str, Any]) -> Iterable[Problem]:
    """Everything wrong in the answers."""
    if not asked["name"]:
        yield _missing(
            "name", t("the customer's organisation is missing"), t("name it: itil customer add NAME"), "NAME"
        )
    for name in ("contact", "phone", "email", "address"):
        if asked.get(name) == "":
            flag = f"--{name}"
            yield _missing("empty", t("{flag} is empty", flag=flag), t("leave it out, or fill it"), flag)
    if "" in asked.get("project", ()):
        yield _missing("empty", t("{flag} is empty", flag="--project"), t("leave it out, or fill it"), "--project")
    for name in ("phone", "email"):
        if asked.get(name) and not asked.get("contact"):
            message = t("whose is it: {value}", value=asked[name])
            yield _missing("contact", message, t("name the contact with {flag}", flag="--contact"), f"--{name}")
    phone, email = asked.get("phone"), asked.get("email")
    if phone and len(digits(phone)) < LEAST:
        message = t("{value} is not a phone number", value=repr(phone))
        yield _missing("phone", message, t("write it like {example}", example="0571-88886666"), "--phone")
    if email and not ADDRESS.fullmatch(unicodedata.normalize("NFKC", email)):
        message = t("{value} is not an e-mail address", value=repr(email))
        yield _missing("email", message, t("write it like {example}", example="name@example.com"), "--email")


def _missing(slug: str, message: Text, hint: Text, where: str) -> Problem:
    return Problem(f"E-5.1-customer-{slug}", message, hint, "5.1", where, Kind.MISSING)


def with_answers(known: Organisation, asked: Mapping[str, Any]) -> Organisation:
    """The customer with what was given of it and of its contact."""
    made = known
    if asked.get("address"):
        made = replace(made, address=asked["address"])
    new = tuple(one for one in asked.get("project") or () if one not in made.projects)
    made = replace(made, projects=(*made.projects, *dict.fromkeys(new)))
    name, vip = asked.get("contact"), asked.get("vip")
    if not name:
        return made if vip is None or bool(made.vip) == vip else replace(made, vip=vip)
    contact = made.contact(name)
    changed = contact or Contact(name)
    phone, email = _normal(asked.get("phone")), _normal(asked.get("email"))
    changed = replace(changed, phone=phone or changed.phone, email=email or changed.email)
    if vip is not None and bool(changed.vip) != vip:
        changed = replace(changed, vip=vip)
    return with_contact(made, changed) if contact else replace(made, contacts=(*made.contacts, changed))


def _normal(text: str | None) -> str | None:
    return unicodedata.normalize("NFKC", text) if text else None


# ── looking


def listed(desk: Desk, wanted: str | None) -> list[dict[str, Any]]:
    """The customers as programs see them: all, those that hold a text, or those with a number that ends with these digits.

    :raises Refused: when the register cannot be read.
    """
    return [view(one) for one in desk.customers if not wanted or holds(one, wanted)]


def holds(customer: Organisation, wanted: str) -> bool:
    """Whether a text stands anywhere in a customer's entry, or trailing digits end one of its numbers."""
    tail, part = digits(wanted), plain(wanted)
    people = customer.contacts
    texts = [customer.organisation, customer.address, *customer.projects]
    texts += [text for one in people for text in (one.name, one.phone, one.email)]
    if any(part in plain(text) for text in texts if text):
        return True
    return len(tail) >= TAIL and not any(char.isalpha() for char in part) and any(
        digits(one.phone).endswith(tail) for one in people
    )  # fmt: skip


def view(customer: Organisation) -> dict[str, Any]:
    """A customer as programs see it."""
    return {
        "organisation": customer.organisation,
        "vip": bool(customer.vip),
        "address": customer.address,
        "projects": list(customer.projects),
        "contacts": [
            {"name": one.name, "phone": one.phone, "email": one.email, "vip": bool(one.vip)}
            for one in customer.contacts
        ],
        "phones": [one.phone for one in customer.contacts if one.phone],
    }
