"""§5.10, B14: who did not confirm or sign, why, and the incident manager who accepts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from itilcli.errors import Problem
from itilcli.model.case import ONSITE, Case
from itilcli.model.incident import Confirmation
from itilcli.model.onsite import Onsite, Signature
from itilcli.procedure.clause import SUPPORT, Done, Move, Request, World, broken, entries, leads_to, missing
from itilcli.procedure.s5_09_consequences import with_answers
from itilcli.procedure.s5_10_attempts import enough_attempts, since_solution
from itilcli.text import Label, t

SIGNED_IN = frozenset({"onsite", "resolved", "confirmed", "dispatch_pending", "dispatched", "tier1", "tier2", "tier3"})
"""From the first visit until the archiving its paper may still come, or be explained."""


def visit_named(case: Case, request: Request) -> str:
    """The visit meant: the one named, else the last."""
    return request.get("form") or (case.last(ONSITE) or ("", None))[0]


def accepts_himself(request: Request, world: World) -> bool:
    """B14: whether who records that nobody signed accepts it with that, unless he says so by a step of its own."""
    roles = world.people.roles(request.actor, world.day(request.at))
    return "incident_manager" in roles and not request.get("accept")


def unsigned(case: Case, request: Request, world: World) -> Done:
    """B14: refused, absent or unreachable, recorded as that; the incident manager accepts it."""
    accepts = accepts_himself(request, world)
    known = case.incident.confirmation or Confirmation()
    found = Confirmation(
        at=known.at or request.at,
        outcome=request.get("unsigned", known.outcome),
        reason=request.get("reason", known.reason),
        witness=request.get("witness", known.witness),
        evidence=request.get("evidence", known.evidence),
        accepted_by=request.actor if accepts else known.accepted_by,
    )
    case = with_answers(case, request, world).set(confirmation=found)
    last = case.last(ONSITE)
    if last and found.outcome != "unreachable" and not (last[1].signature and last[1].signature.name):
        paper = Signature(
            at=found.at,
            outcome=found.outcome,
            reason=found.reason,
            witness=found.witness,
            accepted_by=found.accepted_by,
        )
        case = case.put(last[0], replace(last[1], signature=paper))
    return Done(case, None, last[0] if last else None, request.get("reason"))


def needs_unsigned(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B14: why nobody signed; unreachable only after three attempts on two working days."""
    known = case.incident.confirmation or Confirmation()
    if not request.get("reason") and not known.reason:
        yield missing("E-5.10-unsigned-reason", "5.10", "reason", t("the reason is missing"), "--reason")
    if request.get("unsigned", known.outcome) == "unreachable" and not enough_attempts(case, world):
        yield broken(
            "E-5.10-attempts", "5.10", "confirmation_attempts",
            t("unreachable means three attempts on two working days; {count} recorded", count=len(since_solution(case))),
            t("record each with: itil confirm {id} --no-answer", id=case.id),
        )  # fmt: skip


def unsigned_visit(case: Case, request: Request, world: World) -> Done:
    """B14, F27: nobody signed for one visit: why, and who saw it; the case itself is confirmed apart from it."""
    ref = visit_named(case, request)
    form = case.forms.get(ref)
    if not isinstance(form, Onsite):
        return Done(case)
    paper = Signature(
        at=request.at,
        outcome=request.get("unsigned"),
        reason=request.get("reason"),
        witness=request.get("witness"),
        accepted_by=request.actor if accepts_himself(request, world) else None,
    )
    return Done(case.put(ref, replace(form, signature=paper)), None, ref, request.get("reason"))


def needs_absence(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B14: of a visit that is not signed for it is said why: who was there refused, or nobody who may sign was there."""
    if not isinstance(case.forms.get(visit_named(case, request)), Onsite):
        yield broken("E-5.10-sign-what", "5.10", "form", t("only an onsite service record is signed"),
                     t("name one, like {id}/onsite-1; the forms: itil show {id}", id=case.id))  # fmt: skip
    if request.get("unsigned") not in ("refused_to_sign", "signatory_absent"):
        yield missing(
            "E-5.10-unsigned-visit", "5.10", "unsigned", t("a visit is unsigned because somebody refused or was absent"),
            "--unsigned refused_to_sign|signatory_absent",
        )  # fmt: skip
    if not request.get("reason"):
        yield missing("E-5.10-unsigned-reason", "5.10", "reason", t("the reason is missing"), "--reason")


def accept(case: Case, request: Request, world: World) -> Done:
    """B14: the incident manager accepts what nobody signed or confirmed; one visit where it is named, else all that waits."""
    named = request.get("form")
    for ref in to_accept(case):
        if named in (None, ref):
            form = case.forms[ref]
            assert isinstance(form, Onsite) and form.signature
            case = case.put(ref, replace(form, signature=replace(form.signature, accepted_by=request.actor)))
    found = case.incident.confirmation
    if found and found.outcome and named in (None, (case.last(ONSITE) or ("", None))[0]):
        case = case.set(confirmation=replace(found, accepted_by=request.actor))
    return Done(with_answers(case, request, world), None, named, request.get("reason"))


def something_to_accept(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B14: only what is missing is accepted."""
    found, named = case.incident.confirmation, request.get("form")
    waits = [ref for ref in to_accept(case) if named in (None, ref)]
    if not waits and not (found and found.outcome and not found.accepted_by):
        yield broken(
            "E-5.10-nothing-to-accept", "5.10", "accept", t("there is no missing confirmation to accept here"),
            t("record the customer's word with: itil confirm {id} --confirmed-by …; or why there is none with --unsigned",
              id=case.id),
        )  # fmt: skip


def to_accept(case: Case) -> list[str]:
    """The visits that nobody signed for, and whose reason the incident manager has not accepted yet."""
    papers = ((ref, form.signature) for ref, form in case.of(ONSITE) if form.signature)
    return [ref for ref, paper in papers if paper.outcome and not paper.name and not paper.accepted_by]


def unsigned_yet(case: Case) -> list[str]:
    """The finished visits whose paper is neither signed and kept nor explained (F27)."""
    finished = {entry.form for entry in entries(case, "visit-finish")}
    found = ((ref, form.signature or Signature()) for ref, form in case.of(ONSITE) if ref in finished)
    return [ref for ref, paper in found if not paper.outcome and not (paper.name and paper.files)]


UNCONFIRMED = (
    Move(
        "confirm-unsigned",
        Label("confirm-unsigned", "未确认情况", "no confirmation"),
        frozenset({"resolved", "confirmed"}),
        SUPPORT,
        unsigned,
        leads_to("confirmed"),
        guards=(needs_unsigned,),
        times=("incident:confirmation.at", "form:signature.at"),
    ),
    Move(
        "confirm-accept",
        Label("confirm-accept", "认可未确认", "accept without confirmation"),
        SIGNED_IN,
        frozenset({"incident_manager"}),
        accept,
        guards=(something_to_accept,),
    ),
)
UNSIGNED = (
    Move(
        "sign-unsigned",
        Label("sign-unsigned", "未签字情况", "no signature"),
        SIGNED_IN,
        SUPPORT,
        unsigned_visit,
        guards=(needs_absence,),
        times=("form:signature.at",),
    ),
)
