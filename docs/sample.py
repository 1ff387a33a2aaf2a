"""Makes the sample desk of this repository through the tool itself: `make sample`.

A quarter of a fictitious service company is worked in a scratch desk under a rehearsal clock; its files are then copied to the
top of the repository. What happens is fixed by a seed; only the characters of the IDs are drawn anew.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from itilcli.cli.app import run
from itilcli.cli.commands import COMMANDS

ROOT = Path(__file__).parent.parent
ZONE = timezone(timedelta(hours=8))
BEGIN, END = datetime(2026, 8, 3, 8, 30, tzinfo=ZONE), datetime(2026, 10, 30, 18, 0, tzinfo=ZONE)
COPIED = ("desk.yaml", "people.yaml", "customers.yaml", "models", "calendar", "records", "knowledge")
MANAGER = ("林岚", "linlan@example.com")
PEOPLE = (
    ("周毅", "zhouyi@example.com", "tier1"),
    ("何静", "hejing@example.com", "tier1"),
    ("吴凡", "wufan@example.com", "tier1"),
    ("郑浩", "zhenghao@example.com", "tier2"),
    ("冯雪", "fengxue@example.com", "tier2"),
    ("褚工", "chu@supplier.example.com", "tier3"),
    ("卫国", "weiguo@example.com", "project_manager"),
    ("蒋敏", "jiangmin@example.com", "technical_director"),
    ("沈砚", "shenyan@example.com", "archivist"),
    ("韩松", "hansong@example.com", "configuration_manager"),
    ("杨帆", "yangfan@example.com", "department_manager"),
    ("朱总", "zhu@example.com", "top_management"),
)
EMAIL = dict([MANAGER, *((name, email) for name, email, _ in PEOPLE)])
CUSTOMERS = (
    ("青山区第一人民医院", "陆护士长", "0571-5550101", "青山区湖滨路18号", "医院信息系统"),
    ("云溪县中医院", "倪主任", "0572-5550102", "云溪县人民路6号", "医院信息系统"),
    ("东湖社区卫生服务中心", "汤医生", "0571-5550103", "东湖街道21号", "社区卫生平台"),
    ("平安镇卫生院", "滕院长", "0573-5550104", "平安镇中街3号", "社区卫生平台"),
    ("海宁路妇幼保健院", "殷科长", "021-55501050", "海宁路92号", "医院信息系统"),
    ("滨江公交集团", "罗工", "0571-5550106", "滨江大道500号", "刷卡收费系统"),
    ("长兴供水公司", "毕经理", "0572-5550107", "长兴县水务路1号", "营业收费系统"),
    ("南浔区图书馆", "郝老师", "0572-5550108", "南浔区学苑路9号", "借阅管理系统"),
)  # fmt: skip
MODELS = (
    ("读卡器", "社保卡读卡器不识别卡片", "terminal", "low", "一般", "重新插拔数据线，在设备管理器中核对串口"),
    ("打印机", "小票打印机打印乱码", "terminal", "low", "一般", "核对打印机编码是否为GB18030，重启打印服务"),
    ("医保接口", "医保结算接口返回超时", "application", "medium", "重要不紧急", "核对专线与接口参数，查看服务日志"),
)
SMALL = (
    ("terminal", "社保卡读卡器不识别卡片", "窗口无法刷卡结算", "重新插拔数据线并选择正确的串口", "KB-1"),
    ("terminal", "小票打印机打印乱码", "收费窗口无法打印凭条", "把打印机编码改为GB18030后重启打印服务", "KB-2"),
    ("application", "登录时提示密码已过期", "值班人员无法登录系统", "指导用户按规则修改密码", "none"),
    ("terminal", "扫码枪扫描无反应", "药房无法扫码发药", "扫描设置条码恢复出厂并设为USB键盘模式", "none"),
    ("application", "报表导出后用WPS打开显示####", "月报无法上报", "指导调整列宽并另存为xlsx", "none"),
    ("terminal", "车载终端信号弱导致上传失败", "当班次交易延迟上传", "运营商信号恢复后补传，核对笔数一致", "none"),
    ("application", "误删排班数据", "次日门诊排班缺失", "从回收站恢复排班并核对", "none"),
    ("terminal", "自助机触摸屏偏移", "患者无法自助挂号", "运行四点校准程序", "none"),
)
ASKED = (
    ("如何批量修改药品目录价格", "无法按时完成调价", "指导使用批量调价功能，先在测试库演练"),
    ("如何导出上月收费明细", "财务对账等待数据", "指导在查询统计中按日期导出"),
    ("新增操作员权限如何配置", "新员工无法上岗", "指导在角色管理中复制同岗位权限"),
    ("如何设置节假日收费班次", "国庆排班未完成", "指导新建节假日模板并应用"),
)
HARD = (
    ("application", "医保结算接口返回超时", "门诊医保患者无法实时结算", "调整连接池并修复未关闭的连接，发布补丁2.8.3"),
    ("application", "住院日清单金额与明细不符", "患者投诉费用", "修正四舍五入规则并重算当日数据"),
    ("application", "夜间自动结转任务未执行", "次日报表为空", "修复调度器时区配置，补跑任务"),
    ("application", "预约短信重复发送", "患者收到多条短信", "增加幂等校验并清理队列"),
)
BOUGHT = (
    (
        "server_hardware",
        "磁盘阵列报警灯亮",
        "存在数据丢失风险",
        "供应商更换故障硬盘，阵列重建完成",
        "华存科技",
        "HT-2026-017",
    ),
    ("terminal", "批量POS机固件升级失败", "12台POS无法收费", "供应商远程下发修复固件", "银联商务", "HT-2026-032"),
    (
        "server_hardware",
        "UPS电池续航不足",
        "断电时服务器无法正常关机",
        "供应商更换电池组并放电测试",
        "科士达",
        "HT-2026-021",
    ),
)
VISITED = (
    (
        "server_hardware",
        "medium",
        "应用服务器频繁蓝屏重启",
        "全院系统时断时续",
        "内存条接触不良",
        "更换内存条，压力测试两小时正常",
    ),
    (
        "application",
        "medium",
        "收费系统升级后部分窗口闪退",
        "3个收费窗口停用",
        "两台客户端运行库版本过低",
        "按标准配置重装运行库并回归测试",
    ),
    ("terminal", "medium", "自助机批量离线", "患者排队时间明显增加", "接入交换机端口松动", "更换水晶头并固定线缆"),
    (
        "server_hardware",
        "high",
        "数据库服务器无法启动",
        "全院业务停止",
        "系统盘损坏",
        "更换系统盘，从备份恢复并核对数据",
    ),
    ("terminal", "medium", "检验设备数据无法回传", "检验报告延迟", "串口服务器配置丢失", "按标准配置恢复串口参数"),
)


def customer(place: int) -> tuple[str, str, str, str, str]:
    """The customer of the incident at this place, so that faults and customers meet in changing pairs."""
    return CUSTOMERS[(place * 3 + place // 8) % len(CUSTOMERS)]


@dataclass
class Day:
    """The clock of the rehearsal, moved on by working hours."""

    at: datetime

    def pass_by(self, minutes: int) -> datetime:
        """The time some minutes later; after six the next morning, never on a weekend."""
        self.at += timedelta(minutes=minutes)
        if self.at.hour >= 18 or self.at.hour < 8:
            self.at = self.at.replace(hour=8, minute=40) + timedelta(days=1 if self.at.hour >= 18 else 0)
        while self.at.weekday() > 4 or (self.at.month, self.at.day) in {(10, day) for day in range(1, 8)} | {(9, 25)}:
            self.at = self.at.replace(hour=8, minute=40) + timedelta(days=1)
        return self.at


class Sample:
    """The scratch desk and the hands that work on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.chance = random.Random(20260803)
        self.articles: dict[str, str] = {}
        self.visits = 0
        self.to_call: list[tuple[datetime, str, str]] = []

    def itil(self, who: str, at: datetime, *words: str) -> Any:
        """One command by somebody at some time; what it printed as JSON."""
        os.environ.update(
            ITIL_NOW=at.isoformat(), ITIL_DESK=str(self.root), GIT_AUTHOR_NAME=who, GIT_AUTHOR_EMAIL=EMAIL[who],
            GIT_COMMITTER_NAME=who, GIT_COMMITTER_EMAIL=EMAIL[who],
        )  # fmt: skip
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(COMMANDS, [*words, "--json"])
        if code != 0:
            sys.exit(f"itil {' '.join(words)} [{code}]\n{err.getvalue()}")
        return json.loads(out.getvalue())

    def caller(self, place: int) -> tuple[str, ...]:
        """The flags that name a customer."""
        organisation, contact, phone, address, project = customer(place)
        return ("-o", organisation, "-c", contact, "-p", phone, "--address", address, "--project", project)

    def contact(self, place: int) -> str:
        """The contact of a customer."""
        return customer(place)[1]

    def done(self, case: str, owner: str, at: datetime) -> None:
        """The customer is to be called two to four working days later."""
        day = Day(at)
        for _ in range(self.chance.choice((1, 2, 3))):
            day.pass_by(24 * 60)
        self.to_call.append((day.pass_by(self.chance.randrange(120)), case, owner))

    # ── the ways a case goes

    def by_phone(self, place: int, at: datetime, owner: str) -> None:
        """Solved while the caller is on the line."""
        category, symptom, impact, solution, article = SMALL[place % len(SMALL)]
        consulted = self.articles.get(article, "none")
        made = self.itil(
            owner, at, "new", *self.caller(place), "-y", symptom, "-b", impact, "-e", "无", "--type", "fault", "-g", category, "-s", "low",
            "-q", self.chance.choice(("一般", "紧急不重要")), "--took", f"{self.chance.randrange(4, 25)}m", "-k", consulted,
            "--guidance", solution, "--solution", solution, "--confirmed-by", self.contact(place), "--rest", "none",
        )  # fmt: skip
        self.done(made["id"], owner, at)

    def asked(self, place: int, at: datetime, owner: str) -> None:
        """A question by e-mail or instant message, answered."""
        symptom, impact, solution = ASKED[place % len(ASKED)]
        day = Day(at)
        made = self.itil(
            owner, at, "new", *self.caller(place), "--channel", self.chance.choice(("email", "im:QQ", "web")), "-y", symptom, "-b", impact,
            "-e", "3wd", "--type", "consultation", "-q", "一般",
        )  # fmt: skip
        self.itil(
            owner,
            day.pass_by(self.chance.randrange(5, 50)),
            "respond",
            made["id"],
            "-k",
            "none",
            "--guidance",
            solution,
        )
        at = day.pass_by(self.chance.randrange(10, 90))
        self.itil(
            owner,
            at,
            "close",
            made["id"],
            "--solution",
            solution,
            "--confirmed-by",
            self.contact(place),
            "--method",
            "phone",
            "--rest",
            "none",
        )
        self.done(made["id"], owner, at)

    def remotely(self, place: int, at: datetime, owner: str) -> None:
        """Solved in a remote session."""
        category, symptom, impact, solution, _ = SMALL[(place + 3) % len(SMALL)]
        day = Day(at)
        made = self.itil(
            owner, at, "new", *self.caller(place), "-y", symptom, "-b", impact, "-e", "今天 18:00", "--type", "fault", "-g", category,
            "-s", "low", "-q", "重要不紧急",
        )  # fmt: skip
        self.itil(owner, day.pass_by(6), "respond", made["id"], "-k", "none", "--guidance", "先重启终端并重新登录")
        at = day.pass_by(30)
        self.itil(
            owner, at, "remote", made["id"], "--consent-by", self.contact(place), "--tool", "向日葵", "--started",
            (at - timedelta(minutes=20)).isoformat(), "--ended", at.isoformat(), "--actions", solution, "--solved",
        )  # fmt: skip
        self.itil(owner, day.pass_by(5), "close", made["id"], "--confirmed-by", self.contact(place), "--rest", "none")
        self.done(made["id"], owner, at)

    def to_tier2(self, place: int, at: datetime, owner: str, reopened: bool = False) -> None:
        """Escalated to R&D; once it comes back."""
        category, symptom, impact, solution = HARD[place % len(HARD)]
        engineer = self.chance.choice(("郑浩", "冯雪"))
        day = Day(at)
        made = self.itil(
            owner, at, "new", *self.caller(place), "-y", symptom, "-b", impact, "-e", "2wd", "--type", "fault", "-g", category, "-s", "medium",
            "-q", "重要不紧急", "--item", "应用服务器",
        )  # fmt: skip
        case = made["id"]
        self.itil(owner, day.pass_by(9), "respond", case, "-k", "none", "--guidance", "核对网络与参数，问题依旧")
        self.itil(
            owner, day.pass_by(25), "escalate", case, "--to", "tier2", "--reason", "unresolved", "--tried", "重启服务、核对参数均无效",
            "--assignee", engineer,
        )  # fmt: skip
        self.itil(
            engineer,
            day.pass_by(40),
            "diagnose",
            case,
            "--diagnosis",
            "log_analysis",
            "--cause",
            "日志显示" + solution[:12],
        )
        self.itil(engineer, day.pass_by(10), "backup", case, "--location", "备份服务器/" + case, "--verified")
        at = day.pass_by(self.chance.randrange(60, 400))
        fixed = ("--solution", solution, "--mode-exception", "应用程序缺陷，远程发布补丁")
        self.itil(engineer, at, "resolve", case, *fixed)
        if reopened:
            self.itil(owner, day.pass_by(60), "confirm", case, "--unsolved", "--reason", "客户反馈仍有偶发")
            at = day.pass_by(180)
            self.itil(engineer, at, "resolve", case, *fixed)
        self.itil(
            owner, day.pass_by(30), "close", case, "--confirmed-by", self.contact(place), "--change", f"normal:CHG-{at:%m%d}",
            "--item", f"应用服务器.补丁版本=2.8.{place % 9}", "--rest", "none",
        )  # fmt: skip
        self.itil("韩松", day.pass_by(45), "item", case, "--done", "--commit", f"r{1000 + place}")
        self.done(case, owner, at)

    def to_supplier(self, place: int, at: datetime, owner: str) -> None:
        """A supplier's fault, straight to tier 3."""
        category, symptom, impact, solution, supplier, contract = BOUGHT[place % len(BOUGHT)]
        day = Day(at)
        made = self.itil(
            owner, at, "new", *self.caller(place), "-y", symptom, "-b", impact, "-e", "5wd", "--type", "fault", "-g", category, "-s", "low",
            "-q", "重要不紧急", "--supplier", supplier, "--contract", contract,
        )  # fmt: skip
        case = made["id"]
        self.itil(
            owner, day.pass_by(15), "escalate", case, "--to", "tier3", "--reason", "supplier", "--due", "5wd", "--supplier-ref", f"S{place:04}",
            "--assignee", "褚工",
        )  # fmt: skip
        self.itil(
            owner, day.pass_by(30), "hold", case, "--on", "supplier", "--until", "4wd", "--reason", "等待供应商备件"
        )
        self.itil(owner, day.pass_by(26 * 60), "resume", case)
        at = day.pass_by(120)
        self.itil(owner, at, "resolve", case, "--solution", solution, "--performed-by", "褚工")
        self.itil(owner, day.pass_by(30), "close", case, "--confirmed-by", self.contact(place), "--rest", "none")
        self.done(case, owner, at)

    def on_site(self, place: int, at: datetime, owner: str) -> None:
        """Decided, approved, visited, backed up, signed, received."""
        category, severity, symptom, impact, cause, solution = VISITED[self.visits % len(VISITED)]
        self.visits += 1
        engineer = self.chance.choice(("郑浩", owner))
        day = Day(at)
        made = self.itil(
            owner, at, "new", *self.caller(place), "-y", symptom, "-b", impact, "-e", "2wd", "--type", "fault", "-g", category, "-s", severity,
            "-q", "重要紧急", "--not-major",
        )  # fmt: skip
        case = made["id"]
        self.itil(owner, day.pass_by(8), "respond", case, "-k", "none", "--guidance", "核对指示灯与线缆，重启后复现")
        self.itil(
            owner, day.pass_by(25), "remote", case, "--consent-by", self.contact(place), "--tool", "向日葵", "--actions", "查看系统日志，怀疑硬件",
            "--unsolved",
        )  # fmt: skip
        went = day.pass_by(30)
        begin = Day(went).pass_by(150)
        self.itil(
            owner, went, "dispatch", case, "--decided-by", "卫国", "--reason", "远程无法解决", "--engineer", engineer, "--from", begin.isoformat(),
            "--until", (begin + timedelta(hours=4)).isoformat(),
        )  # fmt: skip
        self.itil("蒋敏", day.pass_by(20), "approve", f"{case}/work-order-1", "--comment", "同意")
        self.itil(
            owner, day.pass_by(15), "visit", "plan", case, "--appointment", begin.isoformat(), "--cooperation", "准备机房钥匙与管理员账号",
            "--ready", "installer:3.2.1", "--ready", "patches:3.2.1-p4", "--ready", "form", "--not-needed", "rest:客户已有最新手册",
        )  # fmt: skip
        started = max(begin, day.pass_by(10))
        self.itil(engineer, started, "visit", "start", case)
        day = Day(started)
        self.itil(
            engineer, day.pass_by(20), "plan", case, "--solution", solution, "--feasibility", "备件已携带", "--duration", "2h",
            "--told-at", day.at.isoformat(),
        )  # fmt: skip
        self.itil(engineer, day.pass_by(5), "backup", case, "--location", f"移动硬盘/{case}", "--verified")
        at = day.pass_by(70)
        scan = self.root.parent / "现场服务记录单.png"
        scan.write_bytes(signed_form())
        self.itil(
            engineer, at, "visit", "finish", case, "--diagnosis", "baseline_comparison", "--cause", cause, "--solved", "--solution", solution,
            "--signed-by", self.contact(place), "--signature", str(scan),
        )  # fmt: skip
        self.itil(owner, day.pass_by(60), "confirm", case)
        self.itil(owner, day.pass_by(30), "close", case, "--rest", "none")
        self.itil("沈砚", day.pass_by(200), "receive", f"{case}/work-order-1", "--location", f"A柜{place % 4 + 1}层")
        self.done(case, owner, at)

    def security(self, place: int, at: datetime, owner: str) -> None:
        """A security incident."""
        day = Day(at)
        made = self.itil(
            owner, at, "new", *self.caller(place), "-y", "终端弹出勒索提示窗口", "-b", "担心数据外泄", "-e", "今天 18:00", "--type", "信息安全事件",
            "-s", "medium", "-q", "重要紧急", "--not-major",
        )  # fmt: skip
        case = made["id"]
        self.itil(owner, day.pass_by(5), "respond", case, "-k", "none", "--guidance", "立即断开网线，不要关机")
        self.itil(
            owner,
            day.pass_by(15),
            "escalate",
            case,
            "--to",
            "tier2",
            "--reason",
            "beyond_capability",
            "--assignee",
            "郑浩",
        )
        self.itil("郑浩", day.pass_by(60), "backup", case, "--location", "离线镜像/" + case)
        at = day.pass_by(120)
        self.itil("郑浩", at, "resolve", case, "--solution", "确认为网页弹窗广告，清除浏览器扩展并全盘查杀")
        self.itil(owner, day.pass_by(20), "close", case, "--confirmed-by", self.contact(place), "--rest", "none")
        self.done(case, owner, at)

    def call_back(self, until: datetime) -> None:
        """The follow-ups that have come due by some time."""
        for at, case, owner in sorted(self.to_call):
            if at <= until:
                self.to_call.remove((at, case, owner))
                if self.chance.random() < 0.12:
                    self.itil(owner, at, "follow-up", case, "--result", "no_answer")
                    at += timedelta(minutes=30)
                score = self.chance.choice("5554445443")
                self.itil(
                    owner,
                    at,
                    "follow-up",
                    case,
                    "--result",
                    "reached",
                    "--satisfaction",
                    score,
                    "--solved",
                    "--comment",
                    "服务及时" if score > "3" else "希望更快",
                )

    def write_articles(self) -> None:
        """Six articles, five of them published."""
        rows = (
            ("KB-1", "社保卡读卡器不识别卡片", "插卡后提示无设备", "串口号与设置不符或数据线松动", "重新插拔数据线，在设备设置里选择实际串口", "terminal"),
            ("KB-2", "小票打印机打印乱码", "凭条出现问号或方块", "打印机字符编码与系统不一致", "编码改为GB18030，重启打印服务", "terminal"),
            ("KB-3", "医保结算接口超时排查", "结算时提示接口返回超时", "连接未释放导致连接池耗尽", "查看连接数，升级到2.8.3以上版本", "application"),
            ("KB-4", "自助机触摸屏偏移校准", "点击位置与响应位置不一致", "校准数据丢失", "管理员界面运行四点校准程序", "terminal"),
            ("KB-5", "数据库服务器系统盘损坏的恢复", "服务器无法引导", "系统盘物理损坏", "更换系统盘，按恢复手册还原并核对", "server_hardware"),
            ("KB-6", "车载终端离线补传", "交易未上传", "运营商信号差", "信号恢复后执行补传并核对笔数", "terminal"),
        )  # fmt: skip
        for place, (key, title, symptom, cause, solution, category) in enumerate(rows):
            at = BEGIN + timedelta(minutes=10 * place)
            made = self.itil(
                "周毅", at, "kb", "new", "--title", title, "--symptom", symptom, "--cause", cause, "--solution", solution,
                "--environment", "标准客户端配置", "--category", category,
            )  # fmt: skip
            self.articles[key] = made["id"]
            self.itil(MANAGER[0], at + timedelta(minutes=5), "kb", "publish", made["id"])

    def work(self) -> None:
        """The quarter."""
        self.write_articles()
        ways = [self.by_phone] * 19 + [self.asked] * 10 + [self.remotely] * 9 + [self.to_tier2] * 6 + [self.on_site] * 5
        ways += [self.to_supplier] * 5 + [self.security] * 2
        self.chance.shuffle(ways)
        span = (END - BEGIN).days - 8
        reopened = False
        for place, way in enumerate(ways):
            day = Day(BEGIN + timedelta(days=1 + span * place / len(ways), minutes=self.chance.randrange(0, 360)))
            at = day.pass_by(0)
            self.call_back(at)
            owner = ("周毅", "何静", "吴凡")[place % 3]
            if way == self.to_tier2 and not reopened:
                self.to_tier2(place, at, owner, reopened=True)
                reopened = True
            else:
                way(place, at, owner)
        self.call_back(END + timedelta(days=30))
        self.loose_ends()

    def loose_ends(self) -> None:
        """What stands at the end of a quarter: one reported twice, one that was none, three still open."""
        at = datetime(2026, 10, 29, 9, 30, tzinfo=ZONE)
        fault = ("-b", "个别窗口受影响", "-e", "无", "--type", "fault", "-g", "terminal", "-s", "low", "-q", "一般")
        open_ = self.itil("周毅", at, "new", *self.caller(0), "-y", "候诊大屏不刷新", *fault)["id"]
        twice = self.itil(
            "何静", at + timedelta(minutes=12), "new", *self.caller(0), "-y", "大屏显示停留在昨天", *fault
        )["id"]
        self.itil(
            MANAGER[0], at + timedelta(minutes=30), "merge", twice, "--into", open_, "--reason", "同一客户同一故障"
        )
        none = self.itil("吴凡", at + timedelta(minutes=40), "new", *self.caller(3), "-y", "测试来电，请忽略", *fault)[
            "id"
        ]
        self.itil(MANAGER[0], at + timedelta(minutes=50), "void", none, "--reason", "测试来电")
        self.itil("周毅", at + timedelta(minutes=60), "respond", open_, "-k", "none", "--guidance", "重启显示服务")
        waiting = self.itil("何静", at + timedelta(minutes=70), "new", *self.caller(5), "-y", "闸机偶发不开门", *fault)[
            "id"
        ]
        self.itil("何静", at + timedelta(minutes=80), "respond", waiting, "-k", "none", "--guidance", "清洁感应窗口")
        self.itil(
            "何静",
            at + timedelta(minutes=95),
            "escalate",
            waiting,
            "--to",
            "tier2",
            "--reason",
            "unresolved",
            "--tried",
            "清洁、重启无效",
            "--assignee",
            "冯雪",
        )
        held = self.itil(
            "吴凡",
            at + timedelta(minutes=120),
            "new",
            *self.caller(6),
            "-y",
            "催缴短信模板需要调整",
            "-b",
            "催缴未发送",
            "-e",
            "无",
            "--type",
            "consultation",
            "-q",
            "一般",
        )["id"]
        self.itil("吴凡", at + timedelta(minutes=130), "respond", held, "-k", "none", "--guidance", "请提供新模板文字")
        self.itil("吴凡", at + timedelta(minutes=140), "hold", held, "--on", "customer", "--reason", "等待客户提供模板")


