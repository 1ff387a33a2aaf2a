"""How long a desk's own template may take, how much it may write, and how much memory it may use."""

from __future__ import annotations

import resource
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from itilcli.text import t

SECONDS, LARGEST, MEMORY = 20, 64_000_000, 1 << 30
"""So long may a desk's own template take, so many characters may its page have, so many bytes more may it use."""


class TooMuch(Exception):
    """A template that would never end, with the text that says so."""


def joined(parts: Iterable[str]) -> str:
    """What a template writes. Raises TooMuch past 64 million characters."""
    found, size = [], 0
    for part in parts:
        found.append(part)
        size += len(part)
        if size > LARGEST:
            raise TooMuch(t("it writes more than {count} million characters", count=LARGEST // 1_000_000))
    return "".join(found)


@contextmanager
def bounded() -> Iterator[None]:
    """So many seconds of the processor, and so much memory where the system says how much is in use, for a desk's own
    template, which anybody may have written. Raises TooMuch, MemoryError."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: object) -> None:
        raise TooMuch(t("it takes more than {seconds} seconds", seconds=SECONDS))

    before = signal.signal(signal.SIGVTALRM, late)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        if (room := _memory() + MEMORY) > MEMORY and (limits[0] == resource.RLIM_INFINITY or limits[0] > room):
            resource.setrlimit(resource.RLIMIT_AS, (room, limits[1]))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _memory() -> int:
    """The bytes of address space in use; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        return 0
