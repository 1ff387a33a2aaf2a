"""The cases of a large desk, shared out among processes: each is checked by itself, so that nothing is lost by it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence

from itilcli.actions.checking import cases
from itilcli.actions.checking.across import Compared
from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.report import Gathered, Reporter
from itilcli.actions.checking.tree import CaseFiles

ALONE = 1000
"""So many cases are checked sooner than further processes are begun."""
CHUNK = 200

_shared: tuple[Examined, bool] | None = None
"""In a process of its own: the desk, and whether every warning is wanted."""


def check(
    desk: Examined, found: Sequence[CaseFiles], reporter: Reporter, step: Callable[[], None], workers: int | None = None
) -> Compared:
    """Every problem of these cases goes to ``reporter``; what a comparison of them needs is returned.

    ``step`` is called after each case.
    """
    workers = workers if workers is not None else processors(desk, len(found))
    if workers > 1:
        try:
            return shared_out(desk, found, reporter, step, workers)
        except (OSError, RuntimeError):  # no further processes here, or one was killed: nothing was reported yet
            pass
    compared = Compared()
    for one in found:
        cases.check(desk, one, reporter, compared)
        step()
    return compared


def processors(desk: Examined, count: int) -> int:
    """How many processes are worth it; one while a command's half-done work has to be asked of git, file by file."""
    if count <= ALONE or desk.in_flight or sys.platform != "linux":
        return 1
    return min(len(os.sched_getaffinity(0)), 8)


def shared_out(
    desk: Examined, found: Sequence[CaseFiles], reporter: Reporter, step: Callable[[], None], workers: int
) -> Compared:
    """As :func:`check`, with further processes."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    desk.known  # noqa: B018  (read once, here, before the desk is copied)
    chunks = [found[place : place + CHUNK] for place in range(0, len(found), CHUNK)]
    compared, gathered = Compared(), Gathered()
    pool = ProcessPoolExecutor(workers, get_context("fork"), begin, (desk, reporter.every))
    try:
        for chunk, (part, facts) in zip(chunks, pool.map(check_chunk, chunks), strict=True):
            gathered.take(part)
            compared.take(facts)
            for _ in chunk:
                step()
    finally:
        pool.shutdown(cancel_futures=True)
    reporter.gathered.take(gathered)
    return compared


def begin(desk: Examined, every: bool) -> None:
    """What a process of its own starts with; it is ended by the one that began it, not by the keyboard."""
    global _shared
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _shared = desk, every


def check_chunk(found: Sequence[CaseFiles]) -> tuple[Gathered, Compared]:
    """Some of the cases, in a process of its own."""
    assert _shared is not None
    desk, every = _shared
    reporter, compared = Reporter(desk, every), Compared()
    for one in found:
        cases.check(desk, one, reporter, compared)
    return reporter.gathered, compared
