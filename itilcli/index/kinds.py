"""What may be kept of every case: a kind has a name, surroundings, and makes a memo."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from itilcli.store.cases import Stored


class Memo(NamedTuple):
    """What was made of a case, as text, and from and until when (seconds since 1970) it holds; None: at any time."""

    data: str | None
    since: int | None = None
    until: int | None = None


class Kind(NamedTuple):
    """One thing that is made of every case and kept: its name, what it depends on besides the case's files, and how.

    ``make`` takes the folder, the ID that the files are named after, and the case as stored.
    """

    name: str
    env: str
    make: Callable[[str, str, Stored], Memo]
