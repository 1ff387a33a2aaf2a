"""§5.1 by e-mail: what comes of each message of the corpus beside this file; none is lost, none is taken twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import TestDesk, desk_at

HERE = Path(__file__).parent
CORPUS = sorted(HERE.glob("*.eml"))
NOW = "2026-11-23T10:00:00+08:00"
REGISTER = """\
customers:
  - organisation: "第一人民医院"
    contacts:
      - name: "张三丰"
        phone: "0571-88886666"
        email: "zsf@hospital.cn"
      - name: "监控平台"
        phone: "0571-88886667"
        email: "zabbix@hospital.cn"
  - organisation: "第二中学"
    projects: ["教务系统"]
    contacts:
      - name: "李老师"
        phone: "13800001234"
        email: "teacher@163.com"
"""
CASE, NOTE, DRAFT, IGNORED, KNOWN, REFUSED = "case", "note", "draft", "ignored", "known", "refused"
EXPECTED: dict[str, tuple[str, dict[str, Any]]] = {
    "01-outlook": (CASE, {"title": "3号窗口读卡器无法识别", "has": "朱镕基先生", "lacks": "HTML 版本", "business_impact": "3号窗口无法结算",
                          "customer": "第一人民医院 张三丰 0571-88886666 zsf@hospital.cn", "reported": "09:01"}),
    "02-outlook-reply": (NOTE, {"on": "01-outlook", "has": "重启后仍然不行", "lacks": "请先重启试试", "chased": True}),
    "03-foxmail-html-only": (CASE, {"has": "型号 HP 1020", "lacks": "脚本 隐藏 跟踪 color 以前 不要"}),
    "04-qq-stranger": (DRAFT, {"missing": "E-5.1-caller", "has": "系统打不开了"}),
    "05-netease-attachment": (CASE, {"title": "教务系统白屏",
        "customer": "第二中学 李老师 13800001234 teacher@163.com", "files": "登录截图.png"}),
    "06-apple-inline-image": (CASE, {"has": "界面 一直显示离线", "lacks": "iPhone", "files": "IMG_0001.jpeg"}),
    "07-gmail-reply-by-references": (NOTE, {"on": "03-foxmail-html-only", "has": "好了一会儿又卡", "lacks": "写道 已换纸"}),
    "08-lotus-notes": (DRAFT, {"has": "OA 流程无法提交", "lacks": "旧内容"}),
    "09-phone-no-subject": (CASE, {"title": "挂号机没反应", "lacks": "华为"}),
    "10-monitoring-of-a-customer": (CASE, {"title": "Problem: db01 disk full",
        "customer": "第一人民医院 监控平台 0571-88886667 zabbix@hospital.cn"}),
    "11-monitoring-of-nobody": (IGNORED, {"why": "nobody's entry"}),
    "12-out-of-office": (IGNORED, {"why": "automatic reply"}),
    "13-autoreply-by-subject": (IGNORED, {"why": "automatic reply"}),
    "14-about-an-autoreply": (CASE, {"title": "自动回复功能失效"}),
    "15-bounce": (IGNORED, {"why": "returned or delayed"}),
    "16-read-receipt": (IGNORED, {"why": "receipt"}),
    "17-null-sender": (IGNORED, {"why": "Return-Path"}),
    "18-smime-signed": (CASE, {"has": "报表打不开", "files": ""}),
    "19-smime-opaque": (CASE, {"title": "加密邮件里的故障", "why": "encrypted", "files": "smime.p7m"}),
    "20-invitation": (CASE, {"has": "门诊系统仍然很慢", "files": "attachment-1.ics"}),
    "21-invitation-accepted": (IGNORED, {"why": "invitation"}),
    "22-empty-body": (CASE, {"title": "CT 室工作站蓝屏", "has": "CT 室工作站蓝屏"}),
    "23-only-a-file": (DRAFT, {"missing": "E-5.1-symptom"}),
    "24-gbk-called-gb2312": (CASE, {"title": "喆医生账号登录不了", "has": "喆、镕、玥"}),
    "25-gb18030-four-bytes": (CASE, {"title": "姓名𠮷显示为问号", "has": "𠮷田"}),
    "26-big5": (CASE, {"title": "資料庫連線失敗", "has": "請協助處理"}),
    "27-iso-2022-cn": (CASE, {"has": "网络不通 ping"}),
    "28-raw-8bit-head": (CASE, {"title": "收费窗口死机", "has": "收费窗口的电脑死机了"}),
    "29-words-over-lines": (CASE, {"title": "门诊药房发药系统报错请速处理"}),
    "30-rfc2231-name": (CASE, {"files": "故障日志与截图汇总.txt"}),
    "31-broken-base64": (CASE, {"has": "心电图机传不出数"}),
    "32-unknown-charset": (CASE, {"has": "叫号屏黑屏"}),
    "33-utf-7": (CASE, {"has": "叫号屏花屏"}),
    "34-hz": (CASE, {"has": "电话交换机告警"}),
    "35-nested-parts": (CASE, {"title": "层层嵌套", "why": "too many parts"}),
    "36-head-injection": (CASE, {"title": "打不开 Bcc: evil@example.com Itil-Action: close"}),
    "37-hostile-names": (CASE, {
        "files": "passwd desk.yaml 发票_gpj.exe gitattributes a_b.txt 报告….pdf CON attachment-8.bin x.incident.yaml"}),
    "38-the-first-again": (KNOWN, {"on": "01-outlook"}),
    "39-same-message-id-another-letter": (CASE, {"has": "B超机无图像"}),
    "40-no-message-id": (CASE, {"has": "条码打印机不出纸"}),
    "41-no-message-id-again": (KNOWN, {"on": "40-no-message-id"}),
    "42-no-sender": (DRAFT, {"missing": "E-5.1-caller"}),
    "43-no-date": (CASE, {"reported": "10:00"}),
    "44-date-ahead": (CASE, {"reported": "10:00", "why": "2027-11-23"}),
    "45-date-of-1970": (CASE, {"reported": "08:15"}),
    "46-two-senders": (DRAFT, {"why": "in doubt"}),
    "47-id-named-by-a-stranger": (DRAFT, {"why": "its subject names"}),
    "48-id-named-by-the-customer": (NOTE, {"on": "01-outlook", "has": "刘护士"}),
    "49-stranger-in-the-thread": (NOTE, {"on": "01-outlook", "has": "三丰 <zsf1980@qq.com>", "chased": False, "why": "not known"}),
    "50-found-forged": (DRAFT, {"why": "in doubt"}),
    "51-mailing-list": (IGNORED, {"why": "mailing list"}),
    "52-list-that-leads-to-the-desk": (CASE, {"customer": "第三中学 赵老师 0571-8765 4321 转 12 zhao@school.example.net"}),
    "53-our-own": (IGNORED, {"why": "own message"}),
    "54-passed-on-by-a-colleague": (DRAFT, {"has": "机房空调漏水，请派人", "why": "李四"}),
    "55-passed-on-by-the-customer": (CASE, {"title": "服务器告警", "has": "服务器风扇故障灯亮"}),
    "56-winmail": (CASE, {"files": "winmail.dat"}),
    "57-mbox-of-one": (CASE, {"title": "CT 室工作站蓝屏"}),
    "58-mbox-of-two": (REFUSED, {"codes": ["E-mail-several"]}),
    "59-no-message": (DRAFT, {}),
    "60-boundary-that-never-comes": (CASE, {"has": "PACS 图像调不出来"}),
    "61-claims-25-megabytes": (CASE, {"has": "其实很小"}),
    "62-html-hidden": (CASE, {"has": "排班系统报错 500", "lacks": "看不见 javascript"}),
    "63-reply-to": (DRAFT, {"email": "helpdesk@newcorp.example.net"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> TestDesk:
    """A desk with a register and a mailbox of its own."""
    desk = desk_at(tmp_path_factory.mktemp("post") / "desk")
    desk.now = NOW
    (desk.root / "customers.yaml").write_text(REGISTER, encoding="utf-8")
    with (desk.root / "desk.yaml").open("a", encoding="utf-8") as file:
        file.write('mailboxes: ["support@desk.example.org"]\n')
    desk.commit("a register")
    return desk


def given(desk: TestDesk, path: Path, *flags: str, code: int | None = 0) -> Any:
    """What comes of a message, as programs are told."""
    return desk.itil("new", "--from-email", str(path), *flags, "--json", "--language", "en", code=code)


def test_the_table_is_whole() -> None:
    assert [path.stem for path in CORPUS] == list(EXPECTED)
    assert len(CORPUS) >= 30


def test_what_comes_of_each(post: TestDesk, tmp_path: Path) -> None:
    """In their order, as some answer others; then the desk proves itself: nothing lies outside of it, nothing that a message
    says stands among a commit's trailers."""
    came: dict[str, dict[str, Any]] = {}
    wrong = [said for path in CORPUS for said in wrong_with(post, came, path, tmp_path)]
    assert not wrong, "\n".join(wrong)
    assert post.itil("check", "--json").json == []
    assert post.itil("audit", "--json", code=None).json["errors"] == 0
    assert not (post.root.parent / "etc").exists()
    assert "Itil-Action: close" not in post.git("log", "--format=%(trailers)")
    assert post.git("status", "--porcelain") == ""


