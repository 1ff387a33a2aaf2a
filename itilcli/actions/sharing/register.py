"""A file of the desk that is no case's, changed by two clones: registers by meaning, articles line by line."""

from __future__ import annotations

from itilcli.errors import Refused
from itilcli.journal.shared import Shared
from itilcli.merging.files import written
from itilcli.merging.plain import Clash, joined
from itilcli.store import yaml
from itilcli.store.cases import SUFFIX


def joined_file(
    shared: Shared, path: str, base: bytes | None, ours: bytes, theirs: bytes, take: str | None = None
) -> tuple[bytes | None, list[str]]:
    """The file that both sides' changes add up to, None where there is none; and the fields that they do not agree on.

    :param take: whose value counts in those fields, ours or theirs (None: theirs).
    """
    if not path.endswith(SUFFIX):
        return shared.joined_text(base or b"", ours, theirs), []
    try:
        was, mine, yours = (yaml.read(data, path) if data is not None else {} for data in (base, ours, theirs))
    except Refused:
        return shared.joined_text(base or b"", ours, theirs), []
    clashes: list[Clash] = []
    held = joined(was, mine, yours, "", clashes)
    if clashes and take == "ours":
        held = joined(was, yours, mine, "", [])
    try:
        return written(held, base, ours, theirs, path), [one.path for one in clashes]
    except Refused:
        return None, [one.path for one in clashes]
