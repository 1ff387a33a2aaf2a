"""The repository: there, free to be written, with its hooks, attributes and merge driver in order."""

from __future__ import annotations

import os
import shlex
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from itilcli.actions.doctor.finding import Finding, fault, fine, of_problem, warning
from itilcli.actions.doctor.patient import Patient
from itilcli.actions.writing.writing import DRIVER
from itilcli.errors import Refused
from itilcli.journal.running import find
from itilcli.text import t
from itilcli.values import pattern

SAMPLE = "records/2026/01/01/INC-20260101-AAAA.incident.yaml"
"""A path as records have it; it need not be there."""
ATTRIBUTES, MERGED = ".gitattributes", "itil"
FIX = "itil doctor --fix"
_LOCK = pattern(r"(/\S.*?\.lock)")
_A_MINUTE = 60


def there(patient: Patient) -> Iterator[Finding]:
    """Whether the desk lies in a repository with a work tree, and its history is whole."""
    assert patient.root
    try:
        found = find(patient.root)
    except Refused as refused:
        for problem in refused.problems:
            again = (f"itil init {shlex.quote(str(patient.root))}",) if problem.code == "E-desk-no-git" else ()
            yield of_problem(problem, *again)
        return
    journal = patient.journal
    assert journal
    if journal.head() is None:
        yield fault(t("nothing has been committed here yet"), "git add -A && git commit -m desk")
    elif journal.is_shallow():
        said = t("this clone lacks the older commits: log, blame and audit end where they begin")
        yield warning(said, "git fetch --unshallow")
    else:
        yield fine(t("{path}", path=found.git_dir))


def free(patient: Patient) -> Iterator[Finding]:
    """Whether a command could commit now: no operation under way, no lock, nothing half done."""
    assert patient.journal
    wrong = False
    for problem in patient.journal.check_state():
        wrong = True
        found = _LOCK.search(problem.message.render(str)) if problem.code == "E-desk-locked" else None
        if found and (left := _left(Path(found[1]))):
            yield left
        else:
            yield of_problem(problem)
    for lock in patient.health.locks():
        left = _left(lock)
        wrong = wrong or left is not None
        yield from [left] if left else []
    if patient.journal.pending():
        wrong = True
        said = t("a command was killed while it wrote: what is committed is shown, the rest is not finished")
        yield warning(said, FIX, hint=t("or the next command that records something"))
    if not wrong:
        yield fine(t("no operation of git's is under way, nothing is locked or half done"))


def _left(lock: Path) -> Finding | None:
    """A lock that stands; one of this very moment is none of the doctor's business."""
    try:
        age = time.time() - lock.stat().st_mtime
    except OSError:
        return None
    said = t("a git command has left a lock, {minutes} minutes ago: {path}", minutes=int(age // _A_MINUTE), path=lock)
    hint = t("only when no git command is running")
    return fault(said, f"rm {shlex.quote(str(lock))}", hint=hint)


def edits(patient: Patient) -> Iterator[Finding]:
    """What was edited by hand and is not committed."""
    assert patient.journal
    found = patient.journal.dirty() if patient.journal.head() else []
    if found:
        said = t("{count} files are not as they were committed, {path} among them", count=len(found), path=found[0])
        hint = t(
            "look at them (git status, itil check), then commit them; until then no command writes into these files"
        )
        yield warning(said, hint=hint)
    else:
        yield fine(t("every file of the desk is as it was committed"))


def hooks(patient: Patient) -> Iterator[Finding]:
    """Whether git's hooks can be run."""
    folder = patient.health.hooks_folder()
    if "core.hookspath" in patient.health.config and not folder.is_dir():
        hint = t(
            "make the folder, or take the setting back; git config --show-origin core.hooksPath says where it stands"
        )
        yield warning(t("git is told to look for hooks in {path}, which is not there", path=folder), hint=hint)
        return
    found = patient.health.hooks()
    bad = False
    for hook in found:
        if not hook.runs:
            bad = True
            said = t("git does not run the hook {name}: it is not executable", name=hook.name)
            yield warning(said, f"chmod +x {shlex.quote(str(hook.path))}")
        elif hook.lacks:
            bad = True
            said = t("the hook {name} fails: there is no program {program}", name=hook.name, program=hook.lacks)
            yield fault(said, hint=t("install the program, or take the hook away: {path}", path=hook.path))
    if not bad and found:
        yield fine(t("git runs {hooks}", hooks=", ".join(hook.name for hook in found)))
    elif not bad:
        yield fine(t("no hooks"))


def attributes(patient: Patient) -> Iterator[Finding]:
    """Whether git is told to merge the desk's files by meaning and to leave line ends alone."""
    assert patient.root
    if patient.health.merges(SAMPLE) == MERGED:
        yield fine(t("records are merged by meaning (.gitattributes)"))
        return
    said = t(".gitattributes does not say that records are merged by meaning: git pull could put marks into them")
    path = patient.root / ATTRIBUTES
    if path.is_file():
        yield warning(
            said,
            "printf '\\n*.yaml text eol=lf merge=itil\\n' >> .gitattributes && git commit -m attributes .gitattributes",
        )
    else:
        yield warning(said, f"itil init {shlex.quote(str(patient.root))}")


def driver(patient: Patient) -> Iterator[Finding]:
    """Whether this clone knows the program that does that."""
    wanted = patient.health.config.get(DRIVER)
    if wanted is None:
        said = t(
            "this clone does not know yet how records are merged by meaning; itil sync does, git pull alone does not"
        )
        yield warning(said, FIX)
        return
    try:
        called = shlex.split(wanted)[0]
    except (ValueError, IndexError):
        called = wanted
    if shutil.which(called) is None:
        said = t("git pull would fail to merge records: {program} is not there any more", program=called)
        yield fault(said, FIX)
    else:
        yield fine(t("git merges records by {program}", program=os.path.basename(called)))  # noqa: PTH119
