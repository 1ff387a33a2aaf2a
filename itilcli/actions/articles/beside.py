"""Pictures and files beside an article: ``knowledge/KB-….files/``, named in its text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from itilcli.actions.articles.articles import find_article, load, path_of
from itilcli.actions.articles.lifecycle import MANAGER
from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.attachments import LIMIT, free_name
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.procedure.clause import SUPPORT
from itilcli.store import files
from itilcli.store.article import rewrite_article
from itilcli.store.change import Change
from itilcli.text import t
from itilcli.values import pattern

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp"})
_ODD = pattern(r"[\s()\[\]<>]+")


def folder_of(article_id: str) -> str:
    """The folder of an article's files."""
    return f"knowledge/{article_id}.files"


def attach(desk: Desk, typed: str, given: Iterable[str], dry_run: bool = False) -> Written:
    """Files put beside an article and named at the end of its text, a picture shown, in one commit.

    :raises Refused: with every file that is missing, empty, too large or badly named; of a published article for anyone but
        the incident manager (exit 4).
    """

    def prepare() -> Apart:
        problems = not_permitted(desk, SUPPORT, "5.13", t("write articles"))
        article_id = find_article(desk, typed)
        stored = load(desk, article_id)
        problems += stored.errors
        if stored.article.status != "draft":
            problems += not_permitted(desk, [MANAGER], "5.13", t("change a published article"))
        there = desk.root / folder_of(article_id)
        used = {one.name for one in there.iterdir()} if there.is_dir() else set()
        taken: list[tuple[str, bytes]] = []
        for one in given:
            try:
                data = files.read_bytes(Path(one).expanduser().resolve(), LIMIT)
            except Refused as refused:
                problems += [Problem(p.code, p.message, p.hint, p.clause, one, Kind.MISSING) for p in refused.problems]
                continue
            name = _ODD.sub("-", unicodedata.normalize("NFC", Path(one).name))
            if not data:
                problems.append(Problem("E-file-empty", t("{file} is empty", file=name), where=one, kind=Kind.MISSING))
            elif not name.isprintable() or name.startswith(".") or len(name.encode()) > 200:
                message = t("{file} is no name for a file of the desk", file=name)
                problems.append(Problem("E-file-name", message, where=one, kind=Kind.MISSING))
            else:
                name = free_name(name, used)
                used.add(name)
                taken.append((name, data))
        refuse(problems)
        path = path_of(article_id)
        rows = [_named(article_id, name) for name, _ in taken]
        body = "\n\n".join([stored.body.rstrip(), *rows])
        text = rewrite_article(stored.data, dict(stored.raw or {}), body, path)
        changes = [Change(f"{folder_of(article_id)}/{name}", None, data) for name, data in taken]
        changes.append(Change(path, stored.data, text))
        subject = t("files of an article: {id} {title}", id=article_id, title=stored.article.title or "")
        extra = {"id": article_id, "title": stored.article.title or "", "status": stored.article.status or "",
                 "path": path, "files": [name for name, _ in taken]}  # fmt: skip
        return Apart(tuple(changes), subject, "kb-attach", "5.13", article_id, (), extra)

    return write_apart(desk, dry_run, prepare)


def _named(article_id: str, name: str) -> str:
    mark = "!" if name.rpartition(".")[2].casefold() in PICTURES else ""
    return f"{mark}[{name}]({article_id}.files/{name})"
