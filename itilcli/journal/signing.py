"""Which SSH key git signs with here, and the file that tells git whose keys are whose. Part of the journal's room.

See docs/signing.md. A key is named in git's settings: ``itil.signingKey``, which goes before ``user.signingKey`` for
those whose own commits are signed with OpenPGP.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path

from itilcli.errors import Refused
from itilcli.journal.running import Place, disk_problem
from itilcli.model.people import People
from itilcli.values import value

SETTINGS = ("itil.signingkey", "user.signingkey")
FILE = "itil-allowed-signers"
"""In the git folder that all work trees share: made anew whenever it is wanted, and never the truth."""
_LITERAL = ("key::", "ssh-", "ecdsa-", "sk-")
_LARGEST = 16384
_SPECIAL = frozenset('*?!,"\\# ')
"""What an address must not hold to stand in a file of allowed signers as itself."""


@value
class SigningKey:
    """The key as git is told of it, and the line of the public key; None where that cannot be read."""

    named: str
    line: str | None = None


def signing_key(place: Place, config: Mapping[str, str]) -> SigningKey | None:
    """The SSH key that git's settings name; None where they name none, such as an OpenPGP key's id.

    A file may be the public key, or the private one with the public one beside it.
    """
    for name in SETTINGS:
        written = config.get(name, "").strip()
        if written.startswith(_LITERAL):
            return SigningKey(written, written.removeprefix("key::"))
        if not written:
            continue
        path = place.root / Path(written).expanduser()
        if path.is_file():
            return SigningKey(str(path), public_line(path))
        if name == SETTINGS[0] or os.sep in written:
            return SigningKey(str(path))
    return None


def default_key() -> str | None:
    """The line of the public key that ssh-keygen makes where nobody says otherwise; None where there is none."""
    return public_line(Path("~/.ssh/id_ed25519.pub").expanduser())


def public_line(path: Path) -> str | None:
    """The public key of a file, or of the one beside it."""
    beside = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    for one in dict.fromkeys((beside, path)):
        try:
            with one.open("rb") as file:
                said = file.read(_LARGEST).decode("utf-8", "replace").strip()
        except OSError:
            continue
        if said and "PRIVATE KEY" not in said:
            return said.splitlines()[0].strip()
    return None


def allowed_signers(people: People, zone: tzinfo) -> bytes:
    """Everyone's keys as ssh-keygen reads them: addresses, days of validity in UTC (OpenSSH 9.1 and later), key.

    :param zone: the desk's time zone, in which a key's first day begins and its last one ends.
    """
    lines = []
    for person in people:
        addresses = ",".join(one for one in person.emails if not _SPECIAL & {*one} and one.isprintable())
        for span in person.keys:
            key, last = span.public, person.until(span)
            never = span.from_ is not None and last is not None and last < span.from_
            if key and addresses and not never:
                first = _stamp(span.from_, time.min, zone)
                after = f',valid-after="{first}"' if first else ""
                end = _stamp(last, time(23, 59, 59), zone)
                before = f',valid-before="{end}"' if end else ""
                lines.append(f'{addresses} namespaces="git"{after}{before} {key.line}\n')
    return "".join(lines).encode()


def _stamp(day: date | None, at: time, zone: tzinfo) -> str:
    """A moment as ssh-keygen reads it; nothing for an open end, and for a year that it cannot read."""
    if day is None or not 1970 < day.year < 9999:
        return ""
    return f"{datetime.combine(day, at, zone).astimezone(UTC):%Y%m%d%H%M%SZ}"


def allow(place: Place, lines: bytes) -> Path:
    """Writes the file of allowed signers where it is not as it should be; its path. Raises Refused."""
    from itilcli.store import files

    path = place.common_dir / FILE
    try:
        if not (path.is_file() and path.read_bytes() == lines):
            files.write_atomically(path, lines)
    except OSError as error:
        raise Refused([disk_problem(error)]) from None
    return path
