"""How large a file may be that a commit adds or changes, and which contents are read to judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from itilcli.errors import Problem
from itilcli.judging import areas
from itilcli.judging.deed import Held
from itilcli.judging.plan import Task
from itilcli.judging.version import FILES
from itilcli.store.bounds import LIMIT
from itilcli.store.cases import SUFFIX
from itilcli.text import t

LARGE = 20 * 1024 * 1024
"""The most bytes of an attachment, and of all else that is no record."""
PAGES = 64 * 1024 * 1024
"""The most bytes of a page of an issued report."""


def too_large(task: Task, size_of: Callable[[str], int]) -> Iterator[Problem]:
    """No file is larger than what the verbs take."""
    for path, held, most in added(task):
        size = size_of(held.blob) if held.mode.startswith("100") else 0
        if size > most:
            message = t("the file has {size} bytes, more than the {limit} that are read", size=size, limit=most)
            yield Problem("E-gate-size", message, t("keep long text as an attachment"), "5", path)


def added(task: Task) -> Iterator[tuple[str, Held, int]]:
    """Each file that a commit adds or changes, with the most bytes it may have."""
    for case in task.cases:
        known = {(part, held.blob) for parts in case.before for part, held in parts.items()}
        for part, held in case.after.items():
            if (part, held.blob) not in known:
                of_files = part.startswith(FILES)
                yield f"{case.place}.{part}{'' if of_files else SUFFIX}", held, LARGE if of_files else LIMIT
    for one in task.tables:
        if one.after is not None and one.after not in one.before:
            small = one.path.endswith((".yaml", ".md")) and one.area.kind not in (areas.REPORT, areas.DRAFT)
            most = PAGES if one.area.kind in (areas.REPORT, areas.DRAFT) else LIMIT if small else LARGE
            yield one.path, one.after, most


def wanted(task: Task) -> tuple[set[str], set[str]]:
    """The contents that judging a commit takes: those whose size is asked first, and those that are read in any case."""
    asked = {held.blob for _, held, _ in added(task) if held.mode.startswith("100")}
    read = task.ground.blobs
    for case in task.cases:
        for parts in (*case.before, case.after):
            read |= {held.blob for part, held in parts.items() if not part.startswith(FILES) and held.mode[:3] == "100"}
    for one in task.tables:
        read |= {held.blob for held in one.before if held and held.mode.startswith("100")}
    return asked, read - asked
