"""The standard configurations of a desk: ``records/configuration/PROJECT.yaml``, one file a project; links are not followed."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.model.configuration import Standard, read_standard
from itilcli.store import files, yaml
from itilcli.store.names import unfit
from itilcli.text import t
from itilcli.values import value

FOLDER, SUFFIX = "records/configuration", ".yaml"


@value
class StoredStandard:
    """A standard configuration as its file holds it: project, path in the desk, bytes, plain content, everything wrong in it."""

    project: str
    path: str
    data: bytes = b""
    raw: Mapping[str, Any] = {}
    standard: Standard = Standard("")
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> list[Problem]:
        """What makes it unfit to be used."""
        return [problem for problem in self.problems if problem.level == "error"]


def path_of(project: str) -> str:
    """The path of a project's file in the desk."""
    return f"{FOLDER}/{project}{SUFFIX}"


def all_projects(root: Path) -> dict[str, str]:
    """Every project with a standard configuration, in order, with the path of its file; what is a link is none."""
    folder = root / FOLDER
    if folder.is_symlink() or folder.parent.is_symlink():
        return {}
    try:
        with os.scandir(folder) as found:
            names = [one.name for one in found if one.name.endswith(SUFFIX) and one.is_file(follow_symlinks=False)]
    except OSError:
        return {}
    named = {unicodedata.normalize("NFC", name.removesuffix(SUFFIX)): f"{FOLDER}/{name}" for name in names}
    return {name: named[name] for name in sorted(named) if unfit(name) is None}


def load(project: str, path: str, read: Callable[[str], bytes]) -> StoredStandard:
    """One standard configuration; what is wrong with its file stands in ``problems``.

    :param read: gives a path's bytes, or raises ``Refused``.
    """
    try:
        data = read(path)
        return parsed(project, path, data)
    except Refused as refused:
        return StoredStandard(project, path, problems=tuple(refused.problems), standard=Standard(project))


def parsed(project: str, path: str, data: bytes) -> StoredStandard:
    """What bytes hold as a standard configuration; raises ``Refused`` where they are no YAML mapping."""
    raw = yaml.read(data, path)
    standard, problems = read_standard(raw, project, path)
    return StoredStandard(project, path, data, raw, standard, tuple(problems))


def new_path(root: Path, project: str) -> str:
    """The path of a file that is to be written.

    :raises Refused: where it would lie outside the desk, or its folder is a link.
    """
    if (root / FOLDER).is_symlink():
        message = t("this is a symbolic link, which is neither read nor written")
        raise Refused([Problem("E-file-link", message, t("put the folder itself here"), where=FOLDER)])
    files.inside(root, path_of(project))
    return path_of(project)
