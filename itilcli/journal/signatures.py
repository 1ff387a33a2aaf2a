"""Whether commits are signed, by which key, and whether that was its author's key then. Part of the journal's room.

Git and ssh-keygen say which key a signature was made with, and that it was made of this commit; whose key it is, and on
which days, is asked of the people, so that the desk of any moment can answer. Works in a bare repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from itilcli.errors import Refused
from itilcli.journal.running import Git
from itilcli.model.people import KeySpan, People, Person
from itilcli.text import Text, t
from itilcli.values import pattern, value

NONE, VALID, BROKEN, FOREIGN = "none", "valid", "broken", "foreign"
NOTHING, GOOD, BAD = "none", "good", "bad"
KEPT = "itil-signatures"
"""The file in git's folder that remembers verified commits; it can be deleted at any time."""
_KEPT = pattern(r"([0-9a-f]{40,64}) (SHA256:[A-Za-z0-9+/=]+)")
_FIELDS = ("%H", "%G?", "%GK")
_BEGINS = b"-----BEGIN SSH SIGNATURE-----"
_HEADERS = (b"gpgsig ", b"gpgsig-sha256 ")
_CHUNK = 2000
"""So many commits are asked for at once: their messages are in memory meanwhile."""
_SHARE = 8
"""So many signatures are worth a process of git's own: ssh-keygen is run for each, one after another."""


@value
class Signature:
    """What git says of one commit: ``state`` NONE, VALID (made with the key of this fingerprint, of this commit), BROKEN (of
    something else) or FOREIGN (none of SSH: nobody looked); the author's address, and the committer's time in UTC.
    """

    state: str
    email: str
    at: datetime
    fingerprint: str = ""


@value
class Verdict:
    """What is to be thought of a signature: ``state`` NOTHING, GOOD (of ``person``) or BAD (``reason`` says why)."""

    state: str
    person: str = ""
    reason: Text | None = None
    fingerprint: str = ""


