"""§5, at any stage: holds, reopening, voiding and merging, notes and attachments (L97, L132; the rest is decided, see the docs)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from itilcli.errors import Kind, Problem
from itilcli.model.case import Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.history import Entry, State
from itilcli.model.incident import Note, Round
from itilcli.procedure import s5_00_correct, s5_00_link, s5_00_settle
from itilcli.procedure.clause import (
    EVERYONE,
    SUPPORT,
    Clause,
    Done,
    Move,
    Request,
    Rule,
    World,
    broken,
    missing,
    nothing_left,
    past,
    plain_time,
)
from itilcli.text import Label, t

MANAGER = frozenset({"incident_manager"})
NOTE_TIMES = ("incident:notes.at", "incident:told.at", "incident:chased.at")
ROUND = ("resolution", "confirmation", "archived", "change", "problem", "configuration_update", "knowledge")


def hold(case: Case, request: Request, world: World) -> Done:
    """A hold beside the stage, with its expected end and its reason; on a held case it moves, for what it waits for unless said."""
    until, kind = request.get("until"), request.get("hold", case.state.hold)
    if kind == "agreed_date" and until is None and case.incident.agreed:
        until = case.incident.agreed[-1].until
    return Done(case, {"hold": kind, "hold_until": plain_time(until)}, reason=request.get("reason"))


def held(state: State, entry: Entry) -> dict[str, Any]:
    """The hold begins, or goes on for the same reason until another time."""
    goes_on = state.hold_since if state.hold == entry.value("hold") else None
    ends = {} if entry.value("hold_until") else {"hold_until": None}
    return {"hold_since": goes_on or entry.at, **ends}


def may_hold(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """A hold says on whom and why; there is one at a time, and another takes its place."""
    if not request.get("hold", case.state.hold):
        yield missing("E-5-hold-on", "5", "on", t("what the case waits for is missing"), "--on")
    if not request.get("reason"):
        yield missing("E-5-reason", "5", "reason", t("the reason is missing"), "--reason")
    until = request.get("until")
    if until and until < request.at:
        yield past("E-5-until-past", "5", until)


def resume(case: Case, request: Request, world: World) -> Done:
    """The hold ends."""
    return Done(case, reason=request.get("reason"))


def is_held(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """Only a hold can end."""
    if not case.state.hold:
        yield broken(
            "E-5-not-held",
            "5",
            "hold",
            t("the case is not on hold"),
            t("hold it first with: itil hold {id} --on … --reason …", id=case.id),
        )


def reopen(case: Case, request: Request, world: World) -> Done:
    """The same fault again, or a customer who does not confirm: back to work; the answers so far are kept as an earlier round."""
    incident = case.incident
    earlier = Round(**{name: getattr(incident, name) for name in ROUND})
    case = case.set(
        earlier_rounds=(*incident.earlier_rounds, earlier),
        confirmation_attempts=(),
        **dict.fromkeys(ROUND),
    )
    return Done(case, reason=request.get("reason"))


def reopened(state: State, entry: Entry) -> dict[str, Any]:
    """Back to the tier that holds it; report and first response stay, the follow-up falls due anew."""
    return {
        "stage": f"tier{state.tier}",
        "resolved_at": None,
        "resolved_tier": None,
        "closed_at": None,
        "reopened": state.reopened + 1,
    }


def needs_reason(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """What is taken back says why."""
    if not request.get("reason"):
        yield missing("E-5-reason", "5", "reason", t("the reason is missing"), "--reason")


def void(case: Case, request: Request, world: World) -> Done:
    """A case that is none (已作废): kept, in no figure."""
    return Done(case, reason=request.get("reason"))


def merge(case: Case, request: Request, world: World) -> Done:
    """B27: a case reported twice goes into the other one; kept, in no figure."""
    return Done(case.set(merged_into=request.get("into")), reason=request.get("reason"))


def ended(stage: str) -> Any:
    """The fold of an end without a solution; a hold ends with it."""
    return lambda state, entry: {"stage": stage, "hold": None, "hold_since": None, "hold_until": None}


def note(case: Case, request: Request, world: World) -> Done:
    """F34, L97: a remark, word from the customer (催办) or to the customer (进展)."""
    written = Note(request.entry_id, request.at, request.actor, request.get("text"))
    kind = {"from_customer": "chased", "to_customer": "told"}.get(request.get("direction", ""), "notes")
    return Done(case.set(**{kind: (*getattr(case.incident, kind), written)}))


def note_taken_back(case: Case, entry: Entry) -> Case:
    """B25: a remark that was wrong stays readable, and is marked."""

    def marked(rows: tuple[Note, ...]) -> tuple[Note, ...]:
        return tuple(replace(row, retracted=True) if row.id == entry.id else row for row in rows)

    incident = case.incident
    return case.set(notes=marked(incident.notes), told=marked(incident.told), chased=marked(incident.chased))


def needs_text(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """A note says something."""
    if not request.get("text"):
        hint = t('write it in quotation marks: itil note {id} "…"', id=case.id.rpartition("-")[2])
        yield Problem("E-5-text", t("the text of the note is missing"), hint, "5", "text", Kind.MISSING)


def attach(case: Case, request: Request, world: World) -> Done:
    """F34: files kept beside the forms, each with its digest."""
    files = tuple(request.get("attachments", ()))
    return Done(case.set(attachments=(*case.incident.attachments, *files)))


def needs_files(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """An attachment is a file."""
    if not request.get("attachments"):
        yield missing("E-5-files", "5", "files", t("the file to attach is missing"), "FILE")


def merged(case: Case, world: World) -> Iterator[Problem]:
    """B27: a merged case names the one it went into."""
    if case.state.stage == "merged" and not case.incident.merged_into:
        yield missing(
            "E-5-merged-into", "5", "incident:merged_into", t("the case it was merged into is missing"), "--into"
        )


def attached(case: Case, world: World) -> Iterator[Problem]:
    """F34: each attachment has its name and its digest."""
    for row in case.incident.attachments:
        if not row.file or not row.sha256:
            yield missing(
                "E-5-attachment", "5", "incident:attachments", t("an attachment needs its file and its SHA-256")
            )


CLAUSE = Clause(
    "5",
    Label("throughout", "过程描述", "throughout"),
    "L97, L132, L167",
    moves=(
        Move(
            "hold",
            Label("hold", "挂起", "put on hold"),
            OPEN_STAGES,
            SUPPORT,
            hold,
            held,
            frozenset({"hold", "hold_until"}),
            (may_hold,),
            retract=nothing_left,
        ),
        Move(
            "resume",
            Label("resume", "恢复", "resume"),
            OPEN_STAGES,
            SUPPORT,
            resume,
            lambda state, entry: {"hold": None, "hold_since": None, "hold_until": None},
            guards=(is_held,),
            retract=nothing_left,
        ),
        Move(
            "reopen",
            Label("reopen", "重新打开", "reopen"),
            frozenset({"resolved", "confirmed", "archived", "closed"}),
            SUPPORT,
            reopen,
            reopened,
            guards=(needs_reason,),
        ),
        Move("void", Label("void", "作废", "void"), OPEN_STAGES, MANAGER, void, ended("void"), guards=(needs_reason,)),
        Move(
            "merge",
            Label("merge", "合并", "merge"),
            OPEN_STAGES,
            MANAGER,
            merge,
            ended("merged"),
            guards=(needs_reason,),
        ),
        Move(
            "note",
            Label("note", "备注", "note"),
            OPEN_STAGES,
            EVERYONE,
            note,
            guards=(needs_text,),
            free=True,
            times=NOTE_TIMES,
            retract=note_taken_back,
        ),
        s5_00_correct.MOVE,
        s5_00_link.MOVE,
        *s5_00_settle.MOVES,
        Move(
            "attach", Label("attach", "附件", "attach"), OPEN_STAGES, SUPPORT, attach, guards=(needs_files,), free=True
        ),
    ),
    rules=(
        Rule(("B27",), merged),
        Rule(("B27",), s5_00_link.itself),
        Rule(("F34",), attached),
        Rule(("B25", "F33"), s5_00_correct.grounds),
        *s5_00_settle.RULES,
    ),
)
