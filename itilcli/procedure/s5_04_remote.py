"""§5.4 远程解决: with the customer's consent, on the customer's computer (L197)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from itilcli.errors import Problem
from itilcli.model.case import REMOTE, Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.remote import Consent, Remote
from itilcli.procedure.clause import ANY_TIER, Clause, Done, Move, Request, Rule, World, broken, missing
from itilcli.procedure.s5_03_respond import first_response, taken_up
from itilcli.text import Label, t

BY_CHANNEL = {"hotline": "phone", "im": "im", "email": "email", "in_person": "in_person"}


def had_session(form: Remote) -> bool:
    """Whether a remote session stands on this form already."""
    return bool(form.started_at or form.consent or form.actions or form.tool)


def remote(case: Case, request: Request, world: World) -> Done:
    """A remote session: on the intake's form if that has none yet, else on a form of its own."""
    found = case.last(REMOTE)
    ref, form = found if found and not had_session(found[1]) else case.new_form(REMOTE)
    started = request.get("started", request.at)
    consent = Consent(
        given_by=request.get("consent_by"),
        at=request.get("consent_at", started),
        method=request.get("consent_via", BY_CHANNEL.get(case.incident.channel or "")),
    )
    form = replace(
        form,
        consent=consent,
        tool=request.get("tool"),
        started_at=started,
        ended_at=request.get("ended"),
        operator=request.get("performed_by_one", request.actor),
        actions=request.get("actions"),
        solved=request.get("solved"),
    )
    return Done(case.put(ref, form), first_response(case, started), ref)


def consented(case: Case, world: World) -> Iterator[Problem]:
    """B5: no remote session without the customer's consent, given before it starts."""
    for ref, form in case.of(REMOTE):
        if not had_session(form):
            continue
        consent = form.consent or Consent()
        if not consent.given_by:
            yield missing(
                "E-5.4-consent",
                "5.4",
                f"{ref}:consent.given_by",
                t("who consented to the remote session is missing"),
                "--consent-by",
            )
        if not consent.at:
            yield missing(
                "E-5.4-consent-at", "5.4", f"{ref}:consent.at", t("when the customer consented is missing"), "--started"
            )
        if not consent.method:
            yield missing(
                "E-5.4-consent-via",
                "5.4",
                f"{ref}:consent.method",
                t("how the customer consented is missing"),
                "--consent-via",
            )
        if consent.at and form.started_at and consent.at > form.started_at:
            yield broken(
                "E-5.4-consent-late",
                "5.4",
                f"{ref}:consent.at",
                t("the consent came after the session had started"),
                t("give the true begin with --started TIME: nobody connects before the customer consents"),
            )
        if form.started_at and form.ended_at and form.ended_at < form.started_at:
            yield broken("E-5.4-session", "5.4", f"{ref}:ended_at", t("the session ends before it starts"),
                         t("give both times anew: --started TIME --ended TIME"))  # fmt: skip
        if not form.operator:
            yield missing("E-5.4-operator", "5.4", f"{ref}:operator", t("who operated the remote session is missing"))


CLAUSE = Clause(
    "5.4",
    Label("remote", "远程解决", "solving remotely"),
    "L195-197",
    moves=(
        Move(
            "remote",
            Label("remote", "远程处理", "remote session"),
            OPEN_STAGES - {"logged", "resolved", "confirmed", "archived"},
            ANY_TIER,
            remote,
            taken_up,
            frozenset({"first_response_at"}),
            times=("form:started_at", "form:consent.at"),
        ),
    ),
    rules=(Rule(("B5", "F15"), consented),),
    forms=(REMOTE,),
)
