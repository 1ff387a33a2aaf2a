"""The plain data of a map, and what is wrong in it: every problem with its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.store import files, yaml
from itilcli.text import Listing, Text, t

Place = tuple[str | int, ...]


class Reader:
    """A map being read: its plain data, the problems met, and the columns it names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.mentions: list[tuple[str, Place]] = []
        self.data = files.read_bytes(path)
        self.raw = yaml.read(self.data, str(path))

    def wrong(self, slug: str, message: Text, place: Place, hint: Text | None = None) -> None:
        """A problem of the map at ``place``."""
        line = yaml.line_of(self.data, place)
        where = f"{self.path}:{line}" if line else str(self.path)
        self.problems.append(Problem(f"E-import-{slug}", message, hint, where=where, kind=Kind.MISSING))

    def known_keys(self, given: Mapping[str, Any], known: Iterable[str], place: Place) -> None:
        """Every key is one of those known."""
        from difflib import get_close_matches

        names = tuple(known)
        for key in given:
            if key not in names:
                near = get_close_matches(key, names, n=1)
                hint = t("did you mean {field}?", field=near[0]) if near else t("one of: {codes}", codes=Listing(names))
                self.wrong("map-key", t("a map has no {key} here", key=repr(key)), (*place, key), hint)

    def mapping(self, value: Any, place: Place) -> dict[str, Any]:
        """``value`` as keys with values; a problem, and none, where it is something else."""
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self.wrong(
            "map-type",
            t("{field} must hold fields of its own, not {value}", field=_name(place), value=repr(value)[:60]),
            place,
        )
        return {}

    def text(self, value: Any, place: Place) -> str | None:
        """``value`` as text."""
        if value is None or (isinstance(value, str) and value):
            return value
        self.wrong(
            "map-type",
            t("{field} must be text, not {value}", field=_name(place), value=repr(value)[:60]),
            place,
            t('put it in quotes: "{value}"', value=str(value)[:60]) if value != "" else None,
        )
        return None

    def texts(self, value: Any, place: Place) -> tuple[str, ...]:
        """``value`` as a list of texts; one text alone is a list of one."""
        if value is None or value == []:
            return ()
        if isinstance(value, list):
            return tuple(value) if all(isinstance(one, str) for one in value) else self._not_texts(value, place)
        one = self.text(value, place)
        return () if one is None else (one,)

    def _not_texts(self, value: list[Any], place: Place) -> tuple[str, ...]:
        for number, one in enumerate(value):
            if not isinstance(one, str):
                self.text(one, (*place, number))
        return ()

    def choice(self, value: Any, choices: tuple[str, ...], place: Place, default: str) -> str:
        """``value`` where it is one of ``choices``."""
        if value in choices:
            return str(value)
        if value is not None:
            message = t("{field} cannot be {value}", field=_name(place), value=repr(value)[:60])
            self.wrong("map-choice", message, place, t("one of: {codes}", codes=Listing(choices)))
        return default

    def column(self, value: Any, place: Place) -> str | None:
        """The name of a column."""
        name = self.text(value, place)
        if name is not None:
            self.mentions.append((name, place))
        return name


def _name(place: Place) -> str:
    return ".".join(str(part) for part in place)
