"""One foreign incident while it is read: its fields, what each of its rows tells, and all that speaks against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from itilcli.actions.importing.map import BY_FILE, FIELDS, TIME, Map, Value
from itilcli.actions.importing.rows import Row, Sheet, Times
from itilcli.actions.importing.story import Happening
from itilcli.actions.importing.timeline import Known, in_order
from itilcli.errors import Problem
from itilcli.model.codes import Codes
from itilcli.procedure.clause import World
from itilcli.text import Text, t


@dataclass(frozen=True, slots=True)
class Maker:
    """What every case of one import is made with.

    ``person`` gives the desk's id of a name, or the name itself; ``new_id`` the case ID for a key and its report;
    ``implied`` is the reason of steps that the log does not tell, in the desk's language.
    """

    map: Map
    sheet: Sheet
    times: Times
    world: World
    actor: str
    person: Callable[[str], str]
    new_id: Callable[[str, datetime], str]
    kept: tuple[str, ...]
    implied: str = ""


@dataclass(slots=True)
class Incoming:
    """One foreign incident while it is read: its rows, and everything that speaks against it."""

    maker: Maker
    key: str
    rows: Sequence[Row]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, slug: str, message: Text, row: Row, hint: Text | None = None) -> None:
        """A reason not to take it."""
        self.problems.append(Problem(f"E-import-{slug}", message, hint, where=self.maker.sheet.where(row.number)))

    def named(self, name: str) -> str | None:
        """The person in a field."""
        value = self.values.get(name)
        return self.maker.person(value) if value else None

    def last(self, column: str) -> tuple[str | None, Row]:
        """The last value known in a column, with its row."""
        place = self.maker.sheet.columns[column]
        for row in reversed(self.rows):
            value = row.values[place]
            if value is not None:
                return value, row
        return None, self.rows[-1]

    def read(self, name: str, spec: Value) -> Any:
        """The value of one field, translated; None where the log has none."""
        raw: str | None
        if spec.constant is not None:
            raw, row = spec.constant, self.rows[-1]
        elif len(spec.columns) == 1:
            raw, row = self.last(spec.columns[0])
        else:
            found = [self.last(column)[0] for column in spec.columns]
            raw, row = spec.join.join(value for value in found if value), self.rows[-1]
        if not raw:
            return None
        shape = FIELDS[name]
        if shape == TIME:
            return self.time(raw, name, row)
        said = spec.values.get(raw)
        if isinstance(shape, Codes):
            said = said or shape.parse(raw) or spec.otherwise
            if said is None:
                hint = t("add it to the map under fields: {field}: values:", field=name)
                self.wrong(
                    "value", t("{field} has no translation for {value}", field=name, value=repr(raw)[:60]), row, hint
                )
            return said
        return said or spec.otherwise or raw

    def time(self, raw: str, name: str, row: Row) -> datetime | None:
        """A time of the log; one that cannot be read, or lies in the future, speaks against it."""
        moment = self.maker.times.read(raw)
        if moment is None:
            message = t("{field} {value} fits none of the map's formats", field=name, value=repr(raw)[:60])
            self.wrong("time", message, row, t("name its format in the map under times: formats:"))
        elif moment > self.maker.world.now and name not in ("expected_by", "due_at"):
            self.wrong("future", t("{field} {value} lies in the future", field=name, value=repr(raw)[:60]), row)
        return moment


def known_times(one: Incoming, reported: datetime) -> Known:
    """The times that columns of their own give."""
    get = one.values.get
    return Known(
        reported,
        get("first_response_at"),
        get("resolved_at"),
        get("closed_at"),
        "resolved_at" in one.maker.map.fields,
        one.named("resolved_by"),
        one.named("closed_by"),
    )


def happenings(one: Incoming, reported: datetime) -> list[Happening]:
    """What each row tells, in the order it happened."""
    found, columns = one.maker.map, one.maker.sheet.columns
    made: list[Happening] = []
    at = reported
    for row in one.rows:
        value_of = {rule.column: row.values[columns[rule.column]] for rule in found.tiers}
        raw = row.values[columns[found.at]] if found.at else None
        at = (one.time(raw, found.at or "", row) if raw else None) or at
        step = step_of(one, row)
        timed = raw is not None or found.at is not None
        by, assignee = cell(one, row, found.by), cell(one, row, found.assignee)
        made.append(
            Happening(
                at if timed else untimed(one, step, reported),
                step,
                one.maker.person(by) if by else None,
                found.tier(value_of),
                one.maker.person(assignee) if assignee else None,
                cell(one, row, found.group),
                timed,
            )
        )
    return in_order(made, found.order == BY_FILE)


def untimed(one: Incoming, step: str, reported: datetime) -> datetime:
    """The moment of a row that has none of its own."""
    get = one.values.get
    return (get("closed_at") if step == "void" else None) or get("first_response_at") or reported


def cell(one: Incoming, row: Row, column: str | None) -> str | None:
    """A value of a row."""
    return row.values[one.maker.sheet.columns[column]] if column else None


def step_of(one: Incoming, row: Row) -> str:
    """The step that a row's state stands for."""
    found = one.maker.map
    raw = cell(one, row, found.state)
    if raw is None:
        return "none"
    step = found.steps.get(raw) or found.otherwise
    if step is None:
        hint = t("add it to the map under events: state: steps:")
        one.wrong("state", t("the state {value} stands for no step", value=repr(raw)[:60]), row, hint)
    return step or "none"
