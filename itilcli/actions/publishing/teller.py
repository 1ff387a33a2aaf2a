"""Who tells the pages' readers of records: the language, the desk's zone, what is left out."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, cast

from itilcli.actions.looking.reader import Reader
from itilcli.formats.formula import printable
from itilcli.model.case import CASE_ID
from itilcli.site.public import FIELDS, NAMES, Cleaner
from itilcli.site.shape import Fact, Stamp
from itilcli.store.cases import place_of
from itilcli.text import Translate
from itilcli.values import value


@value
class Teller(Reader):
    """Tells in one language; ``cleaner`` leaves out what not everybody may read, None: nothing is left out."""

    translate: Translate
    zone: tzinfo
    cleaner: Cleaner | None = None
    own: Cleaner | None = None

    def clean(self, text: str) -> str:
        """Text of a record as these pages may show it."""
        text = printable(text)
        if self.own is not None:
            text = self.own(text)
        return self.cleaner(text) if self.cleaner is not None else text

    def stamp(self, moment: datetime | date | None) -> Stamp | None:
        """A time for a page."""
        if moment is None:
            return None
        if isinstance(moment, datetime):
            moment = moment.astimezone(self.zone)
        return Stamp(self.when(moment), moment.isoformat())

    def facts(self, record: Any, names: Sequence[str] | None = None) -> tuple[Fact, ...]:
        """The answered fields of a record with their labels."""
        return tuple(Fact(self.say(label), shown) for label, shown in self.fields(record, names) if shown)

    def fields(self, record: Any, names: Sequence[str] | None = None, part: str = "") -> list[tuple[object, str]]:
        """As :meth:`Reader.fields`; without whom to reach, and where, on pages that anybody may read."""
        if self.cleaner is None:
            return Reader.fields(self, record, names, part)
        from itilcli.model.shape import shapes

        known: Iterable[str] = shapes(cast(Hashable, type(record))) if names is None else names
        return Reader.fields(self, record, [one for one in known if one not in FIELDS], part)

    def for_case(self, raw: Mapping[str, Any], staff: frozenset[str]) -> Teller:
        """The teller of one case, who knows also whom its own fields name."""
        if self.cleaner is None:
            return self
        return Teller(self.translate, self.zone, self.cleaner, Cleaner(named_in(raw), staff))


def named_in(raw: Any) -> set[str]:
    """Every text in the fields that name somebody at the customer's, phones, e-mails and addresses."""
    found: set[str] = set()
    waiting: list[tuple[str, Any]] = [("", raw)]
    while waiting:
        key, one = waiting.pop()
        if isinstance(one, Mapping):
            for name, inner in one.items():
                counts = "contact" if key == "confirmation" and name == "by" else str(name)
                waiting.append((counts, inner))
        elif isinstance(one, list):
            waiting += [(key, inner) for inner in one]
        elif isinstance(one, str) and (key in FIELDS or key in NAMES):
            found.add(one)
    return found


def href_of(name: str) -> str:
    """The page of a case, by the ID that its files are named after."""
    return f"case/{name[4:10]}/{name}.html"


def name_of(case_id: str, place: str) -> str:
    """The ID that a case's files are named after; empty where it has none that a page can be called by."""
    name = (place or (place_of(case_id) if CASE_ID.fullmatch(case_id) else "")).rpartition("/")[2]
    return name if CASE_ID.fullmatch(name) else ""
