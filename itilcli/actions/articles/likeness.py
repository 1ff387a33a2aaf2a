"""Near-duplicates among articles: the same said twice, found by the pairs of characters that two texts share. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from itilcli.values import value

ENOUGH = 0.6
"""So much of the shorter text must stand in the longer."""
COMMON = 0.2
"""Pairs of characters that more than this part of all texts have say nothing of two of them; at least :data:`FEW` must have them."""
FEW = 8
SHORTEST = 6
"""A text of fewer pairs is not compared."""


@value
class Alike:
    """Two texts, and how much of the shorter stands in the longer (0 to 1)."""

    one: str
    other: str
    share: float


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters, digits and characters of a text, in one width and no case."""
    flat = "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
    return frozenset(flat[place : place + 2] for place in range(len(flat) - 1))


def near_duplicates(texts: Mapping[str, str], enough: float = ENOUGH) -> list[Alike]:
    """The pairs of texts that say nearly the same, the nearest first; by ID.

    :param texts: each under its ID.
    """
    sets = {key: found for key, text in texts.items() if len(found := pairs_of(text)) >= SHORTEST}
    known = Counter(pair for found in sets.values() for pair in found)
    most = max(FEW, int(len(sets) * COMMON))
    by_pair: dict[str, list[str]] = defaultdict(list)
    for key, found in sets.items():
        for pair in found:
            if 1 < known[pair] <= most:
                by_pair[pair].append(key)
    met: Counter[tuple[str, str]] = Counter()
    for keys in by_pair.values():
        met.update((one, other) for place, one in enumerate(keys) for other in keys[place + 1 :])
    return sorted(_shared(sets, met, enough), key=lambda row: (-row.share, row.one, row.other))


def _shared(sets: Mapping[str, frozenset[str]], met: Iterable[tuple[str, str]], enough: float) -> Iterable[Alike]:
    for one, other in met:
        share = len(sets[one] & sets[other]) / min(len(sets[one]), len(sets[other]))
        if share >= enough:
            yield Alike(one, other, round(share, 2))
