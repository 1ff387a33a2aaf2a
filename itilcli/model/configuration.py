"""§5.8, §5.12: the standard configuration of a project (``records/configuration/PROJECT.yaml``): items with their attributes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from itilcli.errors import Problem
from itilcli.text import t
from itilcli.values import pattern, value

PROJECT, OWNER, ITEMS = "project", "owner", "items"
KNOWN = frozenset({PROJECT, OWNER, ITEMS})
_JOINTS = pattern(r"[\s_\-]+")

Attributes = Mapping[str, str]
"""Of one item: its attributes by name, nested ones as ``network.ip``, each value as text."""


@value
class Standard:
    """The standard configuration of one project: who owns it, and the attributes of each item, in the file's order."""

    project: str
    owner: str | None = None
    items: Mapping[str, Attributes] = {}

    def item_of(self, wanted: str) -> str | None:
        """The item that is called so, in any width and case; None where there is none."""
        if wanted in self.items:
            return wanted
        found = [name for name in self.items if plain(name) == plain(wanted)]
        return found[0] if len(found) == 1 else None

    def attribute_of(self, item: str, wanted: str) -> str | None:
        """The attribute of an item that is called so; None where there is none."""
        known = self.items.get(item, {})
        if wanted in known:
            return wanted
        found = [name for name in known if plain(name) == plain(wanted)]
        return found[0] if len(found) == 1 else None

    def place_of(self, path: str) -> tuple[str, str] | None:
        """Item and attribute of ``ITEM.ATTRIBUTE``, where both names may hold dots: the longest item that is there.

        The attribute may be new; None where no item fits.
        """
        parts = path.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            item = self.item_of(".".join(parts[:cut]))
            if item is not None:
                attribute = ".".join(parts[cut:])
                return item, self.attribute_of(item, attribute) or attribute
        return None


def plain(text: str) -> str:
    """A name as it is compared: in one width and no case, without the joints between its words."""
    return _JOINTS.sub("", unicodedata.normalize("NFKC", text).casefold())


def read_standard(raw: Mapping[str, Any], project: str, path: str) -> tuple[Standard, list[Problem]]:
    """The standard configuration that a file holds, and everything wrong in it, each with its place (``path#items.DB01``).

    :param project: the name that the file has.
    """
    problems: list[Problem] = []

    def wrong(slug: str, message: Any, hint: Any, place: str, level: str = "E") -> None:
        problems.append(Problem(f"{level}-5.12-{slug}", message, hint, "5.12", f"{path}#{place}"))

    said = raw.get(PROJECT)
    if said is not None and str(said) != project:
        message = t(
            "the file calls its project {said}, and is named after {name}", said=repr(str(said)), name=repr(project)
        )
        wrong("standard-project", message, t("name the file after its project, or mend the name in it"), PROJECT)
    owner = raw.get(OWNER)
    if owner is not None and not isinstance(owner, str):
        wrong("standard-owner", t("{field} must be a text", field=OWNER), t("write the person's name"), OWNER)
        owner = None
    for key in raw:
        if key not in KNOWN:
            hint = t("items and their attributes stand below items:")
            wrong("standard-unknown", t("unknown field {field}", field=key), hint, key, "W")
    items = raw.get(ITEMS)
    found: dict[str, Attributes] = {}
    if not isinstance(items, Mapping):
        if items is not None:
            hint = t("write each item as a name, its attributes below it: DB01: and version: …")
            wrong("standard-items", t("items must name each item with its attributes"), hint, ITEMS)
        return Standard(project, owner, found), problems
    for name, attributes in items.items():
        if not str(name).strip():
            wrong("standard-item", t("an item has no name"), t("give it one"), ITEMS)
        elif attributes is not None and not isinstance(attributes, Mapping):
            hint = t("write its attributes below it, each as NAME: VALUE")
            wrong(
                "standard-item",
                t("{item} has no attributes but a value", item=repr(str(name))),
                hint,
                f"{ITEMS}.{name}",
            )
        else:
            found[str(name)] = dict(flat(attributes or {}))
    return Standard(project, owner, found), problems


def flat(data: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every value in nested mappings and lists as text, under its dotted name; a list of plain values is one."""
    if isinstance(data, Mapping):
        for key, one in data.items():
            yield from flat(one, f"{name}.{key}" if name else str(key))
    elif isinstance(data, list | tuple) and any(isinstance(one, Mapping | list | tuple) for one in data):
        for number, one in enumerate(data, 1):
            yield from flat(one, f"{name}.{number}" if name else str(number))
    elif isinstance(data, list | tuple):
        yield name, ", ".join(map(written, data))
    else:
        yield name, written(data)


def written(data: Any) -> str:
    """A plain value as text: as YAML writes it."""
    if data is None:
        return ""
    if isinstance(data, bool):
        return "true" if data else "false"
    return str(data)


def like(old: Any, text: str) -> Any:
    """``text`` as a value of the kind that stood there before, so that a file goes on in its own spelling."""
    if isinstance(old, bool) and text in ("true", "false"):
        return text == "true"
    if isinstance(old, int) and not isinstance(old, bool) and str(_number(text, int)) == text:
        return _number(text, int)
    if isinstance(old, float) and str(_number(text, float)) == text:
        return _number(text, float)
    if isinstance(old, list) and not any(isinstance(one, dict | list) for one in old):
        kind = old[0] if old and all(type(one) is type(old[0]) for one in old) else ""
        return [like(kind, one.strip()) for one in text.split(",") if one.strip()]
    return text


def _number(text: str, kind: type[int] | type[float]) -> int | float | None:
    try:
        return kind(text)
    except ValueError:
        return None


def with_value(raw: Mapping[str, Any], item: str, attribute: str, text: str) -> dict[str, Any]:
    """The file's content with one attribute of one item set; a new attribute stands behind the others, a new item as well."""
    made = dict(raw)
    items = dict(made.get(ITEMS) or {})
    items[item] = _put(dict(items.get(item) or {}), attribute, text)
    made[ITEMS] = items
    return made


def _put(held: dict[str, Any], attribute: str, text: str) -> dict[str, Any]:
    if attribute in held and not isinstance(held[attribute], dict):
        held[attribute] = like(held[attribute], text)
        return held
    parts = attribute.split(".")
    for cut in range(1, len(parts)):
        head = ".".join(parts[:cut])
        if isinstance(held.get(head), dict):
            held[head] = _put(dict(held[head]), ".".join(parts[cut:]), text)
            return held
    held[attribute] = text
    return held