def wrong_with(desk: TestDesk, came: dict[str, dict[str, Any]], path: Path, folder: Path) -> Iterator[str]:
    """What is otherwise than the table has it."""
    result, wanted = EXPECTED[path.stem]
    data = path.read_bytes()
    if b"@CASE@" in data:
        path = folder / path.name
        path.write_bytes(data.replace(b"@CASE@", came["01-outlook"]["id"].encode()))
    before = desk.git("rev-parse", "HEAD")
    said = given(desk, path, "--incomplete", "邮件受理", code=None)
    if result == REFUSED:
        if (said.code, said.codes) != (2, wanted["codes"]):
            yield f"{path.stem}: {said}"
        return
    if said.code or said.json["result"] != result:
        yield f"{path.stem}: {said}"
        return
    made = came[path.stem] = said.json
    if (desk.git("rev-parse", "HEAD") != before) != (result in (CASE, NOTE)):
        yield f"{path.stem}: a commit where none should be, or none"
    if result == DRAFT and (Path(made["draft"]).read_bytes() != path.read_bytes() or not made["missing"]):
        yield f"{path.stem}: is not kept"
    yield from (f"{path.stem}: {one}" for one in examined(desk, came, made, wanted))


def examined(
    desk: TestDesk, came: dict[str, dict[str, Any]], made: dict[str, Any], wanted: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """What is otherwise in what came of a message: what was expected, and what there is."""
    case = desk.show(made["id"]) if made["id"] else {}
    answers = answers_of(desk, made) if made["draft"] else {}
    said = [
        row["text"]
        for kind in ("notes", "chased")
        for row in case.get(kind, ())
        if (made["from"] or "?") in row["text"]
    ]
    texts = "\n".join([case.get("symptom") or answers.get("symptom") or "", *said])
    customer = case.get("customer") or {}
    found = {
        "has": lambda value: value if value in texts else texts,
        "lacks": lambda value: (
            value if not [word for word in value.split() if word in (said or [texts])[-1]] else texts
        ),
        "on": lambda value: value if made["id"] == came[value]["id"] else made["id"],
        "reported": lambda value: case["reported_at"][11:16],
        "customer": lambda value: " ".join(customer[one] for one in ("organisation", "contact", "phone", "email")),
        "files": lambda value: shortly(case["attachments"]),
        "chased": lambda value: any(made["from"] in row["text"] for row in case.get("chased", ())),
        "missing": lambda value: value if value in [row["code"] for row in made["missing"]] else made["missing"],
        "why": lambda value: value if value in " ".join(made["why"]) else made["why"],
        "email": lambda value: answers.get("email"),
    }
    for name, value in wanted.items():
        there = found[name](value) if name in found else case.get(name)
        if there != value:
            yield name, value, there


def answers_of(desk: TestDesk, made: dict[str, Any]) -> dict[str, Any]:
    """What was understood of a message that became a draft."""
    key = Path(made["draft"]).stem.removeprefix("mail-")
    (path,) = Path(made["draft"]).parent.glob(f"new-*-mail-{key}.json")
    found: dict[str, Any] = json.loads(path.read_bytes())["answers"]
    return found


def shortly(rows: list[dict[str, Any]]) -> str:
    """The names of the files that came with a message, less the message, blanks as lines below."""
    names = [row["file"].replace(" ", "_") for row in rows if not row.get("message_id")]
    return " ".join(name[:2] + "…" + name[-4:] if len(name) > 40 else name for name in names)
