"""The sheets of a record as it stands: a form of a case, a whole case file, an article; or a blank form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from itilcli.actions.articles import articles
from itilcli.actions.looking.finding import find, no_form
from itilcli.desk import Desk
from itilcli.errors import Refused
from itilcli.forms import case_file, code
from itilcli.forms.filling import Wanted, sheet
from itilcli.forms.kinds import PAPERS, Paper
from itilcli.forms.reading import Head
from itilcli.forms.sheet import Sheet
from itilcli.forms.view import Words
from itilcli.model.article import SECTIONS, other_text, sections
from itilcli.model.case import Case, kind_of
from itilcli.text import Translate, language_of, t
from itilcli.values import value


@value
class Printed:
    """The sheets of one document, and what its file is called without its ending."""

    name: str
    sheets: tuple[Sheet, ...]
    uncommitted: tuple[str, ...] = ()
    """The files whose contents no commit holds: the code on the paper names no commit then."""


def blank(desk: Desk | None, paper: Paper, translate: Translate) -> Printed:
    """An empty form to be filled in by hand; the desk's own template and name where there is a desk."""
    words = Words(translate, desk.zone if desk else None, blank=True)
    organisation = (desk.settings.organisation or "") if desk else ""
    head = Head(organisation=organisation, language=language_of(translate))
    rows = [(words.say(label), "") for label in SECTIONS]
    made = sheet(Wanted(paper, head=head, beside={"sections": rows}), words, templates_of(desk))
    return Printed(f"{paper.name}-blank", (made,))


def templates_of(desk: Desk | None) -> Path | None:
    """The folder in which a desk keeps templates of its own; None where it has none."""
    folder = desk.root / "templates" if desk else None
    return folder if folder is not None and folder.is_dir() else None


def of_case(desk: Desk, typed: str, translate: Translate, whole: bool) -> Printed:
    """A form of a case, or its ``whole`` file with a cover.

    :raises Refused: E-find-… where no form is named and the case has several, or none (exit 3); what is wrong with
        the case's files where they cannot be read whole.
    """
    case_id, ref = find(desk, typed)
    stored = desk.case(case_id)
    if stored.errors:  # a form that leaves something out would say what is not so
        raise Refused(stored.errors)
    case = stored.case
    if not whole and ref is None:
        ref = _only(case)
    edited = uncommitted(desk, stored.files)
    commit = None if edited else last_commit(desk, stored.files)
    if not whole and ref is not None:
        return Printed(f"{case.id}-{ref}", (_filled(desk, case, ref, commit, translate),), edited)
    sheets = [_filled(desk, case, one, commit, translate) for one in case_file.in_order(case)]
    return Printed(f"{case.id}-case-file", (_cover(desk, case, sheets, commit, translate), *sheets), edited)


def _only(case: Case) -> str:
    refs = case_file.in_order(case)
    if len(refs) == 1:
        return refs[0]
    message = t("{id} has several forms; say which, or take them all with --all", id=case.id)
    raise no_form(message if refs else t("{id} has no form yet", id=case.id), refs or case.forms)


def of_article(desk: Desk, typed: str, translate: Translate) -> Printed:
    """An article as its form. Raises ``Refused`` where there is none, or its file cannot be read."""
    stored = articles.load(desk, articles.find_article(desk, typed))
    if stored.errors:
        raise Refused(stored.errors)
    words, found = Words(translate, desk.zone), sections(stored.body)
    rows = [(words.say(label), found[label.code]) for label in SECTIONS if label.code in found]
    if rest := other_text(stored.body):
        rows.append((words.say(t("Further text")), rest))
    path = articles.path_of(stored.id)
    edited = uncommitted(desk, {path: stored.data})
    commit = None if edited else last_commit(desk, [path])
    head = _head(desk, stored.id, stored.id, commit, translate)
    made = sheet(Wanted(PAPERS["article"], stored.article, None, head, {"sections": rows}), words, templates_of(desk))
    return Printed(stored.id, (made,), edited)


def _filled(desk: Desk, case: Case, ref: str, commit: str | None, translate: Translate) -> Sheet:
    form: Any = case.forms[ref]
    kind = kind_of(ref)
    assert kind is not None
    head = _head(desk, f"{case.id}/{ref}", form.serial or "", commit, translate)
    words = Words(translate, desk.zone)
    return sheet(Wanted(PAPERS[kind.name], form, case.incident, head), words, templates_of(desk))


def _cover(desk: Desk, case: Case, sheets: Sequence[Sheet], commit: str | None, translate: Translate) -> Sheet:
    words = Words(translate, desk.zone)
    beside = {
        "standing": case_file.standing_words(case, words),
        "papers": case_file.contents(sheets, words),
        "history": case_file.history(case, words),
        "withdrawn": ", ".join(case_file.taken_back(case)),
    }
    head = _head(desk, case.id, "", commit, translate)
    return sheet(Wanted(PAPERS["cover"], case.incident, case.incident, head, beside), words, templates_of(desk))


def _head(desk: Desk, reference: str, serial: str, commit: str | None, translate: Translate) -> Head:
    """What stands at the head of a filled sheet; its code names the last commit of the record, not of the desk."""
    text = code.code_text(reference, commit)
    alt = t("QR code: {text}", text=text).render(translate)
    organisation, language = desk.settings.organisation or "", language_of(translate)
    return Head(serial, reference, organisation, language, code.picture(text, alt), text)


def uncommitted(desk: Desk, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Those of the files that the last commit holds otherwise, or not at all; none where git cannot tell."""
    with suppress(Refused):
        return tuple(path for path, data in sorted(files.items()) if desk.journal.committed_bytes(path) != data)
    return ()


def last_commit(desk: Desk, paths: Iterable[str]) -> str | None:
    """The last commit that touched these files; None before it, and where git cannot tell."""
    with suppress(Refused):
        for entry in desk.journal.log(sorted(paths), limit=1):
            return entry.commit
    return None
