"""§5.13: an article's way: submitted, published by the incident manager, looked at again, revised, retired. One commit each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from itilcli.actions.articles.articles import StoredArticle, find_article, load, path_of
from itilcli.actions.writing.apart import Apart, moment, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem
from itilcli.model.article import SECTIONS, Article, lacking, sections
from itilcli.model.codes import ARTICLE_STATUS
from itilcli.model.shape import encode
from itilcli.procedure.clause import SUPPORT
from itilcli.store.article import rewrite_article
from itilcli.store.cases import overlay
from itilcli.store.change import Change
from itilcli.text import Label, Text, t

LABELS = {label.code: label for label in SECTIONS}
MANAGER = "incident_manager"
REVIEW_MONTHS = 12
"""After so many months somebody looks whether a published article is still right, unless the desk says otherwise."""


def step(
    desk: Desk,
    typed: str,
    roles: frozenset[str],
    doing: Text,
    at: str | None,
    dry_run: bool,
    change: Callable[[StoredArticle, Any], tuple[Article, list[Problem], Text, str]],
) -> Written:
    """One step of an article; its text and unknown fields stay as they are.

    ``change`` gives the article after the step, what stands against it, the commit's subject and the step's name.
    """

    def prepare() -> Apart:
        problems = not_permitted(desk, roles, "5.13", doing)
        stored = load(desk, find_article(desk, typed))
        problems += stored.errors
        refuse(problems)
        made, wrong, subject, action = change(stored, moment(desk, at))
        refuse(wrong)
        path = path_of(stored.id)
        meta = overlay(dict(stored.raw or {}), encode(stored.article), encode(made))
        written = Change(path, stored.data, rewrite_article(stored.data, meta, stored.body, path))
        extra = {
            "id": stored.id, "title": made.title or "", "status": made.status or "", "path": path,
            "version": made.version, "reviewed_by": made.reviewed_by,
            "review_on": made.review_on.isoformat() if made.review_on else None,
        }  # fmt: skip
        return Apart((written,), subject, action, "5.13", stored.id, (), extra)

    return write_apart(desk, dry_run, prepare)


def submit(desk: Desk, typed: str, at: str | None = None, dry_run: bool = False) -> Written:
    """A draft is handed to the incident manager; raises Refused with all that it lacks."""

    def change(stored: StoredArticle, when: Any) -> tuple[Article, list[Problem], Text, str]:
        article = stored.article
        wrong = list(unfit(stored))
        if article.submitted_at and not wrong:
            message = t("{id} waits for the incident manager already", id=stored.id)
            wrong.append(Problem("E-5.13-submitted", message, None, "5.13", path_of(stored.id)))
        subject = t("article submitted: {id} {title}", id=stored.id, title=article.title or "")
        return replace(article, submitted_by=desk.actor, submitted_at=when), wrong, subject, "kb-submit"

    return step(desk, typed, SUPPORT, t("submit articles"), at, dry_run, change)


def publish(
    desk: Desk, typed: str, at: str | None = None, dry_run: bool = False, review_on: date | None = None
) -> Written:
    """A draft becomes a published article.

    :param review_on: the day on which it is looked at again; by default after the months that the desk says.
    :raises Refused: with all that it lacks; 4 for anyone but the incident manager.
    """

    def change(stored: StoredArticle, when: Any) -> tuple[Article, list[Problem], Text, str]:
        made = replace(
            stored.article, status="published", reviewed_by=desk.actor, reviewed_at=when,
            review_on=review_on or months_after(when.date(), months(desk)), reason=None,
        )  # fmt: skip
        subject = t("article published: {id} {title}", id=stored.id, title=stored.article.title or "")
        return made, list(unfit(stored)), subject, "kb-publish"

    return step(desk, typed, frozenset({MANAGER}), t("publish articles"), at, dry_run, change)


def review(
    desk: Desk, typed: str, at: str | None = None, dry_run: bool = False, review_on: date | None = None
) -> Written:
    """A published article has been looked at and is still right; raises Refused as :func:`publish`."""

    def change(stored: StoredArticle, when: Any) -> tuple[Article, list[Problem], Text, str]:
        made = replace(
            stored.article, reviewed_by=desk.actor, reviewed_at=when,
            review_on=review_on or months_after(when.date(), months(desk)),
        )  # fmt: skip
        subject = t("article reviewed: {id} {title}", id=stored.id, title=stored.article.title or "")
        return made, list(not_published(stored)), subject, "kb-review"

    return step(desk, typed, frozenset({MANAGER}), t("review articles"), at, dry_run, change)


def revise(desk: Desk, typed: str, reason: str | None, at: str | None = None, dry_run: bool = False) -> Written:
    """A published article becomes the draft of its next version; what was published stays in the history.

    :raises Refused: where it is none, or nobody says why.
    """

    def change(stored: StoredArticle, when: Any) -> tuple[Article, list[Problem], Text, str]:
        article = stored.article
        wrong = [*not_published(stored), *without_reason(reason)]
        made = replace(
            article, status="draft", version=(article.version or 1) + 1, updated_at=when, submitted_by=None,
            submitted_at=None, reason=reason,
        )  # fmt: skip
        subject = t("article being revised: {id} {title}", id=stored.id, title=article.title or "")
        return made, wrong, subject, "kb-revise"

    return step(desk, typed, SUPPORT, t("revise articles"), at, dry_run, change)


def retire(
    desk: Desk, typed: str, reason: str | None, replaced_by: str | None, at: str | None = None, dry_run: bool = False
) -> Written:
    """An article is used no more; it stays for the cases that name it.

    :raises Refused: where it is retired already, or nobody says why; 4 for anyone but the incident manager.
    """

    def change(stored: StoredArticle, when: Any) -> tuple[Article, list[Problem], Text, str]:
        article = stored.article
        instead = find_article(desk, replaced_by) if replaced_by else None
        wrong = list(without_reason(reason))
        if article.status == "retired":
            message = t("{id} is {status} already", id=stored.id, status=ARTICLE_STATUS.label("retired"))
            wrong.append(Problem("E-5.13-retired", message, None, "5.13", path_of(stored.id)))
        if instead == stored.id:
            wrong.append(
                Problem(
                    "E-5.13-itself",
                    t("an article does not replace itself"),
                    None,
                    "5.13",
                    "--replaced-by",
                    Kind.MISSING,
                )
            )
        made = replace(
            article, status="retired", retired_by=desk.actor, retired_at=when, reason=reason, replaced_by=instead,
            review_on=None,
        )  # fmt: skip
        subject = t("article retired: {id} {title}", id=stored.id, title=article.title or "")
        return made, wrong, subject, "kb-retire"

    return step(desk, typed, frozenset({MANAGER}), t("retire articles"), at, dry_run, change)


def without_reason(reason: str | None) -> Iterator[Problem]:
    """Whoever reads the article later is told why."""
    if not (reason or "").strip():
        message, hint = t("the reason is missing"), t("give {flag}", flag="--reason")
        yield Problem("E-5.13-reason", message, hint, "5.13", "--reason", Kind.MISSING)


def not_published(stored: StoredArticle) -> Iterator[Problem]:
    """Only what is in use is looked at again, or revised."""
    status = stored.article.status
    if status != "published":
        message = t("{id} is not published but {status}", id=stored.id, status=ARTICLE_STATUS.label(status or "draft"))
        hint = t("a draft is changed in its file, or with: itil kb edit {id}", id=stored.id)
        yield Problem("E-5.13-not-published", message, hint, "5.13", path_of(stored.id))


def months(desk: Desk) -> int:
    """After how many months a published article is looked at again."""
    return desk.settings.article_review_months or REVIEW_MONTHS


def months_after(day: date, count: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    from calendar import monthrange

    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def unfit(stored: StoredArticle) -> Iterator[Problem]:
    """What keeps a draft from being published: its status, and everything it lacks."""
    path, status = path_of(stored.id), stored.article.status
    if status in ("published", "retired"):
        message = t("{id} is {status} already", id=stored.id, status=ARTICLE_STATUS.label(status))
        hint = t("the drafts: itil kb list --status draft")
        yield Problem("E-5.13-not-a-draft", message, hint, "5.13", path)
        return
    for code in lacking(stored.article.title, sections(stored.body)):
        yield _lack(code, path)


def _lack(code: str, path: str) -> Problem:
    if code == "title":
        return Problem(
            "E-5.13-title", t("the title is missing"), t("write it into {path}", path=path), "5.13", f"{path}#title"
        )
    label: Label = LABELS[code]
    hint: Text = t("write it into {path}, below the heading {heading}, and commit", path=path, heading=label)
    return Problem(f"E-5.13-{code}", t("the section {section} is empty", section=label), hint, "5.13", f"{path}#{code}")
