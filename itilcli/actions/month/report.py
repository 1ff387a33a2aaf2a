"""§5.15: the report of a month, or of several, over the desk's cases: first as plain data, then laid out for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from itilcli import __version__
from itilcli.actions.month.issued import folder, forecasts, is_draft, is_issued
from itilcli.actions.month.kept import Made, document, is_there
from itilcli.actions.month.rows import facts_kind
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem, Refused
from itilcli.figures.period import Period, cut_off
from itilcli.index import Unusable
from itilcli.model.case import REPORT_FORM_NO
from itilcli.procedure.s5_15_report import RECIPIENT, REPORTERS
from itilcli.text import Listing, Translate, t

if TYPE_CHECKING:
    from itilcli.actions.month.facts import Read
    from itilcli.figures.book import Book

NEAR = 8
"""So many customers or projects are named where the one asked for is unknown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report: its months, the one customer or project it is for, and the cut-off where that is not the usual."""

    period: Period
    organisation: str | None = None
    project: str | None = None
    as_of: datetime | None = None

    @property
    def scoped(self) -> bool:
        """Whether it is a customer's own report (服务月报)."""
        return self.organisation is not None or self.project is not None


@dataclass(frozen=True, slots=True)
class Said:
    """What a person adds to the figures: the manager's text, cases left out with reasons, and who is not there to write."""

    comment: str | None = None
    excluded: Mapping[str, str] | None = None
    unattended: bool = False


def report(
    desk: Desk,
    wanted: Wanted,
    said: Said | None = None,
    progress: Callable[[], None] | None = None,
    early: bool = False,
) -> dict[str, Any]:
    """The document of a report: plain data that every format is laid out from, and that an issued report keeps.

    It is a function of the desk's files and commit, of the months, of what is said, and of whether the desk's clock has
    passed their end.

    :param early: whether the desk may be taken for what it was when the command began.
        Raises Refused: for files in fault, for a customer or project that no case has.
    """
    said = said or Said()
    looking = desk.journal.dirty_soon(early)  # git looks while this process does

    @cache
    def uncommitted() -> list[str]:
        return [path for path in looking() if not is_draft(path)]

    def made() -> Made:
        return _made(desk, wanted, said, uncommitted(), progress)

    if (
        desk.index is not None
        and not desk.unfinished_paths
        and wanted.as_of is None
        and desk.journal.head() is not None
    ):
        with suppress(Unusable):
            desk.index.digest((facts_kind(desk),))
            asked = {
                "organisation": wanted.organisation, "project": wanted.project, "uncommitted": uncommitted(),
                "comment": said.comment, "excluded": dict(said.excluded or {}), "unattended": said.unattended,
            }  # fmt: skip
            return document(desk, desk.index, wanted.period, asked, made)
    return made().document


def _made(desk: Desk, wanted: Wanted, said: Said, uncommitted: list[str], progress: Callable[[], None] | None) -> Made:
    """The document made anew."""
    from itilcli.actions.month.corrections import corrections, earlier, in_order, telling
    from itilcli.actions.month.facts import book_of, facts
    from itilcli.figures.report import for_customer, of_book

    read = facts(desk, progress)
    committed = desk.journal.head_time() or desk.now
    as_of = wanted.as_of or cut_off(wanted.period, committed, desk.now)
    book = book_of(desk, as_of, read)
    head = _head(desk, wanted, as_of, uncommitted)
    if wanted.scoped:
        organisation, project = _known(book, wanted)
        own = {"scope": {"organisation": organisation, "project": project}, "comment": said.comment}
        found = for_customer(of_book(book.of(organisation, project), wanted.period))
        return Made({**head, **found, **_nothing(), **own}, committed, None)
    documents = earlier(desk, wanted.period)
    told = telling(desk, wanted.period, documents)
    found = {
        **head,
        **of_book(book, wanted.period, forecasts(documents, desk)),
        "corrections": corrections(desk, book, documents, told),
        **_beside(desk, wanted, said, read, as_of),
    }
    last = str(in_order(told)[-1]["commit"]) if found["corrections"] else None
    return Made(found, committed, (last, is_there(desk, last)) if last else None)


