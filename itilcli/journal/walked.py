"""A repository's commits as they are judged: who, when, what changed of each parent; and contents by their name.

Part of the journal's room. It works in a bare repository and in the midst of a push, whose objects lie apart until the
hook has allowed them. Nothing is written but tags.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from itilcli.errors import Refused
from itilcli.journal.history import trailers_of
from itilcli.journal.revisions import shallow
from itilcli.journal.running import Git, Place, failure
from itilcli.values import value

PUSHED = ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
"""Where git keeps what is being pushed."""
_FIELDS = ("%H", "%P", "%T", "%an", "%ae", "%cI", "%(trailers:only,unfold)")
_PLAIN = ("-c", "log.showRoot=true", "-c", "diff.ignoreSubmodules=none", "-c", "core.commitGraph=true")
_RAW = ("-r", "-z", "--raw", "--no-abbrev", "--no-renames")
_LOG = (*_RAW, "--diff-merges=first-parent", "--encoding=UTF-8", "--no-color", "--no-show-signature", "--no-ext-diff",
        "--no-notes", f"--format=%x00{'%x00'.join(_FIELDS)}")  # fmt: skip
_MANY = 500
"""So many paths are named to git at once."""
TOGETHER = 4000
"""So many commits are read at a time."""
_BLOCK = 1 << 18
if TYPE_CHECKING:
    from itilcli.journal.signatures import Signature

Raw = tuple[str, tuple[str, str] | None, tuple[str, str] | None]
"""A path, and the mode and content's name before and after."""


@value
class Walked:
    """One commit; ``changes`` are against each parent in their order."""

    id: str
    parents: tuple[str, ...]
    tree: str
    author: str
    email: str
    committed_at: datetime
    trailers: Mapping[str, tuple[str, ...]]
    changes: tuple[tuple[Raw, ...], ...]


@value
class Outline:
    """A span of commits before any of them is looked at: how many, how many of them merges, the ones that they stand on
    (``before``), and how many of them stand on each commit that is not stood on by just one (``children``)."""

    count: int
    merges: int
    before: tuple[str, ...]
    children: Mapping[str, int]


