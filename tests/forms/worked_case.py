"""A case with a visit, from the call to the follow-up: what the forms are printed of."""

from __future__ import annotations

import shlex
from pathlib import Path

from conftest import TestDesk

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
CALL = (
    "new -o 第一人民医院 -c 张三丰 -p 0571-88886666 --address 庆春路1号 -b 3号窗口无法结算 -e 明天 "
    "--type fault -g terminal -s medium -q 重要紧急 --major --project 医保结算系统 --json -y"
)
STEPS = (
    ("23T09:10", "张三", "respond {id} -k none --guidance 请客户重新插拔读卡器"),
    ("23T09:12", "张三", "notify {id}"),
    ("23T09:40", "张三", "remote {id} --consent-by 张三丰 --tool 向日葵 --actions 重装驱动 --unsolved"),
    (
        "23T10:00",
        "张三",
        "dispatch {id} --decided-by 王五 --reason 远程无法解决 --engineer 李四 --engineer 陈一 --lead 李四 "
        "--from '11-24 09:00' --until '11-24 12:00'",
    ),
    ("23T10:30", "赵总", "approve {id} --comment 带备件"),
    (
        "23T11:00",
        "张三",
        "visit plan {id} --appointment '11-24 10:00' --place 门诊楼 --contact 李主任 --cooperation 准备账号 --ready all",
    ),
    ("24T10:05", "张三", "visit start {id}"),
    ("24T10:15", "张三", "backup {id} --location /backup/1 --verified"),
    (
        "24T11:40",
        "张三",
        "visit finish {id} --diagnosis 比对 --cause 驱动版本不符 --solved --solution 升级驱动 --signed-by 张三丰 "
        "--signature {scan}",
    ),
    ("24T14:00", "张三", "close {id} --confirmed-by 张三丰 --method signature --rest none"),
    ("25T10:00", "张三", "follow-up {id} --result reached --satisfaction 5 --solved --comment 很及时"),
)


def worked_case(desk: TestDesk, folder: Path, symptom: str = "读卡器无法识别") -> str:
    """The short ID of a case with all four forms."""
    scan = folder / "scan.png"
    scan.write_bytes(PNG)
    made = desk.itil(*shlex.split(CALL), symptom, now="2026-11-23T09:00:00+08:00").json
    case_id = str(made["id"])[-4:]
    for at, who, words in STEPS:
        desk.itil(*shlex.split(words.format(id=case_id, scan=scan)), who=who, now=f"2026-11-{at}:00+08:00")
    return case_id
