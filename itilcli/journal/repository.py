"""The repository itself: where it lies, how it is configured, what is under way in it, its last commit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from itilcli.errors import Problem
from itilcli.journal import settings, state
from itilcli.journal.running import Git, Place
from itilcli.journal.settings import Identity

if TYPE_CHECKING:
    from itilcli.journal.ahead import Ahead
    from itilcli.journal.vouching import Vouching


class Repository:
    """A git repository, seen from the root of a desk in it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._git = Git(place)
        self._config: dict[str, str] | None = None
        self._asked: settings.Asked | None = None
        self._ahead: Ahead | None = None
        self._asked_early = False
        self._early: Vouching | None = None

    @property
    def common_dir(self) -> Path:
        """The git folder all work trees share."""
        return self._place.common_dir

    @property
    def git_dir(self) -> Path:
        """The git folder of this work tree."""
        return self._place.git_dir

    def begin(self) -> None:
        """Git begins to tell how it is configured, while there is something else to do; :meth:`end` it."""
        if self._config is None and self._asked is None:
            self._asked = settings.Asked(self._git)

    def end(self) -> None:
        """Ends what was begun and is not done."""
        if self._asked:
            self._asked.end()
        self._asked = None

    def identity(self) -> Identity:
        """The author as git would write it. Raises Refused: E-actor-identity (exit code 4)."""
        return settings.identity(self._git, self._settings(), "author")

    def check_state(self) -> list[Problem]:
        """What forbids a commit now: an operation under way, no branch, a lock, an owner git does not trust."""
        return state.problems(self._place)

    def has_remote(self) -> bool:
        """Whether the repository knows another one to share its commits with."""
        return any(name.startswith("remote.") and name.endswith(".url") for name in self._settings())

    @property
    def algorithm(self) -> str:
        """What names contents in this repository: sha1 or sha256."""
        from itilcli.journal.vouching import algorithm

        return algorithm(self.head())

    def vouching(self) -> Vouching:
        """Git's look at all files of the desk at once."""
        from itilcli.journal.vouching import Vouching

        if not self._asked_early:
            return Vouching(self._git, self.begin, self._settings)
        self._asked_early = False
        self._early = Vouching(self._git, self.begin, self._settings, self.head)
        return self._early

    def head(self) -> str | None:
        """The id of the last commit, None before the first. Raises Refused: E-desk-head."""
        return state.head(self._place)[1]

    def configured(self, name: str) -> str | None:
        """A value of git's configuration, by its name in lower case."""
        return self._settings().get(name)

    def configure(self, values: Mapping[str, str]) -> None:
        """Sets values in this repository's own configuration."""
        for name, value in values.items():
            self._git.run("config", "--local", name, value)
        self.end()
        self._config = None

    def stop_merge(self) -> bool:
        """Ends a merge of git's own that has not been committed, as before it began; False where none is under way.

        Raises Refused where git cannot.
        """
        if not (self._place.git_dir / "MERGE_HEAD").exists():
            return False
        self._git.run("merge", "--abort")
        return True

    def _settings(self) -> dict[str, str]:
        if self._config is None:
            self._config = self._asked.answer() if self._asked else settings.settings(self._git)
        return self._config
