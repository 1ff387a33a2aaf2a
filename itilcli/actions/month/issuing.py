"""§5.15, B20: the incident manager issues a month's report; an issued report is never rewritten.

One commit holds the figures, the Markdown and the HTML page, and a tag ``report/YYYY-MM`` names it. Issuing again what
has been issued does nothing in an unattended run, and puts a tag that a killed command left out.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from itilcli.actions.month.comment import already, cleaned, comment_of, path_of
from itilcli.actions.month.issued import DRAFT, FIGURES, HTML, MARKDOWN, folder, is_issued, tag_name
from itilcli.actions.month.report import Said, Wanted, laid_out, report
from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.writing import Written, seal
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem
from itilcli.figures.period import Period, month_of
from itilcli.language import translator
from itilcli.procedure.s5_15_report import REPORTERS
from itilcli.store import files
from itilcli.store.cases import all_ids
from itilcli.store.change import Change
from itilcli.text import Listing, t

PATIENCE, UNATTENDED_PATIENCE = 30.0, 900.0
"""Seconds to wait for the desk's lock, while somebody waits and while nobody does."""
FAULTS = "E-5.15-faults"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be issued: the month, the manager's text, the cases left out with the reason, and how it is run."""

    period: Period
    comment: str | None = None
    excluding: tuple[str, ...] = ()
    reason: str | None = None
    unattended: bool = False
    dry_run: bool = False


def issue(desk: Desk, order: Order, progress: Callable[[], None] | None = None) -> Written:
    """The report of a month that is over, kept in ``records/reports/MONTH/`` for good.

    :raises Refused: 4 for anyone but the incident manager; while the month runs, once it is issued, while changes are
        not committed, while records in fault would not be counted, or while the manager's text is missing (unless
        ``unattended``). Nothing is written then.
    """
    month = str(order.period)
    if order.unattended and is_issued(desk, month) and not desk.journal.pending():
        return _tagged(desk, month, Written(message="", paths=(), extra=_told(month, already=True)))

    def prepare() -> Apart:
        subject = t("monthly report {month} issued", month=month)
        if order.unattended and is_issued(desk, month):  # by another run, while this one waited
            return Apart((), subject, "report", "5.15", extra=_told(month, already=True))
        refuse(_forbidden(desk, order))
        excluded = dict.fromkeys(order.excluding, order.reason or "")
        comment = cleaned(order.comment) if order.comment else comment_of(desk, order.period)
        said = Said(comment, excluded, order.unattended and comment is None)
        document = report(desk, Wanted(order.period), said, progress)
        refuse(_unready(document, order, comment, desk.journal.is_shallow()))
        changes = tuple(_changes(desk, month, document, order.comment and comment))
        return Apart(changes, subject, "report", "5.15", extra=_told(month))

    made = write_apart(desk, order.dry_run, prepare, UNATTENDED_PATIENCE if order.unattended else PATIENCE)
    if order.dry_run:
        return made
    _remove_drafts(desk, month)
    return _tagged(desk, month, made)


def _told(month: str, already: bool = False) -> dict[str, object]:
    return {"month": month, "path": folder(month), "tag": tag_name(month), "already": already}


def _forbidden(desk: Desk, order: Order) -> list[Problem]:
    """What forbids the issue before anything is counted."""
    month = str(order.period)
    problems = [*not_permitted(desk, REPORTERS, "5.15", t("issue a report")), *already(desk, month)]
    if order.period.months > 1:
        hint = t("issue its months one by one: itil report {month} --issue", month=str(order.period.last()))
        problems.append(_problem("months", t("only the report of one month is issued"), hint))
    if desk.now < order.period.end:
        hint = t("look at it with: itil report {month}", month=month)
        problems.append(_problem("running", t("{month} is not over yet", month=month), hint))
    if order.period.months == 1 and _before_the_desk(desk, order.period):
        hint = t(
            "look whether the month is the right one; an empty report can be seen with: itil report {month}",
            month=month,
        )
        problems.append(_problem("early", t("{month} was before this desk", month=month), hint))
    tagged = desk.journal.tag_commit(tag_name(month))
    if tagged is not None and not is_issued(desk, month):
        hint = t("look what it is: git show {tag}; and delete it: git tag -d {tag}", tag=tag_name(month))
        problems.append(_problem("tag", t("there is a tag {tag} already", tag=tag_name(month)), hint))
    if order.excluding and not (order.reason or "").strip():
        hint = t("say why they are left out: --reason WHY")
        problems.append(_problem("reason", t("--excluding needs a reason"), hint, Kind.MISSING))
    return problems


