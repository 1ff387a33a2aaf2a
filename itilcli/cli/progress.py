"""Progress of long work: one line on a terminal, which comes only where it will stay a while and takes itself away.

``读取事件 [########            ]  41%  8200/20000  3120 条/秒  剩余 0:04``
"""

from __future__ import annotations

import os
import sys
from collections import deque
from time import monotonic

from itilcli.cli.screen import ELLIPSIS, safe, width
from itilcli.text import Translate, t

SOON = 0.5
"""Seconds: work that is done sooner shows nothing, and nothing is begun that would go again so soon."""
AGAIN = 0.1
"""Seconds between two drawings."""
LATELY = 5.0
"""Seconds over which the rate is taken, so that it follows work that gets faster or slower."""
LENGTH = 20
CLEARED = "\r\x1b[K"
_HOUR, _MINUTE, _SLOW = 3600, 60, 10
_FIRST = 100
"""Before a hundredth is done nobody can say how long the rest takes."""


class Bar:
    """The line of one piece of work: ``done`` of ``total``; where the total is 0 it is not known.

    What goes on where the line of ``before`` has just gone is shown at once.
    """

    def __init__(self, total: int, label: str, translate: Translate, before: Bar | None = None) -> None:
        self.total, self.label, self.translate = total, safe(label), translate
        self.done, self.drawn, self.shown, self.gone = 0, False, False, 0.0
        begun = monotonic()
        self.goes_on = before is not None and before.shown and (before.drawn or begun - before.gone < SOON)
        self.due, self.seen = begun + (0 if self.goes_on else SOON), deque([(begun, 0)])

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self.reach(self.done + count)

    def reach(self, done: int, total: int | None = None) -> None:
        """So many are done, of so many where that is told anew."""
        self.done = done
        if total is not None:
            self.total = total
        now = monotonic()
        if now < self.due:
            return
        self.due = now + AGAIN
        self.seen.append((now, done))
        while len(self.seen) > 2 and now - self.seen[1][0] > LATELY:
            self.seen.popleft()
        if self.drawn or self.goes_on or not self.total or (self.left() or 0) > SOON:
            self.drawn = self.shown = True  # before it is, for a signal may come between
            self._write(CLEARED + self.line(_room() - 1))

    def clear(self) -> None:
        """Take the line away, if it is there."""
        if self.drawn:
            self._write(CLEARED)
            self.drawn, self.gone = False, monotonic()

    def rate(self) -> float:
        """How many are done in a second, lately."""
        (then, before), (now, done) = self.seen[0], self.seen[-1]
        return max(done - before, 0) / (now - then) if now > then else 0.0

    def left(self) -> float | None:
        """The seconds that the rest takes at this rate; None where that cannot be said."""
        rest, rate = self.total - self.done, self.rate()
        return rest / rate if rate and rest > 0 and self.done * _FIRST >= self.total else None

    def line(self, room: int) -> str:
        """The line in at most ``room`` columns: what matters least is left out first."""
        share = min(self.done / self.total, 1.0) if self.total else None
        rate, left = self.rate(), self.left()
        pace = f"{rate:.1f}" if rate < _SLOW else f"{rate:.0f}"
        parts = {
            "label": self.label if self.total or self.done else self.label + ELLIPSIS,
            "bar": f"[{'#' * int(share * LENGTH):<{LENGTH}}]" if share is not None else "",
            "share": f"{int(share * 100):3d}%" if share is not None else "",
            "count": f"{self.done}/{self.total}" if self.total else f"{self.done or ''}",
            "rate": t("{rate}/s", rate=pace).render(self.translate) if rate else "",
            "left": t("{time} left", time=_clock(left)).render(self.translate) if left is not None else "",
        }
        for part in ("", "bar", "rate", "count", "label", "left"):
            parts.pop(part, None)
            shown = "  ".join(filter(None, parts.values())).replace("  [", " [")
            if width(shown) <= room:
                break
        return shown if width(shown) <= room else ELLIPSIS[: max(room, 0)]

    @staticmethod
    def _write(text: str) -> None:
        try:
            if _in_front():
                sys.stderr.write(text)
                sys.stderr.flush()
        except OSError:  # the terminal went away: the work goes on
            pass


def _clock(seconds: float) -> str:
    """Seconds as ``0:04``, ``12:30``, ``1:02:03``; the last one is not called none."""
    whole = int(seconds) + 1
    minutes, rest = divmod(whole, _MINUTE)
    if whole < _HOUR:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // _MINUTE}:{minutes % _MINUTE:02d}:{rest:02d}"


def _room() -> int:
    """The columns of the terminal, whatever COLUMNS says: a line that wraps could not be taken away."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _in_front() -> bool:
    """Whether the terminal is ours to write on: work that was sent to the background leaves it alone."""
    try:
        return os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return True
