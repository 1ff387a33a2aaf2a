"""What lies under ``records/``: the files of each case, and everything that does not belong there."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.report import Reporter
from itilcli.actions.checking.selection import Selection
from itilcli.errors import Problem, reason_of
from itilcli.model.case import CASE_ID, FORM_REF
from itilcli.store.cases import RECORDS, SUFFIX, day_folder
from itilcli.store.files import TEMPORARY
from itilcli.store.improvements import ACTIONS
from itilcli.text import Text, t

BESIDE = frozenset({"serials", "reports", "configuration"})
"""What else lies in ``records/``: counters, the issued reports, the standard configurations."""
REPORTS = f"{RECORDS}/reports"


@dataclass(slots=True)
class CaseFiles:
    """The files of one ID in one folder: the parts, in order, and whether there are attachments."""

    id: str
    folder: str
    parts: list[str] = field(default_factory=list)
    attachments: bool = False


def walk(desk: Examined, wanted: Selection, reporter: Reporter) -> list[CaseFiles]:
    """Every case wanted under ``records/``, oldest day first. What is misplaced or misnamed is reported."""
    return [
        case
        for folder in day_folders(desk, wanted, reporter, RECORDS, 3)
        for case in cases_in(desk, wanted, reporter, folder)
    ]


def entries(desk: Examined, folder: str, reporter: Reporter) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name; hidden files are nobody's record. What cannot be listed is reported."""
    try:
        with os.scandir(desk.root / folder) as listed:
            return sorted(
                (one for one in listed if not one.name.startswith(".") and TEMPORARY not in one.name),
                key=lambda one: one.name,
            )
    except FileNotFoundError:
        return []
    except OSError as error:
        reporter.add(
            Problem(
                "E-file-read",
                t("the folder cannot be read: {reason}", reason=reason_of(error)),
                where=folder,
            )
        )
        return []


def day_folders(desk: Examined, wanted: Selection, reporter: Reporter, folder: str, depth: int) -> Iterator[str]:
    """The folders of days below ``folder``, oldest first."""
    if depth == 0:
        yield folder
        return
    digits = 4 if depth == 3 else 2
    listed = entries(desk, folder, reporter) if wanted.leads(folder) else []
    report_collisions(folder, (one.name for one in listed), reporter)
    for one in listed:
        path = f"{folder}/{one.name}"
        if one.is_symlink():
            stray(wanted, reporter, path, link())
        elif (
            one.is_dir(follow_symlinks=False) and len(one.name) == digits and one.name.isascii() and one.name.isdigit()
        ):
            yield from day_folders(desk, wanted, reporter, path, depth - 1)
        elif not (depth == 3 and (one.name in BESIDE or one.name == "README.md")):
            stray(wanted, reporter, path, record_at(path) or astray(path))


def reports(desk: Examined, wanted: Selection, reporter: Reporter) -> None:
    """What lies beside the folders of issued reports and no command reads, such as a misnamed list of improvements."""
    for one in entries(desk, REPORTS, reporter) if wanted.leads(REPORTS) else ():
        path = f"{REPORTS}/{one.name}"
        if one.is_symlink():
            stray(wanted, reporter, path, link())
        elif not one.is_dir() and path != ACTIONS and one.name != "README.md":
            stray(wanted, reporter, path, astray(path))


def cases_in(desk: Examined, wanted: Selection, reporter: Reporter, folder: str) -> list[CaseFiles]:
    """The cases of one day's folder."""
    cases: dict[str, CaseFiles] = {}
    listed = entries(desk, folder, reporter) if wanted.leads(folder) else []
    report_collisions(folder, (one.name for one in listed), reporter)
    for one in listed:
        path = f"{folder}/{one.name}"
        if not wanted.takes(path):
            continue
        case_id, _, part = one.name.partition(".")
        if not real_id(case_id) or not is_part(part):
            reporter.add(link() if one.is_symlink() else record_at(path) or astray(path), path)
        elif one.is_symlink():
            reporter.add(link(), path)
        elif part == "files":
            cases.setdefault(case_id, CaseFiles(case_id, folder)).attachments = one.is_dir(follow_symlinks=False)
        elif not desk.begun(path):
            cases.setdefault(case_id, CaseFiles(case_id, folder)).parts.append(part[: -len(SUFFIX)])
    for case in cases.values():
        case.parts.sort(key=lambda part: (part != "incident", part))
        report_place(case, reporter)
    return list(cases.values())


def is_part(part: str) -> bool:
    """Whether a name after the ID is that of an incident, a form, or the folder of attachments."""
    if part in ("incident" + SUFFIX, "files"):
        return True
    return part.endswith(SUFFIX) and FORM_REF.fullmatch(part[: -len(SUFFIX)]) is not None


def real_id(case_id: str) -> bool:
    """Whether this is the ID of a case, of a day that there is."""
    found = CASE_ID.fullmatch(case_id)
    return found is not None and _real_day(*found.groups())


@lru_cache(maxsize=64)
def _real_day(year: str, month: str, day: str) -> bool:
    try:
        return bool(date(int(year), int(month), int(day)))
    except ValueError:
        return False


def report_place(case: CaseFiles, reporter: Reporter) -> None:
    """A case lies in the folder of its ID's day, and its forms lie beside its incident."""
    right = day_folder(case.id)
    path = f"{case.folder}/{case.id}.{(case.parts or ['files'])[0]}{SUFFIX if case.parts else ''}"
    if case.folder != right:
        reporter.add(
            Problem(
                "E-record-folder", t("this case belongs into {folder}", folder=right), t("move its files there"), "5.1"
            ),
            path,
        )
    if "incident" not in case.parts:
        hint = t("bring back {file}, for example with git", file=f"{case.id}.incident{SUFFIX}")
        reporter.add(Problem("E-record-no-incident", t("the case has no incident file"), hint, "5.1"), path)


def report_collisions(folder: str, names: Iterable[str], reporter: Reporter) -> None:
    """Names that differ only in case or in the writing of an accent are one file on some disks."""
    seen: dict[str, str] = {}
    for name in names:
        folded = name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()
        other = seen.setdefault(folded, name)
        if other != name:
            message = t("the names {one} and {other} are the same on some disks", one=name, other=other)
            reporter.add(Problem("E-record-collision", message, t("rename one of them")), f"{folder}/{name}")


def stray(wanted: Selection, reporter: Reporter, path: str, problem: Problem) -> None:
    """Report what does not belong, where it is wanted."""
    if wanted.takes(path):
        reporter.add(problem, path)


def link() -> Problem:
    """A symbolic link among the records."""
    return Problem(
        "E-file-link", t("this is a symbolic link, which is neither read nor written"), t("put the file itself here")
    )


def record_at(path: str) -> Problem | None:
    """The problem of a file that looks like a record, but whose name no command finds; None for other files."""
    name = path.rpartition("/")[2].upper()
    if not (name.startswith("INC-") or name.endswith((".YAML", ".YML"))):
        return None
    hint = t("a record is named like {example}", example="2026/11/23/INC-20261123-7K3Q.remote-1.yaml")
    return Problem("E-record-name", t("no record is named like this, so that nothing reads it"), hint, "5.1")


def astray(path: str) -> Problem:
    """The problem of something else among the records."""
    message: Text = t("this is no record of the procedure")
    return Problem("W-record-stray", message, t("keep it elsewhere, or attach it with: itil attach ID FILE"))
