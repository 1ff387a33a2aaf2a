"""§5, B27: a case belongs to a parent, or has to do with others; one outage at many customers is a parent with children."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.errors import Problem
from itilcli.model.case import Case
from itilcli.model.codes import OPEN_STAGES
from itilcli.procedure.clause import SUPPORT, Done, Move, Request, World, broken, missing
from itilcli.text import Label, t

NO_PARENT = "none"


def link(case: Case, request: Request, world: World) -> Done:
    """B27: the parent, or none any more; and further cases that have to do with this one."""
    parent, named = request.get("parent"), tuple(request.get("related", ()))
    related = tuple(dict.fromkeys((*case.incident.related, *named)))
    values: dict[str, object] = {"parent": parent} if parent else {}
    values |= {"related": list(named)} if named else {}
    case = case.set(related=related)
    if parent:
        case = case.set(parent=None if parent == NO_PARENT else parent)
    return Done(case, values, reason=request.get("reason"))


def needs_case(case: Case, request: Request, world: World) -> Iterator[Problem]:
    """B27: a link names another case, and takes back only a parent that there is."""
    if not request.get("parent") and not request.get("related"):
        yield missing(
            "E-5-link",
            "5",
            "parent",
            t("the case it belongs to, or has to do with, is missing"),
            "--parent / --related",
        )
    if request.get("parent") == NO_PARENT and not case.incident.parent:
        hint = t("name one with: itil link {id} --parent …", id=case.id)
        yield broken("E-5-no-parent", "5", "parent", t("the case has no parent"), hint)


def itself(case: Case, world: World) -> Iterator[Problem]:
    """B27: no case belongs to itself, is merged into itself, or has to do with itself."""
    named = {"merged_into": case.incident.merged_into, "parent": case.incident.parent}
    named |= {"related": case.id if case.id in case.incident.related else None}
    for name, other in named.items():
        if other == case.id:
            message = t("a case cannot be merged into or belong to itself")
            yield broken("E-5-itself", "5", f"incident:{name}", message, t("name another case; see: itil list --open"))


MOVE = Move(
    "link",
    Label("link", "关联", "link"),
    OPEN_STAGES,
    SUPPORT,
    link,
    sets=frozenset({"parent", "related"}),
    guards=(needs_case,),
    free=True,
)
