"""What came back, what a workaround solved for now, and what went to other processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.cells import cut, heads, rows_or
from itilcli.report.pages import Block, Paragraph, Section
from itilcli.report.words import Words, moment, share
from itilcli.text import Label, t

PROCESSES = {
    row.code: row
    for row in (
        Label("problem", "问题管理", "problem management"),
        Label("change", "变更管理", "change management"),
        Label("configuration", "配置管理", "configuration management"),
    )
}
KINDS = {"problem": "problem_reason", "change": "change_class"}


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """Reopenings, workarounds without a root cause and, but for a customer's own report, hand-overs."""
    own = bool(document["scope"])
    blocks = [*_reopened(document, words), _workarounds(document, words, own)]
    if not own:
        blocks += _hand_offs(document["lists"]["hand_offs"], words)
        title = t("Reopenings, workarounds and hand-overs")
    else:
        title = t("Reopenings and workarounds")
    return Section("returned", words(title), tuple(blocks))


def _reopened(document: Mapping[str, Any], words: Words) -> list[Block]:
    found, rate = document["lists"]["reopened"], document["figures"]["reopen_rate"]
    if not found:
        text = t("Nothing was reopened in this period ({count} solutions).", count=rate["denominator"])
        return [Paragraph(words(text))]
    said = Paragraph(words(t("Reopenings over the solutions of this period: {rate}.", rate=str(share(rate)))))
    columns = heads(
        words, t("incident number"), t("customer"), t("title"), t("resolved before"), t("reopened at"), t("reason")
    )
    rows = [
        (
            one["id"], cut(one["customer"]), cut(one["title"]), moment(one["resolved_at"]), moment(one["reopened_at"]),
            cut(one["reason"]),
        )
        for one in found
    ]  # fmt: skip
    return [said, rows_or("reopened", words(t("Reopened incidents")), columns, rows, "")]


def _workarounds(document: Mapping[str, Any], words: Words, own: bool) -> Block:
    titles = [t("incident number"), t("customer"), t("title"), t("resolved at"), t("problem reference")]
    rows = [
        (one["id"], cut(one["customer"]), cut(one["title"]), moment(one["resolved_at"]), cut(one["problem"]))
        for one in document["lists"]["workarounds"]
    ]
    kept = len(titles) - own
    return rows_or(
        "workarounds",
        words(t("Solved by a workaround, root cause not found")),
        heads(words, *titles[:kept]),
        [row[:kept] for row in rows],
        words(t("No incident stands solved by a workaround whose root cause is still to be found.")),
    )


def _hand_offs(found: Mapping[str, Any], words: Words) -> list[Block]:
    """What other processes received from the solved incidents."""
    if not found["rows"]:
        text = t("No solved incident of this period was handed to problem, change or configuration management.")
        return [Paragraph(words(text))]
    counts = words(t(", ")).join(f"{words(PROCESSES[name])} {count}" for name, count in found["counts"].items())
    rows = [
        (
            one["id"],
            words(PROCESSES[one["process"]]),
            words.label(one["kind"], KINDS[one["process"]]) if one["process"] in KINDS else None,
            cut(one["ref"]),
            None if one["done"] is None else words(t("made") if one["done"] else t("not made yet")),
        )
        for one in found["rows"]
    ]
    columns = heads(words, t("incident number"), t("handed to"), t("kind"), t("reference"), t("made?"))
    return [
        Paragraph(words(t("Handed to other processes by the incidents solved: {counts}.", counts=counts))),
        rows_or("hand_offs", words(t("Hand-overs to other processes")), columns, rows, ""),
    ]
