"""A case as programs see it: the JSON of `show` and `list`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from itilcli.actions.waiting.chasing import chasing
from itilcli.actions.waiting.deadlines import overdue
from itilcli.model.case import CASE_ID, Case, kind_of
from itilcli.model.customer import Customers
from itilcli.model.shape import encode
from itilcli.procedure.clause import World
from itilcli.procedure.s5_14_follow_up import due
from itilcli.store.cases import path_of

FIRST = (
    "id",
    "title",
    "status",
    "stage",
    "tier",
    "type",
    "category",
    "severity",
    "importance",
    "urgency",
    "priority",
    "major",
    "channel",
    "channel_detail",
    "customer",
    "vip",
    "owner",
    "assignee",
    "reported_at",
    "recorded_at",
    "received_by",
    "first_response_at",
    "resolved_at",
    "closed_at",
    "follow_up_due_on",
    "follow_up_provisional",
    "hold",
    "hold_until",
    "parent",
)


def summary(case: Case, world: World, vips: Customers) -> dict[str, Any]:
    """`list --json`: everything of the incident less its history and forms. Absent values are null.

    :param vips: the register's VIPs, whose cases are marked.
    """
    state, plain = case.state, encode(case.incident)
    when, asked = due(case, world), chasing(case)
    plain.pop("history", None)
    major = plain.pop("major", None)
    made = {
        **plain,
        "vip": vips.vip(case.incident.customer),
        "major": state.major,
        "status": state.status,
        "stage": state.stage,
        "tier": state.tier,
        "owner": state.owner,
        "assignee": state.assignee,
        "resolved_at": state.resolved_at.isoformat() if state.resolved_at else None,
        "closed_at": state.closed_at.isoformat() if state.closed_at else None,
        "first_response_at": state.first_response_at.isoformat() if state.first_response_at else None,
        "follow_up_due_on": when.on.isoformat() if when else None,
        "follow_up_provisional": when.provisional if when else False,
        "hold": state.hold,
        "hold_until": state.hold_until.isoformat() if state.hold_until else None,
        "reopened": state.reopened,
        "overdue": [row.kind for row in overdue(case, world)],
        "chasing": asked.data() if asked else None,
    }
    if major:
        made["major_details"] = major
    return {
        **{name: made.get(name) for name in FIRST},
        **{name: value for name, value in made.items() if name not in FIRST},
    }


def whole(case: Case, world: World, vips: Customers, children: Sequence[Mapping[str, object]] = ()) -> dict[str, Any]:
    """`show --json`: the incident with its history, its forms and the cases that belong to it."""
    return {
        **summary(case, world, vips),
        "children": list(children),
        "history": encode(case.incident).get("history", []),
        "forms": [form_view(case, ref) for ref in sorted(case.forms)],
    }


def form_view(case: Case, ref: str) -> dict[str, Any]:
    """One form: its reference, number, path and serial, and what it says."""
    form, kind = case.forms[ref], kind_of(ref)
    plain = encode(form)
    return {
        "ref": f"{case.id}/{ref}",
        "form_no": kind.form_no if kind else None,
        "path": path_of(case.id, ref) if CASE_ID.fullmatch(case.id) else None,
        "serial": form.serial,
        **{name: value for name, value in plain.items() if name not in ("id", "form_no", "serial")},
    }
