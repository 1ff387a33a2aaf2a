"""Other words for verbs and flags, which people try and no help page shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from itilcli.cli.table import Command, added
from itilcli.values import pattern

_VERBS = """
settle 裁定冲突 裁定
sync 同步
rename 更换编号 换编号
audit 审计
blame 追溯
new 新建 受理 报修 登记 create
classify 分类 定级
notify 报告部门经理 报告经理
review 评审 重大事件评审
respond 电话指导 响应 指导
remote 远程处理 远程
escalate 升级 转派
return 退回
assign 指派 分派
handover 交接 交接班 交班
plan 方案告知 方案
diagnose 诊断
agree 约定时间 约定
backup 数据备份 备份
change 变更
problem 问题
resolve 解决
confirm 客户确认 确认
archive 归档
receive 接收 接收归档
hand-in 再次移交
item 配置变更申请 配置项 配置
close 关闭 结案 关单
follow-up 回访 followup
hold 挂起 暂停
resume 恢复 解挂
reopen 重新打开 重开
correct 更正 改正
edit 编辑
void 作废
merge 合并
link 关联
note 备注
attach 附件
undo 撤回 撤销
dispatch 派单申请 派单
approve 审批工单 批准 审批 同意
reject 驳回工单 驳回
withdraw 撤单
sign 签字扫描件 签字
show 查看 显示 详情
form 表单 打印 单据 案卷 print
next 下一步
check 检查
report 报告 月报
list 列表 列出 ls
board 看板
export 导出
log 经过 日志
search 搜索 查找 查询 find
due 待办 todo
sync 同步
init 初始化
whoami 我是谁
config 标准配置 配置库
doctor 诊断环境 体检 自检
import 导入
migrate 迁移
calendar 日历
people 人员
customer 客户 customers
action 改进 改进措施 措施 actions
model 模型 事件模型 models
kb 知识库 知识
visit 上门
help 帮助
"""
VERBS: dict[str, str] = {
    **{word: row.split()[0] for row in _VERBS.strip().splitlines() for word in row.split()[1:]},
    "预约上门": "visit plan", "预约": "visit plan", "到达现场": "visit start", "到场": "visit start",
    "离开现场": "visit leave", "离场": "visit leave", "现场结束": "visit finish", "取消上门": "visit cancel",
    "取消预约": "visit cancel",
}  # fmt: skip
"""The verb that a word stands for; the words that the forms use for a step are among them."""
SECOND: dict[str, tuple[str, ...]] = {
    "add": ("new",), "new": ("add",), "create": ("new", "add"), "新建": ("new", "add"), "添加": ("add", "new"),
    "新增": ("add", "new"), "列表": ("list",), "查看": ("show", "list"), "修改": ("set",), "离职": ("leave",),
    "离岗": ("leave",), "代理": ("deputy",), "发布": ("publish",), "预约": ("plan",), "到场": ("start",),
    "离场": ("leave",), "结束": ("finish",), "取消": ("cancel",),
    "完成": ("done",), "finish": ("done",), "比对": ("compare",), "历史": ("history",), "退回": ("reject",), "应用": ("apply",),
}  # fmt: skip
"""What the second word of a verb of two may stand for; the first that the group has counts."""
FLAGS: dict[str, str] = {
    "--org": "--organisation", "--organization": "--organisation", "--customer": "--organisation",
    "--company": "--organisation", "--tel": "--phone", "--mobile": "--phone", "--mail": "--email",
    "--desc": "--symptom", "--description": "--symptom", "--not-solved": "--unsolved", "--urged": "--from-customer",
    "--return": "--refuse", "--remark": "--comment", "--expected": "--expected-by", "--caller": "--contact",
}  # fmt: skip
"""The flag that another spelling stands for, where the command has the one and not the other."""
OWN: dict[str, dict[str, str]] = {
    "people set": {"--role": "--add-role"},
    "model new": {"--knowledge": "--consulted"},
    "list": {"--from": "--since", "--to": "--until", "--all": ""},
}
"""The same for one command alone; nothing stands for what the command does anyway."""
VALUED = frozenset({"--desk", "--language", "--color"})
HELP = frozenset({"--help", "-h"})
NUMBER = pattern(r"\+?[0-9](?:[0-9 -]*[0-9])?")
SHORTEST = 4


def readings(commands: Sequence[Command], words: Sequence[str]) -> tuple[list[str], ...]:
    """What ``words`` may mean, with every alias spelled out: usually one reading.

    A number alone is a case to be shown, by the end of its phone number, else a text to be looked for.
    """
    at = verb_place(words)
    if at is None:
        return (list(words),)
    names = {command.name for command in commands}
    if {"show", "search"} <= names and is_number(words, at):
        return tuple([*words[:at], verb, *words[at:]] for verb in ("show", "search"))
    spelled = _verb(names, words, at)
    if spelled[at] == "help" and at == 0 and spelled[1:]:
        return (["help", *_verb(names, [*spelled[1:], "--help"], 0)[:-1]],)
    command = max((c for c in commands if _begins(spelled, at, c.name)), key=lambda c: len(c.name), default=None)
    return (_flags(command, spelled) if command else spelled,)


def verb_place(words: Sequence[str]) -> int | None:
    """Where the verb stands: at the first word that is neither an option nor the value of one."""
    skip = False
    for place, word in enumerate(words):
        if word == "--":
            return None
        if not skip and not word.startswith("-"):
            return place
        skip = not skip and word in VALUED
    return None


def is_number(words: Sequence[str], at: int) -> bool:
    """Whether the only word is a phone number, or the end of one."""
    word = unicodedata.normalize("NFKC", words[at]).strip()
    alone = verb_place(words[at + 1 :]) is None and not HELP.intersection(words)
    return alone and bool(NUMBER.fullmatch(word)) and sum(char.isdigit() for char in word) >= SHORTEST


def known(names: Iterable[str]) -> list[str]:
    """Every word that may stand where a verb does, those of the table first."""
    verbs = list(dict.fromkeys(name.partition(" ")[0] for name in names))
    return [*verbs, *(word for word, verb in VERBS.items() if verb.partition(" ")[0] in verbs)]


def _begins(words: Sequence[str], at: int, name: str) -> bool:
    named = name.split()
    return list(words[at : at + len(named)]) == named


def _verb(names: set[str], words: Sequence[str], at: int) -> list[str]:
    """The words with their verb, of one word or two, as the table has it."""
    groups = {name.partition(" ")[0] for name in names if " " in name}
    first = unicodedata.normalize("NFKC", words[at]).strip()
    meant = VERBS.get(first, "")
    known_here = meant in names or meant in groups or meant == "help"
    made = [
        *words[:at],
        *(meant.split() if known_here and first not in names | groups else [words[at]]),
        *words[at + 1 :],
    ]
    if made[at] not in groups or made[at] in names:
        return made
    group, after = made[at], made[at + 1 : at + 2]
    if verb_place(made[at + 1 :]) is None and not HELP.intersection(made):
        return [*made[: at + 1], "list", *made[at + 1 :]] if f"{group} list" in names else made
    if after and f"{group} {after[0]}" not in names:
        second = next((one for one in SECOND.get(after[0], ()) if f"{group} {one}" in names), after[0])
        return [*made[: at + 1], second, *made[at + 2 :]]
    return made


def _flags(command: Command, words: list[str]) -> list[str]:
    """The words with every flag as the command has it."""
    others = {**FLAGS, **OWN.get(command.name, {})}
    end = words.index("--") if "--" in words else len(words)
    if not any(word.partition("=")[0] in others for word in words[:end]):
        return words
    own = command.options()
    here = {part for option in (*own, *added(command, own)) for flag in option.flags for part in flag.split("/")}
    made: list[str] = []
    for word in words[:end]:
        flag, equals, value = word.partition("=")
        meant = others.get(flag)
        if meant is None or flag in here or (meant and meant not in here):
            made.append(word)
        elif meant:
            made.append(f"{meant}{equals}{value}")
    return [*made, *words[end:]]
