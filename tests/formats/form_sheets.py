"""Sheets for the tests of paper forms: a short one, a long one, a blank one, in both languages, and a hostile one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from office_pages import hostile

from itilcli.forms.sheet import Cell, Picture, Row, Sheet

NAME = "镕钘𬭚𫟹𬒈"
"""A name in characters of the standard list, three of them beyond the first plane."""


def _boxes(side: int = 21) -> str:
    """A drawing that looks like a code."""
    dark = [(x, y) for x in range(side) for y in range(side) if (x * x + 3 * y * y + x * y) % 5 < 2]
    path = "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {side + 4} {side + 4}"><path d="{path}"/></svg>'


CODE = Picture(_boxes().encode(), "svg", 20, "二维码：INC-20261123-7K3Q@8ff730d")
LOGO = Picture(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><rect width="60" height="20" rx="3" fill="#17324d"/>'
    b'<circle cx="12" cy="10" r="6" fill="#fff"/><path d="M24 7h28M24 13h20" stroke="#fff" stroke-width="2.5"/></svg>',
    "svg", 24, "某某科技",
)  # fmt: skip


def pairs(*texts: str) -> Row:
    """A label and its value, again and again."""
    return Row(tuple(Cell(text, "label" if place % 2 == 0 else "value") for place, text in enumerate(texts)))


def whole(label: str, value: str, height: float = 0) -> Row:
    """A label, and a value as wide as the table."""
    return Row((Cell(label, "label"), Cell(value, "value", 3, height)))


def onsite(symptom: str = "3号窗口读卡器无法识别社保卡，重启后仍提示“设备未连接”。", name: str = NAME) -> Sheet:
    """An onsite service record in Chinese."""
    rows = (
        Row((Cell("一、客户与事件", "heading", 4),)),
        pairs("客户名称", "第一人民医院", "联系人", name),
        pairs("联系电话", "0571-8765 4321", "优先级", "高（4 工作小时）"),
        whole("服务地址", "浙江省杭州市西湖区文三路 90 号东部软件园 1 号楼 203 室"),
        whole("故障现象", symptom, 24),
        Row((Cell("二、现场处理", "heading", 4),)),
        pairs("到场时间", "2026-11-23 14:05", "离场时间", "2026-11-23 16:40"),
        whole("处理过程", "检查供电与 USB 线缆；更换读卡器（序列号 RX-2210-00417）；升级驱动至 3.2.1。\n试刷 10 次均正常。", 30),
        whole("处理结果", "☑ 已解决　☐ 临时恢复　☐ 未解决"),
        Row((Cell("三、更换备件", "heading", 4),)),
        Row((Cell("序号", "label"), Cell("名称", "label"), Cell("数量", "label"), Cell("备注", "label")), head=True),
        Row((Cell("1", align="center"), Cell("读卡器 RX-2210"), Cell("1", align="right"), Cell("原件返厂"))),
        Row((Cell("2", align="center"), Cell("USB 延长线 1.5 m"), Cell("2", align="right"), Cell(""))),
        Row((Cell("四、客户意见", "heading", 4),)),
        Row((Cell("☐ 满意　☐ 基本满意　☐ 不满意　意见：", "value", 4, 18),)),
        Row(tuple(Cell(f"{who}签字：\n\n日期：　　　年　　月　　日", "sign", 2, 26) for who in ("客户", "工程师"))),
        Row((Cell("本单一式两份，客户与服务方各执一份。", "note", 4),)),
    )  # fmt: skip
    return Sheet(
        "现场服务记录单", "JQ-ITSMS-04-01-03", "A/1", "XC-2026-0042", "INC-20261123-7K3Q/onsite-1", "某某科技有限公司",
        (1, 2, 1, 2), rows, "zh", code=CODE, code_text="INC-20261123-7K3Q/onsite-1@8ff730d",
    )  # fmt: skip


def blank() -> Sheet:
    """The same form with nothing filled in."""
    sheet = onsite()
    rows = tuple(
        replace(row, cells=tuple(
            replace(cell, text="") if cell.role == "value" and "☐" not in cell.text else cell for cell in row.cells))
        for row in sheet.rows
    )  # fmt: skip
    return replace(sheet, rows=rows, serial="", reference="", code=None, code_text="")


def english() -> Sheet:
    """A form in English, with a logo."""
    rows = (
        Row((Cell("Customer and incident", "heading", 4),)),
        pairs("Customer", "Harbour Clinic Ltd.", "Contact", "Zoë Müller-O’Neill"),
        whole("Symptom", "Printer jams on every second page of a report. " * 3),
        Row(
            (
                Cell("Customer's signature:\n\nDate:", "sign", 2, 26),
                Cell("Engineer's signature:\n\nDate:", "sign", 2, 26),
            )
        ),
    )
    return Sheet(
        "Onsite service record", "JQ-ITSMS-04-01-03", "A/1", "", "INC-20261123-7K3Q/onsite-1", "Example Technology Ltd.",
        (1, 2, 1, 2), rows, "en", logo=LOGO, code=CODE, code_text="INC-20261123-7K3Q/onsite-1@8ff730d",
        before=("To be filled in at the customer's, in ink.",), after=("Keep one copy each.",),
    )  # fmt: skip


def register(count: int) -> Sheet:
    """A table with headings that runs over pages."""
    head = Row(tuple(Cell(title, "label") for title in ("编号", "客户", "状态", "说明")), head=True)
    rows = tuple(
        Row(
            (
                Cell(f"INC-20261123-{number:04d}"),
                Cell("第一人民医院"),
                Cell("已关闭"),
                Cell("读卡器无法识别，重新插拔后正常"),
            )
        )
        for number in range(count)
    )
    return replace(onsite(), title="事件登记表", rows=(head, *rows))


def cover() -> Sheet:
    """A case file's cover."""
    rows = (
        whole("事件编号", "INC-20261123-7K3Q"),
        whole("标题", "3号窗口读卡器无法识别"),
        whole("内含", "1. 受理单\n2. 派工单"),
    )
    return replace(onsite(), title="事件档案", number="", version="", rows=rows, logo=LOGO)


def hostile_sheets() -> Iterator[Sheet]:
    """Sheets on which everything that can be a text is a hostile one."""
    for text in hostile():
        rows = (
            whole(text, text),
            Row((Cell(text, "heading", 4),)),
            Row((Cell(text, "label", 2), Cell(text, "sign", 2, 10))),
        )
        yield Sheet(
            text, text, text, text, text, text, (1, 2, 1, 2), rows, "zh", before=(text,), after=(text,), code_text=text
        )
