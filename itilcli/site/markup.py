"""The door to markdown-it: Markdown that somebody wrote becomes HTML that can do nothing.

Raw HTML is shown as the text it is, pictures are left out (they would ask the network), and a link leads to a web page
or an address, or is no link.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from itilcli.values import pattern

_SAFE = pattern(r"(?:https?://|mailto:)[^\x00-\x20]", re.IGNORECASE)
DEEPEST = 6


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    parser: Any = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")
    parser.validateLink = lambda url: _SAFE.match(url) is not None
    return parser


def html(text: str) -> str:
    """The Markdown as HTML, its headings one level down, for the page has its own."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(max(int(token.tag[1]), 2), DEEPEST)}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrSet("rel", "noopener noreferrer nofollow")
    return str(parser.renderer.render(tokens, parser.options, {}))


def plain(text: str, clean: Callable[[str], str] = str) -> str:
    """The words of the Markdown on one line, for the search."""
    words: list[str] = []
    for token in _parser().parse(text):
        parts = token.children if token.children is not None else [token]
        words += [one.content for one in parts if one.type in ("text", "code_inline", "code_block", "fence")]
    return clean(" ".join(" ".join(words).split()))
