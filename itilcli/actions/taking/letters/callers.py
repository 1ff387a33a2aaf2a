"""§5.1: who wrote: a contact of the register, a colleague, or a stranger; and what that says about the call."""

from __future__ import annotations

from itilcli.actions.taking.register import Register
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.mail.letter import Address, Letter
from itilcli.model.case import Case
from itilcli.model.customer import Caller, Organisation, plain
from itilcli.values import value

PUBLIC = frozenset({
    "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "188.com", "sina.com", "sina.cn", "sohu.com", "aliyun.com", "139.com",
    "189.cn", "wo.cn", "21cn.com", "tom.com", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "live.cn",
    "msn.com", "icloud.com", "me.com", "mac.com", "yahoo.com", "yahoo.com.cn", "yahoo.cn", "proton.me", "protonmail.com", "gmx.com",
    "aol.com", "263.net", "vip.qq.com", "vip.163.com", "vip.126.com", "vip.sina.com",
})  # fmt: skip
"""Domains where anybody may have a mailbox: two of one domain are not of one organisation."""


@value
class Author:
    """Who wrote a message, as far as the desk knows.

    ``caller`` is the one contact of the register with this address, ``organisation`` the one customer whose contacts share
    its domain, ``staff`` the person of the desk. ``doubtful``: the address may be forged, so that none of it counts.
    """

    address: Address
    caller: Caller | None = None
    organisation: Organisation | None = None
    staff: str | None = None
    doubtful: bool = False

    @property
    def customer(self) -> Organisation | None:
        """The customer that the author is of, where the register knows just one."""
        return self.caller.organisation if self.caller else self.organisation

    @property
    def known(self) -> bool:
        """Whether this is a contact of the register."""
        return self.caller is not None


def author_of(desk: Desk, letter: Letter) -> Author:
    """Who wrote a message. A register that cannot be read knows nobody."""
    address = letter.author
    if doubtful(letter) or not address.address:
        return Author(address, doubtful=True)
    person = desk.people.by_email(address.address)
    if person is not None and person.id:
        return Author(address, staff=person.id)
    try:
        register = Register(desk)
        found = register.of_email(address.address)
        if found:
            same = {one.organisation.key for one in found}
            return Author(address, found[0] if len(same) == 1 else None)
        near = {} if address.domain in PUBLIC else {one.key: one for one in register.of_domain(address.domain)}
    except Refused:
        return Author(address)
    return Author(address, organisation=next(iter(near.values())) if len(near) == 1 else None)


def doubtful(letter: Letter) -> bool:
    """Whether the sender may be another: several authors, or a mail server before the desk that found it forged."""
    proved = letter.heads.get("authentication-results", "").lower()
    return len(letter.authors) > 1 or "dmarc=fail" in proved or ("spf=fail" in proved and "dkim=pass" not in proved)


def belongs(desk: Desk, author: Author, case: Case) -> bool:
    """Whether an author is of the customer of a case: the same address, a contact of that organisation, or its own domain."""
    customer = case.incident.customer
    if author.doubtful or customer is None:
        return False
    address, known = author.address, plain(customer.email)
    if known and plain(address.address) == known:
        return True
    if author.customer is not None and author.customer.key == plain(customer.organisation):
        return True
    return bool(known) and address.domain not in PUBLIC and address.domain == known.rpartition("@")[2]


def written(author: Author, letter: Letter) -> dict[str, str | None]:
    """How the author names himself: the name shown, and the address that an answer is to go to."""
    if author.staff:
        return {}
    answer_to = letter.reply_to[0] if len(letter.reply_to) == 1 and not author.known else author.address
    return {"contact": author.address.name, "email": answer_to.address}


def caller_answers(author: Author) -> dict[str, str | None]:
    """What the register knows of the author, as it would be typed; of a colleague who passes a message on, nothing."""
    made: dict[str, str | None] = {}
    if author.caller:
        contact = author.caller.contact
        made = {"contact": contact.name, "phone": contact.phone}
    if customer := author.customer:
        made |= {"organisation": customer.organisation, "address": customer.address}
    return {name: given for name, given in made.items() if given}


def project(author: Author, letter: Letter) -> str | None:
    """The customer's project that a message was addressed to (``desk+PROJECT@…``, ``PROJECT@…``, or by the name shown); else
    the only one there is."""
    projects = author.customer.projects if author.customer else ()
    for one in letter.to:
        names = {plain(one.local), plain(one.local.partition("+")[2]), plain(one.name)}
        for name in projects:
            if plain(name) in names:
                return name
    return projects[0] if len(projects) == 1 else None
