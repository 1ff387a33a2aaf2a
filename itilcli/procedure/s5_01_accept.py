"""§5.1 热线受理: the call is taken; who calls, what is wrong, what it stops, and when the customer expects it solved (L171–177)."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.errors import Problem
from itilcli.model.case import PROCEDURE_VERSION, REMOTE, Case
from itilcli.model.incident import Customer
from itilcli.model.labels import field_label
from itilcli.procedure.clause import (
    INTAKE,
    Clause,
    Done,
    Move,
    Request,
    Rule,
    World,
    leads_to,
    missing,
    past,
    plain_time,
)
from itilcli.text import Label, t


def record(case: Case, request: Request, world: World) -> Done:
    """A new case with its intake form; on the hotline the call itself is the first response (F14)."""
    get = request.get
    received_by = get("received_by", request.actor)
    hotline = get("channel") == "hotline"
    incident = {
        "procedure_version": PROCEDURE_VERSION,
        "title": get("title"),
        "channel": get("channel"),
        "channel_detail": get("channel_detail"),
        "reported_at": request.at,
        "received_by": received_by,
        "recorded_at": request.now,
        "customer": Customer(get("organisation"), get("contact"), get("phone"), get("email"), get("address")),
        "symptom": get("symptom"),
        "business_impact": get("business_impact"),
        "expected_by": get("expected_by"),
        "expected_by_none": True if get("no_expected") and not get("expected_by") else None,
        "expected_as_said": get("expected_as_said") if not get("expected_by") else None,
        "incomplete": get("incomplete"),
        "model": get("model"),
        "parent": get("parent"),
    }
    case = case.set(**incident)
    ref, form = case.new_form(REMOTE)
    values: dict[str, object] = {
        "reported_at": plain_time(request.at),
        "owner": received_by,
        "assignee": received_by,
    }
    if hotline:
        values["first_response_at"] = plain_time(get("responded_at", request.at))
    return Done(case.put(ref, form), values, ref, by=received_by)


def ahead(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F6: nobody expects a solution before the call."""
    expected = request.get("expected_by")
    if expected and expected < request.at:
        yield past("E-5.1-expected-past", "5.1", expected)


def intake(case: Case, world: World) -> Iterator[Problem]:
    """F1–F6: what must be asked while the caller is on the line; all of it at once."""
    incident = case.incident
    customer = incident.customer or Customer()
    if not incident.channel:
        yield missing("E-5.1-channel", "5.1", "incident:channel", t("the channel is missing"), "--channel")
    if not incident.symptom:
        yield missing("E-5.1-symptom", "5.1", "incident:symptom", t("the symptom is missing"), "--symptom")
    if incident.incomplete:
        if not customer.organisation and not customer.phone:
            yield missing(
                "E-5.1-caller",
                "5.1",
                "incident:customer",
                t("the organisation or the phone is missing"),
                "--organisation",
            )
        return
    if not customer.organisation:
        yield missing(
            "E-5.1-organisation", "5.1", "incident:customer.organisation",
            t("the customer's organisation is missing"), "--organisation",
        )  # fmt: skip
    if not customer.contact:
        yield missing("E-5.1-contact", "5.1", "incident:customer.contact", t("the contact is missing"), "--contact")
    if not customer.phone:
        yield missing("E-5.1-phone", "5.1", "incident:customer.phone", t("the phone number is missing"), "--phone")
    if not incident.business_impact:
        yield missing(
            "E-5.1-business-impact", "5.1", "incident:business_impact",
            t("what the fault stops in the customer's business is missing"), "--business-impact",
        )  # fmt: skip
    if not incident.expected_by and not incident.expected_by_none and not incident.expected_as_said:
        yield missing(
            "E-5.1-expected-by", "5.1", "incident:expected_by",
            t("when the customer expects it solved is missing"), "--expected-by / --no-expected",
        )  # fmt: skip


def receipt(case: Case, world: World) -> Iterator[Problem]:
    """F2, RT2, B26: when it was reported and recorded, by whom; the intake form; the procedure's version."""
    incident = case.incident
    for name in ("reported_at", "received_by", "recorded_at", "procedure_version", "title"):
        if getattr(incident, name) is None and not (name == "title" and not incident.symptom):
            yield missing("E-5.1-receipt", "5.1", f"incident:{name}", t("{field} is missing", field=field_label(name)))
    if case.last(REMOTE) is None:
        yield missing("E-5.1-form", "5.1", "incident:id", t("the intake's remote service record is missing"))


CLAUSE = Clause(
    "5.1",
    Label("accept", "热线受理", "accepting the call"),
    "L169-177",
    moves=(
        Move(
            "new",
            Label("new", "受理", "accept"),
            frozenset({""}),
            INTAKE,
            record,
            leads_to("logged"),
            frozenset({"reported_at", "owner", "assignee", "first_response_at"}),
            (ahead,),
            times=("incident:reported_at",),
        ),
    ),
    rules=(
        Rule(("F1", "F3", "F4", "F6"), intake),
        Rule(("F2", "B26", "RT2"), receipt),
    ),
    forms=(REMOTE,),
)
