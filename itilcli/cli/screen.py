"""The terminal: what may be shown on it, how wide it is, tables, colours, a pager and progress (see ``progress``).

The functions are pure; :class:`Screen` knows the streams of this process.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Protocol, TextIO

if TYPE_CHECKING:
    from itilcli.cli.answered import Answered
    from itilcli.cli.progress import Bar
    from itilcli.text import Translate

ELLIPSIS = "…"
_NARROWEST = 8
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
# Compiled where it is used, which a help page never does.
# C0, DEL, C1, line and paragraph separators, bidi controls, BOM, annotations, tag characters, lone surrogates.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

_WIDE = "\u2e80"  # the first of the blocks whose characters may be parted anywhere
_OPENING, _CLOSING = "（「『《“", "，。；：、！？）」』》”…"


def safe(text: str, *, lines: bool = False) -> str:
    """``text`` with every character that could steer a terminal made visible; ``lines`` keeps newlines and tabs."""
    if text.isprintable():
        return text
    if lines:
        return "\n".join("\t".join(safe(part) for part in line.split("\t")) for line in text.split("\n"))
    return re.sub(_UNSAFE, _visible, text)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


class _Columns(dict[str, int]):
    """How many columns each character takes, asked for once a character; _SEQUENCE for one that joins others."""

    def __missing__(self, char: str) -> int:
        from unicodedata import category, east_asian_width

        joins = category(char) in ("Mn", "Me", "Mc", "Cf", "Cc") or "\u1100" <= char <= "\u11ff"
        self[char] = _SEQUENCE if joins else 2 if east_asian_width(char) in "WF" else 1
        return self[char]


_SEQUENCE = 1 << 40
_columns_of = _Columns().__getitem__


def width(text: str) -> int:
    """How many columns ``text`` takes on a terminal; Chinese takes two a character."""
    if text.isascii():
        return len(text)
    columns = sum(map(_columns_of, text))
    if columns < _SEQUENCE:
        return columns
    from wcwidth import wcswidth  # only sequences need it; importing it costs more than a small command

    return max(int(wcswidth(text)), 0)


def fit(text: str, limit: int) -> str:
    """``text`` cut to ``limit`` columns, with an ellipsis where something was cut off."""
    if width(text) <= limit:
        return text
    columns = 1
    for place, char in enumerate(text):
        columns += _columns_of(char)
        if columns >= _SEQUENCE:
            break
        if columns > limit:
            return text[:place] + ELLIPSIS
    while text and width(text) + 1 > limit:
        text = text[:-1]
    return text + ELLIPSIS


def pad(text: str, columns: int, side: str = "l") -> str:
    """``text`` filled with blanks to ``columns``: at the right for side ``l``, at the left for side ``r``."""
    blanks = " " * (columns - width(text))
    return blanks + text if side == "r" else text + blanks


def wrap(text: str, limit: int) -> list[str]:
    """``text`` in lines of at most ``limit`` columns, broken at blanks and between wide characters."""
    if width(text) <= limit and text == text.strip():
        return [text]
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and width(lines[-1]) + width(piece.rstrip()) > limit:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        if lines[-1] or not piece.isspace():
            lines[-1] += piece
    lines[-1] = lines[-1].rstrip()
    return lines if lines[-1] or len(lines) == 1 else lines[:-1]


def _pieces(text: str) -> list[str]:
    """What stays together on a line: a word, blanks, a wide character with the brackets and stops about it."""
    pieces: list[str] = []
    last = " "
    for char in text:
        parted = last.isspace() != char.isspace()
        wide = not char.isspace() and (char >= _WIDE or last >= _WIDE) and char not in _CLOSING and last not in _OPENING
        if parted or wide or not pieces:
            pieces.append(char)
        else:
            pieces[-1] += char
        last = char
    return pieces


def table(
    rows: Sequence[Sequence[str]], headings: Sequence[str] = (), align: str = "", limit: int | None = None
) -> str:
    """Rows in columns two blanks apart, ``align`` one letter a column (l or r; l where none is given).

    With a ``limit`` in columns the widest left-aligned columns are cut until a row fits; without one nothing is.
    """
    lines = [headings, *rows] if headings else rows
    if not lines:
        return ""
    shown = [safe_column(column) for column in zip(*lines, strict=True)]
    measured = [[width(cell) for cell in column] for column in shown]
    sides = align.ljust(len(shown), "l")
    widths = [max(column) for column in measured]
    while limit is not None and sum(widths) + 2 * (len(widths) - 1) > limit:
        widest = max((w, column) for column, w in enumerate(widths) if sides[column] == "l")[1] if "l" in sides else -1
        if widest < 0 or widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
    padded = map(_padded, shown, measured, widths, sides)
    return "\n".join(["  ".join(cells).rstrip() for cells in zip(*padded, strict=True)])


def safe_column(cells: Sequence[str]) -> list[str]:
    """The cells of a column, each as :func:`safe` shows it."""
    return [cell if cell.isprintable() else safe(cell) for cell in cells]


def _padded(cells: Sequence[str], measured: Sequence[int], columns: int, side: str) -> list[str]:
    """The cells of a column as wide as it is; ``measured``: how wide each of them is by itself."""
    right = side == "r"
    made = []
    for cell, wide in zip(cells, measured, strict=True):
        if wide > columns:
            made.append(pad(fit(cell, columns), columns, side))
        else:
            made.append(" " * (columns - wide) + cell if right else cell + " " * (columns - wide))
    return made


def document(value: object, stream: TextIO | None = None) -> str:
    """``value`` as one JSON document, with Chinese as it is where the stream can carry it; one line for an error."""
    encoding = (getattr(stream or sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    return written(value, ascii_only=encoding != "utf8", indent=None if stream is sys.stderr else 2)


def written(value: object, ascii_only: bool = False, indent: int | None = 2) -> str:
    """``value`` as JSON for a file in UTF-8, or for a stream that carries ASCII alone; nothing in it steers a terminal."""
    import json

    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    return text if text.isascii() else re.sub(_UNSAFE, _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    """JSON's own escape; the newlines and blanks between its parts stay."""
    if match[0] == "\n":
        return "\n"
    return match[0].encode("utf-16-be", "surrogatepass").hex(" ", 2).replace(" ", "\\u").join(("\\u", ""))


