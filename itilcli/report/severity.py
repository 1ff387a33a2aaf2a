"""§5.15 3: how grave and how pressing the incidents were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from itilcli.model.codes import SEVERITY
from itilcli.report.blocks import counted, over_months
from itilcli.report.pages import Block, Chart, Column, Paragraph, Section, Table
from itilcli.report.words import Words
from itilcli.text import t


def layout(document: Mapping[str, Any], words: Words) -> Section:
    """The section."""
    figures = document["figures"]
    blocks: list[Block] = []
    if figures["incidents_total"]["value"]:
        blocks += [
            counted("by_severity", t("severity"), "severity", figures["by_severity"], words),
            counted("by_priority", t("priority"), "priority", figures["by_priority"], words),
            Paragraph(words(t("A consultation has no severity.")), "note"),
            _square(figures["by_square"], words),
        ]
    else:
        blocks.append(Paragraph(words(t("No incident was reported in this period."))))
    return Section("severity", words(t("Severity and priority")), (*blocks, *_chart(document, words)))


def _square(square: Mapping[str, Mapping[str, int]], words: Words) -> Table:
    """Importance down, urgency across, with the sums of both."""
    urgencies = list(next(iter(square.values())))
    columns = (
        Column(words(t("importance \\ urgency"))),
        *(Column(words.label(code, "urgency") or code, right=True) for code in urgencies),
        Column(words(t("sum")), right=True),
    )
    rows = [
        (words.label(code, "importance"), *(row[one] for one in urgencies), sum(row.values()))
        for code, row in square.items()
    ]
    sums = [sum(row[one] for row in square.values()) for one in urgencies]
    rows.append((words(t("sum")), *sums, sum(sums)))
    return Table("by_square", columns, tuple(rows), words.label("by_square", "figure") or "")


def _chart(document: Mapping[str, Any], words: Words) -> tuple[Chart, ...]:
    caption = t("Incidents by severity and month, complete months only; a gap where they are not known.")
    chart = Chart("severity", words(t("Severity by month")), "stacked", (), (), caption=words(caption))
    series = [(words.label(code, "severity") or code, _of(code)) for code in SEVERITY]
    return over_months(chart, document, series)


def _of(code: str) -> Callable[[Mapping[str, Any]], float | None]:
    def found(month: Mapping[str, Any]) -> float | None:
        number: int | None = month["by_severity"].get(code)
        return number

    return found
