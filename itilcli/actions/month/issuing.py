"""§5.15, B20: the incident manager issues a month's report; an issued report is never rewritten."""

from __future__ import annotations

import json

from itilcli.actions.month.report import as_markdown, report
from itilcli.actions.writing.apart import Apart, not_permitted, write_apart
from itilcli.actions.writing.writing import Written
from itilcli.desk import Desk, refuse
from itilcli.errors import Problem
from itilcli.figures.month import parse_month
from itilcli.language import translator
from itilcli.procedure.s5_15_report import REPORTERS
from itilcli.store.change import Change
from itilcli.text import Listing, t

FOLDER = "records/reports"


def is_issued(desk: Desk, month: str) -> bool:
    """Whether the report of a month (``2026-10``) has been issued."""
    return (desk.root / FOLDER / month / "figures.json").is_file()


def issue(desk: Desk, month: str | None, dry_run: bool = False) -> Written:
    """The report of a month that is over, kept in ``records/reports/MONTH/`` as JSON and Markdown, in one commit.

    :raises Refused: 4 for anyone but the incident manager; while the month runs, once it is issued, or while records in
        fault would be left out of its figures.
    """

    def prepare() -> Apart:
        refuse(not_permitted(desk, REPORTERS, "5.15", t("issue a report")))
        wanted = parse_month(month or "last", desk.now, desk.zone)
        name = str(wanted)
        if is_issued(desk, name):
            hint = t(
                "what has changed since is listed in the next report; see it with: itil report {month}", month=name
            )
            refuse([Problem("E-5.15-issued", t("the report of {month} has been issued", month=name), hint, "5.15")])
        if desk.now < wanted.end:
            hint = t("look at it with: itil report {month}", month=name)
            refuse([Problem("E-5.15-running", t("{month} is not over yet", month=name), hint, "5.15")])
        made = report(desk, name)
        if made.left_out:
            ids = Listing(made.left_out)
            hint = t("see what is wrong with: itil check")
            refuse([Problem("E-5.15-faults", t("records in fault would not be counted: {ids}", ids=ids), hint, "5.15")])
        text = as_markdown(desk, made.document, translator(desk.settings.language or "zh"))
        data = json.dumps(made.document, ensure_ascii=False, indent=2, sort_keys=False) + "\n"
        changes = (
            Change(f"{FOLDER}/{name}/figures.json", None, data.encode()),
            Change(f"{FOLDER}/{name}/report.md", None, text.encode()),
        )
        subject = t("monthly report {month} issued", month=name)
        return Apart(changes, subject, "report", "5.15", extra={"month": name, "path": f"{FOLDER}/{name}"})

    return write_apart(desk, dry_run, prepare)
