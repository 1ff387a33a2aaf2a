"""The rows of one foreign incident become a case: its record, its intake form and a history with the true times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from itilcli.actions.importing.incoming import Incoming, Maker, happenings, known_times
from itilcli.actions.importing.rows import Row
from itilcli.actions.importing.story import INTAKE_FORM, Happening, Story
from itilcli.actions.importing.timeline import Plan, plan
from itilcli.errors import Problem
from itilcli.model.case import PROCEDURE_VERSION, REMOTE, Case
from itilcli.model.incident import Change, Confirmation, Customer, Incident, ProblemRef, Source
from itilcli.model.remote import Remote
from itilcli.procedure.engine import derive, seal
from itilcli.text import t

TITLE_LENGTH = 30
SQUARE = {
    "important_urgent": ("important", "urgent"),
    "important": ("important", "normal"),
    "urgent": ("normal", "urgent"),
    "normal": ("normal", "normal"),
}
JUDGED = ("type", "category", "severity", "importance", "urgency")


def make(maker: Maker, key: str, rows: Sequence[Row]) -> tuple[Case | None, list[Problem]]:
    """The case that the rows of one key make; or None with every reason against it."""
    one = Incoming(maker, key, rows)
    one.values = {name: one.read(name, spec) for name, spec in maker.map.fields.items()}
    reported = one.values.get("reported_at")
    if reported is None and not one.problems:
        one.wrong("no-report-time", t("when it was reported is missing"), rows[0])
    happened = happenings(one, reported or maker.world.now)
    if one.problems or reported is None:
        return None, one.problems
    told = plan(happened, known_times(one, reported))
    if told.untimed:
        hint = t("map resolved_at or closed_at, or let the state stand for something else")
        one.wrong("no-solution-time", t("it is solved, but the log does not say when"), rows[-1], hint)
        return None, one.problems
    story = tell(one, told, happened)
    if story.problems:
        return None, [replace(problem, where=maker.sheet.where(rows[0].number)) for problem in story.problems]
    return case_of(one, story), []


def tell(one: Incoming, told: Plan, happened: Sequence[Happening]) -> Story:
    """The history: taken, classified, then what the rows tell."""
    get, maker = one.values.get, one.maker
    reported = one.values["reported_at"]
    receiver, owner = one.named("received_by") or maker.actor, one.named("owner") or maker.actor
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
            Confirmation(get("confirmed_by"), confirmed.at, get("method"))
            if done and confirmed and get("confirmed_by")
            else None
        ),
        earlier_rounds=tuple(story.rounds),
        history=tuple(story.history),
        **plain_fields(one),
        **judgements(one),  # type: ignore[arg-type]
    )
    answer = story.response
    form = Remote(
        f"{case_id}/{INTAKE_FORM}",
        form_no=REMOTE.form_no,
        responded_at=answer.at if answer else None,
        responded_by=answer.by if answer else None,
    )
    case = derive(Case(incident, {INTAKE_FORM: form}, story.state), maker.world).set(due_on=None)
    return seal(case) if last.action == "close" else case


def plain_fields(one: Incoming) -> dict[str, Any]:
    """The fields that a record holds as the map gives them."""
    names = (
        "reported_at", "channel", "channel_detail", "symptom", "business_impact", "expected_by", "project",
        "supplier", "contract", "supplier_ref", "due_at",
    )  # fmt: skip
    return {name: one.values.get(name) for name in names}


def kept_values(one: Incoming) -> dict[str, str]:
    """The log's own values that are kept beside the record: the last known of each column."""
    found = ((column, one.last(column)[0]) for column in one.maker.kept)
    return {column: value for column, value in found if value is not None}
