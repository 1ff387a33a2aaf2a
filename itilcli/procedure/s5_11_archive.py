"""§5.11 资料归档: support files the records, the archivist receives the work orders (L249)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import WORK_ORDER, Case, kind_of
from itilcli.model.incident import Archived
from itilcli.model.work_order import HandedIn, Receipt, WorkOrder
from itilcli.procedure.clause import (
    SUPPORT,
    Clause,
    Done,
    Move,
    Request,
    Rule,
    World,
    broken,
    entries,
    leads_to,
    missing,
)
from itilcli.text import Label, t
from itilcli.workdays import add_working_days

RECEIPT_DAYS = 5


def file_form(form: Any, form_no: str, request: Request, world: World) -> Any:
    """A form filed: when, by whom, under the next serial of its form number in the year (待编号 until published)."""
    if form.archived:
        return form
    serial = world.serial(form_no, world.day(request.at).year)
    return replace(form, serial=serial, archived=Archived(request.at, request.actor, serial))


def archive(case: Case, request: Request, world: World) -> Done:
    """F28: every form of the case is filed; work orders are handed over to the archivist."""
    for ref in list(case.forms):
        kind = kind_of(ref)
        if kind:
            case = case.put(ref, file_form(case.forms[ref], kind.form_no, request, world))
    return Done(case.set(archived=Archived(request.at, request.actor)))


def receive(case: Case, request: Request, world: World) -> Done:
    """F28, B15: the archivist has the paper and says where it lies, or sends it back (退回补正)."""
    ref, form = order_to_receive(case, request)
    if form is None:
        return Done(case)
    receipt = Receipt(request.at, request.actor, request.get("location"), request.get("refuse"))
    earlier = (*form.earlier_receipts, form.received) if form.received else form.earlier_receipts
    return Done(
        case.put(ref, replace(form, received=receipt, earlier_receipts=earlier)), None, ref, request.get("refuse")
    )


def order_to_receive(case: Case, request: Request) -> tuple[str, WorkOrder | None]:
    """The work order meant: the one named, else the first not yet received."""
    named = request.get("form")
    for ref, form in case.of(WORK_ORDER):
        if ref == named or (named is None and form.archived and not (form.received and form.received.location)):
            return ref, form
    return named or "", None


def can_be_received(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B15: what was handed over is received, once, at a place."""
    ref, form = order_to_receive(case, request)
    if form is None:
        yield broken("E-5.11-no-order", "5.11", "form", t("no work order waits for its receipt here"),
                     t("those that wait: itil due --all"))  # fmt: skip
    elif form.received and form.received.location:
        yield broken("E-5.11-received", "5.11", f"{ref}:received", t("this work order has been received already"),
                     t("where it lies says: itil show {id}", id=case.id))  # fmt: skip
    if not request.get("location") and not request.get("refuse"):
        yield missing("E-5.11-location", "5.11", "location", t("where the paper lies is missing"), "--location")


def sent_back(case: Case, ref: str) -> Receipt | None:
    """B15: the archivist's refusal of a work order that nobody has handed in again since; None where it is not so."""
    form = case.forms.get(ref)
    if not isinstance(form, WorkOrder) or not form.received or form.received.location or not form.received.refused:
        return None
    last = next((one for one in [*entries(case, "receive", "hand-in")][::-1] if one.form == ref), None)
    return None if last and last.action == "hand-in" else form.received


def handed_over(form: WorkOrder) -> datetime | None:
    """Since when the paper lies with the archivist: from the archiving, or from the last handing in."""
    last = form.handed_in[-1].at if form.handed_in else None
    return last or (form.archived.at if form.archived else None)


def order_to_hand_in(case: Case, request: Request) -> tuple[str, WorkOrder | None]:
    """The work order meant: the one named, else the first that was sent back."""
    named = request.get("form")
    for ref, form in case.of(WORK_ORDER):
        if named in (None, ref) and sent_back(case, ref):
            return ref, form
    return named or "", None


def hand_in(case: Case, request: Request, world: World) -> Done:
    """B15: the paper sent back was mended and is handed over again; its receipt falls due anew."""
    ref, form = order_to_hand_in(case, request)
    if form is None:
        return Done(case)
    row = HandedIn(request.at, request.actor, request.get("comment"))
    return Done(case.put(ref, replace(form, handed_in=(*form.handed_in, row))), None, ref, request.get("comment"))


def can_be_handed_in(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B15: only what was sent back is handed in again."""
    if order_to_hand_in(case, request)[1] is None:
        yield broken("E-5.11-not-sent-back", "5.11", "form", t("no work order was sent back here"),
                     t("those that were: itil list --form work-order"))  # fmt: skip


def filed(case: Case, world: World) -> Iterator[Problem]:
    """B15, F28: an archived case has all its forms filed, each with who and when."""
    if case.state.stage not in ("archived", "closed"):
        return
    if not (case.incident.archived and case.incident.archived.at and case.incident.archived.by):
        yield broken("E-5.11-archived", "5.11", "incident:archived", t("who archived the case, and when, is missing"))
    for ref, form in case.forms.items():
        if form.archived is None and not ref.startswith("follow-up"):
            yield broken("E-5.11-not-filed", "5.11", f"{ref}:archived", t("{form} has not been archived", form=ref),
                         t("record it with: itil archive {id}", id=case.id))  # fmt: skip


def received(case: Case, world: World) -> Iterator[Problem]:
    """B15: the archivist's receipt is due within five working days; so is the mending of what he sent back."""
    for ref, form in case.of(WORK_ORDER):
        since = handed_over(form)
        if since and not (form.received and form.received.location):
            back = sent_back(case, ref)
            due = add_working_days(world.calendar, world.day(back.at if back and back.at else since), RECEIPT_DAYS)
            if world.day(world.now) > due.on and back:
                yield broken(
                    "W-5.11-sent-back", "5.11", f"{ref}:received",
                    t("the work order sent back has not been handed in again: {reason}", reason=back.refused or "?"),
                    t("itil hand-in {ref} --comment …", ref=f"{case.id}/{ref}"), case.state.owner or "",
                )  # fmt: skip
            elif world.day(world.now) > due.on:
                yield broken(
                    "W-5.11-receipt", "5.11", f"{ref}:received", t("the archivist's receipt was due on {day}", day=due.on),
                    t("itil receive {ref} --location …", ref=f"{case.id}/{ref}"),
                )  # fmt: skip


CLAUSE = Clause(
    "5.11",
    Label("archive", "资料归档", "archiving"),
    "L247-249",
    moves=(
        Move(
            "archive",
            Label("archive", "归档", "archive"),
            frozenset({"confirmed"}),
            SUPPORT | {"archivist"},
            archive,
            leads_to("archived"),
            times=("incident:archived.at", "forms:archived.at"),
        ),
        Move(
            "receive",
            Label("receive", "接收归档", "receive"),
            frozenset({"archived", "closed"}),
            frozenset({"archivist"}),
            receive,
            guards=(can_be_received,),
        ),
        Move(
            "hand-in",
            Label("hand-in", "再次移交", "hand in again"),
            frozenset({"archived", "closed"}),
            SUPPORT,
            hand_in,
            guards=(can_be_handed_in,),
            times=("form:handed_in.at",),
        ),
    ),
    rules=(Rule(("B15", "F28"), filed), Rule(("B15",), received)),
    forms=(WORK_ORDER,),
)
