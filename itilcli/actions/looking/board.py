"""`board`: the open cases by where they stand, and a cheap way to see that something of them has changed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from itilcli.actions.waiting.deadlines import Deadline, overdue
from itilcli.desk import SETTLED, Desk, Watch, watched
from itilcli.model import codes as c
from itilcli.model.customer import Customers, digits, plain
from itilcli.procedure.clause import World
from itilcli.procedure.glance import Glance
from itilcli.store import cases
from itilcli.store.people import PEOPLE, SETTINGS
from itilcli.text import Label
from itilcli.values import value

STAGES: tuple[tuple[Label, tuple[str, ...]], ...] = (
    (Label("intake", "受理", "taken"), ("logged", "classified")),
    (c.TIER.label("1"), ("tier1",)),
    (c.TIER.label("2"), ("tier2",)),
    (c.TIER.label("3"), ("tier3",)),
    (Label("on_site", "上门", "on site"), ("dispatch_pending", "dispatched", "onsite")),
    (Label("solved", "待关闭", "to close"), ("resolved", "confirmed", "archived")),
)
"""The columns of the board, from the call to the end, and the stages in each."""
Stamps = tuple[tuple[int, int] | None, ...]
"""Of each file and folder that is looked at: when it was changed, in nanoseconds, and its size; None for none."""
GRAIN = 2_000_000_000
"""So many nanoseconds may lie between a change and the time that a file system gives it."""
WATCHED = ("HEAD", "logs/HEAD", "packed-refs")
"""What git writes with every commit, in its folder."""

MOST = 300
"""The files of so many cases are looked at; an edit by hand that is not committed shows in others when all is read anew."""


@value
class Card:
    """An open case on the board: the case, the promises that it has missed, whether its customer comes first."""

    row: Glance
    late: tuple[Deadline, ...] = ()
    vip: bool = False

    @property
    def code(self) -> str:
        """The four characters that are spoken on the phone."""
        return self.row.id.rpartition("-")[2]

    def holds(self, typed: str) -> bool:
        """Whether each of the words typed stands in the case: its ID, title, customer, people, where it stands; of a number its digits."""
        row = self.row
        terms: list[object] = [row.id, row.title, row.organisation, row.contact, row.assignee, row.owner, row.stage]
        terms += [label.zh for label in (c.STAGE.label(row.stage), c.SEVERITY.label(row.severity or ""))]
        told = plain(" ".join(str(one) for one in terms if one))
        number = digits(row.phone)
        return all(word in told or (digits(word) and digits(word) in number) for word in plain(typed).split())


@value
class Column:
    """The cases that stand at one place of the procedure, the most pressing first."""

    label: Label
    cards: tuple[Card, ...]


def columns(rows: Iterable[Glance], world: World, vips: Customers) -> tuple[Column, ...]:
    """The open cases in their columns: late ones first, then by severity and by how long they have stood; on hold last."""
    cards = [Card(row, tuple(overdue(row, world)), vips.vip(row)) for row in rows if row.status == "open"]
    ranks = {code: place for place, code in enumerate(c.SEVERITY)}

    def pressing(card: Card) -> tuple[object, ...]:
        row = card.row
        return not card.late, row.hold is not None, not card.vip, ranks.get(row.severity or "", 3), row.began

    return tuple(
        Column(label, tuple(sorted((card for card in cards if card.row.stage in stages), key=pressing)))
        for label, stages in STAGES
    )


def board(desk: Desk) -> tuple[tuple[Column, ...], int]:
    """The columns of the desk as it is now, and how many cases could not be read."""
    unread: list[str] = []
    if desk.index is not None:  # of what was completed long ago no file is looked at
        desk.index.begin((desk.opened_at - timedelta(days=SETTLED)).date().isoformat())
    rows = list(desk.glances(unread, {"status": frozenset({"open"})}))
    return columns(rows, desk.world(), desk.vips), len(unread)


@value
class Read:
    """What was read of a desk: the desk, its columns, how many cases cannot be read, the marks by which a change is seen."""

    desk: Desk
    columns: tuple[Column, ...]
    unread: int
    stamps: Stamps


def read_board(root: Path, watch: Watch) -> Read:
    """The board of a desk as it is now, by a desk opened for this alone; raises Refused where it cannot be read.

    :param watch: is told how many of how many files have been read, where that takes long.

    What was written just before, or meanwhile, may have been read or not: then there are no marks, and all is read once more.
    """
    begun = time.time_ns()
    desk = Desk.open(str(root))
    try:
        with watched(watch):
            columns, unread = board(desk)
        marks = stamped(desk, columns)
        sure = all(mark is None or mark[0] < begun - GRAIN for mark in marks)
        return Read(desk, columns, unread, marks if sure else ())
    finally:
        if vars(desk).get("index"):
            vars(desk)["index"].close()


def stamped(desk: Desk, columns: Sequence[Column]) -> Stamps:
    """The marks by which a change is seen."""
    return stamps(desk.root, Path(desk.journal.common_dir), columns, f"{desk.now:%Y-%m-%d}")


def stamps(root: Path, git: Path, shown: Sequence[Column], today: str) -> Stamps:
    """What differs once something on the board may have changed: the marks of the newest commit, of the folders where cases
    come, and of the files of the first :data:`MOST` cases. Nothing is read.

    :param git: git's folder of the desk.
    :param today: the day whose folder takes new cases (2026-11-23).
    """
    cards = [one for column in shown for one in column.cards][:MOST]
    places = {one.row.place or cases.place_of(one.row.id) for one in cards}
    year, month, day = (f"{cases.RECORDS}/{today[:length].replace('-', '/')}" for length in (4, 7, 10))
    folders = {year, month, day, *(place.rpartition("/")[0] for place in places)}
    files = sorted({PEOPLE, SETTINGS, *folders, *(f"{place}.incident{cases.SUFFIX}" for place in places)})
    return tuple(_stamp(path) for path in (*(git / name for name in WATCHED), *(root / name for name in files)))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  (pathlib's costs twice as much, and this is asked again and again)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
