"""§5.13, F30: articles of the knowledge base, drafted by hand or out of a case, published by the incident manager."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from itilcli.actions.articles.articles import path_of
from itilcli.actions.looking.finding import find
from itilcli.actions.writing.apart import Apart, moment, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem
from itilcli.language import translator
from itilcli.model.article import SECTIONS, Article, lacking
from itilcli.model.case import ALPHABET, ARTICLE_FORM_NO, ONSITE, REMOTE, Case
from itilcli.model.codes import CATEGORY
from itilcli.model.shape import encode
from itilcli.procedure.clause import SUPPORT
from itilcli.store.article import write_article
from itilcli.store.change import Change
from itilcli.text import Listing, t
from itilcli.values import pattern

LABELS = {label.code: label for label in SECTIONS}
_HEADING = pattern(r"^(\s*)#", re.MULTILINE)


# ── drafting


def new_article_id(desk: Desk) -> str:
    """A fresh ID: four characters, at least one a letter, unique in the desk."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(4))
        if not code.isdigit() and not (desk.root / path_of(f"KB-{code}")).exists():
            return f"KB-{code}"


def draft_from(desk: Desk, case: Case, values: Mapping[str, Any], at: datetime) -> tuple[str, Change]:
    """A draft out of a case: its symptom, the cause of its last diagnosis, its solution. The ID and the new file.

    A workaround goes into its own section, so that the article waits for a solution. ``values`` are the answers of the
    step being taken. Nothing of the customer's is copied but what the texts themselves say.
    """
    return drafted(
        desk, out_of(case, values), values.get("title") or case.incident.title, case.incident.category, at, case.id
    )


def out_of(case: Case, values: Mapping[str, Any]) -> dict[str, str | None]:
    """What a case knows for each section."""
    resolution = case.incident.resolution
    kind = values.get("kind") or (resolution.kind if resolution else None)
    solved = values.get("solution") or (resolution.steps if resolution else None)
    return {
        "symptom": values.get("symptom") or case.incident.symptom,
        "cause": values.get("cause") or cause_of(case),
        "workaround" if kind == "workaround" else "solution": solved,
    }


def cause_of(case: Case) -> str | None:
    """The cause that the newest diagnosis names, a visit's before a remote session's."""
    for kind in (ONSITE, REMOTE):
        for _, form in reversed(list(case.of(kind))):
            if form.diagnosis and form.diagnosis.cause:
                return str(form.diagnosis.cause)
    return None


def drafted(
    desk: Desk, texts: Mapping[str, str | None], title: str | None, category: str | None, at: datetime, source: str = ""
) -> tuple[str, Change]:
    """A draft with these sections: its ID and the new file."""
    article = Article(
        id=new_article_id(desk),
        form_no=ARTICLE_FORM_NO,
        title=title,
        status="draft",
        category=category,
        author=desk.actor,
        created_at=at.astimezone(desk.zone),
        version=1,
        source_incidents=(source,) if source else (),
    )
    translate = translator(desk.settings.language or "zh")
    parts = (f"## {label.render(translate)}\n\n{as_prose(texts.get(label.code))}".rstrip() for label in SECTIONS)
    text = write_article(encode(article), "\n\n".join(parts))
    assert article.id is not None
    return article.id, Change(path_of(article.id), None, text.encode())


def as_prose(text: str | None) -> str:
    """Text as a section's Markdown: a line of its own that begins with # stays text."""
    return _HEADING.sub(r"\1\\#", text or "").strip("\n")


def new_article(desk: Desk, given: Mapping[str, Any], at: str | None = None, dry_run: bool = False) -> Written:
    """A new draft, in one commit.

    ``given``: ``title``, ``category``, the sections by their code, and ``source``, a part of the ID of a case; what is
    typed goes before what the case says.

    :raises Refused: with everything wrong at once.
    """

    def prepare() -> Apart:
        problems = not_permitted(desk, SUPPORT, "5.13", t("write articles"))
        case = desk.case(find(desk, given["source"])[0]).case if given.get("source") else None
        texts: dict[str, str | None] = out_of(case, {}) if case else {}
        texts |= {code: given[code] for code in LABELS if given.get(code)}
        title = (given.get("title") or (case.incident.title if case else "") or "").strip()
        if not title:
            problems.append(Problem("E-5.13-title", t("the title is missing"), None, "5.13", "--title", Kind.MISSING))
        category = _category(given.get("category"), problems) or (case.incident.category if case else None)
        refuse(problems)
        article_id, change = drafted(desk, texts, title, category, moment(desk, at), case.id if case else "")
        extra = {
            "id": article_id,
            "title": title,
            "status": "draft",
            "path": change.path,
            "lacks": lacking(title, texts),
        }
        subject = t("article drafted: {id} {title}", id=article_id, title=title)
        return Apart((change,), subject, "kb-new", "5.13", article_id, (), extra)

    return write_apart(desk, dry_run, prepare)


def _category(typed: str | None, problems: list[Problem]) -> str | None:
    code = CATEGORY.parse(typed) if typed else None
    if typed and code is None:
        message, hint = (
            t("{value} is not a category", value=repr(typed)),
            t("one of: {codes}", codes=Listing(tuple(CATEGORY))),
        )
        problems.append(Problem("E-5.13-category", message, hint, "5.13", "--category", Kind.MISSING))
    return code
