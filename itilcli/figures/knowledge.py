"""§5.3, §5.13: what the knowledge base gave to a period's incidents, and what they gave to it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from itilcli.figures.book import Book
from itilcli.figures.measures import share
from itilcli.figures.named import named, written
from itilcli.figures.period import Period


def knowledge(book: Book, period: Period) -> dict[str, Any]:
    """Articles ``added`` in the period and ``used`` in it, the most used first, with the shares of S.

    An article is used by an incident that was reported in the period or had a remote session in it. ``consulted`` is
    the share of S that consulted an article, ``submitted`` the share of S with an article of its own submitted or
    named at the closing; those stand in ``submissions``.
    """
    solved = sorted((row for row, _ in book.resolved(period)), key=lambda row: row.id)
    return {
        "added": added(book, period),
        "used": used(book, period),
        "consulted": share(solved, lambda row: row.particulars.consulted),
        "submitted": share(solved, lambda row: row.particulars.article),
        "submissions": [
            {**named(row), "article": row.particulars.article} for row in solved if row.particulars.article
        ],
    }


def added(book: Book, period: Period) -> list[dict[str, Any]]:
    """The articles drafted in the period, in that order."""
    found = [
        {
            "id": one.id,
            "title": one.title,
            "status": one.status,
            "created_at": written(one.created_at, period.zone),
            "sources": list(one.sources),
        }
        for one in book.articles
        if period.has(one.created_at)
    ]
    return sorted(found, key=lambda one: (one["created_at"], one["id"]))


def used(book: Book, period: Period) -> list[dict[str, Any]]:
    """The articles consulted in the period, with how many incidents consulted each."""
    titles = {one.id: one.title for one in book.articles}
    counted = Counter(
        article
        for row in book.valid
        if row.particulars.consulted and (period.has(row.reported_at) or any(map(period.has, row.particulars.sessions)))
        for article in row.particulars.consulted
    )
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"id": article, "title": titles.get(article), "count": count} for article, count in ordered]
