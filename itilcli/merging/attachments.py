"""Attachments that two sides gave one name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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
