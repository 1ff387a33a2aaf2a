"""Bytes to text, by the charset that was declared where that is true, and by what the bytes are where it is not."""

from __future__ import annotations

import codecs

from itilcli.values import pattern

WIDER = {
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030",
    "euc-cn": "gb18030", "euccn": "gb18030", "chinese": "gb18030", "gb-18030": "gb18030", "gb18030-2000": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs", "hz-gb-2312": "hz", "utf8": "utf-8", "utf-8-sig": "utf-8",
    "unicode-1-1-utf-7": "utf-7", "ks_c_5601-1987": "cp949", "shift-jis": "cp932", "shift_jis": "cp932",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8",
}  # fmt: skip
"""What is declared, and the larger charset that it is read with: who writes gb2312 mostly means GBK."""
NEVER = frozenset(
    {"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape", "undefined"}
)
"""Text encodings of Python that are no charset of a message; the time of some grows with the square of the length."""
GUESSED = ("utf-8", "gb18030")
_SHIFTED = pattern(rb"\x1b\$\)[A-Z]|\x1b\$\*[A-Z]|\x0e([^\x0f\n]*)\x0f?|\x0f")
_HAN = pattern("[\u3400-\u9fff]")
ENOUGH = 2
"""So many Chinese characters that come out as UTF-8 are no accident."""


def decode(data: bytes, declared: str | None) -> tuple[str, bool]:
    """The text of ``data``, and whether all of it could be read; what could not stands as U+FFFD."""
    name = (declared or "").strip().strip("'\"").lower()
    if name in ("iso-2022-cn", "iso-2022-cn-ext"):
        return _iso_2022_cn(data)
    as_utf8 = strict(data, "utf-8")
    if as_utf8 is not None and (not name or len(_HAN.findall(as_utf8)) >= ENOUGH):
        return as_utf8.removeprefix("\ufeff"), True
    wider = WIDER.get(name, name)
    for one in (wider, *(("cp950",) if wider == "big5hkscs" else ())):
        text = strict(data, one)
        if text is not None and not (one == "cp1252" and _beyond(data)):
            return text, True
    for one in GUESSED:
        text = strict(data, one)
        if text is not None:
            return text, True
    best = wider if known(wider) and wider not in ("cp1252", "utf-8") else "utf-8" if _mostly_utf8(data) else "gb18030"
    return data.decode(best, "replace"), False


def known(name: str) -> bool:
    """Whether Python has this charset, and it is one of text."""
    if not name or name in NEVER or not name.isascii():
        return False
    try:
        found = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return found.name not in NEVER


def strict(data: bytes, name: str) -> str | None:
    """The text, or None where this is not its charset."""
    if not known(name):
        return None
    try:
        return data.decode(name)
    except (ValueError, LookupError):
        return None


def _beyond(data: bytes) -> bool:
    """Whether text that is declared as Latin looks Chinese: most of its bytes beyond ASCII come in pairs that GBK has."""
    text = strict(data, "gb18030")
    high = sum(byte > 0x7F for byte in data)
    return text is not None and high > 1 and len(_HAN.findall(text)) * 2 >= high * 0.8


def _mostly_utf8(data: bytes) -> bool:
    return data.decode("utf-8", "replace").count("\ufffd") <= data.decode("gb18030", "replace").count("\ufffd")


def _iso_2022_cn(data: bytes) -> tuple[str, bool]:
    """RFC 1922, which Python lacks: between SO and SI stand characters of GB 2312 in seven bits."""
    made, whole, place = [], b"\x1b$)G" not in data and b"\x1b$*" not in data, 0
    for found in _SHIFTED.finditer(data):
        made.append(data[place : found.start()].decode("ascii", "replace"))
        if found[1]:
            text = strict(bytes(byte | 0x80 for byte in found[1]), "gb2312")
            whole = whole and text is not None
            made.append(text or "\ufffd")
        place = found.end()
    return "".join(made) + data[place:].decode("ascii", "replace"), whole