def signatures(
    git: Git, commits: Iterable[str], extra: Mapping[str, str] | None = None, kept: Path | None = None
) -> dict[str, Signature]:
    """What git says of each of these commits, by full id; those it does not know are left out.

    Unsigned commits cost next to nothing; a signed one what ssh-keygen takes for it (docs/signing.md).

    :param extra: more of git's environment, such as that of the hook of a server, where pushed commits lie apart.
    :param kept: a file that remembers by which key each verified commit was signed, so that none is verified twice. Whoever
        can write to it can forge that; without it every signature is verified.
    :raises Refused: where git fails.
    """
    found: dict[str, Signature] = {}
    wanted = list(dict.fromkeys(commits))
    known = _known(kept) if kept is not None else {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        made = dict(_written(git, chunk, extra))
        claimed = [commit for commit, one in made.items() if one.state == VALID]
        told = _verified(git, [one for one in claimed if one not in known], extra)
        told |= {commit: ("G", known[commit]) for commit in claimed if commit in known}
        found |= made
        found |= {commit: _with(made[commit], *told.get(commit, ("", ""))) for commit in claimed}
    if kept is not None:
        _remember(kept, known, found)
    return found


def _known(kept: Path) -> dict[str, str]:
    """The key of each commit that was verified before; none where the file is gone or cannot be read."""
    try:
        rows = (_KEPT.fullmatch(line) for line in kept.read_text("ascii").splitlines())
        return {row[1]: row[2] for row in rows if row}
    except (OSError, ValueError):
        return {}


def _remember(kept: Path, known: Mapping[str, str], found: Mapping[str, Signature]) -> None:
    from itilcli.store.files import write_atomically

    more = {commit: one.fingerprint for commit, one in found.items() if one.state == VALID and commit not in known}
    if more:
        with suppress(OSError, Refused):  # it only saves time
            write_atomically(kept, "".join(f"{commit} {key}\n" for commit, key in {**known, **more}.items()).encode())


def verdict(found: Signature, people: People, zone: tzinfo) -> Verdict:
    """Whether a commit is signed with a key that was its author's on the day it was made, by its committer's clock.

    :param people: as they stood before the commit, for a judge; as they stand today, for a reader.
    """
    if found.state == NONE:
        return Verdict(NOTHING)
    if found.state == FOREIGN:
        return Verdict(BAD, reason=t("it is signed with something else than an SSH key"))
    if found.state == BROKEN:
        return Verdict(BAD, reason=t("the signature is not of this commit"))
    held = people.by_key(found.fingerprint)
    if not held:
        reason = t("nobody at this desk has the key {key}", key=found.fingerprint)
        return Verdict(BAD, reason=reason, fingerprint=found.fingerprint)
    author = people.by_email(found.email)
    own = [(person, span) for person, span in held if author is not None and person.id == author.id]
    if not own:
        reason = t("the key is {person}'s, and the author is {email}", person=held[0][0].id or "?", email=found.email)
        return Verdict(BAD, held[0][0].id or "", reason, found.fingerprint)
    day = found.at.astimezone(zone).date()
    if any(span.valid_on(day) and not person.gone_on(day) for person, span in own):
        return Verdict(GOOD, own[0][0].id or "", None, found.fingerprint)
    reason = t(
        "the key was {person}'s {days}, and the commit is of {day}",
        person=own[0][0].id or "?",
        days=_days(*own[-1]),
        day=day,
    )
    return Verdict(BAD, own[0][0].id or "", reason, found.fingerprint)


def _days(person: Person, span: KeySpan) -> Text:
    last = person.until(span)
    if last is None:
        return t("from {day} on", day=span.from_ or "…")
    return t("from {day} until {until}", day=span.from_ or "…", until=last)


# ── what git says


def _written(git: Git, commits: list[str], extra: Mapping[str, str] | None) -> Iterator[tuple[str, Signature]]:
    """What the commits themselves say: VALID stands for any signature of SSH, until it is looked at."""
    said = git.run("cat-file", "--batch", "--buffer", stdin="".join(f"{one}\n" for one in commits), extra=extra)
    at = 0
    while at < len(said):
        end = said.index(b"\n", at)
        words = said[at:end].split(b" ")
        if len(words) != 3 or not words[2].isdigit():
            at = end + 1
            continue
        data = said[end + 1 : end + 1 + int(words[2])]
        at = end + 2 + int(words[2])
        if words[1] == b"commit":
            yield words[0].decode(), _claimed(data.partition(b"\n\n")[0])


def _claimed(head: bytes) -> Signature:
    lines = head.split(b"\n")
    author, committer = (
        next((line for line in lines if line.startswith(b"%s " % who)), b"") for who in (b"author", b"committer")
    )
    email = author.partition(b"<")[2].partition(b">")[0].decode("utf-8", "replace")
    digits = committer.rpartition(b"> ")[2].split(b" ")[0]
    seconds = int(digits) if digits.isdigit() and len(digits) < 12 else 0
    signed = [line for line in lines if line.startswith(_HEADERS)]
    state = FOREIGN if signed else NONE
    if signed and all(line.endswith(_BEGINS) for line in signed):
        state = VALID
    return Signature(state, email, datetime.fromtimestamp(seconds, UTC))


def _verified(git: Git, commits: list[str], extra: Mapping[str, str] | None) -> dict[str, tuple[str, str]]:
    """What ``git log`` says of the signature of each commit: a letter, and the key's fingerprint."""
    if not commits:
        return {}
    from concurrent.futures import ThreadPoolExecutor

    shares = min(os.cpu_count() or 1, -(-len(commits) // _SHARE))
    with ThreadPoolExecutor(shares) as workers:
        told = workers.map(lambda place: _told(git, commits[place::shares], extra), range(shares))
        return {commit: said for share in told for commit, said in share.items()}


def _told(git: Git, commits: list[str], extra: Mapping[str, str] | None) -> dict[str, tuple[str, str]]:
    options = (
        "log",
        "--no-walk=unsorted",
        "--stdin",
        "--no-show-signature",
        "--no-color",
        f"--format={'%x00'.join(_FIELDS)}",
    )
    said = git.attempt(
        *("-c", f"gpg.ssh.allowedSignersFile={os.devnull}", *options),
        stdin="".join(f"{one}\n" for one in commits),
        extra=extra,
        limit=None,
    )
    rows = (line.split("\0") for line in said.stdout.decode("utf-8", "replace").splitlines())
    return {row[0]: (row[1], row[2]) for row in rows if len(row) == len(_FIELDS)}


def _with(claimed: Signature, letter: str, fingerprint: str) -> Signature:
    """Git's G and U say that a key made this signature of this commit; whether it knows the key is not asked."""
    if letter in ("G", "U") and fingerprint.startswith("SHA256:"):
        return Signature(VALID, claimed.email, claimed.at, fingerprint)
    return Signature(BROKEN, claimed.email, claimed.at)
