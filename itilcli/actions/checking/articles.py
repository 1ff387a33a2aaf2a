"""RT4: every article of the knowledge base (F30)."""

from __future__ import annotations

from collections.abc import Iterator

from itilcli.actions.articles.articles import FOLDER, StoredArticle, load
from itilcli.actions.articles.links import leads_nowhere, links
from itilcli.actions.checking.cases import is_case
from itilcli.actions.checking.examined import Examined
from itilcli.actions.checking.report import Reporter
from itilcli.actions.checking.selection import Selection
from itilcli.actions.checking.tree import entries, link, report_collisions
from itilcli.errors import Problem
from itilcli.model.article import REQUIRED_SECTIONS, SECTIONS, Article, sections
from itilcli.model.case import ARTICLE_FORM_NO, ARTICLE_ID
from itilcli.text import t

LABELS = {label.code: label for label in SECTIONS}
DRAFT_DAYS = 30
"""A draft that is older waits for somebody to finish it."""
NEEDED = ("id", "form_no", "title", "status", "author", "version")


def check(desk: Examined, wanted: Selection, reporter: Reporter) -> None:
    """Every article that is wanted."""
    listed = entries(desk, FOLDER, reporter) if wanted.leads(FOLDER) else []
    report_collisions(FOLDER, (one.name for one in listed), reporter)
    for one in listed:
        path = f"{FOLDER}/{one.name}"
        if one.name == "README.md" or not wanted.takes(path):
            continue
        if one.is_symlink():
            reporter.add(link(), path)
        elif one.name.endswith(".files") and ARTICLE_ID.fullmatch(one.name[: -len(".files")]):
            beside(desk, one.name[: -len(".files")], path, reporter)
        elif not one.name.endswith(".md") or not ARTICLE_ID.fullmatch(one.name[:-3]):
            looks = one.name.upper().startswith("KB-")
            hint = t("an article is named like {example}", example="KB-7K3Q.md")
            reporter.add(
                Problem(
                    "E-5.13-article-name" if looks else "W-5.13-stray",
                    t("no article is named like this, so that nothing reads it"),
                    hint,
                    "5.13",
                ),
                path,
            )
        elif not desk.begun(path):
            check_one(desk, one.name[:-3], path, reporter)


def beside(desk: Examined, article_id: str, path: str, reporter: Reporter) -> None:
    """The files beside an article belong to one that is there."""
    if article_id not in desk.articles:
        message = t("there is no article {id} to which these files belong", id=article_id)
        reporter.add(Problem("W-5.13-stray", message, t("take the folder away"), "5.13"), path)


def check_one(desk: Examined, article_id: str, path: str, reporter: Reporter) -> None:
    """One article: its front matter, its sections, the cases it comes from."""
    stored = load(desk, article_id)
    reporter.read(bool(stored.data), bool(stored.data))
    told = {problem.where for problem in stored.errors}
    for problem in stored.problems:
        reporter.add(problem, path, stored.data)
    if stored.raw is None:
        return
    for problem in problems(desk, stored, path):
        if problem.where not in told:
            reporter.add(problem, path, stored.data)


def first_line(stored: StoredArticle) -> int:
    """How many lines stand above the text of an article."""
    text = stored.data.decode("utf-8", "replace").replace("\r\n", "\n")
    return text[: max(text.find(stored.body), 0)].count("\n")


def aging(desk: Examined, article: Article, path: str) -> Iterator[Problem]:
    """A draft that nobody finished, a published article that nobody has looked at for too long."""
    today = desk.now.date()
    begun = article.updated_at or article.created_at
    if article.status == "draft" and begun and (today - begun.date()).days > DRAFT_DAYS:
        message = t("this has been a draft for {days} days", days=(today - begun.date()).days)
        hint = t("finish it and hand it in: itil kb submit {id}", id=article.id or "")
        yield Problem("W-5.13-old-draft", message, hint, "5.13", f"{path}#status", person=article.author or "")
    if article.stale(today) and article.review_on:
        message = t("it was to be looked at again by {day}", day=article.review_on.isoformat())
        hint = t("still right: itil kb review {id}; else: itil kb revise {id} --reason …", id=article.id or "")
        yield Problem("W-5.13-review", message, hint, "5.13", f"{path}#review_on", person=article.reviewed_by or "")


def problems(desk: Examined, stored: StoredArticle, path: str) -> Iterator[Problem]:
    """F30: what an article must have; a published one has been reviewed and says symptom, cause and solution."""
    article = stored.article
    for name in NEEDED:
        if getattr(article, name) is None:
            yield Problem("E-5.13-article-field", t("{field} is missing", field=name), None, "5.13", f"{path}#{name}")
    if article.id and article.id != stored.id:
        yield Problem(
            "E-5.13-article-id", t("the file calls itself {id}", id=repr(article.id)), None, "5.13", f"{path}#id"
        )
    if article.form_no and article.form_no != ARTICLE_FORM_NO:
        yield Problem(
            "E-5.13-article-form-no",
            t("the form number is not {number}", number=ARTICLE_FORM_NO),
            None,
            "5.13",
            f"{path}#form_no",
        )
    if article.status == "published":
        if not article.reviewed_by:
            yield Problem(
                "E-5.13-reviewed",
                t("who reviewed this published article is missing"),
                t("only itil kb publish publishes: bring the draft back, for example with git, and publish it"),
                "5.13",
                f"{path}#reviewed_by",
            )
        said = sections(stored.body)
        for code in REQUIRED_SECTIONS:
            if not said.get(code):
                hint = t("write it below a heading: ## {section}", section=LABELS[code])
                yield Problem(
                    f"E-5.13-{code}",
                    t("the section {section} is empty", section=LABELS[code]),
                    hint,
                    "5.13",
                    f"{path}#status",
                )
    yield from aging(desk, article, path)
    for line, target in links(stored.body):
        if leads_nowhere(desk.root, desk.articles, stored.id, target):
            message = t("a link leads nowhere: {target}", target=repr(target))
            hint = t("put the file beside the article with: itil kb attach {id} FILE, or mend the link", id=stored.id)
            number = line + first_line(stored)
            yield Problem("W-5.13-dead-link", message, hint, "5.13", f"{path}:{number}")
    for place, case_id in enumerate(article.source_incidents):
        if not is_case(desk, case_id):
            yield Problem(
                "E-5-no-case",
                t("there is no case {id}", id=repr(case_id)),
                t("name a case by its full ID"),
                "5",
                f"{path}#source_incidents.{place}",
            )
