"""The answered questions that stand above the one that is asked: taken off the screen where one of them is asked once more."""

from __future__ import annotations

from typing import TextIO

from itilcli.cli.screen import width


class Answered:
    """The lines of a screen that hold answers, the newest last; none of them once anything else was written below."""

    def __init__(self) -> None:
        self._lines: list[tuple[str, str]] = []

    def forget(self) -> None:
        """Something else stands below them now."""
        self._lines.clear()

    def left(self, name: str, text: str) -> None:
        """The question ``name`` was answered and left this text on the screen."""
        self._lines.append((name, text))

    def take_off(self, name: str, stream: TextIO, columns: int) -> None:
        """Takes off what was left of a question, and all below it, before it is asked anew."""
        names = [one for one, _ in self._lines]
        if name not in names:
            return
        place = len(names) - 1 - names[::-1].index(name)
        above = sum(rows(text, columns) for _, text in self._lines[place:])
        del self._lines[place:]
        stream.write(f"\x1b[{above}A\r\x1b[J")
        stream.flush()


def rows(text: str, columns: int) -> int:
    """How many rows of so many columns a text takes; a wide character does not begin in the last one."""
    taken, at = 1, 0
    for wide in map(width, text):
        if at + wide > columns:
            taken, at = taken + 1, 0
        at += wide
    return taken
