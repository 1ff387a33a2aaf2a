"""A command that is told to stop stops as with Ctrl-C: what it began is put in order first."""

from __future__ import annotations

import contextlib
import signal
from types import FrameType

TOLD = 128
"""The exit code of a program that a signal ended is this and the signal's number."""


class Told(KeyboardInterrupt):
    """Another program, or the end of the terminal, told this one to stop; ``signal`` is how."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.signal = number


def heed() -> None:
    """From now on SIGTERM and SIGHUP end a command as Ctrl-C does, unless whoever began it wants them ignored."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            with contextlib.suppress(ValueError):  # not in the main thread, where no signal arrives
                signal.signal(number, _stop)


def code_of(stop: KeyboardInterrupt) -> int:
    """The exit code of a command that was stopped: 130, or what the signal says, which may have come at a question."""
    told = next((one for one in (stop, stop.__cause__) if isinstance(one, Told)), None)
    return TOLD + (told.signal if told else signal.SIGINT)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Told(number)
