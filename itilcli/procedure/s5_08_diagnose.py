"""§5.8 调查诊断: comparison with the standard configuration and other methods, until the cause is found (L227)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from itilcli.errors import Problem
from itilcli.model.case import ONSITE, REMOTE, Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.remote import Diagnosis
from itilcli.procedure.clause import ANY_TIER, Clause, Done, Move, Request, Rule, World, broken, entries, missing
from itilcli.procedure.s5_07_visit import current
from itilcli.text import Label, t

COMPARISON = "baseline_comparison"


def diagnose(case: Case, request: Request, world: World) -> Done:
    """The method and the cause: on the visit's form while on site, else on the newest remote form."""
    ref, form = current(case) or case.last(REMOTE) or case.new_form(REMOTE)
    known = form.diagnosis or Diagnosis()
    diagnosis = replace(known, method=request.get("diagnosis", known.method), cause=request.get("cause", known.cause))
    return Done(case.put(ref, replace(form, diagnosis=diagnosis)), None, ref)


def compared(case: Case, request: Request, world: World) -> Done:
    """L227: the comparison with the standard configuration, kept with the case as what the diagnosis rests on."""
    files = tuple(request.get("attachments", ()))
    ref, form = current(case) or case.last(REMOTE) or case.new_form(REMOTE)
    known = form.diagnosis or Diagnosis()
    names = tuple(one.file for one in files if one.file)
    diagnosis = replace(known, method=known.method or COMPARISON, evidence=(*known.evidence, *names))
    made = case.set(attachments=(*case.incident.attachments, *files))
    return Done(made.put(ref, replace(form, diagnosis=diagnosis)), None, ref)


def needs_both(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F21: a diagnosis has a method and a cause."""
    if not request.get("diagnosis"):
        yield missing("E-5.8-method", "5.8", "diagnosis", t("the method of the diagnosis is missing"), "--diagnosis")
    if not request.get("cause"):
        yield missing("E-5.8-cause", "5.8", "cause", t("the cause is missing"), "--cause")


def investigated(case: Case, world: World) -> Iterator[Problem]:
    """F21: a finished visit tells who was there from when until when, by which method, and the cause found."""
    finished = {entry.form for entry in entries(case, "visit-finish")}
    for ref, form in case.of(ONSITE):
        for session in form.sessions:
            if session.arrived_at and session.left_at and session.left_at < session.arrived_at:
                yield broken(
                    "E-5.8-session",
                    "5.8",
                    f"{ref}:sessions",
                    t("{person} left before arriving", person=session.who or "?"),
                    t("give both times anew: --arrived TIME --left TIME"),
                )
        if ref not in finished:
            continue
        diagnosis = form.diagnosis or Diagnosis()
        if not diagnosis.method:
            yield missing(
                "E-5.8-method",
                "5.8",
                f"{ref}:diagnosis.method",
                t("the method of the diagnosis is missing"),
                "--diagnosis",
            )
        if not diagnosis.cause:
            yield missing("E-5.8-cause", "5.8", f"{ref}:diagnosis.cause", t("the cause is missing"), "--cause")
        if not form.performed_by:
            yield missing(
                "E-5.8-performed-by",
                "5.8",
                f"{ref}:performed_by",
                t("who did the work on site is missing"),
                "--performed-by",
            )
        if not form.sessions or any(not (row.who and row.arrived_at and row.left_at) for row in form.sessions):
            yield missing(
                "E-5.8-times",
                "5.8",
                f"{ref}:sessions",
                t("who was on site from when until when is missing"),
                "--arrived / --left",
            )


CLAUSE = Clause(
    "5.8",
    Label("diagnose", "调查诊断", "investigation and diagnosis"),
    "L225-227",
    moves=(
        Move(
            "diagnose",
            Label("diagnose", "诊断", "diagnose"),
            OPEN_STAGES - {"logged"},
            ANY_TIER,
            diagnose,
            guards=(needs_both,),
        ),
        Move(
            "compare",
            Label("compare", "配置比对", "compare the configuration"),
            OPEN_STAGES - {"logged"},
            ANY_TIER,
            compared,
        ),
    ),
    rules=(Rule(("F21",), investigated),),
    forms=(ONSITE,),
)
