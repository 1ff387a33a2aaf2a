"""What is left out of pages that anybody may read: the phones, addresses and names of those who call.

What the records name as such is left out wherever it stands; beside it whatever looks like a phone number or an e-mail
address. A name that stands in a text alone, and in no field, is nobody's as far as a program can tell, and stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from itilcli.values import pattern

Shape = TypeVar("Shape")
GONE = "▇▇▇"
"""Stands for what was left out."""
SHORTEST = 2
FIELDS = frozenset({"contact", "phone", "email", "address", "customer_contact", "place"})
"""Fields of the records that name whom to reach, and where."""
NAMES = frozenset({"given_by", "with", "witness", "name"})
"""Fields that may name somebody at the customer's; staff named there stays."""
_EMAIL = pattern(r"[^\s<>@,;:：，；（()）\"'“”]{1,64}[@＠][^\s<>@,;:：，；（()）\"'“”]{1,255}")
_NUMBER = pattern(r"(?<![0-9A-Za-z_.:/-])[+＋]?[(（]?[0-9０-９](?:[0-9０-９ ()（）·\-‐-―－./转]{0,40}[0-9０-９])")
_TIME = pattern(r"[0-9]{4}[-/.年][0-9]{1,2}(?:[-/.月][0-9]{1,2}日?)?(?:[ T][0-9:.]+)?|[0-9]{1,4}(?:[.][0-9]{1,4}){1,3}")
FEWEST, MOST = 7, 20
"""So many digits make a phone number, with its extension."""


class Cleaner:
    """Leaves out of texts what it knows, and what looks like it.

    :param known: names, numbers and addresses of those who call.
    :param kept: what stays although it is known, such as the names of those who work at the desk.
    """

    def __init__(self, known: Iterable[str], kept: Iterable[str] = ()) -> None:
        stays = frozenset(kept)
        words = {one.strip() for one in known if len(one.strip()) >= SHORTEST} - stays
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(words, key=lambda one: (-len(one), one)):
            self._by_first.setdefault(word[0], []).append(word)
        firsts = "".join(map(re.escape, sorted(self._by_first)))
        self._begins = re.compile(f"[{firsts}]") if firsts else None
        self.known = frozenset(words)

    def __call__(self, text: str) -> str:
        """The text without them."""
        if not text:
            return text
        text = self._without_known(text) if self._begins else text
        text = _EMAIL.sub(GONE, text) if "@" in text or "＠" in text else text
        return _NUMBER.sub(_number, text)

    def _without_known(self, text: str) -> str:
        assert self._begins is not None
        parts, at = [], 0
        while found := self._begins.search(text, at):
            start = found.start()
            word = next((one for one in self._by_first[found[0]] if text.startswith(one, start)), None)
            parts.append(text[at:start] + (GONE if word else found[0]))
            at = start + len(word or found[0])
        return "".join(parts) + text[at:]

    def everywhere(self, shape: Shape) -> Shape:
        """The same plain data with every text in it cleaned."""
        return _mapped(shape, self)  # type: ignore[no-any-return]


def _mapped(given: Any, clean: Cleaner) -> Any:
    if isinstance(given, str):
        return clean(given)
    if isinstance(given, tuple):
        return tuple(_mapped(one, clean) for one in given)
    if is_dataclass(given) and not isinstance(given, type):
        known = {one.name: getattr(given, one.name) for one in fields(given) if one.init}
        return replace(
            given, **{name: _mapped(one, clean) for name, one in known.items() if name not in ("name", "kind")}
        )
    return given


def _number(found: re.Match[str]) -> str:
    digits = sum(one.isdigit() for one in found[0])
    return (
        found[0] if not FEWEST <= digits <= MOST or _TIME.fullmatch(unicodedata.normalize("NFKC", found[0])) else GONE
    )