class Walk:
    """Reads commits of one repository; ``prefix`` is the desk's folder in it, empty or ending in a slash."""

    def __init__(self, place: Place, pushed: bool = False) -> None:
        self._git = Git(place)
        self.prefix = place.prefix
        kept = {name: os.environ[name] for name in PUSHED if name in os.environ} if pushed else {}
        self._extra = {"GIT_GRAFT_FILE": os.devnull, **kept, **({"GIT_DIR": str(place.git_dir)} if pushed else {})}

    @classmethod
    def bare(cls, repository: Path) -> Walk:
        """The commits of a bare repository, those that are being pushed among them."""
        real = Path(os.path.realpath(repository))
        return cls(Place(real, real, real, real), pushed=True)

    def run(self, *words: str, stdin: str | bytes = b"", allowed: Iterable[int] = (0,)) -> bytes:
        """What git prints. Raises Refused."""
        return self._git.run(*words, stdin=stdin, extra=self._extra, allowed=allowed)

    def asks(self, *words: str) -> bool:
        """Whether git ends well."""
        return self._git.attempt(*words, extra=self._extra).returncode == 0

    def signatures(self, commits: Iterable[str], remembered: bool = False) -> dict[str, Signature]:
        """What git says of the signature of each of these commits. Raises Refused.

        :param remembered: whether those that were verified before in this clone are believed.
        """
        from itilcli.journal.signatures import KEPT, signatures

        return signatures(self._git, commits, self._extra, self._git.place.common_dir / KEPT if remembered else None)

    # ── commits

    def commits(self, *span: str) -> list[Walked]:
        """The commits of a span, parents before children. ``span``: full ids, and options of ``git log`` such as ``--not``.

        Raises Refused.
        """
        return [one for some in self.stream(*span) for one in some]

    def stream(self, *span: str, together: int = TOGETHER) -> Iterator[list[Walked]]:
        """The same commits, so many at a time, read while git goes on. Raises Refused."""
        with self._saying("log", "--topo-order", "--reverse", *_LOG, *span, "--") as said:
            found = _walked(_pieces(said), self.prefix)
            while some := [*islice(found, together)]:
                yield self._with_merges(some)

    def outline(self, *span: str) -> Outline:
        """What a span of commits is made of. Raises Refused."""
        counted: dict[str, int] = {}  # how many stand on each that is still to come: children come before their parents
        several: dict[str, int] = {}
        count = merges = 0
        with self._saying("rev-list", "--topo-order", "--parents", *span, "--") as said:
            for line in said:
                commit, *parents = line.decode().split()
                count += 1
                merges += len(parents) > 1
                if (children := counted.pop(commit, 1)) > 1:
                    several[commit] = children
                for parent in parents:
                    counted[parent] = counted.get(parent, 0) + 1
        return Outline(count, merges, tuple(counted), several | {one: n for one, n in counted.items() if n > 1})

    @contextmanager
    def _saying(self, *words: str) -> Iterator[IO[bytes]]:
        """What git prints, while it goes on; it ends with this. Raises Refused where it failed."""
        with self._git.begin(*_PLAIN, *words, extra=self._extra) as running:
            assert running.stdin is not None and running.stdout is not None and running.stderr is not None
            try:
                running.stdin.close()
                yield running.stdout
                complaint = running.stderr.read()
                if running.wait():
                    raise Refused([failure(complaint)])
            finally:
                running.kill()

    def cut(self, *span: str) -> tuple[str, ...]:
        """The commits of a span at which a shallow clone ends: what they changed cannot be told. Raises Refused."""
        known = shallow(self._git.place)
        if not known:
            return ()
        return tuple(
            one for one in self.run("rev-list", "--max-parents=0", *span, "--").decode().split() if one in known
        )

    def one(self, commit: str) -> Walked | None:
        """One commit by its full id; None where it is not there. Raises Refused."""
        if len(commit) not in (40, 64):
            return None
        done = self._git.attempt(*_PLAIN, "log", "--no-walk", *_LOG, commit, "--", extra=self._extra)
        if done.returncode:
            if self.asks("cat-file", "-e", f"{commit}^{{commit}}"):
                raise Refused([failure(done.stderr)])
            return None
        said = done.stdout
        return next(_walked(iter(said.decode("utf-8", "surrogateescape").split("\0")), self.prefix), None)

    def _with_merges(self, found: list[Walked]) -> list[Walked]:
        """The same with what each merge changed of its further parents."""
        from dataclasses import replace

        trees = {one.id: one.tree for one in found}
        pairs = [(one.id, parent) for one in found for parent in one.parents[1:]]
        strange = [parent for _, parent in pairs if parent not in trees]
        if strange:
            said = self.run("rev-parse", *(f"{parent}^{{tree}}" for parent in strange)).decode().split()
            trees |= dict(zip(strange, said, strict=True))
        if not pairs:
            return found
        asked = "".join(f"{trees[parent]} {trees[commit]}\n" for commit, parent in pairs)
        said_ = self.run("diff-tree", "--stdin", *_RAW, "--full-index", stdin=asked).decode("utf-8", "surrogateescape")
        sides: dict[tuple[str, str], list[Raw]] = {}
        pieces = iter(said_.split("\0"))
        place = -1
        for piece in pieces:
            *heads, about = piece.split("\n")
            for _ in heads:
                place += 1
                sides[pairs[place]] = []
            if about:
                change = _raw(about, next(pieces), self.prefix)
                sides[pairs[place]] += [change] if change else []
        return [
            replace(one, changes=(*one.changes, *(tuple(sides.get((one.id, other), ())) for other in one.parents[1:])))
            if len(one.parents) > 1
            else one
            for one in found
        ]

    # ── what lies there

    def files(self, commit: str, folders: Sequence[str] | None = None) -> dict[str, tuple[str, str]]:
        """The files of a commit by path, each with its mode and content's name: all, or those in some folders and at the top."""
        if folders is None:
            said = [self.run("ls-tree", "-r", "-z", "--full-tree", commit)]
        else:
            said = [self.run("ls-tree", "-z", "--full-tree", f"{commit}:{self.prefix}")]
            named = [f"{self.prefix}{one}/" for one in folders]
            for place in range(0, len(named), _MANY):
                said.append(self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *named[place : place + _MANY]))
        found = {}
        for row in b"".join(said).decode("utf-8", "surrogateescape").split("\0"):
            about, _, path = row.partition("\t")
            if about and (folders is not None or path.startswith(self.prefix)):
                mode, kind, blob = about.split(" ")
                if kind != "tree":
                    found[path.removeprefix(self.prefix)] = (mode, blob)
        return found

    def sizes(self, blobs: Iterable[str]) -> dict[str, int]:
        """How many bytes each content has; what is not there has -1."""
        wanted = list(blobs)
        if not wanted:
            return {}
        said = self.run("cat-file", "--batch-check", "--buffer", stdin="".join(f"{one}\n" for one in wanted))
        rows = (line.split() for line in said.decode().splitlines())
        return {row[0]: int(row[2]) if len(row) == 3 and row[1] == "blob" else -1 for row in rows}

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """What is kept under each name; what is not there is left out."""
        wanted = list(blobs)
        found: dict[str, bytes] = {}
        if not wanted:
            return found
        said = self.run("cat-file", "--batch", "--buffer", stdin="".join(f"{one}\n" for one in wanted))
        at = 0
        while at < len(said):
            end = said.index(b"\n", at)
            row = said[at:end].split()
            at = end + 1
            if len(row) == 3:
                size = int(row[2])
                if row[1] == b"blob":
                    found[row[0].decode()] = said[at : at + size]
                at += size + 1
        return found

    def parted(self, one: str, other: str) -> str | None:
        """The commit at which two histories parted; None where they never met."""
        said = self.run("merge-base", one, other, allowed=(0, 1)).decode().split()
        return said[0] if said else None

    def blob(self, commit: str, path: str) -> str | None:
        """The name of what a commit holds at a path."""
        said = self.run("ls-tree", "-z", "--full-tree", commit, "--", f"{self.prefix}{path}").decode(
            "utf-8", "surrogateescape"
        )
        return said.split("\t")[0].split(" ")[2] if said.startswith("100") else None


