"""F28: yearly serials without gaps, given at the archiving on a desk without a remote; elsewhere they wait (待编号)."""

from __future__ import annotations

from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.store import emit, files, yaml
from itilcli.store.change import Change
from itilcli.text import t


class Serials:
    """The counters of ``records/serials/YYYY.yaml`` during one command."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[int, tuple[bytes | None, dict[str, int]]] = {}
        self._given: dict[int, dict[str, int]] = {}

    def next(self, form_no: str, year: int) -> str | None:
        """The next serial of a form number in a year; None while the desk has a remote to agree with."""
        return None if self._desk.journal.has_remote() else self.give(form_no, year)

    def give(self, form_no: str, year: int) -> str:
        """The next serial of a form number in a year, wherever the desk is shared."""
        counters = self._given.setdefault(year, dict(self._counters(year)))
        counters[form_no] = counters.get(form_no, 0) + 1
        return f"{form_no}-{year}-{counters[form_no]:04}"

    def _counters(self, year: int) -> dict[str, int]:
        if year not in self._known:
            path = path_of(year)
            try:
                data = files.read_bytes(self._desk.root / path) if (self._desk.root / path).exists() else None
                raw = yaml.read(data, path) if data is not None else {}
            except Refused as refused:
                raise Refused(refused.problems) from None
            wrong = [key for key, value in raw.items() if type(value) is not int or value < 0]
            if wrong:
                raise Refused(
                    [Problem("E-5.11-serials", t("{field} must be a whole number", field=wrong[0]), where=path)]
                )
            self._known[year] = (data, raw)
        return self._known[year][1]

    def changes(self) -> list[Change]:
        """What must be written of the counters."""
        made = []
        for year, counters in self._given.items():
            before = self._known[year][0]
            made.append(Change(path_of(year), before, emit.emit(dict(sorted(counters.items()))).encode()))
        return [change for change in made if change.before != change.after]


def path_of(year: int) -> str:
    """The path of a year's counters."""
    return f"records/serials/{year}.yaml"