def _head(desk: Desk, wanted: Wanted, as_of: datetime, uncommitted: list[str]) -> dict[str, Any]:
    """Which report it is, who reports to whom, and what it was made from (B20)."""
    day = as_of.astimezone(desk.zone).date()
    first, last = wanted.period, wanted.period.last()
    numbers = dict.fromkeys(f"{one.year:04}{one.number:02}" for one in (first, last))
    return {
        "report_number": None if wanted.scoped else "-".join((REPORT_FORM_NO, *numbers)),
        "organisation": desk.settings.organisation,
        "scope": None,
        "issued": folder(str(wanted.period)) if is_issued(desk, str(wanted.period)) and not wanted.scoped else None,
        "commit": desk.journal.head(),
        "uncommitted": uncommitted,
        "version": __version__,
        "reported_by": [one for role in sorted(REPORTERS) for one in desk.people.holders(role, day)],
        "reported_to": desk.people.holders(RECIPIENT, day),
    }


def _beside(desk: Desk, wanted: Wanted, said: Said, read: Read, as_of: datetime) -> dict[str, Any]:
    """What stands beside the figures: cases not counted, improvements, the manager's text."""
    from itilcli.actions.month.comment import comment_of
    from itilcli.actions.month.improvements import improvements, view

    day = as_of.astimezone(desk.zone).date()
    excluded = _excluded(read.left_out, said.excluded or {})
    return {
        "left_out": [one for one in read.left_out if one not in excluded],
        "excluded": [{"id": one, "reason": excluded[one]} for one in sorted(excluded)],
        "actions": [view(one, day) for one in improvements(desk)],
        "comment": said.comment if said.comment is not None else comment_of(desk, wanted.period),
        "unattended": said.unattended,
    }


def _excluded(left_out: tuple[str, ...], asked: Mapping[str, str]) -> dict[str, str]:
    """The records in fault that are left out on purpose, by their full IDs, with the reason.

    :raises Refused: E-5.15-excluding for one that is not in fault: what counts is never left out.
    """
    found: dict[str, str] = {}
    problems = []
    for one, reason in asked.items():
        near = [case_id for case_id in left_out if case_id.casefold().endswith(one.strip().casefold())]
        if len(near) == 1:
            found[near[0]] = reason
            continue
        message = t(
            "{id} is not in fault, or there is no such record: only records in fault may be left out", id=repr(one)
        )
        hint = t("in fault: {ids}", ids=Listing(left_out)) if left_out else t("no record is in fault")
        problems.append(Problem("E-5.15-excluding", message, hint, "5.15", "--excluding", Kind.MISSING))
    refuse(problems)
    return found


def _nothing() -> dict[str, Any]:
    """What a customer's own report leaves out."""
    return {"corrections": [], "left_out": [], "excluded": [], "actions": [], "unattended": False, "forecast": None}


def _known(book: Book, wanted: Wanted) -> tuple[str | None, str | None]:
    """The customer and project as the cases spell them; a part that only one of them has will do."""
    return (
        _one(wanted.organisation, {row.organisation for row in book.rows if row.organisation}, "--organisation"),
        _one(wanted.project, {row.project for row in book.rows if row.project}, "--project"),
    )


def _one(asked: str | None, names: set[str], flag: str) -> str | None:
    if asked is None or asked in names:
        return asked
    found = sorted(name for name in names if asked.casefold() in name.casefold())
    if len(found) == 1:
        return found[0]
    message = t("{name} is in no case", name=repr(asked)) if not found else t("{name} may be several", name=repr(asked))
    near = (found or sorted(names))[:NEAR]
    hint = t("one of: {names}", names=Listing(tuple(near))) if near else t("see them with: itil customer list")
    raise Refused([Problem("E-5.15-whose", message, hint, "5.15", flag, Kind.NOT_FOUND)])


def laid_out(document: Mapping[str, Any], translate: Translate, language: str, status: str = "") -> Any:
    """The pages of a document, in a language; ``status`` is ``draft`` for what has not been issued."""
    from itilcli.report.contents import pages
    from itilcli.report.words import Words

    return pages(document, Words(translate, language), "" if document["scope"] else status)
