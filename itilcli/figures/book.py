"""The desk's incidents as they count at one cut-off, sliced by month once for all figures.

``world.now`` is the cut-off: what is late, due or overdue is judged by it. ``past`` are the totals of months from before
the tool. Nothing here decides what a figure means.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain

from itilcli.figures.facts import Deadline, Facts
from itilcli.figures.measures import Clock, clock
from itilcli.figures.particulars import Article
from itilcli.figures.period import Period, month_index
from itilcli.figures.trail import Span
from itilcli.model.past import Past
from itilcli.procedure.clause import World

Months = Mapping[int, Sequence[Facts]]


class Book:
    """All rows of a desk, seen at one cut-off."""

    def __init__(
        self,
        rows: Iterable[Facts],
        world: World,
        past: Mapping[int, Past] | None = None,
        articles: Sequence[Article] = (),
    ) -> None:
        self.rows = tuple(rows)
        self.world = world
        self.past = dict(past or {})
        self.articles = tuple(articles)
        self._unresolved: dict[datetime, list[Facts]] = {}

    @cached_property
    def valid(self) -> tuple[Facts, ...]:
        """I: the incidents valid at the cut-off, less void and merged ones."""
        at = self.world.now.astimezone(UTC)
        return tuple(
            row for row in self.rows if row.reported_at is not None and (row.ended_at is None or row.ended_at > at)
        )

    @cached_property
    def clock(self) -> Clock:
        """The working clock of the desk. Raises Refused: E-desk-hours."""
        return clock(self.world)

    @cached_property
    def accepted(self) -> Months:
        """I by the month of the report (t0)."""
        return self._by_month((row, row.reported_at) for row in self.valid)

    @cached_property
    def solved(self) -> Months:
        """I by the month of the last solution that no reopening undid (t2)."""
        return self._by_month((row, row.resolved_at) for row in self.valid)

    @cached_property
    def resolutions(self) -> Counter[int]:
        """How often something was resolved in each month, those solutions included that were undone later."""
        return self._counted(span.resolved_at for row in self.valid for span in row.spans)

    @cached_property
    def reopenings(self) -> Counter[int]:
        """How often something was reopened in each month, whenever it had been resolved."""
        return self._counted(span.undone_at for row in self.valid for span in row.spans if span.undone_at is not None)

    def _counted(self, moments: Iterable[datetime]) -> Counter[int]:
        zone = self.world.zone
        return Counter([month_index(moment.astimezone(zone)) for moment in moments])

    def unresolved(self, at: datetime) -> list[Facts]:
        """Those of I that had been reported before a moment and were not resolved at it."""
        if at not in self._unresolved:
            self._unresolved[at] = [row for row in self.valid if row.unresolved(at)]
        return self._unresolved[at]

    @cached_property
    def follow_ups(self) -> Months:
        """I by the month in which the follow-up of the last solution falls due."""
        found: dict[int, list[Facts]] = defaultdict(list)
        for row in self.valid:
            if row.follow_up is not None:
                found[month_index(row.follow_up.due_on(self.world.calendar))].append(row)
        return found

    def reported(self, period: Period) -> list[Facts]:
        """A: those of I reported in the period (t0)."""
        return list(chain.from_iterable(self.accepted.get(index, ()) for index in period.indices))

    def resolved(self, period: Period) -> list[tuple[Facts, Span]]:
        """S: those of I whose last solution that no reopening undid lies in the period (t2), with that solution."""
        rows = chain.from_iterable(self.solved.get(index, ()) for index in period.indices)
        return [(row, row.spans[-1]) for row in rows]

    def due(self, period: Period) -> list[tuple[Facts, Deadline]]:
        """Those of I whose follow-up falls due in the period, with it."""
        rows = chain.from_iterable(self.follow_ups.get(index, ()) for index in period.indices)
        return [(row, row.follow_up) for row in rows if row.follow_up is not None]

    @cached_property
    def first(self) -> int | None:
        """The index of the first month with an incident; None of an empty desk."""
        return min(self.accepted, default=None)

    def month_total(self, index: int) -> int | None:
        """K1 of one month: counted from the desk's first incident on, before it from ``history.csv``; None: not known."""
        if self.first is not None and index >= self.first:
            return len(self.accepted.get(index, ()))
        past = self.past.get(index)
        return past.incidents_total if past else None

    def total(self, period: Period) -> int | None:
        """K1 of a period; None where a month of it is not known."""
        months = [self.month_total(index) for index in period.indices]
        return sum(known) if len(known := [one for one in months if one is not None]) == len(months) else None

    @cached_property
    def called(self) -> Months:
        """I by the months in which the customer was called, each once a month."""
        found: dict[int, list[Facts]] = defaultdict(list)
        for row in self.valid:
            for index in {month_index(call.at.astimezone(self.world.zone)): None for call in row.calls}:
                found[index].append(row)
        return found

    def called_in(self, period: Period) -> list[Facts]:
        """Those of I whose customer was called in the period, each once."""
        rows = chain.from_iterable(self.called.get(index, ()) for index in period.indices)
        return list({row.id: row for row in rows}.values())

    def of(self, organisation: str | None, project: str | None) -> Book:
        """The part of the book that concerns one customer or one project, without the months from before the tool."""
        rows = (
            row
            for row in self.rows
            if (organisation is None or row.organisation == organisation)
            and (project is None or row.project == project)
        )
        return Book(rows, self.world)

    def _by_month(self, dated: Iterable[tuple[Facts, datetime | None]]) -> Months:
        zone = self.world.zone
        found: dict[int, list[Facts]] = defaultdict(list)
        for row, moment in dated:
            if moment is not None:
                found[month_index(moment.astimezone(zone))].append(row)
        return found
