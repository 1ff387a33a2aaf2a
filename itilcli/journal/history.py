"""The history of the desk, read through GitPython. Part of the journal's room."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import IO

from itilcli.errors import Refused
from itilcli.journal.running import Place, environment, failure
from itilcli.journal.settings import Identity
from itilcli.values import value

_FIELDS = ("%H", "%an", "%ae", "%aI", "%cI", "%s", "%(trailers:only,unfold)")


@value
class Entry:
    """One commit of the history; ``paths`` are those it changed, from the desk's root."""

    commit: str
    author: Identity
    at: datetime
    committed_at: datetime
    subject: str
    trailers: Mapping[str, tuple[str, ...]]
    paths: tuple[str, ...]


def log(place: Place, paths: Sequence[str] = (), limit: int | None = None) -> Iterator[Entry]:
    """The commits that touched ``paths`` (none: any file of the desk), newest first. Raises Refused."""
    from git import Git
    from git.exc import GitCommandError

    options = ["-z", "--name-only", "--no-renames", "--relative", "--diff-merges=first-parent", "--encoding=UTF-8"]
    options += ["--no-show-signature", "--no-color", "--no-ext-diff", f"--format=%x00{'%x00'.join(_FIELDS)}"]
    options += [] if limit is None else [f"--max-count={limit}"]
    some = ["--", *(paths or ["."])] if paths or place.prefix else ["--"]
    with _cleared():
        running = Git(str(place.root)).log(*options, "HEAD", *some, as_process=True)
    try:
        yield from _entries(_tokens(running.stdout))
        running.wait()
    except GitCommandError as error:
        raise Refused([failure(str(error.stderr).encode())]) from None


def additions(place: Place, path: str) -> Iterator[tuple[str, str]]:
    """Each commit that touched ``path``, newest first, with the lines it added there. Raises Refused."""
    from git import Git
    from git.exc import GitCommandError

    options = ["-z", "--patch", "--unified=0", "--no-renames", "--diff-merges=first-parent", "--text", "--no-textconv"]
    options += ["--no-show-signature", "--no-color", "--no-ext-diff", "--format=%x00%H"]
    try:
        with _cleared():
            said = Git(str(place.root)).log(*options, "HEAD", "--", path, stdout_as_string=False)
    except GitCommandError as error:
        raise Refused([failure(str(error.stderr).encode())]) from None
    for part in re.split(rb"\0(?=[0-9a-f]{40,64}(?:\n|\0|$))", said):
        commit, _, patch = part.decode("utf-8", "replace").lstrip("\0").partition("\n")
        lines = (line[1:] for line in patch.splitlines() if line.startswith("+") and not line.startswith("+++"))
        if commit.strip("\0"):
            yield commit.strip("\0"), "\n".join(lines)


@contextmanager
def _cleared() -> Iterator[None]:
    """GitPython hands on the whole environment: clear what a surrounding git command left in it, for its start."""
    before = dict(os.environ)
    wanted = environment()
    try:
        for name in before.keys() - wanted.keys():
            del os.environ[name]
        os.environ.update(wanted)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _tokens(stream: IO[bytes]) -> Iterator[str]:
    """The pieces between zero bytes, read as they come."""
    rest = b""
    while block := stream.read(65536):
        *whole, rest = (rest + block).split(b"\0")
        yield from (piece.decode("utf-8", "replace") for piece in whole)


def _entries(tokens: Iterator[str]) -> Iterator[Entry]:
    """An empty piece begins each commit, then come its fields, then its paths: a path is never empty."""
    begun = next(tokens, None)
    while begun is not None:
        commit, name, email, at, committed_at, subject, trailers = (next(tokens) for _ in _FIELDS)
        paths = []
        while begun := next(tokens, None):
            paths.append(begun.removeprefix("\n"))
        moments = datetime.fromisoformat(at), datetime.fromisoformat(committed_at)
        yield Entry(commit, Identity(name, email), *moments, subject, trailers_of(trailers), tuple(paths))


def trailers_of(text: str) -> dict[str, tuple[str, ...]]:
    """The trailers of a message, each with its values in the order they stand in."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        token, _, value = line.partition(":")
        found[token] = (*found.get(token, ()), value.strip())
    return found
