"""A record as people read it: its fields with their labels like the paper form, codes and times in words."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, cast

from itilcli.model.codes import LIKE, Codes
from itilcli.model.labels import field_label, inside_label
from itilcli.model.shape import Shape, shapes
from itilcli.text import Label, Listing, Translate, render, t

HIDDEN = frozenset({"id", "form_no", "sha256"})
SERIAL = field_label("serial")
"""Shown once, beside the form's name."""
YES, NO = Label("yes", "是", "yes"), Label("no", "否", "no")
NONE = Label("none", "无", "none")


class Reader:
    """Whoever reads records: in a language, by a clock."""

    translate: Translate
    zone: tzinfo

    def clean(self, text: str) -> str:
        """Text of a record as this reader may see it."""
        return text

    def say(self, value: object) -> str:
        """A text or label in the reader's language."""
        return render(value, self.translate)

    def when(self, moment: datetime | date | None) -> str:
        """A time by the desk's clock, a day as it is; an en dash for none."""
        if moment is None:
            return "–"
        if isinstance(moment, datetime):
            return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"
        return moment.isoformat()

    def fields(self, record: Any, names: Sequence[str] | None = None, part: str = "") -> list[tuple[object, str]]:
        """The answered fields of a record, or of a part of one, with their labels, in the order of the paper."""
        found: list[tuple[object, str]] = []
        for key, shape in shapes(cast(Hashable, type(record))).items():
            value = getattr(record, attribute(record, key))
            if key in HIDDEN or value in (None, ()) or (names is not None and key not in names):
                continue
            found.append((inside_label(part, key), self.value(key, shape, value)))
        return found

    def value(self, key: str, shape: Shape, value: Any) -> str:
        """A value as people read it."""
        if shape.part is not None and isinstance(value, tuple):
            return "\n".join(self.part(row, key) for row in value)
        if shape.part is not None:
            return self.part(value, key)
        if isinstance(value, tuple):
            return self.say(Listing(tuple(self.one(one, shape.codes or LIKE.get(key)) for one in value)))
        return str(self.one(value, shape.codes or LIKE.get(key)))

    def one(self, value: Any, known: Codes | None) -> str:
        """One value: a code by its label, yes or no, a time by the desk's clock, anything else as it stands."""
        if known is not None:
            code = known.parse(str(value))
            return self.say(known.label(code)) if code else str(value)
        if isinstance(value, bool):
            return self.say(YES if value else NO)
        if isinstance(value, datetime | date):
            return self.when(value)
        return self.clean(str(value))

    def part(self, record: Any, name: str = "") -> str:
        """A part of a record on one line: its values, each with its label; ``name`` is the field that holds it."""
        if getattr(record, "none", False):
            return self.say(NONE)
        fields = [(label, value) for label, value in self.fields(record, part=name) if label is not SERIAL]
        if len(fields) == 1:
            return fields[0][1]
        # Translators: a field inside a line: label and value.
        shown = [self.say(t("{label}: {value}", label=label, value=value)) for label, value in fields]
        known = shapes(cast(Hashable, type(record)))
        nested = any(shape.part and getattr(record, attribute(record, key)) for key, shape in known.items())
        # Translators: the separator between the fields of a line.
        return ("\n" if nested else self.say(t("; "))).join(shown)


def attribute(record: Any, key: str) -> str:
    """The attribute that holds a field: names that Python keeps for itself end with an underscore."""
    return f"{key}_" if hasattr(record, f"{key}_") else key
