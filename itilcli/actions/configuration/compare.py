"""§5.8: what was found compared with the standard configuration: what is missing, extra, different. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from itilcli.actions.configuration.found import Found
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.configuration import Attributes, Standard, plain
from itilcli.text import Label, Listing, Text, t
from itilcli.values import pattern, value

MISSING, EXTRA, DIFFERENT = "missing", "extra", "different"
KINDS = {
    MISSING: Label("missing", "缺少", "missing"),
    EXTRA: Label("extra", "多出", "extra"),
    DIFFERENT: Label("different", "不一致", "different"),
}
ABOUT = frozenset({"owner", "负责人", "remark", "备注"})
"""Attributes that are about an item and are not found on it."""
_NUMBER = pattern(r"[-+]?\d+(?:\.\d+)?")
_BLANK = pattern(r"\s+")


@value
class Difference:
    """One attribute that is not as the standard says: its kind, and both values where there are two."""

    kind: str
    item: str
    attribute: str
    standard: str | None
    found: str | None

    def words(self) -> Text:
        """In a sentence."""
        place = f"{self.item}.{self.attribute}" if self.attribute else self.item
        if self.kind == MISSING:
            return t("{place} is missing; the standard says {value}", place=place, value=self.standard or "—")
        if self.kind == EXTRA:
            return t("{place} is {value}; the standard does not name it", place=place, value=self.found or "—")
        return t(
            "{place} is {found}; the standard says {value}",
            place=place,
            found=self.found or "—",
            value=self.standard or "—",
        )


@value
class Comparison:
    """What a comparison came to: which items were compared, how many attributes agree, and what differs."""

    items: tuple[str, ...]
    agreeing: int
    differences: tuple[Difference, ...]


def compare(standard: Standard, found: Found, item: str | None = None) -> Comparison:
    """What was found beside the standard: of one item, or of each item that it names.

    :param item: the item that it was found on; where it is not said, the sections tell, or the only item there is.
    :raises Refused: where the item is unknown, or cannot be told.
    """
    pairs = dict(_meant(standard, found, item))
    differences: list[Difference] = []
    agreeing = 0
    for name, values in pairs.items():
        same, others = _attributes(name, standard.items[name], values)
        agreeing += same
        differences += others
    return Comparison(tuple(pairs), agreeing, tuple(differences))


def _meant(standard: Standard, found: Found, item: str | None) -> Iterator[tuple[str, Attributes]]:
    if item is not None:
        name = standard.item_of(item)
        if name is None:
            raise unknown_item(standard, item)
        own = [values for section, values in found.sections.items() if plain(section) == plain(name)]
        yield name, own[0] if own else found.values
        return
    named = [(name, values) for section, values in found.sections.items() if (name := standard.item_of(section))]
    if named:
        yield from named
    elif len(standard.items) == 1:
        yield next(iter(standard.items)), found.values
    else:
        hint = t("one of: {items}", items=Listing(tuple(standard.items)))
        message = t("it does not say which item it was found on; name it with {flag}", flag="--item ITEM")
        raise Refused([Problem("E-5.8-compare-item", message, hint, "5.8", "--item", Kind.MISSING)])


def unknown_item(standard: Standard, item: str) -> Refused:
    """The refusal of an item that a project does not have."""
    message = t("{project} has no item {item}", project=standard.project, item=repr(item))
    hint = t("one of: {items}", items=Listing(tuple(standard.items))) if standard.items else None
    return Refused([Problem("E-5.12-no-item", message, hint, "5.12", item, Kind.NOT_FOUND)])


def _attributes(item: str, standard: Attributes, found: Attributes) -> tuple[int, list[Difference]]:
    there = {plain(name): (name, said) for name, said in found.items()}
    same, differences = 0, []
    for name, wanted in standard.items():
        if name.casefold() in ABOUT:
            continue
        known = there.pop(plain(name), None) or _by_end(there, name)
        if known is None:
            differences.append(Difference(MISSING, item, name, wanted, None))
        elif agree(wanted, known[1]):
            same += 1
        else:
            differences.append(Difference(DIFFERENT, item, name, wanted, known[1]))
    differences += (Difference(EXTRA, item, name, None, said) for name, said in there.values())
    return same, differences


def _by_end(there: dict[str, tuple[str, str]], name: str) -> tuple[str, str] | None:
    """The only value whose dotted name ends so: what stands in a section of the file, and flat in the standard."""
    fits = [key for key, (full, _) in there.items() if "." in full and plain(full.rpartition(".")[2]) == plain(name)]
    return there.pop(fits[0]) if len(fits) == 1 else None


def agree(standard: str, found: str) -> bool:
    """Whether two values say the same: in any width and case, with or without blanks, 64 as 64.0."""
    one, other = (_BLANK.sub("", unicodedata.normalize("NFKC", text).casefold()) for text in (standard, found))
    if one == other:
        return True
    return bool(_NUMBER.fullmatch(one) and _NUMBER.fullmatch(other)) and float(one) == float(other)


def as_data(made: Comparison) -> dict[str, Any]:
    """A comparison as programs see it."""
    rows: list[Mapping[str, Any]] = [
        {
            "kind": one.kind, "item": one.item, "attribute": one.attribute, "standard": one.standard, "found": one.found,
        }
        for one in made.differences
    ]  # fmt: skip
    return {"items": list(made.items), "agreeing": made.agreeing, "differences": rows}