def columns(environ: Mapping[str, str], stream: TextIO) -> int | None:
    """How many columns there are: COLUMNS, else the terminal's; None where ``stream`` is no terminal."""
    if environ.get("COLUMNS", "").isdigit() and int(environ["COLUMNS"]) > 0:
        return int(environ["COLUMNS"])
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError, AttributeError):
        return None


class Step(Protocol):
    """One more is done, or so many."""

    def __call__(self, count: int = 1) -> None: ...


class Screen:
    """The streams of this process, and what may be done on them.

    ``color`` is auto, always or never; ``watched`` says that somebody looks on, to whom progress may be shown.
    """

    bar: ClassVar[Bar | None] = None
    """The line of progress begun last: there is one terminal, however many screens."""

    def __init__(
        self,
        color: str = "auto",
        quiet: bool = False,
        environ: Mapping[str, str] | None = None,
        translate: Translate = str,
        watched: bool = True,
    ) -> None:
        self.color, self.translate, self.watched = color, translate, watched
        self.quiet = quiet
        self.environ = os.environ if environ is None else environ
        self.answered: Answered | None = None

    @property
    def columns(self) -> int | None:
        """The width for tables on standard output; None where it is no terminal and nothing may be cut."""
        return columns(self.environ, sys.stdout) if _terminal(sys.stdout) else None

    def coloured(self, stream: TextIO | None = None) -> bool:
        """Whether colours may be written: asked for, or on a capable terminal without NO_COLOR."""
        if self.color != "auto":
            return self.color == "always"
        plain = self.environ.get("NO_COLOR") or self.environ.get("TERM") == "dumb"
        return not plain and _terminal(stream or sys.stdout)

    def style(self, text: str, name: str, stream: TextIO | None = None) -> str:
        """``text`` in bold, dim, red, green, yellow, blue or cyan, where colours may be written."""
        return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if text and self.coloured(stream) else text

    def table(self, rows: Sequence[Sequence[str]], headings: Sequence[str] = (), align: str = "") -> str:
        """:func:`table` at the width of this screen."""
        return table(rows, headings, align, self.columns)

    def cuts(self, wide: int) -> bool:
        """Whether a line so wide has no room on this screen; a pipe has room for all."""
        return self.columns is not None and wide > self.columns

    def show(self, text: str) -> None:
        """Write ``text`` and a newline on standard output."""
        self._below()
        sys.stdout.write(text + "\n")

    def note(self, text: str) -> None:
        """Write ``text`` and a newline on standard error, unless the user wants it quiet."""
        if not self.quiet:
            self._below()
            sys.stderr.write(text + "\n")

    def _below(self) -> None:
        """A line of its own comes now: progress is taken off, and the answers above stay."""
        self.clear()
        if self.answered is not None:
            self.answered.forget()

    def page(self, text: str) -> None:
        """Show a long text through the user's pager; as it is where it fits, or where this is no terminal."""
        if not _terminal(sys.stdout) or self.environ.get("TERM") == "dumb" or self._fits(text):
            self.show(text)
            return
        import shlex
        import subprocess

        command = shlex.split(self.environ.get("PAGER", "less")) or ["cat"]
        sys.stdout.flush()
        environ = {"LESS": "FRX", "LESSCHARSET": "utf-8", **self.environ}
        try:
            subprocess.run(command, input=text + "\n", text=True, encoding="utf-8", env=environ, check=False)
        except FileNotFoundError:
            self.show(text)

    def _fits(self, text: str) -> bool:
        wide, high = os.get_terminal_size(sys.stdout.fileno())
        lines = text.split("\n")
        return len(lines) < high and sum(1 + max(width(line) - 1, 0) // max(wide, 1) for line in lines) < high

    @contextmanager
    def progress(self, total: int, label: str) -> Iterator[Step]:
        """A line on standard error while work takes long; call what is yielded after each of ``total``, or after many."""
        bar = self._bar_of(total, label)
        if bar is None:
            yield _no_step
            return
        try:
            yield bar.step
        finally:
            bar.clear()

    def watching(self, label: str) -> Callable[[int, int], None]:
        """As :meth:`progress`, for work that knows no screen: called with how many are done, and of how many.

        Nothing is made before the first call. The line goes when all are done, and when anything else is written.
        """
        bars: list[Bar] = []

        def watch(done: int, total: int) -> None:
            if not bars and done < total and (bar := self._bar_of(total, label)):
                bars.append(bar)
            if bars and done < total:
                bars[0].reach(done, total)
            elif bars:
                bars.pop().clear()

        return watch

    def clear(self) -> None:
        """Take away the line of progress that stands on the terminal."""
        if Screen.bar:
            Screen.bar.clear()

    def after_stop(self) -> str:
        """What leads to an empty line of the terminal, which has shown ``^C``, perhaps where the progress was."""
        if not _terminal(sys.stderr):
            return ""
        return "\r\x1b[K" if Screen.bar and Screen.bar.shown else "\n"

    @property
    def shows_progress(self) -> bool:
        """Whether progress would be seen: on a capable terminal, unless the user wants it quiet or a program reads."""
        return not self.quiet and self.watched and _terminal(sys.stderr) and self.environ.get("TERM") != "dumb"

    def _bar_of(self, total: int, label: str) -> Bar | None:
        if not self.shows_progress:
            return None
        from itilcli.cli.progress import Bar

        Screen.bar = Bar(total, label, self.translate, Screen.bar)
        return Screen.bar


def _no_step(count: int = 1) -> None:
    """Nobody watches."""


def _terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False
