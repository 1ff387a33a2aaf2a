"""§5.9 what the solution brings with it: a change, a problem to look into, answers given along with it (F24, F25, B12, B13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.procedure.clause import Done, Request, World, missing
from itilcli.procedure.s5_12_configuration import submitted
from itilcli.text import t


def change(case: Case, request: Request, world: World) -> Done:
    """F24: the change the fix needs, or none."""
    return Done(case.set(change=request.get("change")))


def problem(case: Case, request: Request, world: World) -> Done:
    """F25: the hand-over to problem management, or none."""
    return Done(case.set(problem=request.get("problem")))


def needs_answer(name: str, flags: str) -> Any:
    """A guard: the question is answered, if only with none."""

    def guard(case: Case, request: Request, world: World) -> Iterator[Problem]:
        if request.get(name) is None:
            yield missing(f"E-5.9-{name}", "5.9", name, t("say none, or give its details"), flags)

    return guard


def with_answers(case: Case, request: Request, world: World) -> Case:
    """The case with the answers of 5.9 to 5.13 that came along: change, problem, configuration items, knowledge."""
    given = {name: request.get(name) for name in ("change", "problem", "knowledge") if request.get(name) is not None}
    if request.get("item_update") is not None:
        given["configuration_update"] = submitted(case, request.answers["item_update"], request, world)
    return case.set(**given)


def change_answered(case: Case, world: World) -> Iterator[Problem]:
    """B12, F24: whether a change was needed is answered before closing; one that was has class and reference."""
    found = case.incident.change
    if found is None and case.state.stage == "closed":
        yield missing(
            "E-5.9-change",
            "5.9",
            "incident:change",
            t("whether a change was needed is not answered"),
            "--change none|CLASS:REF",
        )
    elif found and not found.none and not (found.class_ and found.ref):
        yield missing(
            "E-5.9-change-ref",
            "5.9",
            "incident:change",
            t("a change has a class and a reference"),
            "--change CLASS:REF",
        )


def problem_answered(case: Case, world: World) -> Iterator[Problem]:
    """B13, F25: whether problem management takes it is answered before closing; what it takes has reason and reference."""
    found = case.incident.problem
    if found is None and case.state.stage == "closed":
        yield missing(
            "E-5.9-problem",
            "5.9",
            "incident:problem",
            t("whether problem management takes it is not answered"),
            "--problem none|REASON:REF",
        )
    elif found and not found.none and not (found.reason and found.ref):
        yield missing(
            "E-5.9-problem-ref",
            "5.9",
            "incident:problem",
            t("a problem has a reason and a reference"),
            "--problem REASON:REF",
        )