def _before_the_desk(desk: Desk, period: Period) -> bool:
    """Whether a month lies before the one in which the desk was made, and before its first case: a slip of the pen."""
    made = desk.journal.begun()
    if made is None or period.end > month_of(made, desk.zone).previous().start:
        return False
    return all(case_id[4:10] > f"{period.last().year:04}{period.last().number:02}" for case_id in all_ids(desk.root))


def _unready(document: Mapping[str, Any], order: Order, comment: str | None, shallow: bool) -> list[Problem]:
    """What forbids the issue once everything is counted, all at once."""
    problems, month = [], str(order.period)
    if document["uncommitted"]:
        files_ = Listing(tuple(document["uncommitted"][:8]))
        hint = t("commit them, or take them back with git restore; a report names the commit it was made from")
        problems.append(
            _problem("uncommitted", t("there are changes that are not committed: {files}", files=files_), hint)
        )
    if document["left_out"]:
        ids = Listing(tuple(document["left_out"]))
        hint = t(
            "see what is wrong with: itil check; or leave them out: itil report {month} --issue --excluding ID --reason WHY",
            month=month,
        )
        problems.append(_problem("faults", t("records in fault would not be counted: {ids}", ids=ids), hint))
    if document["corrections"] and shallow:
        hint = t("fetch the others with: git fetch --unshallow")
        message = t("this clone lacks older commits, so it cannot be told what corrections come from")
        problems.append(_problem("shallow", message, hint))
    if comment is None and not order.unattended:
        hint = t('write it with: itil report edit {month}; or give it: --comment "…"', month=month)
        problems.append(
            _problem("comment", t("the manager's text on problems and improvements is missing"), hint, Kind.MISSING)
        )
    return problems


def _problem(slug: str, message: Any, hint: Any, kind: Kind = Kind.RULE) -> Problem:
    return Problem(f"E-5.15-{slug}", message, hint, "5.15", kind=kind)


def pages_of(desk: Desk, document: Mapping[str, Any], status: str = "") -> Any:
    """The pages of a document in the desk's own language."""
    language = desk.settings.language or "zh"
    return laid_out(document, translator(language), language, status)


def rendered(desk: Desk, document: Mapping[str, Any], status: str = "") -> dict[str, bytes]:
    """The files that people read, by name."""
    from itilcli.formats import html, markdown

    pages = pages_of(desk, document, status)
    templates = desk.root / "templates"
    return {
        MARKDOWN: markdown.render(pages, templates).encode(),
        HTML: html.render(pages, templates).encode(),
    }


def as_json(document: Mapping[str, Any]) -> bytes:
    """The document as it is kept."""
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=False) + "\n").encode()


def _changes(desk: Desk, month: str, document: Mapping[str, Any], comment: str | None) -> list[Change]:
    changes = [Change(f"{folder(month)}/{FIGURES}", None, as_json(document))]
    changes += [Change(f"{folder(month)}/{name}", None, data) for name, data in rendered(desk, document).items()]
    if comment:
        path, data = path_of(month), (comment + "\n").encode()
        before = files.read_bytes(desk.root / path) if (desk.root / path).is_file() else None
        changes += [Change(path, before, data)] if before != data else []
    return changes


def _tagged(desk: Desk, month: str, written: Written) -> Written:
    """The tag of an issued report put, where it is not there yet."""
    name = tag_name(month)
    if desk.journal.tag_commit(name) is None:
        commit = written.commit or issuing_commit(desk, month)
        if commit:
            said = t("monthly report {month} issued", month=month).render(translator(desk.settings.language or "zh"))
            desk.journal.tag(name, commit, said, desk.now if desk.rehearsed else None, seal(desk, ["report"]).key)
    return written


def issuing_commit(desk: Desk, month: str) -> str | None:
    """The commit that brought the issued report of a month."""
    touched = [entry.commit for entry in desk.journal.log((f"{folder(month)}/{FIGURES}",))]
    return touched[-1] if touched else None


def _remove_drafts(desk: Desk, month: str) -> None:
    for name in DRAFT:
        with contextlib.suppress(OSError):  # a folder of that name is nothing of ours
            (desk.root / folder(month) / name).unlink()


def write_draft(desk: Desk, order: Order) -> tuple[str, ...]:
    """The report as it would be now, beside where the issued one would lie, and not committed; its paths.

    For an unattended run that may not issue. Raises Refused: for anyone but the incident manager, and for files in fault.
    """
    refuse(not_permitted(desk, REPORTERS, "5.15", t("issue a report")))
    document = report(desk, Wanted(order.period), Said(unattended=True))
    made = rendered(desk, document, "draft")
    place = folder(str(order.period))
    for name, data in zip(DRAFT, made.values(), strict=True):
        files.write_atomically(files.inside(desk.root, f"{place}/{name}"), data)
    return tuple(f"{place}/{name}" for name in DRAFT)