def _pieces(stream: IO[bytes]) -> Iterator[str]:
    """The pieces between zero bytes, as they come."""
    rest = b""
    while block := stream.read(_BLOCK):
        *whole, rest = (rest + block).split(b"\0")
        yield from b"\0".join(whole).decode("utf-8", "surrogateescape").split("\0") if whole else ()
    yield rest.decode("utf-8", "surrogateescape")


def _walked(pieces: Iterator[str], prefix: str) -> Iterator[Walked]:
    """An empty piece begins each commit, then come its fields, then its changes."""
    begun = next(pieces, None)
    while begun == "":
        fields = [next(pieces, "") for _ in _FIELDS]
        if not fields[0]:
            return
        changes: list[Raw] = []
        for begun in pieces:
            about = begun.lstrip("\n")
            if not about.startswith(":"):
                begun = about
                break
            change = _raw(about, next(pieces), prefix)
            changes += [change] if change else []
        else:
            begun = None
        commit, parents, tree, author, email, at, trailers = fields
        try:
            moment = datetime.fromisoformat(at)
        except ValueError as error:
            raise Refused([failure(f"fatal: {commit}: {at!r}".encode())]) from error
        yield Walked(
            commit, tuple(parents.split()), tree, author, email, moment, trailers_of(trailers), (tuple(changes),)
        )


def _raw(about: str, path: str, prefix: str) -> Raw | None:
    if not path.startswith(prefix):
        return None
    old_mode, mode, old, new, _ = about[1:].split(" ")
    before = (old_mode, old) if old_mode != "000000" else None
    return path[len(prefix) :], before, (mode, new) if mode != "000000" else None
