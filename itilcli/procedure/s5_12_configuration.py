"""§5.12 配置核对更新: changed configuration items go to the configuration manager (L255)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.model.incident import ConfigurationUpdate
from itilcli.procedure.clause import SUPPORT, Clause, Done, Move, Request, Rule, World, broken, missing
from itilcli.text import Label, t


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
    managers = world.people.holders("configuration_manager", world.day(request.at))
    known = case.incident.configuration_update
    items = known.items if known and not known.none else ()
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
    return Done(case.set(configuration_update=replace(known, done_at=request.at, commit=request.get("commit"))))


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
    if not update.done_at:
        yield broken(
            "W-5.12-pending", "5.12", "incident:configuration_update.done_at",
            t("the configuration manager has not made the change yet"), t("itil item {id} --done --commit REV", id=case.id),
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
            SUPPORT | {"configuration_manager"},
            item,
            guards=(needs_item,),
        ),
        Move(
            "item-done",
            Label("item-done", "配置已更新", "configuration updated"),
            (OPEN_STAGES - {"logged"}) | {"closed"},
            frozenset({"configuration_manager"}),
            done,
            guards=(needs_request,),
        ),
    ),
    rules=(Rule(("B16", "F29"), answered),),
)
