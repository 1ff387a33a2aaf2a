"""Reports to try every format on: Chinese and English, with hostile text, every kind of chart, and a month of nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from itilcli.report.pages import (
    Band,
    Block,
    Bullets,
    Cell,
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

SHANGHAI = timezone(timedelta(hours=8))
HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}} {% raw %}",
    "甲|乙 | 丙",
    "=1+1",
    "# 不是标题",
    "\u202eabc\u2066 הפוך",
    "W" * 180,
    "𠮷野家 𝒳 名字",
    "a\"b'c&amp;`x`",
    "第一行\n第二行\r\n- 第三行",
    "\x1b[31mred\x00\x07",
    "@2026 +86 -1",
)
MONTHS = tuple(f"{2025 + (place + 4) // 12}-{(place + 4) % 12 + 1:02d}" for place in range(24))

ENGLISH = {
    "月度事件报告": "Monthly incident report", "单位": "organisation", "月份": "month", "报告人": "reported by", "概况": "Overview",
    "指标": "figure", "数值": "value", "上月": "last month", "变化": "change", "事件总数": "incidents", "及时响应率": "answered in time",
    "平均解决时间（小时）": "mean time to resolve (hours)", "一线": "tier 1", "二线": "tier 2", "三线": "tier 3", "严重": "severe",
    "一般": "ordinary", "轻微": "slight", "趋势": "Trend", "实际": "actual", "预测": "forecast", "八成区间": "80% interval",
    "按级别": "By severity", "按类别": "By category", "附录": "Appendix", "编号": "number", "客户": "customer", "标题": "title",
    "时间": "time", "日期": "date", "示例客户有限公司": "Sample Customer Ltd", "本月说明": "Remarks on the month",
}  # fmt: skip


def pages(language: str = "zh", *, rows: int = 24) -> Pages:
    """A rich report of that language, with an appendix of so many rows."""
    said = (lambda text: text) if language == "zh" else (lambda text: ENGLISH.get(text, text))
    sections = (
        Section("overview", said("概况"), tuple(overview(said))),
        Section("trend", said("趋势"), tuple(charts(said))),
        Section("remarks", said("本月说明"), tuple(remarks())),
        Section("appendix", said("附录"), (appendix(said, rows),)),
    )
    cover = (
        (said("单位"), said("示例客户有限公司")),
        (said("月份"), "2026-10"),
        (said("报告人"), "张三 " + HOSTILE[5]),
        *((f"{place}", text) for place, text in enumerate(HOSTILE[:3])),
    )
    return Pages(
        f"{said('月度事件报告')} 2026-10",
        said("示例客户有限公司"),
        cover,
        sections,
        language,
        "draft",
        "草稿：尚未签发" if language == "zh" else "Draft: not issued yet; its figures may still change.",
    )


def overview(said) -> list[Block]:
    """Figures of every sort of cell."""
    columns = (Column(said("指标")), Column(said("数值"), right=True), Column(said("上月"), right=True),
               Column(said("变化"), right=True))  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = (
        (said("事件总数"), 1284, 1190, Share(94, 1190, signed=True)),
        (said("及时响应率"), Share(1200, 1284), Share(1100, 1190), Points(0.0102)),
        (said("平均解决时间（小时）"), Minutes(734.4), Minutes(None), None),
        (HOSTILE[2], 4.256, 3.0, Points(None)),
    )
    return [
        Paragraph("本月共受理事件 1284 件，较上月增加 94 件；下文各率均附分子与分母。" * 3),
        Paragraph("仍有 3 件事件未填写首次响应时间。" + HOSTILE[0], "warning"),
        Table("figures", columns, rows, said("指标"), "率按四舍五入保留一位小数。"),
        Paragraph("工作时间以工作台日历为准。", "note"),
        Bullets(("一线解决 900 件", HOSTILE[4], "1. " + HOSTILE[2])),
        Table("none", columns, (), said("客户")),
    ]


def charts(said) -> list[Block]:
    """Every kind of chart: with gaps, bands, forecasts, many labels and long names."""
    actual = tuple(float(40 + (place * 37) % 23 + place) if place != 7 else None for place in range(18)) + (None,) * 6
    forecast = (None,) * 18 + (61.0, 63.5, 60.0, 66.0, 67.0, 68.0)
    low = (None,) * 18 + (52.0, 51.0, 48.0, 47.0, 45.0, 44.0)
    high = (None,) * 18 + (70.0, 76.0, 74.0, 85.0, 88.0, 92.0)
    twelve = MONTHS[:12]
    rate = tuple(0.9 + (place % 5) / 60 for place in range(12))
    return [
        Chart("volume", said("事件总数"), "lines", MONTHS, (Series(said("实际"), actual), Series(said("预测"), forecast, True)),
              bands=(Band(said("八成区间"), low, high),), caption="近 18 个月事件总数及未来 6 个月预测。"),
        Chart("rates", said("及时响应率"), "lines", twelve,
              (Series(said("及时响应率"), rate), Series(said("一线"), tuple(value - 0.2 for value in rate)),
               Series(said("二线"), tuple(value - 0.45 for value in rate)), Series(HOSTILE[0], (0.1, None) * 6)),
              "percent", caption="一线与二线的及时率。"),
        Chart("severity", said("按级别"), "stacked", twelve,
              (Series(said("严重"), tuple(float(place % 4) for place in range(12))),
               Series(said("一般"), tuple(float(20 + place) for place in range(12))),
               Series(said("轻微"), tuple(float(12 + place % 7) if place != 3 else None for place in range(12))),
               Series(said("三线"), (5.0,) * 12))),
        Chart("category", said("按类别"), "bars",
              ("网络与通信", "主机与存储", "数据库", "应用软件与中间件平台", "终端", "安全", "机房环境", HOSTILE[0], HOSTILE[6]),
              (Series(said("事件总数"), (120.0, 80.0, 33.0, 210.0, 64.0, None, 3.0, 9.0, 1.0)),), caption="按类别的事件数。"),
        Chart("tiers", said("一线") + "/" + said("二线"), "bars", twelve,
              (Series(said("一线"), tuple(float(30 + place) for place in range(12))),
               Series(said("二线"), tuple(float(15 + place % 5) for place in range(12))))),
        Chart("nothing", said("客户"), "bars", twelve, (Series(said("客户"), (None,) * 12),)),
        Chart("one", said("月份"), "lines", ("2026-10",), (Series(said("实际"), (3.0,)),), bands=(Band("±", (2.0,), (4.0,)),)),
    ]  # fmt: skip


def remarks() -> list[Block]:
    """A manager's own text, and every hostile string as every kind of block."""
    own = "本月网络割接两次，影响范围可控。\n    四个空格\n\n1) 像列表\n" + "\n".join(HOSTILE[:5])
    return [Paragraph(own, "free"), *(Paragraph(text) for text in HOSTILE), Bullets(HOSTILE)]


