"""Work on many cases shared out among processes: what each makes comes back in the order of the parts."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Part = TypeVar("Part")
Made = TypeVar("Made")
ALONE = 1000
"""So many cases are worked on sooner than further processes are begun."""
MOST = 8

_work: Callable[[Any], Any] | None = None
"""In a process of its own: what is done with each part."""


def processors(count: int) -> int:
    """How many processes so many cases are worth; one where they cannot be forked safely."""
    if count <= ALONE or sys.platform != "linux":
        return 1
    return min(len(os.sched_getaffinity(0)), MOST)


def shared_out(work: Callable[[Part], Made], parts: Sequence[Part], workers: int) -> Iterator[Made]:
    """What ``work`` makes of each part, in their order, done by ``workers`` processes that begin as copies of this one.

    Parts and results are pickled, ``work`` is not. Raises OSError or RuntimeError where no further processes are to be
    had, or one is killed.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, get_context("fork"), _begin, (work,))
    try:
        yield from pool.map(_done, parts)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(work: Callable[[Any], Any]) -> None:
    """What a process of its own starts with; it is ended by the one that began it, not by the keyboard."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = work


def _done(part: Any) -> Any:
    assert _work is not None
    return _work(part)
