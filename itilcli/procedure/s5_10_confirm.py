"""§5.10 客户确认: the customer confirms each solution, and signs for each visit (L243)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from itilcli.errors import Problem
from itilcli.model.case import ONSITE, Case
from itilcli.model.incident import Confirmation
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
    broken,
    by_time,
    entries,
    leads_to,
    missing,
)
from itilcli.procedure.s5_04_remote import BY_CHANNEL
from itilcli.procedure.s5_09_consequences import with_answers
from itilcli.procedure.s5_10_attempts import no_answer, not_tried, one_more_day
from itilcli.procedure.s5_10_unsigned import SIGNED_IN, UNCONFIRMED, UNSIGNED, to_accept, visit_named
from itilcli.text import Label, t


def signature(known: Signature | None, request: Request) -> Signature | None:
    """F27: the signature with what this step adds: a name, or the digests of the signed pages."""
    name, files = request.get("signed_by"), tuple(request.get("signed_files", ()))
    if not name and not files:
        return known
    known = known or Signature()
    if name and known.outcome:
        known = Signature(at=request.at, files=known.files)  # who did not sign at first has signed after all
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


def sign(case: Case, request: Request, world: World) -> Done:
    """F27: the scan of the signed form arrives later."""
    ref = visit_named(case, request)
    form = case.forms.get(ref)
    if not isinstance(form, Onsite):
        return Done(case)
    return Done(case.put(ref, replace(form, signature=signature(form.signature, request))), None, ref)


def signs_a_visit(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """Only the record of a visit is signed, by name or with its scan."""
    if not isinstance(case.forms.get(visit_named(case, request)), Onsite):
        yield broken("E-5.10-sign-what", "5.10", "form", t("only an onsite service record is signed"),
                     t("name one, like {id}/onsite-1; the forms: itil show {id}", id=case.id))  # fmt: skip
    elif not request.get("signed_files") and not request.get("signed_by"):
        yield missing(
            "E-5.10-scan", "5.10", "signature", t("the scan of the signed form is missing"), "--signature FILE"
        )


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
            "E-5.10-confirmed-at",
            "5.10",
            "incident:confirmation.at",
            t("when the customer confirmed is missing"),
            "--at",
        )
    if found.at and case.state.resolved_at and found.at < case.state.resolved_at:
        yield broken("E-5.10-early", "5.10", "incident:confirmation.at", t("the confirmation lies before the solution"),
                     by_time(case))  # fmt: skip


def signed(case: Case, world: World) -> Iterator[Problem]:
    """B14: every finished visit is signed before archiving, on paper that is kept; or says why it is not."""
    if case.state.stage not in ("archived", "closed"):
        return
    finished = {entry.form for entry in entries(case, "visit-finish")}
    for ref, form in case.of(ONSITE):
        found = form.signature or Signature()
        if ref not in finished or found.outcome:
            continue
        sign, other = f"itil sign {case.id}/{ref}", f"itil sign {case.id}/{ref} --unsigned … --reason …"
        if not found.name:
            yield broken(
                "E-5.10-signed-by", "5.10", f"{ref}:signature.name", t("who signed for the visit is missing"),
                t("record it with: {command}; or why nobody signed: {other}", command=f"{sign} --signed-by …", other=other),
            )  # fmt: skip
        if not found.files:
            yield broken(
                "E-5.10-scan", "5.10", f"{ref}:signature.files", t("the scan of the signed form is missing"),
                t("record it with: {command}; or why nobody signed: {other}", command=f"{sign} --signature FILE", other=other),
            )  # fmt: skip
    said = {entry.form for entry in entries(case, "sign-unsigned")}
    for ref in to_accept(case):
        if ref in said:
            yield broken(
                "E-5.10-unsigned-open", "5.10", f"{ref}:signature.accepted_by",
                t("the incident manager has not accepted that nobody signed for {form}", form=ref),
                t("he does with: itil confirm {id} --accept", id=f"{case.id}/{ref}"),
            )  # fmt: skip


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
        *UNCONFIRMED,
        Move(
            "confirm-attempt",
            Label("confirm-attempt", "联系未果", "attempt to confirm"),
            frozenset({"resolved"}),
            SUPPORT,
            no_answer,
            guards=(one_more_day,),
            times=("incident:confirmation_attempts.at",),
            retract=not_tried,
        ),
        Move(
            "sign",
            Label("sign", "签字扫描件", "signed form"),
            SIGNED_IN,
            SUPPORT | INTAKE,
            sign,
            guards=(signs_a_visit,),
        ),
        *UNSIGNED,
    ),
    rules=(Rule(("B14", "F27"), confirmed), Rule(("B14", "F27"), signed), Rule(("F27",), digests)),
    forms=(ONSITE,),
)
