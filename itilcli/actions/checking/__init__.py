"""`itil check`: every file of a desk validated, every history replayed, every problem with its file and line.

Nothing of the desk is written. ``tree`` finds what there is, ``cases``, ``articles`` and ``tables`` examine it,
``across`` compares the cases with each other, ``report`` says where each problem stands and whom to ask. What the index
keeps of an earlier check is used where it still holds (``answer``, ``kept``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from itilcli.actions.checking import across, articles, tables, together
from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.report import Checked, Reporter
from itilcli.actions.checking.selection import select
from itilcli.actions.checking.tree import walk
from itilcli.processes import undisturbed

Progress = Callable[[int], Callable[[], None]]
"""Told how many cases there are; gives what is to be called after each."""

__all__ = ["Checked", "check"]


def check(
    root: Path,
    named: Sequence[str],
    environ: dict[str, str],
    progress: Progress,
    every: bool = False,
    workers: int | None = None,
) -> Checked:
    """Everything wrong in the desk at ``root``, or in the files, folders and cases ``named``.

    :param every: whether the warnings of imported cases are wanted one by one, not only their numbers.
    :param workers: how many processes share the cases; by default as many as there are processors, for a large desk.
    :raises Refused: when something named is not there (``E-check-none``, exit 3), or ITIL_NOW is no time.
    """
    desk = Examined(root, environ)
    wanted = select(desk, named)
    with undisturbed():
        if not named and (checked := on_index(desk, environ, every)):
            return checked
        reporter = Reporter(desk, every)
        tables.check(desk, wanted, reporter)
        found = walk(desk, wanted, reporter)
        compared = together.check(desk, found, reporter, progress(len(found)), workers)
        articles.check(desk, wanted, reporter)
        if wanted.everything:
            across.Comparison(desk, compared).check(reporter)
    wanted.refuse_empty(reporter)
    return reporter.checked()


def on_index(desk: Examined, environ: dict[str, str], every: bool) -> Checked | None:
    """The check of the whole desk with what is kept of it; None where nothing can be, or a command's work is half done."""
    if environ.get("ITIL_NO_INDEX") or desk.in_flight:
        return None
    if desk.index is None:
        return None
    from itilcli.actions.checking import answer
    from itilcli.index import Unusable

    with suppress(Unusable):
        return answer.check(desk, desk.index, every, desk.open_index)
    return None
