"""`itil check` on the screen: problems by file, errors first; imported cases' warnings in numbers; what was read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

from itilcli.actions.checking import Checked
from itilcli.actions.checking import check as check_desk
from itilcli.actions.checking.report import Finding
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import find_root
from itilcli.text import render, t


def check(invocation: Invocation, answers: dict[str, Any]) -> int:
    """Everything wrong in the desk, or in what was named; 1 when anything is."""
    root = find_root(invocation.desk, os.environ, Path.cwd())
    every = bool(answers["all"]) or invocation.json
    with ExitStack() as stack:
        label = invocation.translate("checking")
        checked = check_desk(
            root,
            answers["paths"],
            dict(os.environ),
            lambda total: stack.enter_context(invocation.screen.progress(total, label)),
            every,
        )
    for note in checked.notes:
        invocation.screen.note(safe(render(note, invocation.translate)))
    if invocation.json:
        sys.stdout.write(document([as_row(one, invocation) for one in checked.findings], sys.stdout) + "\n")
    else:
        invocation.screen.page("\n".join(lines(checked, invocation)))
    return 1 if checked.errors else 0


def as_row(found: Finding, invocation: Invocation) -> dict[str, Any]:
    """A problem as programs see it."""
    problem, translate = found.problem, invocation.translate
    return {
        "code": problem.code,
        "level": problem.level,
        "message": problem.message.render(translate),
        "hint": problem.hint.render(translate) if problem.hint else None,
        "clause": problem.clause or None,
        "where": f"{found.file}:{found.line}" if found.line else found.file,
        "file": found.file,
        "line": found.line,
        "field": found.field or None,
        "id": found.id or None,
        "person": found.person or None,
    }


def lines(checked: Checked, invocation: Invocation) -> Iterator[str]:
    """What people read: files with errors first, then those with warnings only, then the imported, then the count."""
    files = [list(rows) for _, rows in groupby(checked.findings, key=lambda one: one.file)]
    for rows in sorted(files, key=lambda rows: rows[0].problem.level):
        yield from of_file(rows, invocation)
    if checked.imported:
        yield from of_imported(checked, invocation)
    yield counted(checked, invocation)


def of_file(rows: Iterable[Finding], invocation: Invocation) -> Iterator[str]:
    """One file and its problems."""
    screen, translate = invocation.screen, invocation.translate
    for place, found in enumerate(rows):
        if place == 0:
            yield screen.style(safe(found.file), "bold")
        problem = found.problem
        warns = problem.level == "warning"
        label = screen.style(translate("warning:") if warns else translate("error:"), "yellow" if warns else "red")
        yield f"  {found.line or 1}: {label} {safe(problem.message.render(translate))}"
        if problem.hint and not invocation.quiet:
            yield f"      → {safe(problem.hint.render(translate))}"
        asked = translate("ask {person}").format(person=safe(found.person)) if found.person else ""
        source = (f"§{problem.clause}" if problem.clause else "", safe(found.field), problem.code, asked)
        yield "      " + screen.style(" · ".join(filter(None, source)), "dim")


def of_imported(checked: Checked, invocation: Invocation) -> Iterator[str]:
    """What imported cases could not have known, by code: how many, and one of them."""
    translate = invocation.translate
    yield invocation.screen.style(translate("imported cases, warnings by kind (all of them with --all)"), "bold")
    headings = [translate("number"), translate("code"), translate("one of them"), translate("what")]
    rows = [
        (str(tally.count), code, tally.first.id, tally.first.problem.message.render(translate))
        for code, tally in checked.imported.items()
    ]
    yield invocation.screen.table(rows, headings, "rlll")


def counted(checked: Checked, invocation: Invocation) -> str:
    """How much was read, and what was found."""
    said = t(
        "{records} records in {files} files read: {errors} errors, {warnings} warnings",
        records=checked.records, files=checked.files, errors=checked.errors, warnings=checked.warnings,
    )  # fmt: skip
    return said.render(invocation.translate)
