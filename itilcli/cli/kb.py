"""The knowledge base on the command line."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.actions.articles import articles, knowledge
from itilcli.cli.desks import wrote
from itilcli.cli.screen import document, safe
from itilcli.cli.table import Invocation
from itilcli.desk import Desk, refuse
from itilcli.model.article import sections
from itilcli.model.case import off_paper
from itilcli.model.codes import ARTICLE_STATUS, CATEGORY
from itilcli.text import Translate, render, t


def new(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb new``."""
    desk = Desk.open(invocation.desk)
    written = knowledge.new_article(desk, answers, invocation.at, invocation.dry_run)
    found = written.extra
    following = f"$EDITOR {found['path']}" if found["lacks"] else f"itil kb publish {_short(found['id'])}"
    wrote(invocation, written, _line(found), following)


def publish(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb publish``."""
    desk = Desk.open(invocation.desk)
    written = knowledge.publish(desk, answers["id"], invocation.at, invocation.dry_run)
    wrote(invocation, written, _line(written.extra), f"itil kb show {_short(written.extra['id'])}")


def show(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb show``: an article as its author wrote it."""
    desk = Desk.open(invocation.desk)
    _say_unfinished(invocation, desk)
    stored = articles.load(desk, articles.find_article(desk, answers["id"]))
    refuse(list(stored.errors))
    printed: dict[str, Any] = {}
    if printed_of := off_paper(answers["id"])[1]:
        from itilcli.cli.printed import told_since

        printed = told_since(invocation, desk, printed_of, [articles.path_of(stored.id)])
    if invocation.json:
        found = {**articles.view(stored), "sections": sections(stored.body), "body": stored.body, **printed}
        sys.stdout.write(document(found, sys.stdout) + "\n")
        return
    screen, article = invocation.screen, stored.article
    about = [
        _label(ARTICLE_STATUS, article.status, invocation.translate),
        _label(CATEGORY, article.category, invocation.translate),
    ]
    about += [
        article.author or "",
        f"{article.created_at:%Y-%m-%d}" if article.created_at else "",
        *article.source_incidents,
    ]
    lines = [
        screen.style(safe(f"{stored.id} {article.title or ''}".strip()), "bold"),
        screen.style(safe(" · ".join(filter(None, about))), "dim"),
        "",
        safe(stored.body, lines=True),
    ]
    screen.page("\n".join(lines))


def listing(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb list``."""
    desk = Desk.open(invocation.desk)
    _say_unfinished(invocation, desk)
    found = list(articles.all_articles(desk, answers.get("status")))
    if invocation.json:
        sys.stdout.write(document([articles.view(stored) for stored in found], sys.stdout) + "\n")
        return
    translate = invocation.translate
    rows = [
        [
            stored.id,
            render(t("cannot be read: itil check says why"), translate)
            if stored.errors
            else stored.article.title or "",
            _label(ARTICLE_STATUS, stored.article.status, translate),
            _label(CATEGORY, stored.article.category, translate),
            stored.article.author or "",
        ]
        for stored in found
    ]
    if rows:
        headings = [render(text, translate) for text in (t("id"), t("title"), t("status"), t("category"), t("author"))]
        invocation.screen.page(invocation.screen.table(rows, headings))
    else:
        invocation.screen.note(render(t("No article fits."), translate))


def article_ids(text: str) -> list[tuple[str, object]]:
    """Completion: articles whose code or ID begins with the text, with their titles."""
    from itilcli.actions.looking.finding import spoken

    desk, wanted = Desk.open(), spoken(text)
    ids = [
        one
        for one in articles.all_ids(desk)
        if spoken(one).startswith(wanted) or spoken(_short(one)).startswith(wanted)
    ]
    return [(one, articles.load(desk, one).article.title or "") for one in ids[:50]]


def _short(article_id: object) -> str:
    return str(article_id).removeprefix("KB-")


def _line(found: dict[str, object]) -> Any:
    return t(
        "{id} {title} {status}", id=found["id"], title=found["title"], status=ARTICLE_STATUS.label(str(found["status"]))
    )


def _label(codes: Any, code: str | None, translate: Translate) -> str:
    return render(codes.label(code), translate) if code else ""


def _say_unfinished(invocation: Invocation, desk: Desk) -> None:
    for text in desk.unfinished():
        invocation.screen.note(safe(render(text, invocation.translate)))
