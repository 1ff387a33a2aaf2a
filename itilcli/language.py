"""Which language to speak, and the catalogue for it: gettext, with English as the source."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

LANGUAGES = ("zh", "en")
VARIABLE = "ITIL_LANGUAGE"
_NAMED = {"中文": "zh", "汉语": "zh", "chinese": "zh", "英文": "en", "英语": "en", "english": "en"}
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order in which POSIX lets them decide
_DESK_FILE = "desk.yaml"
_DESK_FILE_LIMIT = 65_536


def known(tag: str | None) -> str | None:
    """The language of a tag such as ``zh``, ``zh_CN.UTF-8``, ``zh-CN`` or ``en_US``, if it is one of ours."""
    if not tag:
        return None
    language = tag.strip().replace("_", "-").partition("-")[0].partition(".")[0].lower()
    language = _NAMED.get(language, language)
    return language if language in LANGUAGES else None


def choose(flag: str | None, environ: Mapping[str, str], desk_language: str | None = None) -> str:
    """``zh`` or ``en``: what was asked for, else ITIL_LANGUAGE, else the desk's, else the locale's, else English."""
    for tag in (flag, environ.get(VARIABLE), desk_language):
        language = known(tag)
        if language:
            return language
    deciding = next((environ[name] for name in _LOCALE if environ.get(name)), None)
    return known(deciding) or "en"


def of_desk(desk: str | None, environ: Mapping[str, str], start: str) -> str | None:
    """The language named by the desk file that a command started in ``start`` would find; None where there is none.

    It is wanted before anything else, for help and for errors, so it is read as a line, without a YAML parser.
    """
    root = desk or environ.get("ITIL_DESK") or _upward(start)
    if not root:
        return None
    try:
        with open(os.path.join(root, _DESK_FILE), encoding="utf-8-sig", errors="replace") as file:  # noqa: PTH118, PTH123
            text = file.read(_DESK_FILE_LIMIT)
    except (OSError, ValueError):
        return None
    for line in text.splitlines():
        if line.startswith("language:"):
            return known(line.partition(":")[2].partition("#")[0].strip(" \t'\""))
    return None


def _upward(start: str) -> str | None:
    folder = start
    while not os.path.isfile(os.path.join(folder, _DESK_FILE)):  # noqa: PTH113, PTH118 (pathlib costs more than P here)
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder:
            return None
        folder = parent
    return folder


def translator(language: str) -> Callable[[str], str]:
    """The function that turns an English message into ``language``; its catalogue is read at the first message."""
    if language == "en":
        return _same
    loaded: list[Callable[[str], str]] = []

    def translate(msgid: str) -> str:
        if not msgid:  # gettext answers it with the catalogue's header
            return ""
        if not loaded:
            loaded.append(_catalogue(language))
        return loaded[0](msgid)

    return translate


def _same(msgid: str) -> str:
    return msgid


@cache
def _catalogue(language: str) -> Callable[[str], str]:
    import gettext
    from struct import unpack_from

    class Sorted(gettext.NullTranslations):
        """A compiled catalogue in which a message is looked up where it lies.

        Its messages are in the order of their bytes, as the format has it; a command says few of them, and to read
        all would take longer than the command itself.
        """

        def _parse(self, fp: Any) -> None:
            self._data: bytes = fp.read()
            self._known: dict[str, str] = {}
            order = "<" if self._data.startswith(b"\xde\x12\x04\x95") else ">"
            self._count, originals, translations = unpack_from(f"{order}3I", self._data, 8)
            self._originals = unpack_from(f"{order}{2 * self._count}I", self._data, originals)
            self._translations = unpack_from(f"{order}{2 * self._count}I", self._data, translations)

        def gettext(self, message: str) -> str:
            """The translation; the message itself where there is none."""
            if message not in self._known:
                self._known[message] = self._found(message)
            return self._known[message]

        def _found(self, message: str) -> str:
            wanted = message.encode(errors="surrogatepass")
            low, high = 0, self._count
            while low < high:
                middle = (low + high) // 2
                if self._at(self._originals, middle) < wanted:
                    low = middle + 1
                else:
                    high = middle
            there = low < self._count and self._at(self._originals, low) == wanted
            return self._at(self._translations, low).decode() if there else message

        def _at(self, table: tuple[int, ...], place: int) -> bytes:
            length, start = table[2 * place : 2 * place + 2]
            return self._data[start : start + length]

    path = os.path.join(os.path.dirname(__file__), "locale", language, "LC_MESSAGES", "itil.mo")  # noqa: PTH118, PTH120
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return Sorted(file).gettext
    except FileNotFoundError:  # nobody has compiled it
        return _same
