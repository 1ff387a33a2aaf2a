"""The manager's own text in a report: kept beside the report to come, and for good in the issued one."""

from __future__ import annotations

from itilcli.actions.month.issued import COMMENT, folder, is_issued
from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Kind, Problem
from itilcli.figures.period import Period
from itilcli.procedure.s5_15_report import REPORTERS
from itilcli.store import files, yaml
from itilcli.store.change import Change
from itilcli.text import t

LONGEST = 20_000
"""The most characters of the text."""


def path_of(month: str) -> str:
    """Where the text of a month's report lies."""
    return f"{folder(month)}/{COMMENT}"


def comment_of(desk: Desk, period: Period) -> str | None:
    """The text that was written for the report of a month; None without one, and for several months.

    :raises Refused: where the file is no text.
    """
    path = path_of(str(period))
    if period.months > 1 or not (desk.root / path).is_file():
        return None
    return yaml.decode(desk.read(path), path).strip() or None


def cleaned(text: str) -> str:
    """A text as it is kept. Raises Refused: E-5.15-text for an empty or endless one, and for control characters."""
    kept = yaml.clean(text).strip()
    if not kept:
        refuse([_problem(t("the text is empty"), t("say what the manager should know; or leave it out"))])
    if len(kept) > LONGEST:
        hint = t("{limit} characters are the most; put the rest into a file of its own", limit=LONGEST)
        refuse([_problem(t("the text is too long: {count} characters", count=len(kept)), hint)])
    return kept


def _problem(message: object, hint: object) -> Problem:
    return Problem("E-5.15-text", message, hint, "5.15", "--comment", Kind.MISSING)  # type: ignore[arg-type]


def write_comment(desk: Desk, period: Period, text: str, dry_run: bool = False) -> Written:
    """Keep the text for the report of a month, in one commit; the incident manager does.

    :raises Refused: for anybody else, once the report is issued, and for a text that is none.
    """
    month, path = str(period), path_of(str(period))

    def prepare() -> Apart:
        refuse(not_permitted(desk, REPORTERS, "5.15", t("write the text of a report")))
        refuse(already(desk, month))
        data = (cleaned(text) + "\n").encode()
        before = files.read_bytes(desk.root / path) if (desk.root / path).is_file() else None
        subject = t("text of the monthly report {month}", month=month)
        changes = () if before == data else (Change(path, before, data),)
        return Apart(changes, subject, "report-text", "5.15", extra={"month": month, "path": path})

    return write_apart(desk, dry_run, prepare)


def already(desk: Desk, month: str) -> list[Problem]:
    """The problem of a report that has been issued, which is never rewritten."""
    if not is_issued(desk, month):
        return []
    hint = t("what has changed since is listed in the next report; see it with: itil report {month}", month=month)
    return [Problem("E-5.15-issued", t("the report of {month} has been issued", month=month), hint, "5.15")]
