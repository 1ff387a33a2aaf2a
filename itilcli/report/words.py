"""The language of one report: messages, labels and figures as cells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from itilcli.paper import label_of
from itilcli.report.pages import Share
from itilcli.text import Label, Listing, Text, Translate, render, t

DAYS = {"zh": "{1}年{2}月{3}日"}
"""How a language writes a day in a sentence, where not as 2026-10-09: the day itself, its year, month and day of the month."""


class Words:
    """Turns messages, labels and plain data into what stands on a page; ``language`` is ``zh`` or ``en``."""

    def __init__(self, translate: Translate, language: str) -> None:
        self._translate = translate
        self.language = language
        self._labels: dict[tuple[str, str | None], str | None] = {}

    def __call__(self, text: Text | Listing | Label) -> str:
        """A message or label in the report's language."""
        return render(text, self._translate)

    def month(self, written: str) -> str:
        """A month (``2026-10``) in a sentence or title: as the language writes it."""
        year, number = written.split("-")
        return self(t("{year}-{month}", year=year, month=number))

    def day(self, day: date) -> str:
        """A day in a sentence or title: as the language writes it; in tables days stand as 2026-10-09."""
        return DAYS.get(self.language, "{0:%Y-%m-%d}").format(day, day.year, day.month, day.day)

    def label(self, code: str | None, kind: str) -> str | None:
        """The label of a code of a closed list (``severity``, ``figure``, ``rule`` …); None for none."""
        known = self._labels
        if (kind, code) not in known:
            found = label_of(code, kind)
            known[kind, code] = render(found, self._translate) if isinstance(found, Label) else found
        return known[kind, code]


def share(figure: Mapping[str, Any] | None, signed: bool = False) -> Share | None:
    """A rate of the document as a cell."""
    return Share(figure["numerator"], figure["denominator"], signed) if figure else None


def moment(written: str | None) -> datetime | None:
    """A time of the document as a cell."""
    return datetime.fromisoformat(written) if written else None


def day(written: str | None) -> date | None:
    """A day of the document as a cell."""
    return date.fromisoformat(written) if written else None
