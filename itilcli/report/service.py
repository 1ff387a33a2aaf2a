"""§5.4, §5.6–§5.8: work on site and remotely, the work orders for it, and their approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.blocks import capped, durations, incident
from itilcli.report.cells import heads
from itilcli.report.pages import Block, Paragraph, Section, Share, Table
from itilcli.report.words import Words, day, moment, share
from itilcli.text import t

ORDERS = {
    "asked": t("asked for"),
    "approved": t("approved"),
    "rejected": t("rejected"),
    "withdrawn": t("withdrawn"),
    "waiting": t("waiting for a decision at the end"),
}
KINDS = {"signed": t("approved or rejected in writing"), "verbal": t("approved by word of mouth")}
COUNTERSIGNED = {
    "on_time": t("countersigned in time"),
    "late": t("countersigned late"),
    "refused": t("countersignature refused"),
    "waiting": t("to be countersigned"),
    "overdue": t("countersignature overdue"),
    "withdrawn": t("work order withdrawn, none needed"),
}


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The section; a customer's own report has nothing of work orders and their approval."""
    lists = document["lists"]
    blocks: list[Block] = [*_ways(document["figures"], words), *_visits(lists, words)]
    if not document["scope"]:
        blocks += [*_orders(lists["work_orders"], words), *_verbal(lists["verbal_approvals"], words)]
    return Section("service", words(t("On-site and remote service")), tuple(blocks))


def _ways(figures: Mapping[str, Any], words: Words) -> list[Block]:
    """K12, and what is left of S: solved by phone or message."""
    onsite, remote = figures["onsite_rate"], figures["remote_rate"]
    total = onsite["denominator"]
    if not total:
        return [Paragraph(words(t("No incident was solved in this period.")))]
    rest = total - onsite["numerator"] - remote["numerator"]
    rows = (
        (words.label("onsite_rate", "figure"), onsite["numerator"], share(onsite)),
        (words.label("remote_rate", "figure"), remote["numerator"], share(remote)),
        (words(t("solved by phone or message")), rest, Share(rest, total)),
    )
    columns = heads(words, t("figure"), t("incidents solved"), t("share"), right=(1, 2))
    return [Table("service", columns, rows)]


def _visits(lists: Mapping[str, Any], words: Words) -> list[Block]:
    """The visits and remote sessions of the period, whenever their incidents are solved."""
    service = lists["service"]
    if not service["visits"] and not service["remote_sessions"]:
        return [Paragraph(words(t("There was no visit and no remote session in this period.")))]
    said = t(
        "Visits in this period: {visits}, for {visited} incidents; remote sessions: {sessions}, for {remote} incidents.",
        visits=service["visits"], visited=service["visited_incidents"],
        sessions=service["remote_sessions"], remote=service["remote_incidents"],
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(words(said))]
    if not lists["visits"]:
        return blocks
    shown, more = capped(lists["visits"], words)
    rows = tuple((*incident(row), moment(row["arrived_at"])) for row in shown)
    columns = heads(words, t("incident number"), t("customer"), t("title"), t("arrived at"))
    note = t("Visits to one incident on one day count once, however many people go.")
    return [*blocks, Table("visits", columns, rows, words(t("Visits")), words(note)), *more]


def _orders(orders: Mapping[str, Any], words: Words) -> list[Block]:
    """Work orders and how long their approval took."""
    if not any(orders[name] for name in ORDERS):
        return [Paragraph(words(t("There was no work order in this period.")))]
    rows = tuple((words(label), orders[name]) for name, label in ORDERS.items())
    columns = heads(words, t("work orders"), t("count"), right=(1,))
    blocks: list[Block] = [Table("work_orders", columns, rows)]
    times = [(words(KINDS[kind]), figure) for kind, figure in orders["time"].items() if figure["count"]]
    if times:
        blocks.append(durations("approval_time", t("From the request to the decision, in hours"), times, words))
    return blocks


def _verbal(rows: list[Mapping[str, Any]], words: Words) -> list[Block]:
    """Approvals by word of mouth with their countersignature (B7)."""
    if not rows:
        return [Paragraph(words(t("No work order was approved by word of mouth.")))]
    shown, more = capped(rows, words)
    columns = heads(
        words, t("incident number"), t("customer"), t("title"), t("approved at"), t("to be countersigned by"),
        t("countersigned at"), t("state"),
    )  # fmt: skip
    cells = tuple(
        (
            *incident(row), moment(row["approved_at"]), day(row["due_on"]), moment(row["countersigned_at"]),
            words(COUNTERSIGNED[row["state"]]),
        )
        for row in shown
    )  # fmt: skip
    return [Table("verbal_approvals", columns, cells, words(t("Approved by word of mouth"))), *more]
