"""What the index keeps of the check of one case: its problems, and what a comparison with the others needs of it.

Kept with it is what it was said of, so that it is used only where it still holds: the parts of the case, and of the
cases and articles that it names whether they were there. The people, the settings and the calendar are named by the
kind; the clock by from and until when it holds.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from itilcli.actions.checking import cases
from itilcli.actions.checking.across import Compared, Fault
from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.plain import dumped, of_problem, problem_of
from itilcli.actions.checking.report import Finding, Reporter
from itilcli.actions.checking.tree import CaseFiles, real_id
from itilcli.index import Kept, Kind, Memo
from itilcli.procedure.clause import World
from itilcli.procedure.watched import Watched, last_second
from itilcli.store.cases import SUFFIX, Stored

NAME = "checked"
LAYOUT = 1
"""Raised whenever what is kept of a case changes its shape or its meaning."""
UNSURE = frozenset({"E-file-read", "E-file-link", "E-file-kind", "E-file-size"})
"""What is said of a file whose content is not what the index knows of it."""


class Row(NamedTuple):
    """What is kept of one case, as plain data.

    ``files`` and ``records`` are how many were read, ``whole`` whether every part could be. ``cases`` and ``articles``
    are those it names, each with whether it was there. A finding is a problem, its file (the parts alone, for one of the
    case's own), its line and its field.
    """

    parts: str
    attachments: bool
    files: int
    records: int
    whole: bool
    imported: bool
    owner: str
    serials: list[list[str]]
    fault: list[Any] | None
    cases: list[list[Any]]
    articles: list[list[Any]]
    findings: list[list[Any]]


def checked_kind(desk: Examined) -> Kind:
    """The kind under which the check of a case is kept."""
    night = last_second(desk.known)
    desk.articles  # noqa: B018  (read once, here, before the desk is copied)
    world, later = Watched(desk.known, desk.now), Watched(desk.known, night)

    def make(folder: str, case_id: str, stored: Stored) -> Memo:
        data = row_of(desk, world.unasked(), folder, case_id, stored)
        if data is None or not world.was_asked:
            return Memo(data)
        since = int(desk.now.timestamp())
        same = row_of(desk, later, folder, case_id, stored) == data
        return Memo(data, since, int(night.timestamp()) if same else since)

    return Kind(NAME, f"{LAYOUT} {desk.surroundings}", make)


def row_of(desk: Examined, world: World, folder: str, case_id: str, stored: Stored) -> str | None:
    """What is kept of a case as text; None where the next check has to look at the files again."""
    attachments = attached(desk, f"{folder}/{case_id}.files")
    if attachments is None or not real_id(case_id):
        return None
    base = f"{folder}/{case_id}."
    relative = cases.right_base(case_id)
    parts = [path.removeprefix(relative).removesuffix(SUFFIX) for path in stored.files]
    found, own, compared = CaseFiles(case_id, folder, parts, attachments), Reporter(desk, True), Compared()
    cases.examine(desk, world, found, stored, own, compared)
    case, made = stored.case, own.gathered
    if any(name.startswith(".") for _, name, _ in cases.recorded(case) if name):
        return None  # the index does not look at hidden files
    if any(one.problem.code in UNSURE for one in made.found):
        return None
    faults = {id(fault): fault for alike in compared.alike.values() for fault in alike}
    try:
        return dumped(
            Row(
                " ".join(parts),
                attachments,
                made.files,
                made.records,
                compared.complete,
                case.imported,
                case.incident.owner or "",
                [
                    [serial, path[len(base) : -len(SUFFIX)]]
                    for serial, held in compared.serials.items()
                    for _, path in held
                ],
                next((plain_fault(fault, compared) for fault in faults.values()), None),
                [[one, cases.is_case(desk, one)] for one in sorted({one for _, one in cases.cases_named(case)})],
                [[one, one in desk.articles] for one in sorted({one for _, one in cases.articles_named(case)})],
                [plain_finding(one, base) for one in made.found],
            )
        )
    except (TypeError, ValueError):
        return None


def attached(desk: Examined, folder: str) -> bool | None:
    """Whether this is a folder of attachments that is there; None where it is something else."""
    try:
        mode = os.lstat(f"{desk.root}/{folder}").st_mode
    except FileNotFoundError:
        return False
    except OSError:
        return None
    return True if stat.S_ISDIR(mode) else None


def plain_fault(fault: Fault, compared: Compared) -> list[Any]:
    """A fault with its marks as plain data; whose it is stands in the row."""
    return [fault.reported_us, fault.known, fault.filed, [list(mark) for mark in compared.alike]]


def plain_finding(found: Finding, base: str) -> list[Any]:
    """A finding as plain data."""
    short = found.file.startswith(base) and found.file.endswith(SUFFIX)
    file = found.file[len(base) : -len(SUFFIX)] if short else found.file
    return [of_problem(found.problem), file, int(short), found.line, found.field]


def finding_of(data: list[Any], base: str, case_id: str, asked: str) -> Finding:
    """The finding that :func:`plain_finding` made this of; ``asked`` is whom to ask where the problem names nobody."""
    problem, file, short, line, field_ = data
    made = problem_of(problem)
    return Finding(made, f"{base}{file}{SUFFIX}" if short else file, line, field_, case_id, made.person or asked)


def taken(desk: Examined, found: CaseFiles, data: str, reporter: Reporter, compared: Compared) -> bool:
    """Whether what is kept of a case still holds: then it goes to ``reporter`` and ``compared``."""
    row = Row(*json.loads(data))
    if row.parts != " ".join(found.parts) or row.attachments != found.attachments:
        return False
    if any((one in desk.articles) != there for one, there in row.articles):
        return False
    if any(cases.is_case(desk, one) != there for one, there in row.cases):
        return False
    reporter.read(row.files, row.records)
    base = f"{found.folder}/{found.id}."
    if row.findings:
        asked = row.owner or reporter.manager
        for one in row.findings:
            if row.imported and not reporter.every and warns(one[0]):
                reporter.add_imported(one[0][0], lambda one=one: finding_of(one, base, found.id, asked))  # type: ignore[misc]
            else:
                reporter.gathered.found.append(finding_of(one, base, found.id, asked))
    compared.complete = compared.complete and row.whole
    for serial, ref in row.serials:
        compared.serials[serial].append((found.id, f"{base}{ref}{SUFFIX}"))
    if row.fault:
        reported_us, known, filed, marks = row.fault
        fault = Fault(reported_us, found.id, base, row.owner, row.imported, known, filed)
        for mark in marks:
            compared.alike[tuple(mark)].append(fault)
    return True


def warns(problem: list[Any]) -> bool:
    """Whether a problem, as plain data, is a warning."""
    return bool(problem[0].startswith("W") or (len(problem) > 7 and problem[7]))


def rows_of(kept: Iterable[Kept]) -> Iterator[tuple[str, str, str, int | None, str, str, str, str, str]]:
    """The problems of the cases for a table: folder, ID, file, line, field, code, level, person, message in English.

    ``person`` is empty where the incident manager of the day is asked.
    """
    for one in kept:
        if one.data is None:
            continue
        row = Row(*json.loads(one.data))
        for data in row.findings:
            found = finding_of(data, f"{one.folder}/{one.name}.", one.name, row.owner)
            problem = found.problem
            yield (
                one.folder, one.name, found.file, found.line, found.field, problem.code, problem.level, found.person,
                str(problem.message),
            )  # fmt: skip
