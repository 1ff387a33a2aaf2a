"""What was done, told by git alone: the commits of the desk, and what each did to the files of one case.

Part of the journal's room. One ``git log`` whatever is asked, read while it runs.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from itilcli.errors import Refused
from itilcli.journal.history import trailers_of
from itilcli.journal.running import Git, failure, find
from itilcli.values import value

_FIELDS = ("%H", "%an", "%ae", "%aI", "%s", "%(trailers:only,unfold)")
_WIDTH = len(_FIELDS)
FORMAT = "%x00".join(_FIELDS)
"""What git is asked to say of each commit."""
_OPTIONS = (
    "-z",
    "--no-renames",
    "--encoding=UTF-8",
    "--no-show-signature",
    "--no-color",
    "--no-ext-diff",
    "--no-mailmap",
)
_BEGUN = "parents: "
"""Begins a commit; the lines of its files begin with a colon."""
_BLOCK = 1 << 16


class Mark(NamedTuple):
    """A commit without its files; ``at`` is its author's time as git writes it (RFC 3339), ``said`` its trailers as they stand.

    A named tuple, and read no further than asked: there are as many as the desk has commits.
    """

    commit: str
    name: str
    email: str
    at: str
    subject: str
    said: str

    @property
    def moment(self) -> datetime:
        """When it was made, by its author's clock."""
        return datetime.fromisoformat(self.at)

    @property
    def trailers(self) -> Mapping[str, tuple[str, ...]]:
        """Its trailers, each with its values in their order; read anew each time."""
        return trailers_of(self.said)

    def trailer(self, name: str) -> str:
        """The first value of a trailer, empty where there is none."""
        return self.trailers.get(name, ("",))[0]


@value
class Versions:
    """One file a commit changed: the ids of its contents in each parent and after it; None where there was, or is, none.

    ``path`` is from the desk's root. A commit that brings several together names only what differs from all of them.
    """

    path: str
    before: tuple[str | None, ...]
    after: str | None


@value
class Deed:
    """A commit with the files of a case that it changed; ``parents`` says how many commits it follows."""

    mark: Mark
    parents: int
    files: tuple[Versions, ...]


def marks(root: Path, since: datetime | None = None) -> Iterator[Mark]:
    """The commits of the desk at ``root``, newest first, from ``since`` on by their committers' clocks.

    The desk must have a commit. Closing the iterator ends git. Raises Refused.
    """
    place = find(root)
    from_then = [] if since is None else [f"--since-as-filter=@{int(since.timestamp())}"]
    some = ["--", "."] if place.prefix else ["--"]
    said = _said(Git(place), "log", *_OPTIONS, *from_then, f"--format={FORMAT}", "HEAD", *some)
    left: list[str] = []
    with closing(said) as blocks:
        for block in blocks:
            left += block
            fields = iter(left[: len(left) // _WIDTH * _WIDTH])
            left = left[len(left) // _WIDTH * _WIDTH :]
            yield from map(Mark._make, zip(*[fields] * _WIDTH, strict=True))


def deeds(root: Path, start: str, tip: str = "HEAD") -> Iterator[Deed]:
    """The commits up to ``tip`` that touched the files whose path begins with ``start``, newest first. Raises Refused.

    ``start`` is from the desk's root and without characters that mean something in a pattern.
    """
    form = f"--format=%x00{_BEGUN}%P%x00{FORMAT}"
    options = (*_OPTIONS, "-c", "--raw", "--no-abbrev", "--relative")
    loose = {"GIT_LITERAL_PATHSPECS": "0"}
    said = _said(Git(find(root)), "log", *options, form, tip, "--", f"{start}*", extra=loose)
    with closing(said) as blocks:
        pieces = chain.from_iterable(blocks)
        found: tuple[Mark, int, list[Versions]] | None = None
        for piece in pieces:
            if piece.startswith(_BEGUN):
                if found:
                    yield Deed(found[0], found[1], tuple(found[2]))
                found = Mark._make(next(pieces) for _ in _FIELDS), len(piece.split()) - 1, []
            elif found and (about := piece.strip()):
                found[2].append(_versions(about, next(pieces)))
        if found:
            yield Deed(found[0], found[1], tuple(found[2]))


def _versions(about: str, path: str) -> Versions:
    """A line of ``--raw``: as many colons as parents, the modes, the ids of the contents, the kinds of change."""
    words = about.lstrip(":").split(" ")
    *before, after = words[(len(words) // 2) : -1]
    return Versions(path, tuple(_known(one) for one in before), _known(after))


def _known(blob: str) -> str | None:
    return blob if blob.strip("0") else None


def contents(root: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """Contents of the repository by their ids; those it does not hold are left out. Raises Refused."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    said = Git(find(root)).run("cat-file", "--batch", "--buffer", stdin="".join(f"{one}\n" for one in wanted))
    found: dict[str, bytes] = {}
    at = 0
    for one in wanted:
        end = said.index(b"\n", at)
        words = said[at:end].split(b" ")
        at = end + 1
        if len(words) == 3 and words[2].isdigit():
            size = int(words[2])
            found[one] = said[at : at + size]
            at += size + 1
    return found


def _said(git: Git, *args: str, extra: Mapping[str, str] | None = None) -> Generator[list[str]]:
    """What git says between zero bytes, as much at a time as comes. Raises Refused when it fails."""
    running = git.begin(*args, extra=extra)
    assert running.stdin and running.stdout and running.stderr
    running.stdin.close()
    rest = b""
    try:
        while block := running.stdout.read1(_BLOCK):  # type: ignore[attr-defined]
            whole, zero, tail = block.rpartition(b"\0")
            if not zero:
                rest += block
                continue
            yield (rest + whole).decode("utf-8", "replace").split("\0")
            rest = tail
        wrong = running.stderr.read()
        if running.wait():
            raise Refused([failure(wrong)])
    finally:
        if running.poll() is None:  # enough was read
            running.kill()
            running.wait()
        running.stdout.close()
        running.stderr.close()
