"""What a judge is given: where contents come from, and what is asked besides the procedure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from itilcli.errors import Problem
from itilcli.judging.deed import Deed
from itilcli.judging.ground import Ground
from itilcli.model.people import Person
from itilcli.values import value

Signature = Callable[[Deed, frozenset[str], Person, Ground], Iterable[Problem]]
"""Asked of every commit: what is wrong with its signature, by what it did, who made it, and the desk before it."""


def unasked(deed: Deed, actions: frozenset[str], person: Person, ground: Ground) -> Iterable[Problem]:
    """Nobody asks for signatures."""
    return ()


@value
class Look:
    """Where contents come from: their bytes and sizes by name, and the name of what the point where two commits parted holds
    at a path."""

    read: Callable[[str], bytes]
    size: Callable[[str], int]
    parted: Callable[[str, str, str], str | None]


@value
class Terms:
    """What is asked besides the procedure. ``now``: the clock that nothing may lie ahead of, None without one; ``pusher``: the
    id or address of who pushes, where the server knows; ``signature``: see above."""

    now: datetime | None = None
    pusher: str | None = None
    signature: Signature = unasked
    partly: bool = False
    """Whether the desk is a folder of a larger repository, whose other commits are nobody's business here."""
