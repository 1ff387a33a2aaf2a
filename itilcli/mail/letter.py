"""What is read of a message: who wrote when to whom about what, the text, the files, and what marks it as noise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from itilcli.text import Text
from itilcli.values import value


@value
class Address:
    """A mailbox: the address in lower case, and the name it is shown with; empty where there is none."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]

    @property
    def local(self) -> str:
        """What stands before the @."""
        return self.address.rpartition("@")[0]

    @property
    def shown(self) -> str:
        """Name and address as people read them."""
        return f"{self.name} <{self.address}>" if self.name else self.address


@value
class Enclosure:
    """A file that came along: a name that is safe in a folder of the desk, and its bytes."""

    name: str
    data: bytes


@value
class Letter:
    """One message.

    ``id`` is its Message-ID without the brackets; of a message without one, a digest of what it says (``sha256:…``).
    ``references`` are the messages that it answers, the nearest first. ``to`` are all that it was addressed or delivered
    to. ``sent`` is its Date, ``received`` when the nearest mail server took it. ``text`` is all that it says, ``html``
    whether that was made out of HTML. ``heads`` holds what marks noise, by lower-case field name; ``type`` is the
    content type. ``faults`` are what could not be read of it, ``left`` the files for which there was no room.
    """

    id: str
    references: tuple[str, ...] = ()
    authors: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    subject: str = ""
    sent: datetime | None = None
    received: datetime | None = None
    text: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict)
    type: str = ""
    report: str = ""
    method: str = ""
    faults: tuple[Text, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def author(self) -> Address:
        """Who wrote it: of several authors the first; an empty address where none is named."""
        return self.authors[0] if self.authors else Address("")

    @property
    def identity(self) -> tuple[str, str, datetime | None]:
        """What two copies of one message share, and two messages under one Message-ID do not."""
        return self.id, self.author.address, self.sent

    @property
    def key(self) -> str:
        """A short name of the identity, fit for a file's name."""
        return digest("\n".join(map(str, self.identity)))


def digest(text: str) -> str:
    """Sixteen characters that stand for a text, the same on every machine."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def kept_name(message_id: str) -> str:
    """The name under which the message of this id is kept with a case, less its ending."""
    return f"mail-{digest(message_id)}"
