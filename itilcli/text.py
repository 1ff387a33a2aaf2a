"""Text for people, kept apart from the language it is shown in.

The pure rooms never translate: they build a :class:`Text`, an English message identifier with named
values, and the command line renders it in the reader's language. Values may be texts themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from itilcli.values import pattern, value

Translate = Callable[[str], str]


@value
class Text:
    """A message a person will read: ``msgid`` in English with ``{name}`` placeholders, and their values."""

    msgid: str
    args: dict[str, object] = field(default_factory=dict)

    def render(self, translate: Translate) -> str:
        """This text in the language of ``translate`` (gettext's function)."""
        shown = translate(self.msgid) if self.msgid else ""
        if not self.args:
            return shown
        return shown.format(**{name: render(value, translate) for name, value in self.args.items()})

    def __str__(self) -> str:
        return self.render(str)


@value
class Listing:
    """Several texts read as one, joined the way the reader's language joins a list."""

    items: tuple[object, ...]

    def render(self, translate: Translate) -> str:
        """The items in the language of ``translate``, with its separator between them."""
        # Translators: the separator between the items of a list.
        return translate(", ").join(render(item, translate) for item in self.items)


def t(msgid: str, /, **args: object) -> Text:
    """A text; the catalogues are extracted from the calls of this function."""
    return Text(msgid, args)


def render(value: object, translate: Translate) -> str:
    """``value`` as a person reads it: texts, labels and listings are translated, all else is ``str``."""
    if isinstance(value, Text | Listing | Label):
        return value.render(translate)
    return str(value)


@value
class Label:
    """A term of the procedure: its code in files, and what people read in either language."""

    code: str
    zh: str
    en: str

    def render(self, translate: Translate) -> str:
        """The Chinese term where the catalogue is Chinese, the English one elsewhere."""
        return self.zh if language_of(translate) == "zh" else self.en

    def __str__(self) -> str:
        return self.en


def language_of(translate: Translate) -> str:
    """The language a translating function speaks: ``zh`` or ``en``."""
    # Translators: the code of this catalogue's own language.
    return t("en").render(translate)


def N_(msgid: str) -> str:  # noqa: N802  (the name that extraction tools know)
    """Marks a message of a table for the catalogues and returns it as it is."""
    return msgid


UNSEEN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold, what ends a line unseen, and what turns the direction of writing."""


def printable(text: str) -> str:
    """``text`` with newlines and tabs as they are and every other steering character made visible: ``␀``, ``\\u202e``."""
    if text.isprintable():
        return text
    return UNSEEN.sub(lambda found: _visible(ord(found[0])), text.replace("\r\n", "\n").replace("\r", "\n"))


def _visible(code: int) -> str:
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"\\u{code:04x}"
