"""``customers.yaml``: read as far as it is needed, written where it changes, whatever its size and whoever wrote it.

A register grows with every new caller and is read during each call. A file in the shape that :mod:`itilcli.store.emit`
writes is therefore taken apart at its customers, line by line, and only those asked for are parsed and rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from itilcli.errors import Problem, Refused
from itilcli.model.customer import Customers, Organisation, plain
from itilcli.model.shape import decode, encode
from itilcli.store import files, yaml
from itilcli.store.bounds import LIMIT as UNLIKE
from itilcli.store.cases import overlay
from itilcli.store.change import Change
from itilcli.text import t
from itilcli.values import pattern

CUSTOMERS = "customers.yaml"
LARGEST = 4 * 1024 * 1024
"""The largest register, in bytes: some twenty thousand customers."""
_HEAD = "customers:\n"
_ITEM, _BARE = "\n  - ", "\n  -\n"
_OTHER_KEY = pattern(r"\n(?!customers:\n)[^\s#]")
Rows = list[tuple[int, Organisation]]
"""Customers with their places in the file."""


class Book:
    """The register's file, before and after what is put into it.

    :raises Refused: on reading, when there is a file that cannot be read; a file that is not there holds nobody.
    """

    def __init__(self, root: Path) -> None:
        path = root / CUSTOMERS
        there = path.exists() or path.is_symlink()
        self.before = files.read_bytes(path, LARGEST) if there else None
        self._data = self.before or b""
        self._take_apart()

    def _take_apart(self) -> None:
        """The text cut before each customer; what the pieces of a file in another shape say is proved when it is used."""
        text = yaml.decode(self._data, CUSTOMERS, LARGEST) if self._data else ""
        odd = yaml.odd_line(text) if self._data else None
        if odd and len(self._data) > UNLIKE:
            message = t("more than {limit} bytes are read only as the program writes them", limit=UNLIKE)
            hint = t("put each text of this line in double quotes, and comments on lines of their own")
            raise Refused([Problem("E-5.1-customers-odd", message, hint, "5.1", f"{CUSTOMERS}:{odd}")])
        self._whole: dict[str, Any] | None = None
        self._head, self._pieces = "", list[str]()
        self._compared: list[str] = []
        self._sound = odd is None and len(text.encode()) == len(self._data) and _BARE not in text
        if _HEAD in text and not _OTHER_KEY.search("\n" + text):
            self._head, self._pieces = _cut(text)

    def everybody(self, problems: list[Problem] | None = None) -> Rows:
        """Every customer. What is wrong goes to ``problems``; without that list, errors raise ``Refused``."""
        raw = self._raw()
        listed = raw.get("customers")
        found: list[Problem] = []
        beside = {key: value for key, value in raw.items() if key != "customers" or not isinstance(value, list)}
        decode(Customers, beside, lambda problem: found.append(_here(problem)))
        made = self._decoded(list(enumerate(listed)) if isinstance(listed, list) else [], found)
        return _told(made, found, problems)

    def those(self, wanted: Callable[[str], bool]) -> Rows:
        """The customers whose lines, as :func:`plain` compares them, are wanted; others may be among them.

        Lines with a backslash, which may hold anything, are always wanted. Raises ``Refused`` for what is wrong there.
        """
        if not self._sound or not self._pieces:
            return self.everybody()
        found: list[Problem] = []
        if not self._compared:
            self._compared = [plain(piece) for piece in self._pieces]
        places = [place for place, lines in enumerate(self._compared) if "\\" in lines or wanted(lines)]
        return _told(self._decoded([(place, self._piece(place)) for place in places], found), found, None)

    def called(self, name: str) -> Rows:
        """The customers of this name."""
        wanted = plain(name)
        return [row for row in self.those(lambda lines: wanted in lines) if row[1].key == wanted]

    def vips(self) -> Customers:
        """Those who are VIPs, or have one among their contacts."""
        if b"vip:" not in self._data:
            return Customers()
        return Customers(tuple(one for _, one in self.those(lambda lines: "vip:" in lines)))

    def put(self, place: int | None, customer: Organisation) -> None:
        """Puts a customer at a place of the file, or after all others.

        :raises Refused: when no way is found to write it, or the register grows beyond :data:`LARGEST`.
        """
        at = len(self._pieces) - 1 if place is None else place
        lines = self._by_piece(at, place is None, customer) if self._pieces else None
        pieces = (
            self._pieces if lines is None else [*self._pieces[:at], *_cut(_HEAD + lines)[1], *self._pieces[at + 1 :]]
        )
        data = (self._head + "".join(pieces)).encode() if lines else None
        clean = lines is not None and self._sound and yaml.odd_line(_HEAD + lines) is None and _BARE not in lines
        if data is None or not clean:
            data = self._proved(data, place, customer)
        if len(data) > LARGEST:
            message = t("the register would grow beyond {limit} bytes", limit=LARGEST)
            hint = t("take customers out who no longer call")
            raise Refused([Problem("E-5.1-customers-full", message, hint, "5.1", CUSTOMERS)])
        self._data = data
        if clean:
            self._whole, self._pieces, self._compared = None, pieces, []
        else:
            self._take_apart()

    def change(self) -> Change | None:
        """What must be written, if anything."""
        return Change(CUSTOMERS, self.before, self._data) if self._data != (self.before or b"") else None

    # ── within

    def _raw(self) -> dict[str, Any]:
        if self._whole is None:
            self._whole = yaml.read(self._data, CUSTOMERS, LARGEST) if self._data else {}
        return self._whole

    def _piece(self, place: int) -> Any:
        return yaml.read((_HEAD + self._pieces[place]).encode(), CUSTOMERS)["customers"][0]

    @staticmethod
    def _decoded(rows: list[tuple[int, Any]], found: list[Problem]) -> Rows:
        made: Rows = []
        for place, raw in rows:
            where = f"customers.{place}"
            if isinstance(raw, dict):
                made.append((place, decode(Organisation, raw, lambda problem: found.append(_here(problem)), where)))
            elif raw is not None:
                message = t("{field} must hold fields of its own, not {value}", field=where, value=repr(raw)[:60])
                found.append(Problem("E-record-type", message, where=f"{CUSTOMERS}#{where}"))
        return made

    def _by_piece(self, at: int, below: bool, customer: Organisation) -> str | None:
        """The lines of one customer written anew, or with a new one ``below`` it; None if they do not stand for
        themselves."""
        from itilcli.store import rewrite

        try:
            raw = self._piece(at)
            new = [raw, encode(customer)] if below else [_over(raw, customer)]
            written = rewrite.rewrite((_HEAD + self._pieces[at]).encode(), {"customers": new}, CUSTOMERS).decode()
        except (Refused, LookupError, TypeError):
            return None
        # a comment may have been moved above the key
        return written.removeprefix(_HEAD) if written.startswith(_HEAD) else None

    def _proved(self, data: bytes | None, place: int | None, customer: Organisation) -> bytes:
        """``data`` if it was written from the same bytes and reads as what is wanted; else the whole file written anew."""
        from itilcli.store import emit, rewrite

        if not self._data:
            return emit.emit({"customers": [encode(customer)]}).encode()
        raw = self._raw()
        rows = list(raw.get("customers") or [])
        if place is None:
            rows.append(encode(customer))
        else:
            rows[place] = _over(rows[place], customer)
        wanted = {**raw, "customers": rows}
        whole = (self._head + "".join(self._pieces)).encode() == self._data if self._pieces else False
        if data is not None and whole and emit.same(yaml.read(data, CUSTOMERS, LARGEST), wanted):
            return data
        return rewrite.rewrite(self._data, wanted, CUSTOMERS)


def _cut(text: str) -> tuple[str, list[str]]:
    """What stands above the first customer, and the lines of each with all that stands below them."""
    head, *parts = text.split(_ITEM)
    return f"{head}\n" if parts else head, [f"  - {part}\n" for part in parts[:-1]] + [
        f"  - {part}" for part in parts[-1:]
    ]


def phone_ending(tail: str) -> Callable[[str], bool]:
    """For :meth:`Book.those`: lines that hold a number ending with these digits, however it is written."""
    number = re.compile("[^0-9\n]*".join(tail) + "[^0-9\n]*$", re.MULTILINE)
    return lambda lines: number.search(lines) is not None


def _over(raw: Any, customer: Organisation) -> Any:
    """``customer`` with all that its lines hold beyond it."""
    was = decode(Organisation, raw, lambda problem: None)
    return overlay(raw, encode(was), encode(customer))


def _here(problem: Problem) -> Problem:
    """A problem of a field, with the file it stands in."""
    return replace(problem, where=f"{CUSTOMERS}#{problem.where}")


def _told(rows: Rows, found: list[Problem], problems: list[Problem] | None) -> Rows:
    if problems is not None:
        problems += found
    elif any(problem.level == "error" for problem in found):
        raise Refused([problem for problem in found if problem.level == "error"])
    return rows


def read_customers(root: Path) -> tuple[Customers, bytes, list[Problem]]:
    """Everybody in the register, its bytes, and everything wrong in it; the same customer twice is a warning."""
    problems: list[Problem] = []
    try:
        book = Book(root)
        rows = book.everybody(problems)
    except Refused as refused:
        return Customers(), b"", list(refused.problems)
    seen: dict[str, int] = {}
    for place, one in rows:
        if one.key in seen:
            message = t("{name} stands here twice", name=one.organisation or "")
            hint = t("put the contacts of both together; the other is number {number}", number=seen[one.key] + 1)
            where = f"{CUSTOMERS}#customers.{place}"
            problems.append(Problem("W-5.1-customer-twice", message, hint, "5.1", where))
        elif one.key:
            seen[one.key] = place
    return Customers(tuple(one for _, one in rows)), book.before or b"", problems
