"""The links of an article, and those that lead nowhere. Pure but for asking whether a file is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from itilcli.model.case import ARTICLE_ID
from itilcli.values import pattern

_LINK = pattern(r"!?\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?[^)\n]*\)")


def links(body: str) -> Iterator[tuple[int, str]]:
    """The places that an article's links and pictures lead to, each with its line (from 1) in the text."""
    fenced = False
    for number, line in enumerate(body.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if not fenced:
            yield from ((number, found[1]) for found in _LINK.finditer(line))


def leads_nowhere(root: Path, known: Iterable[str], article_id: str, target: str) -> bool:
    """Whether a link leads to no file beside the article and to no other article; addresses elsewhere are not followed."""
    place = unquote(target.partition("#")[0])
    if not place or "://" in place or place.startswith(("mailto:", "tel:", "/")):
        return place.startswith("/")
    name = place.removesuffix(".md").rpartition("/")[2]
    if ARTICLE_ID.fullmatch(name):
        return name not in known
    inside = (root / "knowledge" / place).resolve()
    return not inside.is_relative_to((root / "knowledge").resolve()) or not inside.is_file()
