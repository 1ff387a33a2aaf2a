"""F12: the major incidents, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.cells import cut, heads
from itilcli.report.pages import Block, Cell, Minutes, Paragraph, Section, Table
from itilcli.report.words import Words, day, moment
from itilcli.text import Text, t


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The section; a customer's own report does not say when the department manager was told."""
    own, lists = bool(document["scope"]), document["lists"]
    blocks: list[Block] = []
    if not lists["major_incidents"]:
        blocks.append(Paragraph(words(t("There was no major incident in this period."))))
    for place, row in enumerate(lists["major_incidents"], 1):
        blocks.append(_table(f"major_{place}", row, words, own))
    if lists["major_carried"]:
        blocks.append(Paragraph(words(t("Reported before this period and not solved when it began:"))))
    for place, row in enumerate(lists["major_carried"], 1):
        blocks.append(_table(f"major_carried_{place}", row, words, own))
    return Section("major", words(t("Major incidents")), tuple(blocks))


def _table(name: str, row: Mapping[str, Any], words: Words, own: bool) -> Table:
    """One incident down two columns."""
    rows: list[tuple[Text, Cell]] = [
        (t("incident number"), row["id"]),
        (t("customer"), cut(row["customer"])),
        (t("title"), cut(row["title"])),
        (t("severity"), words.label(row["severity"], "severity")),
        (t("importance"), words.label(row["importance"], "importance")),
        (t("urgency"), words.label(row["urgency"], "urgency")),
        (t("reported at"), moment(row["reported_at"])),
        (t("first response"), moment(row["first_response_at"])),
    ]
    if not own:
        rows.append((t("department manager told"), _told(row, words)))
    rows += [
        (t("tier"), words.label(str(row["tier"]), "tier")),
        (t("resolved at"), moment(row["resolved_at"]) or words(t("still open"))),
        (t("duration (hours)") if row["resolved_at"] else t("open so far (hours)"), Minutes(row["minutes"])),
        (t("root cause"), _cause(row, words)),
        (t("solution"), cut(row["solution"])),
        (t("review"), _review(row, words)),
    ]
    columns = heads(words, t("item"), t("content"))
    return Table(name, columns, tuple((words(label), value) for label, value in rows), row["id"])


def _told(row: Mapping[str, Any], words: Words) -> Cell:
    """B3: when, or who was told in his place."""
    if row["told_instead"]:
        at = moment(row["told_at"])
        when = f"{at:%Y-%m-%d %H:%M}" if at else ""
        return cut(words(t("{when}, not reached; told instead: {person}", when=when, person=row["told_instead"])))
    return moment(row["told_at"]) or words(t("not told"))


def _cause(row: Mapping[str, Any], words: Words) -> Cell:
    if row["cause_pending"]:
        return words(t("still to be found: solved by a workaround"))
    return cut(row["cause"]) or words(t("not recorded"))


def _review(row: Mapping[str, Any], words: Words) -> Cell:
    """F12: done, or the day by which it is to be done."""
    reviewed, due = moment(row["reviewed_at"]), day(row["review_due_on"])
    if reviewed:
        text = t("done on {day}, late", day=reviewed.date()) if row["review_late"] else t("done on {day}", day=reviewed.date())  # fmt: skip
        return words(text)
    if due is None:
        return words(t("after the solution"))
    return words(t("overdue since {day}", day=due) if row["review_late"] else t("due on {day}", day=due))
