"""Words of a record on their way out of the desk: nothing in them may steer, call or mislead the reader. Pure."""

from __future__ import annotations

from collections.abc import Callable

KEYWORD, TITLE = "itil", 100
"""What every title begins with, the word that chat groups let messages in by; and its most characters."""
SPEECH = (("<", "＜"), (">", "＞"), ("@", "＠"), ("](", "] ("))
"""What chats read as a call to everybody, or as a link under another name; the full-width form reads alike."""


def visible(text: str) -> str:
    """The text with every character that is not seen, bidirectional ones too, written out; line ends stay."""
    if text.isprintable():
        return text
    shown = (char if char.isprintable() or char == "\n" else " " if char.isspace() else _code(char) for char in text)
    return "".join(shown)


def _code(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most ``limit`` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def titled(title: str) -> str:
    """A title on one line that begins with the keyword."""
    title = one_line(visible(title), TITLE)
    return title if title.lower().startswith(KEYWORD) else f"{KEYWORD} · {title}"


def for_chat(text: str) -> str:
    """The text as a chat group shows it, without calls, tags and hidden links."""
    for sign, harmless in SPEECH:
        text = text.replace(sign, harmless)
    return text


def trimmed(text: str, limit: int, size: Callable[[str], int] = len) -> str:
    """The text cut at the end of a line so that it measures at most ``limit``; an ellipsis tells of the rest."""
    if size(text) <= limit:
        return text
    kept: list[str] = []
    for line in text.split("\n"):
        if size("\n".join((*kept, line, "…"))) > limit:
            break
        kept.append(line)
    if kept:
        return "\n".join((*kept, "…"))
    while text and size(text + "…") > limit:
        text = text[:-1]
    return text + "…"


def in_bytes(text: str) -> int:
    """How long a text is in UTF-8."""
    return len(text.encode("utf-8", "replace"))
