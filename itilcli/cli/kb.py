"""The knowledge base on the command line."""

from __future__ import annotations

import sys
from typing import Any

from itilcli.actions.articles import articles, knowledge, lifecycle
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
    short = _short(found["id"])
    wrote(invocation, written, _line(found), f"itil kb edit {short}" if found["lacks"] else _handing_in(desk, short))
    if found["lacks"] and answers.get("source") and invocation.may_ask and not (invocation.dry_run or invocation.yes):
        edit(invocation, {"id": found["id"]})


def _handing_in(desk: Desk, short: str) -> str:
    """What comes after a draft that lacks nothing: the incident manager publishes it at once."""
    managers = desk.people.holders(lifecycle.MANAGER, desk.now.astimezone(desk.zone).date())
    return f"itil kb {'publish' if desk.actor in managers else 'submit'} {short}"


def edit(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb edit``: the article in the user's own editor, what comes back in one commit."""
    from itilcli.actions.articles import editing
    from itilcli.cli.editor import edit_text

    desk = Desk.open(invocation.desk)
    stored = editing.to_edit(desk, answers["id"])
    text = edit_text(stored.data.decode(), ".md")
    if text is None:
        invocation.screen.note(render(t("Nothing was changed."), invocation.translate))
        return
    written = editing.edited(desk, stored, text, invocation.dry_run)
    short = _short(written.extra["id"])
    wrote(
        invocation,
        written,
        _line(written.extra),
        f"itil kb edit {short}" if written.extra["lacks"] else _handing_in(desk, short),
    )


def submit(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb submit``."""
    desk = Desk.open(invocation.desk)
    written = lifecycle.submit(desk, answers["id"], invocation.at, invocation.dry_run)
    wrote(invocation, written, _line(written.extra), f"itil kb publish {_short(written.extra['id'])}")


def review(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb review``."""
    desk = Desk.open(invocation.desk)
    day = _day(invocation, desk, answers.get("review_on"))
    written = lifecycle.review(desk, answers["id"], invocation.at, invocation.dry_run, day)
    wrote(invocation, written, _line(written.extra), "itil kb list --stale")


def revise(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb revise``."""
    desk = Desk.open(invocation.desk)
    written = lifecycle.revise(desk, answers["id"], answers.get("reason"), invocation.at, invocation.dry_run)
    wrote(invocation, written, _line(written.extra), f"itil kb edit {_short(written.extra['id'])}")


def retire(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb retire``."""
    desk = Desk.open(invocation.desk)
    reason, instead = answers.get("reason"), answers.get("replaced_by")
    written = lifecycle.retire(desk, answers["id"], reason, instead, invocation.at, invocation.dry_run)
    wrote(invocation, written, _line(written.extra), "itil kb list")


def attach(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb attach``."""
    from itilcli.actions.articles.beside import attach as put

    desk = Desk.open(invocation.desk)
    written = put(desk, answers["id"], answers["files"], invocation.dry_run)
    wrote(invocation, written, _line(written.extra), f"itil kb show {_short(written.extra['id'])}")


def _day(invocation: Invocation, desk: Desk, typed: str | None) -> Any:
    from itilcli.actions.staff.people import day_of, no_day

    if not typed:
        return None
    day = day_of(desk, typed)
    refuse([no_day(typed, "--review-on")] if day is None else [])
    return day


def publish(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb publish``."""
    desk = Desk.open(invocation.desk)
    written = lifecycle.publish(
        desk, answers["id"], invocation.at, invocation.dry_run, _day(invocation, desk, answers.get("review_on"))
    )
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
        from itilcli.actions.articles.usage import uses

        printed |= {"cases": [_use(one) for one in uses(desk).get(stored.id, [])]}
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
        t("version {number}", number=article.version).render(invocation.translate) if article.version else "",
    ]
    linked = _linked(desk, invocation, stored)
    lines = [
        screen.style(safe(f"{stored.id} {article.title or ''}".strip()), "bold"),
        screen.style(safe(" · ".join(filter(None, about))), "dim"),
        *linked,
        "",
        *_body(invocation, stored.body),
    ]
    screen.page("\n".join(lines))


def _use(one: Any) -> dict[str, Any]:
    return {"id": one.case_id, "consulted": one.consulted, "written": one.written, "solved": one.solved}


SHOWN = 5
"""So many of the cases of an article are named on a screen; the JSON has them all."""


def _linked(desk: Desk, invocation: Invocation, stored: Any) -> list[str]:
    """Where the article comes from, what replaces it, until when it is looked at again, the cases that used it."""
    from itilcli.actions.articles.usage import uses

    article, say = stored.article, invocation.translate
    rows: list[Any] = []
    if article.source_incidents:
        rows.append(t("out of: {cases}", cases=", ".join(article.source_incidents)))
    if article.status == "retired":
        instead = article.replaced_by or ""
        rows.append(t("retired: {reason} {instead}", reason=article.reason or "", instead=instead))
    elif article.review_on:
        rows.append(t("to be looked at again by {day}", day=article.review_on.isoformat()))
    used = [one.case_id for one in uses(desk).get(stored.id, []) if one.consulted]
    if used:
        more = " …" if len(used) > SHOWN else ""
        rows.append(t("consulted in {count} cases: {cases}", count=len(used), cases=", ".join(used[:SHOWN]) + more))
    return [invocation.screen.style(safe(render(row, say).strip()), "dim") for row in rows]


def _body(invocation: Invocation, body: str) -> list[str]:
    """The text of an article: rendered on a terminal, as it was written anywhere else."""
    if not invocation.screen.coloured():
        return [safe(body, lines=True)]
    from itilcli.cli.markdown import rendered

    return [rendered(safe(body, lines=True), invocation.screen.columns or 80)]


def listing(invocation: Invocation, answers: dict[str, Any]) -> None:
    """``itil kb list``."""
    desk = Desk.open(invocation.desk)
    _say_unfinished(invocation, desk)
    found = list(articles.all_articles(desk, answers.get("status")))
    if answers.get("duplicate"):
        _duplicates(invocation, found)
        return
    found = [one for one in found if _wanted(desk, one, answers)]
    if answers.get("unused"):
        from itilcli.actions.articles.usage import uses

        named = {article for article, rows in uses(desk).items() if any(row.consulted for row in rows)}
        found = [one for one in found if one.article.status == "published" and one.id not in named]
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


def _wanted(desk: Desk, stored: Any, answers: dict[str, Any]) -> bool:
    """Whether an article waits: for a look at whether it is still right, or for the incident manager."""
    article, today = stored.article, desk.now.astimezone(desk.zone).date()
    fits = not answers.get("stale") or article.stale(today)
    return fits and (not answers.get("submitted") or article.handed_in)


def _duplicates(invocation: Invocation, found: list[Any]) -> None:
    """The pairs of articles in use or in work that say nearly the same."""
    from itilcli.actions.articles.likeness import near_duplicates

    used = {one.id: one for one in found if not one.errors and one.article.status != "retired"}
    texts = {key: " ".join([one.article.title or "", *sections(one.body).values()]) for key, one in used.items()}
    rows = near_duplicates(texts)
    if invocation.json:
        data = [{"one": row.one, "other": row.other, "share": row.share} for row in rows]
        sys.stdout.write(document(data, sys.stdout) + "\n")
        return
    say = invocation.translate
    if not rows:
        invocation.screen.note(render(t("No two articles say the same."), say))
        return
    table = [
        [f"{row.share:.0%}", f"{row.one} {used[row.one].article.title or ''}", f"{row.other} {used[row.other].article.title or ''}"]
        for row in rows
    ]  # fmt: skip
    headings = [render(text, say) for text in (t("alike"), t("article"), t("article"))]
    invocation.screen.page(invocation.screen.table(table, headings))


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
