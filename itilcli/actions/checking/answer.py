"""The check of the whole desk on the index: each case as it is kept, and the answer of the last check while it holds.

An answer is used for equal contents of the desk only, on the day it was made for. None is kept where the index does not
know all that was read: of a desk with links, with unreadable files, or one that changed during the check.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from itilcli.actions.checking import across, articles, kept, tables
from itilcli.actions.checking.across import Compared
from itilcli.actions.checking.cases import check as check_case
from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.plain import dumped, of_problem, problem_of
from itilcli.actions.checking.report import Checked, Finding, Reporter, Tally
from itilcli.actions.checking.selection import Selection
from itilcli.actions.checking.tree import walk
from itilcli.index import Index, Kind, Unusable
from itilcli.procedure.watched import last_second

LARGEST = 50_000_000
"""An answer of more signs is not kept."""


class _Unkept(Exception):
    """An answer that is given, and not kept."""


def check(desk: Examined, index: Index, every: bool, again: Callable[[], Index | None]) -> Checked:
    """Everything wrong in the whole desk. Raises Unusable.

    :param every: whether the warnings of imported cases are wanted one by one, not only their numbers.
    :param again: opens the index once more, to see whether the desk is still what it was.
    """
    kind = kept.checked_kind(desk)
    digest = index.digest((kind,))
    now = int(desk.now.timestamp())
    key = dumped([kept.LAYOUT, digest, every, os.getuid() if hasattr(os, "getuid") else 0])
    made: list[Checked] = []

    def make() -> str:
        checked, known = examined(desk, index, kind, every)
        made.append(checked)
        if not (known and index.lasting and settled(checked, index, digest, again)):
            raise _Unkept
        data = dumped([*held(desk, index, kind), *plain_checked(made[0])])
        if len(data) > LARGEST:
            raise _Unkept
        return data

    try:
        data = index.answer("check all" if every else "check", key, make, lambda data: holds(data, now))
    except (_Unkept, Unusable):
        if not made:
            raise
    return made[0] if made else checked_of(json.loads(data)[2:])


def examined(desk: Examined, index: Index, kind: Kind, every: bool) -> tuple[Checked, bool]:
    """The check itself: what is kept of the cases, or the cases themselves where that does not hold; and whether the index
    knows all of them."""
    wanted, reporter, compared = Selection(), Reporter(desk, every), Compared()
    tables.check(desk, wanted, reporter)
    found = walk(desk, wanted, reporter)
    rows = index.kept(kind, int(desk.now.timestamp()))
    known = True
    found.reverse()  # both lists are used up from their ends, the oldest day, so that they take no more room than needed
    while found:
        one = found.pop()
        while rows and rows[-1][:2] < (one.folder, one.id):
            rows.pop()
        data = rows.pop().data if rows and rows[-1][:2] == (one.folder, one.id) else ""
        if not data:  # of attachments without a case it does not know which of them are asked for
            known = known and data is not None and not one.attachments
        if not data or not kept.taken(desk, one, data, reporter, compared):
            check_case(desk, one, reporter, compared)
    articles.check(desk, wanted, reporter)
    across.Comparison(desk, compared).check(reporter)
    return reporter.checked(), known


def settled(checked: Checked, index: Index, digest: str, again: Callable[[], Index | None]) -> bool:
    """Whether the index knows all that was read, and nothing of it changed meanwhile. Raises Unusable."""
    if any(one.problem.code in kept.UNSURE for one in checked.findings) or not index.knows_all():
        return False
    other = again()
    try:
        return other is not None and other.digest() == digest
    finally:
        if other is not None:
            other.close()


def held(desk: Examined, index: Index, kind: Kind) -> tuple[int, int]:
    """From and until when a check made now holds, in seconds since 1970: for the rest of the day at most."""
    since, until = index.span(kind.name)
    now, night = int(desk.now.timestamp()), int(last_second(desk.known).timestamp())
    return max(now, since or now), min(night, until or night)


def holds(data: str, now: int) -> bool:
    """Whether an answer that was kept holds now."""
    since, until, *_ = data[1:].split(",", 2)
    return int(since) <= now <= int(until)


def plain_checked(checked: Checked) -> list[Any]:
    """What a check found as plain data; what is to be noted is asked each time."""
    return [
        [plain_finding(one) for one in checked.findings],
        [[code, tally.count, plain_finding(tally.first)] for code, tally in checked.imported.items()],
        checked.records, checked.files, checked.errors, checked.warnings,
    ]  # fmt: skip


def checked_of(data: list[Any]) -> Checked:
    """What :func:`plain_checked` made this of."""
    findings, imported, records, files, errors, warnings = data
    tallies = {code: Tally(count, finding_of(first)) for code, count, first in imported}
    return Checked(tuple(map(finding_of, findings)), tallies, records, files, errors, warnings)


def plain_finding(found: Finding) -> list[Any]:
    """A finding as plain data."""
    return [of_problem(found.problem), found.file, found.line, found.field, found.id, found.person]


def finding_of(data: list[Any]) -> Finding:
    """The finding that :func:`plain_finding` made this of."""
    problem, *rest = data
    return Finding(problem_of(problem), *rest)
