"""What is to be written of one file, before and after; the store makes it, the journal commits it."""

from __future__ import annotations

from itilcli.values import value


@value
class Change:
    """One file of a commit: ``path`` from the desk's root with ``/``; None before: new file; None after: removed."""

    path: str
    before: bytes | None
    after: bytes | None
