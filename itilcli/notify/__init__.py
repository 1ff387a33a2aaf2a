"""Messages to the team: a title, a body and files, to every address that was configured outside the desk.

``addresses`` reads where to, ``plain`` makes the words harmless, ``carrier`` is the one door to apprise.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from itilcli.errors import Problem
from itilcli.notify.addresses import Address, addresses
from itilcli.text import Text
from itilcli.values import value

__all__ = ["Address", "Delivery", "Message", "Sent", "addresses", "send"]


@value
class Message:
    """What to tell: plain text in the reader's language, and files to go with it where the way carries files.

    A title begins with the word ``itil``, or gets it: the keyword that chat groups let messages in by.
    """

    title: str
    body: str
    attachments: tuple[Path, ...] = ()


@value
class Sent:
    """What came of one address: ``where`` without any key, ``source`` the line it stands in, and why it failed."""

    where: str
    ok: bool
    source: str
    said: Text | None = None


@value
class Delivery:
    """What came of a message, address by address, and warnings about the addresses themselves."""

    sent: tuple[Sent, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def arrived(self) -> tuple[str, ...]:
        """Where it went."""
        return tuple(one.where for one in self.sent if one.ok)

    @property
    def failed(self) -> tuple[Sent, ...]:
        """Where it did not go."""
        return tuple(one for one in self.sent if not one.ok)


def send(message: Message, desk_root: Path, environ: Mapping[str, str]) -> Delivery:
    """Sends a message to every address there is; one that fails stops none of the others.

    :param desk_root: the desk, in whose repository no address may lie.
    :param environ: ``ITIL_NOTIFY``, ``ITIL_NOTIFY_FILE``, ``XDG_CONFIG_HOME`` and ``HOME`` say where the addresses are.
    :raises Refused: ``E-notify-none``, ``E-notify-file``, ``E-notify-in-desk`` or ``E-notify-extra``; nothing is sent then.
    """
    from itilcli.notify.carrier import deliver

    found, warnings = addresses(desk_root, environ)
    return Delivery(deliver(message, found), warnings)
