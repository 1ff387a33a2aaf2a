"""The knowledge articles of a desk as its monthly report counts them."""

from __future__ import annotations

from itilcli.actions.articles.articles import all_articles
from itilcli.desk import Desk
from itilcli.figures.particulars import Article


def articles(desk: Desk) -> tuple[Article, ...]:
    """Every article by its ID; of one whose file cannot be read only that is known."""
    return tuple(
        Article(
            stored.id,
            stored.article.title,
            stored.article.status,
            stored.article.created_at,
            stored.article.source_incidents,
        )
        for stored in all_articles(desk)
    )
