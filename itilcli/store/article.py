"""Articles: Markdown below front matter. The front matter goes through the same door as every record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from itilcli.errors import Problem, Refused
from itilcli.store import emit, rewrite, yaml
from itilcli.text import Text, t
from itilcli.values import pattern

if TYPE_CHECKING:
    from frontmatter import Post
    from frontmatter.default_handlers import BaseHandler

_OPENING = pattern(r"\s*?^---[ \t]*\r?\n", re.MULTILINE)
_CLOSING = pattern(r"^---[ \t]*\r?(?:\n|\Z)", re.MULTILINE)


def read_article(data: bytes, where: str) -> tuple[dict[str, Any], str]:
    """The front matter and the Markdown below it, without blank lines around the Markdown.

    ``where`` is the file's path, for messages. Raises ``Refused``: ``E-article-front-matter`` if the file does not
    begin with ``---``, ``E-article-unclosed`` if no second ``---`` ends it, ``E-article-empty`` if it holds nothing,
    and all that :func:`itilcli.store.yaml.read` raises, with the line in the whole file.
    """
    handler = _handler(where)
    front, body = handler.split(yaml.decode(data, where))
    return handler.load(front), body


def write_article(meta: Mapping[str, Any], body: str) -> str:
    """A new article's text. Raises ``Refused`` as :func:`emit.emit`, and for control characters in ``body``."""
    import frontmatter

    post = frontmatter.Post(yaml.clean(body))
    post.metadata = dict(meta)
    return frontmatter.dumps(post, handler=_handler(""))


def rewrite_article(original: bytes, meta: Mapping[str, Any], body: str, where: str) -> bytes:
    """``original`` changed to hold ``meta`` and ``body``; what does not change stays byte for byte.

    Raises ``Refused`` as :func:`read_article`, :func:`rewrite.rewrite` and :func:`itilcli.store.yaml.clean`.
    """
    _, old_body = read_article(original, where)
    text = original.decode()
    bare = text.lstrip("\ufeff")
    opening, front, closing, rest = _split(bare, where)
    newline = "\r\n" if "\r\n" in text else "\n"
    changed = rewrite.rewrite(front.encode(), meta, where).decode()
    body = yaml.clean(body).strip("\n")
    if body != old_body:
        closing = closing.rstrip("\r\n") + newline
        rest = f"\n{body}\n".replace("\n", newline) if body else ""
    return (text[: len(text) - len(bare)] + opening + changed + closing + rest).encode()


def _split(text: str, where: str) -> tuple[str, str, str, str]:
    """Opening line, front matter, closing line and the rest; joined again they are ``text``."""
    opening = _OPENING.match(text)
    if opening is None:
        hint = t("an article begins with a line ---, then its fields, then a second line ---")
        raise Refused([_problem("front-matter", t("the article has no front matter"), where, hint)])
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        hint = t("put a line --- after the last field")
        raise Refused([_problem("unclosed", t("the front matter has no end"), where, hint)])
    front = text[opening.end() : closing.start()]
    if not front.strip():
        raise Refused([_problem("empty", t("the front matter is empty"), where)])
    return opening[0], front, closing[0], text[closing.end() :]


def _problem(slug: str, message: Text, where: str, hint: Text | None = None) -> Problem:
    return Problem(f"E-article-{slug}", message, hint, where=where)


def _handler(where: str) -> BaseHandler:
    """python-frontmatter's handler that reads and writes through our door, and passes over nothing in silence."""
    from frontmatter.default_handlers import BaseHandler

    class Door(BaseHandler):
        FM_BOUNDARY = _CLOSING
        START_DELIMITER = END_DELIMITER = "---"

        def split(self, text: str) -> tuple[str, str]:
            opening, front, _, rest = _split(text, where)
            return "\n" * opening.count("\n") + front, rest.strip("\n")

        def load(self, fm: str) -> dict[str, Any]:
            return yaml.read_text(fm, where)

        def export(self, metadata: dict[str, object], **kwargs: object) -> str:
            return emit.emit(metadata)

        def format(self, post: Post, **kwargs: object) -> str:
            body = post.content.strip("\n")
            return f"---\n{self.export(post.metadata)}---\n" + (f"\n{body}\n" if body else "")

    return Door()
