"""§5.13: an article changed as a whole in an editor: what comes back is read before it is kept."""

from __future__ import annotations

from itilcli.actions.articles.articles import StoredArticle, find_article, load, path_of
from itilcli.actions.articles.lifecycle import MANAGER
from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Problem
from itilcli.model.article import Article, lacking, sections
from itilcli.model.shape import decode
from itilcli.procedure.clause import SUPPORT
from itilcli.store.article import read_article
from itilcli.store.change import Change
from itilcli.text import t

DECIDED = (
    "id",
    "form_no",
    "status",
    "version",
    "reviewed_by",
    "reviewed_at",
    "retired_by",
    "retired_at",
    "submitted_by",
    "submitted_at",
)
"""What only the steps of an article change."""


def to_edit(desk: Desk, typed: str) -> StoredArticle:
    """The article that is meant, if it may be changed.

    :raises Refused: for one who may not (exit 4), and of a published article for anyone but the incident manager.
    """
    stored = load(desk, find_article(desk, typed))
    problems = not_permitted(desk, SUPPORT, "5.13", t("write articles"))
    if stored.article.status in ("published", "retired"):
        for one in not_permitted(desk, [MANAGER], "5.13", t("change a published article")):
            hint = t("make it a draft first: itil kb revise {id} --reason …", id=stored.id)
            problems.append(Problem(one.code, one.message, hint, one.clause, one.where, one.kind))
    refuse(problems)
    return stored


def edited(desk: Desk, stored: StoredArticle, text: str, dry_run: bool = False) -> Written:
    """An article as it came back from the editor, in one commit.

    :raises Refused: where it cannot be read, or says otherwise what only a step of the article changes.
    """

    def prepare() -> Apart:
        path = path_of(stored.id)
        found: list[Problem] = []
        raw, body = read_article(text.encode(), path)
        article = decode(Article, raw, found.append)
        problems = [one for one in found if one.level == "error"]
        for name in DECIDED if not stored.errors else ("id",):
            was = getattr(stored.article, name) if name != "id" else stored.id
            if getattr(article, name) != was:
                message = t("{field} is changed by the steps of an article, not in the editor", field=name)
                hint = t("leave it as it was: {value}", value=str(was) if was is not None else "—")
                problems.append(Problem("E-5.13-decided", message, hint, "5.13", f"{path}#{name}"))
        refuse(problems)
        subject = t("article changed: {id} {title}", id=stored.id, title=article.title or "")
        extra = {"id": stored.id, "title": article.title or "", "status": article.status or "", "path": path,
                 "lacks": lacking(article.title, sections(body))}  # fmt: skip
        return Apart((Change(path, stored.data, text.encode()),), subject, "kb-edit", "5.13", stored.id, (), extra)

    return write_apart(desk, dry_run, prepare)
