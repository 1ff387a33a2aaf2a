"""What git is and says here, for who asks what is wrong: nothing is changed, and a repository need not be there.

Part of the journal's room.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from itilcli.errors import Refused
from itilcli.journal import settings, state
from itilcli.journal.intent import is_held
from itilcli.journal.running import Git, Place, find
from itilcli.journal.settings import Identity
from itilcli.values import pattern, value

_NUMBERS = pattern(r"(\d+)\.(\d+)(?:\.(\d+))?")
_ALL_HOOKS = (*settings.HOOKS, "pre-merge-commit", "pre-push", "post-merge", "post-checkout", "reference-transaction")
_LOCKS = ("config.lock", "packed-refs.lock", "shallow.lock")
_SCRIPT = 512
"""So many bytes of a hook are read for its first line."""


@value
class Hook:
    """A hook of git: whether it may be run, and the program that its first line names and that is not there."""

    name: str
    path: Path
    runs: bool
    lacks: str = ""


class Health:
    """Git as it answers in a folder."""

    def __init__(self, folder: Path) -> None:
        self.place = _place(folder)
        """The repository; None where there is none, or one without a work tree."""
        near = next((one for one in (folder, *folder.parents) if one.is_dir()), Path("/"))
        self._git = Git(self.place or Place(near, near, near / ".git", near / ".git"))

    @cached_property
    def version(self) -> tuple[tuple[int, ...], str]:
        """Git's version, as numbers and as it says it. Raises Refused: E-desk-git-missing."""
        said = self._git.run("version").decode("utf-8", "replace").strip()
        found = _NUMBERS.search(said)
        return tuple(int(part or 0) for part in found.groups()) if found else (), said.removeprefix("git version ")

    @cached_property
    def config(self) -> dict[str, str]:
        """Git's settings. Raises Refused."""
        return settings.settings(self._git)

    def identity(self) -> Identity:
        """The author as git would write it; a committer must be known as well. Raises Refused: E-actor-identity."""
        settings.identity(self._git, self.config, "committer")
        return settings.identity(self._git, self.config, "author")

    def merges(self, path: str) -> str:
        """How git merges this path, by its attributes; ``unspecified`` where they say nothing."""
        said = self._git.run("check-attr", "-z", "merge", "--", path).decode("utf-8", "replace")
        return [*said.split("\0"), "", "", ""][2]

    def hooks_folder(self) -> Path:
        """Where git looks for hooks."""
        assert self.place
        return self.place.top / Path(self.config.get("core.hookspath") or self.place.common_dir / "hooks").expanduser()

    def hooks(self) -> list[Hook]:
        """The hooks that lie there, and are no samples."""
        folder = self.hooks_folder()
        there = [folder / name for name in _ALL_HOOKS if (folder / name).is_file()]
        return [Hook(path.name, path, os.access(path, os.X_OK), _lacking(path)) for path in there]

    def count(self, *revisions: str) -> int:
        """How many commits these revisions name. Raises Refused."""
        return int(self._git.run("rev-list", "--count", *revisions, "--") or 0)

    def upstream(self) -> tuple[str, str]:
        """The branch that stands here, and the one it is shared as; empty where there is none."""
        assert self.place
        ref = state.head(self.place)[0] or ""
        if not ref:
            return "", ""
        said = self._git.run("for-each-ref", "--format=%(upstream:short)", ref).decode("utf-8", "replace").strip()
        return ref.removeprefix("refs/heads/"), said

    def locks(self) -> list[Path]:
        """Locks of git's own that stand, besides those that keep a commit from being made."""
        if self.place is None or is_held(self.place):
            return []
        found = [self.place.common_dir / name for name in _LOCKS]
        found += (self.place.common_dir / "refs").rglob("*.lock")
        return [one for one in found if one.exists()]


def _place(folder: Path) -> Place | None:
    try:
        return find(folder)
    except (Refused, OSError):
        return None


def _lacking(path: Path) -> str:
    """The program that the first line of a script names, where there is none of that name."""
    import shutil

    try:
        with path.open("rb") as file:
            first = file.read(_SCRIPT).partition(b"\n")[0].decode("utf-8", "replace").strip()
    except OSError:
        return ""
    if not first.startswith("#!"):
        return ""
    words = first[2:].split()
    if words and words[0].endswith("/env"):
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    return words[0] if words and shutil.which(words[0]) is None else ""