def appendix(said, rows: int) -> Table:
    """One row an incident, nine columns."""
    columns = (Column(said("编号")), Column(said("客户")), Column(said("标题")), Column(said("时间")), Column(said("日期")),
               Column(said("按级别")), Column(said("一线")), Column(said("数值"), right=True), Column("%", right=True))  # fmt: skip
    body = tuple(
        (f"INC-20261001-{place:04d}", said("示例客户有限公司"), HOSTILE[place % len(HOSTILE)],
         datetime(2026, 10, 1 + place % 30, 9, place % 60, tzinfo=SHANGHAI), date(2026, 10, 1 + place % 30), said("一般"),
         said("一线") if place % 3 else None, place, Share(place % 7, 7))
        for place in range(rows)
    )  # fmt: skip
    return Table("incidents", columns, body, said("附录"), "共列 " + str(rows) + " 件。")


def bare(language: str = "zh") -> Pages:
    """A month in which nothing happened."""
    columns = (Column("指标"), Column("数值", right=True))
    rows = (("事件总数", 0), ("及时响应率", Share(0, 0)), ("平均解决时间（小时）", Minutes(None)))
    chart = Chart("volume", "事件总数", "bars", ("2026-09", "2026-10"), (Series("实际", (0.0, 0.0)),))
    section = Section("overview", "概况", (Table("figures", columns, rows), chart, Bullets(()), Paragraph("", "free")))
    return Pages("月度事件报告 2026-10", "", (), (section,), language, "issued")
