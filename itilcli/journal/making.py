"""A new desk's repository."""

from __future__ import annotations

from pathlib import Path

from itilcli.errors import Refused
from itilcli.journal import Journal, settings
from itilcli.journal.running import Git, Place

_MANY_FILES = {"core.untrackedCache": "true", "index.version": "4", "core.quotePath": "false"}


def init(root: Path, branch: str = "main") -> Journal:
    """The journal of a new desk at ``root``: a repository is made unless the folder is already in one.

    A new one is told in its own configuration that many small files are to come; an existing one is left as it is.
    ``branch`` is the first branch where the user has no ``init.defaultBranch``.
    """
    root.mkdir(parents=True, exist_ok=True)
    try:
        return Journal.open(root)
    except Refused as refused:
        if any(problem.code != "E-desk-no-git" for problem in refused.problems):
            raise
    real = root.resolve()
    git = Git(Place(real, real, real / ".git", real / ".git"))
    named = "init.defaultbranch" in settings.settings(git)
    git.run("init", "-q", *([] if named else [f"--initial-branch={branch}"]))
    for name, value in _MANY_FILES.items():
        git.run("config", "--local", name, value)
    return Journal.open(root)
