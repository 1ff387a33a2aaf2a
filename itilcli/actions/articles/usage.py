"""§5.3, §5.13: which cases an article was consulted in, and which were written down in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from itilcli.desk import Desk
from itilcli.model.case import ONSITE, REMOTE, Case
from itilcli.store.cases import Stored
from itilcli.values import value

LAYOUT = "1"
"""Raised whenever what is kept of a case changes its meaning."""
NO_ARTICLE = frozenset({"none", "new"})


@value
class Use:
    """One case that has to do with an article: whether it was ``consulted`` there, whether the case ``solved`` and was
    ``written`` down in it."""

    case_id: str
    consulted: bool
    written: bool
    solved: bool


def uses(desk: Desk) -> dict[str, list[Use]]:
    """Of every article that a case names, the cases, newest day first."""
    found: dict[str, list[Use]] = {}
    for case_id, rows in _named(desk):
        for article, consulted, written, solved in rows:
            found.setdefault(article, []).append(Use(case_id, consulted, written, solved))
    return found


def named_by(case: Case) -> list[list[Any]]:
    """The articles that a case names: ID, consulted, written down in it, whether the case was solved."""
    consulted = [
        article
        for kind in (REMOTE, ONSITE)
        for _, form in case.of(kind)
        for article in getattr(form, "knowledge_consulted", ())
    ]
    knowledge = case.incident.knowledge
    written = [knowledge.ref] if knowledge and knowledge.ref else []
    names = dict.fromkeys(one for one in (*consulted, *written) if one and one not in NO_ARTICLE)
    solved = case.state.resolved_at is not None
    return [[one, one in consulted, one in written, solved] for one in names]


def _named(desk: Desk) -> Iterator[tuple[str, list[list[Any]]]]:
    if desk.index is not None:
        from itilcli.index import Kind, Memo, Unusable

        def made(folder: str, case_id: str, stored: Stored) -> Memo:
            rows = named_by(stored.case)
            return Memo(json.dumps(rows, ensure_ascii=False) if rows else None)

        with suppress(Unusable):
            kept = desk.index.kept(Kind("articles", LAYOUT, made), int(desk.now.timestamp()), filled=True)
            return ((row.name, json.loads(row.data or "[]")) for row in kept)
    return ((stored.case.id, rows) for stored in desk.cases() if (rows := named_by(stored.case)))
