"""§5.1, F5: what is offered while the symptom is being told: models, articles, and cases that sound alike.

This is where a search of the knowledge base joins in: whatever gives rows of :class:`Offer` for a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from itilcli.actions.articles.articles import FOLDER, all_ids, load
from itilcli.actions.articles.likeness import pairs_of
from itilcli.actions.taking.models import all_models
from itilcli.desk import Desk
from itilcli.model.customer import plain
from itilcli.text import t
from itilcli.values import value

MOST = 6
"""The most that is offered at once."""
CASES = 400
"""So many of the newest cases are compared."""
ENOUGH = 0.5
"""How much of what is typed must stand in what is offered, by pairs of characters."""
SHORTEST = 2
"""A text of fewer characters says nothing yet."""


@value
class Offer:
    """Something that may be what the customer tells of: ``text`` is the symptom it is offered with, ``note`` what it is.

    ``answers`` are what choosing it answers, besides the symptom where ``text`` is empty.
    """

    text: str
    note: object
    answers: Mapping[str, Any]
    words: str
    """What it is compared by."""


Search = Callable[[str], Iterable[Offer]]
"""What is offered for a text that is still being typed."""


def searching(desk: Desk) -> Search:
    """A search in what the desk knows now; made once a call, for it reads models, articles and the newest cases."""
    known = [*of_models(desk), *of_articles(desk), *of_cases(desk)]
    return lambda typed: alike(known, typed)


def alike(known: Sequence[Offer], typed: str) -> list[Offer]:
    """The offers that share enough of their words with what is typed, the nearest first."""
    wanted = pairs_of(typed)
    if len(plain(typed)) < SHORTEST or not wanted:
        return []
    rated = ((len(wanted & pairs_of(one.words)) / len(wanted), one) for one in known)
    found = sorted((row for row in rated if row[0] >= ENOUGH), key=lambda row: -row[0])
    return [one for _, one in found[:MOST]]


def of_models(desk: Desk) -> Iterator[Offer]:
    """The usual faults: choosing one fills in all that its model holds."""
    for stored in all_models(desk):
        if not stored.errors:
            words = f"{stored.name} {stored.model.symptom or ''}"
            note = t("usual fault: {name}", name=stored.name)
            yield Offer(stored.model.symptom or stored.name, note, {"model": stored.name}, words)


def of_articles(desk: Desk) -> Iterator[Offer]:
    """The published articles: choosing one says that it was consulted."""
    if not (desk.root / FOLDER).is_dir():
        return
    for article_id in all_ids(desk):
        stored = load(desk, article_id)
        if stored.errors or stored.article.status != "published":
            continue
        title = stored.article.title or ""
        yield Offer("", t("article {id}: {title}", id=article_id, title=title), {"consulted": (article_id,)}, title)


def of_cases(desk: Desk) -> Iterator[Offer]:
    """The newest cases: choosing one takes its words for the symptom."""
    for code, title in desk.beginning("", CASES):
        if title:
            yield Offer(title, t("case {id}", id=code.rpartition("-")[2]), {}, title)
