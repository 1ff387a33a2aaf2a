"""A desk whose records were written by somebody who means harm, with a report issued on them."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import TestDesk, desk_at

DATA = Path(__file__).parent.parent / "data"
RUNS = "window.pwned=1"
PAYLOADS = (
    f"<script>{RUNS}</script>", f'"><img src=x onerror={RUNS}>', f"'-({RUNS})-'", f"<svg/onload={RUNS}>",
    f"</title><script>{RUNS}</script>",
    f"javascript:{RUNS}", "{{ 7 * 7 }}{% raw %}", f"--><script>{RUNS}</script>", f"</script><script>{RUNS}</script>",
    "\u202etxt.exe", "𠮷𪚥 ＡＢＣ ｶﾅ",
)  # fmt: skip
ARTICLE = f"""\
---
id: "KB-0HST"
form_no: "JQ-ITSMS-04-01-04"
title: "读卡器<script>{RUNS}</script>无法识别"
status: "published"
category: "terminal"
author: "张三"
created_at: "2026-11-20T09:00:00+08:00"
reviewed_by: "张三"
reviewed_at: "2026-11-20T09:05:00+08:00"
version: 1
source_incidents: ["INC-20991231-0000"]
keywords: ["驱动"]
---

## 现象

<script>{RUNS}</script> <img src=x onerror={RUNS}> 社保卡读卡器指示灯不亮，ＵＳＢ接口松动

[点我](javascript:{RUNS}) [数据](data:text/html,<script>{RUNS}</script>) [好](https://example.com/a?b=1&c=2) ![图](https://example.com/x.png)

| 步骤 | 结果 |
|---|---|
| 重新插拔 | 正常 |

## 原因

驱动版本不符，致电王主任 13800138000

## 解决方案

更新驱动 <a href="https://example.com" onclick="{RUNS}">x</a>
"""


def hostile_desk(root: Path) -> TestDesk:
    """The desk, with a case in each of several states, articles, attachments and the issued report of 2026-10."""
    desk = desk_at(root)
    desk.now = "2026-10-12T10:00:00+08:00"
    done = desk.new("-t", PAYLOADS[0], "--email", "zhangsf@hospital.example")
    file = root.parent / f"<img src=x onerror={RUNS}>.html"
    file.write_text(f"<script>{RUNS}</script>", encoding="utf-8")
    png = root.parent / "现场 照片.html"
    png.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    desk.itil("attach", done, str(file), str(png))
    desk.itil("note", done, "客户张三丰来电 0571-88886666，邮箱 zhangsf@hospital.example", "--from-customer")
    desk.itil("respond", done, "-k", "none", "--guidance", PAYLOADS[1])
    desk.itil("resolve", done, "-x", PAYLOADS[4], "--kind", "permanent")
    desk.itil("close", done, "--confirmed-by", "张三丰", "--rest", "none", "--method", "phone")
    desk.now = "2026-11-23T09:00:00+08:00"
    for payload in PAYLOADS[1:]:
        desk.itil("new", "-o", payload, "-c", f"人{payload}", "-p", "0571-88880000", "-y", f"现象 {payload}", "-b", payload, "-e", "无",
                  "--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般", "-t", payload)  # fmt: skip
    naughty = [
        one
        for one in json.loads((DATA / "strings" / "blns.json").read_text(encoding="utf-8"))
        if one.strip() and "\0" not in one
    ]
    some = desk.new("-t", "很多文字")
    for text in ("\n".join(naughty[:160]), "\n".join(naughty[160:])):
        desk.itil("note", some, "".join(one for one in text if one == "\n" or one.isprintable()), code=None)
    (root / "knowledge").mkdir(exist_ok=True)
    (root / "knowledge" / "KB-0HST.md").write_text(ARTICLE, encoding="utf-8")
    desk.commit("an article")
    desk.itil("report", "2026-10", "--issue", "--unattended", code=None)
    return desk
