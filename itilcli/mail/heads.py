"""The fields of a message's head, as they are meant: words, mailboxes, times, Message-IDs. Nothing here raises."""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from quopri import decodestring

from itilcli.mail.charsets import decode
from itilcli.mail.letter import Address
from itilcli.values import pattern

LONGEST = 16_384
"""Of one field so many bytes are read."""
MOST_ADDRESSES, MOST_IDS = 100, 60
LONGEST_ID = 250
FIRST_YEAR, LAST_YEAR = 1990, 2200
_WORD = pattern(rb"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=", 16)
_UNSEEN = pattern(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_ID = pattern(r"<\s*([^<>\s]{1,500})\s*>")
_BOX = pattern(r"\A(.*)<\s*([^<>]*?)\s*>[^<>]*\Z", 16)
_BARE = pattern(r"\A([^\s<>]+@[^\s<>]+)\s*(?:\((.*)\))?\Z", 16)
ADDRESS = pattern(r"[^\s<>@,;:\"()\[\]\\\x00-\x20\x7f]{1,64}@[^\s<>@,;:\"()\\\x00-\x20\x7f]{1,190}")


def words(raw: bytes) -> str:
    """A field as it is read: encoded words (RFC 2047) decoded, those of one charset put together before; else as bytes are."""
    data = raw[:LONGEST].replace(b"\r", b"").replace(b"\n", b"")
    made: list[str] = []
    pending: list[bytes] = []
    charset, place = b"", 0
    for found in _WORD.finditer(data):
        between = data[place : found.start()]
        if pending and (between.strip() or found[1].lower() != charset):
            made.append(decode(b"".join(pending), charset.decode())[0])
            pending = []
        if between.strip() or (place == 0 and between):
            made.append(decode(between, None)[0])
        charset, place = found[1].lower(), found.end()
        pending.append(_word(found[2].lower(), found[3]))
    if pending:
        made.append(decode(b"".join(pending), charset.decode())[0])
    made.append(decode(data[place:], None)[0])
    return "".join(made)


def _word(way: bytes, text: bytes) -> bytes:
    """The bytes of one encoded word; blanks within, where a line was broken, do not count in base64."""
    if way == b"q":
        return decodestring(text.replace(b"\t", b""), header=True)
    text = b"".join(text.split())
    try:
        return binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return text


def line(raw: bytes) -> str:
    """A field on one line, without what cannot be seen."""
    return seen(words(raw))


def seen(text: str) -> str:
    """A text on one line: blanks as one, no controls, nothing that turns or hides what is read."""
    return " ".join(_UNSEEN.sub(" ", text.replace("\t", " ")).split())


def addresses(raw: bytes) -> tuple[Address, ...]:
    """The mailboxes of a field.

    The standard library's parser takes the wrong part of hostile fields for the address up to Python 3.12.5
    (CVE-2023-27043), and which part depends on the release; so what stands last in angle brackets is the address here.
    """
    text = decode(raw[:LONGEST].replace(b"\r", b"").replace(b"\n", b""), None)[0]
    found: dict[str, Address] = {}
    for box in _boxes(text):
        made = _address(box)
        if made is not None and len(found) < MOST_ADDRESSES:
            found.setdefault(made.address, made)
    return tuple(found.values())


def _boxes(text: str) -> Iterator[str]:
    """The parts between commas and semicolons that stand outside of quotes, brackets and comments; a group's name is dropped."""
    made: list[str] = []
    quoted, depth, angle, escaped = False, 0, False, False
    for char in text:
        if escaped or char == "\\":
            escaped = not escaped
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted:
            depth = max(0, depth + (char == "(") - (char == ")"))
            angle = char == "<" or (angle and char != ">")
            if char in ",;" and not depth and not angle:
                yield "".join(made)
                made = []
                continue
            if char == ":" and not depth and not angle and "@" not in "".join(made):
                made = []
                continue
        made.append(char)
    yield "".join(made)


def _address(box: str) -> Address | None:
    found = _BOX.match(box)
    if found:
        name, address = found[1], found[2]
    elif bare := _BARE.match(box.strip()):
        address, name = bare[1], bare[2] or ""
    else:
        return None
    address = seen(address).lower()
    if not ADDRESS.fullmatch(address):
        return None
    shown = line(name.strip().encode("utf-8", "replace")).strip("\"' ").replace('\\"', '"').replace("\\\\", "\\")
    return Address(address, "" if shown.lower() == address else shown[:100])


def moment(raw: bytes) -> datetime | None:
    """A time with an offset; a time without one is in UTC, as the standard has it."""
    try:
        made = parsedate_to_datetime(seen(raw[:200].decode("ascii", "replace")))
        made = made if made.tzinfo else made.replace(tzinfo=UTC)
        return made.replace(microsecond=0) if FIRST_YEAR <= made.astimezone(UTC).year <= LAST_YEAR else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def ids(raw: bytes) -> list[str]:
    """The Message-IDs of a field, in its order; one without brackets is taken too."""
    text = raw[:LONGEST].decode("ascii", "replace")
    found = _ID.findall(text) or [word for word in text.split()[:1] if "@" in word]
    made = (_UNSEEN.sub("", one)[:LONGEST_ID] for one in found)
    return list(dict.fromkeys(one for one in made if one))[-MOST_IDS:]
