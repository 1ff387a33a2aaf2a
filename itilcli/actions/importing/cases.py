"""The rows of one foreign incident become a case: its record, its intake form and a history with the true times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from itilcli.actions.importing.map import BY_FILE, FIELDS, TIME, Map, Value
from itilcli.actions.importing.rows import Row, Sheet, Times
from itilcli.actions.importing.story import INTAKE_FORM, Happening, Story
from itilcli.actions.importing.timeline import Known, Plan, in_order, plan
from itilcli.errors import Problem
from itilcli.model.case import PROCEDURE_VERSION, REMOTE, Case
from itilcli.model.codes import Codes
from itilcli.model.incident import Change, Confirmation, Customer, Incident, ProblemRef, Source
from itilcli.model.remote import Remote
from itilcli.procedure.clause import World
from itilcli.procedure.engine import derive, seal
from itilcli.text import Text, t

TITLE_LENGTH = 30
SQUARE = {
    "important_urgent": ("important", "urgent"),
    "important": ("important", "normal"),
    "urgent": ("normal", "urgent"),
    "normal": ("normal", "normal"),
}
JUDGED = ("type", "category", "severity", "importance", "urgency")


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
                self.wrong("value", t("{field} has no translation for {value}", field=name, value=repr(raw)[:60]), row, hint)
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


def make(maker: Maker, key: str, rows: Sequence[Row]) -> tuple[Case | None, list[Problem]]:
    """The case that the rows of one key make; or None with every reason against it."""
    one = Incoming(maker, key, rows)
    one.values = {name: one.read(name, spec) for name, spec in maker.map.fields.items()}
    reported = one.values.get("reported_at")
    if reported is None and not one.problems:
        one.wrong("no-report-time", t("when it was reported is missing"), rows[0])
    if one.problems or reported is None:
        return None, one.problems
    happened = happenings(one, reported)
    told = plan(happened, known_times(one, reported))
    if told.untimed:
        hint = t("map resolved_at or closed_at, or let the state stand for something else")
        one.wrong("no-solution-time", t("it is solved, but the log does not say when"), rows[-1], hint)
    if one.problems:
        return None, one.problems
    story = tell(one, told, happened)
    if story.problems:
        return None, [replace(problem, where=maker.sheet.where(rows[0].number)) for problem in story.problems]
    return case_of(one, story), []


def known_times(one: Incoming, reported: datetime) -> Known:
    """The times that columns of their own give."""
    get, person = one.values.get, one.maker.person
    return Known(
        reported,
        get("first_response_at"),
        get("resolved_at"),
        get("closed_at"),
        "resolved_at" in one.maker.map.fields,
        person(get("resolved_by")) if get("resolved_by") else None,
        person(get("closed_by")) if get("closed_by") else None,
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
    return (get("closed_at") if step in ("void", "close") else None) or get("first_response_at") or reported


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


def tell(one: Incoming, told: Plan, happened: Sequence[Happening]) -> Story:
    """The history: taken, classified, then what the rows tell."""
    get, maker = one.values.get, one.maker
    reported = one.values["reported_at"]
    receiver = maker.person(get("received_by")) if get("received_by") else maker.actor
    owner = maker.person(get("owner")) if get("owner") else maker.actor
    story = Story(f"{maker.map.name}\n{one.key}", maker.actor, maker.world.now, maker.implied, told.answered_at)
    story.kind, story.solution = get("kind"), get("solution")
    story.group = happened[0].group if happened else None
    intake: dict[str, Any] = {
        "reported_at": reported.isoformat(),
        "owner": owner,
        "assignee": (happened[0].assignee if happened and happened[0].tier == 1 else None) or owner,
    }
    if get("channel") == "hotline" and told.answered_at is None:
        intake["first_response_at"] = reported.isoformat()
    story.add("new", reported, receiver, intake, INTAKE_FORM)
    judged = {name: value for name, value in judgements(one).items() if value}
    if judged or any(step.step not in ("new", "none") for step in told.steps):
        story.add("classify", reported, receiver, judged)
    for step in told.steps:
        story.tell(step)
    return story


def judgements(one: Incoming) -> dict[str, str | None]:
    """F7–F10 as the log's last state has them; what a type does not have is left out."""
    values = {name: one.values.get(name) for name in JUDGED}
    if one.values.get("priority"):
        values["importance"], values["urgency"] = SQUARE[one.values["priority"]]
    if values["type"] == "consultation":
        values["severity"] = values["category"] = None
    return values


def case_of(one: Incoming, story: Story) -> Case:
    """The case with its derived fields; sealed where it is closed."""
    get, maker = one.values.get, one.maker
    symptom, last = get("symptom"), story.history[-1]
    confirmed = next((entry for entry in reversed(story.history) if entry.action == "confirm"), None)
    done = story.state.stage in ("confirmed", "archived", "closed")
    case_id = maker.new_id(one.key, one.values["reported_at"])
    incident = Incident(
        id=case_id,
        procedure_version=PROCEDURE_VERSION,
        title=get("title") or (" ".join(symptom.split())[:TITLE_LENGTH] if symptom else one.key),
        imported=True,
        source=Source(maker.sheet.file, one.key, maker.map.name, kept_values(one) or None),
        recorded_at=maker.world.now,
        received_by=story.history[0].by,
        customer=Customer(get("organisation"), get("contact"), get("phone"), get("email"), get("address")),
        configuration_items=(one.values["item"],) if get("item") else (),
        escalations=tuple(story.escalations),
        resolution=story.resolution,
        change=Change(ref=get("change")) if get("change") else None,
        problem=ProblemRef(ref=get("problem")) if get("problem") else None,
        confirmation=(
            Confirmation(get("confirmed_by"), confirmed.at, get("method")) if done and confirmed and get("confirmed_by") else None
        ),
        earlier_rounds=tuple(story.rounds),
        history=tuple(story.history),
        **plain_fields(one),
        **judgements(one),  # type: ignore[arg-type]
    )
    answer = story.response
    form = Remote(f"{case_id}/{INTAKE_FORM}", form_no=REMOTE.form_no, responded_at=answer.at if answer else None, responded_by=answer.by if answer else None)
    case = derive(Case(incident, {INTAKE_FORM: form}, story.state), maker.world).set(due_on=None)
    return seal(case) if last.action == "close" else case


def plain_fields(one: Incoming) -> dict[str, Any]:
    """The fields that a record holds as the map gives them."""
    names = (
        "reported_at", "channel", "channel_detail", "symptom", "business_impact", "expected_by", "project",
        "supplier", "contract", "supplier_ref", "due_at",
    )  # fmt: skip
    return {name: one.values.get(name) for name in names}


def kept_values(one: Incoming) -> Mapping[str, str]:
    """The log's own values that are kept beside the record: the last known of each column."""
    found = ((column, one.last(column)[0]) for column in one.maker.kept)
    return {column: value for column, value in found if value is not None}
