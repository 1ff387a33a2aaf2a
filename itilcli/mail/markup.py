"""HTML to the text that somebody sees in it: no scripts, no styles, nothing hidden, no tracking images; nothing is run or fetched."""

from __future__ import annotations

from html.parser import HTMLParser

from itilcli.values import pattern

LONGEST = 300_000
"""So many characters of HTML are read."""
DEEPEST = 200
LONGEST_TAG = 4_000
"""A longer tag is none: what is open to the end of a message would be looked at anew for every ``<`` in it."""
SILENT = frozenset({
    "script", "style", "head", "title", "template", "object", "embed", "iframe", "noframes", "svg", "math", "select", "textarea", "xml",
})  # fmt: skip
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
BLOCKS = frozenset({
    "p", "div", "ul", "ol", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "section", "article",
    "header", "footer", "address", "dl", "dt", "dd", "form", "fieldset", "center", "blockquote", "tbody", "thead", "body",
})  # fmt: skip
APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "ul", "ol"})
_HIDDEN = pattern(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|\Z)"
    r"|(?:font-size|max-height|max-width)\s*:\s*0+(?:\.0+)?(?:px|pt|em|%)?\s*(?:;|!|\Z)",
    2,
)
_QUOTE = pattern(r"gmail_quote|yahoo_quoted|moz-cite-prefix|isReplyContent|replyIntro|ntes_mail_quote|appendonsend")
_EMBEDDED = pattern(r"data:[^\"'<>\s]{200,}")
_DECLARED = pattern(r"<[!?][^<>]{0,500}>")


class _Seen(HTMLParser):
    """Gathers lines. A tag that is never closed hides no more than up to the end of what it stands in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        self._hidden = self._quoted = self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What a tag begins: a line, a hidden part, a quotation."""
        given = {name: value or "" for name, value in attrs}
        if tag == "body":  # whatever was left open before it
            self._leave(0)
        if tag in BLOCKS or tag == "br":
            self._end(tag in APART)
        if tag == "li" and not self._hidden:
            self._line.append("- ")
        if tag in ("td", "th") and self._line:
            self._line.append("  ")
        if tag == "img" and not self._hidden and (alt := given.get("alt", "").strip()) and not _tracks(given):
            self._line.append(f"[{alt[:80]}]")
        if tag in VOID or len(self._open) >= DEEPEST:
            return
        hidden = tag in SILENT or "hidden" in given or bool(_HIDDEN.search(given.get("style", "")))
        quoted = tag == "blockquote" or bool(_QUOTE.search(f"{given.get('class', '')} {given.get('id', '')}"))
        self._open.append((tag, hidden, quoted))
        self._hidden += hidden
        self._quoted += quoted
        self._pre += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        """What a tag ends, with all that was left open within."""
        place = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at][0] == tag), None)
        if tag in BLOCKS:
            self._end(tag in APART)
        if place is not None:
            self._leave(place)

    def handle_data(self, data: str) -> None:
        """Text, where it is seen."""
        if self._hidden:
            return
        if not self._pre:
            self._line.append(data.replace("\r", " ").replace("\n", " "))
            return
        for number, part in enumerate(data.split("\n")):
            if number:
                self._end(False)
            self._line.append(part)

    def finish(self) -> str:
        """All lines; those of a quotation begin with ``>``."""
        self.close()
        self._end(False)
        made: list[str] = []
        for quoted, text in self.lines:
            if text or (made and made[-1]):
                made.append(f"> {text}" if quoted and text else text)
        return "\n".join(made).strip()

    def _end(self, apart: bool) -> None:
        text = "".join(self._line)
        text = text.rstrip() if self._pre else " ".join(text.replace("\xa0", " ").split())
        self._line = []
        if text:
            self.lines.append((self._quoted, text))
        if apart:
            self.lines.append((0, ""))

    def _leave(self, place: int) -> None:
        for tag, hidden, quoted in self._open[place:]:
            if quoted:
                self._end(False)
            self._hidden -= hidden
            self._quoted -= quoted
            self._pre -= tag == "pre"
        del self._open[place:]


def _tracks(given: dict[str, str]) -> bool:
    """Whether an image is there to tell that the message was opened, or only to fill room."""
    return any(given.get(name, "").strip().removesuffix("px") in ("0", "1") for name in ("width", "height"))


def text_of(html: str) -> str:
    """The text that is seen in ``html``; as much of it as can be read."""
    seen = _Seen()
    try:
        seen.feed(tamed(html[:LONGEST]))
        return seen.finish()
    except (AssertionError, ValueError, RecursionError, IndexError):  # of the parser, at broken declarations
        return seen.finish() if seen.lines else ""


def tamed(html: str) -> str:
    """``html`` without comments and declarations, and with each ``<`` that begins no tag as text: the parser's time would
    grow with the square of the length of what is never closed."""
    html = _DECLARED.sub("", _EMBEDDED.sub("data:", _uncommented(html)))
    made: list[str] = []
    place = 0
    end = html.find(">")
    while (start := html.find("<", place)) >= 0:
        if 0 <= end < start:
            end = html.find(">", start)
        tag = 0 <= end - start <= LONGEST_TAG and html[start + 1 : start + 2] not in ("!", "?")
        made += (html[place:start], "<" if tag else "&lt;")
        place = start + 1
    return "".join((*made, html[place:]))


def _uncommented(html: str) -> str:
    made: list[str] = []
    place = 0
    while (start := html.find("<!--", place)) >= 0:
        made.append(html[place:start])
        end = html.find("-->", start + 4)
        place = end + 3 if end >= 0 else start + 4
        if end < 0:
            break
    return "".join((*made, html[place:].replace("<!--", "")))
