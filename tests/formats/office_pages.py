"""A small report with one of everything, and one made of hostile texts, for the tests of the office formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from itilcli.report.pages import (
    Band,
    Bullets,
    Chart,
    Column,
    Minutes,
    Pages,
    Paragraph,
    Points,
    Section,
    Series,
    Share,
    Table,
)

HOSTILE = Path(__file__).resolve().parents[1] / "data" / "hostile" / "csv_injection.jsonl"
CHINA = timezone(timedelta(hours=8))
MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11")


def hostile() -> Iterator[str]:
    """Every line of the collection, and what else has broken office files: markup, control characters, length."""
    for line in HOSTILE.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)["s"]
    yield from ("=1+1", "＝1+1", "+86 571 8888 6666", "-1", "@SUM(A1)", "\t=1", "<r><t>x</t></r>", "<b>&amp;</b>")
    yield from ("a\x00b\x1bc\x7fd", "\ud800\ufffe\uffff", "_x0041_", "x" * 40_000, "http://example.com", "mailto:a@b.c")
    yield from ("{=1+1}", "007", "1e5", "\u202egnp.exe", "]]>", "internal:A1!B2")


def figures() -> Table:
    """A table whose columns hold numbers of every kind."""
    columns = (
        Column("编号"),
        Column("指标"),
        Column("2026-10", right=True),
        Column("2026-11", right=True),
        Column("变化", right=True),
    )
    return Table(
        "figures",
        columns,
        (
            ("K1", "受理事件", 118, 126, 8),
            ("K2", "响应及时率", Share(110, 118), Share(124, 126), Points(124 / 126 - 110 / 118)),
            ("K3", "平均解决时长（小时）", Minutes(212.4), Minutes(187), Minutes(-25.4)),
            ("K6", "客户满意度", Share(0, 0), Share(41, 43), None),
            ("K9", "较上月增长", None, Share(8, 118, signed=True), None),
            ("K11", "平均分", 4.5, 4.62, 0.12),
        ),
        "关键指标",
        "响应时限按服务台工作日历计算；分母为零时以“—”表示。",
    )  # fmt: skip


def cases(rows: int) -> Table:
    """An appendix of so many cases."""
    titles = ("报告时间", "编号", "客户单位", "标题", "等级", "处理人", "解决时间", "回访日", "满意度")
    start = datetime(2026, 11, 2, 8, 30, tzinfo=CHINA)
    made = tuple(
        (
            start + timedelta(minutes=37 * number),
            f"INC-202611{number % 28 + 1:02}-{number:04X}"[:17],
            ("第一人民医院", "市妇幼保健院", "Harbour Clinic Ltd.")[number % 3],
            ("3号窗口读卡器无法识别，重新插拔后正常", "医保接口超时", "Printer jams on every second page of a report")[number % 3],
            ("高", "中", "低")[number % 3],
            ("张三", "李四", "孙供")[number % 3],
            start + timedelta(minutes=37 * number + 95),
            date(2026, 11, 30),
            number % 5 + 1,
        )
        for number in range(rows)
    )  # fmt: skip
    return Table("cases", tuple(Column(title, right=title == "满意度") for title in titles), made, "事件清单")


def charts() -> tuple[Chart, ...]:
    """Lines with a gap, a forecast and its interval; bars; and stacked bars with texts for months."""
    trend = Series("响应及时率", (0.91, 0.93, None, 0.95, 110 / 118, 124 / 126, None))
    ahead = Series("预测", (None, None, None, None, None, 124 / 126, 0.97), dashed=True)
    nothing: tuple[float | None, ...] = (None,) * 6
    band = Band("80% 预测区间", (*nothing, 0.93), (*nothing, 1.0))
    volume = (Series("受理", (96, 101, 99, 110, 118, 126)), Series("解决", (90, 104, 97, 108, 116, 121)))
    severity = tuple(Series(title, tuple(range(low, low + 6))) for title, low in (("高", 2), ("中", 10), ("低", 70)))
    caption = "近六个月响应及时率总体上升。"
    return (
        Chart("trend", "响应及时率趋势", "lines", (*MONTHS, "2026-12"), (trend, ahead), "percent", (band,), caption),
        Chart("volume", "受理量", "bars", MONTHS, volume),
        Chart("severity", "按等级", "stacked", MONTHS, severity),
    )


def sample(rows: int = 12) -> Pages:
    """A report of every shape."""
    first = Section(
        "summary", "概述", (
            Paragraph("本月共受理事件 126 起，较上月增加 8 起（+6.8%）；响应及时率 98.4%（124/126），满意度 95.3%（41/43）。" * 2),
            Paragraph("有 2 起重大事件尚未完成评审。", "warning"),
            Bullets(("重大事件 2 起，均已报告部门经理", "超时响应 2 起，原因见第 3 节")),
            figures(),
            Paragraph("数据截至 2026-12-01 09:00，提交 8ff730d。", "note"),
        ),
    )  # fmt: skip
    trend = Section("trend", "趋势与预测: 6/12 [月]", (Paragraph("预测为下月均值。"), *charts()))
    words = Section(
        "comment", "说明", (Paragraph("本月重点：\n一、完成医保接口割接。\n二、更换 12 台读卡器。", "free"),)
    )
    appendix = Section("cases", "附录 事件清单", (Paragraph("按报告时间排列。"), cases(rows)))
    cover = (
        ("报告月份", "2026-11"),
        ("编制", "张三（事件经理）"),
        ("提交", "钱经理（部门经理）"),
        ("表单号", "JQ-ITSMS-04-01-06"),
    )
    return Pages("事件管理月度报告", "测试服务公司", cover, (first, trend, words, appendix), "zh", "draft")


def hostile_pages() -> Pages:
    """A report in which everything that can be a text is a hostile one."""
    sections = []
    for number, text in enumerate(hostile()):
        table = Table(f"t{number}", (Column(text), Column("n", right=True)), ((text, 1), (None, -2)), text, text)
        chart = Chart(f"c{number}", text, "lines", (text, "b"), (Series(text, (1, None)),), caption=text)
        sections.append(Section(f"s{number}", text, (Paragraph(text, "free"), Bullets((text,)), table, chart)))
    return Pages(next(hostile()), "=1+1", tuple((text, text) for text in hostile()), tuple(sections))
