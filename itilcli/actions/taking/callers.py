"""§5.1, F3: who may be calling: the register, and the callers of past cases, by any part of a name or a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.model.customer import TAIL, digits, plain
from itilcli.model.incident import Incident
from itilcli.values import value

MOST = 50
"""The most callers that are offered at once."""


@value
class Caller:
    """Somebody who has called or may call: a contact of an organisation with a phone number; each may be empty."""

    organisation: str = ""
    contact: str = ""
    phone: str = ""
    vip: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """By what two callers are told apart."""
        return plain(self.organisation), plain(self.contact), digits(self.phone)


def each_once(callers: Iterable[Caller]) -> list[Caller]:
    """The callers in their order, without those that stand there before."""
    found: dict[tuple[str, str, str], Caller] = {}
    for one in callers:
        found.setdefault(one.key, one)
    return list(found.values())


def registered(desk: Desk) -> Iterator[Caller]:
    """The callers of ``customers.yaml``; a customer without contacts is one without a name."""
    try:
        customers = list(desk.customers)
    except Refused:
        return
    for one in customers:
        for contact in one.contacts:
            vip = bool(one.vip or contact.vip)
            yield Caller(one.organisation or "", contact.name or "", contact.phone or "", vip)
        if not one.contacts:
            yield Caller(one.organisation or "", vip=bool(one.vip))


def past(incidents: Iterable[Incident]) -> Iterator[Caller]:
    """The callers of past cases, who stand in no register where that was not kept then."""
    for one in incidents:
        who = one.customer
        if who and who.organisation and who.contact and who.phone:
            yield Caller(who.organisation, who.contact, who.phone)


def matching(callers: Iterable[Caller], typed: str) -> list[Caller]:
    """Whoever is meant by what is typed: a part of the number, or words of which each is a part of the organisation's or
    the contact's name; those that begin with it first, then those that hold its characters in order (一院: 第一医院)."""
    number, words = digits(typed), plain(typed).split()
    if not words:
        return []
    if number and not any(char.isalpha() for char in typed):
        by_end = [one for one in callers if digits(one.phone).endswith(number)]
        return (by_end + [one for one in callers if number in digits(one.phone) and one not in by_end])[:MOST]
    ranked = [(rank, place, one) for place, one in enumerate(callers) if (rank := rank_of(one, words)) is not None]
    return [one for _, _, one in sorted(ranked, key=lambda row: row[:2])[:MOST]]


def rank_of(caller: Caller, words: Sequence[str]) -> int | None:
    """How well a caller fits the words, the best being 0; None where one of the words does not fit at all."""
    names = (plain(caller.organisation), plain(caller.contact))
    ranks = [
        min((rank for name in names if (rank := _fits(name, word)) is not None), default=None)
        for word in words
    ]  # fmt: skip
    return None if None in ranks else max(rank for rank in ranks if rank is not None)


def _fits(name: str, word: str) -> int | None:
    if name.startswith(word):
        return 0
    if word in name:
        return 1
    rest = iter(name)
    return 2 if len(word) > 1 and all(char in rest for char in word) else None


def meant(callers: Sequence[Caller], typed: str) -> dict[str, str]:
    """The answers that a line about the caller gives: a number, the one contact of that name, or else an organisation."""
    if is_number(typed):
        return {"phone": typed.strip()}
    named = [one for one in callers if plain(one.contact) == plain(typed)]
    if len(named) == 1 and not any(plain(one.organisation) == plain(typed) for one in callers):
        return answers_of(named[0])
    return {"organisation": typed.strip()}


def is_number(typed: str) -> bool:
    """Whether a line is a phone number or the end of one."""
    return len(digits(typed)) >= TAIL and not any(char.isalpha() for char in typed)


def answers_of(caller: Caller) -> dict[str, str]:
    """The answers of a call from this caller."""
    given = {"organisation": caller.organisation, "contact": caller.contact, "phone": caller.phone}
    return {name: answer for name, answer in given.items() if answer}
