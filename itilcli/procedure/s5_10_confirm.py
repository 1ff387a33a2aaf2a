"""§5.10 客户确认: the customer confirms each solution, and signs for each visit (L243)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from itilcli.errors import Problem
from itilcli.model.case import ONSITE, Case
from itilcli.model.history import Entry
from itilcli.model.incident import Attempt, Confirmation
from itilcli.model.onsite import Onsite, Signature
from itilcli.procedure.clause import (
    INTAKE,
    SUPPORT,
    Clause,
    Done,
    Move,
    Request,
    Rule,
    World,
    before,
    broken,
    entries,
    leads_to,
    missing,
)
from itilcli.procedure.s5_04_remote import BY_CHANNEL
from itilcli.procedure.s5_09_resolve import with_answers
from itilcli.text import Label, t
from itilcli.workdays import is_working_day

ATTEMPTS, ON_DAYS = 3, 2


def signature(known: Signature | None, request: Request) -> Signature | None:
    """F27: the signature with what this step adds: a name, or the digests of the signed pages."""
    name, files = request.get("signed_by"), tuple(request.get("signed_files", ()))
    if not name and not files:
        return known
    known = known or Signature()
    return replace(known, name=name or known.name, at=known.at or request.at, files=(*known.files, *files))


def signed_name(case: Case) -> str | None:
    """Who signed for the last visit, when it was solved there."""
    found = case.last(ONSITE)
    form = found[1] if found else None
    return form.signature.name if form and form.solved and form.signature else None


def confirm(case: Case, request: Request, world: World) -> Done:
    """F27: the customer's word; whoever signed for a solved visit has confirmed it."""
    signed = signed_name(case)
    by = request.get("confirmed_by", signed)
    method = request.get("method") or ("signature" if signed and by == signed else by_channel(case))
    case = with_answers(case, request, world)
    return Done(case.set(confirmation=Confirmation(by=by, at=request.at, method=method)))


