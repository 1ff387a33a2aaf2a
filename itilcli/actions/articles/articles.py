"""The articles of a desk as their files hold them: read, listed, found by any part of an ID."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from itilcli.actions.looking.finding import spoken
from itilcli.desk import Desk
from itilcli.errors import Kind, Problem, Refused
from itilcli.model.article import Article
from itilcli.model.case import ARTICLE_ID, off_paper
from itilcli.model.codes import ARTICLE_STATUS
from itilcli.model.shape import decode, encode
from itilcli.store.article import read_article
from itilcli.text import Listing, t

FOLDER = "knowledge"


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as its file holds it: front matter, Markdown, and everything wrong in reading them."""

    id: str
    article: Article
    data: bytes = b""
    raw: Mapping[str, Any] | None = None
    body: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> list[Problem]:
        """What makes the article unfit to be worked on."""
        return [problem for problem in self.problems if problem.level == "error"]


def path_of(article_id: str) -> str:
    """The path of an article's file."""
    return f"{FOLDER}/{article_id}.md"


def load(desk: Desk, article_id: str) -> StoredArticle:
    """One article by its full ID; what is wrong with it stands in ``problems``."""
    path = path_of(article_id)
    problems: list[Problem] = []
    try:
        data = desk.read(path)
        raw, body = read_article(data, path)
    except Refused as refused:
        return StoredArticle(article_id, Article(id=article_id), problems=refused.problems)
    article = decode(Article, raw, problems.append)
    placed = tuple(replace(problem, where=f"{path}#{problem.where}") for problem in problems)
    return StoredArticle(article_id, article, data, raw, body, placed)


def all_ids(desk: Desk) -> list[str]:
    """The IDs of the articles there are, in order."""
    found = (path.stem for path in (desk.root / FOLDER).glob("KB-*.md") if path.is_file())
    return sorted(stem for stem in found if ARTICLE_ID.fullmatch(stem))


def all_articles(desk: Desk, status: str | None = None) -> Iterator[StoredArticle]:
    """Every article, or those of one status given by code or label.

    :raises Refused: for a status that is none.
    """
    wanted = ARTICLE_STATUS.parse(status) if status else None
    if status and wanted is None:
        hint = t("one of: {codes}", codes=Listing(tuple(ARTICLE_STATUS)))
        message = t("{value} is not the status of an article", value=repr(status))
        raise Refused([Problem("E-5.13-status", message, hint, "5.13", "--status", Kind.MISSING)])
    for article_id in all_ids(desk):
        stored = load(desk, article_id)
        if wanted is None or stored.article.status == wanted:
            yield stored


def find_article(desk: Desk, typed: str) -> str:
    """The full ID of the one article that ``typed`` is a part of, in either case, O as 0, I and L as 1.

    :raises Refused: nothing or several fit (exit 3); the candidates stand in the hint.
    """
    wanted = spoken(off_paper(typed)[0])
    known = all_ids(desk)
    exact = [one for one in known if wanted in (spoken(one), spoken(one.removeprefix("KB-")))]
    found = exact or [one for one in known if wanted and wanted in spoken(one)]
    if len(found) == 1:
        return found[0]
    if not found:
        hint = t("see what there is with: itil kb list")
        message = t("there is no article {id}", id=repr(typed))
        raise Refused([Problem("E-5.13-find-none", message, hint, "5.13", kind=Kind.NOT_FOUND)])
    shown = Listing(tuple(f"{one} {load(desk, one).article.title or ''}".strip() for one in found[:8]))
    message = t("several articles are called {text}", text=repr(typed))
    raise Refused(
        [Problem("E-5.13-find-several", message, t("one of: {cases}", cases=shown), "5.13", kind=Kind.NOT_FOUND)]
    )


def view(stored: StoredArticle) -> dict[str, object]:
    """An article's front matter as programs see it; a file that cannot be read says why."""
    found = {"id": stored.id, "path": path_of(stored.id), **encode(stored.article)}
    return {**found, "problems": [problem.code for problem in stored.errors]} if stored.errors else found
