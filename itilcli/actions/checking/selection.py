"""What is to be checked: the whole desk, or the files, folders and cases that were named."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.report import Reporter
from itilcli.actions.looking.finding import find
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import ARTICLE_ID, CASE_ID
from itilcli.store.cases import RECORDS, day_folder
from itilcli.text import t
from itilcli.values import pattern

_OF_A_CASE = pattern(rf"{RECORDS}/\d{{4}}/\d\d/\d\d/{CASE_ID.pattern}\.")


@dataclass
class Selection:
    """Paths relative to the desk that are wanted, each with how it was named; none for the whole desk.

    A path means the file or folder of that name; one that ends with ``.`` means the files of a case.
    """

    named: dict[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    @property
    def everything(self) -> bool:
        """Whether the whole desk is wanted."""
        return not self.named or "" in self.named

    def leads(self, folder: str) -> bool:
        """Whether something wanted may lie in ``folder``."""
        return self.everything or any(
            path == folder or path.startswith(folder + "/") or folder.startswith(path + "/") for path in self.named
        )

    def takes(self, path: str) -> bool:
        """Whether ``path`` is wanted; remembers what of the named was met."""
        if self.everything:
            self.met.add("")
            return True
        fits = {one for one in self.named if path == one or path.startswith(one if one.endswith(".") else one + "/")}
        self.met |= fits
        return bool(fits)

    def refuse_empty(self, reporter: Reporter) -> None:
        """Something named that matched no file is a mistake, and never silently right.

        :raises Refused: ``E-check-none`` for each.
        """
        if not self.named or (self.everything and reporter.gathered.files):
            return
        raise_none([typed for path, typed in self.named.items() if path not in self.met])


def select(desk: Examined, named: Sequence[str]) -> Selection:
    """What the words mean: paths from here or from the desk's top, or any part of the ID of a case or an article.

    :raises Refused: for words that mean nothing, or several cases (exit 3).
    """
    made, nothing = Selection(), []
    for typed in named:
        path = path_in(desk.root, typed)
        if path is None:
            path = by_id(desk, typed)
        if path is None:
            nothing.append(typed)
        else:
            made.named[path] = typed
    raise_none(nothing)
    return made


def path_in(root: Path, typed: str) -> str | None:
    """The path relative to the desk of a file or folder that is there; None for anything else."""
    for base in (Path.cwd(), root) if typed else ():
        try:
            full = Path(os.path.normpath(base.resolve() / typed))
            if os.path.lexists(full) and full.is_relative_to(root):
                relative = full.relative_to(root).as_posix()
                return "" if relative == "." else whole_case(relative)
        except (OSError, ValueError):
            continue
    return None


def whole_case(path: str) -> str:
    """A file of a case stands for the case: its rules are about all of its files."""
    found = _OF_A_CASE.match(path)
    return found[0] if found else path


def by_id(desk: Examined, typed: str) -> str | None:
    """The files of the case or article that a part of an ID means."""
    if ARTICLE_ID.fullmatch(typed.upper()):
        return f"knowledge/{typed.upper()}.md"
    try:
        case_id, _ = find(desk, typed)
    except Refused as refused:
        if any(problem.code == "E-find-several" for problem in refused.problems):
            raise
        return None
    return f"{day_folder(case_id)}/{case_id}."


def raise_none(nothing: Sequence[str]) -> None:
    """:raises Refused: for each word that matched no file of the desk."""
    if nothing:
        hint = t("name a file, a folder or a case of the desk; without any the whole desk is checked")
        raise Refused(
            [
                Problem(
                    "E-check-none",
                    t("no file of the desk is {text}", text=repr(typed)),
                    hint,
                    where=typed,
                    kind=Kind.NOT_FOUND,
                )
                for typed in nothing
            ]
        )
