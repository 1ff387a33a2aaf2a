"""Which characters a font can draw and how wide: what it lacks is named, and a word that is wider than its cell is parted.

The library that sets the page says neither; HarfBuzz, by which it shapes text as well, does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from itilcli.formats.formula import printable

BESIDE = frozenset("☐☑☒✔✗✘")
"""Drawn by DejaVu Sans Mono, which the typesetting library holds, where a Chinese font has none: boxes of a form."""
_JOINERS = re.compile("[\u200c\u200d\u2060\ufeff\u00ad\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Unseen characters that only change how their neighbours are drawn."""
_UNSEEN = re.compile("[\u061c\u180e\u200b\u200e\u200f\u206a-\u206f\ufff9-\ufffb\U000e0000-\U000e007f]")
"""Unseen characters that turn the direction of writing, or hide words."""
_COMBINED = re.compile("[^\u0300-\u036f][\u0300-\u036f]+")
_LOOSE = re.compile("[\t \n\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
"""Characters beside which a line may end: blanks, and those of Chinese and Japanese."""
_CHINESE = re.compile("[\u3400-\u9fff]+")
_PARTING = frozenset("/@._-&?=;:,")
TIGHT = 0.98
"""The part of a cell's width that a parted word takes: the cuts of a font differ a little in their widths."""
BOLD = 1.05
REGULAR = 400
SMALLEST = 0.7
"""A label is set no smaller than this part of its size; a word wider still is parted."""


def balanced(text: str, room: float) -> str:
    """A short label in Chinese that needs two lines, ended where no single character is left over: mostly after two or four.

    :param room: the width of its cell in ems, where a Chinese character is one wide.
    """
    if not room < len(text) <= 2 * int(room) or not _CHINESE.fullmatch(text):
        return text
    end = (len(text) + 1) // 2
    end += end % 2 if end + end % 2 <= room else 0
    return f"{text[:end]}\n{text[end:]}"


def narrowed(text: str, room: float, width: Callable[[str], float]) -> float:
    """How much smaller a label is set, so that none of its words is parted: 1 where each has room, never less than ``SMALLEST``.

    :param room: the width of its cell in ems; ``width`` tells that of a word.
    """
    widest = max((width(word) for word in _LOOSE.split(text)), default=0.0)
    return 1.0 if widest <= room * TIGHT else max(room * TIGHT / widest, SMALLEST)


def about(word: str) -> float:
    """How wide a word is in a bold face whose own widths cannot be asked, in ems; rather more than less."""
    return sum(
        0.34 if char in "fijlrtI.,:;'’()[]|/- " else 0.9 if char in "mwMW@" else 0.72 if char.isupper() else 0.61
        for char in word
    )


class Glyphs:
    """One face of a font; remembers in ``lacked`` the characters it was asked for and has not."""

    def __init__(self, path: Path, index: int) -> None:
        import uharfbuzz

        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)
        self.lacked: dict[str, None] = {}
        self._held: Any = face.unicodes
        self._font = uharfbuzz.Font(face)
        self._font.set_variations({"wght": REGULAR})
        self._em = face.upem or 1000
        self._wide: dict[str, float] = {}

    def holds(self, char: str) -> bool:
        """Whether the character can be drawn, or need not be."""
        return ord(char) in self._held or char in BESIDE or char in "\n\t" or bool(_JOINERS.match(char))

    def shown(self, text: str) -> str:
        """The text as it can be drawn: what is not in the font stands as ``[U+1F600]``, steering characters as in a report."""
        text = printable(text).replace("\t", "    ")
        if text.isascii():
            return text
        if _COMBINED.search(text):
            text = _COMBINED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
        if all(map(self.holds, text)) and not _UNSEEN.search(text):
            return text
        return "".join(self._parts(text))

    def _parts(self, text: str) -> list[str]:
        """The text in runs; each run that cannot be drawn in brackets, with what joins its characters."""
        made: list[str] = []
        numbers: list[str] = []
        for char in text:
            seen = self.holds(char) and not _UNSEEN.match(char)
            if not seen or (numbers and _JOINERS.match(char)):
                numbers.append(f"U+{ord(char):04X}")
                if not seen:
                    self.lacked[char] = None
                continue
            if numbers:
                made.append(f"[{' '.join(numbers)}]")
                numbers = []
            made.append(char)
        return [*made, f"[{' '.join(numbers)}]"] if numbers else made

    def width(self, text: str) -> float:
        """How wide the text is on one line, in ems."""
        return sum(self._advance(char) for char in text)

    def _advance(self, char: str) -> float:
        found = self._wide.get(char)
        if found is None:
            glyph = self._font.get_nominal_glyph(ord(char)) or 0
            found = 0.0 if unicodedata.combining(char) else (self._font.get_glyph_h_advance(glyph) / self._em or 0.62)
            self._wide[char] = found
        return found

    def parted(self, text: str, room: float) -> list[str]:
        """The lines of a text that can be drawn: it ends a line where the text does, and within a word wider than ``room``.

        :param room: the width of the cell in ems.
        """
        room = max(room * TIGHT, 1.0)
        made: list[str] = []
        for line in text.split("\n"):
            made += [line] if self.width(line) <= room else self._cut(line, room)
        return made

    def _cut(self, line: str, room: float) -> list[str]:
        """A line, ended within every word that is wider than the room."""
        made, place = [""], 0
        for loose in [*_LOOSE.finditer(line), None]:
            word = line[place : loose.start() if loose else None]
            if self.width(word) > room:
                first, *others = self._pieces(word, room)
                made[-1] += first
                made += others
            else:
                made[-1] += word
            if loose:
                made[-1] += loose[0]
                place = loose.end()
        return made

    def _pieces(self, word: str, room: float) -> list[str]:
        """A word in pieces that fit, ended after a stroke or the like where one is near the end."""
        pieces, wide = [""], 0.0
        for char in word:
            advance = self._advance(char)
            if wide + advance > room and pieces[-1]:
                last = pieces[-1]
                end = next(
                    (place for place in range(len(last), len(last) // 2, -1) if last[place - 1] in _PARTING), len(last)
                )
                pieces[-1:] = [last[:end], last[end:]]
                wide = self.width(last[end:])
            pieces[-1] += char
            wide += advance
        return pieces

    def lines(self, parts: list[str], room: float) -> int:
        """About how many lines the parts take in a cell."""
        return sum(1 + int(self.width(part) / max(room * TIGHT, 1.0)) for part in parts)