def signed_form() -> bytes:
    """A small picture that stands for the scan of a signed form."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + bytes(255 if (x + y) % 9 else 60 for x in range(40)) for y in range(24))
    head = struct.pack(">IIBBBBB", 40, 24, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def main() -> int:
    """Works the quarter in a scratch desk and copies its files here."""
    with tempfile.TemporaryDirectory() as scratch:
        sample = Sample(Path(scratch) / "desk")
        begin = BEGIN - timedelta(minutes=30)
        sample.itil(
            *[MANAGER[0], begin],
            "init",
            str(sample.root),
            "--organisation",
            "清源软件技术服务部",
            "--language",
            "zh",
            "--timezone",
            "Asia/Shanghai",
        )
        for name, email, role in PEOPLE:
            approved = () if role == "top_management" else ("--approved-by", "朱总")
            if role != "top_management":
                continue
            sample.itil(MANAGER[0], begin, "people", "add", name, "--email", email, "--role", role, *approved)
        for name, email, role in PEOPLE:
            if role != "top_management":
                sample.itil(
                    MANAGER[0], begin, "people", "add", name, "--email", email, "--role", role, "--approved-by", "朱总"
                )
        for name, symptom, category, severity, square, guidance in MODELS:
            sample.itil(
                MANAGER[0], begin, "model", "new", name, "--symptom", symptom, "--type", "fault", "--category", category,
                "--severity", severity, "--priority", square, "--guidance", guidance, "--consulted", "none",
            )  # fmt: skip
        hospital, contact, phone, address, project = CUSTOMERS[0]
        sample.itil(
            MANAGER[0], begin, "customer", "add", hospital, "--contact", contact, "--phone", phone, "--address", address,
            "--project", project, "--vip",
        )  # fmt: skip
        sample.work()
        for name in COPIED:
            target = ROOT / name
            if target.is_dir():
                shutil.rmtree(target)
            source = sample.root / name
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    print("sample desk: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
