"""The texts and files of a message, gathered part by part; what the standard library fails on is read as far as it can be."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable
from email.message import Message
from typing import Any, TypeVar, cast

from itilcli.mail import heads, names
from itilcli.mail.charsets import decode
from itilcli.mail.letter import Enclosure
from itilcli.mail.markup import text_of
from itilcli.text import Text, t
from itilcli.values import pattern

DEEPEST, MOST_PARTS, MOST_FILES = 20, 300, 50
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes, of all files of one message together."""
SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})
FAULTS = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    KeyError,
    IndexError,
    OverflowError,
)
_NO_BASE64 = pattern(rb"[^A-Za-z0-9+/]+")
Made = TypeVar("Made")


def raw_of(value: object) -> bytes:
    """The bytes that the library made a text of."""
    return str(value).encode("utf-8", "surrogateescape")


def tried(make: Callable[[], Made]) -> Made | None:
    """What ``make`` makes; None where the library fails on what it was given."""
    try:
        return make()
    except FAULTS:
        return None


class Parts:
    """The texts and files of a message, gathered part by part."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.files: list[Enclosure] = []
        self.left: list[str] = []
        self.faults: list[Text] = []
        self.method = ""
        self._seen = self._size = 0

    def take(self, part: Message, depth: int) -> None:
        """One part with all that is in it."""
        self._seen += 1
        if depth > DEEPEST or self._seen > MOST_PARTS:
            self.faults.append(t("the message has too many parts; not all were read"))
            self.left.append("…")
            return
        _readable(part)
        kind = tried(part.get_content_type) or "text/plain"
        inner = part.get_payload() if part.is_multipart() else None
        if not isinstance(inner, list):
            self._single(part, kind)
        elif kind == "multipart/alternative":
            self._one_of(inner, depth)
        elif kind == "message/rfc822" or kind.startswith("message/"):
            self._passed_on(part, inner, depth)
        else:
            for one in inner:
                self.take(cast(Message, one), depth + 1)

    def _one_of(self, parts: list[Any], depth: int) -> None:
        """Of texts that say the same the plain one, where it says anything; their files all."""
        made: list[tuple[bool, Parts]] = []
        for one in parts[:MOST_PARTS]:
            within = Parts()
            within._seen, within._size = self._seen, self._size
            within.take(one, depth + 1)
            self._seen, self._size = within._seen, within._size
            plain = (tried(one.get_content_type) or "") == "text/plain"
            made.append((plain, within))
            self.files += within.files
            self.left += within.left
            self.faults += within.faults
            self.method = self.method or within.method
        spoken = [one for one in sorted(made, key=lambda row: not row[0]) if any(text.strip() for text in one[1].texts)]
        self.texts += spoken[0][1].texts if spoken else []

    def _passed_on(self, part: Message, inner: list[Any], depth: int) -> None:
        """A message within: a file; what it says counts where nothing was written around it."""
        within = Parts()
        within._seen, within._size = self._seen, self._size
        for one in inner[:1]:
            within.take(one, depth + 1)
            subject = heads.line(raw_of(dict(one.raw_items()).get("Subject", "")))
            data = tried(lambda one=one: one.asraw_of()) or b""  # type: ignore[misc]
            self._file(part, "message/rfc822", data, f"{subject[:60]}.eml" if subject else "")
        self._seen = within._seen
        self.faults += within.faults
        if not any(text.strip() for text in self.texts):
            self.texts += within.texts

    def _single(self, part: Message, kind: str) -> None:
        data = _content(part)
        name = _file_name(part)
        attached = (tried(part.get_content_disposition) or "") == "attachment"
        if kind in SIGNATURES:
            return
        if kind in SEALED:
            self.faults.append(t("the message is encrypted or sealed; its text could not be read"))
        if kind == "text/calendar" and not self.method:
            self.method = str(tried(lambda: part.get_param("method")) or "").lower()
        if (
            kind.startswith("text/")
            and not attached
            and not name
            and kind not in ("text/calendar", "text/csv", "text/vcard")
        ):
            self._text(part, kind, data)
        elif kind.startswith("multipart/") and not attached:  # its boundary is broken
            self._text(part, "text/plain", data)
        else:
            self._file(part, kind, data, name)

    def _text(self, part: Message, kind: str, data: bytes) -> None:
        declared = tried(lambda: part.get_param("charset"))
        text, whole = decode(data, str(declared[2] if isinstance(declared, tuple) else declared or "") or None)
        if not whole:
            self.faults.append(t("not every character of the text could be read"))
        if kind in ("text/html", "application/xhtml+xml"):
            text = text_of(text)
        elif str(tried(lambda: part.get_param("format")) or "").lower() == "flowed":
            text = unfolded(text, str(tried(lambda: part.get_param("delsp")) or "").lower() == "yes")
        self.texts.append(text)

    def _file(self, part: Message, kind: str, data: bytes, given: str) -> None:
        name = names.safe_name(given, kind, len(self.files) + 1)
        if not data:
            return
        if len(self.files) >= MOST_FILES or self._size + len(data) > LARGEST_FILE:
            self.left.append(name)
            return
        self._size += len(data)
        self.files.append(Enclosure(name, data))


def _content(part: Message) -> bytes:
    """What a part holds; of base64 that was cut off or damaged all that can be read."""
    data = tried(lambda: part.get_payload(decode=True))
    as_it_came = tried(part.get_payload)  # None where the name of its charset holds a NUL
    raw = data if as_it_came is None and isinstance(data, bytes) else raw_of(as_it_came or "")
    coded = str(tried(lambda: part.get("content-transfer-encoding", "")) or "").strip().lower() == "base64"
    if coded and (not isinstance(data, bytes) or data.strip() == raw.strip()):
        useful = _NO_BASE64.sub(b"", raw)
        return tried(lambda: a2b_base64(useful[: len(useful) // 4 * 4])) or raw
    return data if isinstance(data, bytes) else raw


def _readable(part: Message) -> None:
    """The two fields that name files, with bytes beyond ASCII read as what they are: the library would drop them."""
    for name in ("Content-Disposition", "Content-Type", "Content-Transfer-Encoding"):
        for key, value in list(part.raw_items()):
            if str(key).lower() == name.lower():
                text = decode(raw_of(value)[: heads.LONGEST], None)[0]
                tried(lambda name=name, text=text: part.replace_header(name, text))  # type: ignore[misc]
                break


def _file_name(part: Message) -> str:
    """The name that a part gives its file (RFC 2231, or as mail programs write it); empty where it gives none."""
    for field, header in (("filename", "content-disposition"), ("name", "content-type")):
        found: Any = tried(lambda field=field, header=header: part.get_param(field, None, header))  # type: ignore[misc]
        if isinstance(found, tuple) and len(found) == 3:
            found = decode(str(found[2] or "").encode("latin-1", "replace"), str(found[0] or ""))[0]
        if found:
            return heads.words(raw_of(found))[:1000]
    return ""


def unfolded(text: str, joined: bool) -> str:
    """Text whose long lines were folded (RFC 3676), as it was typed.

    :param joined: whether the blank at the end of a line was put in by the folding.
    """
    made: list[str] = []
    going_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        mark = len(line) - len(line.lstrip(">"))
        body = line[mark:].removeprefix(" ")
        signature = body == "-- "
        before = len(made[-1]) - len(made[-1].lstrip(">")) if made else 0
        if going_on and before == mark and not signature:
            made[-1] += body
        else:
            made.append((">" * mark + " " if mark else "") + body)
        going_on = made[-1].endswith(" ") and not signature
        if going_on and joined:
            made[-1] = made[-1][:-1]
            going_on = True
    return "\n".join(made)
