"""The cases of a large desk, shared out among processes: each is checked by itself, so that nothing is lost by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from itilcli.actions.checking import cases
from itilcli.actions.checking.across import Compared
from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.report import Gathered, Reporter
from itilcli.actions.checking.tree import CaseFiles
from itilcli.processes import processors, shared_out

CHUNK = 200


def check(
    desk: Examined, found: Sequence[CaseFiles], reporter: Reporter, step: Callable[[], None], workers: int | None = None
) -> Compared:
    """Every problem of these cases goes to ``reporter``; what a comparison of them needs is returned.

    ``step`` is called after each case.
    """
    if workers is None:  # one while a command's half-done work has to be asked of git, file by file
        workers = 1 if desk.in_flight else processors(len(found))
    if workers > 1:
        try:
            return _together(desk, found, reporter, step, workers)
        except (OSError, RuntimeError):  # no further processes here, or one was killed: nothing was reported yet
            pass
    compared = Compared()
    for one in found:
        cases.check(desk, one, reporter, compared)
        step()
    return compared


def _together(
    desk: Examined, found: Sequence[CaseFiles], reporter: Reporter, step: Callable[[], None], workers: int
) -> Compared:
    """As :func:`check`, with further processes."""
    desk.known  # noqa: B018  (read once, here, before the desk is copied)
    chunks = [found[place : place + CHUNK] for place in range(0, len(found), CHUNK)]
    compared, gathered = Compared(), Gathered()

    def work(chunk: Sequence[CaseFiles]) -> tuple[Gathered, Compared]:
        own, seen = Reporter(desk, reporter.every), Compared()
        for one in chunk:
            cases.check(desk, one, own, seen)
        return own.gathered, seen

    for chunk, (part, facts) in zip(chunks, shared_out(work, chunks, workers), strict=True):
        gathered.take(part)
        compared.take(facts)
        for _ in chunk:
            step()
    reporter.gathered.take(gathered)
    return compared
