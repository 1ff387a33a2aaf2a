"""Attachments that two sides gave one name: two files, or one and the same. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ATTACHMENTS = "attachments"


def doubled_attachments(was: Mapping[str, Any], mine: Mapping[str, Any], yours: Mapping[str, Any]) -> dict[str, str]:
    """Our new attachments whose names are taken over there by another file, each with the next free one."""
    taken, renamed = {*mine, *yours}, {}
    for name, held in mine.items():
        folder, slash, file = name.partition("/")
        if slash and name not in was and name in yours and yours[name] != held:
            stem, dot, ending = file.rpartition(".")
            stem, ending = (stem, dot + ending) if dot else (file, "")
            number = 2
            while f"{folder}/{stem}-{number}{ending}" in taken:
                number += 1
            renamed[file] = f"{stem}-{number}{ending}"
            taken.add(f"{folder}/{renamed[file]}")
    return renamed


def alike(was: Mapping[str, Any], mine: Mapping[str, Any], yours: Mapping[str, Any]) -> Mapping[str, Any]:
    """Our incident with the row of each attachment that both sides added, name and bytes alike, as theirs has it.

    It is one attachment, from whoever shared it first.
    """
    known, theirs = _rows(was), _rows(yours)
    rows = mine.get(ATTACHMENTS)
    if not isinstance(rows, list) or not (theirs.keys() & _rows(mine).keys()) - known.keys():
        return mine
    made = [row if _named(row) in known else theirs.get(_named(row), row) for row in rows]
    return {**mine, ATTACHMENTS: made}


def _rows(incident: Mapping[str, Any]) -> dict[Any, Any]:
    rows = incident.get(ATTACHMENTS)
    return {_named(row): row for row in rows if isinstance(row, Mapping)} if isinstance(rows, list) else {}


def _named(row: Any) -> Any:
    return (str(row.get("file")), str(row.get("sha256"))) if isinstance(row, Mapping) else None
