"""Which folder of the desk is which, and what lies in one: names and what they belong to, without opening anything."""

from __future__ import annotations

from typing import NamedTuple

from itilcli.index.look import Stamp
from itilcli.store.cases import RECORDS, SUFFIX

ATTACHED = ".files"
DAY_DEPTH = 4


class Known(NamedTuple):
    """A name as the index has it."""

    kind: str
    stamp: Stamp
    hash: str


SUMS = 1 << 128
"""The digest of all content is a sum of parts below this, so that one file's part can be exchanged for another."""


def part_of(folder: str, name: str, text: str) -> int:
    """The part of the digest of all content that a name with its own digest makes up."""
    from hashlib import blake2b

    held = f"{folder}/{name}\0{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(held, digest_size=16).digest())


def is_day(folder: str) -> bool:
    """Whether a folder is where the cases of a day lie."""
    parts = folder.split("/")
    return len(parts) == DAY_DEPTH and parts[0] == RECORDS and all(part.isdigit() for part in parts[1:])


def case_of(name: str) -> str:
    """The ID that a file in a day's folder is named after; empty for one that is no file of a case."""
    return name.partition(".")[0] if name.startswith("INC-") and name.endswith(SUFFIX) else ""


def attached_to(folder: str) -> tuple[str, str] | None:
    """The day's folder and the ID of the case whose attachments lie in a folder; None for any other."""
    parts = folder.split("/", DAY_DEPTH + 1)
    if parts[0] != RECORDS or len(parts) <= DAY_DEPTH or not parts[DAY_DEPTH].endswith(ATTACHED):
        return None
    return "/".join(parts[:DAY_DEPTH]), parts[DAY_DEPTH].removesuffix(ATTACHED)
