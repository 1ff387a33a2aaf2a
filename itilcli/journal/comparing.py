"""What commits of a repository hold, compared with each other. Part of the journal's room. Nothing is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from itilcli.journal.running import Git
from itilcli.values import value

_ABSENT = "0"


@value
class Held:
    """A file of a commit: its mode, and the name of its content."""

    mode: str
    blob: str


class Comparing:
    """Compares the commits of one repository."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def holds(self, commit: str, of: str | None) -> bool:
        """Whether a commit is one of those that ``of`` stands on, or it itself."""
        return of is not None and self._git.attempt("merge-base", "--is-ancestor", commit, of).returncode == 0

    @property
    def nothing(self) -> str:
        """The name of a tree without files."""
        return self._git.run("hash-object", "-t", "tree", "--stdin").decode().strip()

    def ahead(self, commit: str, of: str | None) -> int:
        """How many commits ``commit`` has that ``of`` has not."""
        span = commit if of is None else f"{of}..{commit}"
        return int(self._git.run("rev-list", "--count", span).decode())

    def merged_by_hand(self, commit: str, *known: str | None) -> bool:
        """Whether git itself, and not this program, brought clones together in a commit or in those it stands on.

        :param known: commits that are not looked at, with all that they stand on.
        """
        span = [commit, *(f"^{one}" for one in known if one)]
        form = "--format=%(trailers:key=Itil-Action,valueonly,separator=%x2C)"
        said = self._git.run("log", "--merges", "-z", form, *span, "--")
        return any(
            one.strip() != "sync" for one in said.decode("utf-8", "replace").split("\0")[: said.count(b"\0")] or []
        )

    def changed(self, old: str, new: str) -> dict[str, tuple[Held | None, Held | None]]:
        """The files that two commits hold differently, each as the one and the other has it."""
        found: dict[str, tuple[Held | None, Held | None]] = {}
        said = self._git.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", old, new)
        pieces = iter(said.decode("utf-8", "surrogateescape").split("\0"))
        for about in pieces:
            if about:
                before, after, old_blob, new_blob, _ = about[1:].split(" ")
                found[next(pieces)] = (_held(before, old_blob), _held(after, new_blob))
        return found

    def files(self, commit: str, folders: Sequence[str]) -> dict[str, Held]:
        """The files that a commit holds in these folders, by path."""
        said = self._git.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *(f"{one}/" for one in folders))
        found: dict[str, Held] = {}
        for line in filter(None, said.decode("utf-8", "surrogateescape").split("\0")):
            about, _, path = line.partition("\t")
            mode, _, blob = about.split(" ")
            found[path] = Held(mode, blob)
        return found

    def contents(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """What is in the repository under these names, each with the path that it would be checked out at."""
        rows = list(dict.fromkeys(wanted))
        told = "".join(f"{blob} {path}\n" for blob, path in rows).encode("utf-8", "surrogateescape")
        said = self._git.run("cat-file", "--batch", "--filters", stdin=told) if rows else b""
        found, place = {}, 0
        for row in rows:
            end = said.index(b"\n", place)
            size = int(said[place:end].split()[2])
            found[row] = said[end + 1 : end + 1 + size]
            place = end + 1 + size + 1
        return found

    def joined_text(self, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
        """Three versions of a text brought together line by line, as git does; None where both changed one place."""
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="itil-") as folder:
            names = [os.path.join(folder, name) for name in ("ours", "base", "theirs")]  # noqa: PTH118
            for name, data in zip(names, (ours, base, theirs), strict=True):
                with open(name, "wb") as file:  # noqa: PTH123
                    file.write(data)
            done = self._git.attempt("merge-file", "-p", *names)
        return done.stdout if done.returncode == 0 else None


def _held(mode: str, blob: str) -> Held | None:
    return Held(mode, blob) if blob.strip(_ABSENT) else None
