"""§5.12 配置核对更新: changed configuration items go to the configuration manager (L255)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.incident import ConfigurationUpdate, Rejected
from itilcli.procedure.clause import SUPPORT, Clause, Done, Move, Request, Rule, World, broken, missing
from itilcli.text import Label, t

MANAGER = "configuration_manager"
DECISIONS = frozenset({"item-done", "item-reject"})
"""What the configuration manager does with a request."""


def undecided(case: Case) -> bool:
    """Whether a change of configuration items was asked for and waits for the configuration manager."""
    asked = case.incident.configuration_update
    return asked is not None and not asked.none and not asked.done_at and not asked.rejected


def item(case: Case, request: Request, world: World) -> Done:
    """F29: the items to change, handed to the configuration manager; or none."""
    given = request.get("item_update")
    if given is None:
        return Done(case)
    return Done(case.set(configuration_update=submitted(case, given, request, world)))


def submitted(case: Case, given: ConfigurationUpdate, request: Request, world: World) -> ConfigurationUpdate:
    """The update with whom it goes to; added to what was asked before, each change once."""
    if given.none:
        return given
    managers = world.people.holders(MANAGER, world.day(request.at))
    known = case.incident.configuration_update
    items = known.items if known and not known.none and not known.rejected else ()
    return replace(
        given,
        items=(*items, *(row for row in given.items if row not in items)),
        submitted_to=managers[0] if managers else None,
    )


def done(case: Case, request: Request, world: World) -> Done:
    """B16: the configuration manager has made the change."""
    known = case.incident.configuration_update
    if known is None or known.none:
        return Done(case)
    applied = request.get("applied")
    made = applied or replace(known, commit=request.get("commit"))
    return Done(case.set(configuration_update=replace(made, done_at=request.at)))


def reject(case: Case, request: Request, world: World) -> Done:
    """B16: the configuration manager does not make the change, and says why; who works on the case answers anew."""
    known = case.incident.configuration_update
    if known is None or known.none:
        return Done(case)
    why = Rejected(at=request.at, by=request.actor, reason=request.get("reason"))
    return Done(case.set(configuration_update=replace(known, rejected=why)))


def needs_item(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """F29: none, or what changes."""
    if request.get("item_update") is None:
        yield missing(
            "E-5.12-item", "5.12", "item", t("say none, or which item changes"), "none / --update ITEM.ATTRIBUTE=VALUE"
        )


def needs_request(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B16: only what was asked for is done."""
    known = case.incident.configuration_update
    if known is None or known.none:
        yield broken(
            "E-5.12-nothing",
            "5.12",
            "configuration_update",
            t("no change of a configuration item was asked for"),
            t("ask for it first: itil item {id} --update ITEM.ATTR=VALUE", id=case.id),
        )


def needs_waiting(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """What was decided is not decided again: what is made is not rejected, and what is rejected is asked for anew first."""
    known = case.incident.configuration_update
    if known is None or known.none or not (known.done_at or known.rejected):
        return
    message = t("it was rejected") if known.rejected else t("the configuration manager has made the change already")
    hint = t("ask for it anew: itil item {id} --update ITEM.ATTR=VALUE", id=case.id)
    yield broken("E-5.12-decided", "5.12", "configuration_update", message, hint)


def needs_reason(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """Who asked is told why."""
    if not (request.get("reason") or "").strip():
        yield missing("E-5.12-reason", "5.12", "reason", t("say why it is rejected"), "--reason")


def answered(case: Case, world: World) -> Iterator[Problem]:
    """B16, F29: answered before closing; what was handed over waits for the configuration manager."""
    update = case.incident.configuration_update
    if update is None:
        if case.state.stage == "closed":
            yield missing(
                "E-5.12-item", "5.12", "incident:configuration_update",
                t("whether a configuration item changes is not answered"), "--item none|ITEM.ATTRIBUTE=VALUE",
            )  # fmt: skip
        return
    if update.none:
        return
    if not update.items or any(not (row.item and row.attribute) for row in update.items):
        yield missing(
            "E-5.12-items",
            "5.12",
            "incident:configuration_update.items",
            t("which attribute of which item changes is missing"),
            "--update ITEM.ATTR=VALUE",
        )
    if update.rejected and case.state.stage == "closed":
        return
    if update.rejected:
        yield broken(
            "W-5.12-rejected", "5.12", "incident:configuration_update.rejected",
            t("the configuration manager rejected the change: {reason}", reason=update.rejected.reason or "?"),
            t("answer anew: itil item {id} none, or --update ITEM.ATTR=VALUE", id=case.id),
            person=case.state.assignee or "",
        )  # fmt: skip
    elif not update.done_at:
        yield broken(
            "W-5.12-pending", "5.12", "incident:configuration_update.done_at",
            t("the configuration manager has not made the change yet"),
            t("itil config apply {id}; one made elsewhere: itil item {id} --done --commit REV", id=case.id),
            person=update.submitted_to or "",
        )  # fmt: skip


CLAUSE = Clause(
    "5.12",
    Label("configuration", "配置核对更新", "updating the configuration"),
    "L253-255",
    moves=(
        Move(
            "item",
            Label("item", "配置变更申请", "configuration items"),
            OPEN_STAGES - {"logged"},
            SUPPORT | {MANAGER},
            item,
            guards=(needs_item,),
        ),
        Move(
            "item-done",
            Label("item-done", "配置已更新", "configuration updated"),
            (OPEN_STAGES - {"logged"}) | {"closed"},
            frozenset({MANAGER}),
            done,
            guards=(needs_request, needs_waiting),
        ),
        Move(
            "item-reject",
            Label("item-reject", "配置变更退回", "configuration change rejected"),
            (OPEN_STAGES - {"logged"}) | {"closed"},
            frozenset({MANAGER}),
            reject,
            guards=(needs_request, needs_waiting, needs_reason),
        ),
    ),
    rules=(Rule(("B16", "F29"), answered),),
)
