"""Synthetic desks for the benchmarks: believable cases, made by the engine, in which ``itil check`` finds nothing.

``python benchmarks/desks.py FOLDER COUNT`` makes one, without a git repository: 36 months of cases, evenly. About one
case in a hundred is open, all of them from the last three weeks; all older ones are closed and followed up.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from itilcli.actions.writing.serials import path_of as serials_path
from itilcli.model.case import ALPHABET, Case
from itilcli.model.incident import Change, ConfigurationUpdate, Incident, KnowledgeRef, ProblemRef
from itilcli.model.people import People, Person, RoleSpan
from itilcli.model.settings import Settings
from itilcli.model.shape import encode
from itilcli.procedure.clause import Request, World
from itilcli.procedure.engine import apply
from itilcli.store import calendar, emit, files
from itilcli.store.cases import changes
from itilcli.store.people import PEOPLE, SETTINGS

SETTINGS_OF = Settings(
    format=1, organisation="杭州健桥信息技术有限公司", language="zh", timezone="Asia/Shanghai", intake_channel="hotline"
)
ROLES = {
    "张三": ("incident_manager", "tier1"), "王芳": ("tier1",), "李四": ("tier2",), "赵六": ("tier3",),
    "王五": ("project_manager",), "赵总": ("technical_director",), "孙经理": ("department_manager",),
    "档案": ("archivist",), "周配置": ("configuration_manager",),
}  # fmt: skip
PEOPLE_OF = People(
    tuple(
        Person(id=name, name=name, emails=(f"p{place}@example.com",), roles=tuple(RoleSpan(role) for role in roles))
        for place, (name, roles) in enumerate(ROLES.items())
    )
)
HOSPITALS = (
    "第一人民医院",
    "市妇幼保健院",
    "中医院",
    "第二人民医院",
    "儿童医院",
    "城东社区卫生服务中心",
    "肿瘤医院",
    "口腔医院",
)
CALLERS = ("张三丰", "李莉", "王小明", "陈静", "刘洋", "赵敏", "孙丽", "周杰")
FAULTS = {
    "terminal": ("读卡器无法识别医保卡", "叫号屏黑屏不显示", "自助机打印不出发票", "扫码枪读取失败"),
    "application": ("门诊收费系统登录报错", "医嘱保存后丢失剂量", "检验报告无法回传", "挂号排班页面空白"),
    "server_hardware": ("存储阵列告警灯亮", "应用服务器风扇异响", "备份任务连续失败", "双机切换后数据库未启动"),
}
NONE = {
    "change": Change(none=True),
    "problem": ProblemRef(none=True),
    "item_update": ConfigurationUpdate(none=True),
    "knowledge": KnowledgeRef(none=True),
}
DAYS, UNTIL, ZONE = 1090, date(2026, 11, 20), ZoneInfo("Asia/Shanghai")
"""How long the desk has been at work, its last day, and where."""
RECENT = 50
"""One case in so many is recent enough to be open, and every second one of those is."""
Step = tuple[str, str, int, dict[str, Any]]
"""An action, who does it, how many minutes after the report, and its answers."""


def steps(chance: random.Random, number: int, still_open: bool) -> list[Step]:
    """What happens to one case: most are solved by tier 1, some by tier 2."""
    by = chance.choice(("张三", "王芳"))
    category = chance.choice(tuple(FAULTS))
    symptom = chance.choice(FAULTS[category])
    caller = chance.choice(CALLERS)
    # the window's number differs, so that no two faults are alike and none recurs
    call = {
        "organisation": chance.choice(HOSPITALS), "contact": caller, "phone": f"0571-8{number:07}",
        "address": f"庆春路{number % 90 + 1}号门诊楼", "channel": "hotline", "title": f"{symptom}({number}号窗口)",
        "symptom": f"{symptom},{number}号窗口,重启后仍然如此",
        "business_impact": f"{number}号窗口无法结算,排队患者约{number % 40 + 3}人", "no_expected": True,
    }  # fmt: skip
    judged = {
        "type": "fault",
        "category": category,
        "severity": "low",
        "importance": chance.choice(("important", "normal")),
        "urgency": "normal",
    }
    done: list[Step] = [
        ("new", by, 0, call),
        ("classify", by, 2, judged),
        ("respond", by, 4, {"consulted": ("none",), "guidance": "请客户重新插拔设备并重启服务,观察指示灯是否恢复绿色"}),
        ("diagnose", by, 9, {"diagnosis": "observation", "cause": "驱动版本与设备固件不符,更新后恢复"}),
    ]
    if number % 5 == 0:
        done.append(
            (
                "escalate",
                by,
                15,
                {
                    "to": "tier2",
                    "escalation_reason": "unresolved",
                    "tried": "重装驱动、更换接口均无效",
                    "assignee": "李四",
                },
            )
        )
    if still_open:
        return done
    worker = "李四" if number % 5 == 0 else by
    minutes = chance.randrange(20, 300)
    return [
        *done,
        ("resolve", worker, minutes, {"solution": "更新读卡器驱动并重启前置服务,客户现场复测三次均正常"}),
        ("confirm", by, minutes + 5, {"confirmed_by": caller, "method": "phone"}),
        ("archive", by, minutes + 8, {}),
        ("close", by, minutes + 9, NONE),
    ]


def worked(number: int, reported: datetime, world: World, follow_up: bool, still_open: bool = False) -> Case:
    """One case, worked by the engine."""
    chance = random.Random(number)
    case = Case(Incident(id=f"INC-{reported:%Y%m%d}-{code_of(number)}"))
    done = steps(chance, number, still_open)
    if follow_up and done[-1][0] == "close":
        # the next day, but on New Year's Eve the same day: its serial number is one of the old year
        later = done[-1][2] + 60 if (reported.month, reported.day) == (12, 31) else 24 * 60
        done.append(("follow-up", done[-1][1], later, {"result": "reached", "satisfaction": "5", "solved": True}))
    requests = []
    for action, person, minutes, answers in done:
        at, entry = reported + timedelta(minutes=minutes), "".join(chance.choices(ALPHABET, k=8))
        requests.append(Request(action, person, at, at + timedelta(seconds=40), answers, entry))
    # all at once, which is quicker, but nothing may come after a closing in what is applied at once
    called = 1 if done[-1][0] == "follow-up" else 0
    for part in (requests[: len(requests) - called], requests[len(requests) - called :]):
        case = apply(case, part, world).case if part else case
    return case


def code_of(number: int) -> str:
    """The code in a case's ID: no two of the first million are alike, nor do neighbours resemble each other."""
    mixed = (number * 480_661 + 271_829) % len(ALPHABET) ** 4
    return "".join(ALPHABET[mixed // 32**place % 32] for place in (3, 2, 1, 0))


def is_open(number: int, count: int) -> bool:
    """Whether that one of ``count`` cases is not solved yet. Of the newest, so about one in a hundred of all."""
    return number >= count - count // RECENT and number % 2 == 1


def reported_at(number: int, count: int, days: int, last: date) -> datetime:
    """When the case with that number was reported: in the mornings and afternoons of ``days`` days before ``last``."""
    on = last - timedelta(days=1 + days - number * days // count)
    return datetime.combine(on, time(8), ZONE) + timedelta(minutes=number % 480)


def cases(count: int, days: int, world: World, follow_up: bool = True, year: int | None = None) -> Iterator[Case]:
    """``count`` cases, evenly over the ``days`` days before the world's last one; only those of one ``year`` if given."""
    last = world.day(world.now)
    for number in range(count):
        reported = reported_at(number, count, days, last)
        if year in (None, reported.year):
            yield worked(number, reported, world, follow_up, is_open(number, count))


def make(root: Path, count: int, days: int = DAYS, until: date = UNTIL, follow_up: bool = True) -> datetime:
    """A desk of ``count`` cases at ``root``; the time its clock must show (``ITIL_NOW``) for nothing to be overdue.

    The years are made side by side: serial numbers run within a year, and no case is worked in two of them.
    """
    years = range((until - timedelta(days=days + 1)).year, until.year + 1)
    found: list[tuple[Path, bytes]] = [
        (root / SETTINGS, emit.emit(encode(SETTINGS_OF)).encode()),
        (root / PEOPLE, emit.emit(encode(PEOPLE_OF)).encode()),
    ]
    found += [
        (root / f"calendar/{year}.yaml", calendar.render_year(calendar.year_from_package(year)).encode())
        for year in years
    ]
    files.write_many(found)
    one = partial(make_year, root, count, days, until, follow_up)
    if count < 2_000:
        for year in years:
            one(year)
    else:
        with get_context("fork").Pool(min(os.cpu_count() or 1, len(years))) as pool:
            pool.map(one, reversed(years), chunksize=1)  # the first year is the shortest, so it comes last
    return datetime.combine(until, time(23), ZONE)


def make_year(root: Path, count: int, days: int, until: date, follow_up: bool, year: int) -> None:
    """The files of the cases reported in one year, and that year's serial numbers."""
    numbers: dict[str, int] = {}

    def serial(form_no: str, of: int) -> str:
        assert of == year, "a case was worked in two years"
        numbers[form_no] = numbers.get(form_no, 0) + 1
        return f"{form_no}-{year}-{numbers[form_no]:04}"

    now = datetime.combine(until, time(23), ZONE)
    world = World(PEOPLE_OF, SETTINGS_OF, calendar.calendar_of(root), ZONE, now, serial)
    files.write_many(
        (root / change.path, change.after or b"")
        for case in cases(count, days, world, follow_up, year)
        for change in changes(None, case)
    )
    if numbers:
        files.write_many([(root / serials_path(year), emit.emit(dict(sorted(numbers.items()))).encode())])


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), int(sys.argv[2])).isoformat())