def not_yet_confirmed(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F27: a customer who did not confirm at first may still do so; who has confirmed does not confirm again."""
    known = case.incident.confirmation
    if case.state.stage == "confirmed" and known and not known.outcome:
        yield broken(
            "E-5.10-confirmed", "5.10", "confirmation", t("{person} has confirmed it already", person=known.by or "?"),
            t("what was recorded wrongly is put right with: itil correct {id} confirmed-by=…", id=case.id),
        )  # fmt: skip


def by_channel(case: Case) -> str | None:
    """The customer is answered the way he came, unless said otherwise."""
    return BY_CHANNEL.get(case.incident.channel or "")


def unsigned(case: Case, request: Request, world: World) -> Done:
    """B14: refused, absent or unreachable, recorded as that; the incident manager accepts it."""
    manager = "incident_manager" in world.people.roles(request.actor, world.day(request.at))
    known = case.incident.confirmation or Confirmation()
    found = Confirmation(
        at=known.at or request.at,
        outcome=request.get("unsigned", known.outcome),
        reason=request.get("reason", known.reason),
        witness=request.get("witness", known.witness),
        evidence=request.get("evidence", known.evidence),
        accepted_by=request.actor if manager else known.accepted_by,
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


def no_answer(case: Case, request: Request, world: World) -> Done:
    """B14: one vain attempt; three on two working days stand for unreachable."""
    attempt = Attempt(request.at, request.actor)
    return Done(case.set(confirmation_attempts=(*case.incident.confirmation_attempts, attempt)))


def not_tried(case: Case, entry: Entry) -> Case:
    """B25: an attempt taken back is marked."""
    rows = (replace(row, retracted=True) if row.at == entry.at else row for row in case.incident.confirmation_attempts)
    return case.set(confirmation_attempts=tuple(rows))


def attempts(case: Case) -> tuple[Attempt, ...]:
    """The vain attempts that no correction took back."""
    return tuple(row for row in case.incident.confirmation_attempts if not row.retracted)


def sign(case: Case, request: Request, world: World) -> Done:
    """F27: the scan of the signed form arrives later."""
    ref = request.get("form") or (case.last(ONSITE) or ("", None))[0]
    form = case.forms.get(ref)
    if not isinstance(form, Onsite):
        return Done(case)
    return Done(case.put(ref, replace(form, signature=signature(form.signature, request))), None, ref)


def signs_a_visit(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """Only the record of a visit is signed, by name or with its scan."""
    ref = request.get("form") or (case.last(ONSITE) or ("", None))[0]
    if not isinstance(case.forms.get(ref), Onsite):
        yield broken("E-5.10-sign-what", "5.10", "form", t("only an onsite service record is signed"))
    elif not request.get("signed_files") and not request.get("signed_by"):
        yield missing(
            "E-5.10-scan", "5.10", "signature", t("the scan of the signed form is missing"), "--signature FILE"
        )


def needs_unsigned(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B14: why nobody signed; unreachable only after three attempts on two working days."""
    known = case.incident.confirmation or Confirmation()
    if request.get("accept") and not request.get("unsigned") and not known.outcome:
        yield broken(
            "E-5.10-nothing-to-accept", "5.10", "accept", t("there is no missing confirmation to accept here"),
            t("record the customer's word with: itil confirm {id} --confirmed-by …; or why there is none with --unsigned",
              id=case.id),
        )  # fmt: skip
        return
    if not request.get("reason") and not known.reason:
        yield missing("E-5.10-unsigned-reason", "5.10", "reason", t("the reason is missing"), "--reason")
    if request.get("unsigned", known.outcome) == "unreachable" and not enough_attempts(case, world):
        yield broken(
            "E-5.10-attempts", "5.10", "confirmation_attempts",
            t("unreachable means three attempts on two working days; {count} recorded", count=len(since_solution(case))),
            t("record each with: itil confirm {id} --no-answer", id=case.id),
        )  # fmt: skip


def enough_attempts(case: Case, world: World) -> bool:
    """B14: whether the customer was tried three times since the solution, on two working days of the calendar."""
    days: set[date] = {world.day(row.at) for row in since_solution(case) if row.at}
    working = {day for day in days if is_working_day(world.calendar, day)}
    return len(since_solution(case)) >= ATTEMPTS and len(working) >= ON_DAYS


def since_solution(case: Case) -> tuple[Attempt, ...]:
    """The vain attempts to have this solution confirmed; those for a solution that a reopening undid count no more."""
    solved = case.state.resolved_at
    return tuple(row for row in attempts(case) if not (solved and row.at and row.at < solved))


def confirmed(case: Case, world: World) -> Iterator[Problem]:
    """B14: a confirmed case says who confirmed and how, or why nobody did and who accepted that."""
    if case.state.stage not in ("confirmed", "archived", "closed"):
        return
    found = case.incident.confirmation or Confirmation()
    if found.outcome:
        if case.state.stage != "confirmed" and not found.accepted_by:
            yield broken(
                "E-5.10-not-accepted", "5.10", "incident:confirmation.accepted_by",
                t("the incident manager has not accepted the missing confirmation"),
                t("he does with: itil confirm {id} --accept", id=case.id),
            )  # fmt: skip
        return
    if not found.by:
        yield missing(
            "E-5.10-confirmed-by",
            "5.10",
            "incident:confirmation.by",
            t("who confirmed the solution is missing"),
            "--confirmed-by",
        )
    if not found.method:
        yield missing(
            "E-5.10-method",
            "5.10",
            "incident:confirmation.method",
            t("how the customer confirmed is missing"),
            "--method",
        )
    if not found.at:
        yield missing(
            "E-5.10-confirmed-at", "5.10", "incident:confirmation.at", t("when the customer confirmed is missing")
        )
    if found.at and case.state.resolved_at and found.at < case.state.resolved_at:
        yield broken("E-5.10-early", "5.10", "incident:confirmation.at", t("the confirmation lies before the solution"))


def signed(case: Case, world: World) -> Iterator[Problem]:
    """B14: every finished visit is signed before archiving, on paper that is kept; or says why it is not."""
    if case.state.stage not in ("archived", "closed"):
        return
    finished = {entry.form for entry in entries(case, "visit-finish")}
    for ref, form in case.of(ONSITE):
        found = form.signature or Signature()
        if ref not in finished or found.outcome:
            continue
        if not found.name:
            yield before(
                "E-5.10-signed-by",
                "5.10",
                f"{ref}:signature.name",
                t("who signed for the visit is missing"),
                f"itil sign {case.id}/{ref} --signed-by …",
            )
        if not found.files:
            yield before(
                "E-5.10-scan",
                "5.10",
                f"{ref}:signature.files",
                t("the scan of the signed form is missing"),
                f"itil sign {case.id}/{ref} --signature FILE",
            )


def digests(case: Case, world: World) -> Iterator[Problem]:
    """F27: each kept page has its digest, in lower-case hexadecimal."""
    for ref, form in case.of(ONSITE):
        for page in form.signature.files if form.signature else ():
            if not page.file or not page.sha256 or len(page.sha256) != 64 or set(page.sha256) - set("0123456789abcdef"):
                yield broken(
                    "E-5.10-digest", "5.10", f"{ref}:signature.files", t("a signed page needs its file and its SHA-256")
                )


CLAUSE = Clause(
    "5.10",
    Label("confirm", "客户确认", "the customer's confirmation"),
    "L241-243",
    moves=(
        Move(
            "confirm",
            Label("confirm", "客户确认", "confirm"),
            frozenset({"resolved", "confirmed"}),
            SUPPORT,
            confirm,
            leads_to("confirmed"),
            guards=(not_yet_confirmed,),
            times=("incident:confirmation.at",),
        ),
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
            "confirm-attempt",
            Label("confirm-attempt", "联系未果", "attempt to confirm"),
            frozenset({"resolved"}),
            SUPPORT,
            no_answer,
            times=("incident:confirmation_attempts.at",),
            retract=not_tried,
        ),
        Move(
            "sign",
            Label("sign", "签字扫描件", "signed form"),
            frozenset({"onsite", "resolved", "confirmed", "dispatch_pending", "tier1", "tier2", "tier3"}),
            SUPPORT | INTAKE,
            sign,
            guards=(signs_a_visit,),
        ),
    ),
    rules=(Rule(("B14", "F27"), confirmed), Rule(("B14", "F27"), signed), Rule(("F27",), digests)),
    forms=(ONSITE,),
)
