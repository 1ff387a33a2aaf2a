"""What the knowledge base gave to the incidents of the period, and what it received."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.cells import cut, heads, ids, rows_or
from itilcli.report.pages import Block, Bullets, Section
from itilcli.report.words import Words, moment, share
from itilcli.text import t


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """Shares, articles used and added; a customer's own report names articles by number only and adds none."""
    found, own = document["lists"]["knowledge"], bool(document["scope"])
    consulted, submitted = str(share(found["consulted"])), str(share(found["submitted"]))
    shares = Bullets(
        (
            words(t("solved incidents in which an article was consulted: {rate}", rate=consulted)),
            words(t("solved incidents that gave the knowledge base an article: {rate}", rate=submitted)),
        )
    )
    blocks: list[Block] = [shares, _used(found, words, own)]
    if not own:
        blocks += [_added(found, words), _submitted(found, words)]
    return Section("knowledge", words(t("Knowledge base")), tuple(blocks))


def _used(found: Mapping[str, Any], words: Words, own: bool) -> Block:
    empty = words(t("No article was consulted in this period."))
    title = words(t("Articles consulted"))
    if own:
        rows = [(one["id"], one["count"]) for one in found["used"]]
        return rows_or("articles_used", title, heads(words, t("article"), t("incidents"), right=(1,)), rows, empty)
    columns = heads(words, t("article"), t("title"), t("incidents"), right=(2,))
    named = [(one["id"], cut(one["title"]), one["count"]) for one in found["used"]]
    return rows_or("articles_used", title, columns, named, empty)


def _added(found: Mapping[str, Any], words: Words) -> Block:
    columns = heads(words, t("article"), t("title"), t("status"), t("drafted"), t("out of incident"))
    rows = [
        (
            one["id"], cut(one["title"]), words.label(one["status"], "article_status"), moment(one["created_at"]),
            ids(one["sources"], words),
        )
        for one in found["added"]
    ]  # fmt: skip
    empty = words(t("No article was added in this period."))
    return rows_or("articles_added", words(t("Articles added")), columns, rows, empty)


def _submitted(found: Mapping[str, Any], words: Words) -> Block:
    columns = heads(words, t("incident number"), t("title"), t("article"))
    rows = [(one["id"], cut(one["title"]), one["article"]) for one in found["submissions"]]
    empty = words(t("No solved incident gave the knowledge base an article."))
    return rows_or("articles_submitted", words(t("Solutions given to the knowledge base")), columns, rows, empty)
