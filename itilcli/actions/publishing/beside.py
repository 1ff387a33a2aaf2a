"""What is no case: articles, people, issued reports."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from itilcli.actions.articles.articles import all_articles
from itilcli.actions.month.issued import FIGURES, folder, issued_months, read_issued
from itilcli.actions.publishing.teller import Teller, href_of
from itilcli.desk import Desk
from itilcli.errors import Problem, Refused
from itilcli.language import translator
from itilcli.model.article import Article as Record
from itilcli.model.case import CASE_ID
from itilcli.model.codes import ARTICLE_STATUS, CATEGORY, ROLE
from itilcli.model.labels import field_label
from itilcli.model.people import Person as Known
from itilcli.site import markup
from itilcli.site.shape import Article, Fact, Person
from itilcli.store import files
from itilcli.text import t

SHOWN = ("published", "draft", "retired")


def articles(desk: Desk, teller: Teller) -> list[Article]:
    """The articles that can be read, those that count first."""
    found = []
    for stored in all_articles(desk):
        if stored.errors:
            continue
        one = stored.article
        body = teller.clean(stored.body)
        words = [teller.clean(word) for word in one.keywords]
        found.append(
            Article(
                id=stored.id,
                href=f"kb/{stored.id}.html",
                title=teller.clean(one.title or ""),
                status=one.status or "",
                status_word=teller.say(ARTICLE_STATUS.label(one.status)) if one.status else "",
                category=teller.say(CATEGORY.label(one.category))
                if one.category
                else teller.say(t("without a category")),
                facts=tuple(_facts(one, teller)),
                body=markup.html(body),
                plain=markup.plain(body),
                keywords=tuple(words),
            )
        )
    order = {status: place for place, status in enumerate(SHOWN)}
    return sorted(found, key=lambda one: (order.get(one.status, len(order)), one.id))


def sources(desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """By the ID of an article the cases that it was made out of, each with its page."""
    return {
        stored.id: [(one, href_of(one)) for one in stored.article.source_incidents if CASE_ID.fullmatch(one)]
        for stored in all_articles(desk)
    }


def _facts(one: Record, teller: Teller) -> Iterator[Fact]:
    if one.status:
        yield Fact(teller.say(field_label("status")), teller.say(ARTICLE_STATUS.label(one.status)))
    if one.category:
        yield Fact(teller.say(field_label("category")), teller.say(CATEGORY.label(one.category)))
    written = " · ".join(filter(None, (one.author, teller.when(one.created_at) if one.created_at else "")))
    if written:
        yield Fact(teller.say(field_label("author")), teller.clean(written))
    if one.reviewed_by:
        yield Fact(teller.say(field_label("reviewed_by")), teller.clean(one.reviewed_by))
    if one.keywords:
        yield Fact(teller.say(field_label("keywords")), teller.clean("、".join(one.keywords)))


def people(desk: Desk, teller: Teller, today: date, public: bool) -> list[Person]:
    """Everybody of the desk in the order of the register, those who have left at the end."""
    found = [_person(one, teller, today, public) for one in desk.people]
    return sorted(found, key=lambda one: not one.here)


def _person(one: Known, teller: Teller, today: date, public: bool) -> Person:
    def days(since: date | None, until: date | None) -> str:
        return f"{since or ''} – {until or ''}".strip() if since or until else ""

    roles = [span for span in one.roles if span.role and (span.until is None or span.until >= today)]
    deputies = [row for row in one.deputies if row.to and (row.until is None or row.until >= today)]
    name = one.id or "" if not one.name or one.name == one.id else f"{one.name} ({one.id})"
    return Person(
        name=name,
        roles=tuple((teller.say(ROLE.label(str(span.role))), days(span.from_, span.until)) for span in roles),
        deputies=tuple(f"{row.to} {days(row.from_, row.until)}".strip() for row in deputies),
        contact=() if public else tuple(filter(None, (one.phone, *one.emails))),
        here=not one.gone_on(today),
    )


def reports(desk: Desk, language: str, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    """The issued reports, newest first: the month, a key of what it was made from, and how it is laid out.

    One that cannot be read is left out; why stands in ``problems``.
    """
    from itilcli.actions.month.report import laid_out

    for period in reversed(issued_months(desk)):
        month = str(period)
        try:
            document = read_issued(desk, month)
            data = files.read_bytes(desk.root / folder(month) / FIGURES, 1 << 26)
        except Refused as refused:
            problems += refused.problems
            continue
        pages = laid_out(document, translator(language), language, "")
        yield {
            "month": month,
            "href": f"reports/{month}.html",
            "title": pages.title,
            "number": str(document.get("report_number") or ""),
            "key": hashlib.sha256(data).hexdigest()[:20],
            "pages": pages,
        }
