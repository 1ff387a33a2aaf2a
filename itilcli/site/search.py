"""What the page's own search looks through: a script that holds data and does nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

LONGEST = 4000
"""So many characters of a text can be found."""


def document(href: str, title: str, about: str, words: Iterable[str], text: str) -> list[str]:
    """One thing to be found: where it is, what it is called, what stands below that, keywords, text."""
    return [href, title, about, " ".join(words), text[:LONGEST]]


def script(documents: Sequence[list[str]]) -> bytes:
    """The data as a script, which a page that was opened from a disk may load as well."""
    held = json.dumps(documents, ensure_ascii=True, separators=(",", ":"))
    return f"window.itilSearch={held.replace('<', chr(92) + 'u003c')};\n".encode()
