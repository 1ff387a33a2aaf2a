"""`search`: a plain text in cases, forms and articles (after NFKC, in any case); phone numbers by digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.store.cases import Stored
from itilcli.values import pattern, value

if TYPE_CHECKING:
    from itilcli.index import Memo

KNOWLEDGE = "knowledge"
DIGITS = 4
AROUND = 24
SKIPPED = frozenset({"sha256", "status", "stage", "action", "clause", "set", "at", "recorded_at"})
ENDS = "\n"
TEXT_LAYOUT = "1"
"""Raised whenever other texts are searched, or are compared in another way."""
SURROGATE = pattern("[\ud800-\udfff]")
TITLE = pattern(r"^title:\s*(.*)$", re.MULTILINE)


@value
class Hit:
    """One record in which the text stands: the case's or article's ID, the form, the field, and the words around it."""

    id: str
    ref: str
    kind: str
    title: str
    field: str
    text: str
    hits: int


def plain(text: str) -> str:
    """A text as it is compared: NFKC, in no case."""
    return unicodedata.normalize("NFKC", text).casefold()


def digits(text: str) -> str:
    """The digits of a phone number."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


@value
class Needle:
    """What is looked for: the text as compared, and its digits where it may be a phone number."""

    text: str
    digits: str

    @classmethod
    def of(cls, typed: str) -> Needle:
        """What was typed; it is a phone number too when it holds nothing but digits and the marks between them."""
        phone = digits(typed) if not re.search(r"[^\d\s()+\-./转]", unicodedata.normalize("NFKC", typed)) else ""
        return cls(plain(typed.strip()), phone if len(phone) >= DIGITS else "")

    def within(self, name: str, value: str) -> bool:
        """Whether it stands in the value of a field."""
        return self.text in plain(value) or bool(self.digits and name == "phone" and self.digits in digits(value))


def search(desk: Desk, typed: str, unreadable: list[Problem], step: Callable[[], None] = lambda: None) -> Iterator[Hit]:
    """Every record that holds the text, one hit each: cases newest first, each with its forms; then articles.

    :param unreadable: takes what could not be read.
    :param step: called after each case that is read.
    """
    needle = Needle.of(typed)
    for stored in may_hold(desk, needle):
        unreadable += stored.errors
        yield from in_case(stored, needle)
        step()
    yield from in_articles(desk, needle, unreadable)


def may_hold(desk: Desk, needle: Needle) -> Iterator[Stored]:
    """The cases that may hold the text, and those that cannot be read whole, newest day first."""
    from itilcli.index import Kind, Unusable

    if desk.index is not None and needle.text.isprintable():
        with suppress(Unusable):
            kind = Kind("text", TEXT_LAYOUT, text_of)
            found = desk.index.holding(kind, int(desk.now.timestamp()), (needle.text, needle.digits))
            return (desk.stored(row.folder, row.name) for row in found)
    return desk.cases()


def text_of(folder: str, case_id: str, stored: Stored) -> Memo:
    """Every text of a case as it is compared, but for those that another one holds; nothing of one that has to be read each time."""
    from itilcli.index import Memo

    if stored.errors:
        return Memo(None)
    told: dict[str, None] = {}
    for raw in stored.raw.values():
        for name, text in values(raw):
            told[plain(text)] = None
            if name.rpartition(".")[2] == "phone":
                told[digits(text)] = None
    whole = ""
    for text in sorted(told, key=len, reverse=True):
        if text not in whole:
            whole += text + ENDS
    return Memo(whole if whole.isascii() or not SURROGATE.search(whole) else None)


def in_case(stored: Stored, needle: Needle) -> Iterator[Hit]:
    """The files of one case that hold the text."""
    case = stored.case
    for part, raw in stored.raw.items():
        found = [(name, value) for name, value in values(raw) if needle.within(name.rpartition(".")[2], value)]
        if found:
            name, value = found[0]
            ref = case.id if part == "incident" else f"{case.id}/{part}"
            kind = "case" if part == "incident" else "form"
            yield Hit(case.id, ref, kind, case.incident.title or "", name, excerpt(value, needle.text), len(found))


def values(data: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record with the name of its field, in the order of the file."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key not in SKIPPED and not (name == "history" and key == "id"):
                yield from values(value, f"{name}.{key}" if name else str(key))
    elif isinstance(data, list | tuple):
        for value in data:
            yield from values(value, name)
    elif isinstance(data, str):
        yield name, data


def in_articles(desk: Desk, needle: Needle, unreadable: list[Problem]) -> Iterator[Hit]:
    """The articles that hold the text."""
    folder = desk.root / KNOWLEDGE
    for path in sorted(folder.glob("KB-*.md")) if folder.is_dir() else ():
        where = f"{KNOWLEDGE}/{path.name}"
        try:
            text = desk.read(where).decode()
        except UnicodeDecodeError:
            continue
        except Refused as refused:
            unreadable += refused.problems
            continue
        lines = [line for line in text.splitlines() if needle.text in plain(line)]
        if lines or needle.text in plain(path.stem):
            title = TITLE.search(text)
            shown = excerpt(lines[0].strip(), needle.text) if lines else path.stem
            yield Hit(
                path.stem,
                path.stem,
                "article",
                title[1].strip().strip("\"'") if title else "",
                "",
                shown,
                len(lines) or 1,
            )


def excerpt(value: str, wanted: str) -> str:
    """The words around the first place where the text stands, on one line."""
    flat = " ".join(value.split())
    place = plain(flat).find(wanted)
    if place < 0 or len(plain(flat)) != len(flat):  # normalising moved the letters: the beginning has to do
        return flat if len(flat) <= 3 * AROUND else flat[: 3 * AROUND] + "…"
    start, end = max(place - AROUND, 0), place + len(wanted) + AROUND
    return ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")
