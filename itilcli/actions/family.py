"""B27: parents and their children: who belongs to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from itilcli.desk import Desk
from itilcli.errors import Problem
from itilcli.model.case import CASE_ID, Case
from itilcli.model.customer import plain
from itilcli.procedure.glance import Glance, glance_of
from itilcli.store import cases
from itilcli.text import t

EARLIER_DAYS = 31
"""A child is seldom reported so long before its parent; readers look no further back."""


def parent_of(desk: Desk, case: Case) -> Case | None:
    """The case that ``case`` belongs to; None where it names none, or none that there is."""
    named = case.incident.parent
    if named is None or not CASE_ID.fullmatch(named):
        return None
    found = desk.case(named).case
    return found if found.id == named else None


def children(desk: Desk, parent: Case) -> list[Case]:
    """The cases that belong to ``parent``, oldest first."""
    return [one for one in naming(desk, parent, desk.may_name(parent.id)) if one.incident.parent == parent.id]


def likely_members(desk: Desk, parent: Case) -> tuple[list[Case], list[Case]]:
    """The children of a case and those merged into it, oldest first.

    Looked for only on the days on which one is likely, which is faster on a desk of many years.
    """
    world = desk.world()
    if parent.incident.reported_at is None:
        return [], []
    first = (world.day(parent.incident.reported_at) - timedelta(days=EARLIER_DAYS)).isoformat()
    last = world.day(parent.state.closed_at).isoformat() if parent.state.closed_at else "9999"
    edited = not desk.is_settled(parent.state.closed_at)
    found = naming(desk, parent, desk.may_name(parent.id, first, last, edited))
    merged = [one for one in found if one.incident.merged_into == parent.id]
    return [one for one in found if one.incident.parent == parent.id], merged


def likely_children(desk: Desk, parent: Case) -> list[Case]:
    """The children of a case, as :func:`likely_members` finds them."""
    return likely_members(desk, parent)[0]


def naming(desk: Desk, named: Case, among: Iterable[tuple[Path, str]]) -> list[Case]:
    """Of these cases, by folder and ID, those that name another one, oldest first.

    A file is parsed only when its bytes hold the ID.
    """
    mark = named.id.encode()
    found = [
        desk.case(case_id).case
        for folder, case_id in among
        if case_id != named.id and mark in cases.raw_bytes(folder, case_id)
    ]
    return sorted(found, key=lambda case: case.began)


def view(case: Case | Glance) -> dict[str, object]:
    """A member of the family as programs see it."""
    row = case if isinstance(case, Glance) else glance_of(case)
    return {name: getattr(row, name) for name in ("id", "organisation", "title", "stage", "status")}


def noting(passing: Iterable[Glance], children: dict[str, list[dict[str, object]]]) -> Iterator[Glance]:
    """The cases that pass, newest first; those with a parent are noted under its ID."""
    for row in passing:
        if row.parent:
            children.setdefault(row.parent, []).append(view(row))
        yield row


# ── linking and merging


def completed(case: Case) -> Problem:
    """B27: no child is given to a parent that is completed."""
    message = t("{id} is completed; no case can belong to it", id=case.id)
    hint = t("reopen it with: itil reopen {id} --reason …, or take this as a call of its own", id=case.id)
    if case.state.stage == "merged" and case.incident.merged_into:
        hint = t("it went into {id}; name that one", id=case.incident.merged_into)
    elif case.state.stage == "void":
        hint = t("take this as a call of its own, without {flag}", flag="--same-as")
    return Problem("E-5-parent-completed", message, hint, "5", "incident:parent")


def alike(one: Case, other: Case) -> bool:
    """Whether two cases name the same organisation; where one names none they may be of any."""
    names = [
        plain(case.incident.customer.organisation or "") if case.incident.customer else "" for case in (one, other)
    ]
    return bool(names[0]) and names[0] == names[1]


def beside(desk: Desk, verb: str, case: Case, values: Mapping[str, Any]) -> list[Problem]:
    """What other cases say against linking or merging ``case``."""
    if verb == "link" and values.get("parent") not in (None, "none", case.id):
        return list(cannot_belong(desk, case, desk.case(values["parent"]).case))
    if verb == "merge" and values.get("into") not in (None, case.id):
        return list(cannot_merge(case, desk.case(values["into"]).case))
    return []


def cannot_belong(desk: Desk, case: Case, parent: Case) -> Iterator[Problem]:
    """B27: a parent is open, has no parent itself, and is not given to a case that has children."""
    if parent.state.status != "open":
        yield completed(parent)
    if parent.incident.parent == case.id:
        message = t("{id} is a child of this case", id=parent.id)
        hint = t("take that back first: itil link {id} --parent none", id=parent.id)
        yield Problem("E-5-grandparent", message, hint, "5", "--parent")
        return
    if parent.incident.parent:
        message = t("{id} belongs to {parent} itself", id=parent.id, parent=parent.incident.parent)
        hint = t("link it there: itil link {id} --parent {parent}", id=case.id, parent=parent.incident.parent)
        yield Problem("E-5-grandparent", message, hint, "5", "--parent")
    for child in children(desk, case):
        message = t("{id} has a child itself: {child}", id=case.id, child=child.id)
        hint = t("link that one first: itil link {id} --parent {parent}", id=child.id, parent=parent.id)
        yield Problem("E-5-grandparent", message, hint, "5", "--parent")


def cannot_merge(case: Case, target: Case) -> Iterator[Problem]:
    """B27: merged is what the same customer reported twice, into a case that is still open."""
    if target.state.status != "open":
        message = t("{id} is completed; nothing can be merged into it", id=target.id)
        hint = t("reopen it with: itil reopen {id} --reason …, or close this one by itself", id=target.id)
        if target.incident.merged_into:
            hint = t("it went into {id}; name that one", id=target.incident.merged_into)
        yield Problem("E-5-merge-completed", message, hint, "5", "--into")
    named = [one.incident.customer.organisation if one.incident.customer else None for one in (case, target)]
    if all(named) and not alike(case, target):
        message = t("{id} is of another customer: {organisation}", id=target.id, organisation=named[1])
        hint = t("one outage at several customers: itil link {id} --parent {parent}", id=case.id, parent=target.id)
        yield Problem("E-5-merge-customer", message, hint, "5", "--into")


def left_open(desk: Desk, parent: Case) -> list[Problem]:
    """A warning: the open cases that belong to one that has ended."""
    open_ = [one.id.rpartition("-")[2] for one in likely_children(desk, parent) if one.state.status == "open"]
    if not open_:
        return []
    message = t("{count} cases that belong to it are still open: {ids}", count=len(open_), ids=" ".join(open_))
    hint = t("see how they stand with: itil list --open --parent {id}", id=parent.id.rpartition("-")[2])
    return [Problem("W-5-children-open", message, hint, "5")]
