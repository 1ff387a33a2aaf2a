"""The incident models of a desk: ``models/NAME.yaml``, one file each; links are not followed (F5)."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from itilcli.errors import Problem, Refused
from itilcli.model.incident_model import IncidentModel
from itilcli.model.shape import decode
from itilcli.store import files, yaml
from itilcli.store.names import unfit
from itilcli.text import t
from itilcli.values import value

FOLDER, SUFFIX = "models", ".yaml"


@value
class StoredModel:
    """A model as its file holds it: its name, its path in the desk, and everything wrong in reading it."""

    name: str
    path: str
    model: IncidentModel = IncidentModel()
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> list[Problem]:
        """What makes the model unfit to be used."""
        return [problem for problem in self.problems if problem.level == "error"]


def path_of(name: str) -> str:
    """The path of a model's file in the desk."""
    return f"{FOLDER}/{name}{SUFFIX}"


def all_names(root: Path) -> dict[str, str]:
    """Every model of a desk by name, in order, with the path of its file; what is a link is none."""
    folder = root / FOLDER
    if folder.is_symlink():
        return {}
    try:
        with os.scandir(folder) as found:
            names = [one.name for one in found if one.name.endswith(SUFFIX) and one.is_file(follow_symlinks=False)]
    except OSError:
        return {}
    named = {unicodedata.normalize("NFC", name.removesuffix(SUFFIX)): f"{FOLDER}/{name}" for name in names}
    return {name: named[name] for name in sorted(named) if unfit(name) is None}


def load(name: str, path: str, read: Callable[[str], bytes]) -> StoredModel:
    """One model; what is wrong with its file stands in ``problems``, each with its field.

    :param read: gives a path's bytes, or raises ``Refused``.
    """
    problems: list[Problem] = []
    try:
        raw = yaml.read(read(path), path)
    except Refused as refused:
        return StoredModel(name, path, problems=refused.problems)
    model = decode(IncidentModel, raw, problems.append)
    return StoredModel(name, path, model, tuple(replace(one, where=f"{path}#{one.where}") for one in problems))


def new_path(root: Path, name: str) -> str:
    """The path of a model that is to be written.

    :raises Refused: where it would lie outside the desk, or ``models`` is a link.
    """
    if (root / FOLDER).is_symlink():
        message = t("this is a symbolic link, which is neither read nor written")
        raise Refused([Problem("E-file-link", message, t("put the folder itself here"), where=FOLDER)])
    files.inside(root, path_of(name))
    return path_of(name)
