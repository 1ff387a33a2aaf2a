"""What has changed since in months that were issued; no part of a customer's own report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itilcli.report.cells import heads, ids, rows_or
from itilcli.report.pages import Block, Cell, Minutes, Paragraph, Section
from itilcli.report.words import Words, share
from itilcli.text import Label, t

KINDS = {
    "resolved_by_tier": "tier",
    "tier_rate": "tier",
    "handled_rate": "tier",
    "waiting": "hold",
    "by_score": "satisfaction",
}
"""Of which list the parts of a figure are that ``by_`` does not tell."""
PARTS = {
    row.code: row
    for row in (
        Label("mean", "平均", "mean"),
        Label("p50", "P50", "P50"),
        Label("p90", "P90", "P90"),
        Label("count", "数量", "count"),
        Label("derived", "按关闭时间推算", "taken from the closing"),
        Label("calendar_minutes", "自然时间（小时）", "calendar time (hours)"),
        Label("working_minutes", "工作时间（小时）", "working time (hours)"),
        Label("waiting", "等待", "waiting"),
        Label("ageing", "未解决时长", "age"),
        Label("up_to_7_days", "7 天以内", "up to 7 days"),
        Label("8_to_30_days", "8–30 天", "8 to 30 days"),
        Label("31_to_90_days", "31–90 天", "31 to 90 days"),
        Label("over_90_days", "90 天以上", "over 90 days"),
        Label("oldest_days", "最久（天）", "oldest (days)"),
        Label("coverage", "评价覆盖率", "coverage"),
        Label("coverage_numerator", "已评价数", "with a score"),
        Label("coverage_denominator", "应回访数", "follow-ups due"),
        Label("without_target", "无响应目标", "without a target"),
        Label("contract", "合同时限", "contract"),
        Label("agreed", "约定时间", "agreed time"),
        Label("expected", "客户期望时间", "expected by the customer"),
        Label("by_promise", "按承诺时间", "by promise"),
        Label("by_score", "按评分", "by score"),
        Label("by_rule", "按规则", "by rule"),
        Label("by_type", "按类型", "by type"),
        Label("by_category", "按类别", "by category"),
        Label("by_channel", "按渠道", "by channel"),
        Label("by_customer", "按客户", "by customer"),
        Label("by_project", "按项目", "by project"),
        Label("by_severity", "按故障等级", "by severity"),
        Label("histogram", "按时长", "by duration"),
    )
}
"""What the parts of figures are called."""
GRADED = frozenset({"by_severity", "by_priority", "resolved_by_tier"})
"""Figures that are a few counts, each worth a line."""
FREE = ("by_customer", "by_project")
"""Parts named by what records say, in which a dot parts nothing."""


def layout(document: Mapping[str, Any], words: Words) -> Section | None:
    """Each figure of an issued month that now comes out otherwise, and because of what."""
    if document["scope"]:
        return None
    found = document["corrections"]
    shown = [one for one in found if _leads(one)] or found
    columns = heads(words, t("month"), t("figure"), t("as issued"), t("now"), t("because of"), right=(2, 3))
    rows = [
        (one["month"], _figure(one, words), _value(one["issued"], one), _value(one["now"], one), _because(one, words))
        for one in shown
    ]
    empty = words(t("No figure of a month already issued has changed."))
    blocks: list[Block] = [rows_or("corrections", "", columns, rows, empty)]
    if len(shown) < len(found):
        more = t("{count} further numbers, parts of these, have changed with them.", count=len(found) - len(shown))
        blocks.append(Paragraph(words(more), "note"))
    return Section("corrections", words(t("Corrections of issued months")), tuple(blocks))


def _leads(one: Mapping[str, Any]) -> bool:
    """Whether a correction is shown by itself: of a whole figure, of a grade or tier, of a mean time."""
    part = str(one["part"] or "")
    return not part or one["figure"] in GRADED or part == "calendar_minutes.mean"


def _figure(one: Mapping[str, Any], words: Words) -> str:
    """The label of the figure, and of the part of it."""
    name, part = str(one["figure"]), str(one["part"] or "")
    pieces = part.split(".", 1) if part.startswith(FREE) else part.split(".") if part else []
    said, kind = [words.label(name, "figure") or name], _kind(name)
    if name == "by_square":
        kinds = ("importance", "urgency")
        return " · ".join([*said, *(words.label(code, of) or code for code, of in zip(pieces, kinds, strict=False))])
    for piece in pieces:
        own = PARTS.get(piece)
        said.append(words(own) if own else words.label(piece, kind) or piece)
        kind = _kind(piece)
    return " · ".join(said)


def _kind(name: str) -> str:
    """The closed list whose codes are the parts of something."""
    return KINDS.get(name, name.removeprefix("by_"))


def _value(value: Any, one: Mapping[str, Any]) -> Cell:
    if isinstance(value, Mapping):
        return share(value)
    if isinstance(value, int | float) and "minutes" in str(one["part"]):
        return Minutes(value)
    other = one["now"] if value is one["issued"] else one["issued"]
    return 0 if value is None and isinstance(other, int) else value


def _because(one: Mapping[str, Any], words: Words) -> str | None:
    said = [text for text in (ids(one["incidents"], words), words(t(", ")).join(one["files"])) if text]
    return words(t("; ")).join(said) or None
