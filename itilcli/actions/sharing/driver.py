"""Git's merge of one file of a desk (`git pull`, `git merge`): by meaning, and never with conflict markers in it."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from pathlib import Path

from itilcli.actions.sharing.finishing import finished
from itilcli.actions.writing.writing import DRIVER
from itilcli.desk import Desk, new_entry_id
from itilcli.errors import Kind, Problem, Refused
from itilcli.journal import Journal
from itilcli.merging.files import written
from itilcli.merging.one_file import merged_file
from itilcli.merging.parts import INCIDENT
from itilcli.merging.plain import joined
from itilcli.model.case import kind_of
from itilcli.store import files, yaml
from itilcli.store.cases import PLACE, RECORDS, SUFFIX
from itilcli.text import t

NAME = "itil"


def merge_file(base: str, ours: str, theirs: str, path: str) -> bool:
    """Joins the versions of one file that git has put into three; the result goes where ours was.

    :param path: of the file in the desk. False where the two cannot be joined: ours stays, and git says so.
    :raises Refused: where a version cannot be read.
    """
    data = [files.read_bytes(Path(one)) for one in (base, ours, theirs)]
    held = [yaml.read(one, path) if one.strip() else None for one in data]
    found = PLACE.search(path)
    part = path[found.end() + 1 :].removesuffix(SUFFIX) if found else ""
    mine, yours = held[1] or {}, held[2] or {}
    if found and (part == INCIDENT or kind_of(part)):
        made = merged_file(part, held[0], mine, yours, new_entry_id)
        if part == INCIDENT:
            with contextlib.suppress(Refused):  # no desk, or one that cannot be read: the next sync will see to it
                made = finished({part: made}, (), _desk(path).world(), None)[part]
    else:
        clashes: list[object] = []
        made = joined(held[0] or {}, mine, yours, "", clashes)  # type: ignore[arg-type]
        if clashes:
            message = t("{path} was changed here and there, each otherwise", path=path)
            hint = t("stop git's merge, and let this program do it: git merge --abort; itil sync")
            raise Refused([Problem("E-sync-file", message, hint, where=path, kind=Kind.DESK)])
    after = written(made, data[0] if held[0] else None, data[1], data[2], path)
    temporary = f"{ours}.itil"
    Path(temporary).write_bytes(after)
    os.replace(temporary, ours)  # noqa: PTH105
    return True


def _desk(path: str) -> Desk:
    """The desk that a path, as git names it from the top of the work tree, lies in."""
    below = path[: path.index(f"{RECORDS}/")] if f"{RECORDS}/" in path else ""
    return Desk.open(str(Path(below or ".").resolve()))


def install(journal: Journal, anew: bool = False) -> None:
    """Tells git, in this clone's own configuration, to merge a desk's files by meaning; once a clone.

    :param anew: even if git is told already, perhaps to call a program that is not there any more.
    """
    if anew or journal.configured(DRIVER) is None:
        command = f"{shlex.quote(sys.executable)} -m itilcli merge-driver %O %A %B %P"
        journal.configure({f"merge.{NAME}.name": "records of an incident desk", DRIVER: command})
