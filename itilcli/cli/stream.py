"""Lines shown while they are still being found, through the user's pager where there is a terminal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice

from itilcli.cli.screen import Screen

_AT_ONCE = 200
"""So many lines are written together: a line alone costs more than finding it."""


def stream(screen: Screen, lines: Iterable[str]) -> int:
    """Shows the lines as they come; how many there were. A pager that is closed before the end ends them."""
    blocks = _blocks(iter(lines))
    first = next(blocks, [])
    if not first:
        return 0
    if not _watched(screen) or len(first) < _AT_ONCE:
        if _watched(screen):
            screen.page("\n".join(first))
            return len(first)
        screen.clear()
        return sum(_write(block) for block in chain([first], blocks))
    return _paged(screen, chain([first], blocks))


def _blocks(lines: Iterator[str]) -> Iterator[list[str]]:
    while block := list(islice(lines, _AT_ONCE)):
        yield block


def _write(block: list[str]) -> int:
    sys.stdout.write("\n".join(block) + "\n")
    return len(block)


def _watched(screen: Screen) -> bool:
    return screen.columns is not None and screen.environ.get("TERM") != "dumb"


def _paged(screen: Screen, blocks: Iterable[list[str]]) -> int:
    import shlex

    command = shlex.split(screen.environ.get("PAGER", "less")) or ["cat"]
    environ = {"LESS": "FRX", "LESSCHARSET": "utf-8", **screen.environ}
    sys.stdout.flush()
    try:
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, encoding="utf-8", env=environ)
    except FileNotFoundError:
        return sum(_write(block) for block in blocks)
    assert pager.stdin
    count = 0
    with suppress(BrokenPipeError):
        for block in blocks:
            pager.stdin.write("\n".join(block) + "\n")
            count += len(block)
    with suppress(BrokenPipeError):
        pager.stdin.close()
    pager.wait()
    return count
