"""§5.13 热线关闭: new solutions go to the knowledge base, and the service ends (L261, L132)."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.procedure.clause import (
    INTAKE,
    Clause,
    Done,
    Move,
    Request,
    Rule,
    World,
    broken,
    entries,
    forbidden,
    missing,
    plain_time,
    who_may,
)
from itilcli.procedure.digest import digest
from itilcli.procedure.s5_09_consequences import with_answers
from itilcli.text import Label, t


def close(case: Case, request: Request, world: World) -> Done:
    """The last answers, and the end; the engine seals the case with its digest."""
    return Done(with_answers(case, request, world), {"closed_at": plain_time(request.at)})


def may_close(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B18: the owner closes, his deputy, whoever took the case over, or the incident manager."""
    day = world.day(request.at)
    took_over = any(
        request.actor in (entry.value("owner"), entry.value("assignee")) for entry in entries(case, "assign")
    )
    if (
        request.actor != case.state.owner
        and not took_over
        and not world.people.deputises(request.actor, case.state.owner, day)
        and "incident_manager" not in world.people.roles(request.actor, day)
    ):
        yield forbidden(
            "E-5.13-owner", "5.13",
            t("{owner} tracks this case and closes it", owner=case.state.owner or "?"),
            t("take it over first: itil assign {id} --owner {actor} --reason …", id=case.id, actor=request.actor),
        )  # fmt: skip


def knowledge(case: Case, world: World) -> Iterator[Problem]:
    """B17, F30: whether the solution was new is answered before closing."""
    if case.incident.knowledge is None and case.state.stage == "closed":
        yield missing(
            "E-5.13-knowledge", "5.13", "incident:knowledge",
            t("whether the solution goes to the knowledge base is not answered"), "--knowledge none|new|KB-….",
        )  # fmt: skip


def by_tier1(case: Case, world: World) -> Iterator[Problem]:
    """B18: whoever closed a case was of tier 1 or the incident manager."""
    for entry in entries(case, "close"):
        if entry.by and entry.at and not world.people.roles(entry.by, world.day(entry.at)) & INTAKE:
            yield broken(
                "E-5.13-closed-by",
                "5.13",
                "incident:history",
                t("{person} may not close a case", person=entry.by),
                who_may(world.people, INTAKE, world.day(entry.at or world.now)),
            )


def sealed(case: Case, world: World) -> Iterator[Problem]:
    """F33, B25: a closed case is still what it was when it was closed."""
    last = None
    for entry in case.incident.history:
        if entry.action in ("close", "reopen") or entry.value("digest") is not None:
            last = entry
    if last is None or last.action == "reopen" or case.state.stage != "closed":
        return
    seal = last.value("digest")
    if seal is not None and seal != digest(case):
        yield Problem(
            "E-5.13-changed",
            t("this closed case was changed since it was closed"),
            t(
                "compare with: itil log {id}; a closed case changes only by itil correct {id} … --reason … (the incident "
                "manager) or itil reopen {id} --reason …",
                id=case.id,
            ),
            "5.13",
            "incident:history",
        )
    elif seal is None and not case.imported:
        yield Problem("E-5.13-no-digest", t("the closing entry has no digest"), None, "5.13", "incident:history")


CLAUSE = Clause(
    "5.13",
    Label("close", "热线关闭", "closing"),
    "L259-261",
    moves=(
        Move(
            "close",
            Label("close", "关闭", "close"),
            frozenset({"archived"}),
            INTAKE,
            close,
            lambda state, entry: {"stage": "closed"},
            frozenset({"closed_at", "digest"}),
            (may_close,),
        ),
    ),
    rules=(Rule(("B17", "F30"), knowledge), Rule(("B18",), by_tier1), Rule(("F33", "B25"), sealed)),
)
