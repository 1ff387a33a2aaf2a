"""What one earlier commit did, and whether later ones built on it. Part of the journal's room.

Plain git processes, a handful whatever the size of the desk; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from itilcli.journal.history import Entry, trailers_of
from itilcli.journal.running import Git
from itilcli.journal.settings import Identity
from itilcli.values import value

_FIELDS = ("%H", "%P", "%an", "%ae", "%aI", "%cI", "%s", "%(trailers:only,unfold)")
_ABSENT = "0"


@value
class Recent:
    """A commit with how many parents this repository knows of: none where a shallow clone ends."""

    entry: Entry
    parents: int


@value
class Touched:
    """A file that a commit changed: the id of its contents before and after; None where there was, or is, no file."""

    path: str
    before: str | None
    after: str | None


def recent(git: Git, limit: int) -> Iterator[Recent]:
    """The last ``limit`` commits, newest first, without their paths. Raises Refused."""
    options = ["-z", f"--max-count={limit}", "--encoding=UTF-8", "--no-show-signature", "--no-color"]
    said = git.run("log", *options, f"--format={'%x00'.join(_FIELDS)}", "HEAD")
    pieces = said.decode("utf-8", "replace").split("\0")
    for at in range(0, len(pieces) - len(_FIELDS) + 1, len(_FIELDS)):
        commit, parents, name, email, authored, committed, subject, trailers = pieces[at : at + len(_FIELDS)]
        moments = datetime.fromisoformat(authored), datetime.fromisoformat(committed)
        entry = Entry(commit, Identity(name, email), *moments, subject, trailers_of(trailers), ())
        yield Recent(entry, len(parents.split()))


def touched(git: Git, commit: str) -> list[Touched]:
    """The files of the desk that a commit with one parent changed. Raises Refused."""
    said = git.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "--relative", f"{commit}^", commit)
    pieces = iter(said.decode("utf-8", "surrogateescape").split("\0"))
    found = []
    for about in pieces:
        if about:
            _, _, before, after, _ = about.split(" ")
            found.append(Touched(next(pieces), *(_known(blob) for blob in (before, after))))
    return found


def _known(blob: str) -> str | None:
    return blob if blob.strip(_ABSENT) else None


def changed_since(git: Git, commit: str, paths: Sequence[str] = (), holding: str = "") -> list[str]:
    """The paths that the last commit holds otherwise than ``commit`` did.

    ``holding``: only those in which this text stands more, or less, often than it did. Raises Refused.
    """
    some = [f"-S{holding}"] if holding else []
    options = ["-r", "-z", "--name-only", "--no-renames", "--relative", *some]
    said = git.run("diff-tree", *options, commit, "HEAD", "--", *paths)
    return [path for path in said.decode("utf-8", "surrogateescape").split("\0") if path]


def contents(git: Git, path: str, blob: str) -> bytes:
    """Contents of the repository as they would be checked out at ``path``. Raises Refused."""
    return git.run("cat-file", "--filters", f"--path={git.place.prefix}{path}", blob)
