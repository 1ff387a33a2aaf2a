"""A program on a real pseudo-terminal, and the screen that it draws, as a person before it would see it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

KEYS = {
    "UP": "\x1b[A", "DOWN": "\x1b[B", "RIGHT": "\x1b[C", "LEFT": "\x1b[D", "BACK": "\x1b[Z", "TAB": "\t", "ENTER": "\r",
    "CTRL-C": "\x03", "CTRL-D": "\x04", "HOME": "\x01", "ESC": "\x1b", "RUBOUT": "\x7f",
}  # fmt: skip

LEFT = b"\x1b[?1049l"
"""What a program writes that leaves the screen which it had for itself."""


class Terminal:
    """A pseudo-terminal of ``columns`` by ``rows`` with a program on it."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], columns: int = 80, rows: int = 24, cwd: Path | None = None
    ) -> None:
        self.master, slave = pty.openpty()
        self.screen = pyte.HistoryScreen(columns, rows, history=500)
        self._stream = pyte.ByteStream(self.screen)
        self.resize(columns, rows)
        self.program = subprocess.Popen(
            command, env=dict(env), cwd=cwd, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(slave)
        self.raw = b""
        self.keys = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.program.poll() is None:
            self.program.kill()
        self.program.wait(timeout=10)
        os.close(self.master)

    @property
    def text(self) -> str:
        """The lines on the screen and those that went off it, without blanks at their ends."""
        gone = ["".join(row[place].data for place in range(self.screen.columns)) for row in self.screen.history.top]
        return "\n".join(line.rstrip() for line in (*gone, *self.screen.display))

    @property
    def lines(self) -> list[str]:
        """The lines on the screen, a wide character as one."""
        return [line.rstrip() for line in self.screen.display]

    def resize(self, columns: int, rows: int) -> None:
        """The window gets another size."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def read(self, seconds: float) -> bool:
        """Draws what the program has written; False where it has ended."""
        until = time.monotonic() + seconds
        while select.select([self.master], [], [], max(until - time.monotonic(), 0))[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return False
            if not data:
                return False
            self.raw += data
            parts = data.split(LEFT)
            for place, part in enumerate(parts):
                self._stream.feed(part)
                if place < len(parts) - 1:  # pyte has one screen: what a program drew on the other is taken away here
                    self.screen.erase_in_display(2)
                    self.screen.cursor_position()
            until = min(until, time.monotonic() + 0.02)
        return True

    def until(self, wanted: str | Callable[[Terminal], bool], seconds: float = 60) -> None:
        """Waits until a text stands on the screen, or what is wanted is true."""
        end = time.monotonic() + seconds
        while not (wanted in self.text if isinstance(wanted, str) else wanted(self)):
            alive = self.read(0.1)
            assert alive or (wanted in self.text if isinstance(wanted, str) else wanted(self)), self.text
            assert time.monotonic() < end, f"waited for {wanted!r}:\n{self.text}"

    def type(self, *texts: str) -> None:
        """Types texts; a word of :data:`KEYS` is that key."""
        for text in texts:
            typed = KEYS.get(text, text)
            self.keys += 1 if text in KEYS else len(text)
            os.write(self.master, typed.encode())

    def ended(self, seconds: float = 30) -> int:
        """The exit code, once the program has ended."""
        end = time.monotonic() + seconds
        while self.read(0.1) and self.program.poll() is None:
            assert time.monotonic() < end, self.text
        while self.read(0.05) and time.monotonic() < end and self.program.poll() is None:
            pass
        return self.program.wait(timeout=10)

    def signal(self, number: int = signal.SIGWINCH) -> None:
        """Sends the program a signal."""
        os.kill(self.program.pid, number)
