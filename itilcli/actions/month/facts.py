"""The desk's cases as rows of figures, and the book of all that a report counts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from itilcli.actions.month.articles import articles
from itilcli.actions.month.rows import facts_kind, in_fault
from itilcli.desk import Desk, refuse
from itilcli.figures.book import Book
from itilcli.figures.facts import Facts, facts_of
from itilcli.figures.packed import unpacked
from itilcli.figures.period import month_index
from itilcli.index import Index, Kept, Kind, Unusable
from itilcli.model.past import Past
from itilcli.processes import processors, shared_out
from itilcli.store.cases import Stored, all_ids, day_folder, folders
from itilcli.store.past import read_past

_SPOILT = (ValueError, TypeError, LookupError, StopIteration, RuntimeError)
"""What reading a text raises that is no row."""


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of all valid cases, and the IDs of those with errors, which no figure counts."""

    rows: tuple[Facts, ...]
    left_out: tuple[str, ...]


def facts(
    desk: Desk,
    progress: Callable[[], None] | None = None,
    workers: int | None = None,
    only: Collection[str] | None = None,
) -> Read:
    """Every case of the desk as a row: as the index keeps it, or worked out from the files.

    :param progress: called after each case whose files are read here.
    :param workers: how many processes share the cases; by default as many as there are processors, for a large desk.
    :param only: the IDs of the cases that are wanted; by default all.
    """
    if only is not None:
        return _gathered((_rows(desk, desk.root / day, only) for day in sorted({*map(day_folder, only)})), progress)
    if workers is None and desk.index is not None:
        with contextlib.suppress(Unusable):
            return of_index(desk, desk.index, facts_kind(desk))
    days = list(folders(desk.root))
    wanted = processors(sum(1 for _ in all_ids(desk.root))) if workers is None else workers
    if wanted > 1 and not desk.unfinished_paths:
        try:
            return _gathered(shared_out(lambda day: _rows(desk, day), days, wanted), progress)
        except (OSError, RuntimeError):  # no further processes here, or one was killed
            pass
    return _gathered((_rows(desk, day) for day in days), progress)


def _rows(desk: Desk, day: Path, only: Collection[str] | None = None) -> Read:
    """The rows of one day's cases, or of some of them."""
    world = desk.world()
    rows, left_out = [], []
    for case_id, stored in desk.cases_of(day):
        if only is not None and case_id not in only:
            continue
        if in_fault(stored, world):
            left_out.append(case_id)
        else:
            rows.append(facts_of(stored.case, world))
    return Read(tuple(rows), tuple(left_out))


def _gathered(parts: Iterable[Read], progress: Callable[[], None] | None) -> Read:
    rows: list[Facts] = []
    left_out: list[str] = []
    for part in parts:
        rows += part.rows
        left_out += part.left_out
        for _ in range(len(part.rows) + len(part.left_out) if progress else 0):
            progress()  # type: ignore[misc]
    return Read(tuple(rows), tuple(sorted(left_out)))


# ── the rows that the index keeps


def of_index(desk: Desk, index: Index, kind: Kind) -> Read:
    """The rows as the index keeps them. Raises Unusable."""
    left_out: list[str] = []
    kept = index.kept(kind, int(desk.now.timestamp()))
    try:
        rows = list(unpacked(_texts(kept, left_out)))
    except _SPOILT as error:
        raise Unusable from error
    rows.reverse()
    return Read(tuple(rows), tuple(sorted(left_out)))


def to_look_at(desk: Desk) -> Iterator[Stored]:
    """The cases that may be in fault or wait for a countersignature, newest day first; without an index every case."""
    if desk.index is None or desk.unfinished_paths:
        yield from desk.cases()
        return
    try:
        kept = desk.index.kept(facts_kind(desk), int(desk.now.timestamp()))
        found = [one for one in kept if one.data is None or any(map(_unsigned, unpacked((one.data,))))]
    except (Unusable, *_SPOILT):
        yield from desk.cases()
        return
    wanted: dict[str, set[str]] = {}
    for one in found:
        wanted.setdefault(one.folder, set()).add(one.name)
    for folder, names in wanted.items():
        yield from (stored for case_id, stored in desk.cases_of(desk.root / folder) if case_id in names)


def _unsigned(row: Facts) -> bool:
    return any(one.done_on is None for one in row.countersignatures)


def _texts(kept: list[Kept], left_out: list[str]) -> Iterator[str]:
    """The texts, the oldest first: each is let go once it is read. The IDs of cases without one go to ``left_out``."""
    while kept:
        one = kept.pop()
        if one.data is None:
            left_out.append(one.name)
        else:
            yield one.data


# ── the book


def past_of(desk: Desk) -> dict[int, Past]:
    """The months from before the tool. Raises Refused with everything wrong in ``history.csv``."""
    past, problems = read_past(desk.root, month_index(desk.now.date()))
    refuse(problems)
    return past


def book_of(desk: Desk, as_of: datetime, read: Read | None = None) -> Book:
    """The desk's book at a cut-off.

    :raises Refused: for a fault in ``history.csv``.
    """
    found = read or facts(desk)
    return Book(found.rows, replace(desk.world(), now=as_of), past_of(desk), articles(desk))
