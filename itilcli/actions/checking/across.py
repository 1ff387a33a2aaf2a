"""What only shows when cases are compared: serials without gaps (F28), and faults that recur (B13)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.report import Place, Reporter
from itilcli.actions.writing.serials import path_of as counters_path
from itilcli.errors import Problem, Refused
from itilcli.model.case import KINDS, Case, kind_of
from itilcli.procedure.recurrence import how_judged, marks
from itilcli.store import yaml
from itilcli.text import t
from itilcli.values import pattern

SERIAL = pattern(r"(.+)-(\d{4})-(\d{4,9})")
FORM_NUMBERS = frozenset(kind.form_no for kind in KINDS.values())
_MOST_GAPS = 20
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class Fault(NamedTuple):
    """One fault as the search for recurring ones sees it; ``reported_us`` are microseconds since 1970."""

    reported_us: int
    id: str
    base: str
    owner: str
    imported: bool
    known: bool
    filed: bool


class Compared:
    """What is remembered of each case: who has which serial, and which faults are alike in something."""

    def __init__(self) -> None:
        self.serials: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.alike: dict[tuple[str, ...], list[Fault]] = defaultdict(list)
        self.complete = True
        """Whether every record could be read; else a serial may stand on the one that could not."""

    def take(self, other: Compared) -> None:
        """Adds what was remembered elsewhere."""
        for serial, holders in other.serials.items():
            self.serials[serial] += holders
        for mark, faults in other.alike.items():
            self.alike[mark] += faults
        self.complete = self.complete and other.complete

    def remember(self, case_id: str, base: str, case: Case) -> None:
        """Remembers one case."""
        for ref, form in case.forms.items():
            if form.serial:
                self.serials[form.serial].append((case_id, f"{base}{ref}.yaml"))
        incident = case.incident
        if incident.reported_at is None:
            return
        known = incident.problem is not None and not incident.problem.none
        filed = incident.stage in ("archived", "closed")
        reported_us = (incident.reported_at - EPOCH) // MICROSECOND
        fault = Fault(reported_us, case_id, base, incident.owner or "", case.imported, known, filed)
        for mark in marks(incident):
            self.alike[mark].append(fault)


class Comparison:
    """What the comparison of all cases of a desk shows."""

    def __init__(self, desk: Examined, compared: Compared) -> None:
        self._desk, self._compared = desk, compared

    def check(self, reporter: Reporter) -> None:
        """What the comparison shows; only where the whole desk was read."""
        for problem, path in self._serial_problems():
            reporter.add(problem, path)
        for problem, path in self._gaps() if self._compared.complete else ():
            reporter.add(problem, path)
        for fault, count in self._recurring():
            days = self._desk.settings.recurrence_days
            message = t("{count} alike faults in {days} days, and no problem was handed over", count=count, days=days)
            hint = how_judged(fault.id, fault.filed)
            problem = Problem("W-5.9-recurring", message, hint, "5.9", "incident:problem", person=fault.owner)
            reporter.add_of_case(problem, Place(fault.id, fault.base, fault.owner, fault.imported))

    # ── serials (F28)

    def _serial_problems(self) -> Iterator[tuple[Problem, str]]:
        """F28: a serial is of its form's number, and given once."""
        for serial, holders in self._compared.serials.items():
            found = SERIAL.fullmatch(serial)
            for case_id, path in holders:
                kind = kind_of(path.removesuffix(".yaml").rpartition(".")[2])
                if found is None or kind is None or found[1] != kind.form_no:
                    yield (
                        Problem(
                            "E-5.11-serial",
                            t("{serial} is no serial of this form", serial=repr(serial)),
                            None,
                            "5.11",
                            f"{path}#serial",
                        ),
                        path,
                    )
                if len(holders) > 1:
                    others = ", ".join(other for other, _ in holders if other != case_id) or case_id
                    message = t("the serial {serial} is given twice, also in {cases}", serial=serial, cases=others)
                    yield Problem("E-5.11-serial-twice", message, None, "5.11", f"{path}#serial"), path

    def _gaps(self) -> Iterator[tuple[Problem, str]]:
        """F28: every serial up to the counter's is on a form, and none beyond it."""
        given: dict[tuple[int, str], set[int]] = defaultdict(set)
        for serial in self._compared.serials:
            found = SERIAL.fullmatch(serial)
            if found is not None and found[1] in FORM_NUMBERS:
                given[int(found[2]), found[1]].add(int(found[3]))
        for year in sorted({year for year, _ in given} | set(self._desk.counter_years)):
            path = counters_path(year)
            counters = self._counters(year)
            if counters is None:
                continue
            for form_no in sorted({number for of, number in given if of == year} | (counters.keys() & FORM_NUMBERS)):
                yield from gaps(year, form_no, counters.get(form_no, 0), given[year, form_no], path)

    def _counters(self, year: int) -> dict[str, int] | None:
        """The counters of a year as they are; None where they cannot be read, which is told elsewhere."""
        try:
            raw = yaml.read(self._desk.read(counters_path(year)), counters_path(year))
        except Refused:
            return {} if year not in self._desk.counter_years else None
        return {key: value for key, value in raw.items() if type(value) is int}

    # ── recurrence (B13)

    def _recurring(self) -> Iterator[tuple[Fault, int]]:
        """B13: faults that, with those before them, are so many in so few days, while no problem is known of any."""
        count = self._desk.settings.recurrence_count
        within = timedelta(days=self._desk.settings.recurrence_days) // MICROSECOND
        found: dict[str, tuple[Fault, int]] = {}
        for faults in self._compared.alike.values():
            if len(faults) < max(count, 1):
                continue
            faults.sort(key=lambda fault: (fault.reported_us, fault.id))
            times = [fault.reported_us for fault in faults]
            known = list(accumulate((fault.known for fault in faults), initial=0))
            for place, fault in enumerate(faults):
                first = bisect_left(times, fault.reported_us - within)
                alike = place + 1 - first
                if alike >= count and known[first] == known[place + 1] and found.get(fault.id, (fault, 0))[1] < alike:
                    found[fault.id] = (fault, alike)
        yield from sorted(found.values(), key=lambda row: row[0].id)


def gaps(year: int, form_no: str, counter: int, given: set[int], path: str) -> Iterator[tuple[Problem, str]]:
    """F28: what is missing up to the counter, and what lies beyond it, for one form number in one year."""
    if given and max(given) > counter:
        message = t(
            "{form_no} counts to {counter}, but {serial} has been given",
            form_no=form_no,
            counter=counter,
            serial=max(given),
        )
        hint = t("the counter only ever rises; bring it back, for example with git")
        yield Problem("E-5.11-serial-counter", message, hint, "5.11", f"{path}#{form_no}"), path
    lacking = 0
    for number in range(1, min(counter, len(given) + _MOST_GAPS) + 1):
        if number not in given:
            lacking += 1
            message = t("no form has the serial {serial}", serial=f"{form_no}-{year}-{number:04}")
            hint = t("a form is missing, or its serial was taken out; compare with git log")
            yield Problem("E-5.11-serial-gap", message, hint, "5.11", f"{path}#{form_no}"), path
        if lacking >= _MOST_GAPS:
            return
