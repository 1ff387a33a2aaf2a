"""A record on the screen: its fields with their labels like the paper form, codes and times as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from itilcli.actions.looking.reader import Reader
from itilcli.cli.screen import Screen, pad, safe, width
from itilcli.text import Translate
from itilcli.values import value


@value
class Sheet(Reader):
    """Where records are read: the screen, the language, the desk's time zone."""

    screen: Screen
    translate: Translate
    zone: tzinfo

    def heading(self, value: object) -> str:
        """The heading of a section."""
        return self.screen.style(safe(self.say(value)), "bold")

    def rows(self, pairs: Iterable[tuple[object, str]], indent: str = "  ") -> list[str]:
        """Labels and values in two columns; the further lines of a value stand below its first."""
        known = [(safe(self.say(label)), safe(value, lines=True).split("\n")) for label, value in pairs if value]
        first = max((width(label) for label, _ in known), default=0)
        lines = []
        for label, parts in known:
            lines.append(f"{indent}{self.screen.style(pad(label, first), 'dim')}  {parts[0]}")
            lines += [f"{indent}{' ' * first}  {part}" for part in parts[1:]]
        return lines
