"""§5.12, B16: the configuration manager makes the change that a case asks for, in one commit with the case; or rejects it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from itilcli.actions.configuration.compare import unknown_item
from itilcli.actions.configuration.standards import all_standards, find_project
from itilcli.actions.looking.finding import find
from itilcli.actions.writing.advance import Ask, carried, comments, finish, read, ready
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.case import Case
from itilcli.model.configuration import plain, with_value
from itilcli.model.incident import ConfigurationUpdate, ItemUpdate
from itilcli.store import cases, rewrite
from itilcli.store.change import Change
from itilcli.store.configuration import StoredStandard
from itilcli.text import Listing, t

APPLY, REJECT = "item-done", "item-reject"


def apply(desk: Desk, reference: str, given: Mapping[str, Any], at: str | None, dry_run: bool) -> Written:
    """What a case asks for, put into the standard configuration of its project, with comments and all else kept.

    ``given``: ``project`` where the case does not tell it, ``new_item``: whether an item may be new. ``extra`` of what
    comes back has ``project`` and ``changes``.

    :raises Refused: nothing waits, the project or an item is unknown, the file cannot be read; 4 for anyone but the
        configuration manager.
    """

    def prepare(case: Case) -> tuple[dict[str, Any], list[Change], dict[str, object]]:
        asked = case.incident.configuration_update
        if asked is None or asked.none or asked.rejected or asked.done_at:
            return {}, [], {}  # refused by the step's own guards
        stored = _standard(desk, case, asked, given.get("project"))
        made, raw, rows = [], dict(stored.raw), []
        for row in asked.items:
            item, attribute = _place(stored, row, bool(given.get("new_item")))
            old = stored.standard.items.get(item, {}).get(attribute)
            if old == row.value:
                made.append(row)
                continue
            raw = with_value(raw, item, attribute, row.value or "")
            made.append(replace(row, before=old or ""))
            rows.append({"item": item, "attribute": attribute, "old": old, "new": row.value})
        applied = replace(asked, items=tuple(made), project=stored.project, commit=None)
        after = rewrite.rewrite(stored.data, raw, stored.path)
        changes = [Change(stored.path, stored.data, after)] if after != stored.data else []
        return {"applied": applied}, changes, {"project": stored.project, "changes": rows}

    return _decide(desk, Ask(APPLY, reference, {}, at, dry_run), prepare)


def reject(desk: Desk, reference: str, reason: str | None, at: str | None, dry_run: bool) -> Written:
    """The change that a case asks for is not made, and why; raises Refused as :func:`apply`."""
    return _decide(
        desk, Ask(REJECT, reference, {"reason": reason} if reason else {}, at, dry_run), lambda case: ({}, [], {})
    )


def _decide(desk: Desk, ask: Ask, prepare: Any) -> Written:
    desk.actor  # noqa: B018  (an unknown author is refused before anything else)
    if ask.dry_run:
        return _decided(desk, ask, prepare, ())
    with desk.journal.lock():
        ready(desk)
        return _decided(desk, ask, prepare, tuple(desk.journal.mend()))


def _decided(desk: Desk, ask: Ask, prepare: Any, mended: Sequence[Any]) -> Written:
    values, at = read(desk, ask.answers, ask.at)
    case_id, _ = find(desk, ask.reference)
    stored = desk.case(case_id)
    refuse(list(stored.errors))
    try:
        more, changes, extra = prepare(stored.case)
    except Refused as refused:
        forbidden = _forbidden(desk, stored.case, ask, values, at)
        raise Refused(forbidden or refused.problems) from None
    outcome = carried(desk, stored.case, ask.verb, {**values, **more}, at, desk.world())
    written = [*cases.changes(stored, outcome.case, comments(desk)), *changes]
    return replace(finish(desk, ask, outcome, stored, written, mended), extra=extra)


def _forbidden(desk: Desk, case: Case, ask: Ask, values: dict[str, Any], at: Any) -> list[Problem]:
    """Who may not decide at all is told that alone."""
    try:
        carried(desk, case, ask.verb, values, at, desk.world())
    except Refused as refused:
        return [one for one in refused.problems if one.kind is Kind.PERMISSION]
    return []


def _standard(desk: Desk, case: Case, asked: ConfigurationUpdate, named: str | None) -> StoredStandard:
    """The standard configuration that is meant: as named, else of the case's project, else the only one with all the items."""
    known = list(all_standards(desk))
    if named:
        project, _ = find_project(desk, named)
        found = [one for one in known if one.project == project]
    else:
        found = [one for one in known if plain(one.project) == plain(case.incident.project or "")]
        found = found or [one for one in known if all(_held(one, row) for row in asked.items)]
    if len(found) != 1:
        message = t("which project's standard configuration is meant is not plain")
        names = Listing(tuple(one.project for one in found or known))
        hint = t("name it with {flag}, one of: {items}", flag="--project PROJECT", items=names)
        if not known:
            message = t("no project has a standard configuration yet")
            hint = t(
                "make one with: itil config new PROJECT FILE; of a change made elsewhere say: itil item {id} --done --commit REV",
                id=case.id.rpartition("-")[2],
            )
        raise Refused([Problem("E-5.12-project", message, hint, "5.12", "--project", Kind.MISSING)])
    refuse(found[0].errors)
    return found[0]


def _held(stored: StoredStandard, row: ItemUpdate) -> bool:
    return stored.standard.place_of(f"{row.item}.{row.attribute}") is not None


def _place(stored: StoredStandard, row: ItemUpdate, may_be_new: bool) -> tuple[str, str]:
    place = stored.standard.place_of(f"{row.item}.{row.attribute}")
    if place is not None:
        return place
    if may_be_new:
        return row.item or "", row.attribute or ""
    refused = unknown_item(stored.standard, row.item or "?")
    hint = t("a new item comes with {flag}; else reject it: itil config reject ID --reason …", flag="--new-item")
    raise Refused([replace(refused.problems[0], hint=hint)])
