"""The codes of every closed list, each with the procedure's Chinese term and its English one.

Files, flags and JSON hold the code; the Chinese label is accepted wherever a code is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property

from itilcli.text import Label
from itilcli.values import pattern

TITLES = {
    "channel": "受理渠道", "type": "事件类型", "category": "故障类别", "severity": "故障等级", "priority": "优先级", "importance": "重要性",
    "urgency": "紧急性", "stage": "阶段", "status": "状态", "hold": "挂起原因", "escalation target": "升级对象", "escalation kind": "升级方式",
    "escalation reason": "升级原因", "solution kind": "解决方式", "change class": "变更类别", "problem reason": "转问题原因", "method": "方式",
    "unsigned outcome": "未签字情况", "approval kind": "审批方式", "decision": "审批结论", "checklist item": "检查清单项", "checklist state": "检查结果",
    "diagnosis method": "诊断方法", "follow-up result": "回访结果", "satisfaction": "满意度", "article status": "文章状态", "role": "角色",
    "tier": "支持级别", "action state": "措施状态", "signing": "提交签名",
}  # fmt: skip
"""The Chinese names of the lists, by their English ones."""


DENIALS = pattern(r"不|无|未|没|拒|误|\b(?:no|not|wrong|refused|absent)\b")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _said(label: Label) -> tuple[str, ...]:
    return (label.code.replace("_", " ").casefold(), label.zh.casefold(), label.en.casefold())


def _holds(label: str, part: str) -> bool:
    """Whether ``part`` stands in a label, as the beginning of an English word."""
    return bool(re.search(rf"\b{re.escape(part)}" if part.isascii() else re.escape(part), label))


class Codes:
    """One closed list: a name and its labels in their natural order; ``also`` holds the usual words for a code."""

    def __init__(self, name: str, *rows: tuple[str, str, str], also: dict[str, str] | None = None) -> None:
        self.name = name
        self._rows, self._also = rows, also or {}

    @cached_property
    def title(self) -> Label:
        """What the list is called."""
        return Label(self.name, TITLES.get(self.name, self.name), self.name)

    @cached_property
    def labels(self) -> dict[str, Label]:
        """The labels in their natural order, by code; made when they are first asked for, as a command asks few lists."""
        return {row[0]: Label(*row) for row in self._rows}

    @cached_property
    def _spellings(self) -> dict[str, str]:
        found = {spelling.casefold(): row[0] for row in self._rows for spelling in row}
        return found | {word.casefold(): code for code, words in self._also.items() for word in words.split()}

    def __iter__(self) -> Iterator[str]:
        return iter(self.labels)

    def __contains__(self, code: object) -> bool:
        return code in self.labels

    def label(self, code: str) -> Label:
        """The label of ``code``; a code that is not in the list labels itself."""
        return self.labels.get(code) or Label(code, code, code)

    def parse(self, text: str) -> str | None:
        """The code that ``text`` names by code, label or usual word in either language (after NFKC, in any case), else None."""
        return self._spellings.get(_plain(text))

    def nearly(self, text: str) -> list[str]:
        """The codes that ``text`` may mean: the one it names, else those whose code or label it is a part of.

        An English part begins a word. One label alone does not mean what it denies: 接听 of 无人接听.
        """
        exact = self.parse(text)
        if exact is not None:
            return [exact]
        part = _plain(text)
        found = {code: one for code, label in self.labels.items() if part for one in _said(label) if _holds(one, part)}
        denied = len(found) == 1 and not set(DENIALS.findall(" ".join(found.values()))) <= set(DENIALS.findall(part))
        return [] if denied else list(found)


CHANNEL = Codes(
    "channel",
    ("hotline", "服务热线", "hotline"),
    ("email", "邮件", "e-mail"),
    ("im", "即时通讯", "instant message"),
    ("web", "网站", "web"),
    ("in_person", "当面", "in person"),
    ("other", "其他", "other"),
    also={
        "hotline": "电话 来电 打电话 热线 座机 手机 phone call",
        "email": "邮箱 电子邮件 电邮 mail",
        "im": "微信 企业微信 钉钉 wechat dingtalk QQ",
        "web": "网页 网上 online",
        "in_person": "上门 口头 现场 面谈",
    },
)
TYPE = Codes(
    "type",
    ("consultation", "技术咨询", "consultation"),
    ("fault", "故障处理", "fault"),
    ("security", "信息安全事件", "security incident"),
    also={
        "consultation": "咨询 询问 提问 question",
        "fault": "故障 报修 坏了 incident",
        "security": "安全 信息安全 病毒",
    },
)
CATEGORY = Codes(
    "category",
    ("server_hardware", "服务器端硬件", "server hardware"),
    ("application", "应用系统", "application"),
    ("terminal", "终端设备", "terminal"),
    also={
        "server_hardware": "服务器 主机 server",
        "application": "应用 软件 系统 程序 software",
        "terminal": "终端 设备 电脑 打印机 读卡器 客户端",
    },
)
SEVERITY = Codes(
    "severity",
    ("high", "高", "high"),
    ("medium", "中", "medium"),
    ("low", "低", "low"),
    also={"high": "严重 高级", "medium": "中等 中级", "low": "轻微 低级"},
)
PRIORITY = Codes(
    "priority",
    ("high", "高", "high"),
    ("medium", "中", "medium"),
    ("low", "低", "low"),
    also={"high": "高级 优先", "medium": "中等 中级", "low": "低级"},
)
IMPORTANCE = Codes(
    "importance",
    ("important", "重要", "important"),
    ("normal", "一般", "normal"),
    also={"important": "高 high 很重要", "normal": "不重要 低 low 普通"},
)
URGENCY = Codes(
    "urgency",
    ("urgent", "紧急", "urgent"),
    ("normal", "一般", "normal"),
    also={"urgent": "高 high 急 很急 加急", "normal": "不紧急 不急 低 low 普通"},
)
SIDE = Codes("side", ("ours", "我方", "ours"), ("theirs", "对方", "theirs"))
"""Of two clones: whose word counts."""
SQUARE = Codes(
    "priority",
    ("important_urgent", "重要紧急", "important and urgent"),
    ("important", "重要不紧急", "important, not urgent"),
    ("urgent", "紧急不重要", "urgent, not important"),
    ("normal", "一般", "normal"),
    also={
        "important_urgent": "重要且紧急 重要又紧急 紧急重要 紧急且重要 高 high",
        "important": "重要但不紧急 不紧急重要 不紧急但重要",
        "urgent": "紧急但不重要 不重要紧急 不重要但紧急",
        "normal": "不重要不紧急 不紧急不重要 低 low 普通",
    },
)
STAGE = Codes(
    "stage",
    ("logged", "已受理", "logged"),
    ("classified", "已分类", "classified"),
    ("tier1", "一线处理中", "with tier 1"),
    ("tier2", "二线处理中", "with tier 2"),
    ("tier3", "三线处理中", "with tier 3"),
    ("dispatch_pending", "工单待审批", "dispatch pending"),
    ("dispatched", "已派单", "dispatched"),
    ("onsite", "现场处理中", "on site"),
    ("resolved", "已解决", "resolved"),
    ("confirmed", "客户已确认", "confirmed"),
    ("archived", "已归档", "archived"),
    ("closed", "已关闭", "closed"),
    ("void", "已作废", "void"),
    ("merged", "已合并", "merged"),
    also={
        "tier1": "一线",
        "tier2": "二线",
        "tier3": "三线",
        "dispatch_pending": "待审批",
        "dispatched": "派单",
        "onsite": "现场",
        "resolved": "解决",
        "closed": "关闭",
        "void": "作废",
        "merged": "合并",
    },
)
STATUS = Codes(
    "status",
    ("open", "未完成", "open"),
    ("completed", "已完成", "completed"),
    also={"open": "在办 处理中 未关闭", "completed": "完成 办结 closed"},
)
HOLD = Codes(
    "hold",
    ("customer", "等待客户", "customer"),
    ("supplier", "等待供应商", "supplier"),
    ("change", "等待变更", "change"),
    ("problem", "等待问题", "problem"),
    ("agreed_date", "等待约定时间", "agreed date"),
    also={
        "customer": "客户 等客户",
        "supplier": "供应商 厂家 厂商 等厂家 等供应商 vendor",
        "change": "变更",
        "problem": "问题",
        "agreed_date": "约定时间 约定 改期 date",
    },
)
ESCALATE_TO = Codes(
    "escalation target",
    ("tier2", "二线", "tier 2"),
    ("tier3", "三线", "tier 3"),
    ("department_manager", "技术服务部经理", "department manager"),
    ("top_management", "公司管理层", "top management"),
    also={
        "tier2": "2 二线支持",
        "tier3": "3 三线支持",
        "department_manager": "部门经理 经理",
        "top_management": "管理层 公司领导 领导",
    },
)
ESCALATION_KIND = Codes(
    "escalation kind", ("functional", "职能升级", "functional"), ("hierarchical", "管理升级", "hierarchical")
)
ESCALATION_REASON = Codes(
    "escalation reason",
    ("unresolved", "尝试无果", "unresolved"),
    ("beyond_capability", "超出能力范围", "beyond capability"),
    ("supplier", "供应商问题", "supplier"),
    ("major", "重大事件", "major"),
    ("dispute", "纠纷投诉", "dispute"),
    also={
        "unresolved": "未解决 没解决 解决不了 无法解决 处理不了 无果",
        "beyond_capability": "超出能力 能力不足 不会 beyond",
        "supplier": "供应商 厂家 vendor",
        "major": "重大",
        "dispute": "纠纷 投诉 争议 complaint",
    },
)
SOLUTION_KIND = Codes(
    "solution kind",
    ("permanent", "根本解决", "permanent"),
    ("workaround", "替代方案", "workaround"),
    also={"permanent": "根本 永久 彻底 彻底解决", "workaround": "替代 临时 变通 绕过 临时方案 temporary"},
)
CHANGE_CLASS = Codes(
    "change class",
    ("normal", "一般", "normal"),
    ("major", "重大", "major"),
    ("emergency", "紧急", "emergency"),
    also={"normal": "普通 一般变更", "major": "重大变更", "emergency": "紧急变更 urgent"},
)
PROBLEM_REASON = Codes(
    "problem reason",
    ("significant", "影响重大", "significant"),
    ("recurring", "经常出现", "recurring"),
    also={"significant": "重大 影响大 严重 major", "recurring": "反复 重复 经常 多次 反复出现 重复出现 repeated"},
)
CONFIRM_METHOD = Codes(
    "method",
    ("phone", "电话", "phone"),
    ("im", "即时通讯", "instant message"),
    ("email", "邮件", "e-mail"),
    ("signature", "签字", "signature"),
    ("in_person", "当面", "in person"),
    also={
        "phone": "电话确认 来电 口头 call hotline",
        "im": "微信 企业微信 钉钉 wechat QQ",
        "email": "邮箱 电子邮件 邮件确认 mail",
        "signature": "签名 签字确认 signed",
        "in_person": "当面确认 现场 现场确认 面谈",
    },
)
UNSIGNED = Codes(
    "unsigned outcome",
    ("refused_to_sign", "拒绝签字", "refused to sign"),
    ("signatory_absent", "签字人不在", "signatory absent"),
    ("unreachable", "无法联系", "unreachable"),
    also={
        "refused_to_sign": "拒签 拒绝 不签 不肯签 不签字 refused",
        "signatory_absent": "不在 人不在 没人 出差 absent",
        "unreachable": "联系不上 打不通 无人接听 没人接 找不到人",
    },
)
APPROVAL_KIND = Codes("approval kind", ("signed", "书面审批", "signed"), ("verbal", "口头批准", "verbal"))
DECISION = Codes(
    "decision",
    ("approved", "批准", "approved"),
    ("rejected", "驳回", "rejected"),
    also={"approved": "同意 通过 yes", "rejected": "不同意 不批准 拒绝 不批 no"},
)
CHECKLIST_ITEM = Codes(
    "checklist item",
    ("installer", "安装程序", "installer"),
    ("user_manual", "用户手册", "user manual"),
    ("patches", "升级补丁", "patches"),
    ("record_form", "现场服务记录单", "record form"),
    also={
        "installer": "安装 安装包 程序",
        "user_manual": "手册 manual",
        "patches": "补丁 升级包 patch",
        "record_form": "记录单 单子 form",
    },
)
CHECKLIST_STATE = Codes(
    "checklist state",
    ("ready", "已备", "ready"),
    ("not_needed", "不需要", "not needed"),
    also={"ready": "已带 准备好 带了", "not_needed": "不用 无需"},
)
DIAGNOSIS = Codes(
    "diagnosis method",
    ("baseline_comparison", "标准配置比对", "baseline comparison"),
    ("log_analysis", "日志分析", "log analysis"),
    ("replacement", "替换法", "replacement"),
    ("reproduction", "重现", "reproduction"),
    ("observation", "观察询问", "observation"),
    ("other", "其他", "other"),
    also={
        "baseline_comparison": "比对 对比 配置比对 baseline",
        "log_analysis": "日志 看日志 查日志 log",
        "replacement": "替换 更换",
        "reproduction": "复现 重现故障",
        "observation": "观察 询问",
    },
)
FOLLOW_UP_RESULT = Codes(
    "follow-up result",
    ("reached", "已接通", "reached"),
    ("no_answer", "无人接听", "no answer"),
    ("refused", "拒绝回访", "refused"),
    ("wrong_number", "号码有误", "wrong number"),
    also={
        "reached": "接通 接了 接听 打通 通了 yes",
        "no_answer": "没人接 无人接 未接 未接通 没接 打不通",
        "refused": "拒绝 拒访 不愿意",
        "wrong_number": "空号 错号 号码错 号码错误 打错",
    },
)
SATISFACTION = Codes(
    "satisfaction",
    ("5", "非常满意", "very satisfied"),
    ("4", "满意", "satisfied"),
    ("3", "一般", "neutral"),
    ("2", "不满意", "dissatisfied"),
    ("1", "非常不满意", "very dissatisfied"),
    also={
        "5": "很满意 特别满意 十分满意 5分 五分",
        "4": "比较满意 较满意 4分 四分",
        "3": "还行 还可以 基本满意 中等 3分 三分",
        "2": "不太满意 不大满意 2分 二分 两分",
        "1": "很不满意 特别不满意 十分不满意 1分 一分",
    },
)
ARTICLE_STATUS = Codes(
    "article status",
    ("draft", "草稿", "draft"),
    ("published", "已发布", "published"),
    ("retired", "已停用", "retired"),
    also={"draft": "未发布", "published": "发布", "retired": "停用 作废"},
)
ROLE = Codes(
    "role",
    ("incident_manager", "事件管理负责人", "incident manager"),
    ("tier1", "一线支持", "tier 1"),
    ("tier2", "二线支持", "tier 2"),
    ("tier3", "三线支持", "tier 3"),
    ("top_management", "公司管理层", "top management"),
    ("department_manager", "技术服务部经理", "department manager"),
    ("project_manager", "项目经理", "project manager"),
    ("technical_director", "技术总监", "technical director"),
    ("archivist", "项目档案管理员", "archivist"),
    ("configuration_manager", "配置管理负责人", "configuration manager"),
    also={
        "tier1": "一线 一线工程师 客服 服务台",
        "tier2": "二线 二线工程师 研发",
        "tier3": "三线 三线工程师 供应商",
        "incident_manager": "事件经理 事件管理",
        "top_management": "管理层 总经理 最高管理者 最高管理层 公司领导",
        "department_manager": "部门经理 技术服务经理 技服经理",
        "technical_director": "总监",
        "archivist": "档案管理员 档案员 档案",
        "configuration_manager": "配置管理员 配置经理 配置",
    },
)
TIER = Codes(
    "tier",
    ("1", "一线", "tier 1"),
    ("2", "二线", "tier 2"),
    ("3", "三线", "tier 3"),
    also={"1": "tier1 一线支持 一", "2": "tier2 二线支持 二", "3": "tier3 三线支持 三"},
)
ACTION_STATE = Codes(
    "action state",
    ("open", "未完成", "open"),
    ("done", "已完成", "done"),
    ("dropped", "已取消", "dropped"),
    also={"open": "进行中 待办", "done": "完成", "dropped": "取消 作罢"},
)
SHARING = Codes("sync", ("auto", "自动", "auto"), ("manual", "手动", "manual"))
"""When what is recorded is shared: with every step, or when somebody asks for it."""
SIGNING = Codes(
    "signing",
    ("required", "必须签名", "required"),
    ("optional", "有密钥则签名", "optional"),
    ("off", "不签名", "off"),
)

OPEN_STAGES = frozenset(STAGE) - {"closed", "void", "merged"}
SOLVED_STAGES = frozenset({"resolved", "confirmed", "archived", "closed"})


def priority(importance: str | None, urgency: str | None) -> str | None:
    """The priority that importance and urgency make (F10): both high, one medium, none low; None while either is open."""
    if not importance or not urgency:
        return None
    return ("low", "medium", "high")[(importance == "important") + (urgency == "urgent")]


LIKE = {"tier": TIER, "resolved_tier": TIER, "satisfaction": SATISFACTION, "from": TIER, "invited_tiers": ESCALATE_TO}
"""Fields that hold no code of a closed list but read like one."""
